import { u8, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { frameNames, quicFrames } from './quic-frames.ts';
import { RETRY_TAG } from './quic-protection.ts';
import { varint, varintEnd, varintValue } from './quic-varint.ts';
import { isKnownVersion, isReserved, isVersion2, NEGOTIATION, versionName } from './quic-versions.ts';
import { tlsMessages } from './tls.ts';
import { findServerName, MESSAGE_HEADER, messageLength, messageName, Place } from './tls-handshake.ts';
import { CLIENT_HELLO } from './tls-names.ts';

/**
 * QUIC, one packet. A datagram may carry several. What goes with every version: RFC 8999; version 1: RFC 9000 §17; version
 * 2 numbers the types otherwise: RFC 9369 §3.2.
 *
 *  Long header (RFC 9000 §17.2)
 *  |1|F| T |R R|P P|                    Version (32)                   |
 *  | DCID Len (8)  | Destination Connection ID (0..160) ...
 *  | SCID Len (8)  | Source Connection ID (0..160) ...
 *    Initial (§17.2.2):          Token Length (i), Token, Length (i), Packet Number (8..32), Payload
 *    0-RTT, Handshake (§17.2.3): Length (i), Packet Number (8..32), Payload
 *    Retry (§17.2.5):            Retry Token, Retry Integrity Tag (128)
 *    Version Negotiation (§17.2.1, Version is 0): Supported Version (32) ...
 *
 *  Short header (§17.3)
 *  |0|F|S|R R|K|P P| Destination Connection ID ... Packet Number (8..32), Payload
 *
 * R, K, P, the packet number and the payload are protected. src/flows/quic-connections.ts takes that off Initial packets,
 * whose keys anybody can compute, and knows how long the connection ID of a short header is.
 */
const LONG = 0x80;
const FIXED = 0x40;
const VERSION_END = 5;
const DCID = 6;
/** Long headers with two empty connection IDs. */
const LEAST = 7;
const VERSION = 4;
/** In the versions that are known (RFC 9000 §17.2). */
const LONGEST_ID = 20;

/** Packet types as version 1 numbers them, and three that it has no number for. */
export const INITIAL = 0;
export const ZERO_RTT = 1;
export const HANDSHAKE = 2;
export const RETRY = 3;
export const VERSION_NEGOTIATION = 4;
export const ONE_RTT = 5;
/** Of a version that is not known: all that can be told is whose IDs it has (RFC 8999 §5.1). */
const OTHER = 6;

const TYPE_NAMES = [
  'Initial',
  '0-RTT',
  'Handshake',
  'Retry',
  'Version Negotiation',
  'Protected Payload',
  'Unknown Version',
];
const typeOfVersion2 = (type: number): number => (type + 3) & 3;

export const isLong = (quic: Layer): boolean => (u8(quic.bytes, quic.start) & LONG) !== 0;
export const version = (quic: Layer): number => u32(quic.bytes, quic.start + 1);
const typeBits = (quic: Layer): number => (u8(quic.bytes, quic.start) >>> 4) & 3;

/** One of the seven above. */
export function packetType(quic: Layer): number {
  if (!isLong(quic)) return ONE_RTT;
  const number = version(quic);
  if (number === NEGOTIATION) return VERSION_NEGOTIATION;
  if (!isKnownVersion(number)) return OTHER;
  return isVersion2(number) ? typeOfVersion2(typeBits(quic)) : typeBits(quic);
}

/** Of a long header that was captured so far. */
export const destinationIdAt = (quic: Layer): number => quic.start + DCID;
export const destinationIdLength = (quic: Layer): number => u8(quic.bytes, quic.start + VERSION_END);
export const sourceIdAt = (quic: Layer): number => destinationIdAt(quic) + destinationIdLength(quic) + 1;
export const sourceIdLength = (quic: Layer): number => u8(quic.bytes, sourceIdAt(quic) - 1);
const behindIds = (quic: Layer): number => sourceIdAt(quic) + sourceIdLength(quic);

/** Where the token of an Initial begins, and where it ends; both -1 where the length is not there. */
function tokenAt(quic: Layer): number {
  return varintEnd(quic.bytes, behindIds(quic), quic.capturedEnd);
}
function tokenEnd(quic: Layer): number {
  const at = tokenAt(quic);
  return at < 0 ? -1 : at + varint(quic.bytes, behindIds(quic));
}

/** Where the Length of a packet that has one stands. */
const lengthAt = (quic: Layer): number => (packetType(quic) === INITIAL ? tokenEnd(quic) : behindIds(quic));

/** Where the packet number begins; -1 where the header ends before. */
export const packetNumberAt = (quic: Layer): number => varintEnd(quic.bytes, lengthAt(quic), quic.capturedEnd);

/** What flows know of a packet. The same object serves packet after packet. */
export class QuicState implements Context {
  readonly rows: readonly Row[] = [];
  /** The connection's number, on the first packet of a datagram; -1 where none is known. */
  connection = -1;
  /** Octets of a short header's connection ID; -1 where nobody said it. */
  idLength = -1;
  /** The first octet and the packet number without protection; -1 while they are protected. */
  first = -1;
  number = -1;
  /** What became of Retry's tag when it was computed again; empty where it was not. */
  tag: '' | 'good' | 'bad' = '';
  /** Place of the layer with the frames in `packet.layers`; -1 where they are encrypted. */
  frames = -1;

  reset(): this {
    this.connection = this.idLength = this.first = this.number = this.frames = -1;
    this.tag = '';
    return this;
  }
}

const state = (layer: Layer): QuicState | null => (layer.context instanceof QuicState ? layer.context : null);

/** True of headers of which the version was captured and is the one that the row is about. */
const isLongOf = (quic: Layer, ofVersion2: boolean): boolean => {
  if (!isLong(quic) || !quic.captured(VERSION_END)) return false;
  return isKnownVersion(version(quic)) && isVersion2(version(quic)) === ofVersion2;
};
const isNegotiation = (quic: Layer): boolean =>
  isLong(quic) && quic.captured(VERSION_END) && version(quic) === NEGOTIATION;
/** Retry's may be anything (RFC 9000 §17.2.5). */
const hasFixedBit = (quic: Layer): boolean =>
  !isLong(quic) || ((isLongOf(quic, false) || isLongOf(quic, true)) && packetType(quic) !== RETRY);

const fields: readonly Row[] = [
  {
    id: 'quic.connection.number',
    label: 'Connection number',
    kind: 'uint',
    read: (quic) => {
      const number = state(quic)?.connection ?? -1;
      return number < 0 ? null : number;
    },
    about: 'Counted in the order of appearance; shown with the first packet of a datagram.',
  },
  {
    id: 'quic.packet_length',
    label: 'Packet length',
    kind: 'uint',
    read: (quic) => (quic.whole ? packetEnd(quic) - quic.start : null),
    about: 'Octets of this packet, of which a datagram may carry several.',
  },
  {
    id: 'quic.header_form',
    label: 'Header form',
    kind: 'uint',
    bit: 0,
    bits: 1,
    read: (quic) => u8(quic.bytes, quic.start) >>> 7,
    show: (form: number) => (form === 1 ? 'Long header' : 'Short header'),
  },
  {
    id: 'quic.vn.unused',
    label: 'Unused',
    kind: 'hex',
    bit: 1,
    bits: 7,
    read: (quic) => (isNegotiation(quic) ? u8(quic.bytes, quic.start) & 0x7f : null),
  },
  {
    id: 'quic.fixed_bit',
    label: 'Fixed bit',
    kind: 'bool',
    bit: 1,
    bits: 1,
    read: (quic) => (hasFixedBit(quic) ? (u8(quic.bytes, quic.start) >>> 6) & 1 : null),
    about: 'Always set, so that QUIC can share a port with other protocols.',
  },
  {
    id: 'quic.long.packet_type',
    label: 'Packet type',
    kind: 'uint',
    bit: 2,
    bits: 2,
    read: (quic) => (isLongOf(quic, false) ? typeBits(quic) : null),
    show: (type: number) => TYPE_NAMES[type]!,
  },
  {
    id: 'quic.long.packet_type_v2',
    label: 'Packet type',
    kind: 'uint',
    bit: 2,
    bits: 2,
    read: (quic) => (isLongOf(quic, true) ? typeBits(quic) : null),
    show: (type: number) => TYPE_NAMES[typeOfVersion2(type)]!,
  },
  {
    id: 'quic.spin_bit',
    label: 'Spin bit',
    kind: 'bool',
    bit: 2,
    bits: 1,
    read: (quic) => (isLong(quic) ? null : (u8(quic.bytes, quic.start) >>> 5) & 1),
    about: 'Turns over once a round trip where both ends take part, so that others can measure it.',
  },
  {
    id: 'quic.version',
    label: 'Version',
    kind: 'hex',
    bit: 8,
    bits: 32,
    read: (quic) => (isLong(quic) ? version(quic) : null),
    show: versionName,
  },
  {
    id: 'quic.dcil',
    label: 'Destination connection ID length',
    kind: 'uint',
    bit: 40,
    bits: 8,
    read: (quic) => (isLong(quic) ? destinationIdLength(quic) : null),
  },
];

const walked: Row[] = [];
const row = gatherRows(walked, 'quic.');
const SHORT = row('short', 'Short header', 'none');
const DESTINATION_ID = row('dcid', 'Destination connection ID', 'bytes');
const SOURCE_LENGTH = row('scil', 'Source connection ID length', 'uint');
const SOURCE_ID = row('scid', 'Source connection ID', 'bytes');
const SUPPORTED_VERSION = row('supported_version', 'Supported version', 'hex', { digits: 8, show: versionName });
const RETRY_TOKEN = row('retry_token', 'Retry token', 'bytes');
const INTEGRITY_TAG = row('retry_integrity_tag', 'Retry integrity tag', 'bytes');
const TOKEN_LENGTH = row('token_length', 'Token length', 'uint');
const TOKEN = row('token', 'Token', 'bytes');
const LENGTH = row('length', 'Length', 'uint');
const RESERVED = row('long.reserved', 'Reserved', 'uint');
const NUMBER_LENGTH = row('packet_number_length', 'Packet number length', 'uint', {
  show: (n: number) => `${n + 1} ${n === 0 ? 'byte' : 'bytes'}`,
});
const NUMBER = row('packet_number', 'Packet number', 'uint');
const PAYLOAD = row('payload', 'Payload', 'bytes');
const REMAINING = row('remaining_payload', 'Encrypted payload', 'bytes');
const PADDING: Row = {
  id: 'dissect.quic.padding',
  label: 'Padding of the datagram',
  kind: 'bytes',
  about: 'Octets behind the last packet of a datagram that are no packet.',
};
const TAG_VERDICT: Row = {
  id: 'dissect.quic.retry_integrity_tag',
  label: 'Tag verdict',
  kind: 'text',
  about: 'good, or bad: whether it is that of an answer to what the client sent first.',
};
walked.push(PADDING, TAG_VERDICT);

export const quic: Protocol = {
  id: 'quic',
  name: 'QUIC',
  column: 'QUIC',
  spec: 'RFC 9000 §17',
  fields,
  walked,
  decode,
  walk,
  info: (_layer, packet, out) => writeDatagram(packet, out),
  card,
};

/**
 * True where a long header of a known version stands, or a list of versions, as far as it can be told: what UDP carries on
 * ports that are nobody's is asked this. RFC 9000 §17.2, RFC 8999 §6.
 */
export function looksLikeLongHeader(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + LEAST > end || (bytes[at]! & LONG) === 0) return false;
  const number = u32(bytes, at + 1);
  if (number !== NEGOTIATION && ((bytes[at]! & FIXED) === 0 || !isKnownVersion(number))) return false;
  const rest = idsEnd(bytes, at, end);
  if (rest < 0) return false;
  if (number !== NEGOTIATION) return rest < end;
  for (let i = rest; i + VERSION <= end; i += VERSION) if (isKnownVersion(u32(bytes, i))) return (end - rest) % 4 === 0;
  return false;
}

