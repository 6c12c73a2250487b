/** Frames that are named as evidence. */
const NAMED = 4;

const NOTHING: number[] = [];

/** The first frames of several tallies. */
export const first = <T>(all: readonly T[], of: (one: T) => Tally): readonly number[] =>
  all
    .flatMap((one) => of(one).frames)
    .sort((a, b) => a - b)
    .slice(0, NAMED);

/** How often something was seen, and the frames that showed it first. */
export class Tally {
  count = 0;
  /** Most tallies stay empty, and there are many. */
  private named = NOTHING;

  get frames(): readonly number[] {
    return this.named;
  }

  add(frame: number): void {
    if (this.count++ === 0) this.named = [frame];
    else if (this.count <= NAMED) this.named.push(frame);
  }
}
