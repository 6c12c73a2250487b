import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import { dnsOverHttps } from '../protocols/dns.ts';
import {
  ACK,
  CONTINUATION,
  ContentEnd,
  content,
  DATA,
  END_HEADERS,
  END_STREAM,
  flags,
  HEADER,
  HEADERS,
  type HeaderLine,
  HeaderLines,
  http2,
  looksLikeSettings,
  PREFACE,
  PUSH_PROMISE,
  payloadLength,
  prefaceLength,
  RST_STREAM,
  SETTINGS,
  streamId,
  type,
} from '../protocols/http2.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { HeaderDecoder } from './hpack.ts';
import { Http2Telling } from './http2-telling.ts';
import { Parts } from './parts.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';

/**
 * HTTP/2 in clear text: begun with its greeting (RFC 9113 §3.3) or the server's settings, which need not wait for it, or
 * agreed on in HTTP/1.1 (RFC 7540 §3.2).
 */
export class Http2Protocol implements StreamProtocol {
  readonly names = ['h2'];
  readonly events: EventLog;
  readonly budget: StreamBudget;

  constructor(events: EventLog, budget: StreamBudget) {
    this.events = events;
    this.budget = budget;
  }

  recognise(bytes: Uint8Array, from: number, to: number): boolean {
    return prefaceLength(bytes, from, to) >= ENOUGH_OF_PREFACE || looksLikeSettings(bytes, from, to);
  }

  open(): StreamDecoder {
    return new Http2Stream(this);
  }
}

/** `PRI * HTTP/2.0`: nothing else begins so. */
const ENOUGH_OF_PREFACE = 14;
const DNS_MESSAGE = 'application/dns-message';
/** Streams of one connection that are remembered; the oldest are forgotten first. */
const STREAM_COUNT = 1024;
/** Octets of one header block, and of one content. */
const BLOCK_LIMIT = 1 << 18;
const CONTENT_LIMIT = 1 << 18;
/** Largest frame before anybody allows larger ones (RFC 9113 §4.2). */
const DEFAULT_FRAME = 1 << 14;

/** One direction of one stream: the type of its content, and what came of it. */
class Side {
  type = '';
  readonly content: Parts;
  /** The content is too long to be kept, or a part of it is lost. */
  broken = false;

  constructor(budget: StreamBudget) {
    this.content = new Parts(budget, CONTENT_LIMIT);
  }
}

/** One direction of the connection. */
class Sender {
  readonly headers = new HeaderDecoder();
  /** A header block whose end has not come: the stream that it belongs to, and its octets. */
  blockOf = -1;
  /** The frame that began the block ends its stream, or is a promise. */
  blockEnds = false;
  blockPromises = false;
  readonly block: Parts;
  readonly streams = new Map<number, Side>();

  constructor(budget: StreamBudget) {
    this.block = new Parts(budget, BLOCK_LIMIT);
  }

  get kept(): number {
    let { kept } = this.block;
    for (const { content } of this.streams.values()) kept += content.kept;
    return kept;
  }

  rest(out: OctetStringWriter): void {
    this.headers.rest(out);
    out.number(this.blockOf);
    out.flag(this.blockEnds);
    out.flag(this.blockPromises);
    this.block.rest(out);
    out.number(this.streams.size);
    for (const [id, { type, content, broken }] of this.streams) {
      out.number(id);
      out.text(type);
      out.flag(broken);
      content.rest(out);
    }
  }

  wake(left: OctetStringReader, budget: StreamBudget): void {
    this.headers.wake(left);
    this.blockOf = left.number();
    this.blockEnds = left.flag();
    this.blockPromises = left.flag();
    this.block.wake(left);
    for (let streams = left.number(); streams > 0; streams--) {
      const side = new Side(budget);
      this.streams.set(left.number(), side);
      side.type = left.string();
      side.broken = left.flag();
      side.content.wake(left);
    }
  }

  close(): void {
    this.block.drop();
    for (const { content } of this.streams.values()) content.drop();
    this.streams.clear();
  }
}

class Http2Stream implements StreamDecoder {
  readonly opaque = false;
  readonly protocol: Http2Protocol;
  private readonly budget: StreamBudget;
  private readonly senders: readonly [Sender, Sender];
  private readonly telling: Http2Telling;
  private largestFrame = DEFAULT_FRAME;

