import type { Writer } from '../core/writer.ts';
import type { GraphKind } from '../output/graph-kinds.ts';
import { graphSvg } from '../output/graph-svg.ts';
import { busierSide, type GraphSide, graphOf } from '../output/graphs.ts';
import { writePlotText } from '../output/plot-text.ts';
import { type ConnectionTrace, ConnectionTracer } from '../tcp/trace.ts';
import { Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import { languagesOf } from './language.ts';
import { drawOne } from './one-connection.ts';
import type { Arguments } from './parse.ts';
import { Selection } from './select.ts';
import { chosenWidth, paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect flows FILE --graph KIND`: one direction of one connection over time. Answers with the exit status. */
export async function graph(given: Arguments): Promise<number> {
  if (given.has('T')) throw new UsageFault('--graph and -T cannot go together');
  const selection = new Selection(given, null);
  const timeWait = timeWaitOf(given);
  const draw = drawerOf(given);
  const tracker = new Tracker({ timeWait, explain: false, contents: false });
  return drawOne(given, tracker, timeWait, (stream) => {
    const tracer = new ConnectionTracer(stream);
    return {
      packet(packet) {
        tracer.packet(packet, selection.takesFrame(packet.frame.number));
        return packet.frame.number < selection.last;
      },
      finish() {
        const trace = tracer.finish();
        return trace === null ? null : (out) => draw(trace, out);
      },
      streams: () => tracer.streams,
    };
  });
}

/** Judges the options before the capture is read. */
function drawerOf(given: Arguments): (trace: ConnectionTrace, out: Writer) => void {
  const kind = given.get('graph') as GraphKind;
  const language = languagesOf(given, process.env)[0] ?? 'en';
  if (given.has('svg')) {
    const width = chosenWidth(given);
    const sized = width === null ? {} : { width };
    return (trace, out) => out.text(graphSvg(kind, trace, { language, side: sideOf(given, trace), ...sized }));
  }
  const [width, palette] = [widthOf(given), paletteOf(given)];
  return (trace, out) => writePlotText(graphOf(kind, trace, sideOf(given, trace), language), width, out, palette);
}

/** `--side`, else the end that sent more. */
function sideOf(given: Arguments, trace: ConnectionTrace): GraphSide {
  const choice = given.get('side');
  if (choice === null) return busierSide(trace);
  if (choice === 'a' || choice === 'b') return choice === 'a' ? 0 : 1;
  const at = trace.flows.findIndex(({ role }) => role === choice);
  if (at < 0)
    throw new UsageFault(`which end is the ${choice} cannot be told from this capture; use --side a or --side b`);
  return at === 0 ? 0 : 1;
}
