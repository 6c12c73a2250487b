import { u8, u16, u32 } from '../core/bytes.ts';
import type { Frame } from '../core/frame.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { minus } from '../core/sequence.ts';
import type { EventLog } from '../events/event.ts';
import { Conversations } from '../flows/conversations.ts';
import type { Follower } from '../flows/follower.ts';
import * as tcp from '../protocols/tcp.ts';
import { findOption, MSS, SACK, SACK_PERMITTED, WINDOW_SCALE } from '../protocols/tcp-options.ts';
import { ANY_RETRANSMISSION, KEEP_ALIVE, REUSED_PORTS, ZERO_WINDOW_PROBE } from './analysis.ts';
import { classify, isRepeated } from './classify.ts';
import {
  COMPLETE_ACK,
  COMPLETE_DATA,
  COMPLETE_FIN,
  COMPLETE_RST,
  COMPLETE_SYN,
  COMPLETE_SYN_ACK,
  type Connection,
} from './connection.ts';
import { ConnectionTable } from './connection-table.ts';
import { type End, SCALE_NONE, SCALE_UNKNOWN } from './end.ts';
import type { PayloadOpener } from './payload.ts';
import { QuotedSegment } from './quoted.ts';
import { hopLimit, whyReset } from './resets.ts';
import { Segment } from './segment.ts';
import type { StateMachine } from './state-machine.ts';
import { isSynchronized } from './states.ts';
import { tellSegment } from './tell.ts';

/** Ports and sequence number: what RFC 792 makes every error quote. */
const QUOTED_AT_LEAST = 8;

/** Every TCP connection of the capture: finds the one a segment belongs to, judges the segment, moves both ends' states. */
export class Connections implements Follower {
  readonly followsQuoted = true;
  readonly states: StateMachine;
  private readonly conversations = new Conversations();
  private readonly table: ConnectionTable;
  private readonly events: EventLog;
  private readonly open: PayloadOpener | null;
  /** One for each TCP layer of a packet: tunnels can give it several. */
  private readonly segments: Segment[] = [];
  private used = 0;
  private frame = -1;
  private readonly quoted = new QuotedSegment();

  /**
   * @param mostAwake connections that are kept as objects
   * @param remembered connections that are over and are kept; all of them while somebody explains
   */
  constructor(
    states: StateMachine,
    events: EventLog,
    open: PayloadOpener | null,
    mostAwake?: number,
    remembered?: number,
  ) {
    this.states = states;
    this.events = events;
    this.open = open;
    this.table = new ConnectionTable(this.conversations, mostAwake, events.enabled ? 0 : remembered);
    states.find = (stream) => this.table.find(stream, this.frame);
  }

  follow(layer: Layer, packet: Packet): void {
    if (layer.network === null) return;
    if (layer.quoted) {
      this.quote(layer, packet);
      return;
    }
    if (!layer.captured(tcp.MIN_HEADER) || tcp.headerLength(layer) < tcp.MIN_HEADER) return;
    const segment = this.segmentFor(packet);
    this.read(segment, layer, packet);
    this.assign(segment, layer, packet.frame);
    segment.now = segment.connection.timeOf(packet.frame);
    layer.context = segment;
    const answeredAnew = answersAnew(segment);
    beginNumbers(segment);
    if (segment.flags & tcp.SYN) readSyn(segment, layer);
    readSacks(segment, layer);
    measureTime(segment);
    segment.expectedSeq = segment.sender.sndNxt;
    segment.acked = newlyAcknowledged(segment);
    segment.usualHops = segment.sender.hops;
    segment.reset = segment.flags & tcp.RST ? whyReset(segment, layer, segment.sender.state) : null;
    const reused = answeredAnew || (segment.connection.reusedPorts && segment.connection.segments === 0);
    classify(segment);
    if (reused) {
      segment.analysis |= REUSED_PORTS;
      segment.analysed = true;
    }
    noteLast(segment, layer);
    segment.connection.segments++;
    // As Wireshark: before this segment, unless it begins a connection on ports that were used before.
    segment.completeness = segment.connection.reusedPorts ? completes(segment) : 0;
    if (segment.connection.segments > 1) segment.completeness = segment.connection.completeness;
    segment.connection.completeness |= completes(segment);
    segment.window = scaledWindow(segment);
    this.states.segment(segment);
    if (this.events.enabled) tellSegment(segment, layer, packet, this.events, this.states);
    if (this.open !== null) this.deliver(segment, layer, packet, this.open);
  }

