import { join } from 'node:path';
import type { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { ACK, FIN, RST, SYN } from '../../src/protocols/tcp.ts';
import { decodeFrame } from '../../src/run.ts';
import type { Segment } from '../../src/tcp/segment.ts';
import type { StateChange, TcpState } from '../../src/tcp/state-change.ts';
import { Tracker } from '../../src/track.ts';
import { framesOf } from '../contracts/replay.ts';
import { readBytes } from '../golden/cases.ts';
import {
  epochOf,
  type KernelEnd,
  type KernelRecord,
  type KernelState,
  kernelEnds,
  type Side,
} from './kernel-record.ts';

/**
 * Holds what the tracker infers from a capture against what the kernels said.
 *
 * Every scenario was recorded at both ends. What an observer at one end says of the other end happened when the segment
 * arrived there: the other recording knows when that was, to the microsecond, and whether it arrived at all. So "within
 * the time that the segment travels" is not a guess here; what is left is the time between a packet's time stamp and the
 * kernel's own.
 */
export const TOLERANCE = 0.004;
/** Linux's 2×MSL, and how much later its timer wheel may be: an eighth of the smaller steps, two seconds at this length. */
const TIME_WAIT = 60;
const TIMER_LATE = 2.1;

/** One frame of a recording, as the comparison needs it. */
interface Recorded {
  readonly time: number;
  readonly from: Side;
  readonly octets: string;
  readonly seq: number;
  readonly next: number;
  readonly ack: number;
  readonly flags: number;
  readonly length: number;
}

/** The IP identification of every frame that a program of the lab makes. */
const FORGED = '\x47\x11';

/** A change that the tracker told of, with the moment at which it must have happened; null: its segment never arrived. */
export interface Told {
  readonly change: StateChange;
  /** The sender's change by a segment that its kernel did not make. */
  readonly forged: boolean;
  readonly happened: number | null;
}

/** An observation of the kernel, and what the tracker says to it. */
export type Verdict =
  | 'agrees'
  | 'no segment tells' // the kernel changed by itself
  | 'not recorded' // before the recording, after it, or where it shows nothing of this end
  | 'UNKNOWN' // the tracker says that it cannot tell
  | 'DIFFERS';

/** A change of ours that is no change of the kernel's. */
export type Surplus =
  | 'told late' // the kernel was in this state already: only now a segment shows it
  | 'lost' // inferred from a segment that never arrived
  | 'taken back' // inferred from a segment that found no socket (any more), or crossed another: a later one corrected it
  | 'forged' // a program put the segment on the wire: the kernel of its sender knows nothing of it
  | 'made way' // for a new connection on the same ports: the kernel goes on with that one at once
  | 'not kept' // SYN_RECEIVED behind a SYN cookie: the kernel remembers nothing before the third segment
  | 'DIFFERS';

export interface ComparedEnd {
  readonly end: KernelEnd;
  readonly own: boolean;
  readonly kernel: readonly { readonly state: KernelState; readonly verdict: Verdict; readonly away: number }[];
  readonly surplus: readonly { readonly told: Told; readonly verdict: Surplus }[];
}

export interface ToldReset {
  readonly side: Side;
  readonly time: number;
  readonly event: string;
}

export interface Comparison {
  readonly side: Side;
  readonly ends: readonly ComparedEnd[];
  readonly resets: readonly ToldReset[];
}

/** Compares both recordings of a scenario with the kernels' record. */
export function compare(folder: string, record: KernelRecord): Comparison[] {
  const sides: Side[] = ['client', 'server'];
  const epoch = epochOf(record);
  const files = { client: join(folder, 'capture.pcap'), server: join(folder, 'server.pcap') };
  const played = sides.map((side) => play(side, files[side], record, epoch));
  return played.flatMap((mine, i) => (mine.frames.length === 0 ? [] : [compareOne(mine, played[1 - i]!, record)]));
}

interface Played {
  readonly side: Side;
  readonly frames: readonly Recorded[];
  readonly changes: readonly StateChange[];
  /** When each stream began: its times count from there. */
  readonly begins: ReadonlyMap<number, number>;
  readonly resets: readonly ToldReset[];
}

function play(side: Side, file: string, record: KernelRecord, epoch: number): Played {
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: true });
  const packet = new Packet();
  const frames: Recorded[] = [];
  const changes: StateChange[] = [];
  const begins = new Map<number, number>();
  const resets: ToldReset[] = [];
  for (const frame of framesOf(readBytes(file))) {
    decodeFrame(packet, frame);
    tracker.track(packet);
    changes.push(...tracker.changes);
    const segment = packet.layers[3]!.context as Segment;
    const time = frame.seconds - epoch + frame.nanoseconds / 1e9;
    const { connection, sender } = segment;
    const name = connection.nameOf(sender);
    const from: Side = name.startsWith(`${record.hosts.server}:`) ? 'server' : 'client';
    if (!begins.has(connection.stream)) begins.set(connection.stream, time);
    const { seq, next, ack, flags, length } = segment;
    frames.push({ time, from, octets: octetsOf(frame), seq, next, ack, flags, length });
    for (const { id } of tracker.events.raised) {
      if (id.startsWith('tcp.reset')) resets.push({ side: from, time, event: id });
    }
  }
  return { side, frames, changes, begins, resets };
}

