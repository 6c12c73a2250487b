import { type Judgement, judgeGolden, transcriptPath } from './golden.ts';
import { sentenceOf } from './output/findings.ts';
import { findingsWords } from './output/findings-words.ts';
import type { TranscribeOptions } from './transcribe.ts';
import { titleOf } from './transcript/dialogue.ts';

/** What vitest and jest give a matcher to know, as far as it is asked here. */
interface MatcherState {
  readonly snapshotState?: unknown;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for `expect.extend` of vitest and jest:
 *
 * ```ts
 * expect.extend(transcriptMatchers);
 * await expect('captures/login.pcap').toMatchTranscript();
 * ```
 *
 * A capture without a transcript gets one, and `-u` writes it anew, as with snapshots; on a build server (`CI`) neither.
 */
export const transcriptMatchers = {
  async toMatchTranscript(
    this: MatcherState,
    capture: string,
    options: TranscribeOptions = {},
  ): Promise<MatcherResult> {
    const mode = updatesOf(this.snapshotState);
    const judged = await judgeGolden(capture, { ...options, update: mode === 'all' });
    if (judged.status === 'missing' && mode === 'new') {
      await judgeGolden(capture, { ...options, update: true });
      return { pass: true, message: () => `${transcriptPath(capture)} was written` };
    }
    const pass = judged.problem === null && (judged.status === 'same' || judged.status === 'written');
    return { pass, message: () => messageOf(judged, pass) };
  },
};

/** Of vitest and jest: `all` with -u, `none` on a build server, else `new`. */
function updatesOf(state: unknown): string {
  if (typeof state !== 'object' || state === null || !('_updateSnapshot' in state)) return 'none';
  return String(state._updateSnapshot);
}

function messageOf({ capture, status, findings, problem }: Judgement, pass: boolean): string {
  if (problem !== null) return `${capture}: ${problem}`;
  if (pass) return `${capture} is as its transcript says`;
  if (status === 'missing') return `${transcriptPath(capture)}: ${findingsWords.en.missing}`;
  const lines = findings.map(
    (finding) => `  ${titleOf(finding.dialogue)}\n    ${sentenceOf(finding, findingsWords.en)}`,
  );
  return [`${capture} is not as its transcript says:`, ...lines].join('\n');
}