  /** In the order in which they began. Good until the next packet is followed. */
  *[Symbol.iterator](): Generator<Connection> {
    yield* this.table;
  }

  /** The same for who looks at each but for a moment: all that are at rest are shown by one object. */
  inTurn(): Generator<Connection> {
    return this.table.inTurn();
  }

  /** How many are at rest. */
  get resting(): number {
    return this.table.resting;
  }

  /** Hands the payload to the streams, in the order: beginning, bytes, acknowledgment, end. */
  private deliver(segment: Segment, layer: Layer, packet: Packet, open: PayloadOpener): void {
    const { connection, sender, receiver, flags } = segment;
    const direction = sender === connection.a ? 0 : 1;
    if (connection.payload === null) {
      if (segment.length === 0) {
        if (!sender.placed && flags & tcp.SYN) place(segment);
        return;
      }
      const ports = [tcp.srcPort(layer), tcp.dstPort(layer)] as const;
      connection.payload = open(connection, ports[direction], ports[1 - direction]!);
      if (connection.a.synSeen) connection.payload.begin(0);
      if (connection.b.synSeen) connection.payload.begin(1);
    }
    const { payload } = connection;
    if (flags & tcp.RST) {
      payload.drop();
      return;
    }
    const offset = place(segment);
    if (segment.length > 0 && segment.analysis !== KEEP_ALIVE) payload.segment(direction, offset, layer, packet);
    if (flags & tcp.ACK && receiver.placed) {
      payload.acknowledged(direction === 0 ? 1 : 0, receiver.placedAt + minus(segment.ack, receiver.placedSeq));
    }
    if (flags & tcp.FIN) payload.end(direction, offset + segment.length, packet);
  }

  private segmentFor(packet: Packet): Segment {
    if (this.frame !== packet.frame.number) {
      this.frame = packet.frame.number;
      this.used = 0;
    }
    const segment = this.segments[this.used] ?? new Segment();
    this.segments[this.used++] = segment;
    return segment;
  }

  private read(segment: Segment, layer: Layer, packet: Packet): void {
    const { frame } = packet;
    segment.frame = frame.number;
    segment.seq = tcp.seq(layer);
    segment.ack = tcp.ack(layer);
    segment.flags = tcp.flags(layer);
    segment.length = Math.max(0, tcp.payloadLength(layer));
    const counted = segment.length + (segment.flags & tcp.SYN ? 1 : 0) + (segment.flags & tcp.FIN ? 1 : 0);
    segment.next = (segment.seq + counted) >>> 0;
    segment.rawWindow = tcp.window(layer);
    segment.acksSyn = segment.acksFin = false;
  }

  /** A segment that an error quotes only asks for its connection. */
  private quote(layer: Layer, packet: Packet): void {
    if (!layer.captured(QUOTED_AT_LEAST)) return;
    const connection = this.find(layer, packet.frame);
    this.quoted.connection = connection;
    this.quoted.sender = this.conversations.lastDirection === 0 ? connection.a : connection.b;
    this.quoted.sinceFirst = connection.timeOf(packet.frame);
    this.quoted.sinceLast = this.quoted.sinceFirst - connection.lastTime;
    connection.lastTime = this.quoted.sinceFirst;
    layer.context = this.quoted;
  }

