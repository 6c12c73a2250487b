import { u8, u16 } from '../core/bytes.ts';
import { crc32, fcsAt } from '../core/checksum.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { llc } from './llc.ts';
import { etherTypes } from './tables.ts';

/**
 * Ethernet II and IEEE 802.3 (IEEE 802.3-2018 §3.1.1), as the network card hands it over: without preamble and start frame
 * delimiter, with or without the FCS.
 *
 *  |   Destination (48)   |   Source (48)   | Type or length (16) |  payload, padding  | FCS (32) |
 *
 * Values up to 1500 in the last field are a length (802.3), values from 1536 an EtherType (§3.2.6).
 */
export const HEADER = 14;
export const FCS = 4;

export const destinationAt = (layer: Layer): number => layer.start;
export const sourceAt = (layer: Layer): number => layer.start + 6;
export const typeOrLength = (layer: Layer): number => u16(layer.bytes, layer.start + 12);
export const isLength = (value: number): boolean => value <= 1500;

/** Octets that the frame ends with as FCS: 4 or 0. What is not known counts as 0. */
const fcsLength = (packet: Packet): number => (packet.frame.fcsLength > 0 ? FCS : 0);

/** Where the FCS stands, or -1 when there is none, or it was not captured whole. */
export function fcsStart(layer: Layer, packet: Packet): number {
  const length = fcsLength(packet);
  if (length === 0 || layer.start !== packet.frame.start) return -1;
  const at = packet.frame.start + packet.frame.wireLength - length;
  return at >= layer.start + HEADER && at + length <= packet.frame.start + packet.frame.capturedLength ? at : -1;
}

/** The verdict on the FCS: CRC-32 from the destination up to it. Null when there is none to judge. */
export function fcsVerdict(layer: Layer, packet: Packet): 'good' | 'bad' | null {
  const at = fcsStart(layer, packet);
  if (at < 0) return null;
  return crc32(layer.bytes, layer.start, at) === fcsAt(layer.bytes, at) ? 'good' : 'bad';
}

/** Where the payload that the next layers claim ends on the wire: behind it stand padding and trailer. */
export function payloadEnd(layer: Layer, packet: Packet): number {
  let end = layer.wireEnd;
  for (let i = layer.index + 1; i < packet.count; i++) {
    const above = packet.layers[i]!;
    if (above.reassembled) break;
    if (above.wireEnd < end) end = above.wireEnd;
    if (above.protocol.addresses !== undefined) break;
  }
  return end;
}

const ig = (layer: Layer): number => u8(layer.bytes, layer.start) & 1;
const lg = (layer: Layer): number => (u8(layer.bytes, layer.start) >>> 1) & 1;
const sourceIg = (layer: Layer): number => u8(layer.bytes, layer.start + 6) & 1;
const sourceLg = (layer: Layer): number => (u8(layer.bytes, layer.start + 6) >>> 1) & 1;

export const ethernet: Protocol = {
  id: 'eth',
  name: 'Ethernet II',
  column: 'ETH',
  spec: 'IEEE 802.3 §3.1.1',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
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
      read: (layer) => (isLength(typeOrLength(layer)) ? null : typeOrLength(layer)),
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
      id: 'dissect.eth.fcs',
      label: 'FCS verdict',
      kind: 'text',
      read: fcsVerdict,
      about: 'good, or bad: the CRC-32 over the frame against the FCS that it carries.',
    },
  ],
  walked: [
    { id: 'eth.padding', label: 'Padding', kind: 'bytes' },
    { id: 'eth.trailer', label: 'Trailer', kind: 'bytes' },
    { id: 'eth.fcs', label: 'Frame check sequence', kind: 'hex', digits: 8 },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    takeOffFcs(layer, packet);
    const value = typeOrLength(layer);
    if (!isLength(value)) return packet.follow(etherTypes, value, data);
    const end = layer.headerEnd + value;
    if (end < layer.wireEnd) {
      layer.wireEnd = end;
      layer.capturedEnd = Math.min(layer.capturedEnd, end);
    }
    return llc;
  },
  walk(layer, packet, visit) {
    const end = payloadEnd(layer, packet);
    if (end < layer.capturedEnd) visit(TRAILER, end, layer.capturedEnd - end, end, 0);
    const fcs = fcsStart(layer, packet);
    if (fcs >= 0) visit(FCS_ROW, fcs, FCS, fcsAt(layer.bytes, fcs), 0);
  },
  info(_layer, _packet, out) {
    out.ascii('Ethernet II');
  },
  card(layer, packet, out) {
    out.ascii(isLength(typeOrLength(layer)) ? 'IEEE 802.3  ' : 'Ethernet II  ');
    out.mac(layer.bytes, sourceAt(layer));
    out.text(' → ');
    out.mac(layer.bytes, destinationAt(layer));
    out.line();
    const value = typeOrLength(layer);
    if (isLength(value)) {
      out.ascii('length ');
      out.uint(value);
    } else {
      out.ascii('type 0x');
      out.hex(value, 4);
      out.byte(32);
      out.ascii(etherTypeName(value));
    }
    out.text(` · FCS ${fcsVerdict(layer, packet) ?? 'not captured'}`);
  },
};

const [, TRAILER, FCS_ROW] = ethernet.walked as [Row, Row, Row];

/** The FCS belongs to the frame, not to what it carries. */
function takeOffFcs(layer: Layer, packet: Packet): void {
  const length = fcsLength(packet);
  if (length === 0 || layer.start !== packet.frame.start) return;
  const end = packet.frame.start + packet.frame.wireLength - length;
  if (end < layer.headerEnd) return;
  layer.wireEnd = end;
  layer.capturedEnd = Math.min(layer.capturedEnd, end);
}
