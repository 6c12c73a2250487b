import { u8, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import {
  behindIds,
  DCID,
  destinationIdAt,
  destinationIdLength,
  followsInDatagram,
  INITIAL,
  isLong,
  lengthAt,
  OTHER,
  packetEnd,
  packetNumberAt,
  packetType,
  RETRY,
  sourceIdAt,
  sourceIdLength,
  TYPE_NAMES,
  tokenAt,
  tokenEnd,
  typeBits,
  typeOfVersion2,
  VERSION,
  VERSION_END,
  VERSION_NEGOTIATION,
  version,
} from './quic-header.ts';
import { RETRY_TAG } from './quic-protection.ts';
import { varintValue } from './quic-varint.ts';
import { isKnownVersion, isVersion2, NEGOTIATION, versionName } from './quic-versions.ts';

/** Id of QUIC's packets, and of what was in them. */
export const ID = 'quic';

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

export const stateOf = (layer: Layer): QuicState | null => (layer.context instanceof QuicState ? layer.context : null);

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

export const fields: readonly Row[] = [
  {
    id: 'quic.connection.number',
    label: 'Connection number',
    kind: 'uint',
    read: (quic) => {
      const number = stateOf(quic)?.connection ?? -1;
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

export const walked: Row[] = [];
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
const SHORT_RESERVED = row('short.reserved', 'Reserved', 'uint');
const KEY_PHASE = row('key_phase', 'Key phase', 'bool', {
  about: 'Turns over when the sender goes on to its next keys.',
});
const NUMBER_LENGTH = row('packet_number_length', 'Packet number length', 'uint', {
  show: (n: number) => `${n + 1} ${n === 0 ? 'byte' : 'bytes'}`,
});
const NUMBER = row('packet_number', 'Packet number', 'uint');
const PAYLOAD = row('payload', 'Payload', 'bytes');
const PROTECTED = row('protected_payload', 'Payload', 'bytes');
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

export function walk(layer: Layer, packet: Packet, visit: Visit): void {
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
  const known = stateOf(layer);
  const from = at + Math.max(0, length);
  if (known === null || known.number < 0) {
    visitOctets(REMAINING, from, capturedEnd, visit);
    return;
  }
  const { first, number } = known;
  const numberLength = (first & 3) + 1;
  visit(SHORT_RESERVED, start, 1, (first >>> 3) & 3, 1);
  visit(KEY_PHASE, start, 1, (first >>> 2) & 1, 1);
  visit(NUMBER_LENGTH, start, 1, numberLength - 1, 1);
  visit(NUMBER, from, numberLength, number, 0);
  visitOctets(PROTECTED, from + numberLength, capturedEnd, visit);
}

/** What flows know; behind a long header of the same datagram it is the same as there. */
export function shortIdLength(layer: Layer, packet: Packet): number {
  const known = stateOf(layer)?.idLength ?? -1;
  if (known >= 0) return known;
  const before = packet.layers[layer.index - 1];
  return before?.protocol.id === ID && before.whole && isLong(before) ? destinationIdLength(before) : -1;
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
  const verdict = stateOf(layer)?.tag ?? '';
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
  const known = stateOf(layer);
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
