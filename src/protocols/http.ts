import type { Row, Visit, VisitOctets } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { asciiStringOf, stringOf, writeString } from '../core/octet-text.ts';
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
const NO_BYTES = new Uint8Array(0);

/** Octets that the head of a message may have; a longer one is not waited for. */
export const LONGEST_HEAD = 1 << 16;

export type Kind = 'request' | 'response' | 'continuation';

/** A first word that is longer is no method. */
const LONGEST_METHOD = 32;

/** A place for every length of a method and its first letter. */
const methodSlot = (length: number, first: number): number => length * 32 + (first & 31);

/** Methods that begin a request, by `methodSlot`; others are taken for one when the line ends in a version. */
const METHODS: (string[] | undefined)[] = [];
for (const method of `GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK
  REPORT CHECKOUT CHECKIN UNCHECKOUT MKACTIVITY MERGE SEARCH NOTIFY M-SEARCH SUBSCRIBE UNSUBSCRIBE BCOPY BDELETE BMOVE
  BPROPFIND BPROPPATCH POLL VERSION-CONTROL MKWORKSPACE UPDATE LABEL BASELINE-CONTROL LINK UNLINK MKCALENDAR ACL
  RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA ICY CCM_POST RDG_IN_DATA RDG_OUT_DATA`.split(/\s+/)) {
  const slot = methodSlot(method.length, method.charCodeAt(0));
  METHODS[slot] = [...(METHODS[slot] ?? []), method];
}

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
  const most = Math.min(end, at + LONGEST_METHOD + 1);
  let word = at;
  while (word < most && bytes[word]! > SPACE) word++;
  if (word === at || word - at > LONGEST_METHOD || (word < end && bytes[word] !== SPACE)) return 'continuation';
  return isMethod(bytes, at, word) || endsInVersion(bytes, at, end) ? 'request' : 'continuation';
}

function isMethod(bytes: Uint8Array, at: number, end: number): boolean {
  const candidates = METHODS[methodSlot(end - at, bytes[at]!)];
  if (candidates === undefined) return false;
  for (const method of candidates) if (isWord(bytes, at, end, method)) return true;
  return false;
}

