import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import { findField, StartLine } from '../protocols/http-head.ts';
import { statusMeaning } from '../protocols/http-status.ts';
import { DATA, END_STREAM, flags, HEADERS, HeaderLines, payloadLength, streamId, type } from '../protocols/http2.ts';
import type { Moment, RequestStep } from './journey.ts';

/** Requests of one conversation that are remembered; later ones are counted. */
const MOST = 512;
/** Octets of a target, and of other texts, that are kept. */
const LONGEST = 512;

/** One request with its answer. */
export class Request {
  readonly protocol: RequestStep['protocol'];
  method: string | null = null;
  target: string | null = null;
  host: string | null = null;
  asked: Moment | null = null;
  sent: Moment | null = null;
  firstByte: Moment | null = null;
  lastByte: Moment | null = null;
  status = 0;
  phrase: string | null = null;
  type: string | null = null;
  octets = 0;

  constructor(protocol: RequestStep['protocol']) {
    this.protocol = protocol;
  }
}

/** The requests of one conversation, in the order in which they were sent. */
export class RequestList {
  readonly all: Request[] = [];
  /** How many more there were. */
  left = 0;
  /** The side that asks, by the conversation's own numbers; null while nobody did. */
  client: 0 | 1 | null = null;
  /** The place in `all` of the first one of HTTP/1 that has no answer. */
  private waiting = 0;
  /** Those of HTTP/2, by stream. */
  private readonly streams = new Map<number, Request>();

  /** A segment of new data from one side, before what it completes is told. */
  data(side: 0 | 1, at: Moment): void {
    const request = this.all[this.waiting];
    if (request === undefined || side === this.client || request.protocol !== 'http') return;
    if (request.sent !== null) request.firstByte ??= at;
  }

  /** A whole message of HTTP/1: `began` is when its first segment came, `ended` its last. */
  message(layer: Layer, side: 0 | 1, began: Moment, ended: Moment): void {
    const { bytes, start, headerEnd } = layer;
    line.read(bytes, start, headerEnd);
    if (line.kind === 'request') this.request(layer, side, began, ended);
    else if (line.kind === 'response') this.response(layer, side, ended);
  }

  private request(layer: Layer, side: 0 | 1, began: Moment, ended: Moment): void {
    const { bytes, start, headerEnd } = layer;
    this.client ??= side;
    const request = this.add('http');
    if (request === null) return;
    request.method = text(bytes, start, line.firstEnd);
    request.target = text(bytes, line.secondAt, line.secondEnd);
    request.host = findField(bytes, start, headerEnd, 'host')?.value.slice(0, LONGEST) ?? null;
    request.asked = began;
    request.sent = ended;
  }

  private response(layer: Layer, side: 0 | 1, ended: Moment): void {
    const { bytes, start, headerEnd, wireEnd } = layer;
    const status = line.status(bytes);
    this.client ??= side === 0 ? 1 : 0;
    let request: Request | null | undefined = this.all[this.waiting];
    // One that says "go on" is no answer yet (RFC 9110 §15.2).
    if (status >= 100 && status < 200 && status !== 101) {
      if (request !== undefined) request.firstByte = null;
      return;
    }
    request ??= this.add('http');
    if (request === null) return;
    this.waiting++;
    request.status = status;
    request.phrase = text(bytes, line.thirdAt, line.thirdEnd);
    request.type = findField(bytes, start, headerEnd, 'content-type')?.value.slice(0, LONGEST) ?? null;
    request.octets = Math.max(0, wireEnd - headerEnd);
    request.firstByte ??= ended;
    request.lastByte = ended;
  }

  /** A whole frame of HTTP/2. */
  frame(layer: Layer, side: 0 | 1, at: Moment): void {
    const { bytes, start } = layer;
    const id = streamId(bytes, start);
    const kind = type(bytes, start);
    const lines = layer.context instanceof HeaderLines ? layer.context : null;
    const method = lines?.value(':method') ?? null;
    if (method !== null) this.asks(id, side, method, lines!, at);
    const request = this.streams.get(id);
    if (request === undefined) return;
    const ends = (kind === DATA || kind === HEADERS) && (flags(bytes, start) & END_STREAM) !== 0;
    if (side === this.client) {
      if (ends) request.sent = at;
      return;
    }
    this.answers(request, lines, at);
    if (kind === DATA) request.octets += payloadLength(bytes, start);
    if (ends || kind === DATA) request.lastByte = at;
    if (ends) this.streams.delete(id);
  }

  private asks(id: number, side: 0 | 1, method: string, lines: HeaderLines, at: Moment): void {
    this.client ??= side;
    const request = this.add('http2');
    if (request === null) return;
    request.method = method.slice(0, LONGEST);
    request.target = lines.value(':path')?.slice(0, LONGEST) ?? null;
    request.host = lines.value(':authority')?.slice(0, LONGEST) ?? null;
    request.asked = request.sent = at;
    if (this.streams.size >= MOST) this.streams.delete(this.streams.keys().next().value!);
    this.streams.set(id, request);
  }

  private answers(request: Request, lines: HeaderLines | null, at: Moment): void {
    const status = Number(lines?.value(':status') ?? 0);
    if (status < 200 || status > 999) return;
    request.status = status;
    request.phrase = statusMeaning(status) || null;
    request.type = lines!.value('content-type')?.slice(0, LONGEST) ?? null;
    request.firstByte ??= at;
    request.lastByte = at;
  }

  private add(protocol: RequestStep['protocol']): Request | null {
    if (this.all.length >= MOST) {
      this.left++;
      return null;
    }
    const request = new Request(protocol);
    this.all.push(request);
    return request;
  }
}

const line = new StartLine();

const text = (bytes: Uint8Array, from: number, to: number): string =>
  stringOf(bytes, from, Math.min(to, from + LONGEST));