  private assign(segment: Segment, layer: Layer, frame: Frame): void {
    let connection = this.find(layer, frame);
    const first = this.conversations.lastDirection === 0;
    segment.waited = -1;
    if (opensAnew(segment, first ? connection.a : connection.b)) {
      segment.waited = this.states.waitedBy(
        first ? connection.a : connection.b,
        connection.begin + connection.timeOf(frame),
      );
      connection.payload?.drop();
      this.states.reuse(connection, frame.number, connection.timeOf(frame));
      const stream = this.conversations.renew(connection.stream);
      const answering = (first ? connection.b : connection.a).state;
      connection = this.begin(stream, frame);
      connection.reusedPorts = true;
      // Who still has the old connection answers a SYN as a part of that one (RFC 9293 §3.10.7.4, fourth).
      if (isSynchronized(answering)) connection.b.state = answering;
    }
    const { lastDirection } = this.conversations;
    segment.connection = connection;
    segment.sender = lastDirection === 0 ? connection.a : connection.b;
    segment.receiver = connection.peerOf(segment.sender);
  }

  private find(layer: Layer, frame: Frame): Connection {
    const stream = this.conversations.find(layer.network!, tcp.srcPort(layer), tcp.dstPort(layer));
    if (!this.table.has(stream)) return this.begin(stream, frame);
    return this.table.get(stream, frame.number);
  }

  private begin(stream: number, frame: Frame): Connection {
    const connection = this.table.add(stream, frame.number);
    connection.start(frame);
    return connection;
  }
}

/** A SYN with another ISN than the connection's begins a new one on the same ports. */
const opensAnew = (segment: Segment, sender: End): boolean =>
  (segment.flags & (tcp.SYN | tcp.ACK)) === tcp.SYN && sender.hasBase && segment.seq !== sender.base;

/** A SYN+ACK with another ISN: the end that had an older connection on these ports has begun a new one. */
const answersAnew = ({ sender, flags, seq }: Segment): boolean =>
  (flags & (tcp.SYN | tcp.ACK)) === (tcp.SYN | tcp.ACK) && sender.hasBase && seq !== sender.base;

/** Where the segment's payload stands in its sender's stream: octets since ISN + 1, or since the first seen. */
function place(segment: Segment): number {
  const { sender, flags } = segment;
  const seq = flags & tcp.SYN ? (segment.seq + 1) >>> 0 : segment.seq;
  if (!sender.placed) {
    sender.placed = true;
    sender.placedSeq = sender.synSeen ? (sender.base + 1) >>> 0 : seq;
    sender.placedAt = 0;
  }
  const offset = sender.placedAt + minus(seq, sender.placedSeq);
  if (offset > sender.placedAt) {
    sender.placedAt = offset;
    sender.placedSeq = seq;
  }
  return offset;
}

/** Where relative numbers begin: at the ISN when the SYN was seen, else so that the first number seen is 1. */
function beginNumbers(segment: Segment): void {
  const { sender, receiver, flags, seq, ack } = segment;
  if (answersAnew(segment)) sender.base = seq;
  if (!sender.hasBase) {
    sender.base = flags & tcp.SYN ? seq : (seq - 1) >>> 0;
    sender.hasBase = true;
  }
  if (!receiver.hasBase && flags & tcp.ACK) {
    receiver.base = (ack - 1) >>> 0;
    receiver.hasBase = true;
  }
}

/** Segments that ask for an answer which should have come. */
const ASKING_AGAIN = ANY_RETRANSMISSION | KEEP_ALIVE | ZERO_WINDOW_PROBE;

/** What a reset that comes later is judged by. */
function noteLast(segment: Segment, layer: Layer): void {
  const { sender } = segment;
  sender.lastFrame = segment.frame;
  sender.lastTcpFlags = segment.flags;
  sender.lastNext = segment.next;
  sender.lastLength = segment.length;
  if (segment.length > 0 && !isRepeated(segment)) sender.lastDataTime = segment.now;
  segment.receiver.unanswered = 0;
  if (segment.analysis & ASKING_AGAIN) sender.unanswered++;
  const { rtt } = segment;
  if (rtt > 0 && (sender.shortestRtt === 0 || rtt < sender.shortestRtt)) sender.shortestRtt = rtt;
  const hops = hopLimit(layer);
  if (sender.hopsSeen > 0 && hops !== sender.hops) sender.hopsVary = true;
  sender.hops = hops;
  sender.hopsSeen++;
}

