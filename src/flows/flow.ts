import type { Frame } from '../core/frame.ts';
import type { Tape } from './tape.ts';

/** What one end of a conversation sent. */
export class Sent {
  packets = 0;
  /** Octets of frames, as long as they were on the wire. */
  bytes = 0;
  /** Octets of payload, each time they were sent. */
  data = 0;

  count(frame: Frame, data: number): void {
    this.packets++;
    this.bytes += frame.wireLength;
    this.data += data;
  }

  record(tape: Tape): void {
    const { numbers } = tape;
    numbers[tape.at++] = this.packets;
    numbers[tape.at++] = this.bytes;
    numbers[tape.at++] = this.data;
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.packets = numbers[tape.at++]! | 0;
    this.bytes = numbers[tape.at++]!;
    this.data = numbers[tape.at++]!;
  }
}

/** From when to when, in frames and in the capture's time. */
export class Span {
  firstFrame = 0;
  lastFrame = 0;
  hasTime = false;
  /** Since 1970. */
  seconds = 0;
  nanoseconds = 0;
  /** Nanoseconds since the capture's first frame. */
  begin = 0;
  end = 0;
  /** One of its frames was asked for. */
  wanted = false;

  mark(frame: Frame, wanted: boolean): void {
    if (wanted) this.wanted = true;
    const now = frame.relativeSeconds * 1e9 + frame.relativeNanoseconds;
    if (this.firstFrame === 0) {
      this.firstFrame = frame.number;
      this.hasTime = frame.hasTime;
      this.seconds = frame.seconds;
      this.nanoseconds = frame.nanoseconds;
      this.begin = now;
      this.end = now;
    }
    this.lastFrame = frame.number;
    if (now > this.end) this.end = now;
  }

  record(tape: Tape): void {
    const { numbers } = tape;
    numbers[tape.at++] = this.firstFrame;
    numbers[tape.at++] = this.lastFrame - this.firstFrame;
    numbers[tape.at++] = this.hasTime ? 1 : 0;
    numbers[tape.at++] = this.seconds;
    numbers[tape.at++] = this.nanoseconds;
    numbers[tape.at++] = this.begin;
    numbers[tape.at++] = this.end - this.begin;
    numbers[tape.at++] = this.wanted ? 1 : 0;
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.firstFrame = numbers[tape.at++]! | 0;
    this.lastFrame = (this.firstFrame + numbers[tape.at++]!) | 0;
    this.hasTime = numbers[tape.at++] === 1;
    this.seconds = numbers[tape.at++]!;
    this.nanoseconds = numbers[tape.at++]! | 0;
    this.begin = numbers[tape.at++]!;
    this.end = this.begin + numbers[tape.at++]!;
    this.wanted = numbers[tape.at++] === 1;
  }
}

export type Role = 'client' | 'server';

/** How a conversation stands when the capture ends. */
export type Ending =
  /** Both ends closed their side, and both FINs were acknowledged. */
  | 'closed'
  /** The server's host answered the SYN with RST. */
  | 'refused'
  /** A RST ended it. */
  | 'reset'
  /** Both FINs were seen, but not both acknowledged. */
  | 'closing'
  /** One end has closed its side. */
  | 'half-closed'
  /** The capture ends first. */
  | 'open'
  /** Nothing ended it, but its ports were opened anew: at least one end has forgotten it. */
  | 'superseded'
  /** Nobody answered. */
  | 'unanswered';

/** A conversation as `dissect flows` tells of it, whatever carried it. A is the end that was seen first. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
  readonly stream: number;
  readonly span: Span;
  /** What was recognised inside: `http`, `dns`; null for nothing. */
  readonly service: string | null;
  readonly a: FlowEnd;
  readonly b: FlowEnd;
  /** Nanoseconds; null when the handshake was not seen. */
  readonly initialRtt: number | null;
  readonly reusedPorts: boolean;
  /** It had begun before the capture did. */
  readonly midStream: boolean;
  readonly ending: Ending | null;
  /** Who reset it, or closed first. */
  readonly endedBy: string | null;
  readonly endedFrame: number | null;
  /** The likeliest cause of a reset. */
  readonly cause: string | null;
  /** Zeek's words for it. */
  readonly connState: string;
  readonly history: string;
}

export interface FlowEnd {
  readonly name: string;
  readonly role: Role | null;
  readonly sent: Sent;
  /** Of TCP only. */
  readonly trouble: Trouble | null;
  readonly state: string | null;
}

/** Segments of one end that tell of loss or of a slow receiver. */
export interface Trouble {
  readonly retransmissions: number;
  readonly outOfOrder: number;
  readonly lostSegments: number;
  readonly duplicateAcks: number;
  readonly zeroWindows: number;
  readonly badChecksums: number;
}
