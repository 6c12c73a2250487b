import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { chdlc } from './chdlc.ts';
import { data } from './data.ts';
import { pppProtocols } from './tables.ts';

/**
 * Point-to-Point Protocol. RFC 1661 §2; on serial lines in HDLC-like frames, RFC 1662 §3.1.
 *
 *  | Address 0xff (8) | Control 0x03 (8) |  Protocol (8 or 16)  |  Information ...
 *
 * Address and control are there or not: a protocol number never begins with 0xff. Its low octet is odd and its high octet
 * even, so that a number compressed to one octet can be told (RFC 1661 §6.5).
 */
const ADDRESS = 0xff;
/** Cisco's framing on the same kind of line, unicast and multicast. */
const CISCO_UNICAST = 0x0f;
const CISCO_MULTICAST = 0x8f;

const hasAddress = (ppp: Layer): boolean => u8(ppp.bytes, ppp.start) === ADDRESS;
const protocolAt = (ppp: Layer): number => ppp.start + (hasAddress(ppp) ? 2 : 0);
const isCompressed = (ppp: Layer): boolean => (u8(ppp.bytes, protocolAt(ppp)) & 1) === 1;

const protocol = (ppp: Layer): number =>
  isCompressed(ppp) ? u8(ppp.bytes, protocolAt(ppp)) : u16(ppp.bytes, protocolAt(ppp));
const headerEnd = (ppp: Layer): number => protocolAt(ppp) + (isCompressed(ppp) ? 1 : 2);
const isWhole = (ppp: Layer): boolean => protocolAt(ppp) < ppp.capturedEnd && headerEnd(ppp) <= ppp.capturedEnd;

export const ppp: Protocol = {
  id: 'ppp',
  name: 'Point-to-Point Protocol',
  column: 'PPP',
  spec: 'RFC 1661 §2',
  fields: [
    {
      id: 'ppp.address',
      label: 'Address',
      kind: 'hex',
      bit: 0,
      bits: 8,
      read: (layer) => (hasAddress(layer) ? ADDRESS : null),
    },
    {
      id: 'ppp.control',
      label: 'Control',
      kind: 'hex',
      bit: 8,
      bits: 8,
      read: (layer) => (hasAddress(layer) ? u8(layer.bytes, layer.start + 1) : null),
    },
    {
      id: 'ppp.protocol',
      label: 'Protocol',
      kind: 'hex',
      digits: 4,
      read: (layer) => (layer.captured(1) && isWhole(layer) ? protocol(layer) : null),
      show: protocolName,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(1)) return packet.short(layer, 'protocol', 1);
    const first = u8(layer.bytes, layer.start);
    if (layer.index === 1 && (first === CISCO_UNICAST || first === CISCO_MULTICAST)) {
      layer.headerEnd = layer.start;
      layer.protocol = chdlc;
      return chdlc.decode(layer, packet);
    }
    if (!isWhole(layer)) return packet.short(layer, 'protocol', protocolAt(layer) + 2 - layer.start);
    layer.headerEnd = headerEnd(layer);
    return packet.follow(pppProtocols, protocol(layer), data);
  },
  info(layer, _packet, out) {
    out.ascii(protocolName(protocol(layer)) || 'PPP Unknown');
    out.ascii(' (0x');
    out.hex(protocol(layer), 4);
    out.byte(41);
  },
  card(layer, _packet, out) {
    out.ascii('PPP\nprotocol 0x');
    out.hex(protocol(layer), 4);
    if (protocolName(protocol(layer)) !== '') out.ascii(` ${protocolName(protocol(layer))}`);
  },
};

/** Link type 204: one octet in front says who sent the packet. */
export const pppDirection: Protocol = {
  id: 'ppp',
  name: 'PPP direction',
  column: 'PPP',
  spec: 'LINKTYPE_PPP_WITH_DIR',
  pseudo: true,
  fields: [
    {
      id: 'ppp.direction',
      label: 'Direction',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start),
      show: (value: number) => (value === 0 ? 'received' : 'sent'),
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(1)) return packet.short(layer, 'direction', 1);
    layer.headerEnd = layer.start + 1;
    return ppp;
  },
};

/** IANA "PPP DLL Protocol Numbers". Empty for a number that is not here. */
function protocolName(number: number): string {
  return NAMES.get(number) ?? '';
}

const NAMES = new Map([
  [0x0021, 'IPv4'],
  [0x0023, 'OSI network layer'],
  [0x0029, 'AppleTalk'],
  [0x002b, 'IPX'],
  [0x002d, 'Compressed TCP'],
  [0x002f, 'Uncompressed TCP'],
  [0x0031, 'Bridging'],
  [0x003d, 'Multilink'],
  [0x0053, 'Encryption'],
  [0x0057, 'IPv6'],
  [0x00fd, 'Compressed datagram'],
  [0x0281, 'MPLS unicast'],
  [0x0283, 'MPLS multicast'],
  [0x8021, 'IP control (IPCP)'],
  [0x802b, 'IPX control (IPXCP)'],
  [0x8053, 'Encryption control (ECP)'],
  [0x8057, 'IPv6 control (IPV6CP)'],
  [0x80fd, 'Compression control (CCP)'],
  [0x8281, 'MPLS control (MPLSCP)'],
  [0xc021, 'Link control (LCP)'],
  [0xc023, 'Password authentication (PAP)'],
  [0xc025, 'Link quality report'],
  [0xc223, 'Challenge handshake (CHAP)'],
  [0xc227, 'Extensible authentication (EAP)'],
]);
