import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { erfTypes } from './tables.ts';

/**
 * Extensible Record Format of Endace capture cards (LINKTYPE_ERF): a record header before each frame. Ethernet frames stand
 * behind two more octets, with or without their FCS.
 *
 *  |                        Timestamp (64)                         |
 *  | More (1), type (7) | Flags (8) | Record length (16) |
 *  | Loss counter, or colour (16)   | Wire length (16)   |  extension headers (64 each) ...
 */
const HEADER = 16;
const EXTENSION = 8;
const ETHERNET_OFFSET = 2;
const MORE = 0x80;

export const type = (layer: Layer): number => u8(layer.bytes, layer.start + 8) & 0x7f;
const flags = (layer: Layer): number => u8(layer.bytes, layer.start + 9);
const recordLength = (layer: Layer): number => u16(layer.bytes, layer.start + 10);
const wireLength = (layer: Layer): number => u16(layer.bytes, layer.start + 14);

/** TYPE_ETH and its variants with colour, hash or channel. */
const ETHERNET_TYPES = new Set([2, 11, 16, 20]);

export const erf: Protocol = {
  id: 'erf',
  name: 'Extensible Record Format',
  column: 'ERF',
  spec: 'LINKTYPE_ERF',
  pseudo: true,
  fields: [
    { id: 'erf.types.type', label: 'Type', kind: 'uint', bit: 65, bits: 7, read: type },
    { id: 'erf.flags', label: 'Flags', kind: 'hex', bit: 72, bits: 8, read: flags },
    { id: 'erf.rlen', label: 'Record length', kind: 'uint', bit: 80, bits: 16, read: recordLength },
    { id: 'erf.wlen', label: 'Wire length', kind: 'uint', bit: 112, bits: 16, read: wireLength },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    let end = layer.start + HEADER;
    let more = u8(layer.bytes, layer.start + 8) & MORE;
    while (more !== 0) {
      if (end + EXTENSION > layer.capturedEnd) return packet.short(layer, 'extension', end + EXTENSION - layer.start);
      more = u8(layer.bytes, end) & MORE;
      end += EXTENSION;
    }
    if (ETHERNET_TYPES.has(type(layer))) end += ETHERNET_OFFSET;
    if (end > layer.capturedEnd) return packet.short(layer, 'offset', end - layer.start);
    layer.headerEnd = end;
    return packet.follow(erfTypes, type(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii('Record type ');
    out.uint(type(layer));
  },
};
