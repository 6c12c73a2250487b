import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Writer } from '../core/writer.ts';
import { type Encoding, staticEncoding } from './rtp-payload-types.ts';

/**
 * Real-time Transport Protocol. RFC 3550 §5.1; header extension §5.3.1, with its elements RFC 8285 §4.
 *
 *   0                   1                   2                   3
 *  |V=2|P|X|  CC   |M|     PT      |       Sequence number         |
 *  |                           Timestamp                           |
 *  |            Synchronization source (SSRC) identifier           |
 *  |       Contributing source (CSRC) identifiers (0 to 15)        |
 *  |      Defined by profile       |    Length of the extension    |
 *  |                          Extension ...                        |
 *
 * No port names it: src/flows/media.ts knows which datagrams were announced as RTP.
 */
const HEADER = 12;
const EXTENSION_HEADER = 4;
const VERSION = 2;

const version = (rtp: Layer): number => u8(rtp.bytes, rtp.start) >>> 6;
const hasPadding = (rtp: Layer): boolean => (u8(rtp.bytes, rtp.start) & 0x20) !== 0;
const hasExtension = (rtp: Layer): boolean => (u8(rtp.bytes, rtp.start) & 0x10) !== 0;
const csrcCount = (rtp: Layer): number => u8(rtp.bytes, rtp.start) & 15;
export const marker = (rtp: Layer): boolean => (u8(rtp.bytes, rtp.start + 1) & 0x80) !== 0;
export const payloadType = (rtp: Layer): number => u8(rtp.bytes, rtp.start + 1) & 127;
export const sequence = (rtp: Layer): number => u16(rtp.bytes, rtp.start + 2);
export const timestamp = (rtp: Layer): number => u32(rtp.bytes, rtp.start + 4);
export const ssrc = (rtp: Layer): number => u32(rtp.bytes, rtp.start + 8);

/** Behind the fixed header and the list of contributing sources. */
const extensionAt = (rtp: Layer): number => rtp.start + HEADER + csrcCount(rtp) * 4;

/** Where the payload begins, which may be beyond what was captured. */
function payloadAt(rtp: Layer): number {
  const at = extensionAt(rtp);
  if (!hasExtension(rtp)) return at;
  if (at + EXTENSION_HEADER > rtp.capturedEnd) return rtp.capturedEnd;
  return at + EXTENSION_HEADER + u16(rtp.bytes, at + 2) * 4;
}

/** Octets of padding, of which the last one holds the number (RFC 3550 §5.1); 0 where it cannot be read or be right. */
function paddingLength(rtp: Layer): number {
  if (!hasPadding(rtp) || rtp.capturedEnd < rtp.wireEnd) return 0;
  const count = u8(rtp.bytes, rtp.capturedEnd - 1);
  return count <= rtp.capturedEnd - payloadAt(rtp) ? count : 0;
}

/** Octets of payload on the wire, without padding. */
const payloadLength = (rtp: Layer): number => Math.max(0, rtp.wireEnd - payloadAt(rtp) - paddingLength(rtp));

/**
 * What octets say that may be RTP or RTCP, which may share a port: the second one of RTCP lies between 192 and 223, where no
 * payload type of RTP may lead to (RFC 5761 §4).
 */
export const isRtcpType = (second: number): boolean => second >= 192 && second <= 223;

/** True for the version that both have. */
export const isVersion2 = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + 2 <= end && bytes[at]! >>> 6 === VERSION;

/** Who said that a port would carry RTP: the frame, and the protocol that it stood in. */
export interface Announced {
  readonly frame: number;
  readonly method: string;
  /** What a payload type was said to be, where it was. */
  encoding(payloadType: number): Encoding | null;
}