/** Where the connection IDs of a long header end; -1 where they are longer than they may be, or not there. */
function idsEnd(bytes: Uint8Array, at: number, limit: number): number {
  if (at + LEAST > limit || bytes[at + VERSION_END]! > LONGEST_ID) return -1;
  const source = at + DCID + bytes[at + VERSION_END]!;
  if (source >= limit || bytes[source]! > LONGEST_ID) return -1;
  const end = source + 1 + bytes[source]!;
  return end <= limit ? end : -1;
}

function decode(layer: Layer, packet: Packet): Protocol | null {
  const { bytes, start, capturedEnd } = layer;
  endBefore(layer, packet);
  if (!layer.captured(1)) return packet.short(layer, 'header', 1);
  if (!isLong(layer)) return packet.takeAll(layer, 'payload');
  if (!layer.captured(LEAST)) return packet.short(layer, 'header', LEAST);
  const source = DCID + destinationIdLength(layer) + 1;
  if (!layer.captured(source)) return packet.short(layer, 'header', source, 'quic.dcil');
  const ids = source + sourceIdLength(layer);
  if (!layer.captured(ids)) return packet.short(layer, 'header', ids, 'quic.scil');
  const type = packetType(layer);
  if (type === VERSION_NEGOTIATION) return packet.takeAll(layer, 'versions');
  if (type === OTHER) return packet.takeAll(layer, 'payload');
  if (type === RETRY) {
    if (layer.wireEnd - start < ids + RETRY_TAG) return packet.short(layer, 'tag', ids + RETRY_TAG);
    return packet.takeAll(layer, 'token');
  }
  const numberAt = packetNumberAt(layer);
  if (numberAt < 0) {
    const token = type === INITIAL ? tokenEnd(layer) : -1;
    return packet.short(layer, 'length', Math.max(token, capturedEnd) + 1 - start, 'quic.token_length');
  }
  const end = numberAt + varint(bytes, lengthAt(layer));
  if (end > layer.capturedEnd) {
    const fault = end > layer.wireEnd ? 'malformed' : 'truncated';
    packet.report(fault, layer, 'payload', end - start, capturedEnd - start, 'quic.length');
  }
  layer.headerEnd = Math.min(end, capturedEnd);
  return end < capturedEnd && followsInDatagram(layer, end) ? quic : null;
}

