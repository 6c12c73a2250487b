import { durationText } from '../core/duration.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { safeText, Writer } from '../core/writer.ts';
import { ACK, flagNames, RST, SYN } from '../protocols/tcp.ts';
import * as analysis from '../tcp/analysis.ts';
import { comesAgain } from '../tcp/classify.ts';
import type { Connection } from '../tcp/connection.ts';
import { SCALE_UNKNOWN } from '../tcp/end.ts';
import { Segment } from '../tcp/segment.ts';
import { provenState } from '../tcp/sockets.ts';
import type { StateChange, TcpState } from '../tcp/state-change.ts';
import { type FoldRow, Run } from './ladder-run.ts';
import { writeInfo } from './line.ts';

/** A TCP connection as a sequence diagram: what every drawer of it, in a terminal or in a picture, starts from. */
export interface Ladder {
  readonly stream: number;
  /** The left one and the right one: the client stands on the left where it is known. */
  readonly ends: readonly [LadderEnd, LadderEnd];
  readonly rows: readonly LadderRow[];
  readonly segments: number;
  /** Segments behind the last row, of a connection too long to draw. */
  readonly left: number;
  /** True when the capture goes on before the first segment or after the last: it holds only a part. */
  readonly midStream: boolean;
}

export interface LadderEnd {
  readonly name: string;
  readonly role: 'client' | 'server' | null;
  /** Where it stood before the first segment, and stands after the last. */
  readonly before: TcpState;
  readonly after: TcpState;
}

/** 0 is the left end, 1 the right one. */
export type LadderSide = 0 | 1;

export type LadderRow = SegmentRow | GapRow | FoldRow | TimerRow | PauseRow;

interface At {
  /** Nanoseconds since the capture's first frame. */
  readonly time: number;
}

export interface SegmentRow extends At {
  readonly kind: 'segment';
  readonly frame: number;
  readonly from: LadderSide;
  /** `SYN, ACK`. */
  readonly flags: string;
  /** Why it resets the connection, the likeliest first; empty when the packets cannot tell, null when it does not. */
  readonly reset: readonly string[] | null;
  readonly seq: number;
  readonly ack: number | null;
  readonly length: number;
  /** Scaled; null where it says nothing new. */
  readonly window: number | null;
  /** The window that it offers, each time; null where its scale was not captured, and for a reset, which offers none. */
  readonly offered: number | null;
  /** Its octets were sent before. */
  readonly again: boolean;
  /** SACK blocks, left and right edges in turn. */
  readonly sacks: readonly number[];
  /** What is odd about it: Wireshark's `tcp.analysis.` ids, and `sent_again` of what only its clock calls out of order. */
  readonly findings: readonly LadderFinding[];
  /** Messages that end in it: `GET / HTTP/1.1`. Safe to print. */
  readonly messages: readonly string[];
  /** What it does to the left end and to the right one. */
  readonly steps: readonly [readonly Step[], readonly Step[]];
}

export interface LadderFinding {
  readonly id: string;
  /** Of a duplicate ACK: how many of them, and the frame that they repeat. */
  readonly number: number;
  readonly of: number;
}

export interface Step {
  readonly to: TcpState;
  /** False when it was only concluded, and not by a segment that arrives. */
  readonly certain: boolean;
}

/** Numbers that stand before the next segment and were not seen by then. */
export interface GapRow extends At {
  readonly kind: 'gap';
  readonly from: LadderSide;
  readonly seq: number;
  readonly length: number;
}

/** What ended TIME_WAIT: the clock, or a new connection on the same ports. */
export interface TimerRow extends At {
  readonly kind: 'timer';
  readonly reused: boolean;
  readonly side: LadderSide;
  readonly from: TcpState;
  readonly to: TcpState;
  /** Nanoseconds that it took. */
  readonly took: number;
}

/** Nothing is sent for a while that is long in this connection. */
export interface PauseRow extends At {
  readonly kind: 'pause';
  readonly length: number;
}

/** Rows that a ladder has at the most, folded ones counted once: nobody looks at more. */
const MOST_ROWS = 200_000;
/** A pause is shown when it takes this part of the whole time, and this many nanoseconds. */
const PAUSE_PART = 0.1;
const PAUSE_AT_LEAST = 1e8;

const FINDING_BITS = analysis.findings;
/** These come with every long transfer: they do not end a run. */
const ORDINARY = new Set(['window_update', 'duplicate_ack', 'window_full']);

/** Makes the ladder of one connection, packet by packet. */
export class LadderBuilder {
  readonly stream: number;
  /** Connections seen in the capture so far. */
  streams = 0;
  private readonly folding: boolean;
  private readonly rows: LadderRow[] = [];
  private readonly run: Run<LadderRow>;
  private connection: Connection | null = null;
  private segments = 0;
  private left = 0;
  private readonly firstStates: (TcpState | null)[] = [null, null];
  /** When each end came into the state that it is in. */
  private readonly entered = [0, 0];
  /** Ends that have sent a SYN without ACK. */
  private readonly opened = new Set<0 | 1>();
  private readonly windows: (number | null)[] = [null, null];
  private readonly timeWait: number;
  private readonly text = new Writer(256);
  private midStream = false;

