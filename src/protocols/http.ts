import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { asciiStringOf, stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { withoutCoding } from './content-coding.ts';
import { data } from './data.ts';

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
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** Octets that the head of a message may have; a longer one is not waited for. */
export const LONGEST_HEAD = 1 << 16;

export type Kind = 'request' | 'response' | 'continuation';

/** Methods that begin a request; others are taken for one when the line ends in a version. */
const METHODS = new Set(
  `GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT CHECKOUT
  CHECKIN UNCHECKOUT MKACTIVITY MERGE SEARCH NOTIFY M-SEARCH SUBSCRIBE UNSUBSCRIBE BCOPY BDELETE BMOVE BPROPFIND
  BPROPPATCH POLL VERSION-CONTROL MKWORKSPACE UPDATE LABEL BASELINE-CONTROL LINK UNLINK MKCALENDAR ACL
  RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA ICY CCM_POST RDG_IN_DATA RDG_OUT_DATA`.split(/\s+/),
);

/** Index of the LF that ends the line at `at`, or -1. */
function lineFeed(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === LF) return i;
  return -1;
}

/** Where the line that ends before `feed` has its last character. */
const withoutCr = (bytes: Uint8Array, at: number, feed: number): number =>
  feed > at && bytes[feed - 1] === CR ? feed - 1 : feed;

/** The first octet behind the empty line that ends the head, or -1; looks from `from` on, inside the head at `at`. */
export function headEnd(bytes: Uint8Array, at: number, from: number, end: number): number {
  for (let i = Math.max(from, at); i < end; i++) {
    if (bytes[i] !== LF) continue;
    if (i - 1 >= at && bytes[i - 1] === LF) return i + 1;
    if (i - 2 >= at && bytes[i - 1] === CR && bytes[i - 2] === LF) return i + 1;
  }
  return -1;
}

/** What the bytes at `at` begin. A line that is not whole is judged by what there is of it. */
export function kindOf(bytes: Uint8Array, at: number, end: number): Kind {
  if (startsWith(bytes, at, end, 'HTTP/')) return 'response';
  let word = at;
  while (word < end && word - at <= 32 && bytes[word]! > SPACE) word++;
  if (word === at || word - at > 32 || (word < end && bytes[word] !== SPACE)) return 'continuation';
  const method = stringOf(bytes, at, word);
  if (METHODS.has(method)) return 'request';
  return endsInVersion(bytes, at, end) ? 'request' : 'continuation';
}

/** True for a whole first line that names an HTTP version at its end, or a response's beginning. */
export function looksLikeHttp(bytes: Uint8Array, at: number, end: number): boolean {
  return startsWith(bytes, at, end, 'HTTP/1.') || endsInVersion(bytes, at, end);
}

function endsInVersion(bytes: Uint8Array, at: number, end: number): boolean {
  const feed = lineFeed(bytes, at, Math.min(end, at + LONGEST_HEAD));
  if (feed < 0) return false;
  const last = withoutCr(bytes, at, feed);
  return last - at > 9 && bytes[last - 9] === SPACE && startsWith(bytes, last - 8, last, 'HTTP/');
}

function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** One line of the head: a name, and the value without the space around it. */
export interface FieldLine {
  readonly name: string;
  readonly at: number;
  /** Behind the line's end. */
  readonly end: number;
  readonly valueAt: number;
  readonly valueEnd: number;
}

