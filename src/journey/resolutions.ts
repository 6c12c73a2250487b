import { u8 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressText } from '../flows/address-evidence.ts';
import * as arp from '../protocols/arp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import { TARGET_LINK_ADDRESS } from '../protocols/icmpv6-options.ts';
import { type Moment, momentOf, type NeighbourStep } from './journey.ts';
import { type Hop, hopOf, networkAddress } from './link.ts';

/** Questions and answers that are remembered; the oldest are forgotten first. */
const MOST = 1 << 14;
const ETHERNET_IPV4 = arp.HEADER + 20;
const SOLICITATION = 24;

/** One MAC address that was looked for. */
export interface Resolution {
  readonly protocol: NeighbourStep['protocol'];
  readonly asker: string;
  readonly askerMac: string;
  readonly address: string;
  readonly first: Moment;
  asked: number;
  mac: string;
  answered: Moment | null;
  /** Conversations that used it. */
  used: number;
  wanted: boolean;
}

/** Questions for MAC addresses, and their answers: ARP and neighbour discovery. */
export class Resolutions {
  /** By asker and address. */
  private readonly open = new Map<string, Resolution>();
  /** By both MAC addresses: the last that was answered. */
  private readonly known = new Map<string, Resolution>();

  /** Takes a layer of ARP or ICMPv6 in. `wanted`: this packet was asked for. */
  layer(layer: Layer, packet: Packet, wanted: boolean): void {
    if (layer.protocol === arp.arp) this.arp(layer, packet, wanted);
    else if (layer.network !== null && layer.captured(SOLICITATION)) this.discovery(layer, packet, wanted);
  }

  /** How the sender of a frame came to know where it goes; null where that was not captured. */
  of(hop: Hop): Resolution | null {
    return this.known.get(`${hop.source} ${hop.destination}`) ?? null;
  }

  private arp(layer: Layer, packet: Packet, wanted: boolean): void {
    if (!layer.captured(ETHERNET_IPV4) || !arp.hasMac(layer) || !arp.hasIpv4(layer)) return;
    if (arp.isGratuitous(layer) || arp.isAnnouncement(layer)) return;
    const mac = addressText('mac', layer.bytes, arp.senderHardwareAt(layer));
    const owner = addressText('ipv4', layer.bytes, arp.senderProtocolAt(layer));
    const target = addressText('ipv4', layer.bytes, arp.targetProtocolAt(layer));
    if (arp.operation(layer) === arp.REQUEST) {
      if (owner !== '0.0.0.0') this.asked('arp', owner, mac, target, isForAll(layer, packet), packet, wanted);
    } else if (arp.operation(layer) === arp.REPLY) this.answered(target, owner, mac, packet, wanted);
  }

  private discovery(layer: Layer, packet: Packet, wanted: boolean): void {
    const network = layer.network!;
    const type = icmpv6.type(layer);
    const target = addressText('ipv6', layer.bytes, icmpv6.targetAt(layer));
    if (type === icmpv6.NEIGHBOR_SOLICITATION) {
      const asker = networkAddress(network, 'source');
      const hop = hopOf(network, packet);
      if (asker === '::' || hop === null) return;
      const forAll = networkAddress(network, 'destination').startsWith('ff');
      this.asked('nd', asker, hop.source, target, forAll, packet, wanted);
    } else if (type === icmpv6.NEIGHBOR_ADVERTISEMENT && icmpv6.isSolicited(layer) === 1) {
      const at = icmpv6.linkAddressAt(layer, TARGET_LINK_ADDRESS);
      const mac = at < 0 ? hopOf(network, packet)?.source : addressText('mac', layer.bytes, at);
      if (mac !== undefined) this.answered(networkAddress(network, 'destination'), target, mac, packet, wanted);
    }
  }

  private asked(
    protocol: Resolution['protocol'],
    asker: string,
    askerMac: string,
    address: string,
    forAll: boolean,
    packet: Packet,
    wanted: boolean,
  ): void {
    const key = `${asker} ${address}`;
    const before = this.open.get(key);
    if (before !== undefined && before.answered === null) {
      before.asked++;
      before.wanted ||= wanted;
      return;
    }
    // Who asks one host alone knows it, and only makes sure (RFC 1122 §2.3.2.1, RFC 4861 §7.3.3).
    if (!forAll) return;
    if (this.open.size >= MOST) this.open.delete(this.open.keys().next().value!);
    const first = momentOf(packet);
    this.open.delete(key);
    this.open.set(key, {
      protocol,
      asker,
      askerMac,
      address,
      first,
      asked: 1,
      mac: '',
      answered: null,
      used: 0,
      wanted,
    });
  }

  private answered(asker: string, owner: string, mac: string, packet: Packet, wanted: boolean): void {
    const found = this.open.get(`${asker} ${owner}`);
    if (found === undefined || found.answered !== null) return;
    found.answered = momentOf(packet);
    found.mac = mac;
    found.wanted ||= wanted;
    if (this.known.size >= MOST) this.known.delete(this.known.keys().next().value!);
    this.known.set(`${found.askerMac} ${mac}`, found);
  }
}

/** Its frame goes to everybody on the link. */
function isForAll(layer: Layer, packet: Packet): boolean {
  for (let i = layer.index - 1; i > 0; i--) {
    const { protocol, bytes } = packet.layers[i]!;
    if (protocol.addresses?.kind === 'mac')
      return (u8(bytes, protocol.addresses.destination(packet.layers[i]!)) & 1) === 1;
  }
  return true;
}
