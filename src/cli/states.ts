import { StatesNdjsonPrinter, type StatesPrinter, StatesTextPrinter } from '../output/states.ts';
import { statesWords } from '../output/states-words.ts';
import { unread } from '../streams/transcript.ts';
import { Tracker } from '../track.ts';
import { conversationsMatching } from './conversations.ts';
import { UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { type Input, openInput } from './input.ts';
import { languagesOf } from './language.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { stateDiagram } from './state-diagram.ts';
import { paletteOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect states FILE`: every state change of every end, in order. Answers with the exit status. */
export async function states(given: Arguments): Promise<number> {
  if (given.has('svg')) return stateDiagram(given);
  if (given.has('o')) throw new UsageFault('-o goes with --svg');
  const filter = await filterOf(given);
  const selection = new Selection(given, null);
  const timeWait = timeWaitOf(given);
  const matching = filter === null ? null : await conversationsMatching(given, filter, timeWait);
  const input = await openInput(given);
  const output = new StandardOutput(input.live);
  const { writer } = output;
  const tracker = new Tracker({ timeWait, explain: false, changes: true, payload: () => unread });
  const printer = printerOf(given, input);
  printer.begin?.(writer);
  return readCapture(input, tracker, {
    output,
    packet(packet) {
      const chosen = selection.takesFrame(packet.frame.number);
      for (const change of tracker.changes) {
        if (!selection.takesStream(change.stream) || matching?.tcp.has(change.stream) === false) continue;
        // A timer that ran out before the frame belongs to no frame: only a choice of frames leaves it out.
        if (chosen && (change.frame !== null || !selection.choosesFrames)) printer.change(change, packet, writer);
      }
      return packet.frame.number < selection.last;
    },
    end: () => undefined,
  });
}

function printerOf(given: Arguments, { source }: Input): StatesPrinter {
  if (given.get('T') === 'ndjson') return new StatesNdjsonPrinter();
  const words = statesWords[languagesOf(given, process.env)[0] ?? 'en'];
  return new StatesTextPrinter(words, paletteOf(given), source.interfaces);
}
