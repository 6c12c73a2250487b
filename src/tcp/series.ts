/** One value at one moment. Times are nanoseconds since the connection's first segment. */
export interface Sample {
  readonly time: number;
  readonly frame: number;
  readonly value: number;
}

/** Samples of one kind that are kept at the most: more than a picture has columns. */
export const MOST_SAMPLES = 4096;

/** Samples thinned out together: the lowest and the highest of them stay. */
const THINNED = 4;

/** What one value did over time, in bounded memory: when there is no more room, every four in a row become two. */
export class Series {
  samples: Sample[] = [];
  /** Samples that were taken in and then left out. */
  dropped = 0;

  add(time: number, frame: number, value: number): void {
    if (this.samples.length >= MOST_SAMPLES) this.thin();
    this.samples.push({ time, frame, value });
  }

  /** Extremes stay, however often that happens: they are the lowest and the highest of any four. */
  private thin(): void {
    const { samples } = this;
    const kept: Sample[] = [];
    for (let i = 0; i < samples.length; i += THINNED) {
      const four = samples.slice(i, i + THINNED);
      const lowest = four.reduce((least, sample) => (sample.value < least.value ? sample : least));
      const highest = four.reduce((most, sample) => (sample.value >= most.value ? sample : most));
      kept.push(...four.filter((sample) => sample === lowest || sample === highest));
    }
    this.dropped += samples.length - kept.length;
    this.samples = kept;
  }
}

/** Segments of one flow that stand behind each other, or a single one. */
export interface Run {
  readonly time: number;
  /** When the last of them was sent. */
  readonly until: number;
  readonly frame: number;
  readonly count: number;
  /** Relative numbers: the first, and one past the last. They do not wrap. */
  readonly seq: number;
  readonly next: number;
  readonly flags: number;
  /** Findings of `classify`, one bit each. */
  readonly analysis: number;
  /** Its octets were sent before. */
  readonly again: boolean;
}

/**
 * The segments of one flow, in bounded memory: when there is no more room, segments in which nothing happens are drawn
 * together with the one that goes on where they end. What is odd stays by itself for as long as there is room for it.
 */
export class Runs {
  runs: Run[] = [];
  /** Segments that were taken in and then left out. */
  dropped = 0;

  private readonly odd: Pick<Run, 'analysis' | 'flags'>;

  /** @param odd bits that make a segment stay by itself */
  constructor(odd: Pick<Run, 'analysis' | 'flags'>) {
    this.odd = odd;
  }

  add(run: Run): void {
    if (this.runs.length >= MOST_SAMPLES) this.thin();
    this.runs.push(run);
  }

  private thin(): void {
    const joined: Run[] = [];
    let alone: Run | null = null;
    for (const run of this.runs) {
      if (alone !== null && this.goesOn(alone, run)) {
        const { until, next } = run;
        joined[joined.length - 1] = { ...alone, until, next, count: alone.count + run.count };
        alone = null;
      } else {
        joined.push(run);
        alone = run;
      }
    }
    this.runs = joined.length <= (3 / 4) * MOST_SAMPLES ? joined : this.halved(joined);
  }

  /** Nearly all of them are odd: every other one has to go. */
  private halved(runs: readonly Run[]): Run[] {
    const kept = runs.filter(({ flags }, i) => i % 2 === 0 || (flags & this.odd.flags) !== 0);
    const few = kept.length <= (3 / 4) * MOST_SAMPLES ? kept : runs.filter((_, i) => i % 2 === 0);
    const counted = (list: readonly Run[]): number => list.reduce((sum, { count }) => sum + count, 0);
    this.dropped += counted(runs) - counted(few);
    return few;
  }

  private goesOn(before: Run, run: Run): boolean {
    return before.next === run.seq && !this.isOdd(before) && !this.isOdd(run);
  }

  private isOdd({ analysis, flags, again }: Run): boolean {
    return again || (analysis & this.odd.analysis) !== 0 || (flags & this.odd.flags) !== 0;
  }
}
