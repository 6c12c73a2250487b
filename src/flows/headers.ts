import { u8, u16 } from '../core/bytes.ts';
import { crc32, fcsAt } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { EventId } from '../events/catalogue.ts';
import { concluded, type EventLog, type ParametersOf, seen } from '../events/event.ts';
import { etherTypeName } from '../protocols/ether-types.ts';
import { destinationAt, fcsStart, isType, sourceAt, typeOrLength } from '../protocols/ethernet.ts';
import * as ipv4 from '../protocols/ipv4.ts';
import * as ipv6 from '../protocols/ipv6.ts';
import * as ipv6Fragment from '../protocols/ipv6-fragment.ts';
import * as tcp from '../protocols/tcp.ts';
import * as ring from '../protocols/token-ring.ts';
import * as udp from '../protocols/udp.ts';
import * as vlan from '../protocols/vlan.ts';
import { addressAt, addressOf, endpointOf, outermost } from './address-evidence.ts';
import { isPublic, privateRange } from './address-ranges.ts';
import type { Observer } from './observer.ts';
import { portRange, serviceOf } from './services.ts';

/** Hops that are believed: paths in the Internet hardly ever have more. */
const MOST_HOPS = 32;

/**
 * What headers show to whoever sees them for the first time, said once a capture; and what is wrong with one, said every
 * time: FCS, checksums.
 */
