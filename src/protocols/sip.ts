import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf, writeString } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { decimal, FieldLines, findField, headEnd, withoutCr } from './http-head.ts';
import { sdp } from './sdp.ts';
import { lineFeed } from './text-line.ts';

/**
 * Session Initiation Protocol, one message. RFC 3261 §7.
 *
 *   start line     INVITE sip:bob@example.test SIP/2.0      or      SIP/2.0 180 Ringing
 *   header lines   From: "Alice" <sip:alice@example.test>;tag=1928
 *   empty line
 *   body           mostly a session description (SDP)
 *
 * Names of header lines may be written short: `f` for From (§7.3.3).
 */
const VERSION = 'SIP/2.0';

const rows: Row[] = [];
const row = gatherRows(rows, 'sip.');

const REQUEST_LINE = row('Request-Line', 'Request');
const METHOD = row('Method', 'Method', 'text', { level: 1 });
const TARGET = row('r-uri', 'Target', 'text', { level: 1 });
const STATUS_LINE = row('Status-Line', 'Status line');
const STATUS = row('Status-Code', 'Status', 'uint', { level: 1, show: (code: number) => statusMeaning(code) });

/** The rows of a URI's parts. */
interface UriRows {
  readonly display: Row | null;
  readonly uri: Row | null;
  readonly user: Row;
  readonly host: Row;
  readonly port: Row;
}

const uriRows = (id: string, display: Row | null, uri: Row | null): UriRows => ({
  display,
  uri,
  user: row(`${id}.user`, 'User', 'text', { level: 2 }),
  host: row(`${id}.host`, 'Host', 'text', { level: 2 }),
  port: row(`${id}.port`, 'Port', 'text', { level: 2 }),
});

const TARGET_PARTS = uriRows('r-uri', null, null);

/** Who a header line names, with the tag of the dialog. */
const party = (id: string, uri: string): UriRows =>
  uriRows(
    id,
    row(`${id}.display.info`, 'Name', 'text', { level: 1 }),
    row(`${id}.${uri}`, uri === 'uri' ? 'URI' : 'Address', 'text', { level: 1 }),
  );

const FROM = party('from', 'addr');
const FROM_TAG = row('from.tag', 'Tag', 'text', { level: 1 });
const TO = party('to', 'addr');
const TO_TAG = row('to.tag', 'Tag', 'text', { level: 1 });
const CONTACT = party('contact', 'uri');
const SEQUENCE = row('CSeq.seq', 'Number', 'uint', { level: 1 });
const SEQUENCE_METHOD = row('CSeq.method', 'Method', 'text', { level: 1 });
const VIA_TRANSPORT = row('Via.transport', 'Transport', 'text', { level: 1 });
const VIA_HOST = row('Via.sent-by.address', 'Sent by', 'text', { level: 1 });
const VIA_PORT = row('Via.sent-by.port', 'Port', 'uint', { level: 1 });
const VIA_BRANCH = row('Via.branch', 'Branch', 'text', { level: 1 });
const OTHER: Row = {
  id: 'dissect.sip.header',
  label: 'Header line',
  kind: 'text',
  about: 'A header line that has no row of its own.',
};
rows.push(OTHER);

/** A header line that has a row of its own, and what else follows from it. */
interface Header {
  readonly row: Row;
  readonly said?: (layer: Layer, line: FieldLines, visit: Visit) => void;
}

