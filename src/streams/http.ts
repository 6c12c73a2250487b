import { elapsed as elapsedTime } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import { concluded, type Evidence, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import { data } from '../protocols/data.ts';
import { decodeMeasured, fullUri } from '../protocols/http.ts';
import { Chunk, isChunked } from '../protocols/http-chunks.ts';
import {
  findField,
  Head,
  headEnd,
  isNotification,
  isWord,
  type Kind,
  kindOf,
  LONGEST_HEAD,
  looksLikeHttp,
  StartLine,
  status,
} from '../protocols/http-head.ts';
import { tcpPorts } from '../protocols/tables.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { type Asked, CONNECT, HEAD, NOTIFICATION, OTHER, Requests } from './requests.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol, UNTIL_CLOSE } from './stream.ts';
import type { WebSocketProtocol } from './websocket.ts';
import { acceptOf } from './websocket.ts';

/** Ports on which HTTP is expected whatever the bytes look like; on others the bytes must. */
const PORTS = new Set([80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710]);

/** Decoders that wait to be used again, at the most. */
const SPARE = 256;

/** HTTP/1.x in a byte stream: where messages end (RFC 9112 §6.3), and which response answers which request (§9.3.2). */
export class HttpProtocol implements StreamProtocol {
  readonly names = ['http/1.1', 'http/1.0'];
  readonly events: EventLog;
  readonly budget: StreamBudget;
  /** What a connection may go over to. */
  readonly http2: StreamProtocol;
  /** What goes through a tunnel (RFC 9110 §9.3.6), unless its bytes look otherwise. */
  readonly tls: StreamProtocol;
  readonly websocket: WebSocketProtocol;
  private readonly spare: HttpStream[] = [];

  constructor(
    events: EventLog,
    budget: StreamBudget,
    http2: StreamProtocol,
    tls: StreamProtocol,
    websocket: WebSocketProtocol,
  ) {
    this.events = events;
    this.budget = budget;
    this.http2 = http2;
    this.tls = tls;
    this.websocket = websocket;
  }

  recognise(bytes: Uint8Array, from: number, to: number, portA: number, portB: number): boolean {
    return PORTS.has(portA) || PORTS.has(portB) || looksLikeHttp(bytes, from, to);
  }

  open(): StreamDecoder {
    return this.spare.pop() ?? new HttpStream(this);
  }

  reuse(stream: HttpStream): void {
    if (this.spare.length < SPARE) this.spare.push(stream);
  }
}

/** Place in the message that is being measured, so that no byte is looked at twice. */
class Measure {
  /** Length of the head, or -1 while its end has not come. */
  head = -1;
  /** What the head begins, and the status of a response. */
  kind: Kind = 'continuation';
  code = 0;
  /** How far the head was searched. */
  searched = 0;
  /** Known length, or one of the answers of `measure`. */
  length = NEED_MORE;
  /** Where the next chunk begins, counted from the message's start; -1 when it is not chunked. */
  chunk = -1;
  /** The chunks are over, and the trailer is being read. */
  trailer = false;
  /** Where the head names the host, counted from the message's start; from is -1 where it does not. */
  hostAt = -1;
  hostEnd = -1;

  reset(): void {
    this.head = -1;
    this.kind = 'continuation';
    this.code = this.searched = 0;
    this.length = NEED_MORE;
    this.chunk = -1;
    this.trailer = false;
    this.hostAt = this.hostEnd = -1;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.head);
    if (this.head < 0) return;
    out.number(KINDS.indexOf(this.kind));
    out.number(this.code);
    out.number(this.length);
    out.number(this.chunk);
    out.flag(this.trailer);
    out.number(this.hostAt);
    out.number(this.hostEnd);
  }

  wake(left: OctetStringReader): void {
    this.head = left.number();
    if (this.head < 0) return;
    this.kind = KINDS[left.number()]!;
    this.code = left.number();
    this.length = left.number();
    this.chunk = left.number();
    this.trailer = left.flag();
    this.hostAt = left.number();
    this.hostEnd = left.number();
  }
}

