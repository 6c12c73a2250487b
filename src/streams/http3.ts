import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import type { StreamApplication, StreamArrival, StreamReader } from '../flows/quic-streams.ts';
import { DATA, HEADERS, Http3Frame, http3, SETTINGS } from '../protocols/http3.ts';
import { varint, varintEnd } from '../protocols/quic-varint.ts';
import { Http3Telling } from './http3-telling.ts';
import { FieldSectionDecoder, QpackTable } from './qpack.ts';

/** Streams that go one way begin with their type (RFC 9114 §6.2, RFC 9204 §4.2). */
const CONTROL = 0;
const PUSH = 1;
const ENCODER = 2;
/** Octets of a frame that is kept until it is whole; a longer one is shown with its beginning. */
const LONGEST_FRAME = 1 << 15;

/** The streams of one connection that carry HTTP/3. */
export class Http3Application implements StreamApplication {
  readonly telling: Http3Telling;
  /** Tables of header compression: the client's and the server's. */
  readonly tables: readonly [QpackTable, QpackTable] = [new QpackTable(), new QpackTable()];

  constructor(events: EventLog) {
    this.telling = new Http3Telling(events);
  }

  open(stream: number): StreamReader {
    const isOneWay = (stream & 2) !== 0;
    return isOneWay ? new OneWayReader(this) : new FrameReader(this);
  }
}

/** Frames, one behind the other. */
class FrameReader implements StreamReader {
  private readonly application: Http3Application;
  /** Octets of a frame that are still to come, and are not looked at. */
  private left = 0;

  constructor(application: Http3Application) {
    this.application = application;
  }

  take(bytes: Uint8Array, ready: number, _ended: boolean, arrival: StreamArrival): number {
    let at = 0;
    while (at < ready) {
      const next = this.left > 0 ? this.skip(at, ready) : this.frame(bytes, at, ready, arrival);
      if (next === at) return at;
      at = next;
    }
    return at;
  }

  private skip(at: number, ready: number): number {
    const part = Math.min(this.left, ready - at);
    this.left -= part;
    return at + part;
  }

  /** Where the octets behind the frame begin, or `at` where more of it has to come. */
  private frame(bytes: Uint8Array, at: number, ready: number, arrival: StreamArrival): number {
    const lengthAt = varintEnd(bytes, at, ready);
    const payloadAt = lengthAt < 0 ? -1 : varintEnd(bytes, lengthAt, ready);
    if (payloadAt < 0) return at;
    const type = varint(bytes, at);
    const end = payloadAt + varint(bytes, lengthAt);
    const isWhole = end <= ready;
    if (!isWhole && type !== DATA && end - at <= LONGEST_FRAME) return at;
    const to = Math.min(end, ready);
    this.left = end - to;
    this.show(type, bytes, at, payloadAt, to, isWhole, arrival);
    return to;
  }

  private show(
    type: number,
    bytes: Uint8Array,
    at: number,
    payloadAt: number,
    end: number,
    isWhole: boolean,
    arrival: StreamArrival,
  ): void {
    const { tables, telling } = this.application;
    const table = tables[arrival.fromClient ? 0 : 1];
    const section = type === HEADERS && isWhole ? fields.decode(bytes, payloadAt, end, table) : null;
    // What one end allows, the other may use.
    if (type === SETTINGS && isWhole) tables[arrival.fromClient ? 1 : 0].limit = tableLimit(bytes, payloadAt, end);
    const context = new Http3Frame(arrival.stream, false, section?.lines ?? null, section?.left ?? 0);
    const layer = showLayer(arrival.packet, bytes, at, end, context);
    if (layer === null || !telling.tells) return;
    if (type === SETTINGS) telling.settings(layer, arrival);
    else if (section !== null) telling.headers(layer, context, end - payloadAt, arrival);
  }
}

const fields = new FieldSectionDecoder();

/** How large a table of header compression the sender of these settings allows (RFC 9204 §5). */
function tableLimit(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; ) {
    const valueAt = varintEnd(bytes, at, end);
    const next = varintEnd(bytes, valueAt, end);
    if (next < 0) break;
    if (varint(bytes, at) === TABLE_CAPACITY) return varint(bytes, valueAt);
    at = next;
  }
  return 0;
}

const TABLE_CAPACITY = 1;

/** A stream that goes one way: its type, and frames behind it where it has any. */
class OneWayReader implements StreamReader {
  private readonly application: Http3Application;
  private begun = false;
  private isEncoder = false;
  private frames: FrameReader | null = null;

  constructor(application: Http3Application) {
    this.application = application;
  }

  take(bytes: Uint8Array, ready: number, ended: boolean, arrival: StreamArrival): number {
    const at = this.begun ? 0 : this.begin(bytes, ready, arrival);
    if (!this.begun) return 0;
    const rest = bytes.subarray(at);
    if (this.isEncoder) return at + this.application.tables[arrival.fromClient ? 0 : 1].take(rest, ready - at);
    // What QPACK's decoder says, and streams that nobody knows, passes by.
    return this.frames === null ? ready : at + this.frames.take(rest, ready - at, ended, arrival);
  }

  /** Where what follows the stream's type begins. A push has a number behind it (RFC 9114 §6.2.2). */
  private begin(bytes: Uint8Array, ready: number, arrival: StreamArrival): number {
    const typeEnd = varintEnd(bytes, 0, ready);
    if (typeEnd < 0) return 0;
    const type = varint(bytes, 0);
    const end = type === PUSH ? varintEnd(bytes, typeEnd, ready) : typeEnd;
    if (end < 0) return 0;
    this.begun = true;
    this.isEncoder = type === ENCODER;
    if (type === CONTROL || type === PUSH) this.frames = new FrameReader(this.application);
    showLayer(arrival.packet, bytes, 0, end, new Http3Frame(arrival.stream, true));
    return end;
  }
}

/** Adds a layer; null when the packet has as many as it can. */
function showLayer(packet: Packet, bytes: Uint8Array, from: number, to: number, context: Http3Frame) {
  const before = packet.count;
  packet.decode(http3, bytes, from, to, to);
  if (packet.count === before) return null;
  const layer = packet.layers[before]!;
  layer.context = context;
  return layer;
}