function octetsOf({ bytes, start, capturedLength }: Frame): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, capturedLength).toString('latin1');
}

/**
 * When each frame of `mine` was at the end that did not record it: there it left, or arrived. Null when it did neither.
 * Segments whose first copy was lost arrive with the copy that did.
 */
function elsewhere(mine: readonly Recorded[], other: readonly Recorded[], side: Side): (number | null)[] {
  const used = new Set<Recorded>();
  const times = mine.map((frame) => {
    const twin = other.find(
      (twin) =>
        !used.has(twin) &&
        twin.octets === frame.octets &&
        (frame.from === side ? twin.time > frame.time - TOLERANCE : twin.time < frame.time + TOLERANCE),
    );
    if (twin === undefined) return null;
    used.add(twin);
    return twin.time;
  });
  return mine.map((frame, i) => {
    if (frame.from !== side) return times[i]!;
    return arrival(i, mine, times);
  });
}

function arrival(at: number, mine: readonly Recorded[], times: readonly (number | null)[]): number | null {
  const frame = mine[at]!;
  let whole: number | null = times[at]!;
  for (let i = at + 1; whole === null && i < mine.length; i++) if (conveys(mine[i]!, frame)) whole = times[i]!;
  if (whole === null || (frame.flags & FIN) === 0) return whole;
  // A FIN counts when all the data before it has arrived.
  for (let i = 0; i < at; i++) {
    const earlier = mine[i]!;
    if (earlier.from !== frame.from || earlier.length === 0 || ((frame.seq - earlier.seq) | 0) < 0) continue;
    const data = times[i] ?? arrival(i, mine, times);
    if (data === null) return null;
    if (data > whole) whole = data;
  }
  return whole;
}

/** True when `later` tells the other end what the lost `frame` would have told. */
function conveys(later: Recorded, frame: Recorded): boolean {
  if (later.from !== frame.from) return false;
  // It ends all that the lost one would have told.
  if (later.flags & RST) return true;
  const control = SYN | FIN | RST;
  if (frame.flags & control) return (later.flags & control) === (frame.flags & control) && later.next === frame.next;
  if (frame.length > 0) return later.length > 0 && later.seq === frame.seq;
  return (later.flags & ACK) !== 0 && ((later.ack - frame.ack) | 0) >= 0;
}

function compareOne(mine: Played, other: Played, record: KernelRecord): Comparison {
  const there = elsewhere(mine.frames, other.frames, mine.side);
  const span: Span = {
    first: mine.frames[0]!.time,
    last: Math.max(...mine.frames.map(({ time }, i) => Math.max(time, there[i] ?? 0))),
    missing: missing(mine.frames, other.frames),
    silent: silent(mine.frames),
  };
  const ends = new Map(kernelEnds(record).map((end) => [`${end.local} ${end.remote}`, end]));
  const told = new Map<string, Told[]>();
  for (const change of mine.changes) {
    const key = `${change.end} ${change.peer}`;
    const side: Side = change.end.startsWith(`${record.hosts.server}:`) ? 'server' : 'client';
    if (!ends.has(key)) ends.set(key, { side, local: change.end, remote: change.peer, states: [] });
    const list = told.get(key) ?? [];
    told.set(key, list);
    const cause = change.frame === null ? undefined : mine.frames[change.frame - 1]!;
    const forged = cause !== undefined && cause.from === side && cause.octets.slice(18, 20) === FORGED;
    list.push({ change, forged, happened: happened(change, side) });
  }
  function happened({ frame, stream, time, by }: StateChange, side: Side): number | null {
    if (frame === null) return mine.begins.get(stream)! + time / 1e9;
    const late = (by === 'received FIN' || by === 'received SYN') && mine.frames[frame - 1]!.from === side;
    // What it sends shows that the other's, or what was missing before it, has come meanwhile: it came when it came.
    const brings = ({ from, flags, length }: Recorded) => from !== side && (flags & (SYN | FIN) || length > 0);
    const at = late ? 1 + mine.frames.findLastIndex((old, i) => i < frame && brings(old)) : frame;
    return side === mine.side ? mine.frames[at - 1]!.time : there[at - 1]!;
  }
  const compared = [...ends].map(([key, end]) => compareEnd(end, told.get(key) ?? [], end.side === mine.side, span));
  return { side: mine.side, ends: compared, resets: mine.resets };
}