  /** `timeWait` in seconds; `folding` makes long runs of data one row. */
  constructor(stream: number, timeWait: number, folding: boolean) {
    this.stream = stream;
    this.timeWait = timeWait * 1e9;
    this.folding = folding;
    this.run = new Run(this.rows);
  }

  /** Takes in a packet that was tracked, and the state changes that it made. */
  packet(packet: Packet, changes: readonly StateChange[]): void {
    this.timers(changes);
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (!(layer.context instanceof Segment)) continue;
      const { stream } = layer.context.connection;
      if (stream >= this.streams) this.streams = stream + 1;
      if (stream === this.stream) this.segment(layer.context, layer, packet, changes);
    }
  }

  /** TIME_WAIT that ended without a segment of this connection: when the clock was led on, or its ports were opened anew. */
  timers(changes: readonly StateChange[]): void {
    for (const change of changes) {
      const reused = change.by === 'ports-reused';
      if (change.stream !== this.stream || this.connection === null || !(reused || change.frame === null)) continue;
      const end = this.endOf(change);
      this.run.end();
      const entered = this.entered[end]!;
      const time = reused ? change.time : entered + this.timeWait;
      this.rows.push({
        kind: 'timer',
        reused,
        time,
        side: end,
        from: change.from,
        to: change.to,
        took: time - entered,
      });
      this.entered[end] = time;
    }
  }

  /** Null when there is no such connection. */
  finish(): Ladder | null {
    this.run.end();
    const { connection } = this;
    if (connection === null) return null;
    // Who both open have no roles (RFC 9293 §3.5).
    const mutual = this.opened.size > 1;
    const swapped = !mutual && connection.a.role === 'server';
    const end = (name: string, at: 0 | 1): LadderEnd => {
      const last = at === 0 ? connection.a : connection.b;
      const role = mutual ? null : last.role;
      return { name, role, before: this.firstStates[at] ?? last.state, after: provenState(last) };
    };
    const ends = [end(connection.nameA, 0), end(connection.nameB, 1)] as const;
    return {
      stream: connection.stream,
      ends: swapped ? [ends[1], ends[0]] : ends,
      rows: withPauses(swapped ? this.rows.map(mirrored) : this.rows),
      segments: this.segments,
      left: this.left,
      midStream: this.midStream,
    };
  }

  private segment(segment: Segment, layer: Layer, packet: Packet, changes: readonly StateChange[]): void {
    const { connection, sender } = segment;
    if (this.connection === null) {
      this.connection = connection;
      connection.held = true;
      this.midStream = (segment.flags & SYN) === 0;
    }
    this.segments++;
    if (this.rows.length >= MOST_ROWS) {
      this.left++;
      return;
    }
    const from = sender === connection.a ? 0 : 1;
    if ((segment.flags & (SYN | ACK)) === SYN) this.opened.add(from);
    const time = packet.frame.relativeSeconds * 1e9 + packet.frame.relativeNanoseconds;
    const missing = segment.analysis & analysis.LOST_SEGMENT ? (segment.seq - segment.expectedSeq) >>> 0 : 0;
    if (missing > 0) {
      this.run.end();
      const seq = (segment.expectedSeq - sender.base) >>> 0;
      this.rows.push({ kind: 'gap', time, from, seq, length: missing });
    }
    const row: SegmentRow = {
      kind: 'segment',
      time,
      frame: segment.frame,
      from,
      flags: flagNames(segment.flags).replaceAll(',', ''),
      reset: segment.flags & RST ? (segment.reset?.causes ?? []) : null,
      seq: segment.relativeSeq,
      ack: segment.flags & ACK ? segment.relativeAck : null,
      length: segment.length,
      window: this.newWindow(segment, from),
      offered: offeredBy(segment),
      again: comesAgain(segment),
      sacks: sender.sacks.map((edge) => segment.relativeToReceiver(edge)),
      findings: findingsOf(segment),
      messages: this.messages(layer, packet),
      steps: this.steps(changes, segment.frame, time),
    };
    if (this.folding && isOrdinary(row)) this.run.add(row);
    else this.run.put(row);
  }

  /** The window where it matters: in a SYN, and when it closes or opens again. */
  private newWindow({ flags, window }: Segment, from: 0 | 1): number | null {
    const before = this.windows[from];
    this.windows[from] = window;
    const matters = flags & SYN || (window === 0) !== (before === 0);
    return matters && (flags & RST) === 0 ? window : null;
  }

  private messages(tcp: Layer, packet: Packet): string[] {
    const messages: string[] = [];
    for (let i = tcp.index + 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted || layer.protocol.id === 'data' || layer.context instanceof Segment) continue;
      this.text.clear();
      writeInfo(layer, packet, this.text);
      const said = safeText(this.text.toString().trim());
      if (said !== '') messages.push(said);
    }
    return messages;
  }

  private steps(changes: readonly StateChange[], frame: number, time: number): [Step[], Step[]] {
    const steps: [Step[], Step[]] = [[], []];
    for (const change of changes) {
      if (change.stream !== this.stream || change.frame !== frame) continue;
      const end = this.endOf(change);
      this.entered[end] = time;
      this.firstStates[end] ??= change.from;
      const certain = change.certainty === 'seen' || change.by.startsWith('received');
      steps[end].push({ to: change.to, certain });
    }
    return steps;
  }

  private endOf({ end, peer }: StateChange): 0 | 1 {
    const { nameA } = this.connection!;
    return end === nameA && peer !== nameA ? 0 : 1;
  }
}

