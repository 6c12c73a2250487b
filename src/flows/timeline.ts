import type { Frame } from '../core/frame.ts';

/** Gives each frame its time since the first one and since the one before. */
export class Timeline {
  private started = false;
  private firstSeconds = 0;
  private firstNanoseconds = 0;
  private lastSeconds = 0;
  private lastNanoseconds = 0;

  mark(frame: Frame): void {
    if (!frame.hasTime) return;
    const { seconds, nanoseconds } = frame;
    if (!this.started) {
      this.started = true;
      this.firstSeconds = this.lastSeconds = seconds;
      this.firstNanoseconds = this.lastNanoseconds = nanoseconds;
    }
    let nanos = nanoseconds - this.firstNanoseconds;
    frame.relativeSeconds = seconds - this.firstSeconds - (nanos < 0 ? 1 : 0);
    frame.relativeNanoseconds = nanos < 0 ? nanos + 1e9 : nanos;
    nanos = nanoseconds - this.lastNanoseconds;
    frame.deltaSeconds = seconds - this.lastSeconds - (nanos < 0 ? 1 : 0);
    frame.deltaNanoseconds = nanos < 0 ? nanos + 1e9 : nanos;
    this.lastSeconds = seconds;
    this.lastNanoseconds = nanoseconds;
  }
}
