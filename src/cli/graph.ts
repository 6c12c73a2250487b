import type { GraphKind } from '../output/graph-kinds.ts';
import { graphSvg } from '../output/graph-svg.ts';
import { busierSide, type GraphSide, graphOf } from '../output/graphs.ts';
import { writePlotText } from '../output/plot-text.ts';
import { run } from '../run.ts';
import { type ConnectionTrace, ConnectionTracer } from '../tcp/trace.ts';
import { Tracker } from '../track.ts';
import { DONE, UNREADABLE, UsageFault } from './fault.ts';
import { openInput } from './input.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { OneConnection, printDrawn } from './one-connection.ts';
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
  const chosen = await OneConnection.of(given, timeWait);
  const { source, name } = await openInput(given);
  const tracker = new Tracker({ timeWait, explain: false, contents: false });
  const tracer = new ConnectionTracer(chosen.stream);
  try {
    await run(source, tracker, {
      packet(packet) {
        tracer.packet(packet, selection.takesFrame(packet.frame.number));
        return packet.frame.number < selection.last;
      },
      pause() {},
    });
  } finally {
    source.close();
  }
  const trace = tracer.finish();
  if (trace !== null) draw(trace);
  if (source.problem !== null) {
    warn(`${name}: ${source.problem.sentence}`);
    return UNREADABLE;
  }
  chosen.tell(trace !== null, tracer.streams);
  return DONE;
}

/** Judges the options before the capture is read. */
function drawerOf(given: Arguments): (trace: ConnectionTrace) => void {
  const kind = given.get('graph') as GraphKind;
  const language = languagesOf(given, process.env)[0] ?? 'en';
  if (given.has('svg')) {
    const width = chosenWidth(given);
    const sized = width === null ? {} : { width };
    return (trace) =>
      printDrawn(given, (out) => out.text(graphSvg(kind, trace, { language, side: sideOf(given, trace), ...sized })));
  }
  const [width, palette] = [widthOf(given), paletteOf(given)];
  return (trace) =>
    printDrawn(given, (out) =>
      writePlotText(graphOf(kind, trace, sideOf(given, trace), language), width, out, palette),
    );
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
