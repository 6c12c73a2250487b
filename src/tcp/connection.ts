import { End } from './end.ts';
import type { Payload } from './payload.ts';

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
  readonly firstTime: number;
  lastTime: number;
  completeness = 0;
  /** Time of the last SYN without ACK, for the initial RTT; -1 for none. */
  synTime = -1;
  initialRtt = -1;
  /** Who takes what it carries; null until there is something to take. */
  payload: Payload | null = null;
  /** It was opened on ports that an older connection had used. */
  reusedPorts = false;
  segments = 0;

  constructor(stream: number, nameA: string, nameB: string, now: number) {
    this.stream = stream;
    this.nameA = nameA;
    this.nameB = nameB;
    this.firstTime = now;
    this.lastTime = now;
  }

  nameOf(end: End): string {
    return end === this.a ? this.nameA : this.nameB;
  }

  peerOf(end: End): End {
    return end === this.a ? this.b : this.a;
  }
}
