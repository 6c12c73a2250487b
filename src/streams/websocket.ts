import { sha1 } from '@noble/hashes/legacy.js';
import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { EventLog } from '../events/event.ts';
import {
  agreedCompression,
  agreementOf,
  COMPRESSED,
  CONTINUATION,
  contentOf,
  headerLength,
  isControl,
  isFinal,
  isMasked,
  isOpcode,
  opcode,
  payloadLength,
  reserved,
  unmasked,
  websocket,
} from '../protocols/websocket.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { Inflation } from './inflation.ts';
import { Parts } from './parts.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';
import { WebSocketTelling } from './websocket-telling.ts';

/** Octets of one message in pieces, or compressed, that are kept until it is whole. */
const MESSAGE_LIMIT = 1 << 20;

/** WebSocket: begun by an answer of HTTP/1.1 with status 101 (RFC 6455 §4), never by its bytes. */
export class WebSocketProtocol implements StreamProtocol {
  readonly events: EventLog;
  readonly budget: StreamBudget;
  /** Put messages together for whoever prints them. */
  readonly contents: boolean;

  constructor(events: EventLog, budget: StreamBudget, contents: boolean) {
    this.events = events;
    this.budget = budget;
    this.contents = contents;
  }

  recognise(): boolean {
    return false;
  }

  open(): WebSocketStream {
    return new WebSocketStream(this);
  }
}

/** What a server has to answer to a key (RFC 6455 §4.2.2): it read the request, and is no cache that repeats an answer. */
export const acceptOf = (key: string): string =>
  btoa(String.fromCharCode(...sha1(new TextEncoder().encode(key + ACCEPT_SUFFIX))));

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** One direction. */
class Sender {
  /** Of the message in pieces that has not ended; none is open below 0. */
  code = NONE;
  compressed = false;
  /** Frames and octets of it so far. */
  frames = 0;
  length = 0;
  /** A piece of it is lost, or it is too long. */
  broken = false;
  /** Messages may refer to those before. */
  refersBack = true;
  /** Where frames begin is not certain: bytes were lost. */
  unsure = false;
  readonly parts: Parts;
  readonly inflation = new Inflation();

  constructor(budget: StreamBudget) {
    this.parts = new Parts(budget, MESSAGE_LIMIT);
  }

  get kept(): number {
    return this.parts.kept + this.inflation.window.length;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.code);
    out.flag(this.compressed);
    out.number(this.frames);
    out.number(this.length);
    out.flag(this.broken);
    out.flag(this.refersBack);
    out.flag(this.unsure);
    this.parts.rest(out);
    out.flag(this.inflation.broken);
    out.bytes(this.inflation.window, 0, this.inflation.window.length);
  }

  wake(left: OctetStringReader): void {
    this.code = left.number();
    this.compressed = left.flag();
    this.frames = left.number();
    this.length = left.number();
    this.broken = left.flag();
    this.refersBack = left.flag();
    this.unsure = left.flag();
    this.parts.wake(left);
    this.inflation.broken = left.flag();
    this.inflation.window = left.bytes();
  }
}

const NONE = -1;

class WebSocketStream implements StreamDecoder {
  readonly opaque = false;
  readonly protocol: WebSocketProtocol;
  /** The direction of the client, whose frames are masked. */
  private client: 0 | 1 = 0;
  /** The two ends agreed on permessage-deflate. */
  private compression = false;
  private readonly senders: readonly [Sender, Sender];
  private readonly telling: WebSocketTelling;
  /** Octets of windows that count against the budget of all streams. */
  private charged = 0;

  constructor(protocol: WebSocketProtocol) {
    this.protocol = protocol;
    this.senders = [new Sender(protocol.budget), new Sender(protocol.budget)];
    this.telling = new WebSocketTelling(protocol.events);
  }

  /** @param extensions what the server agreed to (RFC 7692 §7.1) */
  begin(client: 0 | 1, extensions: string): void {
    this.client = client;
    const agreed = agreementOf(extensions);
    this.compression = agreed.compression;
    this.senders[client].refersBack = agreed.clientRefersBack;
    this.senders[1 - client]!.refersBack = agreed.serverRefersBack;
  }

