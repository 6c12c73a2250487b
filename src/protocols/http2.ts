import { u16, u24, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { statusMeaning } from './http-status.ts';

/**
 * HTTP/2, one frame. RFC 9113 §4.1.
 *
 *   0                   1                   2                   3
 *  |                    Length                     |     Type      |
 *  |     Flags     |R|              Stream                         |
 *  |               |  Payload ...
 *
 * A client begins with 24 octets of greeting (§3.4), which have a layer of their own. Header blocks are compressed with
 * what went before on the connection: src/streams/http2.ts undoes that and puts the fields into the layer's context.
 */
export const HEADER = 9;
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 0x01;
export const ACK = 0x01;
export const END_HEADERS = 0x04;
const PADDED = 0x08;
const WITH_PRIORITY = 0x20;

const TYPES = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
  'ALTSVC',
  'BLOCKED',
  'ORIGIN',
];
const PRIORITY_UPDATE = 16;

const typeName = (n: number): string => TYPES[n] ?? (n === PRIORITY_UPDATE ? 'PRIORITY_UPDATE' : 'Unknown');

export const payloadLength = (bytes: Uint8Array, at: number): number => u24(bytes, at);
export const type = (bytes: Uint8Array, at: number): number => bytes[at + 3]!;
export const flags = (bytes: Uint8Array, at: number): number => bytes[at + 4]!;
export const streamId = (bytes: Uint8Array, at: number): number => u32(bytes, at + 5) & 0x7fffffff;

/** How much of the client's greeting stands at `at`: up to 24 octets, or 0 where something else does. */
export function prefaceLength(bytes: Uint8Array, at: number, end: number): number {
  const length = Math.min(PREFACE.length, end - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== PREFACE.charCodeAt(i)) return 0;
  return length;
}

/** True of a server's first frame, which may come before the client's greeting: settings that have a meaning (§6.5.2). */
export function looksLikeSettings(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + HEADER > end || type(bytes, at) !== SETTINGS || flags(bytes, at) !== 0 || u32(bytes, at + 5) !== 0)
    return false;
  const length = payloadLength(bytes, at);
  if (length === 0 || length % 6 !== 0 || at + HEADER + length > end) return false;
  for (let i = at + HEADER; i < at + HEADER + length; i += 6) if (!SETTING_VALUES.has(u16(bytes, i))) return false;
  return true;
}

const isPreface = (layer: Layer): boolean => prefaceLength(layer.bytes, layer.start, layer.capturedEnd) >= HEADER;

/** What a frame carries, without padding (§6.1) and priority (§6.2): [from, to). Null where they leave no room. */
export function content(bytes: Uint8Array, at: number, end: number): readonly [number, number] | null {
  const kind = type(bytes, at);
  const set = flags(bytes, at);
  const padded = (set & PADDED) !== 0 && (kind === DATA || kind === HEADERS || kind === PUSH_PROMISE);
  let from = at + HEADER;
  if (padded && from >= end) return null;
  const to = end - (padded ? bytes[from]! : 0);
  if (padded) from++;
  if (kind === HEADERS && set & WITH_PRIORITY) from += 5;
  if (kind === PUSH_PROMISE) from += 4;
  return from <= to ? [from, to] : null;
}

/** One field of a header block. `at` is its place in the layer's bytes, or -1 when several frames carried the block. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

/** The fields of the header block that this frame ends. */
export class HeaderLines implements Context {
  readonly rows: readonly Row[] = [];
  readonly lines: readonly HeaderLine[];

  constructor(lines: readonly HeaderLine[]) {
    this.lines = lines;
  }

  value(name: string): string | null {
    return this.lines.find((line) => line.name === name)?.value ?? null;
  }
}

/** This frame ends a content of this type. */
export class ContentEnd implements Context {
  readonly rows: readonly Row[] = [];
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }
}

export const headerLines = (layer: Layer): HeaderLines | null =>
  layer.context instanceof HeaderLines ? layer.context : null;

