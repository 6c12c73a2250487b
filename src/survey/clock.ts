import type { Frame } from '../core/frame.ts';
import { Tally } from './tally.ts';

/** What the times of one interface show of the clock behind them, or those of the whole capture of the order in the file. */
export class Clock {
  /** The largest power of ten that divides every time so far, in nanoseconds, up to a second. */
  unit = 1e9;
  /** Frames whose time is not that of the frame before: each is one more witness for `unit`. */
  changes = 0;
  /** Frames with the time of the frame before: which of the two came first, the time does not say. */
  readonly same = new Tally();
  /** Frames that are earlier than the one before, and by how much at the most, in nanoseconds. */
  readonly backward = new Tally();
  furthestBack = 0;
  private timed = false;
  private seconds = 0;
  private nanoseconds = 0;

  see(frame: Frame): void {
    const { seconds, nanoseconds } = frame;
    while (nanoseconds % this.unit !== 0) this.unit /= 10;
    if (!this.timed) {
      this.timed = true;
      this.changes = 1;
    } else if (seconds === this.seconds && nanoseconds === this.nanoseconds) {
      this.same.add(frame.number);
      return;
    } else {
      this.changes++;
      if (seconds < this.seconds || (seconds === this.seconds && nanoseconds < this.nanoseconds)) this.goBack(frame);
    }
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }

  private goBack(frame: Frame): void {
    this.backward.add(frame.number);
    const back = (this.seconds - frame.seconds) * 1e9 + (this.nanoseconds - frame.nanoseconds);
    if (back > this.furthestBack) this.furthestBack = back;
  }
}