/** The field lines of a head, which begins at `at` with its start line and ends at `end`. */
export function* fieldLines(bytes: Uint8Array, at: number, end: number): Generator<FieldLine> {
  let next = nextLine(bytes, at, end);
  while (next < end) {
    const line = next;
    next = nextLine(bytes, line, end);
    if (bytes[next - 1] !== LF) return; // cut off: nobody knows what the value would have been
    // A line that begins with white space continues the one before (RFC 9112 §5.2).
    while (next < end && (bytes[next] === SPACE || bytes[next] === TAB)) next = nextLine(bytes, next, end);
    const last = withoutCr(bytes, line, next - 1);
    if (last === line) return;
    const colon = bytes.subarray(line, last).indexOf(COLON);
    if (colon <= 0) continue;
    let valueAt = line + colon + 1;
    while (valueAt < last && (bytes[valueAt] === SPACE || bytes[valueAt] === TAB)) valueAt++;
    let valueEnd = last;
    while (valueEnd > valueAt && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
    const name = stringOf(bytes, line, line + colon)
      .trimEnd()
      .toLowerCase();
    yield { name, at: line, end: next, valueAt, valueEnd };
  }
}

function nextLine(bytes: Uint8Array, at: number, end: number): number {
  const feed = lineFeed(bytes, at, end);
  return feed < 0 ? end : feed + 1;
}

/** The value of the first field with this name, or null. */
export function fieldValue(bytes: Uint8Array, at: number, end: number, name: string): string | null {
  for (const line of fieldLines(bytes, at, end)) {
    if (line.name === name) return stringOf(bytes, line.valueAt, line.valueEnd);
  }
  return null;
}

/** The parts of the start line: offsets of its words. */
export interface StartLine {
  readonly kind: Kind;
  /** Method, target and version, or version, code and phrase: [from, to) each; empty ones where there is none. */
  readonly words: readonly (readonly [number, number])[];
  /** Behind the line's end. */
  readonly end: number;
}

/** Takes the start line apart. Of one that is cut off, the words that are surely whole. */
export function startLine(bytes: Uint8Array, at: number, end: number): StartLine {
  const kind = kindOf(bytes, at, end);
  const next = nextLine(bytes, at, end);
  const whole = next > at && bytes[next - 1] === LF;
  const last = whole ? withoutCr(bytes, at, next - 1) : lastSpace(bytes, at, next);
  const first = wordEnd(bytes, at, last);
  const secondAt = Math.min(first + 1, last);
  const second = wordEnd(bytes, secondAt, last);
  const third = Math.min(second + 1, last);
  return {
    kind,
    words: [
      [at, first],
      [secondAt, second],
      [third, last],
    ],
    end: next,
  };
}

/** Where the last word begins whose end is not there, with the space before it left out. */
function lastSpace(bytes: Uint8Array, at: number, end: number): number {
  let i = end;
  while (i > at && bytes[i - 1] !== SPACE) i--;
  return Math.max(at, i - 1);
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== SPACE) i++;
  return i;
}

const rows: Row[] = [];

function row(id: string, label: string, kind: Row['kind'] = 'text', about?: string): Row {
  const made: Row = about === undefined ? { id: `http.${id}`, label, kind } : { id: `http.${id}`, label, kind, about };
  rows.push(made);
  return made;
}

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
const REQUEST_LINE = row('request.line', 'Field line');
const RESPONSE_LINE = row('response.line', 'Field line');
const FULL_URI = row('request.full_uri', 'Full URI');
const CONTENT_LENGTH = row('content_length', 'Content length', 'uint');
const FILE_DATA = row(
  'file_data',
  'Content',
  'text',
  'Chunks are joined, gzip and deflate undone. Another coding, and what cannot be undone, is as it was carried.',
);
const CHUNK_SIZE = row('chunk_size', 'Chunk size', 'uint');
const COOKIE_PAIR = row('cookie_pair', 'Cookie');

