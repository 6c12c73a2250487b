import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { after } from '../core/sequence.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { ACK, dstPort, FIN, payloadLength, RST, SYN, srcPort } from '../protocols/tcp.ts';
import { findOption, MSS, WINDOW_SCALE } from '../protocols/tcp-options.ts';
import { ANY_RETRANSMISSION, LOST_SEGMENT, OUT_OF_ORDER } from './analysis.ts';
import type { End } from './end.ts';
import { hopLimit, type ResetCause } from './resets.ts';
import type { Segment } from './segment.ts';
import type { StateMachine } from './state-machine.ts';

/**
 * Raises the events of one segment, with the bytes that prove each number. Called only when somebody explains; knows what
 * happened, never how it is said.
 */
export function tellSegment(
  segment: Segment,
  layer: Layer,
  packet: Packet,
  events: EventLog,
  states: StateMachine,
): void {
  const telling = new Telling(segment, layer, packet, events);
  const { flags, connection } = segment;
  if (connection.segments === 1 && (flags & SYN) === 0) telling.midStream();
  if (flags & RST) {
    telling.reset();
    return;
  }
  if (flags & SYN) telling.open();
  else if (segment.acksSyn && segment.sender.role !== 'server') telling.opened();
  if (segment.length > 0 || segment.analysis & ANY_RETRANSMISSION) telling.data();
  if (
    segment.acksFrame > 0 &&
    segment.acked > 0 &&
    segment.length === 0 &&
    !segment.acksFin &&
    (flags & (SYN | FIN)) === 0
  ) {
    telling.acknowledgment();
  }
  if (flags & FIN || segment.acksFin) telling.close(states.timeWait / 1e9);
}

class Telling {
  private readonly segment: Segment;
  private readonly layer: Layer;
  private readonly packet: Packet;
  private readonly events: EventLog;
  private readonly sender: Evidence;
  private readonly receiver: Evidence;

  constructor(segment: Segment, layer: Layer, packet: Packet, events: EventLog) {
    this.segment = segment;
    this.layer = layer;
    this.packet = packet;
    this.events = events;
    this.sender = this.at('tcp.srcport', 0, 2, segment.connection.nameOf(segment.sender));
    this.receiver = this.at('tcp.dstport', 2, 2, segment.connection.nameOf(segment.receiver));
  }

  midStream(): void {
    this.raise('tcp.mid-stream', { sender: this.sender, receiver: this.receiver });
  }

  reset(): void {
    const { receiver, reset } = this.segment;
    const cause = reset?.causes[0];
    if (cause === 'refused') {
      this.raise('tcp.reset.refused', {
        client: this.receiver,
        server: this.sender,
        port: this.at('tcp.srcport', 0, 2, srcPort(this.layer)),
        syn: concluded(receiver.synFrame, receiver.synFrame, 'frame.number'),
      });
      return;
    }
    this.resetBy(cause);
  }

  /** Causes by likelihood: the first is told, and tells of those that look alike. */
  private resetBy(cause: ResetCause | undefined): void {
    const { sender, receiver } = this;
    const { reset, receiver: peer, now } = this.segment;
    const answers = reset?.answers ?? null;
    const frame = answers === null ? null : concluded(answers, answers, 'frame.number');
    if (cause === undefined) this.raise('tcp.reset', { sender, receiver });
    else if (cause === 'middle') this.raise('tcp.reset.middle', { sender, receiver, ...this.hops() });
    else if (cause === 'linger' && reset?.causes.length === 1) this.raise('tcp.reset.linger', { sender, receiver });
    else if (cause === 'linger' || cause === 'unread-data') {
      const since = concluded((now - peer.lastDataTime) / 1e9);
      const event = cause === 'linger' ? 'tcp.reset.abort' : 'tcp.reset.unread-data';
      this.raise(event, { sender, receiver, since });
    } else if (frame !== null && cause !== 'refused') {
      this.raise(`tcp.reset.${cause}`, { sender, receiver, answers: frame });
    } else this.raise('tcp.reset', { sender, receiver });
  }

