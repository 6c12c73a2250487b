import type { Tape } from '../flows/tape.ts';
import type { FlowControl } from './flow-control.ts';
import type { TcpState } from './state-change.ts';

/** Not said in a SYN that was seen; not agreed because one SYN left it out. */
export const SCALE_UNKNOWN = -1;
export const SCALE_NONE = -2;

/** A segment that occupied sequence space and is not acknowledged yet. */
export interface Unacknowledged {
  seq: number;
  next: number;
  frame: number;
  time: number;
}

/** Segments remembered for RTT and bytes in flight at the most, should acknowledgments never come. */
export const MAX_UNACKNOWLEDGED = 10_000;

/**
 * One endpoint of a connection: its RFC 9293 state and what its segments have told. `A` and `B` in order of appearance;
 * who is client and who is server are attributes that the packets prove. Times are nanoseconds since the connection's first segment.
 */
export class End {
  state: TcpState = 'UNKNOWN';
  role: 'client' | 'server' | null = null;

  /** What relative numbers count from: the ISN, or one before the first sequence number seen. */
  base = 0;
  hasBase = false;
  /** True when the SYN itself was seen, so that `base` is the ISN (RFC: ISS). */
  synSeen = false;
  synFrame = 0;
  synTime = 0;
  syns = 0;
  synAcked = false;
  /** SND.NXT as far as seen: one past the highest number sent; the frame and time that took it there. */
  sndNxt = 0;
  hasSent = false;
  sndNxtTime = 0;
  sndNxtFrame = 0;
  /** One past the last number before the first hole in what was sent. */
  contiguous = 0;
  /** How far the other end can acknowledge what was captured, as Wireshark reckons it: a filled hole clears all. */
  ackable = 0;
  hasContiguous = false;
  /** The acknowledgment number, window and time of its last segment. */
  lastAck = 0;
  hasAcked = false;
  lastAckTime = 0;
  window = 0;
  hasWindow = false;
  /** Shift count of its windows (RFC 7323), SCALE_UNKNOWN or SCALE_NONE. */
  scale = SCALE_UNKNOWN;
  mss = 0;
  sackPermitted = false;
  /** Duplicate acknowledgments in a row, and the frame that they repeat. */
  duplicates = 0;
  duplicateOf = 0;
  /** Analysis flags of its last segment. */
  lastFlags = 0;
  readonly unacknowledged: Unacknowledged[] = [];
  /** The lowest and highest number in `unacknowledged`. */
  flightFirst = 0;
  flightLast = 0;
  /** False from a gap in its stream until the other end acknowledges: bytes in flight would be a guess. */
  flightKnown = true;
  pushed = 0;
  lastPushed = false;
  /** SACK blocks of its last segment, left and right edges in turn. */
  readonly sacks: number[] = [];

  /** Number of its FIN, and where that stood. */
  finSeen = false;
  finSeq = 0;
  finFrame = 0;
  finTime = 0;
  finAcked = false;
  finTaken = false;
  /** It has sent data since the capture began: it had not closed its side before. */
  provenOpen = false;
  resetSent = false;
  /** The other end acknowledged data of it that the capture does not have. */
  missed = false;
  /** When its TIME_WAIT ends, in nanoseconds since the capture's first frame. */
  waitsUntil = 0;
  /** Its last segment: what a reset of the other end may answer. 0 when there was none. */
  lastFrame = 0;
  lastTcpFlags = 0;
  lastNext = 0;
  lastLength = 0;
  /** The shortest time in which it acknowledged something; 0 when it never did. */
  shortestRtt = 0;
  /** Segments in a row that it sent again or as probes, without a word from the other end. */
  unanswered = 0;
  /** When it last sent data that was new; -1 for never. */
  lastDataTime = -1;
  /** TTL or hop limit of its segments as captured, and whether they ever differed. */
  hops = 0;
  hopsSeen = 0;
  hopsVary = false;
  /** A number whose place in the stream is known: octets since ISN + 1, which do not wrap. */
  placedSeq = 0;
  placedAt = 0;
  placed = false;
  /** What only explanations need; null until they do. */
  flow: FlowControl | null = null;

