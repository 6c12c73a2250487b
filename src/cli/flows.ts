import { DatagramFlows } from '../flows/datagram-flows.ts';
import type { Flow } from '../flows/flow.ts';
import { writeFlowLine, writeFlowNdjson, writeFlowsTable } from '../output/flows.ts';
import { flowsWords } from '../output/flows-words.ts';
import { grouped } from '../output/numbers.ts';
import { summarize, tcpFlows } from '../tcp/summary.ts';
import { Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { graph } from './graph.ts';
import { openInput } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { limitsOf } from './limits.ts';
import { typed } from './options.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** Conversations that a table shows at the most; more are one line each, which needs no measuring. */
const TABLE_ROWS = 200;

/** Options that mean something for a graph only. */
const GRAPH_OPTIONS = ['svg', 'side', 'o'];

/** `dissect flows FILE`: the conversations, once all is read. Answers with the exit status. */
export async function flows(given: Arguments): Promise<number> {
  if (given.has('graph')) return graph(given);
  for (const option of GRAPH_OPTIONS) {
    if (given.has(option)) throw new UsageFault(`${typed(option)} goes with --graph`);
  }
  const filter = await filterOf(given);
  const selection = new Selection(given, filter);
  const width = widthOf(given);
  const timeWait = timeWaitOf(given);
  const words = flowsWords[languagesOf(given, process.env)[0] ?? 'en'];
  const input = await openInput(given);
  const output = new StandardOutput(input.live);
  const tracker = new Tracker({
    timeWait,
    keys: keysOf(given),
    limits: limitsOf(given),
    explain: filter?.asksEvents === true,
    contents: filter?.asksContents === true,
  });
  const datagrams = new DatagramFlows();
  let frames = 0;
  return readCapture(input, tracker, {
    output,
    packet(packet) {
      frames = packet.frame.number;
      const wanted = selection.takesFrame(frames) && selection.matches(packet, tracker);
      summarize(packet, wanted);
      datagrams.packet(packet, wanted);
      return frames < selection.counted;
    },
    end() {
      const all = chosen(selection, tcpFlows(tracker.connections), datagrams);
      if (given.get('T') === 'ndjson') {
        for (const flow of all) {
          writeFlowNdjson(flow, output.writer);
          output.flushWhenLarge();
        }
      } else {
        show(all, frames);
      }
    },
  });

  function show(all: Iterable<Flow>, read: number): void {
    const { writer } = output;
    const table: Flow[] = [];
    let count = 0;
    for (const flow of all) {
      if (++count <= TABLE_ROWS) {
        table.push(flow);
        continue;
      }
      for (const earlier of table.splice(0)) writeFlowLine(earlier, words, writer);
      writeFlowLine(flow, words, writer);
      output.flushWhenLarge();
    }
    if (table.length > 0) writeFlowsTable(table, words, paletteOf(given), width, writer);
    writer.text(count === 0 ? words.none : words.counted(grouped(count), grouped(read)));
    writer.line();
  }
}

/** Those that were asked for, in the order in which they began. Connections come in that order. */
function* chosen(selection: Selection, connections: Iterable<Flow>, datagrams: Iterable<Flow>): Generator<Flow> {
  const waiting = selection.choosesStream ? [] : [...datagrams].filter(({ span }) => span.wanted).sort(byBeginning);
  let next = 0;
  for (const flow of connections) {
    if (!flow.span.wanted || !selection.takesStream(flow.stream)) continue;
    while (next < waiting.length && byBeginning(waiting[next]!, flow) < 0) yield waiting[next++]!;
    yield flow;
  }
  while (next < waiting.length) yield waiting[next++]!;
}

const byBeginning = (one: Flow, other: Flow): number => one.span.firstFrame - other.span.firstFrame;