/** Fields that have a row of their own. */
const NAMED = new Map<string, Row>([
  ['host', row('host', 'Host')],
  ['user-agent', row('user_agent', 'User agent')],
  ['accept', row('accept', 'Accepts')],
  ['accept-language', row('accept_language', 'Accepts languages')],
  ['accept-encoding', row('accept_encoding', 'Accepts codings')],
  ['referer', row('referer', 'Referer')],
  ['cookie', row('cookie', 'Cookies')],
  ['connection', row('connection', 'Connection')],
  ['upgrade', row('upgrade', 'Upgrade')],
  ['authorization', row('authorization', 'Authorization')],
  ['proxy-authenticate', row('proxy_authenticate', 'Proxy authentication wanted')],
  ['proxy-authorization', row('proxy_authorization', 'Proxy authorization')],
  ['www-authenticate', row('www_authenticate', 'Authentication wanted')],
  ['x-forwarded-for', row('x_forwarded_for', 'Forwarded for')],
  ['server', row('server', 'Server')],
  ['date', row('date', 'Date')],
  ['last-modified', row('last_modified', 'Last modified')],
  ['cache-control', row('cache_control', 'Cache control')],
  ['location', row('location', 'Location')],
  ['set-cookie', row('set_cookie', 'Sets cookie')],
  ['content-type', row('content_type', 'Content type')],
  ['content-length', row('content_length_header', 'Content length, as written')],
  ['content-encoding', row('content_encoding', 'Content coding')],
  ['transfer-encoding', row('transfer_encoding', 'Transfer coding')],
  ['sec-websocket-accept', row('sec_websocket_accept', 'WebSocket accept')],
  ['sec-websocket-extensions', row('sec_websocket_extensions', 'WebSocket extensions')],
  ['sec-websocket-key', row('sec_websocket_key', 'WebSocket key')],
  ['sec-websocket-protocol', row('sec_websocket_protocol', 'WebSocket protocol')],
  ['sec-websocket-version', row('sec_websocket_version', 'WebSocket version')],
]);

function messageProtocol(id: string, name: string, column: string, spec: string): Protocol {
  return { id, name, column, spec, fields: [], walked: rows, decode, walk, info, card };
}

export const http = messageProtocol('http', 'Hypertext Transfer Protocol', 'HTTP', 'RFC 9112 §2.1');
/** The same form in datagrams: discovery of UPnP devices (UPnP Device Architecture 2.0 §1). */
export const ssdp = messageProtocol('ssdp', 'Simple Service Discovery Protocol', 'SSDP', 'UPnP 2.0 §1');

function decode(layer: Layer, packet: Packet): Protocol | null {
  const { bytes, start, capturedEnd } = layer;
  if (kindOf(bytes, start, capturedEnd) === 'continuation') {
    layer.headerEnd = start;
    return data;
  }
  const end = headEnd(bytes, start, start, capturedEnd);
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

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, headerEnd } = layer;
  const first = startLine(bytes, start, headerEnd);
  if (headerEnd > start && first.kind !== 'continuation') {
    if (first.kind === 'request') visitRequest(layer, first, visit);
    else visitResponse(layer, first, visit);
  }
  visitContent(layer, visit);
}

function visitWord(made: Row, bytes: Uint8Array, [from, to]: readonly [number, number], visit: Visit, level = 0): void {
  if (from < to) visit(made, from, to - from, stringOf(bytes, from, to), level);
}

function visitRequest(layer: Layer, line: StartLine, visit: Visit): void {
  const { bytes, start, headerEnd } = layer;
  const [method, target, version] = line.words as [[number, number], [number, number], [number, number]];
  visit(REQUEST, start, line.end - start, 1, 0);
  visitWord(METHOD, bytes, method, visit);
  visitWord(TARGET, bytes, target, visit);
  visitTarget(bytes, target, visit);
  visitWord(REQUEST_VERSION, bytes, version, visit);
  visitFields(layer, REQUEST_LINE, visit);
  const host = fieldValue(bytes, start, headerEnd, 'host');
  if (host !== null && target[0] < target[1]) visit(FULL_URI, -1, 0, fullUri(host, stringOf(bytes, ...target)), 0);
}

/** A target in absolute form is the URI already (RFC 9112 §3.2.2); CONNECT names host and port (§3.2.3). */
const fullUri = (host: string, target: string): string =>
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(target) ? target : `http://${host}${target}`;

function visitTarget(bytes: Uint8Array, [from, to]: readonly [number, number], visit: Visit): void {
  const mark = bytes.subarray(from, to).indexOf(63);
  if (mark < 0) return;
  const query = from + mark + 1;
  visitWord(PATH, bytes, [from, query - 1], visit, 1);
  visitWord(QUERY, bytes, [query, to], visit, 1);
  let at = query;
  for (let i = query; i <= to; i++) {
    if (i < to && bytes[i] !== 38) continue;
    visitWord(PARAMETER, bytes, [at, i], visit, 2);
    at = i + 1;
  }
}

