import { u8, u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { after, atOrAfter, minus } from '../core/sequence.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { ACK, dstPort, FIN, payloadLength, RST, SYN, srcPort } from '../protocols/tcp.ts';
import { FAST_OPEN, findOption, MSS, WINDOW_SCALE } from '../protocols/tcp-options.ts';
import { LOST_SEGMENT, OUT_OF_ORDER } from './analysis.ts';
import type { End } from './end.ts';
import { hopLimit, type ResetCause } from './resets.ts';
import type { Segment } from './segment.ts';
import type { TcpState } from './state-change.ts';
import type { StateMachine } from './state-machine.ts';
import { isSynchronized } from './states.ts';
import {
  followsDeclined,
  isSentAgain,
  rememberRepair,
  rememberSent,
  tellRecovery,
  tellRepetition,
  tellRetransmission,
  tellSack,
} from './tell-loss.ts';
import { tellAckPace, tellDataPace } from './tell-pace.ts';
import { tellTwice } from './tell-twice.ts';
import { isQuestion, rememberWindow, tellQuestion, tellWindow } from './tell-window.ts';
import { frame, seconds, Telling } from './telling.ts';

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
  const telling = new Teller(segment, layer, packet, events);
  const { flags, connection } = segment;
  const before = events.raised.length;
  if (tellTwice(telling)) return;
  if (connection.segments === 1 && (flags & SYN) === 0) telling.midStream();
  if (flags & RST) {
    telling.reset();
    return; // nothing that comes later is judged by its numbers
  }
  if (flags & SYN) telling.open();
  else if (segment.acksSyn && segment.sender.role !== 'server') telling.opened();
  if (isQuestion(segment)) tellQuestion(telling);
  else if (segment.length > 0 || isSentAgain(telling)) telling.data();
  if (flags & ACK && (flags & SYN) === 0) {
    telling.acknowledgment();
    tellSack(telling);
    tellRepetition(telling);
    tellRecovery(telling);
    tellAckPace(telling);
    tellWindow(telling);
  }
  if (flags & FIN || segment.acksFin) telling.close(states.timeWait / 1e9);
  if (events.raised.length === before && flags & ACK) telling.plain();
  telling.remember();
}

class Teller extends Telling {
  /** What the segments to come are judged by. */
  remember(): void {
    const { mine, segment } = this;
    rememberSent(this);
    rememberWindow(this);
    mine.shortestRtt = segment.sender.shortestRtt;
    if ((segment.flags & (SYN | ACK)) === SYN) mine.opens = true;
  }

  midStream(): void {
    this.raise('tcp.mid-stream', { sender: this.sender, receiver: this.receiver });
  }