/** What a recording covers. */
interface Span {
  readonly first: number;
  /** Of its last segment, at the end where it was later. */
  readonly last: number;
  /** Times at which the other end sent or received something that this recording does not have. */
  readonly missing: readonly number[];
  /** Of this side nothing was recorded. */
  readonly silent: Side | null;
}

function silent(frames: readonly Recorded[]): Side | null {
  const heard = new Set(frames.map(({ from }) => from));
  if (heard.size === 2) return null;
  return heard.has('client') ? 'server' : 'client';
}

/** States that an end takes by what it sends; all others it takes by what it receives. */
const BY_SENDING: readonly TcpState[] = ['SYN_SENT', 'FIN_WAIT_1', 'LAST_ACK'];
const OPENING: readonly TcpState[] = ['SYN_SENT', 'SYN_RECEIVED', 'ESTABLISHED'];

const peerOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');

function missing(mine: readonly Recorded[], other: readonly Recorded[]): number[] {
  const known = mine.map(({ octets }) => octets);
  const times: number[] = [];
  for (const { octets, time } of other) {
    const at = known.indexOf(octets);
    if (at < 0) times.push(time);
    else known.splice(at, 1);
  }
  return times;
}

function compareEnd(end: KernelEnd, told: readonly Told[], own: boolean, span: Span): ComparedEnd {
  let at = 0;
  const matched = new Set<Told>();
  const kernel = end.states.map((state) => {
    const found = told.findIndex((mine, i) => i >= at && mine.change.to === state.state && fits(state, mine));
    if (found < 0) return { state, verdict: unmatched(state, told, end, own, span), away: 0 };
    at = found + 1;
    matched.add(told[found]!);
    return {
      state,
      verdict: 'agrees' as const,
      away: told[found]!.change.frame === null ? 0 : distance(state, told[found]!.happened!),
    };
  });
  const surplus = told.flatMap((mine, i) =>
    // To say UNKNOWN is to claim nothing.
    matched.has(mine) || mine.change.to === 'UNKNOWN'
      ? []
      : [{ told: mine, verdict: surplusVerdict(mine, told[i + 1], end) }],
  );
  return { end, own, kernel, surplus };
}

/** The kernel took the state between two moments; ours must be between them, or nearer than the tolerance. */
function distance({ earliest, latest }: KernelState, time: number): number {
  return Math.max(earliest - time, time - latest, 0);
}

const within = (state: KernelState, time: number | null, tolerance = TOLERANCE): boolean =>
  time !== null && distance(state, time) <= tolerance;

/** A timer is late by as much as it likes; nobody sees it on the wire. */
const fits = (state: KernelState, { change, happened }: Told): boolean =>
  within(state, happened) ||
  (change.frame === null && happened !== null && within(state, happened + TIMER_LATE / 2, TIMER_LATE / 2));

function unmatched(state: KernelState, told: readonly Told[], end: KernelEnd, own: boolean, span: Span): Verdict {
  if (state.unseen !== null) return 'no segment tells';
  if (state.latest < span.first - TOLERANCE || state.earliest > span.last + TOLERANCE) return 'not recorded';
  if (!own && span.missing.some((time) => within(state, time))) return 'not recorded';
  const before = told.findLast(({ happened }) => happened !== null && happened <= state.latest);
  const now: TcpState = before?.change.to ?? told[0]?.change.from ?? 'UNKNOWN';
  if (now === 'UNKNOWN') return 'UNKNOWN';
  // Only while it opens: later, what we say of an end of which we hear nothing had better be right.
  const cause = BY_SENDING.includes(state.state) ? end.side : peerOf(end.side);
  return cause === span.silent && OPENING.includes(state.state) ? 'not recorded' : 'DIFFERS';
}

function surplusVerdict({ change, happened, forged }: Told, next: Told | undefined, end: KernelEnd): Surplus {
  if (forged) return 'forged';
  if (end.states.length === 0) return 'taken back';
  if (happened === null) return 'lost';
  const now = end.states.findLast(({ earliest }) => earliest <= happened + TOLERANCE);
  if (change.by === 'ports-reused') return OPENING.includes(now!.state) ? 'made way' : 'DIFFERS';
  if ((now?.state ?? 'CLOSED') === change.to) return 'told late';
  if (change.to === 'SYN_RECEIVED' && now === undefined && end.states[0]!.state === 'ESTABLISHED') return 'not kept';
  const corrected = next !== undefined && (next.change.from !== change.to || next.change.to === now?.state);
  return change.certainty === 'inferred' && corrected ? 'taken back' : 'DIFFERS';
}
