import { u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import * as icmp4 from '../protocols/icmp.ts';
import * as icmp6 from '../protocols/icmpv6.ts';
import { fragmentOffset, identification, protocolNumber, totalLength } from '../protocols/ipv4.ts';
import { nextHeader, payloadLength } from '../protocols/ipv6.ts';
import { addressOf, addressText, outermost, secondsOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';
import { RecentFrames } from './recent-frames.ts';

/** Pings remembered at the most. */
const MOST = 65_536;
const PORT_UNREACHABLE_4 = 3;
const PORT_UNREACHABLE_6 = 4;
const IPV6_HEADER = 40;

/** What ICMP reports: echoes with their round trips, and errors with the packet that each is about. */
export class IcmpReports implements Observer {
  readonly about = ['ip', 'ipv6', 'icmp', 'icmpv6'];
  private readonly events: EventLog;
  /** Identity of a packet → the last frame that carried it. */
  private readonly sent = new RecentFrames();
  private readonly pings = new Map<string, { frame: number; seconds: number }>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const icmp = outermost(packet, 'icmp', 'icmpv6');
    if (icmp?.captured(8) && icmp.network !== null) {
      if (icmp.protocol.id === 'icmp') this.icmp(icmp, packet);
      else this.icmpv6(icmp, packet);
    }
    this.remember(packet);
  }

  private icmp(icmp: Layer, packet: Packet): void {
    const type = icmp4.type(icmp);
    if (type === icmp4.ECHO_REQUEST) this.ping(icmp, packet, 'icmp.ident', 'icmp.seq');
    else if (type === icmp4.ECHO_REPLY) this.pong(icmp, packet, 'icmp.seq');
    if (type !== icmp4.UNREACHABLE && type !== icmp4.TIME_EXCEEDED) return;
    const about = this.quoted(icmp, packet);
    if (about === null) return;
    if (type === icmp4.TIME_EXCEEDED) this.events.raise('icmp.time-exceeded', icmp, null, about.ends);
    else if (icmp4.code(icmp) === PORT_UNREACHABLE_4) this.port(icmp, about);
    else if (icmp4.code(icmp) === icmp4.FRAGMENTATION_NEEDED) {
      const mtu = seen(packet, icmp, 'icmp.mtu', icmp.start + 6, 2, icmp4.mtu(icmp));
      const length = seen(packet, about.network, 'ip.len', about.network.start + 2, 2, totalLength(about.network));
      this.events.raise('icmp.fragmentation-needed', icmp, null, { ...about.ends, length, mtu });
    } else {
      const code = seen(packet, icmp, 'icmp.code', icmp.start + 1, 1, icmp4.code(icmp));
      this.events.raise('icmp.unreachable', icmp, null, { ...about.ends, code });
    }
  }

  private icmpv6(icmp: Layer, packet: Packet): void {
    const type = icmp6.type(icmp);
    if (type === icmp6.ECHO_REQUEST) this.ping(icmp, packet, 'icmpv6.echo.identifier', 'icmpv6.echo.sequence_number');
    else if (type === icmp6.ECHO_REPLY) this.pong(icmp, packet, 'icmpv6.echo.sequence_number');
    if (type !== icmp6.UNREACHABLE && type !== icmp6.TOO_BIG && type !== icmp6.TIME_EXCEEDED) return;
    const about = this.quoted(icmp, packet);
    if (about === null) return;
    if (type === icmp6.TIME_EXCEEDED) this.events.raise('icmp.time-exceeded', icmp, null, about.ends);
    else if (type === icmp6.TOO_BIG) {
      const mtu = seen(packet, icmp, 'icmpv6.mtu', icmp.start + 4, 4, icmp6.mtu(icmp));
      const { network } = about;
      const length = concluded(IPV6_HEADER + payloadLength(network), packet.frame.number);
      this.events.raise('icmpv6.packet-too-big', icmp, null, { ...about.ends, length, mtu });
    } else if (icmp6.code(icmp) === PORT_UNREACHABLE_6) this.port(icmp, about);
    else {
      const code = seen(packet, icmp, 'icmpv6.code', icmp.start + 1, 1, icmp6.code(icmp));
      this.events.raise('icmpv6.unreachable', icmp, null, { ...about.ends, code });
    }
  }

  private port(icmp: Layer, { ends, port }: Quoted): void {
    this.events.raise('icmp.unreachable.port', icmp, null, { ...ends, port });
  }

  private ping(icmp: Layer, packet: Packet, idField: string, sequenceField: string): void {
    const network = icmp.network!;
    const key = pingKey(icmp, 'destination', 'source');
    if (this.pings.size >= MOST) this.pings.clear();
    this.pings.set(key, { frame: packet.frame.number, seconds: secondsOf(packet) });
    this.events.raise('icmp.echo.request', icmp, null, {
      asker: addressOf(packet, network, 'source'),
      target: addressOf(packet, network, 'destination'),
      id: seen(packet, icmp, idField, icmp.start + 4, 2, u16(icmp.bytes, icmp.start + 4)),
      sequence: seen(packet, icmp, sequenceField, icmp.start + 6, 2, u16(icmp.bytes, icmp.start + 6)),
    });
  }

  private pong(icmp: Layer, packet: Packet, sequenceField: string): void {
    const request = this.pings.get(pingKey(icmp, 'source', 'destination'));
    this.events.raise('icmp.echo.reply', icmp, null, {
      owner: addressOf(packet, icmp.network!, 'source'),
      sequence: seen(packet, icmp, sequenceField, icmp.start + 6, 2, u16(icmp.bytes, icmp.start + 6)),
      request: request ? concluded(request.frame, request.frame, 'frame.number') : null,
      rtt: request ? concluded(secondsOf(packet) - request.seconds, request.frame) : null,
    });
  }

  /** The packet that an error quotes: its ends, and the frame that carried it when it was captured. */
  private quoted(icmp: Layer, packet: Packet): Quoted | null {
    const network = packet.layers[icmp.index + 1];
    if (icmp.index + 1 >= packet.count || network === undefined || !network.quoted) return null;
    if (network.protocol.addresses === undefined || !network.whole) return null;
    const frame = this.sent.get(identityOf(network));
    const transport = packet.layers[icmp.index + 2];
    const hasPorts =
      icmp.index + 2 < packet.count &&
      (transport?.protocol.id === 'udp' || transport?.protocol.id === 'tcp') &&
      transport.captured(4);
    return {
      network,
      port: hasPorts
        ? seen(
            packet,
            transport!,
            `${transport!.protocol.id}.dstport`,
            transport!.start + 2,
            2,
            u16(transport!.bytes, transport!.start + 2),
          )
        : null,
      ends: {
        reporter: addressOf(packet, icmp.network!, 'source'),
        source: addressOf(packet, network, 'source'),
        destination: addressOf(packet, network, 'destination'),
        quoted: frame === 0 ? null : concluded(frame, frame, 'frame.number'),
      },
    };
  }

  private remember(packet: Packet): void {
    const network = outermost(packet, 'ip', 'ipv6');
    if (network === null || network.headerEnd > network.capturedEnd) return;
    this.sent.set(identityOf(network), packet.frame.number);
  }
}

interface Quoted {
  readonly network: Layer;
  readonly port: Evidence | null;
  readonly ends: { reporter: Evidence; source: Evidence; destination: Evidence; quoted: Evidence | null };
}

/** Addresses, identifier and sequence number: the same for a request and its reply. */
function pingKey(icmp: Layer, answering: 'source' | 'destination', asking: 'source' | 'destination'): string {
  const network = icmp.network!;
  const { kind, ...at } = network.protocol.addresses!;
  const one = addressText(kind, network.bytes, at[answering](network));
  const other = addressText(kind, network.bytes, at[asking](network));
  return `${one} ${other} ${u32(icmp.bytes, icmp.start + 4)}`;
}

/**
 * A number that stays with a packet on its way: made of addresses, protocol, IPv4 identification and the first four octets
 * of what it carries (ports). 52 bits, so that two packets of one capture hardly ever share it.
 */
function identityOf(network: Layer): number {
  const addresses = network.protocol.addresses!;
  const { bytes } = network;
  high = 0x811c9dc5;
  low = 0;
  const source = addresses.source(network);
  for (let i = 0; i < addresses.size; i += 4) mix(u32(bytes, source + i));
  const destination = addresses.destination(network);
  for (let i = 0; i < addresses.size; i += 4) mix(u32(bytes, destination + i));
  if (addresses.kind === 'ipv4')
    mix((identification(network) << 16) | (protocolNumber(network) << 8) | (fragmentOffset(network) >>> 3));
  else mix(nextHeader(network) | (payloadLength(network) << 8));
  if (network.headerEnd + 4 <= network.capturedEnd) mix(u32(bytes, network.headerEnd));
  return (high >>> 0) * 0x100000 + (low & 0xfffff);
}

/** The identity in the making. */
let high = 0;
let low = 0;

function mix(word: number): void {
  high = Math.imul(high ^ word, 0x01000193) ^ (high >>> 15);
  low = (Math.imul(low, 31) + word) | 0;
}
