import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { atOrAfter, before } from '../core/sequence.ts';
import type { EventId } from '../events/catalogue.ts';
import { concluded, type EventLog, type Evidence, type ParametersOf, seen } from '../events/event.ts';
import type { Side } from '../flows/address-evidence.ts';
import { FIN, SYN } from '../protocols/tcp.ts';
import type { End } from './end.ts';
import { type FlowControl, flowOf } from './flow-control.ts';
import type { Segment } from './segment.ts';

/** What every telling of a segment needs: who speaks to whom, and evidence for the numbers. */
export class Telling {
  readonly segment: Segment;
  readonly layer: Layer;
  readonly packet: Packet;
  /** Names of both ends, with their ports as evidence. */
  readonly sender: Evidence;
  readonly receiver: Evidence;
  /** What is remembered of the sender, and of the receiver. */
  readonly mine: FlowControl;
  readonly theirs: FlowControl;
  private readonly events: EventLog;

  constructor(segment: Segment, layer: Layer, packet: Packet, events: EventLog) {
    this.segment = segment;
    this.layer = layer;
    this.packet = packet;
    this.events = events;
    this.sender = this.end('source', segment.sender);
    this.receiver = this.end('destination', segment.receiver);
    this.mine = flowOf(segment.sender);
    this.theirs = flowOf(segment.receiver);
  }

  /** Both ends' names, as most events want them. */
  get ends(): { sender: Evidence; receiver: Evidence } {
    return { sender: this.sender, receiver: this.receiver };
  }

  private end(side: Side, end: End): Evidence {
    const { packet, layer } = this;
    const network = layer.network!;
    const { kind, size, [side]: place } = network.protocol.addresses!;
    const name = this.segment.connection.nameOf(end);
    const address = kind === 'ipv6' ? name.slice(1, name.lastIndexOf(']')) : name.slice(0, name.lastIndexOf(':'));
    const isSource = side === 'source';
    return {
      ...this.at(isSource ? 'tcp.srcport' : 'tcp.dstport', isSource ? 0 : 2, 2, name),
      address: seen(
        packet,
        network,
        `${network.protocol.id}.${isSource ? 'src' : 'dst'}`,
        place(network),
        size,
        address,
      ),
    };
  }

  /** A value of the TCP header, `offset` octets from its beginning. */
  at(field: string, offset: number, length: number, value: string | number): Evidence {
    return seen(this.packet, this.layer, field, this.layer.start + offset, length, value);
  }

  /** What was reckoned when this segment came, from it and from others before it. */
  here(value: string | number): Evidence {
    return concluded(value, this.segment.frame);
  }

  get ack(): Evidence {
    return this.at('tcp.ack', 8, 4, this.segment.relativeAck);
  }

  /** Relative to the ISN; below 0 for what is older than the connection. */
  get seq(): number {
    const { seq, relativeSeq, expectedSeq, sender } = this.segment;
    return before(seq, sender.base) && atOrAfter(expectedSeq, sender.base) ? relativeSeq - 2 ** 32 : relativeSeq;
  }

  get length(): Evidence {
    return concluded(this.segment.length, this.segment.frame, 'tcp.len');
  }

  /** The numbers of its payload. A SYN takes the first one, and data in the same segment begin behind it. */
  get range(): { from: Evidence; to: Evidence; length: Evidence } {
    const { segment, length } = this;
    const syn = (segment.flags & SYN) !== 0;
    const from = this.seq + (syn ? 1 : 0);
    const to = from + segment.length;
    return {
      // Of the first segment of a sender whose SYN is not there, this is where counting begins.
      from: syn || (from === 1 && !segment.sender.synSeen) ? this.here(from) : this.at('tcp.seq', 4, 4, from),
      // A FIN takes the number behind.
      to: to < 0 || segment.flags & FIN ? this.here(to) : concluded(to, segment.frame, 'tcp.nxtseq'),
      length,
    };
  }

  /** True the first time that it is asked of this end. */
  firstTime(flow: FlowControl, bit: number): boolean {
    if (flow.told & bit) return false;
    flow.told |= bit;
    this.events.once(() => {
      flow.told &= ~bit;
    });
    return true;
  }

  raise<K extends EventId>(id: K, parameters: ParametersOf<K>): void {
    this.events.raise(id, this.layer, this.segment.connection.stream, parameters);
  }
}

/** Another frame, by its number. */
export const frame = (number: number): Evidence => concluded(number, number, 'frame.number');

/** A duration given in nanoseconds: from the time of a frame, or reckoned when it came. */
export const seconds = (nanoseconds: number, since: number): Evidence => concluded(nanoseconds / 1e9, since);
