import { elapsed as elapsedTime } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import { concluded, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import { data } from '../protocols/data.ts';
import {
  Chunk,
  fieldLines,
  fieldValue,
  headEnd,
  http,
  isChunked,
  kindOf,
  LONGEST_HEAD,
  looksLikeHttp,
  startLine,
  status,
} from '../protocols/http.ts';
import { tcpPorts } from '../protocols/tables.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol, UNTIL_CLOSE } from './stream.ts';

/** Ports on which HTTP is expected whatever the bytes look like; on others the bytes must. */
const PORTS = new Set([80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710]);

/** HTTP/1.x in a byte stream: where messages end (RFC 9112 §6.3), and which response answers which request (§9.3.2). */
export const httpStream = (events: EventLog, http2: StreamProtocol): StreamProtocol => ({
  recognise: (bytes, from, to, portA, portB) => PORTS.has(portA) || PORTS.has(portB) || looksLikeHttp(bytes, from, to),
  open: () => new HttpStream(events, http2),
});

/** A request that waits for its response. */
interface Asked {
  readonly method: string;
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly uri: string | null;
}

/** Requests remembered without an answer; a client that sends more has stopped to listen. */
const PENDING_LIMIT = 1024;

/** Place in the message that is being measured, so that no byte is looked at twice. */
class Measure {
  /** Length of the head, or -1 while its end has not come. */
  head = -1;
  /** How far the head was searched. */
  searched = 0;
  /** Known length, or one of the answers of `measure`. */
  length = NEED_MORE;
  /** Where the next chunk begins, counted from the message's start; -1 when it is not chunked. */
  chunk = -1;
  /** The chunks are over, and the trailer is being read. */
  trailer = false;

  reset(): void {
    this.head = -1;
    this.searched = 0;
    this.length = NEED_MORE;
    this.chunk = -1;
    this.trailer = false;
  }
}

class HttpStream implements StreamDecoder {
  opaque = false;
  /** A message was seen: what else comes is content. Before that the port alone speaks for HTTP. */
  private spoken = false;
  next: StreamDecoder | null = null;
  private readonly events: EventLog;
  private readonly http2: StreamProtocol;
  private readonly measures = [new Measure(), new Measure()] as const;
  private readonly pending: Asked[] = [];
  private readonly chunk = new Chunk();

  constructor(events: EventLog, http2: StreamProtocol) {
    this.events = events;
    this.http2 = http2;
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    const measure = this.measures[direction];
    // The greeting of HTTP/2 looks like a request, so that an old server refuses it (RFC 9113 §3.4).
    if (measure.head < 0 && this.http2.recognise(bytes, from, to, 0, 0)) {
      this.opaque = true;
      this.next = this.http2.open();
      return NOT_MINE;
    }
    if (measure.head < 0) this.measureHead(measure, bytes, from, to);
    if (measure.head >= 0 && measure.chunk >= 0) this.measureChunks(measure, bytes, from, to);
    const { length } = measure;
    // A measure that failed is not remembered: the next bytes are judged anew.
    if (length === NOT_MINE) measure.reset();
    return length;
  }

  private measureHead(measure: Measure, bytes: Uint8Array, from: number, to: number): void {
    const empty = emptyLine(bytes, from, to);
    if (empty > 0) {
      measure.length = empty;
      return;
    }
    if (measure.searched === 0 && kindOf(bytes, from, to) === 'continuation') {
      measure.length = mayBecomeHttp(bytes, from, to) ? NEED_MORE : NOT_MINE;
      return;
    }
    const end = headEnd(bytes, from, from + measure.searched, Math.min(to, from + LONGEST_HEAD));
    if (end < 0) {
      measure.searched = to - from;
      // What has no end by now is shown as far as it came, and is no message to wait for.
      measure.length = to - from >= LONGEST_HEAD ? to - from : NEED_MORE;
      return;
    }
    measure.head = end - from;
    const content = this.contentLength(bytes, from, end);
    if (content === CHUNKED) measure.chunk = measure.head;
    else measure.length = measure.head + content;
  }

  /** RFC 9112 §6.3, in its order. */
  private contentLength(bytes: Uint8Array, from: number, end: number): number {
    const isRequest = kindOf(bytes, from, end) === 'request';
    if (!isRequest) {
      const code = status(bytes, from, end);
      const method = this.pending[0]?.method;
      if (method === 'HEAD' || code === 204 || code === 304 || (code >= 100 && code < 200)) return 0;
      if (method === 'CONNECT' && code >= 200 && code < 300) return 0;
    }
    const coding = fieldValue(bytes, from, end, 'transfer-encoding');
    if (coding !== null) {
      if (isChunked(coding)) return CHUNKED;
      if (coding.toLowerCase() !== 'identity') return isRequest ? 0 : UNTIL_CLOSE;
    }
    const length = statedLength(bytes, from, end);
    if (length >= 0) return length;
    return isRequest ? 0 : UNTIL_CLOSE;
  }

  private measureChunks(measure: Measure, bytes: Uint8Array, from: number, to: number): void {
    const { chunk } = this;
    while (!measure.trailer) {
      chunk.next = from + measure.chunk;
      if (chunk.next > to || !chunk.read(bytes, to)) {
        // A size that is none: the message ends where the damage begins, so that what there is can be shown.
        measure.length = chunk.broken && chunk.next <= to ? Math.max(measure.chunk, measure.head) : NEED_MORE;
        chunk.broken = false;
        return;
      }
      measure.chunk = chunk.next - from;
      if (chunk.size === 0) measure.trailer = true;
    }
    this.measureTrailer(measure, bytes, from, to);
  }

  /** Field lines up to an empty one (RFC 9112 §7.1.2). */
  private measureTrailer(measure: Measure, bytes: Uint8Array, from: number, to: number): void {
    for (let at = from + measure.chunk; at < to; ) {
      const feed = bytes.subarray(at, to).indexOf(10);
      if (feed < 0) break;
      const empty = feed === 0 || (feed === 1 && bytes[at] === 13);
      at += feed + 1;
      measure.chunk = at - from;
      if (!empty) continue;
      measure.length = measure.chunk;
      return;
    }
    measure.length = to - from - measure.head > LONGEST_MEASURED_TRAILER + measure.chunk ? measure.chunk : NEED_MORE;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    this.measures[direction].reset();
    const kind = kindOf(bytes, from, to);
    if (kind === 'continuation') {
      // A few octets that might have become a message; the empty line between two of them is nobody's.
      if (emptyLine(bytes, from, to) !== to - from) this.piece(bytes, from, to, arrival);
      return;
    }
    this.spoken = true;
    const layer = this.show(bytes, from, to, wireEnd, arrival);
    if (kind === 'request') this.asked(layer, bytes, from, to, arrival);
    else this.answered(layer, bytes, from, to, arrival);
  }

  /** Content without its head: of a message that was cut off, or that began before the capture. */
  piece(bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    if (this.spoken) this.show(bytes, from, to, to, arrival);
    else showUnknown(bytes, from, to, arrival);
  }

  /** Adds the layer; null when the packet has as many as it can. */
  private show(bytes: Uint8Array, from: number, to: number, wireEnd: number, { packet }: Arrival): Layer | null {
    const before = packet.count;
    packet.decode(http, bytes, from, to, wireEnd);
    return packet.count > before ? packet.layers[before]! : null;
  }

  private asked(layer: Layer | null, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    const { packet } = arrival;
    const { number, seconds, nanoseconds } = packet.frame;
    const line = startLine(bytes, from, to);
    const method = stringOf(bytes, ...line.words[0]!);
    const head = headEnd(bytes, from, from, to);
    const uri = head < 0 ? null : uriOf(bytes, from, head, stringOf(bytes, ...line.words[1]!));
    if (this.pending.length < PENDING_LIMIT) this.pending.push({ method, frame: number, seconds, nanoseconds, uri });
    if (layer !== null && this.events.enabled) this.raiseRequest(layer, arrival);
  }

  private answered(layer: Layer | null, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    const code = status(bytes, from, to);
    const request = this.pending[0] ?? null;
    // 1xx are interim: the request still waits for its response (RFC 9110 §15.2). 101 is the last of HTTP.
    if (code === 101 || code >= 200) this.pending.shift();
    if (layer !== null && request !== null) layer.context = new Answer(request, arrival.packet);
    if (layer !== null && this.events.enabled) this.raiseResponse(layer, code, request, arrival);
    if (code === 101 && becomesHttp2(bytes, from, to)) this.next = this.http2.open();
    if (code === 101 || (request?.method === 'CONNECT' && code >= 200 && code < 300)) this.opaque = true;
  }

  private raiseRequest(layer: Layer, { packet, tcp, about }: Arrival): void {
    const { bytes, start, headerEnd } = layer;
    const { words } = startLine(bytes, start, headerEnd);
    const word = (field: string, [from, to]: readonly [number, number]) =>
      seen(packet, layer, field, from, to - from, stringOf(bytes, from, to));
    this.events.raise('http.request', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
      method: word('http.request.method', words[0]!),
      target: word('http.request.uri', words[1]!),
      version: word('http.request.version', words[2]!),
      host: fieldEvidence(layer, packet, 'host', 'http.host'),
    });
  }

  private raiseResponse(layer: Layer, code: number, request: Asked | null, { packet, tcp, about }: Arrival): void {
    const { bytes, start, headerEnd, wireEnd } = layer;
    const { words } = startLine(bytes, start, headerEnd);
    const [version, status, phrase] = words as [[number, number], [number, number], [number, number]];
    const evidence = (field: string, [from, to]: readonly [number, number], value: string | number) =>
      seen(packet, layer, field, from, to - from, value);
    const length = wireEnd - headerEnd;
    this.events.raise('http.response', layer, about, {
      client: addressOf(packet, tcp.network!, 'destination'),
      server: addressOf(packet, tcp.network!, 'source'),
      version: evidence('http.response.version', version, stringOf(bytes, ...version)),
      status: evidence('http.response.code', status, code),
      phrase: evidence('http.response.phrase', phrase, stringOf(bytes, ...phrase)),
      type: fieldEvidence(layer, packet, 'content-type', 'http.content_type'),
      length: length > 0 ? seen(packet, layer, 'http.file_data', headerEnd, length, length) : null,
      request: request === null ? null : concluded(request.frame, request.frame),
      took: request === null ? null : concluded(elapsed(request, packet) / 1e9, packet.frame.number, 'http.time'),
    });
  }
}

