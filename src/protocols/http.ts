import { gatherRows, type Row, type Visit, type VisitOctets } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { asciiStringOf, stringOf, writeString } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { withoutCoding } from './content-coding.ts';
import { data } from './data.ts';
import { Chunk, isChunked } from './http-chunks.ts';
import {
  decimal,
  FieldLines,
  findField,
  headEnd,
  isNotification,
  isSpace,
  kindOf,
  SPACE,
  StartLine,
  small,
  withoutCr,
} from './http-head.ts';
import { statusMeaning } from './http-status.ts';
import { lineFeed } from './text-line.ts';

/**
 * HTTP/1.x, one message. RFC 9112 §2.1; what the fields mean: RFC 9110.
 *
 *   start line     GET /page HTTP/1.1      or      HTTP/1.1 200 OK
 *   field lines    Host: www.example.test
 *   empty line
 *   content
 *
 * Lines end in CR LF, or in LF alone (RFC 9112 §2.2). Where the content ends is known to the stream (src/streams/http.ts),
 * which hands over the message with that end. Bytes without a start line are a continuation: content whose beginning was
 * not captured.
 */

const rows: Row[] = [];
const row = gatherRows(rows, 'http.');

const REQUEST = row('request', 'Request', 'bool');
const METHOD = row('request.method', 'Method');
const TARGET = row('request.uri', 'Target');
const PATH = row('request.uri.path', 'Path');
const QUERY = row('request.uri.query', 'Query');
const PARAMETER = row('request.uri.query.parameter', 'Query parameter');
const REQUEST_VERSION = row('request.version', 'Version');
const RESPONSE = row('response', 'Response', 'bool');
const RESPONSE_VERSION = row('response.version', 'Version');
const STATUS = row('response.code', 'Status', 'uint');
const STATUS_MEANING = row('response.code.desc', 'Meaning of the status');
const PHRASE = row('response.phrase', 'Phrase');
const NOTIFICATION = row('notification', 'Notification', 'bool');
const UNKNOWN_LINE = row('unknown_header', 'Field line');
const REQUEST_LINE = row('request.line', 'Field line');
const RESPONSE_LINE = row('response.line', 'Field line');
const FULL_URI = row('request.full_uri', 'Full URI');
const CONTENT_LENGTH = row('content_length', 'Content length', 'uint');
const FILE_DATA = row('file_data', 'Content', 'text', {
  about: 'Chunks are joined, gzip and deflate undone. Another coding, and what cannot be undone, is as it was carried.',
});
const CHUNK_SIZE = row('chunk_size', 'Chunk size', 'uint');
const COOKIE_PAIR = row('cookie_pair', 'Cookie');

/** A field that has a row of its own, and what else follows from it. */
interface NamedField {
  readonly name: string;
  readonly row: Row;
  readonly said?: (line: FieldLines, sink: Sink) => void;
}

const named = (name: string, made: Row, said?: NamedField['said']): NamedField =>
  said === undefined ? { name, row: made } : { name, row: made, said };

const NAMED: readonly NamedField[] = [
  named('host', row('host', 'Host'), (line, sink) => (sink.host ??= line.value)),
  named('user-agent', row('user_agent', 'User agent')),
  named('accept', row('accept', 'Accepts')),
  named('accept-language', row('accept_language', 'Accepts languages')),
  named('accept-encoding', row('accept_encoding', 'Accepts codings')),
  named('referer', row('referer', 'Referer')),
  named('cookie', row('cookie', 'Cookies'), visitCookies),
  named('connection', row('connection', 'Connection')),
  named('upgrade', row('upgrade', 'Upgrade')),
  named('authorization', row('authorization', 'Authorization')),
  named('proxy-authenticate', row('proxy_authenticate', 'Proxy authentication wanted')),
  named('proxy-authorization', row('proxy_authorization', 'Proxy authorization')),
  named('www-authenticate', row('www_authenticate', 'Authentication wanted')),
  named('x-forwarded-for', row('x_forwarded_for', 'Forwarded for')),
  named('server', row('server', 'Server')),
  named('date', row('date', 'Date')),
  named('last-modified', row('last_modified', 'Last modified')),
  named('cache-control', row('cache_control', 'Cache control')),
  named('location', row('location', 'Location')),
  named('set-cookie', row('set_cookie', 'Sets cookie')),
  named('content-type', row('content_type', 'Content type')),
  named('content-length', row('content_length_header', 'Content length, as written'), visitContentLength),
  named(
    'content-encoding',
    row('content_encoding', 'Content coding'),
    (line, sink) => (sink.contentEncoding ??= line.value),
  ),
  named(
    'transfer-encoding',
    row('transfer_encoding', 'Transfer coding'),
    (line, sink) => (sink.transferEncoding ??= line.value),
  ),
  named('sec-websocket-accept', row('sec_websocket_accept', 'WebSocket accept')),
  named('sec-websocket-extensions', row('sec_websocket_extensions', 'WebSocket extensions')),
  named('sec-websocket-key', row('sec_websocket_key', 'WebSocket key')),
  named('sec-websocket-protocol', row('sec_websocket_protocol', 'WebSocket protocol')),
  named('sec-websocket-version', row('sec_websocket_version', 'WebSocket version')),
];