  private hops(): { hops: Evidence; usual: Evidence } {
    const { layer, packet, segment } = this;
    const network = layer.network!;
    const wide = network.protocol.addresses!.size === 4;
    const at = network.start + (wide ? 8 : 7);
    return {
      hops: seen(packet, network, wide ? 'ip.ttl' : 'ipv6.hlim', at, 1, hopLimit(layer)),
      usual: concluded(segment.usualHops),
    };
  }

  open(): void {
    const { segment, layer } = this;
    const { sender, receiver, flags } = segment;
    if (sender.syns > 1) {
      this.synAgain();
      return;
    }
    const isn = this.at('tcp.seq_raw', 4, 4, segment.seq);
    if (flags & ACK) {
      this.raise('tcp.open.syn-ack', {
        client: this.receiver,
        server: this.sender,
        isn,
        ack: this.at('tcp.ack_raw', 8, 4, segment.ack),
        syn: concluded(receiver.synFrame, receiver.synFrame, 'frame.number'),
        rtt: concluded((segment.now - receiver.synTime) / 1e9, receiver.synFrame, 'tcp.analysis.ack_rtt'),
      });
    } else if (receiver.synSeen) {
      this.raise('tcp.open.simultaneous', {
        sender: this.sender,
        receiver: this.receiver,
        syn: concluded(receiver.synFrame, receiver.synFrame, 'frame.number'),
      });
    } else {
      this.raise('tcp.open.syn', {
        client: this.sender,
        server: this.receiver,
        clientPort: this.at('tcp.srcport', 0, 2, srcPort(layer)),
        serverPort: this.at('tcp.dstport', 2, 2, dstPort(layer)),
        isn,
      });
    }
    this.raise('tcp.isn', { sender: this.sender, isn });
    this.options(sender);
  }

  private options(sender: End): void {
    const { layer } = this;
    const mssAt = findOption(layer, MSS);
    if (mssAt >= 0) {
      const headers = layer.network!.protocol.addresses!.size === 4 ? 40 : 60;
      const mss = u16(layer.bytes, mssAt + 2);
      this.raise('tcp.mss', {
        sender: this.sender,
        mss: seen(this.packet, layer, 'tcp.options.mss_val', mssAt + 2, 2, mss),
        mtu: concluded(mss + headers),
        headers: concluded(headers),
      });
    }
    const scaleAt = findOption(layer, WINDOW_SCALE);
    if (scaleAt < 0 || sender.scale < 0) return;
    this.raise('tcp.window-scale', {
      sender: this.sender,
      shift: seen(this.packet, layer, 'tcp.options.wscale.shift', scaleAt + 2, 1, sender.scale),
      factor: concluded(2 ** sender.scale),
    });
  }

  private synAgain(): void {
    const { sender, now, flags } = this.segment;
    if (flags & ACK) return; // told as a retransmission
    this.raise('tcp.open.syn-again', {
      client: this.sender,
      server: this.receiver,
      first: concluded(sender.synFrame, sender.synFrame, 'frame.number'),
      count: concluded(sender.syns),
      waited: concluded((now - sender.synTime) / 1e9, sender.synFrame),
    });
  }

  opened(): void {
    const { receiver, now } = this.segment;
    const client = this.segment.connection.peerOf(receiver);
    this.raise('tcp.open.ack', {
      client: this.sender,
      server: this.receiver,
      ack: this.at('tcp.ack_raw', 8, 4, this.segment.ack),
      synAck: concluded(receiver.synFrame, receiver.synFrame, 'frame.number'),
      took: concluded((now - (client.synSeen ? client.synTime : receiver.synTime)) / 1e9, client.synFrame),
    });
  }

