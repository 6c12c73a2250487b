import { after, atOrAfter, atOrBefore, minus } from '../core/sequence.ts';
import { ACK, FIN, RST, SYN } from '../protocols/tcp.ts';
import { isRepeated } from './classify.ts';
import type { Connection } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import { type End, SCALE_UNKNOWN } from './end.ts';
import type { Segment } from './segment.ts';
import type { Inference, StateChange, TcpState } from './state-change.ts';
import { isSynchronized, next, type Stimulus } from './states.ts';

/**
 * Moves both ends of a connection by the table of states.ts. The sender's change is seen; the receiver's is inferred: it
 * happens when the segment arrives. The capture's clock ends TIME_WAIT.
 */
export class StateMachine {
  /** Changes made by the packet at hand and by timers before it; filled only when somebody asks. */
  readonly changes: StateChange[];
  /** 2×MSL in nanoseconds. */
  readonly timeWait: number;
  private readonly recording: boolean;
  private readonly waiting = new Deadlines();
  /** Whoever keeps the connections says how to find one by its number; null when it is forgotten. */
  find!: (stream: number) => Connection | null;

  constructor(timeWaitSeconds: number, recording: boolean, changes: StateChange[]) {
    this.timeWait = timeWaitSeconds * 1e9;
    this.recording = recording;
    this.changes = changes;
  }

  /** Lets timers run out that end before the packet at hand. */
  expire(now: number): void {
    const { waiting } = this;
    for (let until = waiting.next; until <= now; until = waiting.next) {
      const { stream, isA } = waiting;
      waiting.removeFirst();
      const connection = this.find(stream);
      if (connection === null) continue;
      const end = isA ? connection.a : connection.b;
      // A deadline that a later one has taken the place of means nothing.
      if (end.state === 'TIME_WAIT' && end.waitsUntil === until)
        this.move(connection, end, 'timer', null, until - connection.begin, 'inferred');
    }
  }

  /** One segment gives its stimuli in the order of RFC 9293 §3.10.7: RST, SYN, ACK, FIN. */
  segment(segment: Segment): void {
    const { sender, receiver, flags } = segment;
    if (flags & RST) {
      this.reset(segment);
      return;
    }
    if (flags & SYN) this.synchronize(segment);
    if (flags & ACK) this.acknowledge(segment);
    if (segment.length > 0 && !isRepeated(segment)) this.proveOpen(segment);
    if (flags & FIN) this.finish(segment);
    if (receiver.finSeen && !receiver.finTaken && sender.hasAcked && after(sender.lastAck, receiver.finSeq)) {
      // It came out of order, but its acknowledgment shows that all before it has arrived since.
      this.takeFin(segment, receiver, sender);
    }
  }

  private reset(segment: Segment): void {
    segment.sender.resetSent = true;
    const { connection, sender, receiver, frame, now } = segment;
    if (isBelieved(segment)) {
      if (!refusesAnswer(segment)) this.move(connection, sender, 'sent RST', frame, now, 'seen');
      this.moveReceiver(segment, 'received RST');
    } else if (followsMissed(segment)) {
      for (const end of [sender, receiver]) this.foundReset(segment, end);
    }
  }

  private foundReset(segment: Segment, end: End): void {
    const to = next(end.state, 'received RST');
    if (to !== null) this.found(segment.connection, end, to, segment, 'reset-behind-missed');
  }

  /** Nanoseconds since an end went into TIME_WAIT, over or not; -1 for one that never did. `now`: since the capture's first frame. */
  waitedBy(end: End, now: number): number {
    return end.waitsUntil > 0 ? now - (end.waitsUntil - this.timeWait) : -1;
  }

  /**
   * A SYN opens these ports anew: whoever had them in TIME_WAIT has left it for that (RFC 9293 §3.6.1). What is said of the
   * new connection holds for both ends from here on.
   */
  reuse(old: Connection, frame: number, now: number): void {
    old.succeeded = true;
    for (const end of [old.a, old.b]) {
      if (end.state === 'TIME_WAIT') this.record(old, end, 'CLOSED', 'ports-reused', frame, now, 'inferred');
    }
  }