/** The same by the first letter of their names. */
const NAMED_BY_LETTER: (readonly NamedField[] | undefined)[] = [];
for (const field of NAMED) {
  const letter = field.name.charCodeAt(0);
  NAMED_BY_LETTER[letter] = [...(NAMED_BY_LETTER[letter] ?? []), field];
}

function messageProtocol(id: string, name: string, column: string, spec: string): Protocol {
  return { id, name, column, spec, fields: [], walked: rows, decode, walk, info, card };
}

export const http = messageProtocol('http', 'Hypertext Transfer Protocol', 'HTTP', 'RFC 9112 §2.1');
/** The same form in datagrams: discovery of UPnP devices (UPnP Device Architecture 2.0 §1). */
export const ssdp = messageProtocol('ssdp', 'Simple Service Discovery Protocol', 'SSDP', 'UPnP 2.0 §1');

/**
 * Octets of the head of the message that is decoded next, which its stream has measured; -1 when nobody has. Looking for
 * its end once more would take as long as all the rest of decoding.
 */
let measuredHead = -1;

/** Decodes a message whose head is known to have so many octets. */
export function decodeMeasured(
  packet: Packet,
  bytes: Uint8Array,
  from: number,
  to: number,
  wireEnd: number,
  head: number,
): void {
  measuredHead = head;
  packet.decode(http, bytes, from, to, wireEnd);
  measuredHead = -1;
}

function decode(layer: Layer, packet: Packet): Protocol | null {
  const { bytes, start, capturedEnd } = layer;
  if (isUnknown(layer)) return packet.short(layer, 'head', capturedEnd - start + 1);
  if (measuredHead < 0 && kindOf(bytes, start, capturedEnd) === 'continuation') {
    layer.headerEnd = start;
    return data;
  }
  const end = measuredHead < 0 ? headEnd(bytes, start, start, capturedEnd) : start + measuredHead;
  if (end >= 0) {
    layer.headerEnd = end;
    if (capturedEnd < layer.wireEnd) {
      packet.report('truncated', layer, 'content', layer.wireEnd - start, capturedEnd - start, 'capture');
    }
    return null;
  }
  layer.headerEnd = capturedEnd;
  if (capturedEnd < layer.wireEnd) packet.short(layer, 'head', capturedEnd - start + 1);
  return null;
}

/** Of a datagram whose first line was cut off nobody knows what it begins; of a stream, its other segments tell. */
const isUnknown = ({ protocol, bytes, start, capturedEnd, wireEnd }: Layer): boolean =>
  protocol === ssdp && capturedEnd < wireEnd && lineFeed(bytes, start, capturedEnd) < 0;

function walk(layer: Layer, _packet: Packet, visit: Visit, visitOctets?: VisitOctets): void {
  if (isUnknown(layer)) return;
  const { bytes, start, headerEnd } = layer;
  const sink = new Sink(bytes, visit, visitOctets);
  const first = new StartLine().read(bytes, start, headerEnd);
  if (headerEnd > start && first.kind !== 'continuation') {
    if (first.kind === 'request') visitRequest(layer, first, sink);
    else visitResponse(layer, first, sink);
  }
  visitContent(layer, sink);
}

/** Where the parts of a message go, and what its fields said on the way. */
class Sink {
  readonly visit: Visit;
  host: string | null = null;
  transferEncoding: string | null = null;
  contentEncoding: string | null = null;
  private readonly bytes: Uint8Array;
  private readonly visitOctets: VisitOctets | undefined;

  constructor(bytes: Uint8Array, visit: Visit, visitOctets: VisitOctets | undefined) {
    this.bytes = bytes;
    this.visit = visit;
    this.visitOctets = visitOctets;
  }

  /** Visits a text that stands in the message. */
  text(made: Row, from: number, to: number, level: number): void {
    const taken = this.visitOctets?.(made, from, to - from, level);
    if (!taken) this.visit(made, from, to - from, stringOf(this.bytes, from, to), level);
  }

  /** Visits the content as it stands. */
  content(from: number, to: number): void {
    const taken = this.visitOctets?.(FILE_DATA, from, to - from, 0);
    if (!taken) this.visit(FILE_DATA, from, to - from, asciiStringOf(this.bytes, from, to), 0);
  }