function newlyAcknowledged({ sender, receiver, ack, flags }: Segment): number {
  if ((flags & tcp.ACK) === 0) return 0;
  const before = sender.hasAcked ? sender.lastAck : (receiver.base + 1) >>> 0;
  return Math.max(0, minus(ack, before));
}

/** Window scale counts only when both SYNs carry it (RFC 7323 §2.2). */
function readSyn(segment: Segment, layer: Layer): void {
  const { sender, receiver } = segment;
  const scaleAt = findOption(layer, WINDOW_SCALE);
  sender.scale = scaleAt < 0 ? SCALE_NONE : Math.min(u8(layer.bytes, scaleAt + 2), 14);
  if (sender.scale === SCALE_NONE) receiver.scale = SCALE_NONE;
  else if (receiver.scale === SCALE_NONE) sender.scale = SCALE_NONE;
  const mssAt = findOption(layer, MSS);
  sender.mss = mssAt < 0 ? 0 : u16(layer.bytes, mssAt + 2);
  sender.sackPermitted = findOption(layer, SACK_PERMITTED) >= 0;
  if (!sender.synSeen) {
    sender.synSeen = true;
    sender.synFrame = segment.frame;
    sender.synTime = segment.now;
  }
  sender.syns++;
}

/** Most segments have no options, or time stamps alone in the form of RFC 7323 appendix A. */
function hasNoSack({ bytes, start, headerEnd, capturedEnd }: Layer): boolean {
  const length = headerEnd - start;
  if (length === tcp.MIN_HEADER) return true;
  return (
    length === TIMESTAMPS_HEADER && headerEnd <= capturedEnd && u32(bytes, start + tcp.MIN_HEADER) === TIMESTAMPS_ALONE
  );
}

const TIMESTAMPS_HEADER = 32;
/** No operation twice, then time stamps of ten octets. */
const TIMESTAMPS_ALONE = 0x0101080a;

function readSacks(segment: Segment, layer: Layer): void {
  const { sacks } = segment.sender;
  if (sacks.length > 0) sacks.length = 0;
  if (hasNoSack(layer)) return;
  const at = findOption(layer, SACK);
  if (at < 0) return;
  const end = at + u8(layer.bytes, at + 1);
  for (let edge = at + 2; edge + 4 <= end; edge += 4) sacks.push(u32(layer.bytes, edge));
}

function measureTime(segment: Segment): void {
  const { connection, now, flags } = segment;
  segment.sinceFirst = now;
  segment.sinceLast = now - connection.lastTime;
  connection.lastTime = now;
  if ((flags & (tcp.SYN | tcp.ACK)) === tcp.SYN) connection.synTime = now;
  else if ((flags & (tcp.SYN | tcp.ACK)) === tcp.ACK && connection.synTime >= 0 && connection.initialRtt <= 0) {
    connection.initialRtt = now - connection.synTime;
  }
  segment.initialRtt = connection.initialRtt;
}

/**
 * Wireshark counts of a connection's first segment only its SYN, and a SYN there only; data and FIN only where an ACK says
 * that there is a connection, and that ACK itself only without data.
 */
function completes(segment: Segment): number {
  const { flags, length, connection } = segment;
  const hasAck = (flags & tcp.ACK) !== 0;
  if (connection.segments === 1) {
    if (hasAck || (flags & tcp.SYN) === 0) return 0;
    return length > 0 ? COMPLETE_SYN | COMPLETE_DATA : COMPLETE_SYN;
  }
  let bits = flags & tcp.RST ? COMPLETE_RST : 0;
  if (!hasAck) return bits;
  if (flags & tcp.SYN) bits |= COMPLETE_SYN_ACK;
  else bits |= length > 0 ? COMPLETE_DATA : COMPLETE_ACK;
  if (flags & tcp.FIN) bits |= COMPLETE_FIN;
  return bits;
}

/** Windows in SYN segments are never scaled (RFC 7323 §2.2). */
function scaledWindow(segment: Segment): number {
  const { sender, rawWindow, flags } = segment;
  if (flags & tcp.SYN || sender.scale === SCALE_UNKNOWN || sender.scale === SCALE_NONE) return rawWindow;
  return rawWindow << sender.scale;
}
