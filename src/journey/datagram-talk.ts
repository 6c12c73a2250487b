import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { quic } from '../protocols/quic.ts';
import { HANDSHAKE, isLong, packetType, RETRY, VERSION_NEGOTIATION } from '../protocols/quic-header.ts';
import { QuicState } from '../protocols/quic-rows.ts';
import { HEADER } from '../protocols/udp.ts';
import { type Moment, momentOf } from './journey.ts';
import { Securing } from './securing.ts';
import { Talk } from './talk.ts';
import { Turns } from './turns.ts';

/** Datagrams between two ends: a UDP conversation, or echoes of ICMP. */
export class DatagramTalk extends Talk {
  readonly protocol: 'udp' | 'icmp' | 'quic';
  firstAnswer: Moment | null = null;
  /** It goes to a group, or to everybody. */
  group = false;

  constructor(protocol: DatagramTalk['protocol'], ...rest: ConstructorParameters<typeof Talk>) {
    super(...rest);
    this.protocol = protocol;
  }

  /** A datagram with so many octets of content. */
  datagram(side: 0 | 1, octets: number, packet: Packet): void {
    const at = momentOf(packet);
    this.last = at;
    this.packets++;
    const sender = this.sides[side];
    sender.packets++;
    sender.octets += octets;
    sender.lastData = at;
    if (side === 1) this.firstAnswer ??= at;
  }
}

/** One connection of QUIC. */
export class QuicTalk extends DatagramTalk {
  readonly securing = new Securing();
  readonly turns = new Turns();

  /** A datagram whose first packet of QUIC follows `udp`. */
  quicPackets(side: 0 | 1, udp: Layer, packet: Packet): void {
    const at = momentOf(packet);
    this.datagram(side, Math.max(0, udp.wireEnd - udp.start - HEADER), packet);
    const { securing } = this;
    const before = securing.done;
    let protectedOctets = 0;
    for (let i = udp.index + 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted) break;
      if (Securing.isPart(layer)) securing.layer(layer, side, at);
      if (layer.protocol !== quic || !layer.whole) continue;
      const type = packetType(layer);
      if (type === RETRY || type === VERSION_NEGOTIATION) securing.retried = true;
      // The client's Finished is in its Handshake packets (RFC 9001 §4.1.1).
      if (type === HANDSHAKE && side === securing.client && securing.answer !== null) securing.done ??= at;
      if (!isLong(layer)) protectedOctets += layer.wireEnd - layer.start;
    }
    if (before !== null && protectedOctets > 0) this.turns.data(side, securing.client, protectedOctets, at);
  }

  /** Number of the connection that a datagram belongs to; -1 where none is known. */
  static numberOf(udp: Layer, packet: Packet): number {
    const layer = packet.layers[udp.index + 1];
    if (layer === undefined || udp.index + 1 >= packet.count || layer.protocol !== quic) return -1;
    return layer.context instanceof QuicState ? layer.context.connection : -1;
  }
}
