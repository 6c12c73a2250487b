import type { Frame } from '../core/frame.ts';
import { End } from './end.ts';
import type { Payload } from './payload.ts';
import type { Summary } from './summary.ts';

/** Bits of Wireshark's `tcp.completeness`. */
export const COMPLETE_SYN = 1;
export const COMPLETE_SYN_ACK = 2;
export const COMPLETE_ACK = 4;
export const COMPLETE_DATA = 8;
export const COMPLETE_FIN = 16;
export const COMPLETE_RST = 32;

/** A TCP conversation from its first segment seen to its end. Ends are A (sent first) and B, and never swap. */
export class Connection {
  readonly stream: number;
  readonly a = new End();
  readonly b = new End();
  /** `address:port`, made when something is printed of them. */
  readonly nameA: string;
  readonly nameB: string;
  /** The frame time that all its times count from. */
  private readonly seconds: number;
  private readonly nanoseconds: number;
  /** Of its first segment, in nanoseconds since the capture's first frame. */
  readonly begin: number;
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
  /** When it was heard of last, in turns of laying silent ones to rest. */
  generation = 0;
  /** What is counted of it, where somebody counts. */
  summary: Summary | null = null;

  constructor(stream: number, nameA: string, nameB: string, frame: Frame) {
    this.stream = stream;
    this.nameA = nameA;
    this.nameB = nameB;
    this.seconds = frame.relativeSeconds;
    this.nanoseconds = frame.relativeNanoseconds;
    this.begin = frame.relativeSeconds * 1e9 + frame.relativeNanoseconds;
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
}
