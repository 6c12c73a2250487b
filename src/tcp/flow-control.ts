import { Tape } from '../flows/tape.ts';
import type { End } from './end.ts';

/**
 * What explanations of flow, error and congestion control must remember of one end, beyond `End`. Made only while somebody
 * explains. Times are nanoseconds since the connection's first segment; frame 0 stands for none.
 */
export class FlowControl {
  /** What is told once for each end, one bit each. */
  told = 0;
  /** Its window as announced last, scaled except in a SYN; -1 while the scale is not known. */
  window = -1;
  windowInSyn = false;
  /** It has sent a SYN without ACK: it opened by itself. */
  opens = false;
  /** One past the highest number that it surely sent as a part of this connection. */
  sentTo = 0;
  hasSent = false;
  /** The shortest time in which it acknowledged something, before the segment at hand; 0 when it never did. */
  shortestRtt = 0;
  /** Where it announced that its window is closed, until it opens again. */
  closedFrame = 0;
  closedTime = 0;
  /** Probes of the other end's closed window. */
  probes = 0;
  probeFrame = 0;
  probeTime = 0;
  /** Keep-alive probes in a row without an answer. */
  keepAlives = 0;
  /** A reset or SYN of its that the other end has answered with a challenge ACK. */
  challenged = 0;
  /** When the other end last acknowledged something new of it. */
  progressTime = -1;
  /**
   * Its last packets, by which one that was captured twice is recognised (tell-twice.ts): PACKET_NUMBERS each; the oldest
   * is overwritten. The list is never made shorter, for the next connection's sake.
   */
  readonly recent: number[] = [];
  /** Numbers in it that hold. */
  recentEnd = 0;
  recentNext = 0;
  /** The last of them that was seen a second time. */
  copyFrame = 0;
  /** Times in a row that a timer made it send the same segment again; where and when it did so last. */
  timeouts = 0;
  againFrame = 0;
  againTime = 0;
  againSeq = 0;
  /** A recovery under way: it lasts until everything is acknowledged that was sent when it began. */
  recoveryFrame = 0;
  recoveryTime = 0;
  recoveryPoint = 0;
  repairs = 0;
  /** It has lost something, or seemed to: it is in slow start no more. */
  hasRepaired = false;
  /** The ACK that took everything it had under way, and how long that segment had waited for it. */
  emptiedFrame = 0;
  emptiedTime = 0;
  emptiedAfter = 0;
  /** What it sent in the last few round trips, and when each of them began; what it has sent in the one at hand. */
  readonly rounds: number[] = [];
  readonly roundTimes: number[] = [];
  inRound = 0;
  roundTime = 0;

  record(tape: Tape): void {
    const { numbers } = tape;
    let { at } = tape;
    numbers[at++] = this.told;
    numbers[at++] = this.bits();
    numbers[at++] = this.window + 1;
    numbers[at++] = this.sentTo;
    numbers[at++] = this.shortestRtt;
    numbers[at++] = this.closedFrame;
    numbers[at++] = this.closedTime;
    numbers[at++] = this.probes;
    numbers[at++] = this.probeFrame;
    numbers[at++] = this.probeTime;
    numbers[at++] = this.keepAlives;
    numbers[at++] = this.challenged;
    numbers[at++] = this.progressTime + 1;
    numbers[at++] = this.recentNext;
    numbers[at++] = this.copyFrame;
    numbers[at++] = this.timeouts;
    numbers[at++] = this.againFrame;
    numbers[at++] = this.againTime;
    numbers[at++] = this.againSeq;
    numbers[at++] = this.recoveryFrame;
    numbers[at++] = this.recoveryTime;
    numbers[at++] = this.recoveryPoint;
    numbers[at++] = this.repairs;
    numbers[at++] = this.emptiedFrame;
    numbers[at++] = this.emptiedTime;
    numbers[at++] = this.emptiedAfter;
    numbers[at++] = this.inRound;
    numbers[at++] = this.roundTime;
    tape.at = at;
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    let { at } = tape;
    this.told = numbers[at++]!;
    this.takeBits(numbers[at++]!);
    this.window = numbers[at++]! - 1;
    this.sentTo = numbers[at++]!;
    this.shortestRtt = numbers[at++]!;
    this.closedFrame = numbers[at++]!;
    this.closedTime = numbers[at++]!;
    this.probes = numbers[at++]!;
    this.probeFrame = numbers[at++]!;
    this.probeTime = numbers[at++]!;
    this.keepAlives = numbers[at++]!;
    this.challenged = numbers[at++]!;
    this.progressTime = numbers[at++]! - 1;
    this.recentNext = numbers[at++]!;
    this.copyFrame = numbers[at++]!;
    this.timeouts = numbers[at++]!;
    this.againFrame = numbers[at++]!;
    this.againTime = numbers[at++]!;
    this.againSeq = numbers[at++]!;
    this.recoveryFrame = numbers[at++]!;
    this.recoveryTime = numbers[at++]!;
    this.recoveryPoint = numbers[at++]!;
    this.repairs = numbers[at++]!;
    this.emptiedFrame = numbers[at++]!;
    this.emptiedTime = numbers[at++]!;
    this.emptiedAfter = numbers[at++]!;
    this.inRound = numbers[at++]!;
    this.roundTime = numbers[at++]!;
    tape.at = at;
  }

