import type { Protocol } from '../core/layer.ts';
import { arcnet } from './arcnet.ts';
import { aristaTimestamp } from './arista-timestamp.ts';
import { arp, rarp } from './arp.ts';
import { authenticationHeader } from './authentication-header.ts';
import { backboneTag } from './backbone-tag.ts';
import { cdp } from './cdp.ts';
import { chdlc } from './chdlc.ts';
import { ciscoMetadata } from './cisco-metadata.ts';
import { data } from './data.ts';
import { dhcp } from './dhcp.ts';
import { dhcpv6 } from './dhcpv6.ts';
import { dns, llmnr, mdns } from './dns.ts';
import { eap } from './eap.ts';
import { eapol, eapolKey, eapolRc4 } from './eapol.ts';
import { erf } from './erf.ts';
import { erspan } from './erspan.ts';
import { ethernet } from './ethernet.ts';
import { exportedPdu } from './exported-pdu.ts';
import { fddi } from './fddi.ts';
import { frame } from './frame.ts';
import { frameRelay } from './frame-relay.ts';
import { ftp } from './ftp.ts';
import { ftpData } from './ftp-data.ts';
import { gre } from './gre.ts';
import { gtp } from './gtp.ts';
import { http, ssdp } from './http.ts';
import { http2 } from './http2.ts';
import { http3 } from './http3.ts';
import { icmp } from './icmp.ts';
import { icmpv6 } from './icmpv6.ts';
import { igmp } from './igmp.ts';
import { ipcomp } from './ipcomp.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { destinationOptions } from './ipv6-destination-options.ts';
import { ipv6Fragment } from './ipv6-fragment.ts';
import { hopByHop } from './ipv6-hop-by-hop.ts';
import { ipv6Routing } from './ipv6-routing.ts';
import { l2tp } from './l2tp.ts';
import { llc } from './llc.ts';
import { lldp } from './lldp.ts';
import { macControl } from './mac-control.ts';
import { mpls } from './mpls.ts';
import { nbdgm } from './nbdgm.ts';
import { nbns } from './nbns.ts';
import { netlink } from './netlink.ts';
import { nflog } from './nflog.ts';
import { ntp } from './ntp.ts';
import { loopback } from './null.ts';
import { ospf } from './ospf.ts';
import { ppi } from './ppi.ts';
import { ppp, pppDirection } from './ppp.ts';
import { chap, pap } from './ppp-authentication.ts';
import { ccp, ipcp, ipv6cp, lcp } from './ppp-control.ts';
import { pppoeDiscovery, pppoeSession } from './pppoe.ts';
import { ethernetPseudowire } from './pseudowire.ts';
import { quic } from './quic.ts';
import { quicFrames } from './quic-frames.ts';
import { radiotap } from './radiotap.ts';
import { radius } from './radius.ts';
import { rawIp } from './raw-ip.ts';
import { rtcp } from './rtcp.ts';
import { rtp } from './rtp.ts';
import { sdp } from './sdp.ts';
import { sip } from './sip.ts';
import { sll } from './sll.ts';
import { sll2 } from './sll2.ts';
import { smtp } from './smtp.ts';
import { ssh } from './ssh.ts';
import { rapidStp, rapidVlanStp, stp, vlanStp } from './stp.ts';
import {
  addressFamilies,
  arcnetProtocols,
  bridgedTypes,
  ciscoTypes,
  erfTypes,
  etherTypes,
  greTypes,
  ipProtocols,
  linkTypes,
  llcSaps,
  nextHeaders,
  nlpids,
  pppProtocols,
  pseudowires,
  tcpPorts,
  udpPorts,
} from './tables.ts';
import { tcp } from './tcp.ts';
import { telnet } from './telnet.ts';
import { teredo } from './teredo.ts';
import { tls, tlsMessages } from './tls.ts';
import { tokenRing } from './token-ring.ts';
import { udp } from './udp.ts';
import { udpLite } from './udp-lite.ts';
import { serviceVlan, vlan } from './vlan.ts';
import { vxlan } from './vxlan.ts';
import { websocket } from './websocket.ts';
import { centrino, wlan } from './wlan.ts';

