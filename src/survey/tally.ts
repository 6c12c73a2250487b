/** Frames that are named as evidence. */
const NAMED = 4;

/** How often something was seen, and the frames that showed it first. */
export class Tally {
  count = 0;
  readonly frames: number[] = [];

  add(frame: number): void {
    if (this.count++ < NAMED) this.frames.push(frame);
  }
}