/** Where one packet of a datagram begins, the one before it has ended. */
function endBefore(layer: Layer, packet: Packet): void {
  const before = packet.layers[layer.index - 1];
  if (before?.protocol === quic) before.capturedEnd = before.wireEnd = layer.start;
}

/**
 * What stands behind a packet is another one, when it goes to the same connection ID (RFC 9000 §12.2). The fixed bit may be
 * anything where the ends agreed on that (RFC 9287), and is all that tells where the ID is empty.
 */
function followsInDatagram(layer: Layer, at: number): boolean {
  const { bytes, capturedEnd } = layer;
  const length = destinationIdLength(layer);
  const long = (bytes[at]! & LONG) !== 0;
  if (long) {
    if (idsEnd(bytes, at, capturedEnd) < 0 || bytes[at + VERSION_END] !== length) return false;
    if (u32(bytes, at + 1) !== version(layer)) return false;
  } else if (length === 0) return (bytes[at]! & FIXED) !== 0;
  const from = at + (long ? DCID : 1);
  if (from + length > capturedEnd) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[destinationIdAt(layer) + i]) return false;
  return true;
}

/** Where the packet ends; beyond what was captured where it is cut. */
export function packetEnd(quic: Layer): number {
  const type = packetType(quic);
  if (type >= RETRY) return quic.wireEnd;
  return packetNumberAt(quic) + varint(quic.bytes, lengthAt(quic));
}

