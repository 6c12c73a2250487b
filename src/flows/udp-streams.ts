import type { Row } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from '../protocols/data.ts';
import { rtcp } from '../protocols/rtcp.ts';
import { isRtcpType, isVersion2, rtp } from '../protocols/rtp.ts';
import { endsZrtp, offersSrtp } from '../protocols/srtp-keys.ts';
import { dstPort, HEADER, srcPort } from '../protocols/udp.ts';
import type { AnnouncedEndpoint, AnnouncedMedia } from './announced-media.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';

/** Takes datagrams for a protocol that no port names: what passed before tells that they are its. */
export interface DatagramTaker {
  /** False while nothing has passed that could tell. */
  readonly waits: boolean;
  /** Makes the layer behind `udp`, which is mere bytes so far, its own; or answers false. */
  take(layer: Layer, packet: Packet, udp: Layer, stream: number): boolean;
}

/**
 * Numbers the conversations over UDP, and finds those that were announced: what they carry is no port's to say. A quoted
 * datagram belongs to the conversation that its original belonged to.
 */
export class UdpStreams implements Follower {
  readonly followsQuoted = true;
  private readonly conversations = new Conversations();
  /**
   * Streams that end after their first datagram. An SNMP answer may come from another port than was asked, so Wireshark
   * puts all but the first message into a conversation of its own making; these numbers are Wireshark's.
   */
  private readonly firstOnly = new Set<number>();
  /** By depth in the packet, reused from packet to packet. */
  private readonly contexts: UdpStream[] = [];
  private readonly media: AnnouncedMedia;
  private readonly takers: readonly DatagramTaker[];

  constructor(media: AnnouncedMedia, takers: readonly DatagramTaker[] = []) {
    this.media = media;
    this.takers = takers;
  }

  follow(udp: Layer, packet: Packet): void {
    if (udp.network === null || !udp.captured(HEADER)) return;
    const context = this.contextAt(udp.index);
    context.announced = null;
    if (this.media.any) this.followAnnounced(udp, udp.network, context, packet);
    else {
      context.stream = this.streamOf(udp, udp.network);
      context.direction = this.conversations.lastDirection;
    }
    udp.context = context;
    this.learn(udp, udp.network, packet);
    for (let i = 0; i < this.takers.length; i++) {
      if (this.takers[i]!.waits && this.offer(this.takers[i]!, udp, packet, context.stream)) return;
    }
  }

  /** What an error quotes is nobody's. */
  private offer(taker: DatagramTaker, udp: Layer, packet: Packet, stream: number): boolean {
    const index = udp.index + 1;
    if (udp.quoted || index >= packet.count) return false;
    const layer = packet.layers[index]!;
    return layer.protocol === data && taker.take(layer, packet, udp, stream);
  }

  /** What agrees on keys on the port of the media says that they follow, from both ends. */
  private learn(udp: Layer, network: Layer, packet: Packet): void {
    const { bytes, headerEnd, capturedEnd } = udp;
    if (headerEnd >= capturedEnd || bytes[headerEnd]! > LAST_OF_DTLS || udp.quoted) return;
    const dtls = offersSrtp(bytes, headerEnd, capturedEnd);
    if (!dtls && !(this.media.any && endsZrtp(bytes, headerEnd, capturedEnd))) return;
    const [from, to] = [srcPort(udp), dstPort(udp)];
    const said = { frame: packet.frame.number, method: dtls ? 'DTLS-SRTP' : 'ZRTP', secured: true };
    const source = addressIn(network, 'source');
    const destination = addressIn(network, 'destination');
    this.media.announce(source, from, 'rtp', { ...said, otherPort: to });
    this.media.announce(destination, to, 'rtp', { ...said, otherPort: from });
    if (dtls) return;
    this.media.announce(source, from + 1, 'rtcp', { ...said, otherPort: to + 1 });
    this.media.announce(destination, to + 1, 'rtcp', { ...said, otherPort: from + 1 });
  }

