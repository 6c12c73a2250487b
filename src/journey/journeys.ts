import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { isPublic, privateRange } from '../flows/address-ranges.ts';
import { Conversations } from '../flows/conversations.ts';
import { serviceOf } from '../flows/service.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import { arp } from '../protocols/arp.ts';
import { dhcp } from '../protocols/dhcp.ts';
import * as icmp from '../protocols/icmp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import { dstPort, HEADER, srcPort, udp } from '../protocols/udp.ts';
import type { Connection } from '../tcp/connection.ts';
import { QuotedSegment } from '../tcp/quoted.ts';
import { Segment } from '../tcp/segment.ts';
import { AddressLeases } from './address-leases.ts';
import { DatagramTalk, QuicTalk } from './datagram-talk.ts';
import { type Journey, momentOf } from './journey.ts';
import { hopOf, isGroup, networkAddress } from './link.ts';
import { Lookups } from './lookups.ts';
import { noteError } from './reported.ts';
import { Resolutions } from './resolutions.ts';
import { tellJourneys } from './story.ts';
import { sideOf, type Talk, TcpTalk } from './talk.ts';

/** Conversations that are remembered; later ones are counted. */
const MOST = 10_000;
/** Names that are asked for over one connection. */
const MOST_CARRIED = 256;

/** All journeys of a capture. */
export interface JourneyReport {
  /** In the order in which their conversations began. */
  readonly journeys: readonly Journey[];
  /** Conversations that came when there was no room any more. */
  readonly left: number;
}

/**
 * Follows the conversations of a capture from the name to the close. Give it each packet once it was tracked; `finish`
 * tells the stories. What it keeps is bounded: 10,000 conversations, 16,384 lookups, as many MAC addresses, and 512 requests
 * of each conversation.
 *
 * ```ts
 * const journeys = new Journeys();
 * for await (const packet of packets(source, tracker)) journeys.packet(packet);
 * const { journeys: told } = journeys.finish(tracker.connections.inTurn());
 * ```
 */
export class Journeys {
  private readonly resolutions = new Resolutions();
  private readonly lookups = new Lookups(this.resolutions);
  private readonly leases = new AddressLeases();
  private readonly tcp = new Map<number, TcpTalk>();
  private readonly udp = new Map<number, DatagramTalk>();
  private readonly quic = new Map<number, QuicTalk>();
  private readonly echoes = new Conversations();
  private readonly pings = new Map<number, DatagramTalk>();
  /** Conversations without room, by a letter and their number. */
  private readonly refused = new Set<string>();
  private left = 0;
  private wanted = true;

