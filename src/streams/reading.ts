import { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { Packet } from '../core/packet.ts';
import { tcp as tcpProtocol } from '../protocols/tcp.ts';
import { OUT_OF_ORDER, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../tcp/analysis.ts';
import { type GapCause, type StreamBudget, StreamBuffer, type StreamReader } from '../tcp/reassembly.ts';
import type { Segment } from '../tcp/segment.ts';
import { type Arrival, NOT_MINE, type StreamDecoder, type StreamProtocol, UNTIL_CLOSE } from './stream.ts';

/** What tshark keeps from the protocols above TCP: it came before, or others that belong behind it did. */
const LATE = RETRANSMISSION | SPURIOUS_RETRANSMISSION | OUT_OF_ORDER;

/** What all readings of a capture share. */
export interface ReadingOptions {
  readonly protocols: readonly StreamProtocol[];
  readonly budget: StreamBudget;
  /** Keep the content of messages until they are whole; else it is counted only. */
  readonly contents: boolean;
  /** Messages longer than this are handed over with what there is of them; the rest passes by. */
  readonly longest: number;
  readonly taker: Taker | null;
}

/** Why a message is not whole: a gap, its length, the sender's close or a RST in the middle of it, the end of the capture. */
export type Cut = GapCause | 'length' | 'closed' | 'reset' | 'end';

/** Takes what connections carry, message by message, as far as each came. */
export interface Taker {
  /**
   * The layers of a packet from `from` on are messages of this direction, or bytes of it are lost. What is left when a
   * connection is over comes in a packet of its own, which is shown nowhere.
   */
  messages(packet: Packet, from: number, reading: Reading, direction: 0 | 1): void;
  /** Nothing more comes in this connection. */
  over(reading: Reading, why: Cut): void;
}

/** Reads the two streams of one connection, with the protocol that was recognised in them. Used again for another one. */
export class Reading {
  decoder: StreamDecoder | null = null;
  /** Of the packet at hand: why bytes are missing in it, and in which of its layers; null and empty where none are. */
  lost: Cut | null = null;
  readonly cuts: Cut[] = [];
  private frame = 0;
  /** Why nothing more comes. */
  ending: Cut = 'end';
  readonly options: ReadingOptions;
  readonly arrival: { packet: Packet; tcp: Layer; about: number | null };
  private portA = 0;
  private portB = 0;
  private readonly directions: readonly [Direction, Direction];

  constructor(options: ReadingOptions) {
    this.options = options;
    // Filled in by the first segment, before anything is read.
    this.arrival = { packet: null as unknown as Packet, tcp: null as unknown as Layer, about: NOTHING };
    this.directions = [new Direction(this, 0, options), new Direction(this, 1, options)];
  }

  open(about: number | null, portA: number, portB: number): void {
    this.arrival.about = about;
    this.portA = portA;
    this.portB = portB;
  }

  begin(direction: 0 | 1): void {
    this.directions[direction].buffer.start(0);
  }

  segment(direction: 0 | 1, offset: number, tcp: Layer, packet: Packet): void {
    if (packet.frame.number !== this.frame) this.begins(packet);
    this.arrival.packet = packet;
    this.arrival.tcp = tcp;
    const from = tcp.headerEnd;
    const to = Math.max(from, tcp.capturedEnd);
    const late = ((tcp.context as Segment).analysis & LATE) !== 0;
    this.directions[direction].buffer.add(offset, tcp.bytes, from, to, Math.max(0, tcp.wireEnd - to), late);
  }

  acknowledged(direction: 0 | 1, offset: number): void {
    this.directions[direction].buffer.acknowledge(offset);
  }

  end(direction: 0 | 1, offset: number, packet: Packet): void {
    if (packet.frame.number !== this.frame) this.begins(packet);
    this.arrival.packet = packet;
    this.arrival.tcp = packet.find(tcpProtocol) ?? this.arrival.tcp;
    this.directions[direction].buffer.finish(offset);
  }

  /** Content that came inside another protocol, in order. */
  content(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    const { buffer } = this.inside(direction, arrival);
    buffer.add(Math.max(buffer.next, 0), bytes, from, to);
  }

  /** So many octets of such content are not there. */
  contentLost(direction: 0 | 1, length: number, arrival: Arrival): void {
    const { buffer } = this.inside(direction, arrival);
    buffer.add(Math.max(buffer.next, 0), NO_BYTES, 0, 0, length);
  }

  /** All of such content was there. */
  contentEnds(direction: 0 | 1, arrival: Arrival): void {
    const { buffer } = this.inside(direction, arrival);
    buffer.finish(Math.max(buffer.next, 0));
  }

  private inside(direction: 0 | 1, { packet, tcp }: Arrival): Direction {
    this.arrival.packet = packet;
    this.arrival.tcp = tcp;
    return this.directions[direction];
  }

  /** Nothing more comes: who takes messages gets what is kept of them. */
  finish(why: Cut): void {
    const { taker } = this.options;
    if (taker === null || this.arrival.packet === null) return;
    const { frame } = this.arrival.packet;
    this.ending = why;
    for (const direction of [0, 1] as const) {
      const packet = new Packet();
      packet.reset(frame);
      this.begins(packet);
      this.arrival.packet = packet;
      this.arrival.tcp = this.headerOf(direction);
      this.directions[direction].buffer.abandon();
      taker.messages(packet, 0, this, direction);
    }
  }

  /** As much of a TCP header as tells who sends: the last one may belong to another connection by now. */
  private headerOf(direction: 0 | 1): Layer {
    const [from, to] = direction === 0 ? [this.portA, this.portB] : [this.portB, this.portA];
    const header = new Layer();
    header.protocol = tcpProtocol;
    header.bytes = Uint8Array.of(from >>> 8, from & 0xff, to >>> 8, to & 0xff);
    header.headerEnd = header.capturedEnd = header.wireEnd = header.bytes.length;
    return header;
  }

  private begins({ frame }: Packet): void {
    this.frame = frame.number;
    this.lost = null;
    if (this.cuts.length > 0) this.cuts.length = 0;
  }

  /** Neither stream is read any more. */
  get over(): boolean {
    return this.directions[0].buffer.over && this.directions[1].buffer.over;
  }

  /** A protocol was recognised, and is still spoken. */
  get known(): boolean {
    return this.decoder !== null && !this.decoder.opaque;
  }

  drop(): void {
    for (const direction of this.directions) direction.buffer.stop();
    this.decoder?.forget?.(0);
    this.decoder?.forget?.(1);
  }

  /** The connection that it was opened for. */
  get about(): number {
    return this.arrival.about ?? NOTHING;
  }

  /** Octets that it keeps for messages that are not whole. */
  get kept(): number {
    return this.directions[0].buffer.kept + this.directions[1].buffer.kept + (this.decoder?.kept ?? 0);
  }

  /** Writes down what outlasts a silence, or answers false: there is too much of it. */
  rest(out: OctetStringWriter): boolean {
    if (this.decoder?.opaque) this.changed();
    if (this.kept > LONGEST_REST) {
      for (const direction of this.directions) direction.buffer.shrink();
      return false;
    }
    const { decoder } = this;
    out.number(decoder === null ? NO_PROTOCOL : this.options.protocols.indexOf(decoder.protocol));
    decoder?.rest(out);
    for (const direction of this.directions) direction.rest(out);
    return true;
  }

  /** Takes up what was written down; it is new otherwise. */
  wake(left: OctetStringReader): void {
    const protocol = left.number();
    if (protocol !== NO_PROTOCOL) {
      this.decoder = this.options.protocols[protocol]!.open();
      this.decoder.wake(left);
    }
    for (const direction of this.directions) direction.wake(left);
  }

  /** The same for one that reads inside another protocol, which does not know where it was opened. */
  restInside(out: OctetStringWriter): void {
    out.number(this.arrival.about ?? NOTHING);
    out.number(this.portA);
    out.number(this.portB);
    this.rest(out);
  }

  wakeInside(left: OctetStringReader): void {
    this.open(left.number(), left.number(), left.number());
    this.wake(left);
  }

  /** Gives back everything that is kept: another connection may come. */
  close(): void {
    this.arrival.about = NOTHING;
    for (const direction of this.directions) direction.close();
    this.decoder?.close();
    this.decoder = null;
  }

  /** The protocol changed on the way (RFC 9110 §7.8). False when nobody knows the new one. */
  changed(): boolean {
    const next = this.decoder?.next ?? null;
    if (next === null && !this.decoder?.anew) return false;
    this.decoder!.close();
    this.decoder = next;
    return true;
  }

  /** Asks each protocol whether the bytes are its own. */
  recognise(bytes: Uint8Array, from: number, to: number): StreamDecoder | null {
    for (const protocol of this.options.protocols) {
      if (!protocol.recognise(bytes, from, to, this.portA, this.portB, this.arrival)) continue;
      this.decoder = protocol.open();
      return this.decoder;
    }
    return null;
  }
}

const NO_PROTOCOL = -1;
/** Who keeps more than this stays as it is: then its objects are the least of it. */
const LONGEST_REST = 1 << 13;

/** Who says that no more will come. */
const FIN = 'tcp.flags.fin';

/** One direction: cuts the stream into messages. */
class Direction implements StreamReader {
  readonly buffer: StreamBuffer;
  private readonly reading: Reading;
  private readonly direction: 0 | 1;
  /** Octets to come that belong to a message which was handed over already. */
  private passing = 0;

  constructor(reading: Reading, direction: 0 | 1, { budget, longest }: ReadingOptions) {
    this.reading = reading;
    this.direction = direction;
    this.buffer = new StreamBuffer(this, budget, 2 * longest);
  }

  rest(out: OctetStringWriter): void {
    out.number(this.passing);
    this.buffer.rest(out);
  }

  wake(left: OctetStringReader): void {
    this.passing = left.number();
    this.buffer.wake(left);
  }

  close(): void {
    this.passing = 0;
    this.buffer.clear();
  }

  read(bytes: Uint8Array, from: number, to: number, offset: number): number {
    let at = from;
    this.buffer.wanted = 0;
    this.buffer.vital = Number.POSITIVE_INFINITY;
    while (at < to) {
      if (this.passing > 0) {
        const part = Math.min(this.passing, to - at);
        // Of a snapped segment this is all there is; else the message was too long, or lost a part, and was shown.
        const { tcp } = this.reading.arrival;
        if (tcp.capturedEnd < tcp.wireEnd) this.piece(bytes, at, at + part);
        this.passing -= part;
        at += part;
        continue;
      }
      const decoder = this.reading.decoder ?? this.reading.recognise(bytes, at, to);
      if (decoder === null) return to - from;
      if (decoder.opaque) {
        if (this.reading.changed()) continue;
        this.reading.drop();
        return to - from;
      }
      const length = decoder.measure(this.direction, bytes, at, to);
      if (decoder.opaque) continue;
      // Content whose beginning is not there: the next segment may begin a message again.
      if (length === NOT_MINE) {
        this.piece(bytes, at, to);
        return to - from;
      }
      if (length <= 0 || length > to - at) return this.await(length, bytes, from, at, to);
      const begin = offset + at - from;
      this.message(bytes, at, at + length, at + length, this.buffer.hasLate(begin, begin + length));
      at += length;
    }
    return at - from;
  }

  /** The message at `at` is not whole. Waits for it, unless it is too long to be kept. */
  private await(length: number, bytes: Uint8Array, from: number, at: number, to: number): number {
    const { decoder, options } = this.reading;
    // Who takes messages wants as much of a long one as may be kept; who shows packets sees it where it begins.
    const enough = options.taker === null || to - at >= options.longest;
    if (length > options.longest && length !== UNTIL_CLOSE && enough) {
      this.unfinished(bytes, at, to, at + length, 'length', true);
      this.passing = length - (to - at);
      return to - from;
    }
    this.buffer.wanted = length === UNTIL_CLOSE ? length : Math.min(length, options.longest);
    if (!options.contents && decoder?.vital !== undefined) this.buffer.vital = decoder.vital(this.direction);
    return at - from;
  }

  gap(bytes: Uint8Array, from: number, to: number, _offset: number, lost: number, cause: GapCause): void {
    this.buffer.wanted = 0;
    this.reading.lost = cause;
    const { decoder } = this.reading;
    if (decoder === null) return;
    if (this.passing > 0) this.passing = Math.max(0, this.passing - lost);
    else if (from < to) this.cut(decoder, bytes, from, to, lost, cause);
    decoder.missed?.(this.direction, lost, this.reading.arrival);
    decoder.forget?.(this.direction);
  }

  left(bytes: Uint8Array, from: number, to: number): void {
    const { decoder, ending } = this.reading;
    this.reading.lost ??= ending;
    if (decoder !== null && this.passing === 0) this.cut(decoder, bytes, from, to, UNKNOWN_LENGTH, ending);
  }

  /** Shows what there is of a message that lost its rest. */
  private cut(decoder: StreamDecoder, bytes: Uint8Array, from: number, to: number, lost: number, cause: Cut): void {
    const length = decoder.measure(this.direction, bytes, from, to);
    if (length === NOT_MINE) {
      this.piece(bytes, from, to);
      return;
    }
    const known = length > 0;
    const end = known && length !== UNTIL_CLOSE ? from + length : to + lost;
    this.unfinished(bytes, from, to, end, cause, cause === 'hole');
    if (known) this.passing = Math.max(0, length - (to - from) - lost);
  }

  end(bytes: Uint8Array, from: number, to: number, offset: number): void {
    const { decoder } = this.reading;
    if (decoder === null) return;
    if (from < to) this.remainder(decoder, bytes, from, to, this.buffer.hasLate(offset, offset + to - from));
    decoder.ended?.(this.direction, this.reading.arrival);
    decoder.forget?.(this.direction);
  }

  /** The sender closed in the middle of a message, or ended it so. */
  private remainder(decoder: StreamDecoder, bytes: Uint8Array, from: number, to: number, late: boolean): void {
    const length = decoder.measure(this.direction, bytes, from, to);
    if (length === NOT_MINE) return;
    const { packet } = this.reading.arrival;
    const before = packet.count;
    const ended = length === UNTIL_CLOSE;
    if (ended) this.message(bytes, from, to, to, late);
    else this.unfinished(bytes, from, to, to, 'closed', true);
    if (ended || packet.count === before) return;
    packet.report('malformed', packet.layers[before]!, 'closedEarly', Math.max(length, to - from + 1), to - from, FIN);
  }

  private piece(bytes: Uint8Array, from: number, to: number): void {
    const { decoder, arrival } = this.reading;
    decoder?.piece?.(bytes, from, to, arrival);
  }

  differs(): void {}

  private unfinished(bytes: Uint8Array, from: number, to: number, wireEnd: number, why: Cut, late: boolean): void {
    const { cuts, arrival } = this.reading;
    const { count } = arrival.packet;
    this.message(bytes, from, to, wireEnd, late);
    if (arrival.packet.count > count) cuts[count] = why;
    this.reading.lost ??= why;
  }

  private message(bytes: Uint8Array, from: number, to: number, wireEnd: number, late: boolean): void {
    const { packet } = this.reading.arrival;
    const before = packet.count;
    this.reading.decoder!.message(this.direction, bytes, from, to, wireEnd, this.reading.arrival as Arrival);
    if (late) for (let i = before; i < packet.count; i++) packet.layers[i]!.late = true;
  }
}

const NO_BYTES = new Uint8Array(0);

/** Of what would have followed: more than nothing. */
const UNKNOWN_LENGTH = 1;

/** In place of a connection's number. */
const NOTHING = -1;