function visitResponse(layer: Layer, line: StartLine, visit: Visit): void {
  const { bytes, start } = layer;
  const [version, code, phrase] = line.words as [[number, number], [number, number], [number, number]];
  visit(RESPONSE, start, line.end - start, 1, 0);
  visitWord(RESPONSE_VERSION, bytes, version, visit);
  const status = statusOf(bytes, code);
  if (status > 0) {
    visit(STATUS, code[0], code[1] - code[0], status, 0);
    visit(STATUS_MEANING, code[0], code[1] - code[0], STATUS_NAMES.get(status) ?? 'Unknown', 1);
  }
  visitWord(PHRASE, bytes, phrase, visit);
  visitFields(layer, RESPONSE_LINE, visit);
}

/** Three digits as a number, else 0. */
function statusOf(bytes: Uint8Array, [from, to]: readonly [number, number]): number {
  if (to - from !== 3) return 0;
  const text = stringOf(bytes, from, to);
  return /^\d{3}$/.test(text) ? Number(text) : 0;
}

/** The status of the response at `at`, or 0. */
export function status(bytes: Uint8Array, at: number, end: number): number {
  const line = startLine(bytes, at, end);
  return line.kind === 'response' ? statusOf(bytes, line.words[1]!) : 0;
}

function visitFields(layer: Layer, whole: Row, visit: Visit): void {
  const { bytes, headerEnd } = layer;
  for (const field of fieldLines(bytes, layer.start, headerEnd)) {
    visit(whole, field.at, field.end - field.at, stringOf(bytes, field.at, field.end), 0);
    const named = NAMED.get(field.name);
    if (named === undefined) continue;
    const value = stringOf(bytes, field.valueAt, field.valueEnd);
    visit(named, field.valueAt, field.valueEnd - field.valueAt, value, 1);
    if (field.name === 'cookie') visitCookies(bytes, field, visit);
    if (field.name === 'content-length' && /^\d{1,15}$/.test(value)) {
      visit(CONTENT_LENGTH, field.valueAt, field.valueEnd - field.valueAt, Number(value), 1);
    }
  }
}

function visitCookies(bytes: Uint8Array, field: FieldLine, visit: Visit): void {
  let at = field.valueAt;
  for (let i = at; i <= field.valueEnd; i++) {
    if (i < field.valueEnd && bytes[i] !== 59) continue;
    while (at < i && bytes[at] === SPACE) at++;
    visitWord(COOKIE_PAIR, bytes, [at, i], visit, 2);
    at = i + 1;
  }
}