/** Every protocol, from the outside in. Field reference, filters and contract tests are made from this list. */
export const protocols: readonly Protocol[] = [
  frame,
  erf,
  ethernet,
  vlan,
  serviceVlan,
  backboneTag,
  aristaTimestamp,
  llc,
  stp,
  rapidStp,
  vlanStp,
  rapidVlanStp,
  sll,
  sll2,
  loopback,
  rawIp,
  ppp,
  pppDirection,
  chdlc,
  frameRelay,
  fddi,
  tokenRing,
  arcnet,
  nflog,
  netlink,
  radiotap,
  ppi,
  exportedPdu,
  wlan,
  centrino,
  pppoeDiscovery,
  pppoeSession,
  lcp,
  pap,
  chap,
  ipcp,
  ipv6cp,
  ccp,
  eapol,
  eapolKey,
  eapolRc4,
  eap,
  mpls,
  ethernetPseudowire,
  lldp,
  cdp,
  macControl,
  arp,
  rarp,
  ipv4,
  icmp,
  igmp,
  ipv6,
  hopByHop,
  ipv6Routing,
  ipv6Fragment,
  destinationOptions,
  authenticationHeader,
  ipcomp,
  icmpv6,
  ospf,
  gre,
  ciscoMetadata,
  erspan,
  tcp,
  udp,
  udpLite,
  vxlan,
  teredo,
  l2tp,
  gtp,
  dns,
  mdns,
  llmnr,
  nbns,
  nbdgm,
  dhcp,
  dhcpv6,
  ntp,
  radius,
  quic,
  quicFrames,
  tls,
  tlsMessages,
  http,
  ssdp,
  http2,
  http3,
  websocket,
  ftp,
  ftpData,
  smtp,
  telnet,
  ssh,
  sip,
  sdp,
  rtp,
  rtcp,
  data,
];

// Every dispatch table, on one screen.
linkTypes.fill([
  [0, loopback],
  [1, ethernet],
  [6, tokenRing],
  [9, ppp],
  [10, fddi],
  [12, rawIp],
  [14, rawIp],
  [50, ppp],
  [51, pppoeSession],
  [101, rawIp],
  [104, chdlc],
  [105, wlan],
  [107, frameRelay],
  [108, loopback],
  [113, sll],
  [127, radiotap],
  [129, arcnet],
  [192, ppi],
  [197, erf],
  [204, pppDirection],
  [228, ipv4],
  [229, ipv6],
  [239, nflog],
  [252, exportedPdu],
  [253, netlink],
  [276, sll2],
]);
erfTypes.fill([
  [1, chdlc],
  [2, ethernet],
  [11, ethernet],
  [16, ethernet],
  [20, ethernet],
  [22, ipv4],
  [23, ipv6],
]);
// AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
addressFamilies.fill([
  [2, ipv4],
  [10, ipv6],
  [24, ipv6],
  [28, ipv6],
  [30, ipv6],
]);
etherTypes.fill([
  [0x0800, ipv4],
  [0x0806, arp],
  [0x2000, cdp],
  [0x2452, centrino],
  [0x6558, ethernet],
  [0x8035, rarp],
  [0x8100, vlan],
  [0x86dd, ipv6],
  [0x8847, mpls],
  [0x8848, mpls],
  [0x8863, pppoeDiscovery],
  [0x8864, pppoeSession],
  [0x8808, macControl],
  [0x880b, ppp],
  [0x888e, eapol],
  [0x88a8, serviceVlan],
  [0x88c7, eapol],
  [0x88cc, lldp],
  [0x88e7, backboneTag],
  [0x9100, vlan],
  [0xd28b, aristaTimestamp],
]);
llcSaps.fill([
  [0x06, ipv4],
  [0x42, stp],
]);
ciscoTypes.fill([
  [0x010b, vlanStp],
  [0x2000, cdp],
]);
bridgedTypes.fill([
  [1, ethernet],
  [7, ethernet],
]);
nlpids.fill([
  [0x8e, ipv6],
  [0xcc, ipv4],
]);
arcnetProtocols.fill([
  [0xd4, ipv4],
  [0xd5, arp],
  [0xd6, rarp],
]);
pseudowires.fill([[5, ethernet]]);
pppProtocols.fill([
  [0x0021, ipv4],
  [0x0057, ipv6],
  [0x0281, mpls],
  [0x0283, mpls],
  [0x8021, ipcp],
  [0x8057, ipv6cp],
  [0x80fd, ccp],
  [0xc021, lcp],
  [0xc023, pap],
  [0xc223, chap],
  [0xc227, eap],
]);
ipProtocols.fill([
  [1, icmp],
  [2, igmp],
  [4, ipv4],
  [6, tcp],
  [17, udp],
  [41, ipv6],
  [47, gre],
  [51, authenticationHeader],
  [58, icmpv6],
  [89, ospf],
  [108, ipcomp],
  [136, udpLite],
  [143, ethernet],
]);
nextHeaders.fill([...ipProtocols, [0, hopByHop], [43, ipv6Routing], [44, ipv6Fragment], [60, destinationOptions]]);
greTypes.fill([...etherTypes, [0x22eb, erspan], [0x6400, ethernet], [0x88be, erspan], [0x8909, ciscoMetadata]]);
udpPorts.fill([
  [53, dns],
  [67, dhcp],
  [68, dhcp],
  [123, ntp],
  [137, nbns],
  [138, nbdgm],
  [546, dhcpv6],
  [547, dhcpv6],
  [1900, ssdp],
  [1645, radius],
  [1646, radius],
  [1700, radius],
  [1701, l2tp],
  [1812, radius],
  [1813, radius],
  [2152, gtp],
  [3544, teredo],
  [3799, radius],
  [4789, vxlan],
  [5060, sip],
  [5353, mdns],
  [5355, llmnr],
]);
tcpPorts.fill([[53, dns]]);
