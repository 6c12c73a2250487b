import { u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { ipProtocolName } from './ip-protocols.ts';
import * as ipv6 from './ipv6.ts';
import { extensionRows, following, nextHeader, takeExtension } from './ipv6-extension.ts';
import { findIpv6Option, IPV6_OPTION_ROWS, JUMBO, walkIpv6Options } from './ipv6-options.ts';

/**
 * Hop-by-hop options, which every router on the way may read. RFC 8200 §4.3; jumbograms RFC 2675.
 *
 *  | Next Header (8) | Length (8) | options ... |
 */
export const hopByHop: Protocol = {
  id: 'ipv6.hopopts',
  name: 'IPv6 Hop-by-Hop Options',
  column: 'IPv6',
  spec: 'RFC 8200 §4.3',
  fields: extensionRows('ipv6.hopopts'),
  walked: IPV6_OPTION_ROWS,
  decode(header, packet) {
    if (!takeExtension(header, packet)) return null;
    takeJumboLength(header, packet);
    return following(packet, nextHeader(header));
  },
  walk: walkIpv6Options,
  info(header, _packet, out) {
    out.ascii(`IPv6 hop-by-hop options, next ${ipProtocolName(nextHeader(header))}`);
  },
  card(header, _packet, out) {
    out.ascii(`Hop-by-hop options\nnext ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};

/** A payload length of zero in the IPv6 header says that the length is here (RFC 2675 §3). */
function takeJumboLength(header: Layer, packet: Packet): void {
  const ip = header.network;
  if (ip === null || ip.protocol !== ipv6.ipv6 || ipv6.payloadLength(ip) !== 0) return;
  const option = findIpv6Option(header, JUMBO);
  if (option < 0 || header.bytes[option + 1] !== 4) return;
  const end = ip.headerEnd + u32(header.bytes, option + 2);
  ipv6.endAt(ip, packet, end, 'ipv6.opt.jumbo');
  header.endAt(end);
}
