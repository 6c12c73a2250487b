import { NO_LINK } from '../capture/pcapng.ts';
import { u16, u32 } from '../core/bytes.ts';
import type { Verdict } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import * as ethernet from '../protocols/ethernet.ts';
import { pseudoLength } from '../protocols/frame.ts';
import * as ipv4 from '../protocols/ipv4.ts';
import * as sll from '../protocols/sll.ts';
import * as sll2 from '../protocols/sll2.ts';
import * as tcp from '../protocols/tcp.ts';
import * as udp from '../protocols/udp.ts';
import { Segment } from '../tcp/segment.ts';
import { Clock } from './clock.ts';
import { Copies } from './copies.ts';
import { Extent } from './extent.ts';
import { Handshakes } from './handshakes.ts';
import { type Host, Hosts, isUnicast, staysInside } from './hosts.ts';
import { ProtocolTree } from './protocol-tree.ts';
import { Talks } from './talks.ts';
import { Tally } from './tally.ts';

/** The frames of one interface. */
export class InterfaceSurvey {
  readonly extent = new Extent();
  readonly clock = new Clock();
}

/** pcapng's word for a frame that went out. */
const OUTBOUND = 2;
/** Linux: a packet for this host, for another one, and from here (linux/if_packet.h). */
const PACKET_HOST = 0;
const PACKET_OTHERHOST = 3;
const PACKET_OUTGOING = 4;
/** IEEE 802.3 §3.2.7 without the FCS: the shortest frame on a wire. */
const SHORTEST_FRAME = 60;
/** A frame of 1,500 octets with its header, and the longest that Ethernet hardware is made for ("jumbo"). */
const ORDINARY_FRAME = 1514;
const LONGEST_FRAME = 9234;
const VLAN_TAGS = 8;
/** No IP packet is longer: what claims to be was never sent. */
const LONGEST_PACKET = 0xffff + 14 + VLAN_TAGS;

/** All that is counted of a capture to say what it is, and how far it can be trusted. Memory stays bounded. */
export class Survey {
  readonly extent = new Extent();
  /** pcapng blocks that are numbered as frames but were on no link. */
  records = 0;
  /** By the frames' interface. */
  readonly interfaces: InterfaceSurvey[] = [];
  /** All interfaces as they stand in the file. */
  readonly order = new Clock();
  readonly protocols = new ProtocolTree();
  /** Frames of which less was captured than was sent; the captured lengths, and the octets that are not there. */
  readonly cut = new Tally();
  leastCut = Number.POSITIVE_INFINITY;
  mostCut = 0;
  cutOctets = 0;
  /** Packets lost before a frame, as the frames say; -1 when none says anything. */
  lostBefore = -1;
  readonly fcsGood = new Tally();
  readonly fcsBad = new Tally();
  /** Frames that no Ethernet carries, and those that only some does: their lengths at the most. */
  readonly giants = new Tally();
  readonly jumbos = new Tally();
  largestFrame = 0;
  /** The MSS that the other end of the first bundle had asked for. */
  bundledMss = 0;
  /** Checksums of TCP and UDP that could be judged, and those that could not for want of octets. */
  judged = 0;
  unverifiable = 0;
  /** Marks of the recording system: from here, for here, for somebody else. */
  sentHere = 0;
  receivedHere = 0;
  passedBy = 0;
  /** Frames whose link addresses are all zero. */
  readonly zeroAddresses = new Tally();
  /** IP packets, and those among them that stay in one machine. */
  packets = 0;
  readonly inside = new Tally();
  readonly copies = new Copies();
  readonly hosts = new Hosts();
  readonly handshakes = new Handshakes();
  readonly talks = new Talks();

  /** Takes a tracked packet in. */
  packet(packet: Packet): void {
    const { frame } = packet;
    if (frame.linkType === NO_LINK) {
      this.records++;
      return;
    }
    const pseudo = pseudoLength(packet);
    this.extent.count(frame, pseudo);
    const place = this.interfaceOf(frame.interfaceId);
    place.extent.count(frame, pseudo);
    if (frame.hasTime) {
      place.clock.see(frame);
      this.order.see(frame);
    }
    if (frame.capturedLength < frame.wireLength)
      this.countCut(frame.number, frame.capturedLength - pseudo, frame.wireLength - pseudo);
    if (frame.dropCount >= 0) this.lostBefore = Math.max(0, this.lostBefore) + frame.dropCount;
    this.protocols.add(packet, frame.wireLength - pseudo);
    this.layers(packet);
  }

  private interfaceOf(id: number): InterfaceSurvey {
    this.interfaces[id] ??= new InterfaceSurvey();
    return this.interfaces[id];
  }

  private countCut(frame: number, captured: number, wire: number): void {
    this.cut.add(frame);
    this.cutOctets += wire - captured;
    if (captured < this.leastCut) this.leastCut = captured;
    if (captured > this.mostCut) this.mostCut = captured;
  }

