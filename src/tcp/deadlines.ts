/**
 * When each TIME_WAIT ends, in the order in which they began: a ring of numbers, for a busy server has a hundred thousand
 * of them at a time. A connection is named by its number, since it may be at rest meanwhile.
 */
export class Deadlines {
  private size = 0;
  private first = 0;
  private until = new Float64Array(1024);
  /** Twice the connection's number, and 1 for its end B. */
  private ends = new Uint32Array(1024);

  /** The first one's time; when there is none, not a number, which is before nothing. */
  get next(): number {
    return this.size === 0 ? Number.NaN : this.until[this.first]!;
  }

  /** The first one's connection and end. */
  get stream(): number {
    return this.ends[this.first]! >>> 1;
  }

  get isA(): boolean {
    return (this.ends[this.first]! & 1) === 0;
  }

  add(stream: number, isA: boolean, until: number): void {
    if (this.size === this.until.length) this.grow();
    const at = (this.first + this.size++) % this.until.length;
    this.until[at] = until;
    this.ends[at] = stream * 2 + (isA ? 0 : 1);
  }

  removeFirst(): void {
    this.first = (this.first + 1) % this.until.length;
    this.size--;
  }

  private grow(): void {
    const { until, ends, first } = this;
    const behind = until.length - first;
    this.until = new Float64Array(until.length * 2);
    this.ends = new Uint32Array(until.length * 2);
    this.until.set(until.subarray(first));
    this.until.set(until.subarray(0, first), behind);
    this.ends.set(ends.subarray(first));
    this.ends.set(ends.subarray(0, first), behind);
    this.first = 0;
  }
}
