import { findingForm, writeFindings } from '../output/findings.ts';
import { findingsWords } from '../output/findings-words.ts';
import { writeJson } from '../output/json-text.ts';
import { transcribe } from '../transcribe.ts';
import { compare } from '../transcript/compare.ts';
import type { Transcript } from '../transcript/dialogue.ts';
import { USUALLY_NORMALIZED } from '../transcript/volatile.ts';
import { DIFFERENT, DONE, UNREADABLE, UsageFault } from './fault.ts';
import { openNamed, pathsOf } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { normalizedOf } from './normalize.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect diff EXPECTED ACTUAL`: what two captures show that differs. Answers with the exit status. */
export async function diff(given: Arguments): Promise<number> {
  const paths = pathsOf(given);
  if (paths.length !== 2)
    throw new UsageFault(`name two captures, what was expected and what came; not ${paths.length}`);
  const words = findingsWords[languagesOf(given, process.env)[0] ?? 'en'];
  const [width, palette, form] = [widthOf(given), paletteOf(given), given.get('T') ?? 'text'];
  const normalized = normalizedOf(given) ?? USUALLY_NORMALIZED;
  const options = { normalized, timeWait: timeWaitOf(given), keys: keysOf(given) };
  let status = DONE;
  const transcripts: Transcript[] = [];
  for (const path of paths) {
    const { source, name } = await openNamed(path, given);
    transcripts.push(await transcribe(source, options));
    if (source.problem === null) continue;
    warn(`${name}: ${source.problem.sentence}`);
    status = UNREADABLE;
    if (transcripts.at(-1)!.dialogues.length === 0) return status;
  }
  const [expected, actual] = transcripts;
  const findings = compare(expected!, actual!);
  const output = new StandardOutput(false);
  const { writer } = output;
  if (form === 'text') {
    writeFindings(findings, words, palette, width, '', writer);
    writer.text(`${findings.length === 0 ? words.same : words.different(findings.length)}\n`);
  } else {
    const [first, second] = paths;
    const forms = findings.map((finding) => findingForm(finding, words));
    writeJson(
      { schema: 1, expected: first, capture: second, status: forms.length > 0 ? 'different' : 'same', findings: forms },
      writer,
    );
    writer.line();
  }
  output.flush();
  return findings.length > 0 ? DIFFERENT : status;
}
