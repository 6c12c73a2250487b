import { after, atOrBefore, before, minus } from '../core/sequence.ts';
import { ACK, FIN, PSH, RST, SYN } from '../protocols/tcp.ts';
import {
  ACK_LOST_SEGMENT,
  ANY_RETRANSMISSION,
  DUPLICATE_ACK,
  FAST_RETRANSMISSION,
  KEEP_ALIVE,
  KEEP_ALIVE_ACK,
  LOST_SEGMENT,
  OUT_OF_ORDER,
  RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
  WINDOW_FULL,
  WINDOW_UPDATE,
  ZERO_WINDOW,
  ZERO_WINDOW_PROBE,
  ZERO_WINDOW_PROBE_ACK,
} from './analysis.ts';
import { type End, SCALE_UNKNOWN } from './end.ts';
import type { Unacknowledged } from './flight.ts';
import { NOT_MEASURED, type Segment } from './segment.ts';

/**
 * Arithmetic on sequence numbers: what a segment is, given what its sender and receiver sent before. Written once for
 * (sender, receiver). Reads and then updates both ends' numbers; states are not its business.
 *
 * Where the standard gives no answer (is a segment that fills a hole late or sent again?) the thresholds are Wireshark's,
 * so that both say the same of the same packets.
 */

/** A retransmission this soon after the second duplicate ACK was made by it, not by a timer. */
const FAST_WITHIN = 20_000_000;
/** What arrives this soon after the segments it belongs before was overtaken, where the handshake's RTT is not known. */
const OVERTAKEN_WITHIN = 3_000_000;

export function classify(segment: Segment): void {
  const { sender, receiver } = segment;
  segment.analysis = 0;
  segment.acksFrame = 0;
  segment.rtt = NOT_MEASURED;
  segment.bytesInFlight = segment.pushBytes = segment.rto = -1;
  segment.rtoFrame = 0;
  const probe = isZeroWindowProbe(segment);
  if (probe) {
    segment.analysis = ZERO_WINDOW_PROBE;
  } else {
    segment.analysis = judgeSequence(segment) | judgeWindow(segment);
    segment.analysis |= judgeRepetition(segment);
  }
  if (segment.ack !== sender.ackField) {
    sender.duplicateOf = segment.frame;
    sender.duplicates = 0;
  }
  segment.unseen = acknowledgesUnseen(segment);
  if (segment.unseen) segment.analysis |= judgeUnseen(receiver);
  segment.analysis |= judgeOld(segment);
  remember(segment);
  acknowledge(segment);
  measureFlight(segment);
  segment.analysed = segment.unseen || segment.analysis !== 0 || segment.acksFrame > 0 || flightCounted(segment);
}

/**
 * Something that counts has been seen of this end. The reset of an end that has no connection bears the number 0 (RFC 9293
 * §3.10.7.1), which is none of its stream.
 */
const counts = (end: End): boolean => end.hasSent && end.sndNxt !== 0;

const plain = (segment: Segment): boolean => (segment.flags & (SYN | FIN | RST)) === 0;

/** One octet of new data into a closed window (RFC 9293 §3.8.6.1). */
const isZeroWindowProbe = ({ sender, receiver, length, seq }: Segment): boolean =>
  length === 1 && counts(sender) && seq === sender.sndNxt && receiver.hasWindow && receiver.window === 0;

function judgeSequence(segment: Segment): number {
  const { sender, seq, length, flags } = segment;
  if (!counts(sender)) return 0;
  let found = 0;
  if (after(seq, sender.sndNxt) && (flags & RST) === 0) {
    found |= LOST_SEGMENT;
    sender.flightKnown = false;
  }
  // A keep-alive repeats the number before the next one, with no octet or one (RFC 9293 §3.8.4).
  if (length <= 1 && seq === (sender.sndNxt - 1) >>> 0 && plain(segment)) found |= KEEP_ALIVE;
  return found;
}