  data(): void {
    const { segment } = this;
    const from = this.at('tcp.seq', 4, 4, segment.relativeSeq);
    const length = concluded(segment.length, segment.frame, 'tcp.len');
    const to = concluded(segment.relativeSeq + segment.length, segment.frame, 'tcp.nxtseq');
    if (segment.analysis & ANY_RETRANSMISSION) {
      if (segment.flags & SYN && (segment.flags & ACK) === 0) return; // told as the SYN again
      this.raise('tcp.retransmission', { sender: this.sender, from, to, length });
      return;
    }
    if (segment.analysis & OUT_OF_ORDER) {
      this.raise('tcp.out-of-order', { sender: this.sender, seq: from, length });
      return;
    }
    if (segment.analysis & LOST_SEGMENT) this.gap(from);
    if (payloadLength(this.layer) > 0) {
      this.raise('tcp.data', { sender: this.sender, receiver: this.receiver, length, from, to });
    }
  }

  private gap(seq: Evidence): void {
    const { expectedSeq, sender } = this.segment;
    const expected = (expectedSeq - sender.base) >>> 0;
    this.raise('tcp.gap', {
      sender: this.sender,
      expected: concluded(expected),
      seq,
      missing: concluded((this.segment.seq - expectedSeq) >>> 0),
    });
  }

  acknowledgment(): void {
    const { segment } = this;
    this.raise('tcp.ack', {
      sender: this.sender,
      receiver: this.receiver,
      ack: this.at('tcp.ack', 8, 4, segment.relativeAck),
      acked: concluded(segment.acked),
      of: concluded(segment.acksFrame, segment.acksFrame, 'tcp.analysis.acks_frame'),
      rtt: concluded(segment.rtt / 1e9, segment.acksFrame, 'tcp.analysis.ack_rtt'),
    });
  }

  close(timeWait: number): void {
    const { segment } = this;
    const { sender, receiver, flags } = segment;
    const peerFin = concluded(receiver.finFrame, receiver.finFrame, 'frame.number');
    if ((flags & FIN) === 0) {
      if (!sender.finSeen) {
        this.raise('tcp.close.fin-acked', { closer: this.receiver, peer: this.sender, fin: peerFin });
      } else if (sender.state === 'TIME_WAIT') {
        this.raise('tcp.close.time-wait', {
          closer: this.sender,
          peer: this.receiver,
          fin: peerFin,
          seconds: concluded(timeWait),
        });
      }
      return;
    }
    if (sender.finFrame !== segment.frame) return; // told as a retransmission
    if (!receiver.finSeen) {
      this.raise('tcp.close.fin', { closer: this.sender, peer: this.receiver, sent: concluded(this.sentBefore()) });
    } else if (!after(segment.ack, receiver.finSeq)) {
      this.raise('tcp.close.simultaneous', { sender: this.sender, receiver: this.receiver, fin: peerFin });
    } else if (segment.acksFin) {
      this.raise('tcp.close.fin-answered', { closer: this.receiver, peer: this.sender, fin: peerFin });
    } else {
      this.raise('tcp.close.last-fin', {
        sender: this.sender,
        closer: this.receiver,
        fin: peerFin,
        waited: concluded((segment.now - receiver.finTime) / 1e9, receiver.finFrame),
      });
    }
  }

  /** Octets of data before the FIN, as its number tells. */
  private sentBefore(): number {
    const { sender } = this.segment;
    return Math.max(0, ((sender.finSeq - sender.base) >>> 0) - 1);
  }

  private at(field: string, offset: number, length: number, value: string | number): Evidence {
    return seen(this.packet, this.layer, field, this.layer.start + offset, length, value);
  }

  private raise: EventLogRaise = (id, parameters) =>
    this.events.raise(id, this.layer, this.segment.connection, parameters);
}

type EventLogRaise = <K extends Parameters<EventLog['raise']>[0]>(
  id: K,
  parameters: import('../events/event.ts').ParametersOf<K>,
) => void;