export class Headers implements Observer {
  readonly about = ['eth', 'tr', 'vlan', 'ieee8021ad', 'ip', 'ipv6', 'tcp', 'udp'];
  private readonly events: EventLog;
  private readonly told = new Set<string>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const network = outermost(packet, 'ip', 'ipv6');
    const transport = network === null ? null : transportOf(network, packet);
    const link = outermost(packet, 'eth');
    const framed = link !== null && link.index === 1 && link.headerEnd > link.start ? link : null;
    if (network?.protocol.id === 'ip' && network.headerEnd <= network.capturedEnd) this.ipChecksum(network, packet);
    if (transport !== null) this.checksums(transport, packet);
    // A damaged frame is no example of anything.
    if (framed !== null && this.isDamaged(framed, packet)) return;
    if (transport !== null) this.transport(transport, packet);
    if (network !== null) this.network(network, packet);
    this.layers(packet);
    const tag = outermost(packet, 'vlan', 'ieee8021ad');
    if (tag?.captured(vlan.HEADER)) this.vlan(tag, packet);
    if (framed !== null) this.ethernet(framed, packet);
    const ring = outermost(packet, 'tr');
    if (ring !== null) this.ring(ring, packet);
  }

  private checksums(transport: Layer, packet: Packet): void {
    if (transport.protocol.id === 'tcp') this.tcpChecksum(transport, packet);
    else this.udpChecksum(transport, packet);
  }

  private transport(transport: Layer, packet: Packet): void {
    if (transport.protocol.id === 'tcp') {
      if ((tcp.flags(transport) & (tcp.SYN | tcp.ACK)) === tcp.SYN) this.service(transport, packet);
      return;
    }
    if (this.isTold('udp.datagram')) return;
    this.once('udp.datagram', transport, () => ({
      sender: endpointOf(packet, transport, 'source'),
      receiver: endpointOf(packet, transport, 'destination'),
      length: seen(packet, transport, 'udp.length', transport.start + 4, 2, udp.length(transport)),
      payload: concluded(Math.max(0, udp.length(transport) - udp.HEADER), packet.frame.number),
    }));
  }

  private ipChecksum(ip: Layer, packet: Packet): void {
    if (ipv4.checksumVerdict(ip) !== 'bad') return;
    const checksum = seen(packet, ip, 'ip.checksum', ip.start + 10, 2, hex(ipv4.checksum(ip), 4));
    this.events.raise('ip.checksum.bad', ip, null, { source: addressOf(packet, ip, 'source'), checksum });
  }

  private tcpChecksum(layer: Layer, packet: Packet): void {
    const verdict = tcp.checksumVerdict(layer);
    if (verdict !== 'bad' && verdict !== 'partial') return;
    const sender = endpointOf(packet, layer, 'source');
    const checksum = seen(packet, layer, 'tcp.checksum', layer.start + 16, 2, hex(tcp.checksum(layer), 4));
    if (verdict === 'bad') this.events.raise('tcp.checksum.bad', layer, null, { sender, checksum });
    else this.once('tcp.checksum.partial', layer, () => ({ sender, checksum }));
  }

  private udpChecksum(layer: Layer, packet: Packet): void {
    const verdict = udp.checksumVerdict(layer);
    if (verdict !== 'bad' && verdict !== 'partial') return;
    const sender = endpointOf(packet, layer, 'source');
    const checksum = seen(packet, layer, 'udp.checksum', layer.start + 6, 2, hex(udp.checksum(layer), 4));
    if (verdict === 'bad') this.events.raise('udp.checksum.bad', layer, null, { sender, checksum });
    else this.once('udp.checksum.partial', layer, () => ({ sender, checksum }));
  }

  /** A SYN to a port that has a service's name. Said once for each service. */
  private service(layer: Layer, packet: Packet): void {
    const port = tcp.dstPort(layer);
    const service = serviceOf(port);
    if (service === null) return;
    this.onceFor('port.service', String(port), layer, () => ({
      clientPort: seen(packet, layer, 'tcp.srcport', layer.start, 2, tcp.srcPort(layer)),
      port: seen(packet, layer, 'tcp.dstport', layer.start + 2, 2, port),
      service: concluded(service, packet.frame.number),
      range: concluded(portRange(tcp.srcPort(layer)), packet.frame.number),
    }));
  }

  private network(network: Layer, packet: Packet): void {
    if (network.headerEnd > network.capturedEnd) return;
    if (!this.isTold('ip.private-source')) this.privateSource(network, packet);
    if (network.protocol.id === 'ip') this.ipv4(network, packet);
    else this.ipv6(network, packet);
  }

  private ipv4(ip: Layer, packet: Packet): void {
    if (ipv4.isFragment(ip)) {
      this.events.raise('ip.fragment', ip, null, {
        source: addressOf(packet, ip, 'source'),
        id: seen(packet, ip, 'ip.id', ip.start + 4, 2, hex(ipv4.identification(ip), 4)),
        offset: seen(packet, ip, 'ip.frag_offset', ip.start + 6, 2, ipv4.fragmentOffset(ip)),
        length: concluded(ip.wireEnd - ip.headerEnd, packet.frame.number),
      });
    }
    const ttl = ipv4.ttl(ip);
    if (!this.isTold('ip.header')) {
      this.once('ip.header', ip, () => ({
        source: addressOf(packet, ip, 'source'),
        destination: addressOf(packet, ip, 'destination'),
        protocol: seen(packet, ip, 'ip.proto', ip.start + 9, 1, ipv4.protocolNumber(ip)),
        ttl: seen(packet, ip, 'ip.ttl', ip.start + 8, 1, ttl),
      }));
    }
    if (!this.isTold('ip.hops')) this.hops(ip, packet, ttl);
  }

  /** Guesses how many routers a packet has passed, from the values that systems start with. */
  private hops(ip: Layer, packet: Packet, ttl: number): void {
    const initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
    const hops = initial - ttl;
    if (hops === 0 || hops > MOST_HOPS || u8(ip.bytes, ipv4.destinationAt(ip)) >= 224) return;
    this.once('ip.hops', ip, () => ({
      source: addressOf(packet, ip, 'source'),
      ttl: seen(packet, ip, 'ip.ttl', ip.start + 8, 1, ttl),
      initial: concluded(initial, packet.frame.number),
      hops: concluded(hops, packet.frame.number),
    }));
  }

  private ipv6(ip: Layer, packet: Packet): void {
    const fragment = outermost(packet, 'ipv6.fraghdr');
    if (fragment?.captured(ipv6Fragment.HEADER) && ipv6Fragment.isFragment(fragment)) {
      this.events.raise('ipv6.fragment', fragment, null, {
        source: addressOf(packet, ip, 'source'),
        id: seen(
          packet,
          fragment,
          'ipv6.fraghdr.ident',
          fragment.start + 4,
          4,
          hex(ipv6Fragment.identification(fragment), 8),
        ),
        offset: seen(
          packet,
          fragment,
          'ipv6.fraghdr.offset',
          fragment.start + 2,
          2,
          ipv6Fragment.fragmentOffset(fragment),
        ),
        length: concluded(fragment.wireEnd - fragment.headerEnd, packet.frame.number),
      });
    }
    if (this.isTold('ipv6.header')) return;
    this.once('ipv6.header', ip, () => ({
      source: addressOf(packet, ip, 'source'),
      destination: addressOf(packet, ip, 'destination'),
      next: seen(packet, ip, 'ipv6.nxt', ip.start + 6, 1, ipv6.nextHeader(ip)),
      hopLimit: seen(packet, ip, 'ipv6.hlim', ip.start + 7, 1, ipv6.hopLimit(ip)),
    }));
  }

  private privateSource(network: Layer, packet: Packet): void {
    const { addresses } = network.protocol;
    const range = privateRange(network.bytes, addresses!.source(network), addresses!.size);
    if (range === null || !isPublic(network.bytes, addresses!.destination(network), addresses!.size)) return;
    this.once('ip.private-source', network, () => ({
      source: addressOf(packet, network, 'source'),
      range: concluded(range, packet.frame.number),
      destination: addressOf(packet, network, 'destination'),
    }));
  }

  /** The first frame that has every layer up to one that carries something shows how each wraps the next. */
  private layers(packet: Packet): void {
    if (this.isTold('frame.layers')) return;
    const transport = outermost(packet, 'tcp', 'udp');
    if (transport === null || transport.wireEnd <= transport.headerEnd || transport.reassembled) return;
    const names: string[] = [];
    for (let i = 1; i < packet.count; i++) {
      const { protocol } = packet.layers[i]!;
      if (protocol.id !== 'data' && protocol.column !== names.at(-1)) names.push(protocol.column);
    }
    const { start, wireLength, number } = packet.frame;
    this.once('frame.layers', packet.layers[1]!, () => ({
      layers: concluded(names.join(' › '), number),
      headers: concluded(transport.headerEnd - start, number),
      payload: concluded(transport.wireEnd - transport.headerEnd, number),
      total: concluded(wireLength, number, 'frame.len'),
    }));
  }

  private vlan(tag: Layer, packet: Packet): void {
    const id = vlan.vlanId(tag);
    this.onceFor('vlan.tag', String(id), tag, () => ({
      id: seen(packet, tag, 'vlan.id', tag.start, 2, id),
      priority: seen(packet, tag, 'vlan.priority', tag.start, 2, vlan.priority(tag)),
      tagType: seen(packet, tag, 'eth.type', tag.start - 2, 2, hex(u16(tag.bytes, tag.start - 2), 4)),
    }));
  }

  private ring(link: Layer, packet: Packet): void {
    this.once('ring.header', link, () => ({
      source: concluded(ring.sourceText(link), packet.frame.number),
      destination: addressAt(packet, link, 'mac', 'tr.dst', ring.destinationAt(link)),
      priority: seen(packet, link, 'tr.priority', link.start, 1, ring.priority(link)),
    }));
    const route = ring.routeOf(link);
    if (route === '') return;
    this.onceFor('ring.route', route, link, () => ({
      rings: concluded(ring.routeOctets(link) / 2, packet.frame.number),
      route: concluded(route, packet.frame.number, 'tr.rif'),
    }));
  }

  private ethernet(link: Layer, packet: Packet): void {
    if (!this.isTold('ethernet.header')) this.header(link, packet);
    if (u8(link.bytes, sourceAt(link)) & 2 && !this.isTold('ethernet.local-address')) {
      this.once('ethernet.local-address', link, () => ({
        address: addressAt(packet, link, 'mac', 'eth.src', sourceAt(link)),
      }));
    }
    if (!this.isTold('ethernet.padding')) this.padding(link, packet);
    this.fcs(link, packet);
  }

  private header(link: Layer, packet: Packet): void {
    this.once('ethernet.header', link, () => {
      const value = typeOrLength(link);
      const text = isType(value) ? `${hex(value, 4)} ${etherTypeName(value)}`.trim() : `802.3, ${value}`;
      return {
        source: addressAt(packet, link, 'mac', 'eth.src', sourceAt(link)),
        destination: addressAt(packet, link, 'mac', 'eth.dst', destinationAt(link)),
        type: seen(packet, link, isType(value) ? 'eth.type' : 'eth.len', link.start + 12, 2, text),
      };
    });
  }

  private padding(link: Layer, packet: Packet): void {
    link.protocol.walk?.(link, packet, (row, at, length) => {
      if (row.id !== 'eth.padding') return;
      this.once('ethernet.padding', link, () => ({
        length: concluded(at - packet.frame.start, packet.frame.number),
        padding: seen(packet, link, 'eth.padding', at, length, length),
      }));
    });
  }

  private fcs(link: Layer, packet: Packet): void {
    const at = fcsStart(link, packet);
    const { number, capturedLength, wireLength, fcsLength } = packet.frame;
    if (at >= 0) {
      if (this.isTold('ethernet.fcs.good')) return;
      const fcs = seen(packet, link, 'eth.fcs', at, 4, hex(fcsAt(link.bytes, at), 8));
      this.once('ethernet.fcs.good', link, () => ({ fcs, covered: concluded(at - link.start, number) }));
    } else if (fcsLength <= 0 && capturedLength === wireLength && !this.isTold('ethernet.fcs.absent')) {
      // A snapped frame may have had one.
      this.once('ethernet.fcs.absent', link, () => ({ length: concluded(wireLength, number, 'frame.len') }));
    }
  }

  private isDamaged(link: Layer, packet: Packet): boolean {
    const at = fcsStart(link, packet);
    if (at < 0) return false;
    const carried = fcsAt(link.bytes, at);
    const computed = crc32(link.bytes, link.start, at);
    if (carried === computed) return false;
    this.events.raise('ethernet.fcs.bad', link, null, {
      fcs: seen(packet, link, 'eth.fcs', at, 4, hex(carried, 8)),
      computed: concluded(hex(computed, 8), packet.frame.number),
      covered: concluded(at - link.start, packet.frame.number),
    });
    return true;
  }

  /** Asked before `once` for what every packet has: told once, it shall cost no more than this. */
  private isTold(id: EventId): boolean {
    return this.told.has(id);
  }

  private once<K extends EventId>(id: K, layer: Layer, parameters: () => ParametersOf<K>): void {
    this.onceFor(id, '', layer, parameters);
  }

  private onceFor<K extends EventId>(id: K, what: string, layer: Layer, parameters: () => ParametersOf<K>): void {
    const key = id + what;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.events.once(() => this.told.delete(key));
    this.events.raise(id, layer, null, parameters());
  }
}

/** TCP or UDP right above the network layer, its header whole. */
function transportOf(network: Layer, packet: Packet): Layer | null {
  for (let i = network.index + 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted) return null;
    if (layer.protocol.id === 'tcp') return layer.captured(tcp.MIN_HEADER) ? layer : null;
    if (layer.protocol.id === 'udp') return layer.captured(udp.HEADER) ? layer : null;
  }
  return null;
}

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