/** True of a segment in which nothing happens but data and its acknowledgment. */
export const isOrdinary = (row: SegmentRow): boolean =>
  /^(PSH )?ACK$/.test(row.flags) &&
  row.messages.length === 0 &&
  row.window === null &&
  row.steps.every((steps) => steps.length === 0) &&
  row.findings.every(({ id }) => ORDINARY.has(id));

function findingsOf(segment: Segment): LadderFinding[] {
  if (segment.analysis === 0) return [];
  return FINDING_BITS.filter(({ bit, id }) => (segment.analysis & bit) !== 0 && id !== 'lost_segment').map(
    ({ bit, id }) => {
      const isDuplicate = bit === analysis.DUPLICATE_ACK;
      const number = isDuplicate ? segment.duplicateNumber : 0;
      // The clock calls it overtaken, but its first copy was captured.
      const known = bit === analysis.OUT_OF_ORDER && comesAgain(segment) ? 'sent_again' : id;
      return { id: known, number, of: isDuplicate ? segment.duplicateOf : 0 };
    },
  );
}

function offeredBy({ sender, flags, window }: Segment): number | null {
  if (flags & RST) return null;
  return sender.scale === SCALE_UNKNOWN && (flags & SYN) === 0 && window > 0 ? null : window;
}

/** The same row with left and right exchanged. */
export function mirrored(row: LadderRow): LadderRow {
  switch (row.kind) {
    case 'segment':
      return { ...row, from: other(row.from), steps: [row.steps[1], row.steps[0]] };
    case 'gap':
      return { ...row, from: other(row.from) };
    case 'fold':
      return { ...row, octets: [row.octets[1], row.octets[0]] };
    case 'timer':
      return { ...row, side: other(row.side) };
    default:
      return row;
  }
}

const other = (side: LadderSide): LadderSide => (side === 0 ? 1 : 0);

/** What is needed of a row to find the pauses. */
interface Timed extends At {
  readonly kind: string;
  /** Of a row that stands for several segments. */
  readonly until?: number;
}

/** With a row for each silence that is long in this connection. What a timer waits for is none. */
export function withPauses<Row extends Timed>(rows: readonly Row[]): (Row | PauseRow)[] {
  const sent = rows.filter(({ kind }) => kind !== 'timer');
  const whole = sent.length === 0 ? 0 : endOf(sent.at(-1)!) - sent[0]!.time;
  const least = Math.max(PAUSE_AT_LEAST, whole * PAUSE_PART);
  const result: (Row | PauseRow)[] = [];
  for (const row of rows) {
    const before = result.at(-1);
    const length = before === undefined ? 0 : row.time - endOf(before);
    if (length >= least && row.kind !== 'timer') result.push({ kind: 'pause', time: endOf(before!), length });
    result.push(row);
  }
  return result;
}

const endOf = (row: Timed): number => row.until ?? row.time;

/** `SYN`, `seq 0`, `len 80` and so on: what a drawer writes onto the arrow, the most important first. */
export function segmentWords(row: SegmentRow): string[] {
  const words = [row.flags, `seq ${row.seq}`];
  if (row.ack !== null) words.push(`ack ${row.ack}`);
  if (row.length > 0) words.push(`len ${row.length}`);
  if (row.window !== null) words.push(`win ${row.window}`);
  for (let i = 0; i + 1 < row.sacks.length; i += 2) {
    // A block before the acknowledgment tells what came twice (RFC 2883 §4).
    const name = row.sacks[i]! < row.ack! ? 'dsack' : 'sack';
    words.push(`${name} ${row.sacks[i]}–${row.sacks[i + 1]! - 1}`);
  }
  return words;
}

/** Seconds with six decimals, as the packet list has them. */
export const ladderTime = (nanoseconds: number): string => durationText(Math.round(nanoseconds)).slice(0, -3);

/** A length of time with three digits that count: `213 ms`, `1.25 s`. */
export function shortDuration(nanoseconds: number): string {
  const [unit, size] = nanoseconds >= 1e9 ? ['s', 1e9] : nanoseconds >= 1e6 ? ['ms', 1e6] : (['µs', 1e3] as const);
  const value = nanoseconds / size;
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
}