/** True when the octets are these letters, no more and no fewer. */
export function isWord(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  return end - at === text.length && startsWith(bytes, at, end, text);
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
  const { length } = text;
  if (at + length > end) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Steps through the field lines of a head without making text of anything. Of two fields with the same name the first
 * one counts, wherever a single value is asked for.
 */
export class FieldLines {
  /** Where the line begins, and where the next one does. */
  at = 0;
  end = 0;
  /** Where the colon stands. */
  colon = 0;
  /** The value without the space around it. */
  valueAt = 0;
  valueEnd = 0;
  bytes: Uint8Array = NO_BYTES;
  private headEnd = 0;

  /** The head begins at `at` with its start line, and ends at `end`. */
  begin(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.headEnd = end;
    this.end = nextLine(bytes, at, end);
    this.ended = false;
  }

  /** True once the empty line was met, behind which `end` stands then. */
  ended = false;

  next(): boolean {
    const { bytes, headEnd } = this;
    while (this.end < headEnd) {
      const line = this.end;
      let colon = -1;
      let next = line;
      for (; next < headEnd; next++) {
        const b = bytes[next]!;
        if (b === LF) break;
        if (b === COLON && colon < 0) colon = next;
      }
      if (next === headEnd) return this.stop(); // cut off: nobody knows what the value would have been
      next++;
      if (withoutCr(bytes, line, next - 1) === line) return this.finish(next);
      // A line that begins with white space continues the one before (RFC 9112 §5.2).
      if (next < headEnd && (bytes[next] === SPACE || bytes[next] === TAB)) {
        while (next < headEnd && (bytes[next] === SPACE || bytes[next] === TAB)) next = nextLine(bytes, next, headEnd);
        if (colon < 0) colon = line + bytes.subarray(line, next).indexOf(COLON);
      }
      const last = withoutCr(bytes, line, next - 1);
      this.end = next;
      if (colon <= line || colon >= last) continue;
      this.at = line;
      this.colon = colon;
      this.trim(colon + 1, last);
      return true;
    }
    return false;
  }

  /** True for this name, given in small letters: names do not tell small from capital letters (RFC 9110 §5.1). */
  is(name: string): boolean {
    const { bytes, at, colon } = this;
    const { length } = name;
    if (colon - at < length) return false;
    for (let i = 0; i < length; i++) if (small(bytes[at + i]!) !== name.charCodeAt(i)) return false;
    // White space is not allowed there, which keeps nobody from sending it; a NUL ends the text.
    for (let i = at + length; i < colon; i++) {
      const b = bytes[i]!;
      if (b === 0) return true;
      if (!isSpace(b)) return false;
    }
    return true;
  }

  /** The name in small letters. */
  get name(): string {
    return stringOf(this.bytes, this.at, this.colon).trimEnd().toLowerCase();
  }

  get value(): string {
    return stringOf(this.bytes, this.valueAt, this.valueEnd);
  }

  private trim(from: number, to: number): void {
    const { bytes } = this;
    let at = from;
    let end = to;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    while (end > at && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
    this.valueAt = at;
    this.valueEnd = end;
  }

  private stop(): false {
    this.end = this.headEnd;
    return false;
  }

  private finish(end: number): false {
    this.ended = true;
    this.end = this.headEnd = end;
    return false;
  }
}

/** What may stand around a word without being a part of it. */
const isSpace = (octet: number): boolean => octet === SPACE || (octet >= TAB && octet <= CR);

const small = (octet: number): number => (octet >= 65 && octet <= 90 ? octet + 32 : octet);

function nextLine(bytes: Uint8Array, at: number, end: number): number {
  const feed = lineFeed(bytes, at, end);
  return feed < 0 ? end : feed + 1;
}

/** For searches that are over before the next one begins. */
const search = new FieldLines();

/** The first field line with this name (in small letters), valid until the next search; or null. */
export function findField(bytes: Uint8Array, at: number, end: number, name: string): FieldLines | null {
  search.begin(bytes, at, end);
  while (search.next()) if (search.is(name)) return search;
  return null;
}

/** The value of the first field with this name, or null. */
export function fieldValue(bytes: Uint8Array, at: number, end: number, name: string): string | null {
  return findField(bytes, at, end, name)?.value ?? null;
}

/** What a head says about where its message ends, and whom it is for. Read once a message, all fields in one go. */
export class Head {
  /** The stated length, or -1 when there is none or it is no number (RFC 9112 §6.3). */
  length = -1;
  /** Values, [from, to): from is -1 where the field is not there. */
  codingAt = -1;
  codingEnd = -1;
  hostAt = -1;
  hostEnd = -1;
  private readonly lines = new FieldLines();

  /** Answers with where the content begins, or -1 when the empty line is not there. */
  read(bytes: Uint8Array, at: number, end: number): number {
    const { lines } = this;
    let lengthAt = -1;
    this.length = this.codingAt = this.hostAt = -1;
    lines.begin(bytes, at, end);
    while (lines.next()) {
      const first = small(bytes[lines.at]!);
      if (first === C && lengthAt < 0 && lines.is('content-length')) {
        lengthAt = lines.valueAt;
        this.length = decimal(bytes, lengthAt, lines.valueEnd);
      } else if (first === T && this.codingAt < 0 && lines.is('transfer-encoding')) {
        this.codingAt = lines.valueAt;
        this.codingEnd = lines.valueEnd;
      } else if (first === H && this.hostAt < 0 && lines.is('host')) {
        this.hostAt = lines.valueAt;
        this.hostEnd = lines.valueEnd;
      }
    }
    return lines.ended ? lines.end : -1;
  }
}

const [C, H, T] = [99, 104, 116];

/** A number of up to 15 digits, which a NUL may end; -1 for anything else. */
function decimal(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  let i = from;
  for (; i < to && bytes[i] !== 0; i++) {
    const next = digit(bytes[i]!);
    if (next < 0 || i - from === 15) return -1;
    value = value * 10 + next;
  }
  return i > from ? value : -1;
}

const digit = (octet: number): number => (octet >= 48 && octet <= 57 ? octet - 48 : -1);

/**
 * The parts of the start line, as offsets of its words: method, target and version, or version, code and phrase. Of a line
 * that is cut off, the words that are surely whole; words that are not there are empty.
 */
export class StartLine {
  kind: Kind = 'continuation';
  at = 0;
  firstEnd = 0;
  secondAt = 0;
  secondEnd = 0;
  thirdAt = 0;
  thirdEnd = 0;
  /** Behind the line's end. */
  end = 0;

  read(bytes: Uint8Array, at: number, end: number): this {
    const next = nextLine(bytes, at, end);
    const whole = next > at && bytes[next - 1] === LF;
    const last = whole ? withoutCr(bytes, at, next - 1) : lastSpace(bytes, at, next);
    this.kind = kindOf(bytes, at, end);
    this.at = at;
    this.firstEnd = wordEnd(bytes, at, last);
    this.secondAt = Math.min(this.firstEnd + 1, last);
    this.secondEnd = wordEnd(bytes, this.secondAt, last);
    this.thirdAt = Math.min(this.secondEnd + 1, last);
    this.thirdEnd = last;
    this.end = next;
    return this;
  }

  /** The status of a response, where it has three digits; else 0. */
  status(bytes: Uint8Array): number {
    const { secondAt } = this;
    if (this.secondEnd - secondAt !== 3) return 0;
    const [a, b, c] = [digit(bytes[secondAt]!), digit(bytes[secondAt + 1]!), digit(bytes[secondAt + 2]!)];
    return a < 0 || b < 0 || c < 0 ? 0 : a * 100 + b * 10 + c;
  }
}

/** For what is looked at before another line is read. */
const line = new StartLine();

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

function walk(layer: Layer, _packet: Packet, visit: Visit, visitOctets?: VisitOctets): void {
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

function visitRequest({ bytes, start, headerEnd }: Layer, first: StartLine, sink: Sink): void {
  const { secondAt, secondEnd } = first;
  sink.visit(REQUEST, start, first.end - start, 1, 0);
  sink.word(METHOD, start, first.firstEnd);
  sink.word(TARGET, secondAt, secondEnd);
  visitTarget(bytes, secondAt, secondEnd, sink);
  sink.word(REQUEST_VERSION, first.thirdAt, first.thirdEnd);
  visitFields(bytes, start, headerEnd, REQUEST_LINE, sink);
  if (sink.host === null || secondAt >= secondEnd) return;
  sink.visit(FULL_URI, -1, 0, fullUri(sink.host, stringOf(bytes, secondAt, secondEnd)), 0);
}

/** A target in absolute form is the URI already (RFC 9112 §3.2.2); CONNECT names host and port (§3.2.3). */
const fullUri = (host: string, target: string): string =>
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(target) ? target : `http://${host}${target}`;

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
    sink.visit(STATUS_MEANING, secondAt, length, STATUS_NAMES.get(code) ?? 'Unknown', 1);
  }
  sink.word(PHRASE, first.thirdAt, first.thirdEnd);
  visitFields(bytes, start, headerEnd, RESPONSE_LINE, sink);
}

/** The status of the response at `at`, or 0. */
export function status(bytes: Uint8Array, at: number, end: number): number {
  line.read(bytes, at, end);
  return line.kind === 'response' ? line.status(bytes) : 0;
}

function visitFields(bytes: Uint8Array, start: number, end: number, whole: Row, sink: Sink): void {
  const lines = new FieldLines();
  lines.begin(bytes, start, end);
  while (lines.next()) {
    sink.text(whole, lines.at, lines.end, 0);
    const named = namedField(lines);
    if (named === undefined) continue;
    sink.text(named.row, lines.valueAt, lines.valueEnd, 1);
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

function visitContent(layer: Layer, sink: Sink): void {
  const { bytes, headerEnd, capturedEnd } = layer;
  if (headerEnd >= capturedEnd) return;
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
      const value = hexDigit(bytes[i]!);
      if (value < 0) break;
      size = size * 16 + value;
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