const inFrame =
  (read: (bytes: Uint8Array, at: number) => number) =>
  (layer: Layer): number | null =>
    isPreface(layer) ? null : read(layer.bytes, layer.start);

const fields: readonly Row[] = [
  { id: 'http2.length', label: 'Length', kind: 'uint', bit: 0, bits: 24, read: inFrame(payloadLength) },
  { id: 'http2.type', label: 'Type', kind: 'uint', bit: 24, bits: 8, read: inFrame(type), show: typeName },
  { id: 'http2.flags', label: 'Flags', kind: 'hex', bit: 32, bits: 8, read: inFrame(flags) },
  { id: 'http2.streamid', label: 'Stream', kind: 'uint', bit: 41, bits: 31, read: inFrame(streamId) },
];

const walked: Row[] = [];
const row = gatherRows(walked, 'http2.');

const ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];
export const errorName = (n: number): string => ERRORS[n] ?? 'Unknown';

const MAGIC = row('magic', 'Greeting');
const FLAG_END_STREAM = row('flags.end_stream', 'Ends the stream', 'bool');
const FLAG_END_HEADERS = row('flags.eh', 'Ends the header block', 'bool');
const FLAG_PADDED = row('flags.padded', 'Padded', 'bool');
const FLAG_PRIORITY = row('flags.priority', 'With priority', 'bool');
const FLAG_ACK_SETTINGS = row('flags.ack.settings', 'Acknowledgment', 'bool');
const FLAG_ACK_PING = row('flags.ack.ping', 'Acknowledgment', 'bool');
const EXCLUSIVE = row('exclusive', 'Exclusive', 'bool');
const DEPENDENCY = row('stream_dependency', 'Depends on stream', 'uint');
const WEIGHT = row('headers.weight', 'Weight', 'uint');
const PROMISED = row('push_promise.promised_stream_id', 'Promised stream', 'uint');
const RESET_ERROR = row('rst_stream.error', 'Error', 'uint', { show: errorName });
const PING_DATA = row('ping', 'Ping', 'bytes');
const PONG_DATA = row('pong', 'Pong', 'bytes');
const LAST_STREAM = row('goaway.last_stream_id', 'Last stream', 'uint');
const GOAWAY_ERROR = row('goaway.error', 'Error', 'uint', { show: errorName });
const INCREMENT = row('window_update.window_size_increment', 'Window increment', 'uint');
const SETTING = row('settings.id', 'Setting', 'uint');
const SETTING_VALUES = new Map([
  [1, row('settings.header_table_size', 'Header table size', 'uint')],
  [2, row('settings.enable_push', 'Push enabled', 'uint')],
  [3, row('settings.max_concurrent_streams', 'Concurrent streams at most', 'uint')],
  [4, row('settings.initial_window_size', 'Initial window', 'uint')],
  [5, row('settings.max_frame_size', 'Largest frame', 'uint')],
  [6, row('settings.max_header_list_size', 'Largest header list', 'uint')],
  [8, row('settings.extended_connect', 'Extended CONNECT', 'uint')],
]);
const UNKNOWN_SETTING = row('settings.unknown', 'Unknown setting', 'uint');
const NAME = row('header.name', 'Field');
const VALUE = row('header.value', 'Value');
const FULL_URI = row('request.full_uri', 'Full URI');

/** Fields with a row of their own; those of §8.3 have a colon before their name. */
const PSEUDO = 'authority method path scheme status'.split(' ');
const NUMBERS = new Set(['status', 'age', 'content-length', 'max-forwards']);
const NAMED = new Map(
  `authority status path method scheme accept accept-charset accept-encoding accept-language accept-ranges
  access-control-allow-origin age allow authorization cache-control content-disposition content-encoding content-language
  content-length content-location content-range content-type cookie date etag expect expires from if-match
  if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards
  proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie strict-transport-security
  user-agent vary via www-authenticate`
    .split(/\s+/)
    .map((name) => {
      const written = PSEUDO.includes(name) ? `:${name}` : name;
      const kind = NUMBERS.has(name) ? 'uint' : 'text';
      return [written, row(`headers.${name.replaceAll('-', '_')}`, written, kind)];
    }),
);

