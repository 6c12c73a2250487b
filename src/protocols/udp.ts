import { u16 } from '../core/bytes.ts';
import { VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import { payloadRow, type Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { ipv4, isFragment } from './ipv4.ts';
import { ipv6Fragment, isFragment as isFragmentHeader } from './ipv6-fragment.ts';
import { transportVerdict } from './pseudo-header.ts';
import { quic } from './quic.ts';
import { looksLikeLongHeader } from './quic-header.ts';
import { looksLikeRtcp, rtcp } from './rtcp.ts';
import { beginsSip, sip } from './sip.ts';
import { udpPorts } from './tables.ts';

/**
 * User Datagram Protocol. RFC 768.
 *
 *   0                   1                   2                   3
 *  |          Source Port          |       Destination Port        |
 *  |            Length             |           Checksum            |
 */
export const HEADER = 8;

export const srcPort = (udp: Layer): number => u16(udp.bytes, udp.start);
export const dstPort = (udp: Layer): number => u16(udp.bytes, udp.start + 2);
export const length = (udp: Layer): number => u16(udp.bytes, udp.start + 4);
export const checksum = (udp: Layer): number => u16(udp.bytes, udp.start + 6);

/**
 * A checksum of zero means that the sender made none (RFC 768). Over IPv6 only tunnels may do so (RFC 8200 §8.1, RFC 6935).
 */
export function checksumVerdict(udp: Layer): Verdict {
  if (checksum(udp) === 0) return 'zero';
  return transportVerdict(udp, 17, checksum(udp));
}

export const PORT_ROWS: readonly Row[] = [
  { id: 'udp.srcport', label: 'Source port', kind: 'uint', bit: 0, bits: 16, read: srcPort },
  { id: 'udp.dstport', label: 'Destination port', kind: 'uint', bit: 16, bits: 16, read: dstPort },
];

export const udp: Protocol = {
  id: 'udp',
  name: 'User Datagram Protocol',
  column: 'UDP',
  spec: 'RFC 768',
  fields: [
    ...PORT_ROWS,
    { id: 'udp.length', label: 'Length', kind: 'uint', bit: 32, bits: 16, read: length },
    { id: 'udp.checksum', label: 'Checksum', kind: 'hex', bit: 48, bits: 16, read: checksum },
    {
      id: 'dissect.udp.checksum',
      label: 'Checksum verdict',
      kind: 'text',
      read: checksumVerdict,
      level: 1,
      about: 'good, bad, zero (none made), partial (left to the network card), or unverifiable.',
    },
    payloadRow('udp.payload', HEADER),
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    if (!narrow(layer, packet)) return null;
    return payloadOf(layer, packet);
  },
  info(layer, _packet, out) {
    writePorts(layer, out);
    out.ascii(' Len=');
    out.uint(layer.wireEnd - layer.headerEnd);
  },
  card(layer, _packet, out) {
    out.literal(CARD_TITLE);
    out.uint(srcPort(layer));
    out.literal(CARD_ARROW);
    out.uint(dstPort(layer));
    out.literal(CARD_LENGTH);
    out.uint(length(layer));
    out.literal(CARD_CHECKSUM);
    out.ascii(VERDICT_TEXT[checksumVerdict(layer)]);
  },
};

const CARD_TITLE = Literal.of('UDP  ');
const CARD_ARROW = Literal.of(' → ');
const CARD_LENGTH = Literal.of('\nlength ');
const CARD_CHECKSUM = Literal.of(' · checksum ');

/** The length counts header and payload. Zero is allowed in IPv6 jumbograms (RFC 2675 §4): the packet's end stands. */
function narrow(layer: Layer, packet: Packet): boolean {
  const said = length(layer);
  if (said === 0 && layer.network?.protocol.addresses?.kind === 'ipv6') return true;
  if (said < HEADER) {
    packet.malformed(layer, 'length', HEADER, said, 'udp.length');
    return false;
  }
  const end = layer.start + said;
  if (end > layer.wireEnd) {
    if (isFirstFragment(layer, packet)) return true;
    packet.report('malformed', layer, 'length', said, layer.wireEnd - layer.start, 'udp.length');
    return true;
  }
  layer.endAt(end);
  return true;
}

/** The length is the whole datagram's, of which a first fragment that cannot be put together shows the beginning. */
function isFirstFragment(layer: Layer, packet: Packet): boolean {
  const below = packet.layers[layer.index - 1];
  if (below === undefined || layer.bytes !== below.bytes) return false;
  return (below.protocol === ipv4 && isFragment(below)) || (below.protocol === ipv6Fragment && isFragmentHeader(below));
}

/**
 * The lower port first, then the higher: the same answer for both directions, and more likely the service's. Where no port
 * tells, the first octets of what cannot be mistaken do.
 */
export function payloadOf(layer: Layer, packet: Packet): Protocol {
  const from = srcPort(layer);
  const to = dstPort(layer);
  const low = Math.min(from, to);
  if (udpPorts.get(low) !== null) return packet.follow(udpPorts, low, data);
  const high = Math.max(from, to);
  if (udpPorts.get(high) === null) {
    const { bytes, headerEnd, capturedEnd, wireEnd } = layer;
    if (looksLikeLongHeader(bytes, headerEnd, capturedEnd)) return quic;
    if (looksLikeRtcp(bytes, headerEnd, capturedEnd, wireEnd)) return rtcp;
    if (beginsSip(bytes, headerEnd, capturedEnd)) return sip;
  }
  return packet.follow(udpPorts, high, data);
}

export function writePorts(layer: Layer, out: Writer): void {
  out.uint(srcPort(layer));
  out.text(' → ');
  out.uint(dstPort(layer));
}
