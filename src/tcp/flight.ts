import { after, atOrBefore, before } from '../core/sequence.ts';
import type { Tape } from '../flows/tape.ts';

/** A segment that occupied sequence space and is not acknowledged yet. */
export interface Unacknowledged {
  readonly seq: number;
  readonly next: number;
  readonly frame: number;
  readonly time: number;
}

/** Segments remembered for RTT and bytes in flight at the most, should acknowledgments never come. */
export const MAX_UNACKNOWLEDGED = 10_000;

/** Numbers of one segment. */
const WIDTH = 4;
const [NEXT, FRAME, TIME] = [1, 2, 3];

/** What one end has sent and the other has not acknowledged, in the order in which it was sent: numbers in one array. */
export class Flight {
  /** The lowest and highest number under way; mean nothing when there is none. */
  first = 0;
  last = 0;
  /** The frame of the segment that `acknowledge` found to end just there, and when it was sent; frame 0 for none. */
  ackedFrame = 0;
  ackedTime = 0;
  private segments = new Float64Array(4 * WIDTH);
  private from = 0;
  private to = 0;
  /** Each segment begins where the one before ends or later: nothing was sent again. */
  private ordered = true;

  get empty(): boolean {
    return this.from === this.to;
  }

  /** Of the segment that was sent first. */
  get firstFrame(): number {
    return this.segments[this.from + FRAME]!;
  }

  get firstTime(): number {
    return this.segments[this.from + TIME]!;
  }

  *[Symbol.iterator](): Generator<Unacknowledged> {
    const { segments } = this;
    for (let at = this.from; at < this.to; at += WIDTH) {
      yield {
        seq: segments[at]!,
        next: segments[at + NEXT]!,
        frame: segments[at + FRAME]!,
        time: segments[at + TIME]!,
      };
    }
  }

  /**
   * Octets from the lowest number under way to the highest, both counted from `base`: without a sign, so that what was
   * sent before the number that counting begins with stands far behind everything else, as in Wireshark.
   */
  span(base: number): number {
    let first = (this.first - base) >>> 0;
    let last = (this.last - base) >>> 0;
    if (first <= last) return last - first;
    const { segments, from, to } = this;
    first = (segments[to - WIDTH]! - base) >>> 0;
    last = (segments[to - WIDTH + NEXT]! - base) >>> 0;
    for (let at = from; at < to; at += WIDTH) {
      first = Math.min(first, (segments[at]! - base) >>> 0);
      last = Math.max(last, (segments[at + NEXT]! - base) >>> 0);
    }
    return (last - first) >>> 0;
  }

  add(seq: number, next: number, frame: number, time: number): void {
    if (this.from === this.to) {
      this.from = this.to = 0;
      this.ordered = true;
      this.first = seq;
      this.last = next;
    } else {
      if (this.to - this.from >= MAX_UNACKNOWLEDGED * WIDTH) return;
      if (before(seq, this.last) || !after(next, this.first)) this.ordered = false;
      if (before(seq, this.first)) this.first = seq;
      if (after(next, this.last)) this.last = next;
    }
    if (this.to === this.segments.length) this.makeRoom();
    const { segments, to } = this;
    segments[to] = seq;
    segments[to + NEXT] = next;
    segments[to + FRAME] = frame;
    segments[to + TIME] = time;
    this.to = to + WIDTH;
  }

  /** Forgets what lies before `ack`. */
  acknowledge(ack: number): void {
    this.ackedFrame = 0;
    if (!this.ordered) this.pick(ack);
    else if (after(ack, this.first)) this.drop(ack);
    else if (atOrBefore(this.last, ack)) this.pick(ack); // half of all numbers away: neither before nor behind
  }

  /** All in order: what is acknowledged stands in front. */
  private drop(ack: number): void {
    const { segments, to } = this;
    let { from } = this;
    while (from < to && atOrBefore(segments[from + NEXT]!, ack)) {
      if (segments[from + NEXT] === ack && this.ackedFrame === 0) this.found(from);
      from += WIDTH;
    }
    this.from = from;
    if (from === to) return;
    if (after(ack, segments[from]!)) segments[from] = ack;
    this.first = segments[from]!;
  }

  private pick(ack: number): void {
    const { segments } = this;
    let kept = this.from;
    for (let at = this.from; at < this.to; at += WIDTH) {
      const next = segments[at + NEXT]!;
      if (next === ack && this.ackedFrame === 0) this.found(at);
      if (atOrBefore(next, ack)) continue;
      const seq = after(ack, segments[at]!) ? ack : segments[at]!;
      if (kept === this.from || before(seq, this.first)) this.first = seq;
      if (kept === this.from || after(next, this.last)) this.last = next;
      segments[kept] = seq;
      segments[kept + NEXT] = next;
      segments[kept + FRAME] = segments[at + FRAME]!;
      segments[kept + TIME] = segments[at + TIME]!;
      kept += WIDTH;
    }
    this.to = kept;
  }

  private found(at: number): void {
    this.ackedFrame = this.segments[at + FRAME]!;
    this.ackedTime = this.segments[at + TIME]!;
  }

  private makeRoom(): void {
    const { segments, from, to } = this;
    if (from < to / 2) {
      this.segments = new Float64Array(segments.length * 2);
      this.segments.set(segments.subarray(from, to));
    } else {
      segments.copyWithin(0, from, to);
    }
    this.from = 0;
    this.to = to - from;
  }

  /** Numbers that it takes on a tape. */
  get listed(): number {
    return 1 + this.to - this.from;
  }

  /** Sequence numbers are counted from `base`, which makes them small. */
  recordList(tape: Tape, base: number): void {
    const { numbers } = tape;
    const { segments, from, to } = this;
    numbers[tape.at++] = (to - from) / WIDTH;
    for (let at = from; at < to; at += WIDTH) {
      numbers[tape.at++] = segments[at]! - base;
      numbers[tape.at++] = segments[at + NEXT]! - base;
      numbers[tape.at++] = segments[at + FRAME]!;
      numbers[tape.at++] = segments[at + TIME]!;
    }
  }

  replayList(tape: Tape, base: number): void {
    const { numbers } = tape;
    this.from = this.to = 0;
    for (let left = numbers[tape.at++]!; left > 0; left--, tape.at += WIDTH) {
      const { at } = tape;
      this.add(numbers[at]! + base, numbers[at + NEXT]! + base, numbers[at + FRAME]!, numbers[at + TIME]!);
    }
  }
}
