import { arpEvents } from './arp.ts';
import { dhcpEvents } from './dhcp.ts';
import { dhcpv6Events } from './dhcpv6.ts';
import { dnsEvents } from './dns.ts';
import { eapEvents } from './eap.ts';
import { ethernetEvents } from './ethernet.ts';
import type { EventDeclaration } from './event.ts';
import { ftpEvents } from './ftp.ts';
import { httpEvents } from './http.ts';
import { http2Events } from './http2.ts';
import { http3Events } from './http3.ts';
import { icmpEvents } from './icmp.ts';
import { igmpEvents } from './igmp.ts';
import { ipEvents } from './ip.ts';
import { linkNameEvents } from './link-names.ts';
import { natEvents } from './nat.ts';
import { netbiosEvents } from './netbios.ts';
import { ntpEvents } from './ntp.ts';
import { ospfEvents } from './ospf.ts';
import { payloadEvents } from './payload.ts';
import { pppEvents } from './ppp.ts';
import { quicEvents } from './quic.ts';
import { radiusEvents } from './radius.ts';
import { rtpEvents } from './rtp.ts';
import { runEvents } from './run.ts';
import { sipEvents } from './sip.ts';
import { smtpEvents } from './smtp.ts';
import { ssdpEvents } from './ssdp.ts';
import { sshEvents } from './ssh.ts';
import { tcpCloseEvents } from './tcp-close.ts';
import { tcpDataEvents } from './tcp-data.ts';
import { tcpLossEvents } from './tcp-loss.ts';
import { tcpOpenEvents } from './tcp-open.ts';
import { tcpResetEvents } from './tcp-reset.ts';
import { tcpWindowEvents } from './tcp-window.ts';
import { telnetEvents } from './telnet.ts';
import { tlsEvents } from './tls.ts';
import { tunnelEvents } from './tunnel.ts';
import { udpEvents } from './udp.ts';
import { websocketEvents } from './websocket.ts';

/**
 * Every event, its parameters, severity and standard, gathered from one file a subject. Code raises events by id; what is
 * said of one stands in notes/<language>/<id with dots as folders>.md and nowhere else.
 */
export const catalogue = {
  ...ethernetEvents,
  ...pppEvents,
  ...eapEvents,
  ...radiusEvents,
  ...arpEvents,
  ...ipEvents,
  ...tunnelEvents,
  ...icmpEvents,
  ...natEvents,
  ...igmpEvents,
  ...ospfEvents,
  ...udpEvents,
  ...payloadEvents,
  ...dhcpEvents,
  ...dhcpv6Events,
  ...ntpEvents,
  ...dnsEvents,
  ...linkNameEvents,
  ...netbiosEvents,
  ...ssdpEvents,
  ...ftpEvents,
  ...smtpEvents,
  ...telnetEvents,
  ...sshEvents,
  ...httpEvents,
  ...http2Events,
  ...http3Events,
  ...websocketEvents,
  ...tlsEvents,
  ...sipEvents,
  ...rtpEvents,
  ...quicEvents,
  ...tcpOpenEvents,
  ...tcpWindowEvents,
  ...tcpDataEvents,
  ...tcpLossEvents,
  ...tcpCloseEvents,
  ...tcpResetEvents,
  ...runEvents,
} as const satisfies Record<string, EventDeclaration>;

export type EventId = keyof typeof catalogue;

/** The same, for code that walks all events. */
export const declarations: Readonly<Record<EventId, EventDeclaration>> = catalogue;