const CSRC: Row = { id: 'rtp.csrc.item', label: 'Contributing source', kind: 'hex', digits: 8 };
const PROFILE: Row = {
  id: 'rtp.ext.profile',
  label: 'Extension defined by profile',
  kind: 'hex',
  digits: 4,
  show: (value: number) =>
    value === ONE_BYTE ? 'one-byte headers' : value >>> 4 === TWO_BYTES ? 'two-byte headers' : '',
};
const EXTENSION_LENGTH: Row = {
  id: 'rtp.ext.len',
  label: 'Extension length',
  kind: 'uint',
  about: 'In words of 32 bits.',
};
const EXTENSION_WORD: Row = { id: 'rtp.hdr_ext', label: 'Header extension', kind: 'hex', digits: 8, level: 1 };
const ELEMENT_ID: Row = { id: 'rtp.ext.rfc5285.id', label: 'Element', kind: 'uint', level: 1 };
const ELEMENT_LENGTH: Row = { id: 'rtp.ext.rfc5285.len', label: 'Length', kind: 'uint', level: 2 };
const ELEMENT_DATA: Row = { id: 'rtp.ext.rfc5285.data', label: 'Data', kind: 'bytes', level: 2 };
const PAYLOAD: Row = { id: 'rtp.payload', label: 'Payload', kind: 'bytes' };
const PADDING_DATA: Row = { id: 'rtp.padding.data', label: 'Padding', kind: 'bytes' };
const PADDING_COUNT: Row = { id: 'rtp.padding.count', label: 'Octets of padding', kind: 'uint' };

const bit = (id: string, label: string, at: number): Row => ({
  id,
  label,
  kind: 'bool',
  bit: at,
  bits: 1,
  read: (rtp) => (u8(rtp.bytes, rtp.start + (at >>> 3)) >>> (7 - (at & 7))) & 1,
});

export const rtp: Protocol = {
  id: 'rtp',
  name: 'Real-time Transport Protocol',
  column: 'RTP',
  spec: 'RFC 3550 §5.1',
  fields: [
    { id: 'rtp.version', label: 'Version', kind: 'uint', bit: 0, bits: 2, read: version },
    bit('rtp.padding', 'Padding', 2),
    bit('rtp.ext', 'Extension', 3),
    { id: 'rtp.cc', label: 'Contributing sources', kind: 'uint', bit: 4, bits: 4, read: csrcCount },
    bit('rtp.marker', 'Marker', 8),
    {
      id: 'rtp.p_type',
      label: 'Payload type',
      kind: 'uint',
      bit: 9,
      bits: 7,
      read: payloadType,
      show: (value: number) => staticEncoding(value)?.name ?? '',
    },
    { id: 'rtp.seq', label: 'Sequence number', kind: 'uint', bit: 16, bits: 16, read: sequence },
    { id: 'rtp.timestamp', label: 'Timestamp', kind: 'uint', bit: 32, bits: 32, read: timestamp },
    { id: 'rtp.ssrc', label: 'Synchronization source', kind: 'hex', bit: 64, bits: 32, read: ssrc },
  ],
  walked: [
    CSRC,
    PROFILE,
    EXTENSION_LENGTH,
    EXTENSION_WORD,
    ELEMENT_ID,
    ELEMENT_LENGTH,
    ELEMENT_DATA,
    PAYLOAD,
    PADDING_DATA,
    PADDING_COUNT,
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const behind = extensionAt(layer) - layer.start;
    if (!layer.captured(behind)) return packet.short(layer, 'options', behind, 'rtp.cc');
    if (hasExtension(layer)) {
      if (!layer.captured(behind + EXTENSION_HEADER)) return packet.short(layer, 'options', behind + EXTENSION_HEADER);
      const length = payloadAt(layer) - layer.start;
      if (!layer.captured(length)) return packet.short(layer, 'options', length, 'rtp.ext.len');
    }
    return packet.takeAll(layer, 'payload');
  },
  walk(layer, _packet, visit) {
    if (!layer.captured(HEADER)) return;
    const { bytes, capturedEnd } = layer;
    const behind = extensionAt(layer);
    for (let at = layer.start + HEADER; at < behind && at + 4 <= capturedEnd; at += 4)
      visit(CSRC, at, 4, u32(bytes, at), 0);
    if (behind > capturedEnd) return;
    if (hasExtension(layer)) visitExtension(layer, behind, visit);
    const payload = payloadAt(layer);
    const padding = paddingLength(layer);
    const end = capturedEnd - padding;
    if (payload < end) visit(PAYLOAD, payload, end - payload, payload, 0);
    if (padding === 0) return;
    if (padding > 1) visit(PADDING_DATA, end, padding - 1, end, 0);
    visit(PADDING_COUNT, capturedEnd - 1, 1, padding, 0);
  },
  info: (layer, _packet, out) => writePacket(layer, staticEncoding(payloadType(layer)), out),
  card: (layer, _packet, out) => writeCard(layer, staticEncoding(payloadType(layer)), out),
};

