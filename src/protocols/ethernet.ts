import { u8, u16, u32 } from '../core/bytes.ts';
import { crc32, fcsAt } from '../core/checksum.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { llc } from './llc.ts';
import { etherTypes } from './tables.ts';
import { carriedEnd, SMALLEST_FRAME, visitTrailer } from './trailer.ts';

/**
 * Ethernet II and IEEE 802.3 (IEEE 802.3-2018 §3.1.1), as the network card hands it over: without preamble and start frame
 * delimiter, with or without the FCS.
 *
 *  |   Destination (48)   |   Source (48)   | Type or length (16) |  payload, padding  | FCS (32) |
 *
 * Values up to 1500 in the last field are a length (802.3), values from 1536 an EtherType (§3.2.6); between them nothing
 * is defined.
 */
export const HEADER = 14;
const FCS = 4;

export const destinationAt = (layer: Layer): number => layer.start;
export const sourceAt = (layer: Layer): number => layer.start + 6;
export const typeOrLength = (layer: Layer): number => u16(layer.bytes, layer.start + 12);
const isLength = (value: number): boolean => value <= 1500;
export const isType = (value: number): boolean => value >= 1536;

const ig = (layer: Layer): number => u8(layer.bytes, layer.start) & 1;
const lg = (layer: Layer): number => (u8(layer.bytes, layer.start) >>> 1) & 1;
const sourceIg = (layer: Layer): number => u8(layer.bytes, layer.start + 6) & 1;
const sourceLg = (layer: Layer): number => (u8(layer.bytes, layer.start + 6) >>> 1) & 1;

/** Octets of FCS that each frame ends with: 4, 0, or -1 when nobody has said. Only the outermost Ethernet header has one. */
const fcsLength = (layer: Layer, packet: Packet): number => (isOutermost(layer, packet) ? packet.frame.fcsLength : 0);

/** True when nothing of the frame stands before this header. */
function isOutermost(layer: Layer, packet: Packet): boolean {
  for (let i = 1; i < layer.index; i++) if (packet.layers[i]!.protocol.pseudo === undefined) return false;
  return true;
}

/** Where the FCS stands, or -1 when there is none, or it was not captured whole. */
export function fcsStart(layer: Layer, packet: Packet): number {
  const length = fcsLength(layer, packet);
  if (length === 0) return -1;
  const at = layer.unitWireEnd - FCS;
  if (at < layer.start + HEADER || at + FCS > layer.unitCapturedEnd) return -1;
  if (length > 0) return at;
  if (at < layer.start + SMALLEST_FRAME) return -1;
  // Nobody has said whether frames end with one. Four octets behind the payload are an FCS only if they are the right one:
  // trailers and padding of drivers look just the same, and must not be called damage.
  return carried(layer, packet) <= at && crc32(layer.bytes, layer.start, at) === fcsAt(layer.bytes, at) ? at : -1;
}

/** The verdict on the FCS: CRC-32 from the destination up to it. Null when there is none to judge. */
export function fcsVerdict(layer: Layer, packet: Packet): 'good' | 'bad' | null {
  const at = fcsStart(layer, packet);
  if (at < 0) return null;
  return crc32(layer.bytes, layer.start, at) === fcsAt(layer.bytes, at) ? 'good' : 'bad';
}

/** Where the payload ends on the wire: behind it stand padding, trailer and FCS. */
function carried(layer: Layer, packet: Packet): number {
  const end = layer.unitWireEnd - Math.max(fcsLength(layer, packet), 0);
  const value = typeOrLength(layer);
  return isLength(value) ? Math.min(end, layer.start + HEADER + value) : carriedEnd(layer, packet, end);
}

