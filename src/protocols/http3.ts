import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { statusMeaning } from './http-status.ts';
import type { HeaderLine } from './http2.ts';
import { varint, varintEnd, varintValue } from './quic-varint.ts';

/**
 * HTTP/3, one frame of a stream. RFC 9114 §7.1.
 *
 *   Type (i), Length (i), Frame Payload (..)
 *
 * A stream that goes one way begins with its type (§6.2), which has a layer of its own here. Header blocks are compressed
 * (RFC 9204): src/streams/http3.ts undoes that as far as it can and puts the fields into the layer's context.
 */
export const DATA = 0;
export const HEADERS = 1;
export const SETTINGS = 4;
const PRIORITY_UPDATE = 0xf0700;

const TYPES = new Map([
  [DATA, 'DATA'],
  [HEADERS, 'HEADERS'],
  [3, 'CANCEL_PUSH'],
  [SETTINGS, 'SETTINGS'],
  [5, 'PUSH_PROMISE'],
  [7, 'GOAWAY'],
  [13, 'MAX_PUSH_ID'],
  [PRIORITY_UPDATE, 'PRIORITY_UPDATE'],
  [PRIORITY_UPDATE + 1, 'PRIORITY_UPDATE'],
]);
/** Of frames that carry one integer and nothing else. */
const NUMBERED = new Set([3, 7, 13]);

const STREAM_TYPES = new Map([
  [0, 'control'],
  [1, 'push'],
  [2, 'QPACK encoder'],
  [3, 'QPACK decoder'],
]);

/** Numbers that mean nothing and are sent so that nobody stumbles over what is new (RFC 9114 §6.2.3, §7.2.8). */
const isReserved = (n: number): boolean => n >= 0x21 && (n - 0x21) % 0x1f === 0;
const nameIn = (names: ReadonlyMap<number, string>, n: number): string =>
  names.get(n) ?? (isReserved(n) ? 'Reserved' : 'Unknown');

const frameName = (type: number): string => nameIn(TYPES, type);
const streamTypeName = (type: number): string => nameIn(STREAM_TYPES, type);

/** What is known of a layer beyond its octets. */
export class Http3Frame implements Context {
  readonly rows: readonly Row[] = [];
  readonly stream: number;
  /** The layer is the type of a stream, and no frame. */
  readonly isType: boolean;
  /** The fields of a header block; null for what is none. */
  readonly lines: readonly HeaderLine[] | null;
  /** Fields of it that were not read. */
  readonly left: number;

  constructor(stream: number, isType: boolean, lines: readonly HeaderLine[] | null = null, left = 0) {
    this.stream = stream;
    this.isType = isType;
    this.lines = lines;
    this.left = left;
  }

  value(name: string): string | null {
    return this.lines?.find((line) => line.name === name)?.value ?? null;
  }
}

const known = (layer: Layer): Http3Frame | null => (layer.context instanceof Http3Frame ? layer.context : null);

const fields: readonly Row[] = [
  {
    id: 'dissect.http3.stream',
    label: 'Stream',
    kind: 'uint',
    read: (layer) => known(layer)?.stream ?? null,
    about: 'The stream of QUIC that the frame came in.',
  },
];

const walked: Row[] = [];
const row = gatherRows(walked, 'http3.');
const STREAM_TYPE = row('stream_type', 'Stream type', 'uint', { show: streamTypeName });
const TYPE = row('frame_type', 'Type', 'uint', { show: frameName });
const LENGTH = row('frame_length', 'Length', 'uint');
const PAYLOAD = row('frame_payload', 'Payload', 'bytes');
const SETTING = row('settings.id', 'Setting', 'uint');
const SETTING_VALUES = new Map([
  [1, row('settings.qpack.max_table_capacity', 'Dynamic table at most', 'uint')],
  [6, row('settings.max_field_section_size', 'Largest header list', 'uint')],
  [7, row('settings.qpack.blocked_streams', 'Streams that may wait for the table', 'uint')],
  [8, row('settings.extended_connect', 'Extended CONNECT', 'uint')],
]);
const SETTING_VALUE = row('settings.value', 'Value', 'uint');
const ELEMENT = row('priority_update_element_id', 'Stream or push', 'uint');
const PRIORITY = row('priority_update_field_value', 'Priority', 'text');
const PUSH_ID = row('push_id', 'Push, or last stream', 'uint');
const NAME: Row = {
  id: 'dissect.http3.header.name',
  label: 'Field',
  kind: 'text',
  about: 'The name of a field of a header block.',
};
const VALUE: Row = {
  id: 'dissect.http3.header.value',
  label: 'Value',
  kind: 'text',
  about: 'The value of such a field.',
};
const LEFT: Row = {
  id: 'dissect.http3.fields_left',
  label: 'Fields not read',
  kind: 'uint',
  about: 'Fields of a header block whose entry in the dynamic table has not come or is lost: they are left out.',
};
walked.push(NAME, VALUE, LEFT);

