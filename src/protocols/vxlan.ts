import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { ethernet } from './ethernet.ts';

/**
 * Virtual eXtensible Local Area Network. RFC 7348 §5; the group policy bits draft-smith-vxlan-group-policy-05.
 *
 *   0                   1                   2                   3
 *  |G|R|R|R|I|R|R|R|R|D|R|R|A|R|R|R|         Group Policy          |
 *  |      VXLAN Network Identifier (24)            |   Reserved    |
 */
const HEADER = 8;

const flags = (layer: Layer): number => u16(layer.bytes, layer.start);
export const vni = (layer: Layer): number => u24(layer.bytes, layer.start + 4);

export const vxlan: Protocol = {
  id: 'vxlan',
  name: 'Virtual eXtensible Local Area Network',
  column: 'VXLAN',
  spec: 'RFC 7348 §5',
  fields: [
    { id: 'vxlan.flags', label: 'Flags', kind: 'hex', bit: 0, bits: 16, read: flags },
    {
      id: 'vxlan.flag_i',
      label: 'Network identifier is valid',
      kind: 'bool',
      bit: 4,
      bits: 1,
      read: (layer) => (u8(layer.bytes, layer.start) >>> 3) & 1,
      level: 1,
    },
    {
      id: 'vxlan.gbp',
      label: 'Group policy',
      kind: 'uint',
      bit: 16,
      bits: 16,
      read: (layer) => u16(layer.bytes, layer.start + 2),
    },
    { id: 'vxlan.vni', label: 'Network identifier', kind: 'uint', bit: 32, bits: 24, read: vni },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return ethernet;
  },
  info(layer, _packet, out) {
    out.ascii('VNI ');
    out.uint(vni(layer));
  },
  card(layer, _packet, out) {
    out.ascii('VXLAN  VNI ');
    out.uint(vni(layer));
  },
};
