import type { Tape } from '../flows/tape.ts';
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
  /** Its last packets, by which one that was captured twice is recognised (tell-twice.ts); the oldest is overwritten. */
  readonly recent: number[] = [];
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
    return this.recent.length + this.rounds.length + this.roundTimes.length;
  }

  recordLists(tape: Tape): void {
    tape.recordList(this.recent);
    tape.recordList(this.rounds);
    tape.recordList(this.roundTimes);
  }

  replayLists(tape: Tape): void {
    tape.replayList(this.recent);
    tape.replayList(this.rounds);
    tape.replayList(this.roundTimes);
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

export const flowOf = (end: End): FlowControl => {
  end.flow ??= new FlowControl();
  return end.flow;
};

/** Bits of `FlowControl.told`. */
export const TOLD_FLIGHT = 1 << 0;
export const TOLD_FULL_SEGMENTS = 1 << 1;
export const TOLD_JOINED_SEGMENTS = 1 << 2;
export const TOLD_SLOW_START = 1 << 3;

/** True the first time that it is asked of this end. */
export function firstTime(flow: FlowControl, bit: number): boolean {
  if (flow.told & bit) return false;
  flow.told |= bit;
  return true;
}