const KINDS: readonly Kind[] = ['continuation', 'request', 'response'];

/** For what is read before the next message is. */
const head = new Head();
const line = new StartLine();

class HttpStream implements StreamDecoder {
  readonly protocol: HttpProtocol;
  opaque = false;
  next: StreamDecoder | null = null;
  /** A message was seen: what else comes is content. Before that the port alone speaks for HTTP. */
  private spoken = false;
  /** What the client sent for the server to prove that it speaks WebSocket; kept only while somebody explains. */
  private webSocketKey = '';
  private readonly events: EventLog;
  private readonly measures = [new Measure(), new Measure()] as const;
  private readonly requests: Requests;
  private readonly chunk = new Chunk();

  constructor(protocol: HttpProtocol) {
    this.protocol = protocol;
    this.events = protocol.events;
    this.requests = new Requests(protocol.budget);
  }

  get kept(): number {
    return this.requests.kept;
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.opaque);
    out.flag(this.spoken);
    out.text(this.webSocketKey);
    for (const measure of this.measures) measure.rest(out);
    this.requests.rest(out);
  }

  wake(left: OctetStringReader): void {
    this.opaque = left.flag();
    this.spoken = left.flag();
    this.webSocketKey = left.string();
    for (const measure of this.measures) measure.wake(left);
    this.requests.wake(left);
  }

  close(): void {
    this.opaque = this.spoken = false;
    this.next = null;
    this.webSocketKey = '';
    for (const measure of this.measures) measure.reset();
    this.requests.clear();
    this.protocol.reuse(this);
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    const measure = this.measures[direction];
    // The greeting of HTTP/2 looks like a request, so that an old server refuses it (RFC 9113 §3.4).
    if (measure.head < 0 && this.protocol.http2.recognise(bytes, from, to, 0, 0)) {
      this.opaque = true;
      this.next = this.protocol.http2.open();
      return NOT_MINE;
    }
    if (measure.head < 0) this.measureHead(measure, bytes, from, to);
    if (measure.head >= 0 && measure.chunk >= 0) this.measureChunks(measure, bytes, from, to);
    const { length } = measure;
    // A measure that failed is not remembered: the next bytes are judged anew.
    if (length === NOT_MINE) measure.reset();
    return length;
  }

  /** The line and the field lines; of chunks the sizes are looked at as well. */
  vital(direction: 0 | 1): number {
    const measure = this.measures[direction];
    return measure.head >= 0 && measure.chunk < 0 ? measure.head : Number.POSITIVE_INFINITY;
  }

  private measureHead(measure: Measure, bytes: Uint8Array, from: number, to: number): void {
    const empty = emptyLine(bytes, from, to);
    if (empty > 0) {
      measure.length = empty;
      return;
    }
    const kind = kindOf(bytes, from, to);
    if (measure.searched === 0 && kind === 'continuation') {
      measure.length = mayBecomeHttp(bytes, from, to) ? NEED_MORE : NOT_MINE;
      return;
    }
    const end = readHead(measure.searched, bytes, from, Math.min(to, from + LONGEST_HEAD));
    if (end < 0) {
      measure.searched = to - from;
      // What has no end by now is shown as far as it came, and is no message to wait for.
      measure.length = to - from >= LONGEST_HEAD ? to - from : NEED_MORE;
      return;
    }
    measure.head = end - from;
    measure.kind = kind;
    measure.code = kind === 'response' ? status(bytes, from, end) : 0;
    if (head.hostAt >= 0) {
      measure.hostAt = head.hostAt - from;
      measure.hostEnd = head.hostEnd - from;
    }
    const content = this.contentLength(measure, bytes);
    if (content === CHUNKED) measure.chunk = measure.head;
    else measure.length = measure.head + content;
  }

  /** RFC 9112 §6.3, in its order, of the head that was read. */
  private contentLength({ kind, code }: Measure, bytes: Uint8Array): number {
    const isRequest = kind === 'request';
    if (!isRequest) {
      const method = this.requests.first?.method;
      if (method === HEAD || code === 204 || code === 304 || (code >= 100 && code < 200)) return 0;
      if (method === CONNECT && code >= 200 && code < 300) return 0;
    }
    if (head.codingAt >= 0) {
      const coding = stringOf(bytes, head.codingAt, head.codingEnd);
      if (isChunked(coding)) return CHUNKED;
      if (coding.toLowerCase() !== 'identity') return isRequest ? 0 : UNTIL_CLOSE;
    }
    if (head.length >= 0) return head.length;
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
    const measure = this.measures[direction];
    const kind = measure.head >= 0 ? measure.kind : kindOf(bytes, from, to);
    if (kind === 'continuation') {
      measure.reset();
      // A few octets that might have become a message; the empty line between two of them is nobody's.
      if (emptyLine(bytes, from, to) !== to - from) this.piece(bytes, from, to, arrival);
      return;
    }
    this.spoken = true;
    const layer = this.show(bytes, from, to, wireEnd, measure.head, arrival);
    if (kind === 'request') this.asked(layer, measure, bytes, from, to, arrival);
    else this.answered(direction, layer, measure, bytes, from, to, arrival);
    measure.reset();
  }

  /** Content without its head: of a message that was cut off, or that began before the capture. */
  piece(bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    const { capturedEnd, wireEnd } = arrival.tcp;
    const cut = bytes === arrival.tcp.bytes && to === capturedEnd ? wireEnd - capturedEnd : 0;
    if (this.spoken) this.show(bytes, from, to, to + cut, NOT_MEASURED, arrival);
    else showUnknown(bytes, from, to, arrival);
  }

  /** Adds the layer; null when the packet has as many as it can. */
  private show(
    bytes: Uint8Array,
    from: number,
    to: number,
    wireEnd: number,
    measured: number,
    { packet }: Arrival,
  ): Layer | null {
    const before = packet.count;
    decodeMeasured(packet, bytes, from, to, wireEnd, measured);
    return packet.count > before ? packet.layers[before]! : null;
  }

  private asked(
    layer: Layer | null,
    measure: Measure,
    bytes: Uint8Array,
    from: number,
    to: number,
    arrival: Arrival,
  ): void {
    line.read(bytes, from, to);
    const method = methodOf(bytes, from, line.firstEnd);
    const hasHost = measure.hostAt >= 0;
    const hostAt = hasHost ? from + measure.hostAt : -1;
    const hostEnd = from + measure.hostEnd;
    this.requests.add(method, arrival.packet.frame, bytes, line.secondAt, line.secondEnd, hostAt, hostEnd);
    if (layer === null || !this.events.enabled) return;
    this.raiseRequest(layer, arrival);
    const key = findField(bytes, from, layer.headerEnd, 'sec-websocket-key')?.value ?? '';
    this.webSocketKey = key.slice(0, LONGEST_KEY);
  }

  private answered(
    direction: 0 | 1,
    layer: Layer | null,
    measure: Measure,
    bytes: Uint8Array,
    from: number,
    to: number,
    arrival: Arrival,
  ): void {
    const code = measure.head >= 0 ? measure.code : status(bytes, from, to);
    const request = this.requests.first;
    if (layer !== null && request !== null) layer.context = new Answer(request, this.requests, arrival.packet);
    if (layer !== null && this.events.enabled) this.raiseResponse(layer, code, request, arrival);
    if (code === 101) this.next = this.upgraded(direction, layer, bytes, from, to, arrival);
    const isTunnel = request?.method === CONNECT && code >= 200 && code < 300;
    if (isTunnel) this.next = this.protocol.tls.open();
    if (code === 101 || isTunnel) this.opaque = true;
    // 1xx are interim: the request still waits for its response (RFC 9110 §15.2). 101 is the last of HTTP.
    if (code === 101 || code >= 200) this.requests.shift();
  }

  /** What the server agrees to go on with (RFC 9110 §7.8): HTTP/2 (RFC 7540 §3.2), or WebSocket (RFC 6455 §4.2.2). */
  private upgraded(
    direction: 0 | 1,
    layer: Layer | null,
    bytes: Uint8Array,
    from: number,
    to: number,
    arrival: Arrival,
  ): StreamDecoder | null {
    const end = headEnd(bytes, from, from, to);
    const value = (name: string): string => (end < 0 ? '' : (findField(bytes, from, end, name)?.value ?? ''));
    const protocol = value('upgrade').toLowerCase();
    if (protocol === 'h2c') {
      if (layer !== null && this.events.enabled) this.raiseHttp2(layer, arrival);
      return this.protocol.http2.open();
    }
    if (protocol !== 'websocket') return null;
    const next = this.protocol.websocket.open();
    next.begin(direction === 0 ? 1 : 0, value('sec-websocket-extensions'));
    if (layer !== null && this.events.enabled) this.raiseWebSocket(layer, arrival);
    return next;
  }

  private raiseHttp2(layer: Layer, { packet, tcp, about }: Arrival): void {
    this.events.raise('http2.upgrade', layer, about, {
      server: addressOf(packet, tcp.network!, 'source'),
    });
  }

  private raiseWebSocket(layer: Layer, { packet, tcp, about }: Arrival): void {
    const key = this.webSocketKey;
    const accept = fieldEvidence(layer, packet, 'sec-websocket-accept', 'http.sec_websocket_accept');
    const server = addressOf(packet, tcp.network!, 'source');
    if (key !== '' && accept?.value !== acceptOf(key)) {
      this.events.raise('websocket.accept.wrong', layer, about, {
        server,
        accept,
        right: concluded(acceptOf(key), packet.frame.number),
      });
      return;
    }
    this.events.raise('websocket.open', layer, about, {
      server,
      accept: key === '' ? null : accept,
      protocol: fieldEvidence(layer, packet, 'sec-websocket-protocol', 'http.sec_websocket_protocol'),
      extensions: fieldEvidence(layer, packet, 'sec-websocket-extensions', 'http.sec_websocket_extensions'),
    });
  }

  private raiseRequest(layer: Layer, { packet, tcp, about }: Arrival): void {
    const { bytes, start, headerEnd } = layer;
    line.read(bytes, start, headerEnd);
    const word = (field: string, from: number, to: number) =>
      seen(packet, layer, field, from, to - from, stringOf(bytes, from, to));
    this.events.raise('http.request', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
      method: word('http.request.method', start, line.firstEnd),
      target: word('http.request.uri', line.secondAt, line.secondEnd),
      version: word('http.request.version', line.thirdAt, line.thirdEnd),
      host: fieldEvidence(layer, packet, 'host', 'http.host'),
    });
  }

  private raiseResponse(layer: Layer, code: number, request: Asked | null, { packet, tcp, about }: Arrival): void {
    const { bytes, start, headerEnd, wireEnd } = layer;
    const { secondAt, secondEnd, thirdAt, thirdEnd } = line.read(bytes, start, headerEnd);
    const evidence = (field: string, from: number, to: number, value: string | number) =>
      seen(packet, layer, field, from, to - from, value);
    const length = wireEnd - headerEnd;
    this.events.raise('http.response', layer, about, {
      server: addressOf(packet, tcp.network!, 'source'),
      status: evidence('http.response.code', secondAt, secondEnd, code),
      phrase: evidence('http.response.phrase', thirdAt, thirdEnd, stringOf(bytes, thirdAt, thirdEnd)),
      type: fieldEvidence(layer, packet, 'content-type', 'http.content_type'),
      length: length > 0 ? contentLength(layer, packet, length) : null,
      request: request === null ? null : concluded(request.frame, request.frame),
      took: request === null ? null : concluded(elapsed(request, packet) / 1e9, packet.frame.number, 'http.time'),
    });
  }
}