export const http3: Protocol = {
  id: 'http3',
  name: 'Hypertext Transfer Protocol version 3',
  column: 'HTTP3',
  spec: 'RFC 9114 §7.1',
  fields,
  walked,
  decode(layer) {
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  walk,
  info,
  card,
};

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  const lengthAt = varintEnd(bytes, start, capturedEnd);
  if (lengthAt < 0) return;
  if (known(layer)?.isType) {
    visit(STREAM_TYPE, start, lengthAt - start, varintValue(bytes, start), 0);
    return;
  }
  const at = varintEnd(bytes, lengthAt, capturedEnd);
  if (at < 0) return;
  const type = varint(bytes, start);
  visit(TYPE, start, lengthAt - start, varintValue(bytes, start), 0);
  visit(LENGTH, lengthAt, at - lengthAt, varintValue(bytes, lengthAt), 0);
  if (at < capturedEnd) visit(PAYLOAD, at, capturedEnd - at, at, 0);
  if (type === SETTINGS) visitSettings(bytes, at, capturedEnd, visit);
  else if (NUMBERED.has(type)) visitNumber(PUSH_ID, bytes, at, capturedEnd, visit);
  else if (type === PRIORITY_UPDATE || type === PRIORITY_UPDATE + 1) visitPriority(bytes, at, capturedEnd, visit);
  visitLines(layer, visit);
}

/** Answers with where the integer ends, or -1. */
function visitNumber(row: Row, bytes: Uint8Array, at: number, limit: number, visit: Visit): number {
  const end = varintEnd(bytes, at, limit);
  if (end >= 0) visit(row, at, end - at, varintValue(bytes, at), 0);
  return end;
}

/** RFC 9114 §7.2.4. */
function visitSettings(bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
  for (let at = from; at < limit; ) {
    const valueAt = varintEnd(bytes, at, limit);
    const end = varintEnd(bytes, valueAt, limit);
    if (end < 0) return;
    visit(SETTING, at, valueAt - at, varintValue(bytes, at), 0);
    const value = varintValue(bytes, valueAt);
    visit(SETTING_VALUE, valueAt, end - valueAt, value, 1);
    const named = SETTING_VALUES.get(varint(bytes, at));
    if (named !== undefined) visit(named, valueAt, end - valueAt, value, 1);
    at = end;
  }
}

/** RFC 9218 §7.2. */
function visitPriority(bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
  const at = visitNumber(ELEMENT, bytes, from, limit, visit);
  if (at >= 0 && at < limit) visit(PRIORITY, at, limit - at, textOf(bytes, at, limit), 0);
}

function visitLines(layer: Layer, visit: Visit): void {
  const frame = known(layer);
  if (frame?.lines === null || frame === null) return;
  for (const { name, value, at, length } of frame.lines) {
    visit(NAME, at, length, name, 0);
    visit(VALUE, at, length, value, 1);
  }
  if (frame.left > 0) visit(LEFT, -1, 0, frame.left, 0);
}

/** `HEADERS[0]: GET /`: the frame's name, its stream, and what it says. */
function writeFrame(layer: Layer, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  if (varintEnd(bytes, start, capturedEnd) < 0) return;
  const frame = known(layer);
  const type = varint(bytes, start);
  out.ascii(frame?.isType ? `${streamTypeName(type)} stream` : frameName(type));
  if (frame === null) return;
  out.ascii(`[${frame.stream}]`);
  const method = frame.value(':method');
  const status = frame.value(':status');
  if (method !== null) out.safe(`: ${method} ${frame.value(':path') ?? ''}`.trimEnd());
  else if (status !== null) out.safe(`: ${status} ${statusMeaning(Number(status))}`.trimEnd());
}

/** All frames of the datagram: the line has room for one layer only. */
function info(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol !== http3) continue;
    if (some) out.ascii(', ');
    writeFrame(other, out);
    some = true;
  }
}

function card(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('HTTP3  ');
  writeFrame(layer, out);
  const frame = known(layer);
  for (const name of CARD_FIELDS) {
    const value = frame?.value(name) ?? null;
    if (value === null) continue;
    out.ascii(`\n${name}: `);
    out.safe(value);
  }
}

/** Fields that a card has room for. */
const CARD_FIELDS = [':authority', 'location', 'content-type', 'content-length', 'content-encoding'];
