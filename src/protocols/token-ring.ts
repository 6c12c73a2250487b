import { u8 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { llc } from './llc.ts';

/**
 * Token Ring (IEEE 802.5 §3.1), without delimiters and FCS. The first bit of the source says that a list of the bridges on
 * the way follows, whose low five bits are its length.
 *
 *  | Access control (8) | Frame control (8) | Destination (48) | Source (48) |  routing information, LLC ...
 */
const HEADER = 14;

const accessControl = (layer: Layer): number => u8(layer.bytes, layer.start);
const frameControl = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
const destinationAt = (layer: Layer): number => layer.start + 2;
const sourceAt = (layer: Layer): number => layer.start + 8;
const isRouted = (layer: Layer): boolean => (u8(layer.bytes, layer.start + 8) & 0x80) !== 0;

export const tokenRing: Protocol = {
  id: 'tr',
  name: 'Token-Ring',
  column: 'TR',
  spec: 'IEEE 802.5',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
  fields: [
    { id: 'tr.ac', label: 'Access control', kind: 'hex', bit: 0, bits: 8, read: accessControl },
    { id: 'tr.fc', label: 'Frame control', kind: 'hex', bit: 8, bits: 8, read: frameControl },
    { id: 'tr.dst', label: 'Destination', kind: 'mac', bit: 16, bits: 48, read: destinationAt },
    { id: 'tr.src', label: 'Source', kind: 'mac', bit: 64, bits: 48, read: sourceAt },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    let length = HEADER;
    if (isRouted(layer)) {
      if (!layer.captured(HEADER + 1)) return packet.short(layer, 'routing', HEADER + 1);
      length += u8(layer.bytes, layer.start + HEADER) & 0x1f;
    }
    if (!layer.captured(length)) return packet.short(layer, 'routing', length);
    layer.headerEnd = layer.start + length;
    return frameControl(layer) >>> 6 === 1 ? llc : data;
  },
  info(layer, _packet, out) {
    out.ascii('Frame control 0x');
    out.hex(frameControl(layer), 2);
  },
};
