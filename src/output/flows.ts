import { durationText } from '../core/duration.ts';
import { safeText, type Writer } from '../core/writer.ts';
import type { Flow, FlowEnd } from '../flows/flow.ts';
import type { Palette } from './color.ts';
import { clientFirst, flowRemarks } from './flow-remarks.ts';
import type { FlowsWords } from './flows-words.ts';
import { writeJson } from './json-text.ts';
import { epochText } from './moment.ts';
import { grouped } from './numbers.ts';
import { writeTable } from './table.ts';
import { isoTime } from './time.ts';

/** One object a conversation. */
export function writeFlowNdjson(flow: Flow, out: Writer): void {
  const { span, a, b, initialRtt } = flow;
  writeJson(
    {
      schema: 1,
      proto: flow.protocol,
      stream: flow.stream,
      client: nameOf('client', flow),
      server: nameOf('server', flow),
      service: flow.service,
      time_epoch: span.hasTime ? epochText(span.seconds, span.nanoseconds) : null,
      time: span.hasTime ? isoTime(span.seconds, span.nanoseconds) : null,
      duration: durationText(span.end - span.begin),
      first_frame: span.firstFrame,
      last_frame: span.lastFrame,
      a: endForm(a),
      b: endForm(b),
      initial_rtt: initialRtt === null ? null : durationText(initialRtt),
      reused_ports: flow.reusedPorts,
      mid_stream: flow.midStream,
      ended: flow.ending,
      ended_by: flow.endedBy,
      ended_frame: flow.endedFrame,
      cause: flow.cause,
      conn_state: flow.connState,
      history: flow.history,
    },
    out,
  );
  out.line();
}

function endForm({ name, role, sent, trouble, state }: FlowEnd) {
  return {
    endpoint: name,
    role,
    packets: sent.packets,
    bytes: sent.bytes,
    data: sent.data,
    retransmissions: trouble?.retransmissions ?? null,
    out_of_order: trouble?.outOfOrder ?? null,
    lost_segments: trouble?.lostSegments ?? null,
    duplicate_acks: trouble?.duplicateAcks ?? null,
    zero_windows: trouble?.zeroWindows ?? null,
    bad_checksums: trouble?.badChecksums ?? null,
    state,
  };
}

const nameOf = (role: 'client' | 'server', { a, b }: Flow): string | null =>
  a.role === role ? a.name : b.role === role ? b.name : null;

/** A table of a screenful: two lines a conversation, the client's above the server's. */
export function writeFlowsTable(
  flows: readonly Flow[],
  words: FlowsWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const columns = [
    { head: words.stream },
    { head: `${words.client}\n${words.server}`, least: 15, paired: true },
    { head: words.packets, align: 'right', paired: true },
    { head: words.bytes, align: 'right', paired: true },
    { head: `${words.start}\n${words.duration}`, align: 'right' },
    { head: words.state, paired: true },
    { head: words.remarks, least: 16 },
  ] as const;
  writeTable(
    columns.map((column) => ({ ...column, head: column.head.split('\n').map(colors.title).join('\n') })),
    flows.map((flow) => row(flow, words, colors)),
    width,
    out,
  );
}

function row(flow: Flow, words: FlowsWords, colors: Palette): string[] {
  const ends = clientFirst(flow);
  const both = (cell: (end: FlowEnd) => string): string => ends.map(cell).join('\n');
  return [
    `${flow.protocol} ${flow.stream}${flow.service === null ? '' : `\n${safeText(flow.service)}`}`,
    both(({ name }) => name),
    both(({ sent }) => grouped(sent.packets)),
    both(({ sent }) => grouped(sent.bytes)),
    `${seconds(flow.span.begin)}\n${seconds(flow.span.end - flow.span.begin)}`,
    both(({ state }) => (state === null ? '' : colors.state(state))),
    flowRemarks(flow, ends, words).join('\n'),
  ];
}

/** One line a conversation, for lists that are longer than a table should be. */
export function writeFlowLine(flow: Flow, words: FlowsWords, out: Writer): void {
  const [first, second] = clientFirst(flow);
  const { begin, end } = flow.span;
  const from = out.at;
  out.ascii(flow.protocol);
  out.byte(32);
  out.uint(flow.stream);
  out.padRight(from, 10);
  out.byte(32);
  out.ascii(first.name);
  out.text(' → ');
  out.ascii(second.name);
  writePair(first.sent.packets, second.sent.packets, words.packets, out);
  writePair(first.sent.bytes, second.sent.bytes, words.bytes, out);
  out.ascii('  ');
  out.ascii(seconds(begin));
  out.ascii(' +');
  out.ascii(seconds(end - begin));
  if (first.state !== null && second.state !== null) {
    out.ascii('  ');
    out.ascii(first.state);
    out.byte(47);
    out.ascii(second.state);
  }
  if (flow.service !== null) out.text(`  ${safeText(flow.service)}`);
  const said = flowRemarks(flow, [first, second], words);
  if (said.length > 0) out.text(`  ${said.join('; ')}`);
  out.line();
}

function writePair(first: number, second: number, word: string, out: Writer): void {
  out.ascii('  ');
  out.uint(first);
  out.byte(47);
  out.uint(second);
  out.byte(32);
  out.text(word);
}

const seconds = (nanoseconds: number): string => (nanoseconds / 1e9).toFixed(6);