/** Octets of content: as the header says, where it does. */
function contentLength(layer: Layer, packet: Packet, length: number): Evidence {
  const declared = fieldEvidence(layer, packet, 'content-length', 'http.content_length_header');
  return declared !== null && Number(declared.value) === length
    ? { ...declared, value: length }
    : concluded(length, packet.frame.number);
}

/** Stands for a head whose end nobody has found. */
const NOT_MEASURED = -1;

/** Reads the head, of which `searched` octets were searched for its end in vain. Answers with that end, or -1. */
function readHead(searched: number, bytes: Uint8Array, from: number, limit: number): number {
  const end = searched === 0 ? limit : headEnd(bytes, from, from + searched, limit);
  return end < 0 ? -1 : head.read(bytes, from, end);
}

/** What a method changes for the response. */
function methodOf(bytes: Uint8Array, from: number, to: number): number {
  if (isWord(bytes, from, to, 'HEAD')) return HEAD;
  if (isWord(bytes, from, to, 'CONNECT')) return CONNECT;
  return isNotification(bytes, from, to) ? NOTIFICATION : OTHER;
}

/** What no protocol here knows, under the port that would name it. */
function showUnknown(bytes: Uint8Array, from: number, to: number, { packet, tcp }: Arrival): void {
  packet.follow(tcpPorts, Math.min(srcPort(tcp), dstPort(tcp)), data);
  packet.decode(data, bytes, from, to, to);
}