function walk(layer: Layer, packet: Packet, visit: Visit): void {
  if (!layer.captured(1)) return;
  if (isLong(layer)) visitLong(layer, visit);
  else visitShort(layer, packet, visit);
}

function visitShort(layer: Layer, packet: Packet, visit: Visit): void {
  const { start, capturedEnd } = layer;
  visit(SHORT, start, 1, null, 0);
  const length = shortIdLength(layer, packet);
  const at = start + 1;
  if (at + length > capturedEnd) return;
  if (length > 0) visit(DESTINATION_ID, at, length, at, 0);
  visitOctets(REMAINING, at + Math.max(0, length), capturedEnd, visit);
}

/** What flows know; behind a long header of the same datagram it is the same as there. */
function shortIdLength(layer: Layer, packet: Packet): number {
  const known = state(layer)?.idLength ?? -1;
  if (known >= 0) return known;
  const before = packet.layers[layer.index - 1];
  return before?.protocol === quic && before.whole && isLong(before) ? destinationIdLength(before) : -1;
}

function visitLong(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  if (!layer.captured(DCID)) return;
  const at = destinationIdAt(layer);
  if (!visitOctets(DESTINATION_ID, at, at + destinationIdLength(layer), visit, capturedEnd)) return;
  const source = sourceIdAt(layer);
  if (source > capturedEnd) return;
  visit(SOURCE_LENGTH, source - 1, 1, sourceIdLength(layer), 0);
  if (!visitOctets(SOURCE_ID, source, behindIds(layer), visit, capturedEnd)) return;
  const rest = behindIds(layer);
  switch (packetType(layer)) {
    case VERSION_NEGOTIATION:
      for (let i = rest; i + VERSION <= capturedEnd; i += VERSION)
        visit(SUPPORTED_VERSION, i, VERSION, u32(bytes, i), 0);
      return;
    case RETRY:
      visitRetry(layer, rest, visit);
      return;
    case OTHER:
      visitOctets(REMAINING, rest, capturedEnd, visit);
      return;
    case INITIAL:
      if (!visitToken(layer, rest, visit)) return;
  }
  visitProtected(layer, visit);
}

