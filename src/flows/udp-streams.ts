import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from '../protocols/data.ts';
import { dstPort, HEADER, srcPort } from '../protocols/udp.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';

/** Takes datagrams for a protocol that no port names: what passed before tells that they are its. */
export interface DatagramTaker {
  /** False while nothing has passed that could tell. */
  readonly waits: boolean;
  /** Makes the layer behind `udp`, which is mere bytes so far, its own; or answers false. */
  take(layer: Layer, packet: Packet, udp: Layer, stream: number): boolean;
}

/** Numbers the conversations over UDP. A quoted datagram belongs to the conversation that its original belonged to. */
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
  private readonly takers: readonly DatagramTaker[];

  constructor(takers: readonly DatagramTaker[] = []) {
    this.takers = takers;
  }

  follow(udp: Layer, packet: Packet): void {
    if (udp.network === null || !udp.captured(HEADER)) return;
    const context = this.contextAt(udp.index);
    context.stream = this.streamOf(udp, udp.network);
    context.direction = this.conversations.lastDirection;
    udp.context = context;
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