/** Octets of a WebSocket key that are remembered; a right one has 24. */
const LONGEST_KEY = 64;

/** Stands for a content in chunks. */
const CHUNKED = -2;
const LONGEST_MEASURED_TRAILER = 1 << 16;

/** Octets of an empty line before a message, which is passed over (RFC 9112 §2.2); 0 when there is none. */
function emptyLine(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === 10) return 1;
  return bytes[from] === 13 && from + 1 < to && bytes[from + 1] === 10 ? 2 : 0;
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

function fieldEvidence(layer: Layer, packet: Packet, name: string, field: string) {
  const found = findField(layer.bytes, layer.start, layer.headerEnd, name);
  if (found === null) return null;
  return seen(packet, layer, field, found.valueAt, found.valueEnd - found.valueAt, found.value);
}

function elapsed(since: Asked, packet: Packet): number {
  const { seconds, nanoseconds } = packet.frame;
  return (seconds - since.seconds) * 1e9 + (nanoseconds - since.nanoseconds);
}

/** What a response answers. */
export class Answer implements Context {
  readonly rows: readonly Row[];
  readonly frame: number;
  readonly time: number;
  private readonly octets: Uint8Array;
  private readonly targetAt: number;
  private readonly hostAt: number;
  private readonly hostEnd: number;