const HEADERS = new Map<string, Header>();
/** Short names (RFC 3261 §20, RFC 6665 §8.2, RFC 3515 §2.1, RFC 4028 §4). */
const SHORT = new Map([
  ['c', 'content-type'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['o', 'event'],
  ['r', 'refer-to'],
  ['s', 'subject'],
  ['t', 'to'],
  ['u', 'allow-events'],
  ['v', 'via'],
  ['x', 'session-expires'],
]);

for (const [name, label, said] of [
  ['Via', 'Via', visitVia],
  ['From', 'From', (layer, line, visit) => visitParty(layer, line, FROM, FROM_TAG, visit)],
  ['To', 'To', (layer, line, visit) => visitParty(layer, line, TO, TO_TAG, visit)],
  ['Call-ID', 'Call'],
  ['CSeq', 'Sequence', visitSequence],
  ['Contact', 'Contact', (layer, line, visit) => visitParty(layer, line, CONTACT, null, visit)],
  ['Allow', 'Methods allowed'],
  ['Accept', 'Accepts'],
  ['Allow-Events', 'Events allowed'],
  ['Authorization', 'Authorization'],
  ['Content-Disposition', 'Use of the body'],
  ['Content-Encoding', 'Content coding'],
  ['Content-Type', 'Content type'],
  ['Date', 'Date'],
  ['Event', 'Event'],
  ['Min-SE', 'Least session timer'],
  ['P-Asserted-Identity', 'Identity asserted'],
  ['Proxy-Authenticate', 'Proxy authentication wanted'],
  ['Proxy-Authorization', 'Proxy authorization'],
  ['Reason', 'Reason'],
  ['Record-Route', 'Route recorded'],
  ['Refer-To', 'Referred to'],
  ['Require', 'Required'],
  ['Route', 'Route'],
  ['Server', 'Server'],
  ['Session-Expires', 'Session timer'],
  ['Subject', 'Subject'],
  ['Subscription-State', 'State of the subscription'],
  ['Supported', 'Supported'],
  ['Unsupported', 'Not supported'],
  ['User-Agent', 'User agent'],
  ['Warning', 'Warning'],
  ['WWW-Authenticate', 'Authentication wanted'],
] as readonly (readonly [string, string, Header['said']?])[]) {
  HEADERS.set(name.toLowerCase(), { row: row(name, label), ...(said === undefined ? {} : { said }) });
}
for (const [name, label] of [
  ['Content-Length', 'Content length'],
  ['Expires', 'Expires after, in seconds'],
  ['Max-Forwards', 'Hops left'],
] as const) {
  HEADERS.set(name.toLowerCase(), { row: row(name, label, 'uint') });
}

/** The header line's name in full, in small letters. */
const fullName = (line: FieldLines): string => {
  const { name } = line;
  return SHORT.get(name) ?? name;
};

export const sip: Protocol = {
  id: 'sip',
  name: 'Session Initiation Protocol',
  column: 'SIP',
  spec: 'RFC 3261 §7',
  fields: [],
  walked: rows,
  decode(layer, packet) {
    const { bytes, start, capturedEnd } = layer;
    if (!beginsSip(bytes, start, capturedEnd)) {
      layer.headerEnd = start;
      return data;
    }
    const end = headEnd(bytes, start, start, capturedEnd);
    if (end < 0) return packet.takeAll(layer, 'head');
    layer.headerEnd = end;
    narrow(layer);
    return bodyOf(layer);
  },
  walk,
  info: writeStart,
  card(layer, packet, out) {
    out.ascii('SIP  ');
    writeStart(layer, packet, out);
    for (const name of ['From', 'To', 'Call-ID']) {
      const line = headerOf(layer, name.toLowerCase());
      if (line === null) continue;
      out.ascii(`\n${name}: `);
      writeString(layer.bytes, line.valueAt, line.valueEnd, out);
    }
  },
};

/** What is beyond the stated length belongs to nobody (RFC 3261 §18.3). */
function narrow(layer: Layer): void {
  const line = headerOf(layer, 'content-length');
  const length = line === null ? -1 : decimal(layer.bytes, line.valueAt, line.valueEnd);
  if (length < 0) return;
  const end = layer.headerEnd + length;
  if (end < layer.wireEnd) layer.wireEnd = end;
  if (end < layer.capturedEnd) layer.capturedEnd = end;
}

function bodyOf(layer: Layer): Protocol | null {
  if (layer.headerEnd >= layer.capturedEnd) return null;
  const type = headerOf(layer, 'content-type')?.value ?? '';
  if (/^application\/sdp\b/i.test(type)) return sdp;
  const at = /^multipart\//i.test(type) ? descriptionAt(layer) : -1;
  if (at < 0) return data;
  layer.headerEnd = at;
  return sdp;
}

/** Where the part of a body begins that is a description, behind its own header lines (RFC 5621 §3); -1 where none is. */
function descriptionAt({ bytes, headerEnd, capturedEnd }: Layer): number {
  for (let at = headEnd(bytes, headerEnd, headerEnd, capturedEnd); at >= 0; ) {
    if (is(bytes, at, capturedEnd, 'v=0')) return at;
    at = headEnd(bytes, headerEnd, at + 1, capturedEnd);
  }
  return -1;
}

/** True where a message begins: a status line, or a line that ends in the version. */
export function beginsSip(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end || bytes[at]! < CAPITAL_A || bytes[at]! > CAPITAL_Z) return false;
  const last = lineEnd(bytes, at, end);
  if (last < 0) return false;
  if (is(bytes, at, last, `${VERSION} `)) return true;
  return (
    last - at > VERSION.length &&
    bytes[last - VERSION.length - 1] === SPACE &&
    is(bytes, last - VERSION.length, last, VERSION)
  );
}