  /** Everything but what explanations need: while somebody explains, no connection is laid to rest. */
  pass(tape: Tape): void {
    this.state = tape.word(this.state, 'UNKNOWN');
    this.role = tape.word(this.role, null);
    this.hasBase = tape.flag(this.hasBase);
    this.base = tape.near(this.base, 0);
    const { base } = this;
    this.synSeen = tape.flag(this.synSeen);
    this.synFrame = tape.number(this.synFrame);
    this.synTime = tape.number(this.synTime);
    this.syns = tape.number(this.syns);
    this.synAcked = tape.flag(this.synAcked);
    this.hasSent = tape.flag(this.hasSent);
    this.sndNxt = tape.near(this.sndNxt, base);
    this.sndNxtTime = tape.number(this.sndNxtTime);
    this.sndNxtFrame = tape.number(this.sndNxtFrame);
    this.hasContiguous = tape.flag(this.hasContiguous);
    this.contiguous = tape.near(this.contiguous, base);
    this.ackable = tape.near(this.ackable, base);
    this.hasAcked = tape.flag(this.hasAcked);
    this.lastAck = tape.near(this.lastAck, 0);
    this.lastAckTime = tape.number(this.lastAckTime);
    this.hasWindow = tape.flag(this.hasWindow);
    this.window = tape.number(this.window);
    this.scale = tape.number(this.scale - SCALE_NONE, SCALE_UNKNOWN - SCALE_NONE) + SCALE_NONE;
    this.mss = tape.number(this.mss);
    this.sackPermitted = tape.flag(this.sackPermitted);
    this.duplicates = tape.number(this.duplicates);
    this.duplicateOf = tape.number(this.duplicateOf);
    this.lastFlags = tape.number(this.lastFlags);
    this.passFlight(tape);
    this.pushed = tape.number(this.pushed);
    this.lastPushed = tape.flag(this.lastPushed);
    tape.list(this.sacks, base);
    this.finSeen = tape.flag(this.finSeen);
    this.finSeq = tape.near(this.finSeq, base);
    this.finFrame = tape.number(this.finFrame);
    this.finTime = tape.number(this.finTime);
    this.finAcked = tape.flag(this.finAcked);
    this.finTaken = tape.flag(this.finTaken);
    this.provenOpen = tape.flag(this.provenOpen);
    this.resetSent = tape.flag(this.resetSent);
    this.missed = tape.flag(this.missed);
    this.waitsUntil = tape.number(this.waitsUntil);
    this.lastFrame = tape.number(this.lastFrame);
    this.lastTcpFlags = tape.number(this.lastTcpFlags);
    this.lastNext = tape.near(this.lastNext, base);
    this.lastLength = tape.number(this.lastLength);
    this.shortestRtt = tape.number(this.shortestRtt);
    this.unanswered = tape.number(this.unanswered);
    this.lastDataTime = tape.number(this.lastDataTime, -1);
    this.hops = tape.number(this.hops);
    this.hopsSeen = tape.number(this.hopsSeen);
    this.hopsVary = tape.flag(this.hopsVary);
    this.placed = tape.flag(this.placed);
    this.placedSeq = tape.near(this.placedSeq, base);
    this.placedAt = tape.number(this.placedAt);
  }

  private passFlight(tape: Tape): void {
    const { base, unacknowledged } = this;
    const length = tape.number(unacknowledged.length);
    while (unacknowledged.length < length) unacknowledged.push({ seq: 0, next: 0, frame: 0, time: 0 });
    unacknowledged.length = length;
    for (const segment of unacknowledged) {
      segment.seq = tape.near(segment.seq, base);
      segment.next = tape.near(segment.next, base);
      segment.frame = tape.number(segment.frame);
      segment.time = tape.number(segment.time);
    }
    this.flightFirst = tape.near(this.flightFirst, base);
    this.flightLast = tape.near(this.flightLast, base);
    this.flightKnown = !tape.flag(!this.flightKnown);
  }
}

/** What its windows are multiplied by; negative where that is not known or not agreed, as Wireshark has it. */
export const scaleFactor = (end: End): number => (end.scale >= 0 ? 2 ** end.scale : end.scale);
