import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { minus } from '../core/sequence.ts';
import { ACK, FIN, RST, SYN } from '../protocols/tcp.ts';
import { findOption, TIMESTAMPS } from '../protocols/tcp-options.ts';
import { DUPLICATE_ACK, findings, KEEP_ALIVE } from './analysis.ts';
import { comesAgain } from './classify.ts';
import type { Connection } from './connection.ts';
import { type End, SCALE_UNKNOWN } from './end.ts';
import { RoundTrips } from './round-trips.ts';
import { NOT_MEASURED, Segment } from './segment.ts';
import { MOST_SAMPLES, Runs, Series } from './series.ts';

/** Octets behind a hole that the other end says it has (RFC 2018), or, `duplicate`, that came twice (RFC 2883). */
export interface SelectiveBlock {
  readonly time: number;
  readonly frame: number;
  readonly left: number;
  readonly right: number;
  readonly duplicate: boolean;
}

/** A number that is farther off than the largest window (RFC 7323 §2.3) is none of this stream. */
const FAR = 2 ** 30;

/** Octets of the option: kind, length, TSval, TSecr (RFC 7323 §3.2). */
const TIMESTAMPS_LENGTH = 10;

/** Segments that are kept by themselves however long the connection is. */
const ODD = {
  analysis: findings.reduce((bits, { bit }) => bits | bit, 0),
  flags: SYN | FIN | RST,
};

/**
 * One direction of a connection over time: what one end sent, and what the other end answered to it. Numbers are relative to
 * the ISN (one before the first number seen where that was not captured) and do not wrap; times are nanoseconds since the
 * connection's first segment. Every list holds 4,096 entries at the most; a long connection is thinned so that extremes and
 * what is odd stay.
 */
export class FlowTrace {
  /** `address:port` of the end that sends, and what it is where the packets tell. */
  name = '';
  role: 'client' | 'server' | null = null;
  /** Octets of payload, and how many of them were sent again. */
  octets = 0;
  resent = 0;
  /** Segments that occupy numbers, resets, and keep-alives. */
  readonly sent = new Runs(ODD);
  /** Up to where the other end acknowledges, and how far its window reaches from there. */
  readonly acknowledged = new Series();
  readonly edge = new Series();
  /** Acknowledgments that repeat the one before. */
  readonly duplicates = new Series();
  /** The window that the other end offers. Where `scaled` is false its scale was not captured: only 0 is sure. */
  readonly window = new Series();
  scaled = true;
  /** Where it closed: the number that was acknowledged then. */
  readonly closings = new Series();
  /** Resets of the other end, at the highest number that was sent. */
  readonly resets = new Series();
  /** Octets sent and not acknowledged, as seen where it was captured: after each segment, and each acknowledgment. */
  readonly inFlight = new Series();
  /** Round-trip times between the place of the capture and the other end, by when they were known. */
  readonly roundTrips = new Series();
  /** Those that only a time stamp tells, for octets that were sent again. */
  readonly echoes = new Series();
  blocks: SelectiveBlock[] = [];
  /** SACK blocks that there was no room for. */
  blocksDropped = 0;
  /** Numbers that are too far off to be of this stream: they are in no list. */
  strays = 0;
  private readonly trips = new RoundTrips();
  private open = true;
  private base = 0;
  /** A number whose place in the stream is known. */
  private raw = 0;
  private place = 0;

  /** Where the relative numbers begin. Another one than before begins another stream. */
  begin({ base, hasBase }: End): void {
    if (!hasBase || base === this.base) return;
    this.base = this.raw = base;
    this.place = 0;
  }

  /** True where something was left out or drawn together. */
  get thinned(): boolean {
    const { sent, acknowledged, edge, window, inFlight, roundTrips } = this;
    const lists = [acknowledged, edge, window, inFlight, roundTrips, this.duplicates, this.echoes, this.closings];
    const joined = sent.dropped > 0 || sent.runs.some(({ count }) => count > 1);
    return joined || this.blocksDropped > 0 || lists.some(({ dropped }) => dropped > 0);
  }

  /** The segment's own octets. */
  send(segment: Segment, stamp: number | null, kept: boolean): void {
    const { flags, analysis, now, frame, length } = segment;
    const found = this.number(segment.seq, (flags & RST) === 0);
    if (found === null) this.strays++;
    const seq = found ?? this.place;
    const next = found === null ? seq : seq + minus(segment.next, segment.seq);
    const counts = found !== null && (flags & RST) === 0;
    if (counts) this.trips.sent(seq, next, stamp, now);
    if (!kept) return;
    this.octets += length;
    const again = comesAgain(segment);
    if (again) this.resent += length;
    const occupies = found !== null && (next > seq || (analysis & KEEP_ALIVE) !== 0);
    if (occupies || flags & RST) {
      this.sent.add({ time: now, until: now, frame, count: 1, seq, next, flags, analysis, again });
    }
    if (segment.bytesInFlight >= 0) this.inFlight.add(now, frame, segment.bytesInFlight);
  }

  /** What a segment of the other end says of them. Numbers and window of a reset say nothing. */
  answer(segment: Segment, echo: number | null, kept: boolean): void {
    const { flags, sender, now, frame } = segment;
    if (flags & RST && kept) this.resets.add(now, frame, this.place);
    if ((flags & ACK) === 0 || flags & RST) return;
    const ack = this.number(segment.ack);
    if (ack === null) {
      this.strays++;
      return;
    }
    const exact = segment.acksFrame > 0 && segment.rtt !== NOT_MEASURED ? segment.rtt : null;
    const trip = this.trips.answer(ack, exact, echo, now);
    if (!kept) return;
    if (trip !== null) (trip.by === 'acknowledgment' ? this.roundTrips : this.echoes).add(now, frame, trip.value);
    const before = this.acknowledged.samples.at(-1)?.value ?? Number.NEGATIVE_INFINITY;
    if (ack > before) this.acknowledged.add(now, frame, ack);
    if (segment.analysis & DUPLICATE_ACK) this.duplicates.add(now, frame, ack);
    if (ack >= before) this.offer(segment, ack);
    this.select(segment, ack);
    if (ack > before || sender.sacks.length > 0) this.inFlight.add(now, frame, stillInFlight(segment));
  }

