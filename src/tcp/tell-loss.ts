import { u8, u32 } from '../core/bytes.ts';
import { after, atOrAfter, atOrBefore, before, minus } from '../core/sequence.ts';
import { concluded, type Evidence, seen } from '../events/event.ts';
import { FIN, RST, SYN } from '../protocols/tcp.ts';
import { findOption, SACK } from '../protocols/tcp-options.ts';
import {
  ACK_LOST_SEGMENT,
  ANY_RETRANSMISSION,
  DUPLICATE_ACK,
  FAST_RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
} from './analysis.ts';
import { comesAgain, sentBefore } from './classify.ts';
import type { Unacknowledged } from './flight.ts';
import type { Segment } from './segment.ts';
import { isSynchronized } from './states.ts';
import { frame, seconds, type Telling } from './telling.ts';

/** Error control: what was lost, how the ends find out, and what is sent again why. */

/** A repair this soon after the ACK that reports the hole was made by it. In nanoseconds. */
const AT_ONCE = 20_000_000;
/** No timer for retransmissions is shorter: Linux takes 200 ms at least, RFC 6298 a second. In nanoseconds. */
const SHORTEST_TIMEOUT = 190_000_000;

/** Data or a FIN sent again: by what, as far as that shows. */
export function tellRetransmission(t: Telling): void {
  const { segment, mine } = t;
  const { sender, receiver, analysis, now } = segment;
  if (segment.length === 0) {
    if (segment.flags & FIN && sender.finSeen) {
      t.raise('tcp.close.fin-again', {
        closer: t.sender,
        peer: t.receiver,
        first: frame(sender.finFrame),
        waited: seconds(now - sender.finTime, sender.finFrame),
      });
    }
    return;
  }
  const again = { sender: t.sender, ...t.range };
  if (analysis & SPURIOUS_RETRANSMISSION) {
    t.raise('tcp.retransmission.spurious', {
      ...again,
      ack: concluded((receiver.lastAck - sender.base) >>> 0, receiver.lastFrame, 'tcp.ack'),
    });
    return;
  }
  const soon = Math.max(AT_ONCE, 2 * segment.initialRtt);
  const asked = receiver.lastAck === segment.seq && now - receiver.lastAckTime < soon;
  const left = lowestSack(receiver.sacks);
  const earlier = sentBefore(segment);
  // Cut anew into smaller segments, it was sent again because the way had become narrower.
  const whole = earlier === null || segment.next === earlier.next;
  if (asked && whole && left !== null && after(left, segment.seq)) {
    const evidence = concluded(segment.relativeSeq + minus(left, segment.seq), receiver.lastFrame);
    t.raise('tcp.retransmission.sack', { ...again, left: evidence, ack: frame(receiver.lastFrame) });
  } else if (analysis & FAST_RETRANSMISSION) {
    const number = concluded(receiver.duplicates, receiver.lastFrame);
    t.raise('tcp.retransmission.fast', { ...again, number, ack: frame(receiver.lastFrame) });
  } else tellTimer(t, again, earlier);
  mine.againFrame = segment.frame;
  mine.againTime = now;
  mine.againSeq = segment.seq;
}

type Again = { sender: Evidence; from: Evidence; to: Evidence; length: Evidence };

/** Nothing asked for it: a timer ran out, or these packets do not tell. */
function tellTimer(t: Telling, again: Again, first: Unacknowledged | null): void {
  const { segment, mine } = t;
  const repeated = mine.againFrame > 0 && mine.againSeq === segment.seq;
  const earlier = repeated ? { frame: mine.againFrame, time: mine.againTime } : first;
  if (earlier === null) {
    t.raise('tcp.retransmission', again);
    return;
  }
  const waited = segment.now - Math.max(earlier.time, mine.progressTime);
  const last = segment.next === segment.expectedSeq;
  if (waited >= SHORTEST_TIMEOUT) {
    mine.timeouts = repeated ? mine.timeouts + 1 : 1;
    const count = t.here(mine.timeouts);
    t.raise('tcp.retransmission.timeout', {
      ...again,
      waited: seconds(waited, segment.frame),
      count,
      before: frame(earlier.frame),
    });
  } else if (!repeated && last && canProbe(segment) && waited > 2 * segment.initialRtt) {
    t.raise('tcp.retransmission.probe', {
      ...again,
      waited: seconds(waited, segment.frame),
      before: frame(earlier.frame),
    });
  } else t.raise('tcp.retransmission', again);
}