  private layers(packet: Packet): void {
    const { layers, count } = packet;
    const first = count > 1 ? layers[1]! : null;
    if (first?.whole && first.protocol === ethernet.ethernet) this.ethernet(first, packet);
    const outgoing = this.isSentHere(first, packet);
    let network: Layer | null = null;
    let host: Host | null = null;
    for (let i = 1; i < count; i++) {
      const layer = layers[i]!;
      if (layer.quoted) break;
      if (!layer.whole) continue;
      const { protocol } = layer;
      if (network === null && protocol.addresses !== undefined && !protocol.addresses.link) {
        network = layer;
        host = this.network(layer, packet, outgoing);
      } else if (protocol === tcp.tcp) this.segment(layer, packet, layer.network === network ? host : null);
      else if (protocol === udp.udp) this.datagram(layer, packet, layer.network === network ? host : null);
    }
  }

  private ethernet(layer: Layer, packet: Packet): void {
    const { frame } = packet;
    const { bytes, start } = layer;
    if (frame.fcsLength !== 0) {
      const verdict = ethernet.fcsVerdict(layer, packet);
      if (verdict === 'good') this.fcsGood.add(frame.number);
      else if (verdict === 'bad') this.fcsBad.add(frame.number);
    }
    const zero = (u32(bytes, start) | u32(bytes, start + 4) | u32(bytes, start + 8)) === 0;
    if (zero) this.zeroAddresses.add(frame.number);
    const { wireLength } = frame;
    if (wireLength <= ORDINARY_FRAME + VLAN_TAGS || wireLength > LONGEST_PACKET || zero) return;
    (wireLength > LONGEST_FRAME ? this.giants : this.jumbos).add(frame.number);
    if (wireLength > this.largestFrame) this.largestFrame = wireLength;
  }

  /** True for a frame that the recording system marked as its own. */
  private isSentHere(first: Layer | null, { frame }: Packet): boolean {
    let type = -1;
    if (first?.whole && first.protocol === sll.sll) type = sll.packetType(first);
    else if (first?.whole && first.protocol === sll2.sll2) type = sll2.packetType(first);
    else if (frame.direction !== 0) type = frame.direction === OUTBOUND ? PACKET_OUTGOING : PACKET_HOST;
    if (type === PACKET_OUTGOING) this.sentHere++;
    else if (type === PACKET_HOST) this.receivedHere++;
    else if (type === PACKET_OTHERHOST) this.passedBy++;
    return type === PACKET_OUTGOING;
  }

  private network(layer: Layer, packet: Packet, outgoing: boolean): Host | null {
    const { frame } = packet;
    this.packets++;
    if (staysInside(layer)) this.inside.add(frame.number);
    const host = this.hosts.sourceOf(layer);
    if (host === null) return null;
    host.packets++;
    if (frame.hasTime) {
      this.copies.see(layer, packet, frame.relativeSeconds * 1e9 + frame.relativeNanoseconds, host);
    }
    if (outgoing) host.sentHere.add(frame.number);
    const below = packet.layers[layer.index - 1]!;
    if (below.protocol === ethernet.ethernet && below.index === 1 && frame.fcsLength === 0) {
      if (frame.wireLength < SHORTEST_FRAME) host.unpadded.add(frame.number);
      else if (frame.wireLength === SHORTEST_FRAME && layer.wireEnd < layer.unitWireEnd) host.padded++;
    }
    return host;
  }

  private segment(layer: Layer, packet: Packet, host: Host | null): void {
    if (!(layer.context instanceof Segment)) return;
    const segment = layer.context;
    this.talks.segment(segment, layer, packet);
    this.handshakes.see(segment);
    if (host === null) return;
    const network = layer.network!;
    if (isUnicast(network)) host.hops(hopsOf(network));
    const { mss } = segment.receiver;
    if (mss > 0 && segment.length > mss) {
      if (this.bundledMss === 0) this.bundledMss = mss;
      host.bundles.add(segment.frame);
      if (segment.length > host.largestBundle) host.largestBundle = segment.length;
    }
    this.judge(tcp.checksumVerdict(layer), segment.length === 0, segment.frame, host);
  }

  private datagram(layer: Layer, packet: Packet, host: Host | null): void {
    this.talks.datagram(layer, packet);
    if (host !== null) this.judge(udp.checksumVerdict(layer), true, packet.frame.number, host);
  }

  private judge(verdict: Verdict, alone: boolean, frame: number, host: Host): void {
    if (verdict === 'unverifiable') this.unverifiable++;
    else if (verdict !== 'zero') this.judged++;
    host.judge(verdict, alone, frame);
  }
}

const hopsOf = (network: Layer): number =>
  network.protocol === ipv4.ipv4 ? ipv4.ttl(network) : u16(network.bytes, network.start + 6) & 0xff;