function judgeWindow(segment: Segment): number {
  const { sender, receiver, seq, ack, length, rawWindow } = segment;
  if (!plain(segment)) return 0;
  let found = rawWindow === 0 ? ZERO_WINDOW : 0;
  const repeats = length === 0 && counts(sender) && seq === sender.sndNxt && ack === sender.ackField;
  if (repeats && rawWindow !== 0 && rawWindow !== sender.window) found |= WINDOW_UPDATE;
  if (length > 0 && receiver.scale !== SCALE_UNKNOWN && receiver.hasWindow) {
    // The window in a SYN is never scaled (RFC 7323 §2.2).
    const shift = receiver.lastTcpFlags & SYN ? 0 : Math.max(receiver.scale, 0);
    const edge = (receiver.ackField + (receiver.window << shift)) >>> 0;
    if ((seq + length) >>> 0 === edge) found |= WINDOW_FULL;
  }
  return found;
}

/** An empty segment that says what the one before said: answer to a keep-alive or a probe, or a duplicate ACK. */
function judgeRepetition(segment: Segment): number {
  const { sender, receiver, seq, ack, length, rawWindow } = segment;
  if (length > 0 || !plain(segment) || !counts(sender) || seq !== sender.sndNxt) return 0;
  if (rawWindow !== sender.window) return 0;
  if (rawWindow === 0) {
    if ((receiver.lastFlags & ZERO_WINDOW_PROBE) === 0) return 0;
    const taken = ack === (sender.ackField + 1) >>> 0;
    if (ack !== sender.ackField && !taken) return 0;
    // Some receivers take the octet of a probe: only their answer tells.
    if (taken) {
      receiver.sndNxt = ack;
      receiver.contiguous = receiver.ackable = ack;
    }
    return ZERO_WINDOW_PROBE_ACK;
  }
  if (ack !== sender.ackField) return 0;
  if (receiver.lastFlags & KEEP_ALIVE) return KEEP_ALIVE_ACK;
  sender.duplicates = Math.max(sender.duplicates, 0) + 1;
  segment.duplicateNumber = sender.duplicates;
  segment.duplicateOf = sender.duplicateOf;
  return DUPLICATE_ACK;
}

const acknowledgesUnseen = ({ receiver, ack, flags }: Segment): boolean =>
  (flags & ACK) !== 0 && receiver.ackable !== 0 && after(ack, receiver.ackable);

/**
 * Says it once for what is missing: up to what was sent behind the gap, and then, where nothing behind it was captured
 * either, not again before the other end acknowledges something new.
 */
function judgeUnseen(receiver: End): number {
  if (before(receiver.ackable, receiver.sndNxt)) {
    receiver.ackable = receiver.sndNxt;
    return ACK_LOST_SEGMENT;
  }
  const said = receiver.duplicates !== 0;
  receiver.duplicates = SAID_UNSEEN;
  return said ? 0 : ACK_LOST_SEGMENT;
}

/** In place of the number of duplicate ACKs: what was acknowledged without having been captured has been told. */
const SAID_UNSEEN = -1;

/** Data, SYN or FIN that does not advance the stream: sent again, or overtaken on the way. */
function judgeOld(segment: Segment): number {
  const { sender, receiver, seq, length, flags, now } = segment;
  if (length === 0 && (flags & (SYN | FIN)) === 0) return 0;
  if (segment.analysis & (KEEP_ALIVE | ZERO_WINDOW_PROBE)) return 0;
  const end = (seq + length) >>> 0;
  if (length > 0 && receiver.ackField !== 0 && atOrBefore(end, receiver.ackField)) return SPURIOUS_RETRANSMISSION;
  if (!counts(sender) || !before(seq, sender.sndNxt)) return 0;
  // The octet before was a probe of a closed window that was not taken: this is new data.
  if (length > 1 && seq === (sender.sndNxt - 1) >>> 0) return 0;
  if (receiver.duplicates >= 2 && receiver.ackField === seq && within(now - receiver.lastAckTime, FAST_WITHIN)) {
    return FAST_RETRANSMISSION;
  }
  const threshold = segment.connection.initialRtt > 0 ? segment.connection.initialRtt : OVERTAKEN_WITHIN;
  if (within(now - sender.sndNxtTime, threshold) && sender.sndNxt !== segment.next) return OUT_OF_ORDER;
  measureTimeout(segment);
  return RETRANSMISSION;
}

/** Time stamps may go backwards in a capture: that is not soon after. */
const within = (elapsed: number, limit: number): boolean => elapsed >= 0 && elapsed < limit;