  /** An acknowledgment that was overtaken says nothing of the window (RFC 9293 §3.10.7.4, fifth: SND.WL2). */
  private offer({ sender, flags, window, now, frame }: Segment, ack: number): void {
    if (window === 0 && this.open) this.closings.add(now, frame, ack);
    this.open = window > 0;
    if (sender.scale === SCALE_UNKNOWN && (flags & SYN) === 0) this.scaled = false;
    if (window !== this.window.samples.at(-1)?.value) this.window.add(now, frame, window);
    if (ack + window !== this.edge.samples.at(-1)?.value) this.edge.add(now, frame, ack + window);
  }

  private select({ sender, now, frame }: Segment, ack: number): void {
    const { sacks } = sender;
    for (let i = 0; i + 1 < sacks.length; i += 2) {
      const left = this.number(sacks[i]!, false);
      const right = this.number(sacks[i + 1]!, false);
      if (left === null || right === null || left >= right) continue;
      if (this.blocks.length >= MOST_SAMPLES) {
        this.blocks = this.blocks.filter((_, at) => at % 2 === 0);
        this.blocksDropped += MOST_SAMPLES / 2;
      }
      this.blocks.push({ time: now, frame, left, right, duplicate: left < ack });
    }
  }

  /** A number of this flow, counted on beyond 2^32; null for one that is too far off. */
  private number(raw: number, leads = true): number | null {
    const step = minus(raw, this.raw);
    if (Math.abs(step) > FAR) return null;
    if (leads && step > 0) {
      this.raw = raw;
      this.place += step;
      return this.place;
    }
    return this.place + step;
  }
}

/** What remains under way behind an acknowledgment: what was sent, but for SYN and FIN, and what SACK blocks tell of. */
function stillInFlight({ sender, receiver }: Segment): number {
  const { flight, base } = receiver;
  if (flight.empty) return 0;
  let octets = flight.span(base);
  if (receiver.finSeen && !receiver.finAcked) octets--;
  if (receiver.synSeen && !receiver.synAcked) octets--;
  for (let i = 0; i + 1 < sender.sacks.length; i += 2) {
    if (minus(sender.sacks[i]!, sender.lastAck) >= 0) octets -= minus(sender.sacks[i + 1]!, sender.sacks[i]!);
  }
  return Math.max(0, octets);
}

/** A connection over time: what graphs are drawn from. */
export interface ConnectionTrace {
  readonly stream: number;
  /** Nanoseconds from the capture's first frame to the connection's first segment. */
  readonly begin: number;
  /** Nanoseconds since then, of the first and the last segment that was kept. */
  readonly from: number;
  readonly until: number;
  readonly segments: number;
  /** What the end that was seen first sent, and what the other one did. */
  readonly flows: readonly [FlowTrace, FlowTrace];
}

/**
 * Gathers the trace of one connection, packet by packet:
 *
 *     const tracer = new ConnectionTracer(0);
 *     for await (const packet of packets(source, tracker)) tracer.packet(packet);
 *     const trace = tracer.finish(); // null when there is no such connection
 */
export class ConnectionTracer {
  readonly stream: number;
  /** Connections seen in the capture so far. */
  streams = 0;
  private connection: Connection | null = null;
  private readonly flows: [FlowTrace, FlowTrace] = [new FlowTrace(), new FlowTrace()];
  private segments = 0;
  private begin = 0;
  private from = 0;
  private until = 0;

  constructor(stream: number) {
    this.stream = stream;
  }

  /** Takes in a packet that was tracked. One that is not `kept` only counts for what comes later. */
  packet(packet: Packet, kept = true): void {
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (!(layer.context instanceof Segment)) continue;
      const { stream } = layer.context.connection;
      if (stream >= this.streams) this.streams = stream + 1;
      if (stream === this.stream) this.segment(layer.context, layer, kept);
    }
  }

  finish(): ConnectionTrace | null {
    const { connection, stream, begin, from, until, segments, flows } = this;
    if (connection === null) return null;
    for (const [at, end] of [connection.a, connection.b].entries()) {
      flows[at]!.name = connection.nameOf(end);
      flows[at]!.role = end.role;
    }
    return { stream, begin, from, until, segments, flows };
  }

  private segment(segment: Segment, layer: Layer, kept: boolean): void {
    const { connection, sender, receiver, now } = segment;
    if (this.connection === null) {
      this.connection = connection;
      this.begin = connection.begin;
      connection.held = true;
    }
    const [own, other] = sender === connection.a ? this.flows : ([this.flows[1], this.flows[0]] as const);
    own.begin(sender);
    other.begin(receiver);
    if (kept) {
      if (this.segments === 0) this.from = this.until = now;
      this.segments++;
      this.until = Math.max(this.until, now);
    }
    const at = findOption(layer, TIMESTAMPS);
    const stamped = at >= 0 && u8(layer.bytes, at + 1) === TIMESTAMPS_LENGTH;
    own.send(segment, stamped ? u32(layer.bytes, at + 2) : null, kept);
    other.answer(segment, stamped ? u32(layer.bytes, at + 6) : null, kept);
  }
}
