import type { Frame } from '../core/frame.ts';

/** The time of a frame: whole seconds since 1970, and nanoseconds on top. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** How much there is, and from when to when: of the capture, or of one of its interfaces. */
export class Extent {
  frames = 0;
  /** Octets in the file, and on the wire. */
  capturedOctets = 0;
  wireOctets = 0;
  /** Frames that have a time. */
  timed = 0;
  private earliestSeconds = 0;
  private earliestNanoseconds = 0;
  private latestSeconds = 0;
  private latestNanoseconds = 0;

  /** `pseudo`: octets of a header that the recording device wrote before the frame, which count as nothing. */
  count(frame: Frame, pseudo: number): void {
    this.frames++;
    this.capturedOctets += frame.capturedLength - pseudo;
    this.wireOctets += frame.wireLength - pseudo;
    if (frame.hasTime) this.mark(frame.seconds, frame.nanoseconds);
  }

  /** Null where no frame has a time. Frames need not stand in the order of their times. */
  get earliest(): Instant | null {
    return this.timed === 0 ? null : { seconds: this.earliestSeconds, nanoseconds: this.earliestNanoseconds };
  }

  get latest(): Instant | null {
    return this.timed === 0 ? null : { seconds: this.latestSeconds, nanoseconds: this.latestNanoseconds };
  }

  /** From the earliest to the latest frame; a capture may span more nanoseconds than a number holds. */
  get duration(): Instant | null {
    if (this.timed === 0) return null;
    const nanoseconds = this.latestNanoseconds - this.earliestNanoseconds;
    const borrowed = nanoseconds < 0 ? 1 : 0;
    return {
      seconds: this.latestSeconds - this.earliestSeconds - borrowed,
      nanoseconds: nanoseconds + borrowed * 1e9,
    };
  }

  private mark(seconds: number, nanoseconds: number): void {
    if (this.timed++ === 0) {
      this.earliestSeconds = this.latestSeconds = seconds;
      this.earliestNanoseconds = this.latestNanoseconds = nanoseconds;
      return;
    }
    if (seconds > this.latestSeconds || (seconds === this.latestSeconds && nanoseconds > this.latestNanoseconds)) {
      this.latestSeconds = seconds;
      this.latestNanoseconds = nanoseconds;
    } else if (
      seconds < this.earliestSeconds ||
      (seconds === this.earliestSeconds && nanoseconds < this.earliestNanoseconds)
    ) {
      this.earliestSeconds = seconds;
      this.earliestNanoseconds = nanoseconds;
    }
  }
}