  /** The same, where there is any. */
  word(made: Row, from: number, to: number, level = 0): void {
    if (from < to) this.text(made, from, to, level);
  }
}

function visitRequest({ bytes, start, headerEnd, decrypted }: Layer, first: StartLine, sink: Sink): void {
  const { secondAt, secondEnd } = first;
  const notifies = isNotification(bytes, start, first.firstEnd);
  sink.visit(notifies ? NOTIFICATION : REQUEST, start, first.end - start, 1, 0);
  sink.word(METHOD, start, first.firstEnd);
  sink.word(TARGET, secondAt, secondEnd);
  visitTarget(bytes, secondAt, secondEnd, sink);
  sink.word(REQUEST_VERSION, first.thirdAt, first.thirdEnd);
  visitFields(bytes, start, headerEnd, notifies ? null : REQUEST_LINE, sink);
  if (sink.host === null || secondAt >= secondEnd) return;
  sink.visit(FULL_URI, -1, 0, fullUri(decrypted, sink.host, stringOf(bytes, secondAt, secondEnd)), 0);
}

/** A target in absolute form is the URI already (RFC 9112 §3.2.2); CONNECT names host and port (§3.2.3). */
export const fullUri = (secured: boolean, host: string, target: string): string =>
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(target) ? target : `${secured ? 'https' : 'http'}://${host}${target}`;

function visitTarget(bytes: Uint8Array, from: number, to: number, sink: Sink): void {
  let query = from;
  while (query < to && bytes[query] !== QUESTION_MARK) query++;
  if (query++ === to) return;
  sink.word(PATH, from, query - 1, 1);
  sink.word(QUERY, query, to, 1);
  let at = query;
  for (let i = query; i <= to; i++) {
    if (i < to && bytes[i] !== AMPERSAND) continue;
    sink.word(PARAMETER, at, i, 2);
    at = i + 1;
  }
}

const QUESTION_MARK = 63;
const AMPERSAND = 38;
const SEMICOLON = 59;

function visitResponse({ bytes, start, headerEnd }: Layer, first: StartLine, sink: Sink): void {
  const { secondAt } = first;
  const length = first.secondEnd - secondAt;
  sink.visit(RESPONSE, start, first.end - start, 1, 0);
  sink.word(RESPONSE_VERSION, start, first.firstEnd);
  const code = first.status(bytes);
  if (code > 0) {
    sink.visit(STATUS, secondAt, length, code, 0);
    sink.visit(STATUS_MEANING, secondAt, length, statusMeaning(code) || 'Unknown', 1);
  }
  sink.word(PHRASE, first.thirdAt, first.thirdEnd);
  visitFields(bytes, start, headerEnd, RESPONSE_LINE, sink);
}

/** `whole` is for each line; without it those lines are shown whole that have no row of their own. */
function visitFields(bytes: Uint8Array, start: number, end: number, whole: Row | null, sink: Sink): void {
  const lines = new FieldLines();
  lines.begin(bytes, start, end);
  while (lines.next()) {
    if (whole !== null) sink.text(whole, lines.at, lines.end, 0);
    const named = namedField(lines);
    if (named === undefined) {
      if (whole === null) sink.text(UNKNOWN_LINE, lines.at, lines.end, 0);
      continue;
    }
    sink.text(named.row, lines.valueAt, lines.valueEnd, whole === null ? 0 : 1);
    named.said?.(lines, sink);
  }
}

/** The field that the line is, of those that have a row of their own. */
function namedField(line: FieldLines): NamedField | undefined {
  const candidates = NAMED_BY_LETTER[firstLetter(line)];
  if (candidates === undefined) return undefined;
  for (let i = 0; i < candidates.length; i++) if (line.is(candidates[i]!.name)) return candidates[i];
  return undefined;
}

const firstLetter = ({ bytes, at }: FieldLines): number => small(bytes[at]!);

function visitContentLength({ bytes, valueAt, valueEnd }: FieldLines, sink: Sink): void {
  const length = decimal(bytes, valueAt, valueEnd);
  if (length >= 0) sink.visit(CONTENT_LENGTH, valueAt, valueEnd - valueAt, length, 1);
}

function visitCookies({ bytes, valueAt, valueEnd }: FieldLines, sink: Sink): void {
  let at = valueAt;
  for (let i = at; i <= valueEnd; i++) {
    if (i < valueEnd && bytes[i] !== SEMICOLON) continue;
    while (at < i && bytes[at] === SPACE) at++;
    sink.word(COOKIE_PAIR, at, i, 2);
    at = i + 1;
  }
}

const isPrintable = (octet: number): boolean => octet >= 32 && octet < 127;

