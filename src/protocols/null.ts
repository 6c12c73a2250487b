import { u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { addressFamilies } from './tables.ts';

/**
 * BSD loopback: an address family in four octets, in the byte order of the recording host (LINKTYPE_NULL) or of the network
 * (LINKTYPE_LOOP). The numbers of IPv6 differ from system to system.
 *
 *  | Address family (32) |
 */
const HEADER = 4;

/** Families are small, so that the reading that gives the smaller number is in the right byte order. */
function family(layer: Layer): number {
  const big = u32(layer.bytes, layer.start);
  const little =
    (big & 0xff) * 0x1000000 + ((big >>> 8) & 0xff) * 0x10000 + ((big >>> 16) & 0xff) * 0x100 + (big >>> 24);
  return Math.min(big, little);
}

export const loopback: Protocol = {
  id: 'null',
  name: 'Null/Loopback',
  column: 'NULL',
  spec: 'LINKTYPE_NULL',
  fields: [{ id: 'null.family', label: 'Address family', kind: 'uint', bit: 0, bits: 32, read: family }],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return packet.follow(addressFamilies, family(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii('Address family ');
    out.uint(family(layer));
  },
  card(layer, _packet, out) {
    out.ascii('Loopback\naddress family ');
    out.uint(family(layer));
  },
};
