import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from '../protocols/data.ts';
import { tcpPorts } from '../protocols/tables.ts';
import { tcp as tcpProtocol } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION } from '../tcp/analysis.ts';
import type { Payload } from '../tcp/payload.ts';
import { type GapCause, STREAM_LIMIT, type StreamBudget, StreamBuffer, type StreamReader } from '../tcp/reassembly.ts';
import type { Segment } from '../tcp/segment.ts';
import { type Arrival, NOT_MINE, type StreamDecoder, type StreamProtocol, UNTIL_CLOSE } from './stream.ts';

/** Messages longer than this are handed over with what there is of them; the rest passes by. */
export const LONGEST_MESSAGE = STREAM_LIMIT / 2;

/** The two streams of one connection, and the protocol that was recognised in them. */
export class StreamConversation implements Payload {
  readonly ports: readonly [number, number];
  decoder: StreamDecoder | null = null;
  /** Bytes came again with another content: one of the two copies was forged, or a middlebox rewrote one. */
  differing = 0;
  private readonly protocols: readonly StreamProtocol[];
  private readonly directions: readonly [Direction, Direction];
  private readonly at: { packet: Packet; tcp: Layer; about: object };

  constructor(protocols: readonly StreamProtocol[], budget: StreamBudget, about: object, portA: number, portB: number) {
    this.protocols = protocols;
    this.ports = [portA, portB];
    // Filled in by the first segment, before anything is read.
    this.at = { packet: null as unknown as Packet, tcp: null as unknown as Layer, about };
    this.directions = [new Direction(this, 0, budget), new Direction(this, 1, budget)];
  }

  begin(direction: 0 | 1): void {
    this.directions[direction].buffer.start(0);
  }

  segment(direction: 0 | 1, offset: number, tcp: Layer, packet: Packet): void {
    this.at.packet = packet;
    this.at.tcp = tcp;
    const from = tcp.headerEnd;
    const to = Math.max(from, tcp.capturedEnd);
    const before = packet.count;
    this.directions[direction].buffer.add(offset, tcp.bytes, from, to, Math.max(0, tcp.wireEnd - to));
    const known = this.decoder !== null && !this.decoder.opaque;
    if (!known && packet.count === before && from < to && !isAgain(tcp)) this.showData(tcp, packet);
  }

  /** What no protocol here knows stands as it is, under the port that would name it. */
  private showData(tcp: Layer, packet: Packet): void {
    packet.follow(tcpPorts, Math.min(...this.ports), data);
    packet.decode(data, tcp.bytes, tcp.headerEnd, tcp.capturedEnd, tcp.wireEnd);
  }

  acknowledged(direction: 0 | 1, offset: number): void {
    this.directions[direction].buffer.acknowledge(offset);
  }

  end(direction: 0 | 1, offset: number, packet: Packet): void {
    this.at.packet = packet;
    this.at.tcp = packet.find(tcpProtocol) ?? this.at.tcp;
    this.directions[direction].buffer.finish(offset);
  }

  drop(): void {
    for (const direction of this.directions) direction.buffer.stop();
    this.decoder?.forget?.(0);
    this.decoder?.forget?.(1);
  }

  /** Holes, in one direction. */
  holes(direction: 0 | 1): { from: number; to: number }[] {
    return this.directions[direction].buffer.holes();
  }

  get arrival(): Arrival {
    return this.at;
  }

  /** The protocol changed on the way (RFC 9110 §7.8). False when nobody knows the new one. */
  changed(): boolean {
    const next = this.decoder?.next ?? null;
    if (next !== null) this.decoder = next;
    return next !== null;
  }

  /** Asks each protocol whether the bytes are its own. */
  recognise(bytes: Uint8Array, from: number, to: number): StreamDecoder | null {
    const [portA, portB] = this.ports;
    for (const protocol of this.protocols) {
      if (!protocol.recognise(bytes, from, to, portA, portB)) continue;
      this.decoder = protocol.open();
      return this.decoder;
    }
    return null;
  }
}

/** Sent again: its bytes were shown when they came first. */
const isAgain = (tcp: Layer): boolean => ((tcp.context as Segment).analysis & ANY_RETRANSMISSION) !== 0;

