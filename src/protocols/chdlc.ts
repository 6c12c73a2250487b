import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes } from './tables.ts';

/**
 * Cisco's HDLC framing on serial lines (RFC 1547 §4.3.1 describes it), without flags and FCS.
 *
 *  | Address 0x0f or 0x8f (8) | Control 0 (8) | Protocol (16) |
 */
const HEADER = 4;
/** Cisco's keepalive (SLARP) has the number of RARP, but is another protocol. */
const SLARP = 0x8035;

export const address = (layer: Layer): number => u8(layer.bytes, layer.start);
export const control = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
export const protocol = (layer: Layer): number => u16(layer.bytes, layer.start + 2);

export const chdlc: Protocol = {
  id: 'chdlc',
  name: 'Cisco HDLC',
  column: 'CHDLC',
  spec: 'RFC 1547 §4.3.1',
  fields: [
    { id: 'chdlc.address', label: 'Address', kind: 'hex', bit: 0, bits: 8, read: address },
    { id: 'chdlc.control', label: 'Control', kind: 'hex', bit: 8, bits: 8, read: control },
    { id: 'chdlc.protocol', label: 'Protocol', kind: 'hex', bit: 16, bits: 16, read: protocol, show: protocolName },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return protocol(layer) === SLARP ? data : packet.follow(etherTypes, protocol(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii('Protocol 0x');
    out.hex(protocol(layer), 4);
    if (protocolName(protocol(layer)) !== '') out.ascii(` ${protocolName(protocol(layer))}`);
  },
  card(layer, _packet, out) {
    out.ascii('Cisco HDLC\nprotocol 0x');
    out.hex(protocol(layer), 4);
    if (protocolName(protocol(layer)) !== '') out.ascii(` ${protocolName(protocol(layer))}`);
  },
};

function protocolName(type: number): string {
  return type === SLARP ? 'SLARP' : etherTypeName(type);
}