  constructor(protocol: Http2Protocol) {
    this.protocol = protocol;
    this.budget = protocol.budget;
    this.senders = [new Sender(this.budget), new Sender(this.budget)];
    this.telling = new Http2Telling(protocol.events);
  }

  get kept(): number {
    return this.senders[0].kept + this.senders[1].kept;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.largestFrame);
    this.telling.rest(out);
    for (const sender of this.senders) sender.rest(out);
  }

  wake(left: OctetStringReader): void {
    this.largestFrame = left.number();
    this.telling.wake(left);
    for (const sender of this.senders) sender.wake(left, this.budget);
  }

  close(): void {
    for (const sender of this.senders) sender.close();
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    const greeting = prefaceLength(bytes, from, to);
    if (greeting === PREFACE.length) return greeting;
    if (greeting > 0 || to - from < HEADER) return NEED_MORE;
    if (this.plausible(bytes, from)) return HEADER + payloadLength(bytes, from);
    this.forget(direction);
    return NOT_MINE;
  }

  /** Behind a gap, anything may stand. Types of no meaning, 31 apart, are sent to see who minds (RFC 9113 §5.5). */
  private plausible(bytes: Uint8Array, at: number): boolean {
    const kind = type(bytes, at);
    if (kind > LAST_TYPE && (kind - FIRST_MEANINGLESS) % 31 !== 0) return false;
    return payloadLength(bytes, at) <= this.largestFrame;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet } = arrival;
    const before = packet.count;
    packet.decode(http2, bytes, from, to, wireEnd);
    const layer = packet.count > before ? packet.layers[before]! : null;
    const explains = layer !== null && this.protocol.events.enabled;
    if (to - from < HEADER || prefaceLength(bytes, from, to) === to - from) {
      if (explains && to - from === PREFACE.length) this.telling.preface(layer, arrival);
      return;
    }
    const inside = to < wireEnd ? null : content(bytes, from, to);
    if (inside === null) {
      this.frameLost(direction, bytes, from);
      return;
    }
    this.frame(direction, bytes, from, inside, layer, packet);
    if (explains) this.telling.frame(direction, layer, arrival);
  }

  /** A frame that is not there whole. */
  private frameLost(direction: 0 | 1, bytes: Uint8Array, at: number): void {
    const sender = this.senders[direction];
    const kind = type(bytes, at);
    if (kind === HEADERS || kind === PUSH_PROMISE || kind === CONTINUATION) loseBlock(sender);
    const side = sender.streams.get(streamId(bytes, at));
    if (kind === DATA && side !== undefined) lose(side);
  }

  private frame(
    direction: 0 | 1,
    bytes: Uint8Array,
    at: number,
    [from, to]: readonly [number, number],
    layer: Layer | null,
    packet: Packet,
  ): void {
    const sender = this.senders[direction];
    const id = streamId(bytes, at);
    const set = flags(bytes, at);
    const kind = type(bytes, at);
    // Nothing may come between the frames of one block (RFC 9113 §6.10).
    if (sender.blockOf >= 0 && (kind !== CONTINUATION || id !== sender.blockOf)) loseBlock(sender);
    if (kind === HEADERS || kind === PUSH_PROMISE) this.beginBlock(sender, bytes, at, from, to, layer, packet);
    else if (kind === CONTINUATION)
      this.continueBlock(sender, bytes, from, to, (set & END_HEADERS) !== 0, layer, packet);
    else if (kind === DATA) this.data(sender, id, bytes, from, to, (set & END_STREAM) !== 0, layer, packet);
    else if (kind === RST_STREAM) for (const { streams } of this.senders) close(streams, id);
    else if (kind === SETTINGS && !(set & ACK)) this.settings(bytes, from, to);
  }

  private settings(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at + 6 <= to; at += 6) {
      if (bytes[at] !== 0 || bytes[at + 1] !== MAX_FRAME_SIZE) continue;
      const size = bytes[at + 2]! * 2 ** 24 + ((bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!);
      this.largestFrame = Math.max(this.largestFrame, size);
    }
  }

  private beginBlock(
    sender: Sender,
    bytes: Uint8Array,
    at: number,
    from: number,
    to: number,
    layer: Layer | null,
    packet: Packet,
  ): void {
    const id = streamId(bytes, at);
    const set = flags(bytes, at);
    const promises = type(bytes, at) === PUSH_PROMISE;
    const ends = !promises && (set & END_STREAM) !== 0;
    if (set & END_HEADERS) {
      const lines = this.lines(sender, bytes, from, to, true, layer, packet);
      if (lines !== null && !promises) this.headers(sender, id, lines, ends);
      return;
    }
    sender.blockOf = id;
    sender.blockEnds = ends;
    sender.blockPromises = promises;
    if (!sender.block.add(bytes, from, to)) loseBlock(sender);
  }

  private continueBlock(
    sender: Sender,
    bytes: Uint8Array,
    from: number,
    to: number,
    last: boolean,
    layer: Layer | null,
    packet: Packet,
  ): void {
    if (sender.blockOf < 0) return;
    if (!sender.block.add(bytes, from, to)) {
      loseBlock(sender);
      return;
    }
    if (!last) return;
    const id = sender.blockOf;
    sender.blockOf = -1;
    const block = sender.block.take();
    const lines = this.lines(sender, block, 0, block.length, false, layer, packet);
    if (lines !== null && !sender.blockPromises) this.headers(sender, id, lines, sender.blockEnds);
  }

  /** Undoes the compression, whether or not the frame has a layer: what follows builds on it. */
  private lines(
    sender: Sender,
    bytes: Uint8Array,
    from: number,
    to: number,
    inPlace: boolean,
    layer: Layer | null,
    packet: Packet,
  ): HeaderLines | null {
    const fields = sender.headers.decode(bytes, from, to);
    if (fields === null) {
      if (layer !== null) packet.malformed(layer, 'headerBlock', 0, to - from);
      return null;
    }
    const lines = new HeaderLines(
      fields.map(
        ({ name, value, at, end }): HeaderLine => ({
          name,
          value,
          at: inPlace ? at : -1,
          length: inPlace ? end - at : 0,
        }),
      ),
    );
    if (layer !== null) layer.context = lines;
    return lines;
  }

  private headers(sender: Sender, id: number, lines: HeaderLines, ends: boolean): void {
    const written = lines.value('content-type');
    if (ends) close(sender.streams, id);
    else if (written !== null) this.open(sender, id).type = mediaType(written);
  }

  private open(sender: Sender, id: number): Side {
    const known = sender.streams.get(id);
    if (known !== undefined) return known;
    const side = new Side(this.budget);
    sender.streams.set(id, side);
    if (sender.streams.size > STREAM_COUNT) close(sender.streams, sender.streams.keys().next().value!);
    return side;
  }

  private data(
    sender: Sender,
    id: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    ends: boolean,
    layer: Layer | null,
    packet: Packet,
  ): void {
    const side = sender.streams.get(id);
    if (side === undefined) return;
    const isDns = side.type === DNS_MESSAGE && !side.broken;
    if (ends && layer !== null) layer.context = new ContentEnd(side.type);
    if (ends && isDns) showDns(side, bytes, from, to, packet);
    else if (isDns && from < to && !side.content.add(bytes, from, to)) side.broken = true;
    if (ends) close(sender.streams, id);
  }

  forget(direction: 0 | 1): void {
    const sender = this.senders[direction];
    loseBlock(sender);
    for (const side of sender.streams.values()) lose(side);
  }
}