  /** Takes a tracked packet in. `wanted`: stories that this packet is of are to be told. */
  packet(packet: Packet, wanted = true): void {
    this.wanted = wanted;
    let carrier: TcpTalk | null = null;
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted) this.quoted(layer, packet);
      else if (layer.context instanceof Segment) carrier = this.segment(layer.context, layer, packet);
      else if (layer.protocol === udp) this.datagram(layer, packet);
      else if (layer.protocol === dhcp && layer.whole) this.leases.message(layer, packet, wanted);
      else if (Lookups.isMessage(layer.protocol) && layer.whole) this.name(layer, packet, carrier);
      else if (layer.protocol === arp && layer.whole) this.resolutions.layer(layer, packet, wanted);
      else if (layer.protocol === icmpv6.icmpv6 && layer.whole) this.icmpv6(layer, packet);
      else if (layer.protocol === icmp.icmp && layer.whole && icmp.isEcho(layer)) {
        this.ping(layer, icmp.identifier(layer), packet);
      }
    }
  }

  /**
   * The stories of all that was wanted. `connections`: those of the tracker, whose states may have changed since their last
   * segment.
   */
  finish(connections: Iterable<Connection> = []): JourneyReport {
    for (const { stream, a, b } of connections) {
      const talk = this.tcp.get(stream);
      if (talk === undefined) continue;
      talk.sides[0].state = a.state;
      talk.sides[1].state = b.state;
    }
    const talks: Talk[] = [...this.tcp.values(), ...this.udp.values(), ...this.quic.values(), ...this.pings.values()];
    const { lookups, leases } = this;
    return { journeys: tellJourneys(talks, lookups, leases), left: this.left + lookups.left };
  }

  private name(layer: Layer, packet: Packet, carrier: TcpTalk | null): void {
    const lookup = this.lookups.message(layer, packet, this.wanted, carrier?.stream ?? null);
    if (lookup !== null && carrier !== null && carrier.carried.size < MOST_CARRIED) carrier.carried.add(lookup);
  }

  private segment(segment: Segment, layer: Layer, packet: Packet): TcpTalk | null {
    const { connection } = segment;
    const talk = this.talkOf(this.tcp, 't', connection.stream, layer, packet, () => {
      return new TcpTalk(connection.stream, [connection.nameA, connection.nameB], packet);
    });
    if (talk === null) return null;
    this.wayOf(talk, sideOf(segment), layer, packet);
    talk.segment(segment, layer, packet);
    return talk;
  }

  private datagram(layer: Layer, packet: Packet): void {
    const { context, network } = layer;
    if (!(context instanceof UdpStream) || network === null) return;
    const { stream, direction } = context;
    const number = QuicTalk.numberOf(layer, packet);
    const service = serviceOf(layer, packet);
    if (number < 0 && (NAMES_AND_LEASES.has(service ?? '') || isTunnel(layer, packet))) return;
    const names = (): [string, string] => [
      endpoint(network, 'source', srcPort(layer)),
      endpoint(network, 'destination', dstPort(layer)),
    ];
    if (number >= 0) {
      const talk = this.talkOf(this.quic, 'q', number, layer, packet, () => {
        return new QuicTalk('quic', stream, direction === 0 ? names() : turned(names()), packet);
      });
      if (talk === null) return;
      talk.service = 'quic';
      this.wayOf(talk, direction, layer, packet);
      talk.quicPackets(direction, layer, packet);
      return;
    }
    const talk = this.talkOf(this.udp, 'u', stream, layer, packet, () => {
      return new DatagramTalk('udp', stream, direction === 0 ? names() : turned(names()), packet);
    });
    if (talk === null) return;
    talk.service ??= service;
    this.wayOf(talk, direction, layer, packet);
    talk.datagram(direction, Math.max(0, layer.wireEnd - layer.start - HEADER), packet);
  }

  private icmpv6(layer: Layer, packet: Packet): void {
    const type = icmpv6.type(layer);
    if (type !== icmpv6.ECHO_REQUEST && type !== icmpv6.ECHO_REPLY) this.resolutions.layer(layer, packet, this.wanted);
    else if (layer.captured(icmp.HEADER)) this.ping(layer, icmpv6.identifier(layer), packet);
  }

  private ping(layer: Layer, identifier: number, packet: Packet): void {
    const { network } = layer;
    if (network === null) return;
    const number = this.echoes.find(network, identifier, identifier);
    const side = this.echoes.lastDirection;
    const talk = this.talkOf(this.pings, 'i', number, layer, packet, () => {
      const names = [networkAddress(network, 'source'), networkAddress(network, 'destination')] as const;
      return new DatagramTalk('icmp', null, names, packet);
    });
    if (talk === null) return;
    talk.service = layer.protocol.id;
    this.wayOf(talk, side, layer, packet);
    talk.datagram(side, Math.max(0, layer.wireEnd - layer.start - icmp.HEADER), packet);
  }

  /** The talk of this number, or null where there is no room for it. */
  private talkOf<T extends Talk>(
    talks: Map<number, T>,
    letter: string,
    number: number,
    layer: Layer,
    packet: Packet,
    make: () => T,
  ): T | null {
    let talk = talks.get(number);
    if (talk === undefined) {
      if (!this.hasRoom(`${letter}${number}`)) return null;
      talk = make();
      talks.set(number, talk);
      this.begin(talk, layer, packet);
    }
    talk.wanted ||= this.wanted;
    return talk;
  }

  private hasRoom(name: string): boolean {
    if (this.tcp.size + this.udp.size + this.quic.size + this.pings.size < MOST) return true;
    if (this.refused.has(name)) return false;
    // Beyond so many they are counted once more for each packet that comes late: a bound, not a number to rely on.
    if (this.refused.size >= MOST) this.refused.clear();
    this.refused.add(name);
    this.left++;
    return false;
  }

  private begin(talk: Talk, layer: Layer, packet: Packet): void {
    const network = layer.network!;
    const { addresses } = network.protocol;
    const hop = hopOf(network, packet);
    const [from, to] = [networkAddress(network, 'source'), networkAddress(network, 'destination')];
    talk.linked = hop !== null;
    talk.lookups = [
      this.lookups.leadingTo(from, to, hop?.source ?? null),
      this.lookups.leadingTo(to, from, hop?.destination ?? null),
    ];
    const { bytes } = network;
    const places = [addresses!.source(network), addresses!.destination(network)];
    const size = addresses!.size;
    talk.crossesTranslator =
      size === 4 &&
      places.some((at) => privateRange(bytes, at, size) !== null) &&
      places.some((at) => isPublic(bytes, at, size));
    if (talk instanceof DatagramTalk) talk.group = isGroup(to);
  }

  /** How the first packet of a side found its way. */
  private wayOf(talk: Talk, side: 0 | 1, layer: Layer, packet: Packet): void {
    if (talk.sides[side].packets > 0 || !talk.linked) return;
    const hop = hopOf(layer.network!, packet);
    if (hop !== null) talk.sides[side].resolution = this.resolutions.of(hop);
  }

  private quoted(layer: Layer, packet: Packet): void {
    const { context } = layer;
    const talk =
      context instanceof QuotedSegment
        ? this.tcp.get(context.connection.stream)
        : context instanceof UdpStream
          ? this.udp.get(context.stream)
          : undefined;
    if (talk === undefined) return;
    talk.wanted ||= this.wanted;
    talk.last = momentOf(packet);
    noteError(talk.errors, layer, packet);
  }
}

/** They are told as lookups and leases. */
const NAMES_AND_LEASES: ReadonlySet<string> = new Set(['dns', 'mdns', 'llmnr', 'dhcp']);

/** It carries packets, of which the conversations inside are told. */
function isTunnel(udp: Layer, packet: Packet): boolean {
  for (let i = udp.index + 1; i < packet.count; i++) {
    const { protocol, quoted } = packet.layers[i]!;
    if (!quoted && protocol.addresses !== undefined) return true;
  }
  return false;
}

const turned = <T>([one, other]: readonly [T, T]): [T, T] => [other, one];

function endpoint(network: Layer, side: 'source' | 'destination', port: number): string {
  const address = networkAddress(network, side);
  return network.protocol.addresses!.size === 16 ? `[${address}]:${port}` : `${address}:${port}`;
}
