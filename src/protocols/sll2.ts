import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import {
  addresses,
  addressRows,
  type Cooked,
  decodeCooked,
  packetTypeName,
  protocolRows,
  TRAILERS,
  walkTrailer,
  writeCooked,
} from './sll.ts';

/**
 * Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2): names the interface as well.
 *
 *  | Protocol (16) | reserved (16) | Interface index (32) |
 *  | ARPHRD_ type (16) | Packet type (8) | Address length (8) | Address (64) |
 */
const HEADER = 20;

const protocol = (layer: Layer): number => u16(layer.bytes, layer.start);
const interfaceIndex = (layer: Layer): number => u32(layer.bytes, layer.start + 4);
const hardwareType = (layer: Layer): number => u16(layer.bytes, layer.start + 8);
export const packetType = (layer: Layer): number => u8(layer.bytes, layer.start + 10);
const addressLength = (layer: Layer): number => u8(layer.bytes, layer.start + 11);
const addressAt = (layer: Layer): number => layer.start + 12;

const COOKED: Cooked = { header: HEADER, addressAt, addressLength, hardwareType, protocol };

export const sll2: Protocol = {
  id: 'sll',
  name: 'Linux cooked capture v2',
  column: 'SLL',
  spec: 'LINKTYPE_LINUX_SLL2',
  addresses: addresses(COOKED),
  fields: [
    ...protocolRows(0, COOKED),
    { id: 'sll.ifindex', label: 'Interface index', kind: 'uint', bit: 32, bits: 32, read: interfaceIndex },
    { id: 'sll.hatype', label: 'Hardware type', kind: 'uint', bit: 64, bits: 16, read: hardwareType },
    { id: 'sll.pkttype', label: 'Packet type', kind: 'uint', bit: 80, bits: 8, read: packetType, show: packetTypeName },
    { id: 'sll.halen', label: 'Address length', kind: 'uint', bit: 88, bits: 8, read: addressLength },
    ...addressRows(COOKED),
  ],
  walked: TRAILERS,
  decode: (layer, packet) => decodeCooked(layer, packet, COOKED),
  walk: walkTrailer,
  info(layer, _packet, out) {
    out.ascii(packetTypeName(packetType(layer)));
  },
  card(layer, _packet, out) {
    writeCooked(layer, packetType(layer), COOKED, out);
    out.text(` · interface ${interfaceIndex(layer)}`);
  },
};