const SPACE = 32;
const CAPITAL_A = 65;
const CAPITAL_Z = 90;

/** Where the line's last character stands, or -1 where its end was not captured. */
function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const feed = lineFeed(bytes, at, Math.min(end, at + LONGEST_START));
  return feed < 0 ? -1 : withoutCr(bytes, at, feed);
}

/** A start line that is longer is none. */
const LONGEST_START = 1024;

function is(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The method of a request; null for a response. */
export function methodOf({ bytes, start, headerEnd }: Layer): string | null {
  if (is(bytes, start, headerEnd, `${VERSION} `)) return null;
  let end = start;
  while (end < headerEnd && bytes[end] !== SPACE) end++;
  return stringOf(bytes, start, end);
}

/** The status of a response; 0 for a request. */
export const statusOf = ({ bytes, start, headerEnd }: Layer): number =>
  is(bytes, start, headerEnd, `${VERSION} `) ? Math.max(0, decimal(bytes, start + 8, start + 11)) : 0;

/** Where the status code stands. */
export const statusAt = (sip: Layer): number => sip.start + VERSION.length + 1;

/** The header line of this full name in small letters, or null. Valid until the next call. */
export function headerOf({ bytes, start, headerEnd }: Layer, name: string): FieldLines | null {
  const found = findField(bytes, start, headerEnd, name);
  if (found !== null) return found;
  for (const [short, long] of SHORT) if (long === name) return findField(bytes, start, headerEnd, short);
  return null;
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, headerEnd } = layer;
  const last = lineEnd(bytes, start, headerEnd);
  if (last < 0) return;
  visitStart(bytes, start, last, visit);
  const lines = new FieldLines();
  lines.begin(bytes, start, headerEnd);
  while (lines.next()) {
    const header = HEADERS.get(fullName(lines));
    if (header === undefined) {
      visit(OTHER, lines.at, lines.end - lines.at, stringOf(bytes, lines.at, withoutEnd(bytes, lines)), 0);
      continue;
    }
    visitValue(header, bytes, lines, visit);
    header.said?.(layer, lines, visit);
  }
}

const withoutEnd = (bytes: Uint8Array, { at, end }: FieldLines): number => withoutCr(bytes, at, end - 1);

function visitValue({ row: made }: Header, bytes: Uint8Array, { valueAt, valueEnd }: FieldLines, visit: Visit): void {
  if (made.kind === 'text') {
    visit(made, valueAt, valueEnd - valueAt, stringOf(bytes, valueAt, valueEnd), 0);
    return;
  }
  const value = decimal(bytes, valueAt, valueEnd);
  if (value >= 0) visit(made, valueAt, valueEnd - valueAt, value, 0);
}

function visitStart(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (is(bytes, at, end, `${VERSION} `)) {
    visit(STATUS_LINE, at, end - at, stringOf(bytes, at, end), 0);
    const status = decimal(bytes, at + 8, Math.min(at + 11, end));
    if (status >= 0) visit(STATUS, at + 8, 3, status, 1);
    return;
  }
  visit(REQUEST_LINE, at, end - at, stringOf(bytes, at, end), 0);
  let word = at;
  while (word < end && bytes[word] !== SPACE) word++;
  visit(METHOD, at, word - at, stringOf(bytes, at, word), 1);
  const to = end - VERSION.length - 1;
  if (word + 1 >= to) return;
  visit(TARGET, word + 1, to - word - 1, stringOf(bytes, word + 1, to), 1);
  visitUri(TARGET_PARTS, bytes, word + 1, to, visit);
}