  reset(): void {
    const { receiver, reset } = this.segment;
    if (survives(receiver.state)) {
      this.raise('tcp.reset.ignored', {
        receiver: this.receiver,
        seq: this.at('tcp.seq', 4, 4, this.seq),
        expected: this.here((receiver.lastAck - this.segment.sender.base) >>> 0),
      });
      return;
    }
    const cause = reset?.causes[0];
    if (cause === 'refused') {
      this.raise('tcp.reset.refused', {
        client: this.receiver,
        server: this.sender,
        port: this.at('tcp.srcport', 0, 2, srcPort(this.layer)),
        syn: frame(receiver.synFrame),
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
    const answered = answers === null ? null : frame(answers);
    if (cause === undefined) this.raise('tcp.reset', { sender, receiver });
    else if (cause === 'gave-up') {
      this.raise('tcp.reset.gave-up', { sender, receiver, tries: this.here(this.segment.sender.unanswered) });
    } else if (cause === 'middle') this.raise('tcp.reset.middle', { sender, receiver, ...this.misfit() });
    else if (cause === 'linger' && reset?.causes.length === 1) this.raise('tcp.reset.linger', { sender, receiver });
    else if (cause === 'linger' || cause === 'unread-data') {
      const since = this.here((now - peer.lastDataTime) / 1e9);
      if (cause === 'linger') this.raise('tcp.reset.abort', { sender, receiver, since });
      else this.raise('tcp.reset.unread-data', { sender, since });
    } else if (answered !== null && cause !== 'refused') {
      this.raise(`tcp.reset.${cause}`, { sender, receiver, answers: answered });
    } else this.raise('tcp.reset', { sender, receiver });
  }

  /** What does not fit: another TTL than before, or an answer faster than any before. */
  private misfit(): Record<'hops' | 'usual' | 'took' | 'shortest', Evidence | null> {
    const { layer, packet, segment, mine } = this;
    const network = layer.network!;
    const wide = network.protocol.addresses!.size === 4;
    const at = network.start + (wide ? 8 : 7);
    const hops = hopLimit(layer);
    if (hops !== segment.usualHops) {
      return {
        hops: seen(packet, network, wide ? 'ip.ttl' : 'ipv6.hlim', at, 1, hops),
        usual: this.here(segment.usualHops),
        took: null,
        shortest: null,
      };
    }
    const { lastAckTime, lastFrame } = segment.receiver;
    return {
      hops: null,
      usual: null,
      took: seconds(segment.now - lastAckTime, lastFrame),
      shortest: mine.shortestRtt > 0 ? seconds(mine.shortestRtt, segment.frame) : null,
    };
  }

  open(): void {
    const { segment, layer } = this;
    const { sender, receiver, flags } = segment;
    if (sender.syns > 1) {
      this.synAgain();
      return;
    }
    if (segment.connection.reusedPorts && segment.connection.segments === 1) {
      this.raise('tcp.open.reused-ports', {
        client: this.sender,
        server: this.receiver,
        isn: this.at('tcp.seq_raw', 4, 4, segment.seq),
        // Only what is shorter than the study notes have it says something.
        waited: segment.waited >= 0 && segment.waited < LONGEST_WAIT ? seconds(segment.waited, segment.frame) : null,
      });
    }
    const isn = this.at('tcp.seq_raw', 4, 4, segment.seq);
    if (flags & ACK) {
      this.raise('tcp.open.syn-ack', {
        client: this.receiver,
        server: this.sender,
        isn,
        ack: this.at('tcp.ack_raw', 8, 4, segment.ack),
        syn: receiver.synFrame > 0 ? frame(receiver.synFrame) : null,
        rtt: receiver.synFrame > 0 ? seconds(segment.now - receiver.synTime, receiver.synFrame) : null,
      });
    } else if (receiver.synSeen) {
      this.raise('tcp.open.simultaneous', {
        sender: this.sender,
        receiver: this.receiver,
        syn: frame(receiver.synFrame),
      });
    } else {
      this.raise('tcp.open.syn', {
        client: this.sender,
        server: this.receiver,
        serverPort: this.at('tcp.dstport', 2, 2, dstPort(layer)),
        isn,
      });
    }
    this.raise('tcp.isn', { sender: this.sender, isn });
    this.options(sender);
    this.fastOpen();
  }

  /** RFC 7413: a cookie asked for, given, and used to send data in the SYN. */
  private fastOpen(): void {
    const { segment, layer } = this;
    const { receiver, length } = segment;
    const at = findOption(layer, FAST_OPEN);
    const size = at < 0 ? 0 : u8(layer.bytes, at + 1) - 2;
    if (segment.flags & ACK) {
      const ends = { client: this.receiver, server: this.sender };
      const inSyn = minus(receiver.sndNxt, receiver.base) - 1;
      if (receiver.synSeen && inSyn > 0) {
        const taken = minus(segment.ack, receiver.base) - 1 >= inSyn;
        const told = {
          server: this.sender,
          length: concluded(inSyn, receiver.synFrame),
          syn: frame(receiver.synFrame),
        };
        if (taken) this.raise('tcp.fast-open.taken', told);
        else this.raise('tcp.fast-open.declined', { client: this.receiver, ...told });
      }
      if (size > 0) this.raise('tcp.fast-open.cookie', { ...ends, length: this.here(size) });
      return;
    }
    const ends = { client: this.sender, server: this.receiver };
    if (at >= 0 && size === 0) this.raise('tcp.fast-open.request', ends);
    else if (size > 0 && length > 0) {
      const cookie = hexText(layer.bytes, at + 2, size);
      this.raise('tcp.fast-open.data', {
        ...ends,
        cookie: seen(this.packet, layer, 'tcp.options.tfo.cookie', at + 2, size, cookie),
        length: this.length,
      });
    }
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
        mtu: this.here(mss + headers),
        headers: this.here(headers),
      });
    }
    const scaleAt = findOption(layer, WINDOW_SCALE);
    if (scaleAt < 0 || sender.scale < 0) return;
    this.raise('tcp.window-scale', {
      sender: this.sender,
      shift: seen(this.packet, layer, 'tcp.options.wscale.shift', scaleAt + 2, 1, sender.scale),
      factor: this.here(2 ** sender.scale),
    });
  }

  private synAgain(): void {
    const { sender, now, flags } = this.segment;
    const again = {
      first: frame(sender.synFrame),
      count: this.here(sender.syns),
      waited: seconds(now - sender.synTime, sender.synFrame),
    };
    if ((flags & ACK) === 0) {
      this.raise('tcp.open.syn-again', { client: this.sender, server: this.receiver, ...again });
    } else if (!this.mine.opens) {
      // Behind a SYN of its own it is the answer of a simultaneous open, not a repetition.
      this.raise('tcp.open.syn-ack-again', { client: this.receiver, server: this.sender, ...again });
    }
  }