  get listed(): number {
    return this.recentEnd + this.rounds.length + this.roundTimes.length;
  }

  recordLists(tape: Tape): void {
    recordPackets(this.recent, this.recentEnd, tape);
    tape.recordList(this.rounds);
    tape.recordList(this.roundTimes);
  }

  replayLists(tape: Tape): void {
    this.recentEnd = replayPackets(this.recent, tape);
    tape.replayList(this.rounds);
    tape.replayList(this.roundTimes);
  }

  /** Forgets everything, to be used for another end. */
  clear(): void {
    UNTOLD.at = 0;
    this.replay(UNTOLD);
    this.recentEnd = 0;
    if (this.rounds.length > 0) this.rounds.length = this.roundTimes.length = 0;
  }

  private bits(): number {
    return (
      (this.windowInSyn ? 1 : 0) |
      (this.opens ? 1 << 1 : 0) |
      (this.hasSent ? 1 << 2 : 0) |
      (this.hasRepaired ? 1 << 3 : 0)
    );
  }

  private takeBits(bits: number): void {
    this.windowInSyn = (bits & 1) !== 0;
    this.opens = (bits & (1 << 1)) !== 0;
    this.hasSent = (bits & (1 << 2)) !== 0;
    this.hasRepaired = (bits & (1 << 3)) !== 0;
  }
}

/** A packet in `FlowControl.recent`: so many numbers, in this order. */
export const PACKET_NUMBERS = 7;
export const PACKET_ID = 0;
export const PACKET_SEQ = 1;
export const PACKET_ACK = 2;
export const PACKET_FLAGS = 3;
export const PACKET_LENGTH = 4;
export const PACKET_FRAME = 5;
export const PACKET_TIME = 6;

/** The packets, each by what makes it differ from the one before: small numbers take few octets. */
function recordPackets(packets: readonly number[], end: number, tape: Tape): void {
  const { numbers } = tape;
  let { at } = tape;
  numbers[at++] = end;
  let seq = 0;
  let ack = 0;
  let frame = 0;
  let time = 0;
  for (let i = 0; i < end; i += PACKET_NUMBERS) {
    numbers[at++] = packets[i + PACKET_ID]!;
    numbers[at++] = unsigned((packets[i + PACKET_SEQ]! - seq) | 0);
    numbers[at++] = unsigned((packets[i + PACKET_ACK]! - ack) | 0);
    numbers[at++] = packets[i + PACKET_FLAGS]!;
    numbers[at++] = packets[i + PACKET_LENGTH]!;
    numbers[at++] = unsigned(packets[i + PACKET_FRAME]! - frame);
    numbers[at++] = unsigned(packets[i + PACKET_TIME]! - time);
    seq = packets[i + PACKET_SEQ]!;
    ack = packets[i + PACKET_ACK]!;
    frame = packets[i + PACKET_FRAME]!;
    time = packets[i + PACKET_TIME]!;
  }
  tape.at = at;
}

/** Answers with how many numbers there are. */
function replayPackets(packets: number[], tape: Tape): number {
  const { numbers } = tape;
  let { at } = tape;
  const end = numbers[at++]! | 0;
  let seq = 0;
  let ack = 0;
  let frame = 0;
  let time = 0;
  for (let i = 0; i < end; i += PACKET_NUMBERS) {
    packets[i + PACKET_ID] = numbers[at++]!;
    packets[i + PACKET_SEQ] = seq = (seq + signed(numbers[at++]!)) >>> 0;
    packets[i + PACKET_ACK] = ack = (ack + signed(numbers[at++]!)) >>> 0;
    packets[i + PACKET_FLAGS] = numbers[at++]!;
    packets[i + PACKET_LENGTH] = numbers[at++]!;
    packets[i + PACKET_FRAME] = frame += signed(numbers[at++]!);
    packets[i + PACKET_TIME] = time += signed(numbers[at++]!);
  }
  tape.at = at;
  return end;
}

/** A whole number as one that is not below 0, and small where it is near it: 0, -1, 1, -2 as 0, 1, 2, 3. */
const unsigned = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n);
const signed = (n: number): number => (n % 2 === 0 ? n / 2 : (n + 1) / -2);

/** An end of which nothing was told. */
const UNTOLD = new Tape();
new FlowControl().record(UNTOLD);

export function flowOf(end: End): FlowControl {
  if (end.flow !== null) return end.flow;
  const flow = lentFlow(end);
  flow.clear();
  end.flow = flow;
  return flow;
}

/** One object for all connections that the end's object stands for in turn, whatever it knew before. */
export function lentFlow(end: End): FlowControl {
  end.spareFlow ??= new FlowControl();
  return end.spareFlow;
}

/** Bits of `FlowControl.told`. */
export const TOLD_FLIGHT = 1 << 0;
export const TOLD_FULL_SEGMENTS = 1 << 1;
export const TOLD_JOINED_SEGMENTS = 1 << 2;
export const TOLD_SLOW_START = 1 << 3;