/** Tail loss probes need SACK (RFC 8985 §4), and a round trip to be timed by. */
const canProbe = ({ sender, receiver, initialRtt }: Segment): boolean =>
  sender.sackPermitted && receiver.sackPermitted && initialRtt > 0;

/** Data of a SYN that was answered without it (RFC 7413 §4.2.2): no loss made it necessary. */
export const followsDeclined = (segment: Segment): boolean =>
  segment.length > 0 &&
  (segment.flags & SYN) === 0 &&
  segment.receiver.lastFrame === segment.receiver.synFrame &&
  sentBefore(segment)?.frame === segment.sender.synFrame;

/** Sent before, also when what does not belong to the connection is left out of account. */
export const isSentAgain = ({ segment, mine }: Telling): boolean =>
  mine.hasSent && before(segment.seq, mine.sentTo) && comesAgain(segment);

export function rememberSent({ segment, mine }: Telling): void {
  if (mine.hasSent && !after(segment.next, mine.sentTo)) return;
  mine.sentTo = segment.next;
  mine.hasSent = true;
}

/** Recovery begins with the first repair, and lasts until all is acknowledged that was sent by then (RFC 6582 §3.2). */
export function rememberRepair({ segment, mine }: Telling): void {
  if (segment.length === 0 || segment.analysis & SPURIOUS_RETRANSMISSION) return;
  mine.hasRepaired = true;
  mine.repairs++;
  if (mine.recoveryFrame > 0) return;
  mine.recoveryFrame = segment.frame;
  mine.recoveryTime = segment.now;
  mine.recoveryPoint = segment.sender.sndNxt;
}

/** An ACK that ends a recovery of the other end. */
export function tellRecovery(t: Telling): void {
  const { segment, theirs } = t;
  if (segment.acked > 0) {
    theirs.progressTime = segment.now;
    theirs.timeouts = 0;
  }
  if (theirs.recoveryFrame === 0 || !atOrAfter(segment.ack, theirs.recoveryPoint)) return;
  t.raise('tcp.recovery', {
    sender: t.receiver,
    receiver: t.sender,
    first: frame(theirs.recoveryFrame),
    count: t.here(theirs.repairs),
    took: seconds(segment.now - theirs.recoveryTime, theirs.recoveryFrame),
  });
  theirs.recoveryFrame = 0;
  theirs.repairs = 0;
}