/** `sip:alice@example.test:5060;transport=udp`, with user and host apart (RFC 3261 §19.1.1). */
function visitUri(made: UriRows, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const text = stringOf(bytes, from, to);
  const found = /^(?:sips?|tel):(?:([^@;?>]*)@)?(\[[^\]]*\]|[^:;?>]*)(?::(\d{1,5}))?/i.exec(text);
  if (found === null) return;
  const [whole, user, host, port] = found;
  const hostAt = whole.length - host!.length - (port === undefined ? 0 : port.length + 1);
  // A password may stand behind the user (RFC 3261 §19.1.1), which is no part of the name.
  if (user !== undefined && user !== '') {
    const name = user.split(':', 1)[0]!;
    visit(made.user, from + hostAt - 1 - user.length, name.length, name, 2);
  }
  if (host !== '') visit(made.host, from + hostAt, host!.length, host!, 2);
  if (port !== undefined) visit(made.port, from + whole.length - port.length, port.length, port, 2);
}

const QUOTE = 34;
const LESS = 60;
const GREATER = 62;

/** `"Alice" <sip:alice@example.test>;tag=1928`, or the URI alone (RFC 3261 §20.10). */
function visitParty({ bytes }: Layer, line: FieldLines, made: UriRows, tag: Row | null, visit: Visit): void {
  const { valueAt, valueEnd } = line;
  const less = outsideQuotes(bytes, LESS, valueAt, valueEnd);
  let nameEnd = less;
  while (nameEnd > valueAt && bytes[nameEnd - 1] === SPACE) nameEnd--;
  if (nameEnd > valueAt) visit(made.display!, valueAt, nameEnd - valueAt, stringOf(bytes, valueAt, nameEnd), 1);
  const [uriAt, uriEnd] = uriIn(bytes, less, valueAt, valueEnd);
  if (uriEnd > uriAt) {
    // In From and To the address is what stands before its parameters; a contact is its whole URI.
    const end = tag === null ? uriEnd : beforeParameters(bytes, uriAt, uriEnd);
    visit(made.uri!, uriAt, end - uriAt, stringOf(bytes, uriAt, end), 1);
    visitUri(made, bytes, uriAt, uriEnd, visit);
  }
  if (tag !== null) parameter('tag', tag, bytes, uriEnd, valueEnd, visit);
}

/** The URI of a party, in angle brackets where one stands at `less`; else up to the parameters. */
function uriIn(bytes: Uint8Array, less: number, from: number, to: number): readonly [number, number] {
  if (less < 0) return [from, beforeParameters(bytes, from, to)];
  let end = less + 1;
  while (end < to && bytes[end] !== GREATER) end++;
  return [less + 1, end];
}

/** The address of a From or To without its parameters, [from, to); null where there is none. */
export function partyOf(layer: Layer, name: 'from' | 'to'): readonly [number, number] | null {
  const line = headerOf(layer, name);
  if (line === null) return null;
  const { bytes } = layer;
  const { valueAt, valueEnd } = line;
  const [at, end] = uriIn(bytes, outsideQuotes(bytes, LESS, valueAt, valueEnd), valueAt, valueEnd);
  const stop = beforeParameters(bytes, at, end);
  return stop > at ? [at, stop] : null;
}

const SEMICOLON = 59;

function beforeParameters(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === SEMICOLON) return i;
  return to;
}

/** Where an octet stands that is not part of a quoted name, or -1. */
function outsideQuotes(bytes: Uint8Array, octet: number, from: number, to: number): number {
  let quoted = false;
  for (let i = from; i < to; i++) {
    if (bytes[i] === QUOTE) quoted = !quoted;
    else if (!quoted && bytes[i] === octet) return i;
  }
  return -1;
}

/** Visits `;name=value`. */
function parameter(name: string, made: Row, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const text = stringOf(bytes, from, to);
  const found = new RegExp(`;\\s*${name}=([^;,\\s]*)`, 'i').exec(text);
  if (found === null || found[1] === '') return;
  const value = found[1]!;
  visit(made, from + found.index + found[0].length - value.length, value.length, value, 1);
}

