import type { Frame } from '../core/frame.ts';
import type { Tape } from '../flows/tape.ts';
import { Summary } from './counts.ts';
import { End } from './end.ts';
import { lentFlow } from './flow-control.ts';
import type { Payload } from './payload.ts';

/** Bits of Wireshark's `tcp.completeness`. */
export const COMPLETE_SYN = 1;
export const COMPLETE_SYN_ACK = 2;
export const COMPLETE_ACK = 4;
export const COMPLETE_DATA = 8;
export const COMPLETE_FIN = 16;
export const COMPLETE_RST = 32;

/** Who knows the names of a connection's ends: `192.168.0.10:51234`. */
export interface EndpointNames {
  endpointName(stream: number, side: 0 | 1): string;
}

/**
 * A TCP conversation from its first segment seen to its end. Ends are A (sent first) and B, and never swap.
 *
 * The object is lent: once the connection is silent, another one may get it. Whoever needs it longer than for the packet
 * at hand sets `held`.
 */
export class Connection {
  stream = -1;
  readonly a = new End();
  readonly b = new End();
  private readonly names: EndpointNames;
  /** The names of its ends, once somebody asked for those of the connection that has the object: `named` is its number. */
  private named = -1;
  private namedA = '';
  private namedB = '';
  /** The frame time that all its times count from. */
  private seconds = 0;
  private nanoseconds = 0;
  lastTime = 0;
  completeness = 0;
  /** Time of the last SYN without ACK, for the initial RTT; -1 for none. */
  synTime = -1;
  initialRtt = -1;
  /** Who takes what it carries; null until there is something to take. */
  payload: Payload | null = null;
  /** It was opened on ports that an older connection had used. */
  reusedPorts = false;
  /** A younger connection has taken its ports. */
  succeeded = false;
  segments = 0;
  /** What is counted of it, once somebody counts. */
  summary: Summary | null = null;
  private spareSummary: Summary | null = null;
  /** Somebody holds on to the object. */
  held = false;
  /** The frame in which it was heard of last, and whether that was lately. */
  heardIn = 0;
  heardLately = false;

  constructor(names: EndpointNames) {
    this.names = names;
  }

  /** Its first segment stands in `frame`. */
  start(frame: Frame): void {
    this.seconds = frame.relativeSeconds;
    this.nanoseconds = frame.relativeNanoseconds;
  }

  /** Time of its first segment, in nanoseconds since the capture's first frame. */
  get begin(): number {
    return this.seconds * 1e9 + this.nanoseconds;
  }

  /** `address:port`, made when something is printed of them. */
  get nameA(): string {
    this.nameEnds();
    return this.namedA;
  }

  get nameB(): string {
    this.nameEnds();
    return this.namedB;
  }

  private nameEnds(): void {
    if (this.named === this.stream) return;
    this.named = this.stream;
    this.namedA = this.names.endpointName(this.stream, 0);
    this.namedB = this.names.endpointName(this.stream, 1);
  }

  /**
   * A frame's time in nanoseconds since the connection's first segment. Counted from there, not from the capture's
   * beginning, so that it stays exact in captures that span years.
   */
  timeOf(frame: Frame): number {
    return (frame.relativeSeconds - this.seconds) * 1e9 + (frame.relativeNanoseconds - this.nanoseconds);
  }

  nameOf(end: End): string {
    return end === this.a ? this.nameA : this.nameB;
  }

  peerOf(end: End): End {
    return end === this.a ? this.b : this.a;
  }

  /** How many numbers its lists take. */
  get listed(): number {
    const told = (this.a.flow?.listed ?? 0) + (this.b.flow?.listed ?? 0);
    return this.a.listed + this.b.listed + (this.summary?.listed ?? 0) + told;
  }

  /** Everything but its number and its payload. */
  record(tape: Tape): void {
    tape.at = 0;
    const { numbers } = tape;
    numbers[tape.at++] = this.seconds;
    numbers[tape.at++] = this.nanoseconds;
    numbers[tape.at++] = this.lastTime;
    numbers[tape.at++] = this.completeness;
    numbers[tape.at++] = this.synTime;
    numbers[tape.at++] = this.initialRtt;
    numbers[tape.at++] = this.segments;
    numbers[tape.at++] =
      (this.reusedPorts ? 1 : 0) |
      (this.succeeded ? 2 : 0) |
      (this.summary !== null ? 4 : 0) |
      (this.a.flow !== null ? 8 : 0) |
      (this.b.flow !== null ? 16 : 0);
    this.a.record(tape, null);
    this.b.record(tape, this.a);
    this.summary?.record(tape);
    this.a.flow?.record(tape);
    this.b.flow?.record(tape);
    tape.listsAt = tape.at;
    this.a.recordLists(tape);
    this.b.recordLists(tape);
    this.summary?.recordLists(tape);
    this.a.flow?.recordLists(tape);
    this.b.flow?.recordLists(tape);
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.seconds = numbers[tape.at++]!;
    this.nanoseconds = numbers[tape.at++]! | 0;
    this.lastTime = numbers[tape.at++]!;
    this.completeness = numbers[tape.at++]! | 0;
    this.synTime = numbers[tape.at++]!;
    this.initialRtt = numbers[tape.at++]!;
    this.segments = numbers[tape.at++]! | 0;
    const bits = numbers[tape.at++]! | 0;
    this.reusedPorts = (bits & 1) !== 0;
    this.succeeded = (bits & 2) !== 0;
    this.spareSummary ??= bits & 4 ? new Summary() : null;
    this.summary = bits & 4 ? this.spareSummary : null;
    this.a.replay(tape, null);
    this.b.replay(tape, this.a);
    this.summary?.replay(tape);
    this.a.flow = bits & 8 ? lentFlow(this.a) : null;
    this.b.flow = bits & 16 ? lentFlow(this.b) : null;
    this.a.flow?.replay(tape);
    this.b.flow?.replay(tape);
    this.a.replayLists(tape);
    this.b.replayLists(tape);
    this.summary?.replayLists(tape);
    this.a.flow?.replayLists(tape);
    this.b.flow?.replayLists(tape);
  }

  /** It was over long ago. */
  fade(): void {
    this.synTime = -1;
    this.a.fade();
    this.b.fade();
  }

  /** What was counted is for whoever has it: the next connection gets an object of its own. */
  leaveSummary(): void {
    this.spareSummary = null;
  }

  /** Where counting begins. */
  newSummary(): Summary {
    this.spareSummary ??= new Summary();
    this.spareSummary.clear();
    return this.spareSummary;
  }
}
