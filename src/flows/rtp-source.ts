/** What a packet is beside those of its source that came before. */
export type Place = 'first' | 'next' | 'gap' | 'late' | 'duplicate' | 'restart';

/** Sequence numbers that may be missing, or come late, before it is taken for a restart (RFC 3550 §A.1). */
const MOST_MISSING = 3000;
const MOST_LATE = 100;
/** Numbers behind the highest of which it is known whether they came. */
const REMEMBERED = 128;
const CYCLE = 1 << 16;

/** The packets of one source, as their receiver counts them (RFC 3550 §A.1, §A.3, §A.8). */
export class RtpSource {
  /** The first number, and the highest with its cycles. */
  base = 0;
  highest = 0;
  received = 0;
  /** The smoothed difference of transit times, in units of the timestamp; 0 as long as these are not known. */
  jitter = 0;
  /** Of the packet before. */
  payloadType = -1;
  timestamp = 0;
  /** When it came, in nanoseconds since the capture's first frame. */
  arrived = 0;
  /** Numbers that were missing when the last one came. */
  missing = 0;
  /** What the next number would have been. */
  expectedNext = 0;
  private transit = 0;
  private timed = false;
  /** Which of the last numbers came. */
  private readonly came = new Uint8Array(REMEMBERED);

  /** Numbers from the first to the highest. */
  get expected(): number {
    return this.highest - this.base + 1;
  }

  /** Packets that did not come, as far as is known; those that came twice count against them. */
  get lost(): number {
    return this.expected - this.received;
  }

  take(sequence: number): Place {
    const place = this.place(sequence);
    if (place === 'first' || place === 'restart') this.begin(sequence);
    this.received++;
    this.came[sequence % REMEMBERED] = 1;
    return place;
  }

  private place(sequence: number): Place {
    if (this.received === 0) return 'first';
    this.expectedNext = (this.highest + 1) % CYCLE;
    const ahead = (sequence - this.highest) & (CYCLE - 1);
    if (ahead > 0 && ahead < MOST_MISSING) {
      this.missing = ahead - 1;
      for (let i = 1; i < Math.min(ahead, REMEMBERED); i++) this.came[(this.highest + i) % REMEMBERED] = 0;
      this.highest += ahead;
      return this.missing > 0 ? 'gap' : 'next';
    }
    const behind = CYCLE - ahead;
    if (ahead !== 0 && behind > MOST_LATE) return 'restart';
    return this.came[sequence % REMEMBERED] === 1 ? 'duplicate' : 'late';
  }

  private begin(sequence: number): void {
    this.base = this.highest = sequence;
    this.received = 0;
    this.jitter = 0;
    this.timed = false;
    this.came.fill(0);
  }

  /** Takes the time of a packet: `arrived` in nanoseconds, `rate` units of the timestamp a second. */
  time(timestamp: number, arrived: number, rate: number): void {
    const now = (arrived / 1e9) * rate;
    const transit = now - timestamp;
    // The timestamp may wrap around in between.
    const wrapped = transit - this.transit;
    const difference = Math.abs(wrapped - Math.round(wrapped / 2 ** 32) * 2 ** 32);
    if (this.timed) this.jitter += (difference - this.jitter) / 16;
    this.transit = transit;
    this.timed = true;
  }
}
