import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { varint, varintEnd } from './quic-varint.ts';
import { isKnownVersion, isVersion2, NEGOTIATION } from './quic-versions.ts';

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
export const VERSION_END = 5;
export const DCID = 6;
/** Long headers with two empty connection IDs. */
export const LEAST = 7;
export const VERSION = 4;
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
export const OTHER = 6;

export const TYPE_NAMES = [
  'Initial',
  '0-RTT',
  'Handshake',
  'Retry',
  'Version Negotiation',
  'Protected Payload',
  'Unknown Version',
];
export const typeOfVersion2 = (type: number): number => (type + 3) & 3;

export const isLong = (quic: Layer): boolean => (u8(quic.bytes, quic.start) & LONG) !== 0;
export const version = (quic: Layer): number => u32(quic.bytes, quic.start + 1);
export const typeBits = (quic: Layer): number => (u8(quic.bytes, quic.start) >>> 4) & 3;

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
export const behindIds = (quic: Layer): number => sourceIdAt(quic) + sourceIdLength(quic);

/** Where the token of an Initial begins, and where it ends; both -1 where the length is not there. */
export function tokenAt(quic: Layer): number {
  return varintEnd(quic.bytes, behindIds(quic), quic.capturedEnd);
}
export function tokenEnd(quic: Layer): number {
  const at = tokenAt(quic);
  return at < 0 ? -1 : at + varint(quic.bytes, behindIds(quic));
}

/** Where the Length of a packet that has one stands. */
export const lengthAt = (quic: Layer): number => (packetType(quic) === INITIAL ? tokenEnd(quic) : behindIds(quic));

/** Where the packet number begins; -1 where the header ends before. */
export const packetNumberAt = (quic: Layer): number => varintEnd(quic.bytes, lengthAt(quic), quic.capturedEnd);

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

/**
 * What stands behind a packet is another one, when it goes to the same connection ID (RFC 9000 §12.2). The fixed bit may be
 * anything where the ends agreed on that (RFC 9287), and is all that tells where the ID is empty.
 */
export function followsInDatagram(layer: Layer, at: number): boolean {
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
