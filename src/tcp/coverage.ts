/** Holes that are remembered; beyond that what fills one counts as sent again. */
const MOST_HOLES = 256;

/** What a segment is to the octets that were captured before it. */
export type Novelty = 'new' | 'late' | 'again';

/**
 * Which octets of one flow were captured, told by the holes in them. Wireshark judges by the clock whether a segment that does
 * not advance the stream was overtaken or sent again; where its octets were captured before, there is nothing to judge.
 */
export class Coverage {
  private top = Number.NEGATIVE_INFINITY;
  private holes: { readonly from: number; readonly to: number }[] = [];

  /** Takes in [seq, next), relative numbers that do not wrap: `late` fills a hole, `again` was there before. */
  take(seq: number, next: number): Novelty {
    if (seq >= this.top) {
      if (seq > this.top && this.top > Number.NEGATIVE_INFINITY && this.holes.length < MOST_HOLES) {
        this.holes.push({ from: this.top, to: seq });
      }
      this.top = Math.max(this.top, next);
      return 'new';
    }
    const fills = this.holes.some(({ from, to }) => from < next && to > seq);
    if (fills) this.fill(seq, next);
    this.top = Math.max(this.top, next);
    return fills ? 'late' : 'again';
  }

  private fill(seq: number, next: number): void {
    this.holes = this.holes.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, seq) },
        { from: Math.max(from, next), to },
      ].filter((hole) => hole.from < hole.to),
    );
  }
}