export const ethernet: Protocol = {
  id: 'eth',
  name: 'Ethernet II',
  column: 'ETH',
  spec: 'IEEE 802.3 §3.1.1',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
  byUnit: true,
  fields: [
    { id: 'eth.dst', label: 'Destination', kind: 'mac', bit: 0, bits: 48, read: destinationAt },
    { id: 'eth.dst.lg', label: 'Locally administered', kind: 'bool', bit: 6, bits: 1, read: lg, level: 1 },
    { id: 'eth.dst.ig', label: 'Group address', kind: 'bool', bit: 7, bits: 1, read: ig, level: 1 },
    { id: 'eth.src', label: 'Source', kind: 'mac', bit: 48, bits: 48, read: sourceAt },
    { id: 'eth.src.lg', label: 'Locally administered', kind: 'bool', bit: 54, bits: 1, read: sourceLg, level: 1 },
    { id: 'eth.src.ig', label: 'Group address', kind: 'bool', bit: 55, bits: 1, read: sourceIg, level: 1 },
    {
      id: 'eth.type',
      label: 'Type',
      kind: 'hex',
      bit: 96,
      bits: 16,
      read: (layer) => (isType(typeOrLength(layer)) ? typeOrLength(layer) : null),
      show: etherTypeName,
    },
    {
      id: 'eth.len',
      label: 'Length',
      kind: 'uint',
      bit: 96,
      bits: 16,
      read: (layer) => (isLength(typeOrLength(layer)) ? typeOrLength(layer) : null),
    },
    {
      id: 'eth.invalid_lentype',
      label: 'Neither type nor length',
      kind: 'hex',
      bit: 96,
      bits: 16,
      read: (layer) => (isLength(typeOrLength(layer)) || isType(typeOrLength(layer)) ? null : typeOrLength(layer)),
    },
    {
      id: 'dissect.eth.fcs',
      label: 'FCS verdict',
      kind: 'text',
      read: (layer, packet) => (layer.captured(HEADER) ? fcsVerdict(layer, packet) : null),
      about: 'good, or bad: the CRC-32 over the frame against the FCS that it carries.',
    },
  ],
  walked: [
    { id: 'eth.padding', label: 'Padding', kind: 'bytes' },
    { id: 'eth.trailer', label: 'Trailer', kind: 'bytes' },
    { id: 'eth.fcs', label: 'Frame check sequence', kind: 'hex', digits: 8 },
    {
      id: 'eth.fcs.status',
      label: 'FCS status as Wireshark has it',
      kind: 'uint',
      about: 'Always 2, unverified, as in Wireshark unless it is told to check. The verdict is dissect.eth.fcs.',
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    const value = typeOrLength(layer);
    takeOffFcs(layer, packet);
    if (isType(value)) return packet.follow(etherTypes, value, data);
    if (!isLength(value)) return data;
    narrow(layer, packet, value);
    return isRawIpx(layer) ? data : llc;
  },
  walk(layer, packet, visit) {
    if (!layer.captured(HEADER)) return;
    const fcs = fcsStart(layer, packet);
    const known = layer.unitWireEnd - Math.max(fcsLength(layer, packet), 0);
    const end = fcs >= 0 ? fcs : Math.min(known, layer.unitCapturedEnd);
    visitTrailer(TRAILER_ROWS, layer, packet, carried(layer, packet), end, visit);
    if (fcs < 0) return;
    visit(FCS_ROW, fcs, FCS, u32(layer.bytes, fcs), 0);
    visit(STATUS, -1, 0, UNVERIFIED, 1);
  },
  info(layer, _packet, out) {
    const value = typeOrLength(layer);
    if (isLength(value)) {
      out.ascii('IEEE 802.3 Ethernet');
      return;
    }
    out.ascii('0x');
    out.hex(value, 4);
    if (etherTypeName(value) !== '') out.ascii(` ${etherTypeName(value)}`);
  },
  card(layer, packet, out) {
    const value = typeOrLength(layer);
    out.literal(isLength(value) ? CARD_802_3 : CARD_ETHERNET);
    out.mac(layer.bytes, sourceAt(layer));
    out.literal(CARD_ARROW);
    out.mac(layer.bytes, destinationAt(layer));
    if (isLength(value)) {
      out.literal(CARD_LENGTH);
      out.uint(value);
    } else {
      out.literal(CARD_TYPE);
      out.hex(value, 4);
      const name = etherTypeName(value);
      if (name !== '') {
        out.byte(SPACE);
        out.ascii(name);
      }
    }
    if (fcsLength(layer, packet) !== 0 || layer.index === 1) {
      out.literal(CARD_FCS);
      out.text(fcsVerdict(layer, packet) ?? 'not captured');
    }
  },
};

const CARD_802_3 = Literal.of('IEEE 802.3  ');
const CARD_ETHERNET = Literal.of('Ethernet II  ');
const CARD_ARROW = Literal.of(' → ');
const CARD_LENGTH = Literal.of('\nlength ');
const CARD_TYPE = Literal.of('\ntype 0x');
const CARD_FCS = Literal.of(' · FCS ');
const SPACE = 32;

const [PADDING, TRAILER, FCS_ROW, STATUS] = ethernet.walked as [Row, Row, Row, Row];
const TRAILER_ROWS = { padding: PADDING, trailer: TRAILER };
const UNVERIFIED = 2;

/** The FCS belongs to the frame, not to what it carries. */
function takeOffFcs(layer: Layer, packet: Packet): void {
  if (fcsLength(layer, packet) <= 0 || layer.wireEnd - FCS < layer.headerEnd) return;
  layer.endAt(layer.wireEnd - FCS);
}

/** An 802.3 length ends the payload; one that points past the frame's end is reported, and the frame's end stands. */
function narrow(layer: Layer, packet: Packet, length: number): void {
  const end = layer.headerEnd + length;
  if (end > layer.wireEnd) {
    packet.report('malformed', layer, 'length', length, layer.wireEnd - layer.headerEnd, 'eth.len');
    return;
  }
  layer.endAt(end);
}

/** Novell's first framing put IPX right behind the length: its checksum, always 0xffff, stands where the SAPs would. */
function isRawIpx(layer: Layer): boolean {
  return layer.captured(HEADER + 2) && u16(layer.bytes, layer.headerEnd) === 0xffff;
}
