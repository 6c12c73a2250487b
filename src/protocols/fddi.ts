import { u8 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { llc } from './llc.ts';

/**
 * Fiber Distributed Data Interface (ISO 9314-2 §7.2), without preamble and FCS.
 *
 *  | Frame control (8) | Destination (48) | Source (48) |  LLC ...
 */
const HEADER = 13;

const frameControl = (layer: Layer): number => u8(layer.bytes, layer.start);
const destinationAt = (layer: Layer): number => layer.start + 1;
const sourceAt = (layer: Layer): number => layer.start + 7;
/** Frame control 01 in bits 4 and 5: an LLC frame. */
const isLlc = (layer: Layer): boolean => (frameControl(layer) & 0x30) === 0x10;

export const fddi: Protocol = {
  id: 'fddi',
  name: 'Fiber Distributed Data Interface',
  column: 'FDDI',
  spec: 'ISO 9314-2',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
  fields: [
    { id: 'fddi.fc', label: 'Frame control', kind: 'hex', bit: 0, bits: 8, read: frameControl },
    { id: 'fddi.dst', label: 'Destination', kind: 'mac', bit: 8, bits: 48, read: destinationAt },
    { id: 'fddi.src', label: 'Source', kind: 'mac', bit: 56, bits: 48, read: sourceAt },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return isLlc(layer) ? llc : data;
  },
  info(layer, _packet, out) {
    out.ascii('Frame control 0x');
    out.hex(frameControl(layer), 2);
  },
};