/** The octets `[from, to)` where there are any. False where they were not captured to their end. */
function visitOctets(row: Row, from: number, to: number, visit: Visit, limit = to): boolean {
  if (to > limit) return false;
  if (to > from) visit(row, from, to - from, from, 0);
  return true;
}

function visitRetry(layer: Layer, from: number, visit: Visit): void {
  const tagAt = layer.wireEnd - RETRY_TAG;
  if (tagAt < from) return;
  visitOctets(RETRY_TOKEN, from, Math.min(tagAt, layer.capturedEnd), visit);
  visitOctets(INTEGRITY_TAG, tagAt, layer.wireEnd, visit, layer.capturedEnd);
  const verdict = state(layer)?.tag ?? '';
  if (verdict !== '') visit(TAG_VERDICT, -1, 0, verdict, 1);
}

function visitToken(layer: Layer, lengthAt: number, visit: Visit): boolean {
  const { bytes, capturedEnd } = layer;
  const at = tokenAt(layer);
  if (at < 0) return false;
  visit(TOKEN_LENGTH, lengthAt, at - lengthAt, varintValue(bytes, lengthAt), 0);
  return visitOctets(TOKEN, at, tokenEnd(layer), visit, capturedEnd);
}

function visitProtected(layer: Layer, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  const from = lengthAt(layer);
  const numberAt = packetNumberAt(layer);
  if (numberAt < 0) return;
  visit(LENGTH, from, numberAt - from, varintValue(bytes, from), 0);
  const end = Math.min(packetEnd(layer), capturedEnd);
  const known = state(layer);
  if (known === null || known.number < 0) {
    // Nobody but the capture's end keeps an Initial from being read.
    if (packetType(layer) !== INITIAL || packetEnd(layer) <= capturedEnd) visitOctets(REMAINING, numberAt, end, visit);
  } else {
    const numberLength = (known.first & 3) + 1;
    visit(RESERVED, start, 1, (known.first >>> 2) & 3, 0);
    visit(NUMBER_LENGTH, start, 1, numberLength - 1, 0);
    visit(NUMBER, numberAt, numberLength, known.number, 0);
    visitOctets(PAYLOAD, numberAt + numberLength, end, visit);
  }
  if (layer.headerEnd < capturedEnd && !followsInDatagram(layer, layer.headerEnd)) {
    visitOctets(PADDING, layer.headerEnd, capturedEnd, visit);
  }
}