/** Who says that no more will come. */
const FIN = 'tcp.flags.fin';

/** One direction: cuts the stream into messages. */
class Direction implements StreamReader {
  readonly buffer: StreamBuffer;
  private readonly conversation: StreamConversation;
  private readonly direction: 0 | 1;
  /** Octets to come that belong to a message which was handed over already. */
  private passing = 0;

  constructor(conversation: StreamConversation, direction: 0 | 1, budget: StreamBudget) {
    this.conversation = conversation;
    this.direction = direction;
    this.buffer = new StreamBuffer(this, budget);
  }

  read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    this.buffer.wanted = 0;
    while (at < to) {
      if (this.passing > 0) {
        const part = Math.min(this.passing, to - at);
        // Of a snapped segment this is all there is; else the message was too long, or lost a part, and was shown.
        const { tcp } = this.conversation.arrival;
        if (tcp.capturedEnd < tcp.wireEnd) this.piece(bytes, at, at + part);
        this.passing -= part;
        at += part;
        continue;
      }
      const decoder = this.conversation.decoder ?? this.conversation.recognise(bytes, at, to);
      if (decoder === null) return to - from;
      if (decoder.opaque) {
        if (this.conversation.changed()) continue;
        this.conversation.drop();
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
      this.message(bytes, at, at + length, at + length);
      at += length;
    }
    return at - from;
  }

  /** The message at `at` is not whole. Waits for it, unless it is too long to be kept. */
  private await(length: number, bytes: Uint8Array, from: number, at: number, to: number): number {
    if (length > LONGEST_MESSAGE && length !== UNTIL_CLOSE) {
      this.message(bytes, at, to, at + length);
      this.passing = length - (to - at);
      return to - from;
    }
    this.buffer.wanted = length;
    return at - from;
  }

  gap(bytes: Uint8Array, from: number, to: number, _offset: number, lost: number, _cause: GapCause): void {
    this.buffer.wanted = 0;
    const { decoder } = this.conversation;
    if (decoder === null) return;
    if (this.passing > 0) this.passing = Math.max(0, this.passing - lost);
    else if (from < to) this.cut(decoder, bytes, from, to, lost);
    decoder.forget?.(this.direction);
  }

  /** Shows what there is of a message that lost its rest. */
  private cut(decoder: StreamDecoder, bytes: Uint8Array, from: number, to: number, lost: number): void {
    const length = decoder.measure(this.direction, bytes, from, to);
    if (length === NOT_MINE) {
      this.piece(bytes, from, to);
      return;
    }
    const known = length > 0;
    this.message(bytes, from, to, known && length !== UNTIL_CLOSE ? from + length : to + lost);
    if (known) this.passing = Math.max(0, length - (to - from) - lost);
  }

  end(bytes: Uint8Array, from: number, to: number): void {
    const { decoder } = this.conversation;
    if (decoder === null) return;
    if (from < to) this.rest(decoder, bytes, from, to);
    decoder.forget?.(this.direction);
  }

  /** The sender closed in the middle of a message, or ended it so. */
  private rest(decoder: StreamDecoder, bytes: Uint8Array, from: number, to: number): void {
    const length = decoder.measure(this.direction, bytes, from, to);
    if (length === NOT_MINE) return;
    const { packet } = this.conversation.arrival;
    const before = packet.count;
    this.message(bytes, from, to, to);
    if (length === UNTIL_CLOSE || packet.count === before) return;
    packet.report('malformed', packet.layers[before]!, 'closedEarly', Math.max(length, to - from + 1), to - from, FIN);
  }

  private piece(bytes: Uint8Array, from: number, to: number): void {
    const { decoder, arrival } = this.conversation;
    decoder?.piece?.(bytes, from, to, arrival);
  }

  differs(_offset: number, length: number): void {
    this.conversation.differing += length;
  }

  private message(bytes: Uint8Array, from: number, to: number, wireEnd: number): void {
    this.conversation.decoder!.message(this.direction, bytes, from, to, wireEnd, this.conversation.arrival);
  }
}