  /** The destination's announcement says what comes; the source's, which conversation it is when both were announced. */
  private followAnnounced(udp: Layer, network: Layer, context: UdpStream, packet: Packet): void {
    const [from, to] = [srcPort(udp), dstPort(udp)];
    const endpoint = this.media.between(network, 'source', from, to);
    if (endpoint === null || this.conversations.known(network, from, to) >= 0) {
      context.stream = this.streamOf(udp, network);
      context.direction = this.conversations.lastDirection;
    } else {
      if (endpoint.stream < 0) endpoint.stream = this.conversations.unlisted(network, from, to);
      context.stream = endpoint.stream;
      context.direction = this.conversations.directionOf(endpoint.stream, network, from);
    }
    context.announced = this.media.between(network, 'destination', from, to);
    const protocol = context.announced === null ? null : protocolOf(udp, context.announced);
    if (protocol === null) {
      context.announced = null;
      return;
    }
    if (packet.layers[udp.index + 1]?.protocol !== protocol || packet.count <= udp.index + 1) {
      packet.decodeAgain(udp, protocol);
    }
  }

  private streamOf(udp: Layer, network: Layer): number {
    const found = this.conversations.find(network, srcPort(udp), dstPort(udp));
    if (this.conversations.lastNew) {
      if (isSnmp(udp)) this.firstOnly.add(found);
      return found;
    }
    return this.firstOnly.size > 0 && this.firstOnly.delete(found) ? this.conversations.renew(found) : found;
  }

  private contextAt(depth: number): UdpStream {
    while (this.contexts.length <= depth) this.contexts.push(new UdpStream());
    return this.contexts[depth]!;
  }
}

/** Content types of DTLS end here (RFC 7983 §7); what follows begins with other octets. */
const LAST_OF_DTLS = 63;

function addressIn(network: Layer, side: 'source' | 'destination'): Uint8Array {
  const addresses = network.protocol.addresses!;
  const at = addresses[side](network);
  return network.bytes.slice(at, at + addresses.size);
}

/** What an announced datagram is by its first octets; null for neither: something else may share the port (RFC 7983 §7). */
function protocolOf({ bytes, headerEnd, capturedEnd }: Layer, { carries }: AnnouncedEndpoint): Protocol | null {
  if (!isVersion2(bytes, headerEnd, capturedEnd)) return null;
  return carries === 'rtcp' || isRtcpType(bytes[headerEnd + 1]!) ? rtcp : rtp;
}

const SNMP = 161;
const SEQUENCE = 0x30;
const INTEGER = 2;

/** An SNMP message is a BER sequence that begins with the version, an integer of one octet (RFC 1157 §4, RFC 3412 §6). */
function isSnmp(udp: Layer): boolean {
  if (srcPort(udp) !== SNMP && dstPort(udp) !== SNMP) return false;
  const { bytes, headerEnd, capturedEnd } = udp;
  if (headerEnd + 2 > capturedEnd || bytes[headerEnd] !== SEQUENCE) return false;
  const length = bytes[headerEnd + 1]!;
  const version = headerEnd + 2 + (length < 0x80 ? 0 : length & 0x7f);
  return version + 3 <= capturedEnd && bytes[version] === INTEGER && bytes[version + 1] === 1;
}

/** What is known of a datagram beyond its header. */
export class UdpStream implements Context {
  readonly rows = udpStreamRows;
  stream = 0;
  /** 0 as the conversation's first datagram went, 1 the other way. */
  direction: 0 | 1 = 0;
  /** Who said that this would come, and what it is: the receiver, or else the sender of what comes back there. */
  announced: AnnouncedEndpoint | null = null;
}

export const udpStreamRows: readonly Row[] = [
  {
    id: 'udp.stream',
    label: 'Stream',
    kind: 'uint',
    read: (udp) => (udp.context instanceof UdpStream ? udp.context.stream : null),
    about: 'The number of the conversation, counted in the order of appearance.',
  },
];
