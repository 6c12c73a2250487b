import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes } from './tables.ts';

/**
 * Cisco MetaData behind GRE: carries the security group of the sender (TrustSec inline tagging).
 *
 *  | Type (16) | Version (8) | Length (8) | Options (16) | Security group (16) |
 */
const HEADER = 8;

export const type = (layer: Layer): number => u16(layer.bytes, layer.start);
const version = (layer: Layer): number => u8(layer.bytes, layer.start + 2);
const length = (layer: Layer): number => u8(layer.bytes, layer.start + 3);
const options = (layer: Layer): number => u16(layer.bytes, layer.start + 4);
const securityGroup = (layer: Layer): number => u16(layer.bytes, layer.start + 6);

export const ciscoMetadata: Protocol = {
  id: 'cmd',
  name: 'Cisco MetaData',
  column: 'CMD',
  spec: 'Cisco TrustSec',
  fields: [
    { id: 'cmd.type', label: 'Type', kind: 'hex', bit: 0, bits: 16, read: type, show: etherTypeName },
    { id: 'cmd.version', label: 'Version', kind: 'uint', bit: 16, bits: 8, read: version },
    { id: 'cmd.length', label: 'Length', kind: 'uint', bit: 24, bits: 8, read: length },
    { id: 'cmd.options', label: 'Options', kind: 'hex', bit: 32, bits: 16, read: options },
    { id: 'cmd.sgt', label: 'Security group', kind: 'uint', bit: 48, bits: 16, read: securityGroup },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return packet.follow(etherTypes, type(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii('Security group ');
    out.uint(securityGroup(layer));
  },
};