/** "One-byte" and "two-byte" name the header of each element (RFC 8285 §4.2, §4.3). */
const ONE_BYTE = 0xbede;
const TWO_BYTES = 0x100;
/** This element ends the list (RFC 8285 §4.2). */
const STOP = 15;

function visitExtension({ bytes, capturedEnd }: Layer, at: number, visit: Visit): void {
  if (at + EXTENSION_HEADER > capturedEnd) return;
  const profile = u16(bytes, at);
  const words = u16(bytes, at + 2);
  visit(PROFILE, at, 2, profile, 0);
  visit(EXTENSION_LENGTH, at + 2, 2, words, 0);
  const from = at + EXTENSION_HEADER;
  const to = Math.min(from + words * 4, capturedEnd);
  if (profile === ONE_BYTE) visitElements(bytes, from, to, 1, visit);
  else if (profile >>> 4 === TWO_BYTES) visitElements(bytes, from, to, 2, visit);
  else for (let i = from; i + 4 <= to; i += 4) visit(EXTENSION_WORD, i, 4, u32(bytes, i), 1);
}

function visitElements(bytes: Uint8Array, from: number, to: number, header: 1 | 2, visit: Visit): void {
  let at = from;
  while (at + header <= to) {
    const first = bytes[at]!;
    if (first === 0) {
      at++;
      continue;
    }
    const id = header === 1 ? first >>> 4 : first;
    if (header === 1 && id === STOP) return;
    // The short form counts from one.
    const length = header === 1 ? (first & 15) + 1 : bytes[at + 1]!;
    const data = at + header;
    if (data + length > to) return;
    visit(ELEMENT_ID, at, 1, id, 1);
    visit(ELEMENT_LENGTH, data - 1, 1, length, 2);
    if (length > 0) visit(ELEMENT_DATA, data, length, data, 2);
    at = data + length;
  }
}

/** The line, with the name that the payload type has here: an announcement may tell what a dynamic one is. */
export function writePacket(layer: Layer, encoding: Encoding | null, out: Writer): void {
  if (!layer.captured(HEADER)) return;
  out.ascii('PT=');
  writeEncoding(layer, encoding, out);
  out.ascii(', SSRC=0x');
  out.hex(ssrc(layer), 8);
  out.ascii(', Seq=');
  out.uint(sequence(layer));
  out.ascii(', Time=');
  out.uint(timestamp(layer));
  if (marker(layer)) out.ascii(', Mark');
}

function writeEncoding(layer: Layer, encoding: Encoding | null, out: Writer): void {
  if (encoding !== null) out.safe(encoding.name);
  else out.uint(payloadType(layer));
}

export function writeCard(layer: Layer, encoding: Encoding | null, out: Writer): void {
  out.ascii('RTP  ');
  if (!layer.captured(HEADER)) return;
  writeEncoding(layer, encoding, out);
  out.text(' · SSRC 0x');
  out.hex(ssrc(layer), 8);
  out.ascii('\nseq ');
  out.uint(sequence(layer));
  out.text(' · time ');
  out.uint(timestamp(layer));
  out.text(' · ');
  out.uint(payloadLength(layer));
  out.ascii(' bytes');
  if (marker(layer)) out.text(' · marker');
}