  opened(): void {
    const { receiver, now } = this.segment;
    const client = this.segment.connection.peerOf(receiver);
    this.raise('tcp.open.ack', {
      client: this.sender,
      server: this.receiver,
      ack: this.at('tcp.ack_raw', 8, 4, this.segment.ack),
      synAck: receiver.synFrame > 0 ? frame(receiver.synFrame) : null,
      took: client.synFrame > 0 ? seconds(now - client.synTime, client.synFrame) : null,
    });
  }

  data(): void {
    const { segment } = this;
    if (isSentAgain(this)) {
      if (followsDeclined(segment)) {
        this.raise('tcp.fast-open.again', {
          sender: this.sender,
          length: this.length,
          syn: frame(segment.sender.synFrame),
        });
        return;
      }
      if ((segment.flags & SYN) === 0) tellRetransmission(this); // else told as the SYN again
      rememberRepair(this);
      return;
    }
    const { range } = this;
    if (segment.analysis & OUT_OF_ORDER) {
      this.raise('tcp.out-of-order', { sender: this.sender, seq: range.from, length: range.length });
      return;
    }
    if (segment.analysis & LOST_SEGMENT) this.gap(range.from);
    if (payloadLength(this.layer) > 0) {
      const { sender, receiver } = this;
      this.raise('tcp.data', { sender, receiver, from: range.from, to: range.to, length: range.length });
      tellDataPace(this);
    }
  }

  private gap(seq: Evidence): void {
    const { expectedSeq, sender, receiver } = this.segment;
    const expected = this.here((expectedSeq - sender.base) >>> 0);
    const missing = this.here((this.segment.seq - expectedSeq) >>> 0);
    if (receiver.hasAcked && atOrAfter(receiver.lastAck, this.segment.seq)) {
      this.raise('tcp.gap.not-captured', { ...this.ends, expected, seq, missing, ack: frame(receiver.lastFrame) });
    } else this.raise('tcp.gap', { sender: this.sender, expected, seq, missing });
  }

  acknowledgment(): void {
    const { segment } = this;
    if (segment.acksFrame === 0 || segment.acked === 0 || segment.length > 0) return;
    if (segment.acksFin || segment.flags & FIN) return;
    const { sender, receiver } = this;
    this.raise('tcp.ack', {
      sender,
      receiver,
      ack: this.ack,
      acked: this.here(segment.acked),
      of: frame(segment.acksFrame),
      rtt: seconds(segment.rtt, segment.acksFrame),
    });
  }

  /** An ACK that no segment of this capture explains. */
  plain(): void {
    const window = this.at('tcp.window_size_value', 14, 2, this.segment.rawWindow);
    this.raise('tcp.ack.plain', { ...this.ends, ack: this.ack, window });
  }

  close(timeWait: number): void {
    const { segment } = this;
    const { sender, receiver, flags } = segment;
    const peerFin = frame(receiver.finFrame);
    if ((flags & FIN) === 0) {
      if (!sender.finSeen) {
        const event = sender.state === 'UNKNOWN' ? 'tcp.close.fin-acked.first-or-last' : 'tcp.close.fin-acked';
        this.raise(event, { closer: this.receiver, peer: this.sender, fin: peerFin });
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
    if (!receiver.finSeen && sender.state === 'UNKNOWN') {
      this.raise('tcp.close.fin.first-or-last', { closer: this.sender, peer: this.receiver });
    } else if (!receiver.finSeen) {
      this.raise('tcp.close.fin', { closer: this.sender, peer: this.receiver, sent: this.here(this.sentBefore()) });
    } else if (!after(segment.ack, receiver.finSeq)) {
      this.raise('tcp.close.simultaneous', { sender: this.sender, receiver: this.receiver, fin: peerFin });
    } else if (segment.acksFin) {
      this.raise('tcp.close.fin-answered', { closer: this.receiver, peer: this.sender, fin: peerFin });
    } else {
      this.raise('tcp.close.last-fin', {
        sender: this.sender,
        closer: this.receiver,
        fin: peerFin,
        waited: seconds(segment.now - receiver.finTime, receiver.finFrame),
      });
    }
  }

  /** Octets of data before the FIN, as its number tells. */
  private sentBefore(): number {
    const { sender } = this.segment;
    return Math.max(0, ((sender.finSeq - sender.base) >>> 0) - 1);
  }
}

/** 2×MSL of RFC 9293 §3.6.1, in nanoseconds. */
const LONGEST_WAIT = 240e9;

/** An end that is in one of these after a reset goes on: the reset did not fit. */
const survives = (state: TcpState): boolean =>
  isSynchronized(state) || state === 'SYN_RECEIVED' || state === 'TIME_WAIT';

const hexText = (bytes: Uint8Array, at: number, length: number): string => {
  let text = '';
  for (let i = at; i < at + length; i++) text += u8(bytes, i).toString(16).padStart(2, '0');
  return text;
};