  get kept(): number {
    return this.senders[0].kept + this.senders[1].kept;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.client);
    out.flag(this.compression);
    this.telling.rest(out);
    for (const sender of this.senders) sender.rest(out);
  }

  wake(left: OctetStringReader): void {
    this.client = left.number() as 0 | 1;
    this.compression = left.flag();
    this.telling.wake(left);
    for (const sender of this.senders) sender.wake(left);
    this.charge();
  }

  close(): void {
    for (const { parts } of this.senders) parts.drop();
    this.protocol.budget.used -= this.charged;
    this.charged = 0;
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    const header = headerLength(bytes, from, to);
    if (header === 0) return NEED_MORE;
    if (this.senders[direction].unsure && !this.plausible(direction, bytes, from)) return NOT_MINE;
    return header + payloadLength(bytes, from);
  }

  /** Behind a gap anything may stand. */
  private plausible(direction: 0 | 1, bytes: Uint8Array, at: number): boolean {
    if (isMasked(bytes, at) !== (direction === this.client) || !isOpcode(opcode(bytes, at))) return false;
    return (reserved(bytes, at) & ~(this.compression ? COMPRESSED : 0)) === 0;
  }

  /** Frames that steer the connection are read whole, of others the header. */
  vital(_direction: 0 | 1): number {
    return LONGEST_HEADER;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet } = arrival;
    const sender = this.senders[direction];
    const before = packet.count;
    packet.decode(websocket, bytes, from, to, wireEnd);
    const layer = packet.count > before ? packet.layers[before]! : null;
    if (layer !== null && this.compression) layer.context = agreedCompression;
    const header = headerLength(bytes, from, to);
    if (header === 0 || to < wireEnd) {
      if (header === 0 || !isControl(opcode(bytes, from))) lose(sender);
      return;
    }
    sender.unsure = false;
    this.check(direction, bytes, from, layer, arrival);
    if (isControl(opcode(bytes, from))) this.control(direction, bytes, from, from + header, to, arrival);
    else this.dataFrame(direction, bytes, from, from + header, to, layer, arrival);
    this.charge();
  }

  /** RFC 6455 §5.1: a client masks, a server does not; §5.2: bits without a meaning are 0. */
  private check(direction: 0 | 1, bytes: Uint8Array, at: number, layer: Layer | null, arrival: Arrival): void {
    if (layer === null) return;
    const meant = this.compression ? COMPRESSED : 0;
    if (reserved(bytes, at) & ~meant) {
      arrival.packet.malformed(layer, 'reserved', 0, reserved(bytes, at) >>> 4, 'websocket.rsv');
    }
    const isClient = direction === this.client;
    if (isMasked(bytes, at) !== isClient) this.telling.mask(layer, isClient, arrival);
  }

  private control(direction: 0 | 1, bytes: Uint8Array, at: number, from: number, to: number, arrival: Arrival): void {
    const layer = this.show(bytes, at, from, to, arrival);
    if (layer !== null) this.telling.control(layer, opcode(bytes, at), direction, arrival);
  }

  /** A frame's content where it stands, or without its mask. Null when there is none, or no room for a layer. */
  private show(bytes: Uint8Array, at: number, from: number, to: number, { packet }: Arrival): Layer | null {
    const before = packet.count;
    const protocol = contentOf(opcode(bytes, at));
    if (isMasked(bytes, at) && from < to)
      packet.decode(protocol, unmasked(bytes, at, from, to), 0, to - from, to - from);
    else packet.decode(protocol, bytes, from, to, to);
    return packet.count > before ? packet.layers[before]! : null;
  }

  /** A frame of a message: all of it, or a piece. */
  private dataFrame(
    direction: 0 | 1,
    bytes: Uint8Array,
    at: number,
    from: number,
    to: number,
    layer: Layer | null,
    arrival: Arrival,
  ): void {
    const sender = this.senders[direction];
    if (opcode(bytes, at) !== CONTINUATION) begin(sender, bytes, at, this.compression);
    else if (sender.code === NONE) return; // of a message whose beginning nobody saw
    sender.frames++;
    sender.length += to - from;
    const isLast = isFinal(bytes, at);
    const { code, frames, length, compressed } = sender;
    if (isLast) sender.code = NONE;
    if (layer !== null && !isLast && frames === 1) this.telling.pieces(layer, length, arrival);
    if (layer !== null && isLast && frames > 1) this.telling.whole(layer, frames, length, arrival);
    if (layer !== null && isLast && frames === 1 && !compressed) this.telling.message(layer, code, length, arrival);
    if (!this.protocol.contents) return;
    if (isLast && frames === 1 && !compressed) {
      if (from < to) this.show(bytes, at, from, to, arrival);
      return;
    }
    if (!isLast && frames > 1) this.show(bytes, at, from, to, arrival);
    const plain = isMasked(bytes, at) ? unmasked(bytes, at, from, to) : bytes.subarray(from, to);
    if (!sender.broken && !sender.parts.add(plain, 0, plain.length)) sender.broken = true;
    if (isLast) this.whole(sender, code, layer, arrival);
  }

  /** A message that came in pieces, or compressed. */
  private whole(sender: Sender, code: number, layer: Layer | null, arrival: Arrival): void {
    const { inflation, refersBack, compressed, length } = sender;
    const carried = sender.broken ? null : sender.parts.take();
    if (compressed && carried === null) inflation.lose(refersBack);
    const content = compressed && carried !== null ? inflation.inflate(carried, refersBack) : carried;
    if (compressed && layer !== null) this.telling.compressed(layer, length, content, arrival);
    if (content === null || content.length === 0) return;
    arrival.packet.decode(contentOf(code), content, 0, content.length, content.length);
  }

  /** Windows count against the budget of all streams; where there is no room, messages stay compressed from now on. */
  private charge(): void {
    const { budget } = this.protocol;
    const windows = this.senders[0].inflation.window.length + this.senders[1].inflation.window.length;
    if (windows === this.charged) return;
    if (windows > this.charged && budget.used + windows - this.charged > budget.limit) {
      for (const { inflation, refersBack } of this.senders) inflation.lose(refersBack);
      this.charge();
      return;
    }
    budget.used += windows - this.charged;
    this.charged = windows;
  }

  forget(direction: 0 | 1): void {
    const sender = this.senders[direction];
    sender.unsure = true;
    lose(sender);
    this.charge();
  }
}

/** Flags, lengths and masking key; a control frame has as much, and at most 125 octets behind it. */
const LONGEST_HEADER = 14 + 125;

/** A new message; what there was of one before has no end. */
function begin(sender: Sender, bytes: Uint8Array, at: number, compression: boolean): void {
  sender.parts.drop();
  sender.code = opcode(bytes, at);
  sender.compressed = compression && (reserved(bytes, at) & COMPRESSED) !== 0;
  sender.frames = sender.length = 0;
  sender.broken = false;
}

/** A frame is not there: neither is the message that it may belong to, nor what later ones refer to. */
function lose(sender: Sender): void {
  sender.parts.drop();
  sender.broken = true;
  sender.inflation.lose(sender.refersBack);
}
