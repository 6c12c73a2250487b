import type { Writer } from '../core/writer.ts';
import { type Dialogue, FACT_KEYS, type Fact, type FactKey, type Step, type Transcript, titleOf } from './dialogue.ts';
import { isVolatile, type Volatile } from './volatile.ts';

/** The form that is written, and the only one that is read. */
const FORM = 1;
const FIRST_LINE = `# dissect transcript ${FORM}`;
const NORMALIZED = '# normalized:';

/** Writes a transcript as lines that can be read, and compared by any tool. */
export function writeTranscript({ normalized, dialogues }: Transcript, out: Writer): void {
  out.text(`${FIRST_LINE}\n${[NORMALIZED, ...normalized].join(' ')}\n`);
  for (const dialogue of dialogues) {
    out.text(`\n${titleOf(dialogue)}\n`);
    for (const { key, value } of dialogue.facts) out.text(`  = ${key}: ${value}\n`);
    for (const { side, text } of dialogue.steps) out.text(`  ${side} ${text}\n`);
  }
}

/** Something in the file is no transcript. */
export class TranscriptError extends Error {
  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`);
    this.name = 'TranscriptError';
  }
}

/**
 * Reads what `writeTranscript` wrote. Frames are not in it: they are 0.
 *
 * @throws {TranscriptError} for a line that is none
 */
export function parseTranscript(text: string): Transcript {
  const lines = text.split(/\r?\n/);
  if (!lines[0]?.startsWith('# dissect transcript ')) throw new TranscriptError(1, 'this is no transcript');
  if (lines[0] !== FIRST_LINE) {
    throw new TranscriptError(1, `the form of this transcript is not ${FORM}: it was written by another version`);
  }
  const dialogues: Dialogue[] = [];
  let normalized: readonly Volatile[] = [];
  let facts: Fact[] = [];
  let steps: Step[] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith(NORMALIZED)) normalized = namesIn(line, i + 1);
    else if (line.trim() === '' || line.startsWith('#')) continue;
    else if (line.startsWith('  ') && dialogues.length > 0) addTo(facts, steps, line, i + 1);
    else {
      [facts, steps] = [[], []];
      dialogues.push(dialogueOf(line, i + 1, facts, steps));
    }
  }
  return { normalized, dialogues };
}

function namesIn(line: string, number: number): readonly Volatile[] {
  const names = line
    .slice(NORMALIZED.length)
    .trim()
    .split(/\s+/)
    .filter((name) => name !== '');
  for (const name of names) if (!isVolatile(name)) throw new TranscriptError(number, `nothing is called ${name}`);
  return names as Volatile[];
}

function dialogueOf(line: string, number: number, facts: Fact[], steps: Step[]): Dialogue {
  const [, protocol, service, client, server] = /^(\S+)(?: (\S+))?: (\S*) > (\S*)$/.exec(line) ?? [];
  if (protocol === undefined) throw new TranscriptError(number, 'a conversation is "protocol: client > server"');
  return { protocol, service: service ?? '', client: client!, server: server!, facts, steps };
}

function addTo(facts: Fact[], steps: Step[], line: string, number: number): void {
  const text = line.slice(4);
  if (line.startsWith('  > ') || line.startsWith('  < ')) {
    steps.push({ side: line[2] as Step['side'], text, frame: 0 });
    return;
  }
  const key = FACT_KEYS.find((known) => line.startsWith(`  = ${known}: `));
  if (key === undefined) throw new TranscriptError(number, 'a line begins with "  = name: ", "  > " or "  < "');
  facts.push({ key: key as FactKey, value: text.slice(key.length + 2), frame: 0 });
}
