import type { Tape } from '../flows/tape.ts';
import { Flight } from './flight.ts';
import type { FlowControl } from './flow-control.ts';
import type { TcpState } from './state-change.ts';

/** Not said in a SYN that was seen; not agreed because one SYN left it out. */
export const SCALE_UNKNOWN = -1;
export const SCALE_NONE = -2;

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
  /** The same number, but also where the segment had no ACK flag: what Wireshark compares with. */
  ackField = 0;
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
  /** What it sent and the other end has not acknowledged. */
  readonly flight = new Flight();
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
  /** What `flow` is when there is one. */
  spareFlow: FlowControl | null = null;

  /**
   * Everything but what explanations need, which comes later, as lists do. Sequence numbers are counted from the base,
   * which makes them small; what mostly is the same as something else, from that. `before`: the other end, where that
   * stands on the tape already.
   */
  record(tape: Tape, before: End | null): void {
    const { numbers } = tape;
    let { at } = tape;
    const { base, sndNxt, lastFrame } = this;
    const sent = this.hasSent ? base : 0;
    numbers[at++] = STATES.indexOf(this.state) * 4 + ROLES.indexOf(this.role);
    numbers[at++] = this.bits();
    numbers[at++] = lastFrame;
    numbers[at++] = before === null || !this.hasBase ? base : (before.lastAck - base) >>> 0;
    numbers[at++] = this.synFrame;
    numbers[at++] = this.synTime;
    numbers[at++] = this.syns;
    numbers[at++] = sndNxt - sent;
    numbers[at++] = this.sndNxtTime;
    numbers[at++] = lastFrame - this.sndNxtFrame;
    numbers[at++] = sndNxt - this.contiguous;
    numbers[at++] = sndNxt - this.ackable;
    numbers[at++] = before === null || !this.hasAcked ? this.lastAck : (before.sndNxt - this.lastAck) >>> 0;
    numbers[at++] = this.lastAck - this.ackField;
    numbers[at++] = this.lastAckTime;
    numbers[at++] = this.window;
    numbers[at++] = this.scale - SCALE_NONE;
    numbers[at++] = this.mss;
    numbers[at++] = this.duplicates;
    numbers[at++] = lastFrame - this.duplicateOf;
    numbers[at++] = this.lastFlags;
    numbers[at++] = this.pushed;
    numbers[at++] = this.finSeen ? (sndNxt - this.finSeq) >>> 0 : this.finSeq;
    numbers[at++] = this.finSeen ? lastFrame - this.finFrame : this.finFrame;
    numbers[at++] = this.finSeen ? this.sndNxtTime - this.finTime : this.finTime;
    numbers[at++] = this.waitsUntil;
    numbers[at++] = this.lastTcpFlags;
    numbers[at++] = sndNxt - this.lastNext;
    numbers[at++] = this.lastLength;
    numbers[at++] = this.shortestRtt;
    numbers[at++] = this.unanswered;
    numbers[at++] = this.lastDataTime;
    numbers[at++] = this.hops;
    numbers[at++] = this.hopsSeen;
    numbers[at++] = this.placedSeq - (this.placed ? base : 0);
    numbers[at++] = this.placed ? this.placedAt - (this.placedSeq - base - 1) : this.placedAt;
    tape.at = at;
  }

  replay(tape: Tape, before: End | null): void {
    const { numbers } = tape;
    let { at } = tape;
    const standing = numbers[at++]! | 0;
    this.state = STATES[standing >>> 2]!;
    this.role = ROLES[standing & 3]!;
    this.takeBits(numbers[at++]! | 0);
    const lastFrame = numbers[at++]! | 0;
    this.lastFrame = lastFrame;
    const base = before === null || !this.hasBase ? numbers[at++]! : (before.lastAck - numbers[at++]!) >>> 0;
    const sent = this.hasSent ? base : 0;
    this.base = base;
    this.synFrame = numbers[at++]! | 0;
    this.synTime = numbers[at++]!;
    this.syns = numbers[at++]! | 0;
    const sndNxt = numbers[at++]! + sent;
    this.sndNxt = sndNxt;
    this.sndNxtTime = numbers[at++]!;
    this.sndNxtFrame = (lastFrame - numbers[at++]!) | 0;
    this.contiguous = sndNxt - numbers[at++]!;
    this.ackable = sndNxt - numbers[at++]!;
    this.lastAck = before === null || !this.hasAcked ? numbers[at++]! : (before.sndNxt - numbers[at++]!) >>> 0;
    this.ackField = this.lastAck - numbers[at++]!;
    this.lastAckTime = numbers[at++]!;
    this.window = numbers[at++]! | 0;
    this.scale = (numbers[at++]! | 0) + SCALE_NONE;
    this.mss = numbers[at++]! | 0;
    this.duplicates = numbers[at++]! | 0;
    this.duplicateOf = (lastFrame - numbers[at++]!) | 0;
    this.lastFlags = numbers[at++]! | 0;
    this.pushed = numbers[at++]!;
    this.finSeq = this.finSeen ? (sndNxt - numbers[at++]!) >>> 0 : numbers[at++]!;
    this.finFrame = (this.finSeen ? lastFrame - numbers[at++]! : numbers[at++]!) | 0;
    this.finTime = this.finSeen ? this.sndNxtTime - numbers[at++]! : numbers[at++]!;
    this.waitsUntil = numbers[at++]!;
    this.lastTcpFlags = numbers[at++]! | 0;
    this.lastNext = sndNxt - numbers[at++]!;
    this.lastLength = numbers[at++]!;
    this.shortestRtt = numbers[at++]!;
    this.unanswered = numbers[at++]! | 0;
    this.lastDataTime = numbers[at++]!;
    this.hops = numbers[at++]! | 0;
    this.hopsSeen = numbers[at++]! | 0;
    this.placedSeq = numbers[at++]! + (this.placed ? base : 0);
    this.placedAt = numbers[at++]! + (this.placed ? this.placedSeq - base - 1 : 0);
    tape.at = at;
  }

  get listed(): number {
    return this.flight.listed + this.sacks.length;
  }

  /**
   * Lets go of what only segments that come soon are judged by: enough is left to know one that comes late for sent again,
   * and a SYN on the same ports for a new connection's.
   */
  fade(): void {
    this.synFrame = this.synTime = this.mss = 0;
    this.lastAckTime = this.lastFlags = this.pushed = 0;
    this.duplicates = 0;
    this.duplicateOf = this.finFrame = this.lastFrame = this.sndNxtFrame;
    this.finTime = this.sndNxtTime;
    this.lastLength = this.shortestRtt = this.unanswered = 0;
    this.lastDataTime = -1;
    this.hops = this.hopsSeen = 0;
    this.hopsVary = false;
    this.sacks.length = 0;
  }

  /** The lists of both ends stand behind everything else. */
  recordLists(tape: Tape): void {
    this.flight.recordList(tape, this.base);
    tape.recordList(this.sacks);
  }

  replayLists(tape: Tape): void {
    this.flight.replayList(tape, this.base);
    tape.replayList(this.sacks);
  }

  private bits(): number {
    return (
      (this.hasBase ? 1 : 0) |
      (this.synSeen ? 1 << 1 : 0) |
      (this.synAcked ? 1 << 2 : 0) |
      (this.hasSent ? 1 << 3 : 0) |
      (this.hasContiguous ? 1 << 4 : 0) |
      (this.hasAcked ? 1 << 5 : 0) |
      (this.hasWindow ? 1 << 6 : 0) |
      (this.sackPermitted ? 1 << 7 : 0) |
      (this.flightKnown ? 1 << 8 : 0) |
      (this.lastPushed ? 1 << 9 : 0) |
      (this.finSeen ? 1 << 10 : 0) |
      (this.finAcked ? 1 << 11 : 0) |
      (this.finTaken ? 1 << 12 : 0) |
      (this.provenOpen ? 1 << 13 : 0) |
      (this.resetSent ? 1 << 14 : 0) |
      (this.missed ? 1 << 15 : 0) |
      (this.hopsVary ? 1 << 16 : 0) |
      (this.placed ? 1 << 17 : 0)
    );
  }

  private takeBits(bits: number): void {
    this.hasBase = (bits & 1) !== 0;
    this.synSeen = (bits & (1 << 1)) !== 0;
    this.synAcked = (bits & (1 << 2)) !== 0;
    this.hasSent = (bits & (1 << 3)) !== 0;
    this.hasContiguous = (bits & (1 << 4)) !== 0;
    this.hasAcked = (bits & (1 << 5)) !== 0;
    this.hasWindow = (bits & (1 << 6)) !== 0;
    this.sackPermitted = (bits & (1 << 7)) !== 0;
    this.flightKnown = (bits & (1 << 8)) !== 0;
    this.lastPushed = (bits & (1 << 9)) !== 0;
    this.finSeen = (bits & (1 << 10)) !== 0;
    this.finAcked = (bits & (1 << 11)) !== 0;
    this.finTaken = (bits & (1 << 12)) !== 0;
    this.provenOpen = (bits & (1 << 13)) !== 0;
    this.resetSent = (bits & (1 << 14)) !== 0;
    this.missed = (bits & (1 << 15)) !== 0;
    this.hopsVary = (bits & (1 << 16)) !== 0;
    this.placed = (bits & (1 << 17)) !== 0;
  }
}

const STATES: readonly TcpState[] = [
  'UNKNOWN',
  'CLOSED',
  'LISTEN',
  'SYN_SENT',
  'SYN_RECEIVED',
  'ESTABLISHED',
  'FIN_WAIT_1',
  'FIN_WAIT_2',
  'CLOSE_WAIT',
  'CLOSING',
  'LAST_ACK',
  'TIME_WAIT',
];
const ROLES = [null, 'client', 'server'] as const;

/** What its windows are multiplied by; negative where that is not known or not agreed, as Wireshark has it. */
export const scaleFactor = (end: End): number => (end.scale >= 0 ? 1 << end.scale : end.scale);