export const http2: Protocol = {
  id: 'http2',
  name: 'Hypertext Transfer Protocol version 2',
  column: 'HTTP2',
  spec: 'RFC 9113 §4.1',
  fields,
  walked,
  decode,
  walk,
  info,
  card,
};

function decode(layer: Layer, packet: Packet): null {
  const { bytes, start, capturedEnd, wireEnd } = layer;
  layer.headerEnd = capturedEnd;
  if (isPreface(layer)) return null;
  if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
  if (capturedEnd < wireEnd) return packet.short(layer, 'payload', wireEnd - start, 'http2.length');
  if (content(bytes, start, capturedEnd) === null) {
    return packet.malformed(layer, 'padding', 0, capturedEnd - start, 'http2.flags');
  }
  const need = SIZES.get(type(bytes, start)) ?? 0;
  const have = capturedEnd - start - HEADER;
  return have < need ? packet.malformed(layer, 'payload', need, have, 'http2.length') : null;
}

/** Octets that a frame's payload has at least (§6.3 to §6.9). */
const SIZES = new Map([
  [PRIORITY, 5],
  [RST_STREAM, 4],
  [PING, 8],
  [GOAWAY, 8],
  [WINDOW_UPDATE, 4],
]);

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  if (isPreface(layer)) {
    visit(MAGIC, start, capturedEnd - start, textOf(bytes, start, capturedEnd), 0);
    return;
  }
  if (!layer.captured(HEADER)) return;
  visitFlags(bytes, start, visit);
  visitPayload(bytes, start, capturedEnd, visit);
  const lines = headerLines(layer);
  if (lines !== null) visitLines(lines, visit);
}

function visitFlags(bytes: Uint8Array, start: number, visit: Visit): void {
  const kind = type(bytes, start);
  const set = flags(bytes, start);
  const flag = (made: Row, mask: number): void => visit(made, start + 4, 1, set & mask ? 1 : 0, 1);
  const hasBlock = kind === HEADERS || kind === PUSH_PROMISE;
  if (kind === HEADERS) flag(FLAG_PRIORITY, WITH_PRIORITY);
  if (hasBlock || kind === DATA || kind === CONTINUATION) flag(FLAG_PADDED, PADDED);
  if (hasBlock || kind === CONTINUATION) flag(FLAG_END_HEADERS, END_HEADERS);
  if (kind === HEADERS || kind === DATA) flag(FLAG_END_STREAM, END_STREAM);
  if (kind === SETTINGS) flag(FLAG_ACK_SETTINGS, ACK);
  if (kind === PING) flag(FLAG_ACK_PING, ACK);
}

/** Parts that stand at fixed places behind the frame's header; those that are not there are left out. */
function visitPayload(bytes: Uint8Array, start: number, end: number, visit: Visit): void {
  const kind = type(bytes, start);
  const set = flags(bytes, start);
  const at = start + HEADER;
  const has = (length: number): boolean => at + length <= end;
  if (kind === PRIORITY && has(5)) visitPriority(bytes, at, visit);
  else if (kind === RST_STREAM && has(4)) visit(RESET_ERROR, at, 4, u32(bytes, at), 0);
  else if (kind === SETTINGS) visitSettings(bytes, at, end, visit);
  else if (kind === PING && has(8)) visit(set & ACK ? PONG_DATA : PING_DATA, at, 8, at, 0);
  else if (kind === GOAWAY && has(8)) visitGoAway(bytes, at, visit);
  else if (kind === WINDOW_UPDATE && has(4)) visit(INCREMENT, at, 4, u32(bytes, at) & 0x7fffffff, 0);
  if (kind !== HEADERS && kind !== PUSH_PROMISE) return;
  const behind = set & PADDED ? at + 1 : at;
  if (kind === HEADERS && set & WITH_PRIORITY && behind + 5 <= end) visitPriority(bytes, behind, visit);
  if (kind === PUSH_PROMISE && behind + 4 <= end) visit(PROMISED, behind, 4, u32(bytes, behind) & 0x7fffffff, 0);
}