/** The last type with a meaning (RFC 9218 §7.1), and the first of those without one. */
const LAST_TYPE = 16;
const FIRST_MEANINGLESS = 0x0b;
const MAX_FRAME_SIZE = 5;

function loseBlock(sender: Sender): void {
  sender.blockOf = -1;
  sender.block.drop();
  sender.headers.forget();
}

function lose(side: Side): void {
  side.broken = true;
  side.content.drop();
}

function close(streams: Map<number, Side>, id: number): void {
  streams.get(id)?.content.drop();
  streams.delete(id);
}

/** A DNS message is the whole content (RFC 8484 §4.1); one that lies in its frame is shown where it lies. */
function showDns(side: Side, bytes: Uint8Array, from: number, to: number, packet: Packet): void {
  if (side.content.empty) {
    if (from < to) packet.decode(dnsOverHttps, bytes, from, to, to);
    return;
  }
  if (from < to && !side.content.add(bytes, from, to)) return;
  const message = side.content.take();
  packet.decode(dnsOverHttps, message, 0, message.length, message.length);
}

/** `text/html` of `text/html; charset=utf-8`. */
const mediaType = (written: string): string => written.split(';', 1)[0]!.trim().toLowerCase().slice(0, LONGEST_TYPE);
const LONGEST_TYPE = 100;