/** What no protocol here knows, under the port that would name it. */
function showUnknown(bytes: Uint8Array, from: number, to: number, { packet, tcp }: Arrival): void {
  packet.follow(tcpPorts, Math.min(srcPort(tcp), dstPort(tcp)), data);
  packet.decode(data, bytes, from, to, to);
}

/** Stands for a content in chunks. */
const CHUNKED = -2;
const LONGEST_MEASURED_TRAILER = 1 << 16;

/** The number of the Content-Length field, or -1 when there is none or it is no number (RFC 9112 §6.3). */
function statedLength(bytes: Uint8Array, from: number, end: number): number {
  const value = fieldValue(bytes, from, end, 'content-length');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : -1;
}

/** Octets of an empty line before a message, which is passed over (RFC 9112 §2.2); 0 when there is none. */
function emptyLine(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === 10) return 1;
  return bytes[from] === 13 && from + 1 < to && bytes[from + 1] === 10 ? 2 : 0;
}

/** The server agrees to go on in HTTP/2 (RFC 7540 §3.2). */
function becomesHttp2(bytes: Uint8Array, from: number, to: number): boolean {
  const head = headEnd(bytes, from, from, to);
  return head >= 0 && fieldValue(bytes, from, head, 'upgrade')?.toLowerCase() === 'h2c';
}