function visitPriority(bytes: Uint8Array, at: number, visit: Visit): void {
  visit(EXCLUSIVE, at, 4, bytes[at]! >>> 7, 0);
  visit(DEPENDENCY, at, 4, u32(bytes, at) & 0x7fffffff, 0);
  visit(WEIGHT, at + 4, 1, bytes[at + 4]!, 0);
}

function visitSettings(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  for (let at = from; at + 6 <= end; at += 6) {
    const id = u16(bytes, at);
    visit(SETTING, at, 2, id, 0);
    visit(SETTING_VALUES.get(id) ?? UNKNOWN_SETTING, at + 2, 4, u32(bytes, at + 2), 1);
  }
}

function visitGoAway(bytes: Uint8Array, at: number, visit: Visit): void {
  visit(LAST_STREAM, at, 4, u32(bytes, at) & 0x7fffffff, 0);
  visit(GOAWAY_ERROR, at + 4, 4, u32(bytes, at + 4), 0);
}

function visitLines(lines: HeaderLines, visit: Visit): void {
  for (const { name, value, at, length } of lines.lines) {
    visit(NAME, at, length, name, 0);
    visit(VALUE, at, length, value, 1);
    const named = NAMED.get(name);
    if (named === undefined) continue;
    if (named.kind === 'text') visit(named, at, length, value, 1);
    else if (/^\d{1,15}$/.test(value)) visit(named, at, length, Number(value), 1);
  }
  const scheme = lines.value(':scheme');
  const authority = lines.value(':authority');
  const path = lines.value(':path');
  if (scheme === null || authority === null || path === null) return;
  visit(FULL_URI, -1, 0, `${scheme}://${authority}${path}`, 0);
}

/** `HEADERS[1]: GET /`: the frame's name, its stream, and what it says. */
function writeFrame(layer: Layer, out: Writer): void {
  const { bytes, start } = layer;
  if (isPreface(layer)) {
    out.ascii('Magic');
    return;
  }
  if (!layer.captured(HEADER)) return;
  out.ascii(`${typeName(type(bytes, start))}[${streamId(bytes, start)}]`);
  if (layer.context instanceof ContentEnd && layer.context.type.startsWith('text/')) {
    out.ascii(' (');
    out.safe(layer.context.type);
    out.byte(41);
  }
  const lines = headerLines(layer);
  if (lines !== null) writeStart(lines, out);
}

function writeStart(lines: HeaderLines, out: Writer): void {
  const method = lines.value(':method');
  const status = lines.value(':status');
  if (method !== null) out.safe(`: ${method} ${lines.value(':path') ?? ''}`.trimEnd());
  else if (status !== null) out.safe(`: ${status} ${statusMeaning(Number(status))}`.trimEnd());
}

/** All frames of the segment: the line has room for one layer only. */
function info(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol !== http2) continue;
    if (some) out.ascii(', ');
    writeFrame(other, out);
    some = true;
  }
}

function card(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('HTTP2  ');
  writeFrame(layer, out);
  const { bytes, start } = layer;
  if (isPreface(layer) || !layer.captured(HEADER)) return;
  const lines = headerLines(layer);
  for (const name of CARD_FIELDS) {
    const value = lines?.value(name) ?? null;
    if (value === null) continue;
    out.ascii(`\n${name}: `);
    out.safe(value);
  }
  if (type(bytes, start) === DATA) out.ascii(`\n${payloadLength(bytes, start)} bytes of content`);
  if (type(bytes, start) <= HEADERS && flags(bytes, start) & END_STREAM) out.text('\nends the stream');
}

/** Fields that a card has room for. */
const CARD_FIELDS = [':authority', 'location', 'content-type', 'content-length', 'content-encoding'];
