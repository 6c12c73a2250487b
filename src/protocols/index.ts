import type { Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { dns, llmnr, mdns } from './dns.ts';
import { ethernet } from './ethernet.ts';
import { frame } from './frame.ts';
import { ipv4 } from './ipv4.ts';
import { llc } from './llc.ts';
import { etherTypes, ipProtocols, linkTypes, tcpPorts, udpPorts } from './tables.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';

/** Every protocol, from the outside in. Field reference, filters and contract tests are made from this list. */
export const protocols: readonly Protocol[] = [frame, ethernet, llc, ipv4, tcp, udp, dns, mdns, llmnr, data];

// Every dispatch table, on one screen.
linkTypes.fill([[1, ethernet]]);
etherTypes.fill([[0x0800, ipv4]]);
ipProtocols.fill([
  [6, tcp],
  [17, udp],
]);
udpPorts.fill([
  [53, dns],
  [5353, mdns],
  [5355, llmnr],
]);
tcpPorts.fill([[53, dns]]);
