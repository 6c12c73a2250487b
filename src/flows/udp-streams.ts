import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import { dstPort, HEADER, srcPort } from '../protocols/udp.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';

/** Numbers the conversations over UDP. A quoted datagram belongs to the conversation that its original belonged to. */
export class UdpStreams implements Follower {
  readonly followsQuoted = true;
  private readonly conversations = new Conversations();
  /** By depth in the packet, reused from packet to packet. */
  private readonly contexts: UdpStream[] = [];

  follow(udp: Layer): void {
    if (udp.network === null || !udp.captured(HEADER)) return;
    const context = this.contextAt(udp.index);
    context.stream = this.conversations.find(udp.network, srcPort(udp), dstPort(udp));
    context.direction = this.conversations.lastDirection;
    udp.context = context;
  }

  private contextAt(depth: number): UdpStream {
    while (this.contexts.length <= depth) this.contexts.push(new UdpStream());
    return this.contexts[depth]!;
  }
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