  private synchronize(segment: Segment): void {
    const { connection, sender, receiver, flags } = segment;
    const answers = (flags & ACK) !== 0;
    if (sender.role === null && !sender.finSeen) {
      sender.role = answers ? 'server' : 'client';
      receiver.role ??= answers ? 'client' : 'server';
    }
    if (!answers && sender.state === 'UNKNOWN' && connection.segments === 1) {
      this.assume(sender, 'CLOSED');
      if (receiver.state === 'UNKNOWN') this.assume(receiver, 'LISTEN');
    } else if (answers && sender.state === 'UNKNOWN' && receiver.state === 'UNKNOWN') {
      // The SYN itself was not captured, but this answers it.
      this.assume(receiver, 'SYN_SENT');
      this.assume(sender, 'SYN_RECEIVED');
    }
    if (!answers && receiver.state === 'CLOSED' && sender.syns > 1) {
      // It comes again where a reset has ended what was there before.
      this.assume(receiver, 'LISTEN');
    } else if (answers && isSynchronized(sender.state) && sender.syns === 1) {
      // The connection that stood here before had ended, unseen.
      this.assume(sender, 'LISTEN');
      this.move(connection, sender, 'received SYN', segment.frame, segment.now, 'inferred');
    }
    // It opens by itself: the other SYN had not reached it when it sent this one (§3.5, simultaneous open).
    const crossed = !answers && sender.state === 'SYN_RECEIVED' && sender.syns === 1;
    if (crossed) {
      this.assume(sender, 'CLOSED');
      sender.role = receiver.role = null;
    }
    this.both(segment, answers ? 'sent SYN+ACK' : 'sent SYN', answers ? 'received SYN+ACK' : 'received SYN');
    if (crossed) this.move(connection, sender, 'received SYN', segment.frame, segment.now, 'inferred');
  }

  private acknowledge(segment: Segment): void {
    const { receiver, ack, flags } = segment;
    if ((flags & SYN) === 0) this.proveAnswered(segment);
    if (segment.unseen) receiver.missed = true;
    if (
      !receiver.hasSent &&
      segment.acked > 0 &&
      segment.sender.state === 'ESTABLISHED' &&
      after(ack, receiver.base + 1)
    ) {
      // What it acknowledges was not captured, and may have been a FIN.
      this.lose(segment, segment.sender, 'acked-not-captured');
      this.lose(segment, receiver, 'direction-not-captured');
    }
    const opening = receiver.synSeen || receiver.state === 'SYN_RECEIVED';
    if ((flags & SYN) === 0 && opening && after(ack, receiver.base)) {
      segment.acksSyn = !receiver.synAcked;
      receiver.synAcked = true;
      // Asked of almost every segment, and the answer is known.
      if (receiver.state !== 'ESTABLISHED') this.moveReceiver(segment, 'received ACK of SYN');
    }
    if (receiver.finSeen && !receiver.finAcked && after(ack, receiver.finSeq)) {
      receiver.finAcked = true;
      segment.acksFin = true;
      this.moveReceiver(segment, 'received ACK of FIN');
    }
  }

  /**
   * Where the other direction was not captured: who acknowledges without a SYN has had the SYN+ACK (§3.10.7.3), and who
   * acknowledges more than the SYN has had an ACK of its own.
   */
  private proveAnswered({ connection, sender, receiver, ack, acked, frame, now }: Segment): void {
    if (sender.state === 'SYN_SENT') {
      this.move(connection, sender, 'received SYN+ACK', frame, now, 'inferred');
    } else if (
      sender.state === 'SYN_RECEIVED' &&
      acked > 0 &&
      !(receiver.hasSent && atOrBefore(ack, receiver.sndNxt))
    ) {
      this.move(connection, sender, 'received ACK of SYN', frame, now, 'inferred');
    }
  }

