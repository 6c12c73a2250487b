import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { arcnetProtocols } from './tables.ts';

/**
 * ARCNET as Linux hands it over (LINKTYPE_ARCNET_LINUX), with the encapsulation of RFC 1201 §3: a packet goes in pieces of up
 * to 504 octets, but is recorded whole.
 *
 *  | Source (8) | Destination (8) | Offset (16) | Protocol id (8) | Split flag (8) | Sequence (16) |
 */
const HEADER = 5;
const RFC_1201 = 8;
const EXCEPTION = 0xff;

const source = (layer: Layer): number => u8(layer.bytes, layer.start);
export const destination = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
const protocolId = (layer: Layer): number => u8(layer.bytes, layer.start + 4);
/** RFC 1201 protocols: IP 0xd4, ARP 0xd5, RARP 0xd6. The older RFC 1051 ones (0xf0, 0xf1) have no such header. */
const isRfc1201 = (layer: Layer): boolean => (protocolId(layer) & 0xf8) === 0xd0;
const splitFlag = (layer: Layer): number => u8(layer.bytes, layer.start + 5);
const sequence = (layer: Layer): number => u16(layer.bytes, layer.start + 6);

export const arcnet: Protocol = {
  id: 'arcnet',
  name: 'ARCNET',
  column: 'ARCNET',
  spec: 'RFC 1201 §3',
  fields: [
    { id: 'arcnet.src', label: 'Source', kind: 'hex', bit: 0, bits: 8, read: source },
    { id: 'arcnet.dst', label: 'Destination', kind: 'hex', bit: 8, bits: 8, read: destination },
    { id: 'arcnet.protID', label: 'Protocol id', kind: 'hex', bit: 32, bits: 8, read: protocolId },
    {
      id: 'arcnet.split_flag',
      label: 'Split flag',
      kind: 'uint',
      bit: 40,
      bits: 8,
      read: (layer) => (isRfc1201(layer) ? splitFlag(layer) : null),
    },
    {
      id: 'arcnet.sequence',
      label: 'Sequence',
      kind: 'uint',
      bit: 48,
      bits: 16,
      read: (layer) => (isRfc1201(layer) ? sequence(layer) : null),
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    let length = HEADER;
    if (isRfc1201(layer)) {
      if (!layer.captured(RFC_1201)) return packet.short(layer, 'header', RFC_1201);
      // Packets of 253 to 256 octets cannot be sent as they are: the header stands twice (RFC 1201 §3.2).
      length = splitFlag(layer) === EXCEPTION ? RFC_1201 + 4 : RFC_1201;
    }
    if (!layer.captured(length)) return packet.short(layer, 'header', length);
    layer.headerEnd = layer.start + length;
    return packet.follow(arcnetProtocols, protocolId(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii('Protocol id 0x');
    out.hex(protocolId(layer), 2);
  },
};