/** How long after the eldest segment that still waits for its acknowledgment this was sent again. */
function measureTimeout(segment: Segment): void {
  const { sender, now } = segment;
  const { flight } = sender;
  segment.rto = now - (flight.empty ? sender.sndNxtTime : flight.firstTime);
  segment.rtoFrame = flight.empty ? sender.sndNxtFrame : flight.firstFrame;
}

/** Takes over what the sender has told with this segment. */
function remember(segment: Segment): void {
  const { sender, flags, next, seq, now } = segment;
  if (next !== seq) sender.flight.add(seq, next, segment.frame, now);
  if ((segment.analysis & ZERO_WINDOW_PROBE) === 0) {
    if (!counts(sender) || after(next, sender.sndNxt)) {
      sender.sndNxt = next;
      sender.hasSent = true;
      sender.sndNxtTime = now;
      sender.sndNxtFrame = segment.frame;
    }
    if (sender.ackable === 0 || seq === sender.ackable) sender.ackable = sender.sndNxt;
    if (!sender.hasContiguous || (atOrBefore(seq, sender.contiguous) && after(next, sender.contiguous))) {
      sender.contiguous = sender.hasContiguous ? next : sender.sndNxt;
      sender.hasContiguous = true;
    }
  }
  sender.window = segment.rawWindow;
  sender.hasWindow = true;
  sender.ackField = segment.ack;
  if (flags & ACK) {
    sender.lastAck = segment.ack;
    sender.hasAcked = true;
  }
  sender.lastAckTime = now;
  sender.lastFlags = segment.analysis;
}

/** Clears what this segment acknowledges, and measures how long that took. */
function acknowledge(segment: Segment): void {
  const { receiver, ack, now } = segment;
  const { flight } = receiver;
  // Many stacks fill in the number of a reset though they leave out the flag; Wireshark always takes it.
  if (!flight.empty) {
    flight.acknowledge(ack);
    if (flight.ackedFrame > 0) {
      segment.acksFrame = flight.ackedFrame;
      segment.rtt = now - flight.ackedTime;
    }
  }
  if ((segment.flags & ACK) === 0) return;
  receiver.flightKnown = true;
  if (receiver.hasContiguous && after(ack, receiver.contiguous)) receiver.contiguous = ack;
}

const flightCounted = ({ sender, length }: Segment): boolean =>
  length > 0 && sender.flightKnown && !sender.flight.empty;

function measureFlight(segment: Segment): void {
  if (!flightCounted(segment)) return;
  const { sender, length, flags } = segment;
  const { sacks } = segment.receiver;
  // SYN and FIN take a number, not an octet.
  let inFlight = sender.flight.span(sender.base) - (flags & (SYN | FIN) ? 1 : 0);
  for (let i = 0; i + 1 < sacks.length; i += 2) inFlight -= minus(sacks[i + 1]!, sacks[i]!);
  if (inFlight > 0 && inFlight < MOST_IN_FLIGHT) segment.bytesInFlight = inFlight;
  if (sender.lastPushed) sender.pushed = 0;
  sender.pushed += length;
  sender.lastPushed = (flags & PSH) !== 0;
  if (segment.bytesInFlight > 0) segment.pushBytes = sender.pushed;
}

/** More than this is no number of octets under way, but one of segments on both sides of where counting began. */
const MOST_IN_FLIGHT = 2_000_000_000;

/** True when the segment brings nothing new to the stream. */
export const isRepeated = (segment: Segment): boolean => (segment.analysis & (ANY_RETRANSMISSION | KEEP_ALIVE)) !== 0;

/** Where the same number was sent first, if that still waits for its acknowledgment. */
export function sentBefore({ sender, seq, frame: number }: Segment): Unacknowledged | null {
  for (const earlier of sender.flight) {
    if (earlier.frame !== number && atOrBefore(earlier.seq, seq) && after(earlier.next, seq)) return earlier;
  }
  return null;
}

/**
 * Its octets were sent before. What comes again within a round trip is called overtaken by the clock; where the first copy was
 * captured and still waits for its acknowledgment, it is known not to be.
 */
export const comesAgain = (segment: Segment): boolean =>
  (segment.analysis & ANY_RETRANSMISSION) !== 0 ||
  ((segment.analysis & OUT_OF_ORDER) !== 0 && sentBefore(segment) !== null);
