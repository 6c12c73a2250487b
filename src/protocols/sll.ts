import { u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Addresses, Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { llc } from './llc.ts';
import { etherTypes } from './tables.ts';
import { carriedEnd, visitTrailer } from './trailer.ts';

/**
 * Linux cooked capture, as recorded on the `any` device (LINKTYPE_LINUX_SLL): the kernel's own words in place of the link
 * header, so there is a source address but no destination.
 *
 *  | Packet type (16) | ARPHRD_ type (16) | Address length (16) | Address (64) | Protocol (16) |
 */
export const HEADER = 16;
const ADDRESS_ROOM = 8;
/** Values of the protocol field below the EtherTypes: linux/if_ether.h. */
const LLC = 4;

export const packetType = (layer: Layer): number => u16(layer.bytes, layer.start);
export const hardwareType = (layer: Layer): number => u16(layer.bytes, layer.start + 2);
export const addressLength = (layer: Layer): number => u16(layer.bytes, layer.start + 4);
export const protocol = (layer: Layer): number => u16(layer.bytes, layer.start + 14);
const addressAt = (layer: Layer): number => layer.start + 6;

/** What the two versions of the header have in common is read through these. */
export interface Cooked {
  readonly header: number;
  readonly addressAt: (layer: Layer) => number;
  readonly addressLength: (layer: Layer) => number;
  readonly hardwareType: (layer: Layer) => number;
  readonly protocol: (layer: Layer) => number;
}

const COOKED: Cooked = { header: HEADER, addressAt, addressLength, hardwareType, protocol };

/** The address as what it is by its length; an address longer than its room was cut by the kernel. */
export function addressRows(cooked: Cooked): readonly Row[] {
  const row = (id: string, kind: 'mac' | 'ipv4' | 'bytes', is: (length: number) => boolean): Row => ({
    id,
    label: 'Source',
    kind,
    read: (layer) =>
      layer.captured(cooked.header) && is(cooked.addressLength(layer)) ? cooked.addressAt(layer) : null,
    length: (layer) => Math.min(cooked.addressLength(layer), ADDRESS_ROOM),
  });
  return [
    row('sll.src.eth', 'mac', (length) => length === 6),
    row('sll.src.ipv4', 'ipv4', (length) => length === 4),
    row('sll.src.other', 'bytes', (length) => length !== 0 && length !== 4 && length !== 6),
  ];
}

/** The protocol field: an EtherType, or for some hardware types and small values something else. */
export function protocolRows(bit: number, cooked: Cooked): readonly Row[] {
  const row = (id: string, is: (layer: Layer) => boolean): Row => ({
    id,
    label: 'Protocol',
    kind: 'hex',
    bit,
    bits: 16,
    read: (layer) => (layer.captured(cooked.header) && is(layer) ? cooked.protocol(layer) : null),
    show: etherTypeName,
  });
  return [
    row('sll.etype', (layer) => selectorOf(layer, cooked) === 'sll.etype'),
    row('sll.ltype', (layer) => selectorOf(layer, cooked) === 'sll.ltype'),
    row('sll.gretype', (layer) => selectorOf(layer, cooked) === 'sll.gretype'),
  ];
}

/** linux/if_arp.h: ARPHRD_IPGRE, ARPHRD_NETLINK. */
const IP_GRE = 778;
const NETLINK = 824;

function selectorOf(layer: Layer, cooked: Cooked): 'sll.etype' | 'sll.ltype' | 'sll.gretype' {
  const type = cooked.hardwareType(layer);
  if (type === IP_GRE) return 'sll.gretype';
  return type === NETLINK || cooked.protocol(layer) < 1536 ? 'sll.ltype' : 'sll.etype';
}

export function decodeCooked(layer: Layer, packet: Packet, cooked: Cooked): Protocol | null {
  const { header } = cooked;
  if (!layer.captured(header)) return packet.short(layer, 'header', header);
  layer.headerEnd = layer.start + header;
  if (cooked.hardwareType(layer) === NETLINK) return data;
  const value = cooked.protocol(layer);
  if (value === LLC) return llc;
  return packet.follow(etherTypes, value, data);
}

export const addresses = ({ addressAt, addressLength }: Cooked): Addresses => ({
  kind: 'mac',
  size: 6,
  source: (layer) => (addressLength(layer) === 6 ? addressAt(layer) : nowhere(layer)),
  destination: nowhere,
  link: true,
});

/** An address that is not there stands behind what was captured, where nobody reads it. */
const nowhere = (layer: Layer): number => Math.max(layer.capturedEnd, layer.headerEnd);

export const TRAILERS: readonly Row[] = [
  { id: 'eth.padding', label: 'Padding', kind: 'bytes' },
  { id: 'sll.trailer', label: 'Trailer', kind: 'bytes' },
];
const TRAILER_ROWS = { padding: TRAILERS[0]!, trailer: TRAILERS[1]! };

export const sll: Protocol = {
  id: 'sll',
  name: 'Linux cooked capture',
  column: 'SLL',
  spec: 'LINKTYPE_LINUX_SLL',
  addresses: addresses(COOKED),
  fields: [
    { id: 'sll.pkttype', label: 'Packet type', kind: 'uint', bit: 0, bits: 16, read: packetType, show: packetTypeName },
    { id: 'sll.hatype', label: 'Hardware type', kind: 'uint', bit: 16, bits: 16, read: hardwareType },
    { id: 'sll.halen', label: 'Address length', kind: 'uint', bit: 32, bits: 16, read: addressLength },
    ...addressRows(COOKED),
    ...protocolRows(112, COOKED),
  ],
  walked: TRAILERS,
  decode: (layer, packet) => decodeCooked(layer, packet, COOKED),
  walk: walkTrailer,
  info(layer, _packet, out) {
    out.ascii(packetTypeName(packetType(layer)));
  },
  card(layer, _packet, out) {
    writeCooked(layer, packetType(layer), COOKED, out);
  },
};

/** Zeros are called padding up to 60 octets, although the cooked header is not as long as the one that it stands for. */
export function walkTrailer(layer: Layer, packet: Packet, visit: Visit): void {
  const from = carriedEnd(layer, packet, layer.unitWireEnd);
  visitTrailer(TRAILER_ROWS, layer, packet, from, layer.unitCapturedEnd, visit);
}

export function writeCooked(layer: Layer, type: number, cooked: Cooked, out: Writer): void {
  out.ascii('Linux cooked  ');
  if (cooked.addressLength(layer) === 6) out.mac(layer.bytes, cooked.addressAt(layer));
  else out.ascii('no link address');
  out.line();
  out.ascii(packetTypeName(type) || `packet type ${type}`);
  out.text(' · protocol 0x');
  out.hex(cooked.protocol(layer), 4);
  if (etherTypeName(cooked.protocol(layer)) !== '') out.ascii(` ${etherTypeName(cooked.protocol(layer))}`);
}

/** linux/if_packet.h, as seen from the recording host. */
export function packetTypeName(type: number): string {
  return PACKET_TYPES[type] ?? '';
}

const PACKET_TYPES = ['Unicast to us', 'Broadcast', 'Multicast', 'Unicast to another host', 'Sent by us'];
