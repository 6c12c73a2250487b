import { transcribe } from '../transcribe.ts';
import { writeTranscript } from '../transcript/text.ts';
import { USUALLY_NORMALIZED } from '../transcript/volatile.ts';
import { DONE, UNREADABLE } from './fault.ts';
import { openInput } from './input.ts';
import { keysOf } from './keys.ts';
import { warn } from './messages.ts';
import { normalizedOf } from './normalize.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect transcript FILE`: what the hosts of a capture did. Answers with the exit status. */
export async function transcript(given: Arguments): Promise<number> {
  const normalized = normalizedOf(given) ?? USUALLY_NORMALIZED;
  const options = { normalized, timeWait: timeWaitOf(given), keys: keysOf(given) };
  const { source, name } = await openInput(given);
  const made = await transcribe(source, options);
  const output = new StandardOutput(false);
  if (made.dialogues.length > 0 || source.problem === null) writeTranscript(made, output.writer);
  output.flush();
  if (source.problem === null) return DONE;
  warn(`${name}: ${source.problem.sentence}`);
  return UNREADABLE;
}