  /**
   * Data sent after the capture began proves that its sender had not closed; when both have proven it, a connection whose
   * beginning is missing is ESTABLISHED.
   */
  private proveOpen(segment: Segment): void {
    const { connection, sender, receiver } = segment;
    sender.provenOpen = true;
    if (sender.state !== 'UNKNOWN' || receiver.state !== 'UNKNOWN') return;
    if (!receiver.provenOpen || sender.finSeen || receiver.finSeen) return;
    this.found(connection, sender, 'ESTABLISHED', segment, 'data-both-ways');
    this.found(connection, receiver, 'ESTABLISHED', segment, 'data-both-ways');
  }

  private finish(segment: Segment): void {
    const { sender, receiver } = segment;
    const number = (segment.next - 1) >>> 0;
    if (!sender.finSeen) {
      sender.finSeen = true;
      sender.finSeq = number;
      sender.finFrame = segment.frame;
      sender.finTime = segment.now;
      this.resolveUnknown(segment);
      this.sendFin(segment);
    } else if (receiver.state === 'TIME_WAIT') {
      // A FIN that comes again begins the time anew (RFC 9293 §3.10.7.4, eighth).
      this.wait(segment.connection, receiver, segment.now);
    }
    // Accepted only when everything before it has arrived (RFC 9293 §3.10.7.4, eighth).
    if (!sender.finTaken && atOrBefore(segment.seq, sender.contiguous)) this.takeFin(segment, sender, receiver);
  }

  private sendFin(segment: Segment): void {
    const { connection, sender, receiver, frame, now } = segment;
    if (!receiver.hasSent) {
      // Nothing of the other direction was captured: it may have closed long before, and nobody will see it answer.
      this.lose(segment, sender, 'fin-one-direction');
      this.lose(segment, receiver, 'direction-not-captured');
      return;
    }
    const crossed = sender.state === 'CLOSE_WAIT' && !after(segment.ack, receiver.finSeq);
    // Its acknowledgment shows that the other FIN had not reached it: both close at once (§3.6, case 3).
    if (crossed) this.assume(sender, 'ESTABLISHED');
    this.move(connection, sender, 'sent FIN', frame, now, 'seen');
    if (crossed) this.move(connection, sender, 'received FIN', frame, now, 'inferred');
  }

  private lose(segment: Segment, end: End, by: Inference): void {
    if (end.state !== 'UNKNOWN') this.found(segment.connection, end, 'UNKNOWN', segment, by);
  }

  /** The end `to` takes the FIN of `from`. */
  private takeFin(segment: Segment, from: End, to: End): void {
    from.finTaken = true;
    this.move(segment.connection, to, 'received FIN', segment.frame, segment.now, 'inferred');
    if (to.state === 'TIME_WAIT') this.wait(segment.connection, to, segment.now);
  }

  /** In mid-connection: a peer that is known not to have closed makes this FIN the first one. */
  private resolveUnknown(segment: Segment): void {
    const { connection, sender, receiver } = segment;
    if (sender.state === 'UNKNOWN' && receiver.provenOpen && !receiver.finSeen) {
      this.found(connection, sender, 'ESTABLISHED', segment, 'peer-not-closed');
      if (receiver.state === 'UNKNOWN') this.found(connection, receiver, 'ESTABLISHED', segment, 'not-closed');
    } else if (sender.state === 'UNKNOWN' && receiver.state === 'UNKNOWN' && receiver.finSeen) {
      // Both FINs were seen: the first closed first, or they crossed.
      this.found(connection, receiver, receiver.finAcked ? 'FIN_WAIT_2' : 'FIN_WAIT_1', segment, 'fin-sent-first');
      this.found(connection, sender, receiver.finTaken ? 'CLOSE_WAIT' : 'ESTABLISHED', segment, 'fin-received-first');
    }
  }

  private both(segment: Segment, sent: Stimulus, received: Stimulus): void {
    this.move(segment.connection, segment.sender, sent, segment.frame, segment.now, 'seen');
    this.moveReceiver(segment, received);
  }