/** All packets of the datagram: the line has room for one layer only. */
export function writeDatagram(packet: Packet, out: Writer): void {
  let first: Layer | null = null;
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.protocol !== quic || layer.quoted || !layer.whole) continue;
    if (first !== null) out.ascii('; ');
    out.ascii(TYPE_NAMES[packetType(layer)]!);
    if (first === null) writeIds(layer, packet, out);
    first ??= layer;
    writeContent(layer, packet, out);
  }
}

/** Of a layer whose line is that of the whole datagram. */
export const ofDatagram: Context = { rows: [], info: (_layer, packet, out) => writeDatagram(packet, out) };

/** Those of the first packet are those of the others. */
function writeIds(layer: Layer, packet: Packet, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  if (!isLong(layer)) {
    const length = shortIdLength(layer, packet);
    if (length > 0 && start + 1 + length <= capturedEnd) writeId('DCID', bytes, start + 1, length, out);
    return;
  }
  writeId('DCID', bytes, destinationIdAt(layer), destinationIdLength(layer), out);
  writeId('SCID', bytes, sourceIdAt(layer), sourceIdLength(layer), out);
}

function writeId(name: string, bytes: Uint8Array, at: number, length: number, out: Writer): void {
  if (length === 0) return;
  out.ascii(`, ${name}=`);
  out.octets(bytes, at, at + length);
}

function writeContent(layer: Layer, packet: Packet, out: Writer): void {
  const known = state(layer);
  if (known === null || known.number < 0) return;
  out.ascii(', PKN: ');
  out.uint(known.number);
  const frames = packet.layers[known.frames];
  if (frames?.protocol !== quicFrames) return;
  out.ascii(', ');
  out.ascii(frameNames(frames));
  const messages = packet.layers[known.frames + 1];
  if (known.frames + 1 < packet.count && messages!.protocol === tlsMessages) writeMessages(messages!, out);
}

const name = new Place();

/** Messages of TLS that are whole with this packet. */
function writeMessages({ bytes, start, capturedEnd }: Layer, out: Writer): void {
  for (let at = start; at + MESSAGE_HEADER <= capturedEnd; at += messageLength(bytes, at)) {
    const end = at + messageLength(bytes, at);
    out.ascii(', ');
    out.ascii(messageName(bytes, at, end));
    if (bytes[at] !== CLIENT_HELLO || !findServerName(bytes, at, end, name)) continue;
    out.ascii(' (SNI=');
    out.safe(String.fromCharCode(...bytes.subarray(name.at, Math.min(name.end, name.at + LONGEST_NAME))));
    out.byte(41);
  }
}

/** Octets of a name that a line has room for. */
const LONGEST_NAME = 255;

function card(layer: Layer, packet: Packet, out: Writer): void {
  out.ascii('QUIC  ');
  out.ascii(TYPE_NAMES[packetType(layer)]!);
  const known = state(layer);
  if (known !== null && known.number >= 0) {
    out.ascii(' ');
    out.uint(known.number);
  }
  if (isLong(layer)) writeVersion(layer, out);
  const { bytes, start, capturedEnd } = layer;
  const [at, length] = isLong(layer)
    ? [destinationIdAt(layer), destinationIdLength(layer)]
    : [start + 1, shortIdLength(layer, packet)];
  if (length > 0 && at + length <= capturedEnd) writeCardId('to ', bytes, at, length, out);
  if (isLong(layer)) writeCardId('from ', bytes, sourceIdAt(layer), sourceIdLength(layer), out);
  else out.ascii((u8(bytes, start) & 0x20) === 0 ? '\nspin bit 0' : '\nspin bit 1');
}

function writeVersion(layer: Layer, out: Writer): void {
  const number = version(layer);
  if (number === NEGOTIATION) return;
  out.ascii('\nversion ');
  const known = versionName(number);
  if (known !== '' && !isReserved(number)) {
    out.ascii(known);
    return;
  }
  out.ascii('0x');
  out.hex(number, 8);
}

function writeCardId(name: string, bytes: Uint8Array, at: number, length: number, out: Writer): void {
  if (length === 0) return;
  out.byte(10);
  out.ascii(name);
  out.octets(bytes, at, at + length);
}