function visitContent(layer: Layer, visit: Visit): void {
  const { bytes, start, headerEnd, capturedEnd } = layer;
  if (headerEnd >= capturedEnd) return;
  const transfer = headerEnd > start ? fieldValue(bytes, start, headerEnd, 'transfer-encoding') : null;
  const chunked = transfer !== null && isChunked(transfer);
  const carried = chunked ? joinedChunks(layer, visit) : bytes.subarray(headerEnd, capturedEnd);
  if (carried.length === 0) return;
  const coding = headerEnd > start ? fieldValue(bytes, start, headerEnd, 'content-encoding') : null;
  const content = (coding === null ? null : withoutCoding(carried, coding)) ?? carried;
  const at = chunked ? -1 : headerEnd;
  visit(FILE_DATA, at, chunked ? 0 : carried.length, asciiStringOf(content, 0, content.length), 0);
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

/** `chunked` is the last coding, where there are several (RFC 9112 §6.1). */
export const isChunked = (transferEncoding: string): boolean => /(?:^|[,\s])chunked\s*$/i.test(transferEncoding);

/** Steps through a chunked content (RFC 9112 §7.1): size in hexadecimal, CR LF, data, CR LF; size 0 ends it. */
export class Chunk {
  at = 0;
  size = 0;
  dataAt = 0;
  /** Where the next one begins. */
  next = 0;
  /** Set when what stands at `next` is not a chunk's size. */
  broken = false;

  /** Reads the size line at `next`. False when it is not there whole, or `broken`. */
  read(bytes: Uint8Array, end: number): boolean {
    const at = this.next;
    const feed = lineFeed(bytes, at, Math.min(end, at + LONGEST_SIZE_LINE));
    if (feed < 0) {
      this.broken = end - at >= LONGEST_SIZE_LINE;
      return false;
    }
    let size = 0;
    let i = at;
    for (; i < feed; i++) {
      const digit = hexDigit(bytes[i]!);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    // Sizes beyond 2^53 are not exact any more, and nobody sends them in earnest.
    if (i === at || size > Number.MAX_SAFE_INTEGER / 2 || !endsSize(bytes[i]!)) {
      this.broken = true;
      return false;
    }
    this.at = at;
    this.size = size;
    this.dataAt = feed + 1;
    this.next = size === 0 ? this.dataAt : this.dataAt + size + (bytes[feed - 1] === CR ? 2 : 1);
    return true;
  }
}

/** Size, extensions and line end. */
const LONGEST_SIZE_LINE = 4096;

const endsSize = (octet: number): boolean =>
  octet === CR || octet === LF || octet === SPACE || octet === TAB || octet === 59;

function hexDigit(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function info(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, headerEnd } = layer;
  const line = startLine(bytes, start, headerEnd);
  if (headerEnd === start || line.kind === 'continuation') {
    out.ascii('Continuation');
    return;
  }
  const feed = bytes[line.end - 1] === LF ? line.end - 1 : line.end;
  out.safe(stringOf(bytes, start, withoutCr(bytes, start, feed)));
  out.byte(SPACE);
  const type = fieldValue(bytes, start, headerEnd, 'content-type');
  if (type === null || headerEnd >= layer.capturedEnd) return;
  out.ascii(' (');
  out.safe(type.split(';')[0]!.trimEnd());
  out.byte(41);
}

function card(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, headerEnd, capturedEnd } = layer;
  out.ascii(`${layer.protocol.column}  `);
  const line = startLine(bytes, start, headerEnd);
  if (headerEnd === start || line.kind === 'continuation') {
    out.ascii(`${capturedEnd - start} bytes of content`);
    return;
  }
  out.safe(stringOf(bytes, start, withoutCr(bytes, start, bytes[line.end - 1] === LF ? line.end - 1 : line.end)));
  for (const name of CARD_FIELDS) {
    const value = fieldValue(bytes, start, headerEnd, name);
    if (value === null) continue;
    out.ascii(`\n${name}: `);
    out.safe(value);
  }
  if (headerEnd < capturedEnd) out.ascii(`\n${capturedEnd - headerEnd} bytes of content`);
}

/** Fields that a card has room for. */
const CARD_FIELDS = ['host', 'location', 'content-type', 'content-length', 'transfer-encoding', 'content-encoding'];

/** What a status code means, in Wireshark's words; empty for one that nobody registered. */
export const statusMeaning = (code: number): string => STATUS_NAMES.get(code) ?? '';

const STATUS_NAMES = new Map([
  [100, 'Continue'],
  [101, 'Switching Protocols'],
  [102, 'Processing'],
  [103, 'Early Hints'],
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [203, 'Non-Authoritative Information'],
  [204, 'No Content'],
  [205, 'Reset Content'],
  [206, 'Partial Content'],
  [207, 'Multi-Status'],
  [300, 'Multiple Choices'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [303, 'See Other'],
  [304, 'Not Modified'],
  [305, 'Use Proxy'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [407, 'Proxy Authentication Required'],
  [408, 'Request Time-out'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [411, 'Length Required'],
  [412, 'Precondition Failed'],
  [413, 'Request Entity Too Large'],
  [414, 'Request-URI Too Long'],
  [415, 'Unsupported Media Type'],
  [416, 'Requested Range Not Satisfiable'],
  [417, 'Expectation Failed'],
  [418, "I'm a teapot"],
  [421, 'Misdirected Request'],
  [422, 'Unprocessable Entity'],
  [426, 'Upgrade Required'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [451, 'Unavailable For Legal Reasons'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Time-out'],
  [505, 'HTTP Version not supported'],
  [511, 'Network Authentication Required'],
]);