  private moveReceiver(segment: Segment, stimulus: Stimulus): void {
    const { connection, receiver, frame, now } = segment;
    this.move(connection, receiver, stimulus, frame, now, 'inferred');
    if (receiver.state === 'TIME_WAIT') this.wait(connection, receiver, now);
  }

  private wait(connection: Connection, end: End, now: number): void {
    const { stream, a, begin } = connection;
    end.waitsUntil = begin + now + this.timeWait;
    this.waiting.add(stream, end === a, end.waitsUntil);
  }

  /** Where an end stood before the capture showed it: not a change of its own. */
  private assume(end: End, state: TcpState): void {
    end.state = state;
  }

  private found(connection: Connection, end: End, to: TcpState, segment: Segment, by: Inference): void {
    this.record(connection, end, to, by, segment.frame, segment.now, 'inferred');
  }

  private move(
    connection: Connection,
    end: End,
    on: Stimulus,
    frame: number | null,
    now: number,
    certainty: StateChange['certainty'],
  ): void {
    const to = next(end.state, on);
    if (to !== null) this.record(connection, end, to, on, frame, now, certainty);
  }

  private record(
    connection: Connection,
    end: End,
    to: TcpState,
    by: StateChange['by'],
    frame: number | null,
    now: number,
    certainty: StateChange['certainty'],
  ): void {
    const from = end.state;
    end.state = to;
    if (!this.recording) return;
    const peer = connection.nameOf(connection.peerOf(end));
    const end_ = connection.nameOf(end);
    this.changes.push({
      stream: connection.stream,
      end: end_,
      peer,
      role: end.role,
      from,
      to,
      by,
      certainty,
      frame,
      time: connection.begin + now,
    });
  }
}

/** In SYN_SENT a reset turns down an ACK of something else, and the opening goes on (RFC 9293 §3.10.7.3, first). */
const refusesAnswer = ({ sender, receiver, seq, expectedSeq }: Segment): boolean =>
  sender.state === 'SYN_SENT' && receiver.hasAcked && seq === receiver.lastAck && seq !== expectedSeq;

/**
 * A reset counts only with the very number that is expected next, or in SYN_SENT when it acknowledges the SYN
 * (RFC 9293 §3.10.7.3 and §3.10.7.4, first check). What is expected is somewhere between what was acknowledged and what
 * was sent; with a number before or after that, it is answered with a challenge ACK or dropped.
 */
function isBelieved(segment: Segment): boolean {
  const { sender, receiver, seq, expectedSeq } = segment;
  if (receiver.state === 'SYN_SENT' || receiver.state === 'UNKNOWN' || !receiver.hasAcked || !sender.hasSent)
    return true;
  if (repeatsFin(segment)) return true;
  return seq === receiver.lastAck || (atOrBefore(receiver.lastAck, seq) && atOrBefore(seq, expectedSeq));
}

/**
 * Some stacks send a reset with the number of the FIN before it. By the standard that is one too low; Linux believes it in
 * the states in which it has taken that FIN and not gone to TIME_WAIT.
 */
const repeatsFin = ({ sender, receiver, seq }: Segment): boolean =>
  sender.finTaken &&
  seq === sender.finSeq &&
  (receiver.state === 'CLOSE_WAIT' || receiver.state === 'LAST_ACK' || receiver.state === 'CLOSING');

/** A window whose scale is not known is hardly larger. */
const LARGEST_UNSCALED = 1 << 20;

/**
 * Where the capture missed data of its sender, what the other end expects next is not known: it is not below what it
 * acknowledged, and within its window.
 */
function followsMissed({ sender, receiver, seq, expectedSeq }: Segment): boolean {
  const hole = sender.missed || sender.contiguous !== expectedSeq;
  if (!hole || !atOrAfter(seq, receiver.lastAck)) return false;
  const window = receiver.scale === SCALE_UNKNOWN ? LARGEST_UNSCALED : receiver.window << Math.max(receiver.scale, 0);
  return minus(seq, receiver.lastAck) <= window;
}