/** A first word that has not ended yet could still be a method. */
function mayBecomeHttp(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from >= 16) return false;
  for (let i = from; i < to; i++) {
    const b = bytes[i]!;
    const fits = (b >= 65 && b <= 90) || b === 45 || b === 95 || b === 47 || b === 46 || (b >= 48 && b <= 57);
    if (!fits) return false;
  }
  return true;
}

function uriOf(bytes: Uint8Array, from: number, head: number, target: string): string | null {
  const host = fieldValue(bytes, from, head, 'host');
  if (host === null) return null;
  return target.includes('://') ? target : `http://${host}${target}`;
}

function fieldEvidence(layer: Layer, packet: Packet, name: string, field: string) {
  for (const line of fieldLines(layer.bytes, layer.start, layer.headerEnd)) {
    if (line.name !== name) continue;
    const { valueAt, valueEnd } = line;
    return seen(packet, layer, field, valueAt, valueEnd - valueAt, stringOf(layer.bytes, valueAt, valueEnd));
  }
  return null;
}

function elapsed(since: Asked, packet: Packet): number {
  const { seconds, nanoseconds } = packet.frame;
  return (seconds - since.seconds) * 1e9 + (nanoseconds - since.nanoseconds);
}

/** What a response answers. */
class Answer implements Context {
  readonly rows: readonly Row[];
  readonly frame: number;
  readonly time: number;
  readonly uri: string | null;

  constructor(request: Asked, packet: Packet) {
    this.rows = NOTIFICATIONS.has(request.method) ? NOTIFIED_ROWS : httpAnswerRows;
    this.frame = request.frame;
    this.time = elapsed(request, packet);
    this.uri = request.uri;
  }
}

const answer = (layer: Layer): Answer => layer.context as Answer;

/** Methods of event notification (UPnP, GENA), which Wireshark does not pair with their responses. */
const NOTIFICATIONS = new Set(['NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE']);

const NOTIFIED_ROWS: readonly Row[] = [
  { id: 'http.response_for.uri', label: 'Answers', kind: 'text', read: (layer) => answer(layer).uri },
];
/** What a response's request adds to it. */
export const httpAnswerRows: readonly Row[] = [
  { id: 'http.request_in', label: 'Request in frame', kind: 'uint', read: (layer) => answer(layer).frame },
  { id: 'http.time', label: 'Time since the request', ...elapsedTime((layer) => answer(layer).time) },
  ...NOTIFIED_ROWS,
];