/** ACKs that say again what was said, or acknowledge what was not captured. */
export function tellRepetition(t: Telling): void {
  const { segment, theirs } = t;
  const { sender, receiver, analysis } = segment;
  if (isChallenge(t)) {
    theirs.challenged = receiver.lastFrame;
    // The SYN is no part of the connection that its numbers were taken from.
    if (receiver.lastTcpFlags & SYN) theirs.hasSent = false;
    t.raise('tcp.ack.challenge', {
      ...t.ends,
      cause: concluded(receiver.lastTcpFlags & RST ? 'RST' : 'SYN', receiver.lastFrame, 'tcp.flags'),
      answers: frame(receiver.lastFrame),
      ack: t.ack,
    });
    return;
  }
  const news = (analysis & ACK_LOST_SEGMENT) !== 0 || segment.acked > 0;
  if (segment.unseen && news && t.mine.challenged === 0) t.raise('tcp.ack.unseen', { sender: t.sender, ack: t.ack });
  if ((analysis & DUPLICATE_ACK) === 0) return;
  const answers = frame(receiver.lastFrame);
  if (receiver.lastFlags & ANY_RETRANSMISSION && atOrBefore(receiver.lastNext, segment.ack)) {
    if (theirs.copyFrame === receiver.lastFrame) {
      t.raise('tcp.ack.copy', { ...t.ends, ack: t.ack, answers });
    } else if (sender.state === 'TIME_WAIT') {
      t.raise('tcp.close.time-wait.answers', { closer: t.sender, peer: t.receiver, answers });
    } else t.raise('tcp.ack.again', { ...t.ends, ack: t.ack, answers });
    return;
  }
  const held = minus(receiver.sndNxt, segment.ack);
  if (held <= 0) return;
  t.raise('tcp.ack.duplicate', {
    ...t.ends,
    ack: t.ack,
    number: concluded(segment.duplicateNumber, segment.frame, 'tcp.analysis.duplicate_ack_num'),
    first: frame(segment.duplicateOf),
    held: t.here(held),
  });
}

/**
 * An ACK that repeats where its sender stands, after a reset that it did not believe or a SYN to a connection that it
 * holds open (RFC 9293 §3.10.7.4, first and fourth).
 */
function isChallenge({ segment, theirs }: Telling): boolean {
  const { sender, receiver, flags, length } = segment;
  if (length > 0 || flags & FIN || theirs.challenged === receiver.lastFrame) return false;
  if (receiver.lastTcpFlags & RST) return segment.acked === 0 && isSynchronized(sender.state);
  return receiver.lastTcpFlags === SYN && segment.ack !== receiver.lastNext && !sender.synSeen;
}

const lowestSack = (edges: readonly number[]): number | null => {
  let lowest: number | null = null;
  for (let i = 0; i + 1 < edges.length; i += 2) if (lowest === null || before(edges[i]!, lowest)) lowest = edges[i]!;
  return lowest;
};

/** Blocks that arrived behind a hole, or (D-SACK, RFC 2883) arrived twice. */
export function tellSack(t: Telling): void {
  const { segment, layer } = t;
  if (segment.sender.sacks.length === 0) return;
  const option = findOption(layer, SACK);
  const end = option + u8(layer.bytes, option + 1);
  let at = option + 2;
  if (isDuplicate(segment)) {
    t.raise('tcp.sack.duplicate', { ...t.ends, ...edges(t, at) });
    at += 8;
  }
  let lowest = -1;
  let held = 0;
  for (; at + 8 <= end; at += 8) {
    const left = u32(layer.bytes, at);
    if (!after(left, segment.ack)) continue;
    held += Math.max(0, minus(u32(layer.bytes, at + 4), left));
    if (lowest < 0 || before(left, u32(layer.bytes, lowest))) lowest = at;
  }
  if (lowest < 0) return;
  const missing = t.here(minus(u32(layer.bytes, lowest), segment.ack));
  t.raise('tcp.sack', { ...t.ends, ack: t.ack, ...edges(t, lowest), held: t.here(held), missing });
}

/** RFC 2883 §4: the first block is below the acknowledgment, or within the second. */
function isDuplicate({ sender, ack }: Segment): boolean {
  const [left, right, secondLeft, secondRight] = sender.sacks as [number, number, number?, number?];
  if (right === undefined) return false;
  if (atOrBefore(right, ack)) return true;
  return secondRight !== undefined && atOrAfter(left, secondLeft!) && atOrBefore(right, secondRight);
}

function edges({ segment, layer, packet }: Telling, at: number): { left: Evidence; right: Evidence } {
  const edge = (field: string, where: number): Evidence =>
    seen(packet, layer, field, where, 4, segment.relativeToReceiver(u32(layer.bytes, where)));
  return { left: edge('tcp.options.sack_le', at), right: edge('tcp.options.sack_re', at + 4) };
}
