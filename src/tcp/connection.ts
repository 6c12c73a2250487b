import type { Frame } from '../core/frame.ts';
import { Tape } from '../flows/tape.ts';
import { Summary } from './counts.ts';
import { End } from './end.ts';
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
    return this.names.endpointName(this.stream, 0);
  }

  get nameB(): string {
    return this.names.endpointName(this.stream, 1);
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

  /** Everything but its number and its payload. */
  pass(tape: Tape): void {
    this.seconds = tape.number(this.seconds);
    this.nanoseconds = tape.number(this.nanoseconds);
    this.lastTime = tape.number(this.lastTime);
    this.completeness = tape.number(this.completeness);
    this.synTime = tape.number(this.synTime, -1);
    this.initialRtt = tape.number(this.initialRtt, -1);
    this.reusedPorts = tape.flag(this.reusedPorts);
    this.succeeded = tape.flag(this.succeeded);
    this.segments = tape.number(this.segments);
    this.a.pass(tape);
    this.b.pass(tape);
    this.passSummary(tape);
  }

  private passSummary(tape: Tape): void {
    if (tape.flag(this.summary !== null)) {
      this.summary ??= this.newSummary();
      this.summary.pass(tape);
    } else {
      this.summary = null;
    }
  }

  /** Where counting begins. */
  newSummary(): Summary {
    this.spareSummary ??= new Summary();
    this.spareSummary.pass(BLANK);
    return this.spareSummary;
  }
}

const BLANK = new Tape();