function visitContent(layer: Layer, sink: Sink): void {
  const { bytes, start, headerEnd, capturedEnd, wireEnd } = layer;
  if (headerEnd >= capturedEnd) return;
  // Of content without its head that the capture has cut as well, what is no text stands as data alone, as in Wireshark.
  if (headerEnd === start && capturedEnd < wireEnd && !isPrintable(bytes[start]!)) return;
  const { transferEncoding, contentEncoding } = sink;
  const chunked = transferEncoding !== null && isChunked(transferEncoding);
  if (!chunked && contentEncoding === null) {
    sink.content(headerEnd, capturedEnd);
    return;
  }
  const carried = chunked ? joinedChunks(layer, sink.visit) : bytes.subarray(headerEnd, capturedEnd);
  if (carried.length === 0) return;
  const content = (contentEncoding === null ? null : withoutCoding(carried, contentEncoding)) ?? carried;
  const at = chunked ? -1 : headerEnd;
  sink.visit(FILE_DATA, at, chunked ? 0 : carried.length, asciiStringOf(content, 0, content.length), 0);
}

/** What a message carries, without chunks and without its coding. */
interface Content {
  readonly octets: Uint8Array;
  /** A coding that could not be undone, and is still on them. */
  readonly coding: string | null;
}

export function contentOf(layer: Layer): Content {
  const { bytes, start, headerEnd, capturedEnd } = layer;
  const transferEncoding = findField(bytes, start, headerEnd, 'transfer-encoding')?.value ?? null;
  const coding = findField(bytes, start, headerEnd, 'content-encoding')?.value ?? null;
  const chunked = transferEncoding !== null && isChunked(transferEncoding);
  const carried = chunked ? joinedChunks(layer, () => undefined) : bytes.subarray(headerEnd, capturedEnd);
  if (coding === null || carried.length === 0) return { octets: carried, coding: null };
  const plain = withoutCoding(carried, coding);
  return plain === null ? { octets: carried, coding } : { octets: plain, coding: null };
}

/** The chunks' data as one, after a visit to the size of each. */
function joinedChunks({ bytes, headerEnd, capturedEnd }: Layer, visit: Visit): Uint8Array {
  const content = new Uint8Array(capturedEnd - headerEnd);
  let length = 0;
  const chunk = new Chunk();
  chunk.next = headerEnd;
  while (chunk.read(bytes, capturedEnd)) {
    visit(CHUNK_SIZE, chunk.at, chunk.dataAt - chunk.at, chunk.size, 0);
    if (chunk.size === 0) break;
    const part = bytes.subarray(chunk.dataAt, Math.min(chunk.dataAt + chunk.size, capturedEnd));
    content.set(part, length);
    length += part.length;
  }
  return content.subarray(0, length);
}

function info(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, headerEnd } = layer;
  if (headerEnd === start || kindOf(bytes, start, headerEnd) === 'continuation') {
    out.ascii('Continuation');
    return;
  }
  writeStartLine(bytes, start, headerEnd, out);
  out.byte(SPACE);
  if (headerEnd >= layer.capturedEnd) return;
  const type = findField(bytes, start, headerEnd, 'content-type');
  if (type !== null) writeMediaType(bytes, type.valueAt, type.valueEnd, out);
}

function writeStartLine(bytes: Uint8Array, start: number, end: number, out: Writer): void {
  const feed = lineFeed(bytes, start, end);
  writeString(bytes, start, withoutCr(bytes, start, feed < 0 ? end : feed), out);
}

/** ` (text/html)` of `text/html; charset=utf-8`. */
function writeMediaType(bytes: Uint8Array, from: number, to: number, out: Writer): void {
  let end = from;
  while (end < to && bytes[end] !== SEMICOLON && bytes[end] !== 0) end++;
  while (end > from && isSpace(bytes[end - 1]!)) end--;
  out.ascii(' (');
  writeString(bytes, from, end, out);
  out.byte(41);
}

function card(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, headerEnd, capturedEnd } = layer;
  out.ascii(`${layer.protocol.column}  `);
  if (headerEnd === start || kindOf(bytes, start, headerEnd) === 'continuation') {
    out.ascii(`${capturedEnd - start} bytes of content`);
    return;
  }
  writeStartLine(bytes, start, headerEnd, out);
  for (const name of CARD_FIELDS) {
    const field = findField(bytes, start, headerEnd, name);
    if (field === null) continue;
    out.ascii(`\n${name}: `);
    writeString(bytes, field.valueAt, field.valueEnd, out);
  }
  if (headerEnd < capturedEnd) out.ascii(`\n${capturedEnd - headerEnd} bytes of content`);
}

/** Fields that a card has room for. */
const CARD_FIELDS = ['host', 'location', 'content-type', 'content-length', 'transfer-encoding', 'content-encoding'];