  constructor(request: Asked, requests: Requests, packet: Packet) {
    this.rows = request.method === NOTIFICATION ? NOTIFIED_ROWS : httpAnswerRows;
    this.frame = request.frame;
    this.time = elapsed(request, packet);
    this.octets = requests.octets;
    this.targetAt = request.targetAt;
    this.hostAt = request.hostAt;
    this.hostEnd = request.hostEnd;
  }

  /** What was asked for, where the request named a host. */
  uri(secured: boolean): string | null {
    if (this.targetAt < 0) return null;
    const host = stringOf(this.octets, this.hostAt, this.hostEnd);
    return fullUri(secured, host, stringOf(this.octets, this.targetAt, this.hostAt));
  }
}

const answer = (layer: Layer): Answer => layer.context as Answer;

const NOTIFIED_ROWS: readonly Row[] = [
  {
    id: 'http.response_for.uri',
    label: 'Answers',
    kind: 'text',
    read: (layer) => answer(layer).uri(layer.decrypted),
  },
];
/** What a response's request adds to it. */
export const httpAnswerRows: readonly Row[] = [
  { id: 'http.request_in', label: 'Request in frame', kind: 'uint', read: (layer) => answer(layer).frame },
  { id: 'http.time', label: 'Time since the request', ...elapsedTime((layer) => answer(layer).time) },
  ...NOTIFIED_ROWS,
];
