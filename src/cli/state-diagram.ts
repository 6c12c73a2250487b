import { stateDiagramSvg } from '../output/state-diagram-svg.ts';
import { PathGatherer } from '../tcp/paths.ts';
import { Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import { languagesOf } from './language.ts';
import { drawOne } from './one-connection.ts';
import type { Arguments } from './parse.ts';
import { Selection } from './select.ts';
import { chosenWidth } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect states FILE --svg`: the way of both ends of one connection through the state diagram. Answers with the exit status. */
export async function stateDiagram(given: Arguments): Promise<number> {
  if (given.has('T')) throw new UsageFault('--svg and -T cannot go together');
  const selection = new Selection(given, null);
  const language = languagesOf(given, process.env)[0] ?? 'en';
  const width = chosenWidth(given);
  const timeWait = timeWaitOf(given);
  const tracker = new Tracker({ timeWait, explain: false, changes: true, contents: false });
  return drawOne(given, tracker, timeWait, (stream) => {
    const gatherer = new PathGatherer(stream);
    return {
      packet(packet) {
        if (selection.takesFrame(packet.frame.number)) gatherer.packet(packet, tracker.changes);
        return packet.frame.number < selection.last;
      },
      finish() {
        const paths = gatherer.finish();
        const sized = width === null ? {} : { width };
        return paths === null ? null : (out) => out.text(stateDiagramSvg(paths, { language, ...sized }));
      },
      streams: () => gatherer.streams,
    };
  });
}
