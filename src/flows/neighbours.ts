import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import {
  HEADER as ARP_HEADER,
  hasIpv4,
  hasMac,
  isAnnouncement,
  isGratuitous,
  operation,
  REPLY,
  REQUEST,
  REVERSE_REPLY,
  REVERSE_REQUEST,
  senderHardwareAt,
  senderProtocolAt,
  targetHardwareAt,
  targetProtocolAt,
} from '../protocols/arp.ts';
import { destinationAt as linkDestinationAt } from '../protocols/ethernet.ts';
import {
  isRouter,
  isSolicited,
  linkAddressAt,
  NEIGHBOR_ADVERTISEMENT,
  NEIGHBOR_SOLICITATION,
  ROUTER_ADVERTISEMENT,
  ROUTER_SOLICITATION,
  targetAt,
  type,
} from '../protocols/icmpv6.ts';
import { findNdOption, PREFIX, SOURCE_LINK_ADDRESS, TARGET_LINK_ADDRESS } from '../protocols/icmpv6-options.ts';
import { addressAt, addressOf, addressText, outermost, secondsOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';

interface Binding {
  readonly address: string;
  readonly mac: string;
  /** The frame that told it last. */
  frame: number;
  /** Of IPv6: it said that it is a router. */
  router: boolean;
}

/** Neighbours and destinations remembered at the most: a link has fewer, a scan has more. */
const MOST = 16_384;
const ETHERNET_IPV4 = ARP_HEADER + 20;

/**
 * Who has which MAC address on the link, learnt from ARP and neighbour discovery, and what follows from it: a packet whose
 * frame goes to a MAC address that belongs to another address than the packet's is on its way to a gateway.
 */
export class Neighbours implements Observer {
  readonly about = ['arp', 'icmpv6', 'ip', 'ipv6'];
  private readonly events: EventLog;
  private readonly byAddress = new Map<string, Binding>();
  private readonly byMac = new Map<string, Binding[]>();
  /** Questions under way: who asks for which address, in which frame, and when. */
  private readonly questions = new Map<string, { frame: number; seconds: number }>();
  private readonly told = new Set<string>();
  /** IPv4 destinations and the MAC address that their packets went to, of which nothing more is to be told. */
  private readonly settled = new Map<number, number>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const arp = outermost(packet, 'arp');
    if (arp !== null) {
      if (arp.captured(ETHERNET_IPV4) && hasMac(arp) && hasIpv4(arp)) this.arp(arp, packet);
      return;
    }
    const icmpv6 = outermost(packet, 'icmpv6');
    if (icmpv6?.captured(4)) this.discovery(icmpv6, packet);
    this.nextHop(packet);
  }

  private arp(arp: Layer, packet: Packet): void {
    const mac = addressAt(packet, arp, 'mac', 'arp.src.hw_mac', senderHardwareAt(arp));
    const owner = addressAt(packet, arp, 'ipv4', 'arp.src.proto_ipv4', senderProtocolAt(arp));
    const target = addressAt(packet, arp, 'ipv4', 'arp.dst.proto_ipv4', targetProtocolAt(arp));
    const theirs = addressAt(packet, arp, 'mac', 'arp.dst.hw_mac', targetHardwareAt(arp));
    switch (operation(arp)) {
      case REVERSE_REQUEST:
        this.events.raise('rarp.request', arp, null, { mac: theirs });
        return;
      case REVERSE_REPLY:
        this.events.raise('rarp.reply', arp, null, { mac: theirs, address: target });
        return;
      case REQUEST:
      case REPLY:
        break;
      default:
        return;
    }
    // RFC 5227 §2.1.1 wants the target's hardware address zero; arping fills it with ones. The sender's address tells.
    if (operation(arp) === REQUEST && owner.value === '0.0.0.0') {
      this.remember(`${owner.value} ${target.value}`, packet);
      this.events.raise('arp.probe', arp, null, { mac, target });
      return;
    }
    const other = this.otherOwner(String(owner.value), String(mac.value));
    if (isGratuitous(arp) || isAnnouncement(arp)) this.events.raise('arp.announcement', arp, null, { owner, mac });
    else if (operation(arp) === REPLY) {
      const question = this.questions.get(`${target.value} ${owner.value}`);
      const request = question ? concluded(question.frame, question.frame, 'frame.number') : null;
      const took = question ? concluded(secondsOf(packet) - question.seconds, question.frame) : null;
      if (target.value === '0.0.0.0') this.events.raise('arp.reply.taken', arp, null, { owner, mac, probe: request });
      else this.events.raise('arp.reply', arp, null, { owner, mac, asker: target, request, took });
    } else this.asked(arp, packet, { owner, mac, target });
    if (other !== null && operation(arp) === REPLY) {
      this.events.raise('arp.conflict', arp, null, {
        address: owner,
        mac,
        other: concluded(other.mac, other.frame, 'arp.src.hw_mac'),
        learnt: concluded(other.frame, other.frame, 'frame.number'),
      });
    }
    this.learn(String(owner.value), String(mac.value), packet.frame.number, false);
  }

  private asked(arp: Layer, packet: Packet, said: Record<'owner' | 'mac' | 'target', Evidence>): void {
    const { owner, mac, target } = said;
    this.remember(`${owner.value} ${target.value}`, packet);
    const link = linkBelow(arp, packet);
    if (link !== null && (u8(link.bytes, linkDestinationAt(link)) & 1) === 0) {
      const to = addressAt(packet, link, 'mac', 'eth.dst', linkDestinationAt(link));
      this.events.raise('arp.request.unicast', arp, null, { asker: owner, target, mac: to });
      return;
    }
    this.events.raise('arp.request', arp, null, { asker: owner, mac, target });
  }

  /** Neighbour discovery does for IPv6 what ARP does for IPv4 (RFC 4861 §3). */
  private discovery(icmp: Layer, packet: Packet): void {
    if (icmp.network === null) return;
    const source = addressOf(packet, icmp.network, 'source');
    switch (type(icmp)) {
      case NEIGHBOR_SOLICITATION:
        if (icmp.captured(24)) this.solicited(icmp, packet, source);
        return;
      case NEIGHBOR_ADVERTISEMENT:
        if (icmp.captured(24)) this.advertised(icmp, packet);
        return;
      case ROUTER_SOLICITATION:
        this.learnFromOption(icmp, packet, SOURCE_LINK_ADDRESS, String(source.value), false);
        this.events.raise('icmpv6.router-solicitation', icmp, null, { asker: source });
        return;
      case ROUTER_ADVERTISEMENT:
        if (icmp.captured(16)) this.router(icmp, packet, source);
    }
  }

  private solicited(icmp: Layer, packet: Packet, asker: Evidence): void {
    const target = addressAt(packet, icmp, 'ipv6', 'icmpv6.nd.ns.target_address', targetAt(icmp));
    if (asker.value === '::') {
      this.events.raise('icmpv6.address-probe', icmp, null, { target });
      return;
    }
    this.learnFromOption(icmp, packet, SOURCE_LINK_ADDRESS, String(asker.value), false);
    this.remember(`${target.value}`, packet);
    this.events.raise('icmpv6.neighbor-solicitation', icmp, null, { asker, target });
  }

  private advertised(icmp: Layer, packet: Packet): void {
    const owner = addressAt(packet, icmp, 'ipv6', 'icmpv6.nd.na.target_address', targetAt(icmp));
    const mac = this.learnFromOption(icmp, packet, TARGET_LINK_ADDRESS, String(owner.value), isRouter(icmp) === 1);
    const question = isSolicited(icmp) === 1 ? this.questions.get(`${owner.value}`) : undefined;
    const request = question ? concluded(question.frame, question.frame, 'frame.number') : null;
    this.events.raise('icmpv6.neighbor-advertisement', icmp, null, { owner, mac, request });
  }

  private router(icmp: Layer, packet: Packet, router: Evidence): void {
    this.learnFromOption(icmp, packet, SOURCE_LINK_ADDRESS, String(router.value), true);
    const lifetime = seen(
      packet,
      icmp,
      'icmpv6.nd.ra.router_lifetime',
      icmp.start + 6,
      2,
      u16(icmp.bytes, icmp.start + 6),
    );
    this.events.raise('icmpv6.router-advertisement', icmp, null, { router, lifetime, prefix: prefixOf(icmp, packet) });
  }

  private learnFromOption(
    icmp: Layer,
    packet: Packet,
    option: number,
    address: string,
    router: boolean,
  ): Evidence | null {
    const at = linkAddressAt(icmp, option);
    if (at < 0) return null;
    const mac = addressAt(packet, icmp, 'mac', 'icmpv6.opt.linkaddr', at);
    this.learn(address, String(mac.value), packet.frame.number, router);
    return mac;
  }

  /** Concludes that a packet goes to a gateway. Said once for each destination. */
  private nextHop(packet: Packet): void {
    const link = outermost(packet, 'eth');
    const network = outermost(packet, 'ip', 'ipv6');
    if (link === null || network === null || this.byMac.size === 0) return;
    const to = linkDestinationAt(link);
    if (u8(link.bytes, to) & 1 || this.isSettled(network, link.bytes, to)) return;
    const destination = addressOf(packet, network, 'destination');
    const key = String(destination.value);
    if (this.told.has(key) || this.told.size >= MOST || this.byAddress.has(key)) return;
    const gateway = this.gatewayFor(network, key, addressText('mac', link.bytes, to));
    if (gateway === null) return;
    this.told.add(key);
    this.events.once(() => {
      this.told.delete(key);
      this.settled.clear();
    });
    this.events.raise('ip.next-hop', network, null, {
      source: addressOf(packet, network, 'source'),
      destination,
      mac: addressAt(packet, link, 'mac', 'eth.dst', to),
      gateway: concluded(gateway.address, gateway.frame),
      learnt: concluded(gateway.frame, gateway.frame, 'frame.number'),
    });
  }

  /** True when a packet like this one was looked at since something was learnt. */
  private isSettled(network: Layer, bytes: Uint8Array, macAt: number): boolean {
    const { kind, destination } = network.protocol.addresses!;
    if (kind !== 'ipv4') return false;
    const address = u32(network.bytes, destination(network));
    const mac = u16(bytes, macAt) * 2 ** 32 + u32(bytes, macAt + 2);
    if (this.settled.get(address) === mac) return true;
    if (this.settled.size >= MOST) this.settled.clear();
    this.settled.set(address, mac);
    return false;
  }

  /**
   * The neighbour behind the frame's destination, when that is not the packet's destination. A host may have addresses
   * that nobody asked for here: an IPv4 neighbour of the same /24 is taken for such a host, and an IPv6 neighbour counts as
   * a gateway only if it has said that it is a router.
   */
  private gatewayFor(network: Layer, destination: string, mac: string): Binding | null {
    const known = this.byMac.get(mac);
    if (known === undefined) return null;
    if (network.protocol.addresses!.kind === 'ipv6') return known.find(({ router }) => router) ?? null;
    const at = network.protocol.addresses!.destination(network);
    if (u32(network.bytes, at) >>> 28 >= 0xe) return null; // multicast and broadcast
    const link = destination.slice(0, destination.lastIndexOf('.') + 1);
    const owner = known.find(({ address }) => !address.includes(':'));
    return owner === undefined || known.some(({ address }) => address.startsWith(link)) ? null : owner;
  }

  private otherOwner(address: string, mac: string): Binding | null {
    const known = this.byAddress.get(address);
    return known === undefined || known.mac === mac ? null : known;
  }

  private learn(address: string, mac: string, frame: number, router: boolean): void {
    if (address === '0.0.0.0' || address === '::') return;
    const known = this.byAddress.get(address);
    if (known !== undefined && known.mac === mac) {
      known.frame = frame;
      known.router ||= router;
      return;
    }
    if (this.byAddress.size >= MOST) return;
    this.settled.clear();
    const binding = { address, mac, frame, router };
    this.byAddress.set(address, binding);
    const others = this.byMac.get(mac);
    if (others === undefined) this.byMac.set(mac, [binding]);
    else others.push(binding);
  }

  private remember(question: string, packet: Packet): void {
    if (this.questions.size >= MOST) this.questions.clear();
    this.questions.set(question, { frame: packet.frame.number, seconds: secondsOf(packet) });
  }
}

/** The first prefix that a router advertises: length at octet 2, address at octet 16 of the option (RFC 4861 §4.6.2). */
function prefixOf(icmp: Layer, packet: Packet): Evidence | null {
  const option = findNdOption(icmp, icmp.start + 16, PREFIX);
  if (option < 0 || option + 32 > icmp.capturedEnd) return null;
  const text = `${addressText('ipv6', icmp.bytes, option + 16)}/${u8(icmp.bytes, option + 2)}`;
  return seen(packet, icmp, 'icmpv6.opt.prefix', option + 16, 16, text);
}

/** The Ethernet header that the question came in: inside of a tunnel not the outermost. */
function linkBelow(arp: Layer, packet: Packet): Layer | null {
  for (let i = arp.index - 1; i > 0; i--) if (packet.layers[i]!.protocol.id === 'eth') return packet.layers[i]!;
  return null;
}
