/** Numbers sent again that are remembered apart from each other; more become one stretch. */
const MOST_RESENT = 256;
/** Values of the time stamp clock that are remembered. */
const MOST_STAMPS = 512;

/** A time stamp tells a time only where the segments that bear it were sent within this part of it. */
const SAME_MOMENT = 0.1;

interface Stamp {
  readonly value: number;
  readonly first: number;
  last: number;
}

/**
 * Which acknowledgments of one flow tell a round-trip time (RFC 6298 §3, Karn's algorithm): not those of octets that were
 * sent again, for nobody knows which copy they answer, nor those that a hole held back until it was filled. There a time
 * stamp that comes back still tells (RFC 7323 §4.1). Numbers are relative ones that do not wrap, times nanoseconds.
 */
export class RoundTrips {
  /** [from, to) of what was sent again and is not acknowledged. */
  private resent: { from: number; to: number }[] = [];
  private stamps: Stamp[] = [];
  /** One past the highest number sent. */
  private top = Number.NEGATIVE_INFINITY;
  private acknowledged = Number.NEGATIVE_INFINITY;

  /** @param stamp the segment's TSval, null where it has none */
  sent(seq: number, next: number, stamp: number | null, time: number): void {
    if (next > seq && seq < this.top) this.resend(seq, next);
    this.top = Math.max(this.top, next);
    if (stamp === null) return;
    const last = this.stamps.at(-1);
    if (last?.value === stamp) {
      last.last = time;
      return;
    }
    if (this.stamps.length >= MOST_STAMPS) this.stamps.splice(0, MOST_STAMPS / 2);
    this.stamps.push({ value: stamp, first: time, last: time });
  }

  /**
   * @param exact how long ago the segment was sent that ends where this acknowledges to; null where none does
   * @param echo the acknowledging segment's TSecr, null where it has none
   */
  answer(ack: number, exact: number | null, echo: number | null, time: number): RoundTrip | null {
    if (ack <= this.acknowledged) return null;
    const ambiguous = this.resent.some(({ from, to }) => from < ack && to > this.acknowledged);
    this.acknowledged = ack;
    this.resent = this.resent.filter(({ to }) => to > ack);
    const stamp = this.echoed(echo);
    if (exact !== null && !ambiguous) return exact < 0 ? null : { value: exact, by: 'acknowledgment' };
    if (stamp === null) return null;
    const value = time - stamp.first;
    return stamp.last - stamp.first > value * SAME_MOMENT ? null : { value, by: 'time stamp' };
  }

  /** The segments with this time stamp. Older ones will not come back. */
  private echoed(echo: number | null): Stamp | null {
    const at = this.stamps.findIndex(({ value }) => value === echo);
    if (at < 0) return null;
    if (at > 0) this.stamps.splice(0, at);
    return this.stamps[0]!;
  }

  private resend(from: number, to: number): void {
    const last = this.resent.at(-1);
    if (last !== undefined && (last.to === from || this.resent.length >= MOST_RESENT)) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
    } else this.resent.push({ from, to });
  }
}

/** Exact where an acknowledgment tells it; by a time stamp it may be too long by a tenth. */
interface RoundTrip {
  readonly value: number;
  readonly by: 'acknowledgment' | 'time stamp';
}
