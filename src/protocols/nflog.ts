import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { addressFamilies } from './tables.ts';

/**
 * Packets that the Linux firewall logs (LINKTYPE_NFLOG): a header, then attributes in the byte order of the recording host,
 * each padded to four octets. One of them holds the packet.
 *
 *  | Family (8) | Version (8) | Resource id (16) |  { Length (16) | Type (16) | value } ...
 */
const HEADER = 4;
const ATTRIBUTE = 4;
/** linux/netfilter/nfnetlink_log.h: NFULA_PAYLOAD. */
const PAYLOAD = 9;

const family = (layer: Layer): number => u8(layer.bytes, layer.start);
const version = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
const resourceId = (layer: Layer): number => u16(layer.bytes, layer.start + 2);

/** A packet has fewer octets of attributes than 256 × their first length read the wrong way round. */
const isLittle = (layer: Layer): boolean => {
  const at = layer.start + HEADER;
  return u8(layer.bytes, at) + u8(layer.bytes, at + 1) * 256 <= layer.wireEnd - at;
};

const short = (bytes: Uint8Array, at: number, little: boolean): number =>
  little ? u8(bytes, at) | (u8(bytes, at + 1) << 8) : u16(bytes, at);

export const nflog: Protocol = {
  id: 'nflog',
  name: 'Linux Netfilter NFLOG',
  column: 'NFLOG',
  spec: 'LINKTYPE_NFLOG',
  fields: [
    { id: 'nflog.family', label: 'Address family', kind: 'uint', bit: 0, bits: 8, read: family },
    { id: 'nflog.version', label: 'Version', kind: 'uint', bit: 8, bits: 8, read: version },
    { id: 'nflog.res_id', label: 'Resource id', kind: 'uint', bit: 16, bits: 16, read: resourceId },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER + ATTRIBUTE)) return packet.short(layer, 'header', HEADER + ATTRIBUTE);
    const little = isLittle(layer);
    let at = layer.start + HEADER;
    while (at + ATTRIBUTE <= layer.capturedEnd) {
      const length = short(layer.bytes, at, little);
      if (length < ATTRIBUTE) {
        layer.headerEnd = at;
        return packet.malformed(layer, 'attribute', ATTRIBUTE, length);
      }
      if (short(layer.bytes, at + 2, little) === PAYLOAD) {
        layer.headerEnd = at + ATTRIBUTE;
        layer.endAt(at + length);
        return packet.follow(addressFamilies, family(layer), data);
      }
      at += (length + 3) & ~3;
    }
    layer.headerEnd = Math.min(at, layer.capturedEnd);
    return null;
  },
  info(layer, _packet, out) {
    out.ascii('Address family ');
    out.uint(family(layer));
  },
};
