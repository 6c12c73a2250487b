import type { Protocol } from '../core/layer.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { extensionRows, following, nextHeader, takeExtension } from './ipv6-extension.ts';
import { IPV6_OPTION_ROWS, walkIpv6Options } from './ipv6-options.ts';

/**
 * Options for the packet's destination, or, before a routing header, for each stop on the way. RFC 8200 §4.6.
 *
 *  | Next Header (8) | Length (8) | options ... |
 */
export const destinationOptions: Protocol = {
  id: 'ipv6.dstopts',
  name: 'IPv6 Destination Options',
  column: 'IPv6',
  spec: 'RFC 8200 §4.6',
  fields: extensionRows('ipv6.dstopts'),
  walked: IPV6_OPTION_ROWS,
  decode(header, packet) {
    return takeExtension(header, packet) ? following(packet, nextHeader(header)) : null;
  },
  walk: walkIpv6Options,
  info(header, _packet, out) {
    out.ascii(`IPv6 destination options, next ${ipProtocolName(nextHeader(header))}`);
  },
  card(header, _packet, out) {
    out.ascii(`Destination options\nnext ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};