/** `SIP/2.0/UDP 192.168.0.10:5060;branch=z9hG4bK776` (RFC 3261 §20.42). */
function visitVia({ bytes }: Layer, { valueAt, valueEnd }: FieldLines, visit: Visit): void {
  const text = stringOf(bytes, valueAt, valueEnd);
  const found = /^SIP\s*\/\s*2\.0\s*\/\s*(\S+)\s+(\[[^\]]*\]|[^:;,\s]+)(?::(\d{1,5}))?/i.exec(text);
  if (found === null) return;
  const [whole, transport, host, port] = found;
  visit(VIA_TRANSPORT, valueAt + text.indexOf(transport!), transport!.length, transport!, 1);
  const hostAt = whole.length - host!.length - (port === undefined ? 0 : port.length + 1);
  visit(VIA_HOST, valueAt + hostAt, host!.length, host!, 1);
  if (port !== undefined) visit(VIA_PORT, valueAt + whole.length - port.length, port.length, Number(port), 1);
  parameter('branch', VIA_BRANCH, bytes, valueAt + whole.length, valueEnd, visit);
}

/** `2 INVITE` (RFC 3261 §20.16). */
function visitSequence({ bytes }: Layer, { valueAt, valueEnd }: FieldLines, visit: Visit): void {
  const found = /^(\d{1,10})\s+(\S+)/.exec(stringOf(bytes, valueAt, valueEnd));
  if (found === null) return;
  const [whole, number, method] = found;
  visit(SEQUENCE, valueAt, number!.length, Number(number), 1);
  visit(SEQUENCE_METHOD, valueAt + whole.length - method!.length, method!.length, method!, 1);
}

/** The method that a message is about, as its sequence number names it: a response has no other. */
export function sequenceMethod(layer: Layer): string | null {
  const line = headerOf(layer, 'cseq');
  return line === null ? null : (/^\d+\s+(\S+)/.exec(line.value)?.[1] ?? null);
}

function writeStart(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, headerEnd } = layer;
  const last = lineEnd(bytes, start, headerEnd);
  if (last < 0) return;
  if (statusOf(layer) === 0) {
    out.ascii('Request: ');
    writeString(bytes, start, last - VERSION.length - 1, out);
    return;
  }
  out.ascii('Status: ');
  writeString(bytes, statusAt(layer), last, out);
  const method = sequenceMethod(layer);
  if (method !== null) out.safe(` (${method})`);
}

/** RFC 3261 §21, and what others have added. */
const STATUS_NAMES = new Map([
  [100, 'trying'],
  [180, 'ringing'],
  [181, 'being forwarded'],
  [182, 'queued'],
  [183, 'progress'],
  [200, 'OK'],
  [202, 'accepted'],
  [300, 'multiple choices'],
  [301, 'moved permanently'],
  [302, 'moved for now'],
  [305, 'use a proxy'],
  [400, 'bad request'],
  [401, 'not authorized'],
  [403, 'forbidden'],
  [404, 'not found'],
  [405, 'method not allowed'],
  [406, 'not acceptable'],
  [407, 'proxy authentication required'],
  [408, 'timeout'],
  [410, 'gone'],
  [415, 'media type not supported'],
  [420, 'bad extension'],
  [422, 'session timer too short'],
  [423, 'expires too soon'],
  [480, 'not available for now'],
  [481, 'no such call'],
  [482, 'loop'],
  [483, 'too many hops'],
  [484, 'address incomplete'],
  [485, 'ambiguous'],
  [486, 'busy'],
  [487, 'cancelled'],
  [488, 'media not acceptable'],
  [491, 'request pending'],
  [500, 'server error'],
  [501, 'not implemented'],
  [503, 'service unavailable'],
  [504, 'server timeout'],
  [600, 'busy everywhere'],
  [603, 'declined'],
  [604, 'exists nowhere'],
  [606, 'not acceptable'],
]);

const statusMeaning = (code: number): string => STATUS_NAMES.get(code) ?? '';
