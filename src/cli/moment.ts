import type { Frame, FrameSource } from '../core/frame.ts';
import { UsageFault } from './fault.ts';

/** `--at`: a moment of the capture, in one of four forms. */
type Moment =
  | { readonly kind: 'frame'; readonly number: number }
  /** Nanoseconds since the first frame. */
  | { readonly kind: 'since'; readonly nanoseconds: number }
  /** Nanoseconds since 1970. */
  | { readonly kind: 'epoch'; readonly nanoseconds: bigint }
  | { readonly kind: 'end' };

/** Seconds from here on are counted from 1970: no capture lasts three years, and none was made before 1973. */
const EPOCH_FROM = 100_000_000;

export function momentOf(text: string | null): Moment {
  if (text === null) return { kind: 'end' };
  const frame = /^frame:([1-9]\d*)$/.exec(text);
  if (frame !== null) return { kind: 'frame', number: Number(frame[1]) };
  const number = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (number !== null) {
    const nanoseconds = BigInt(number[1]!) * 1_000_000_000n + BigInt((number[2] ?? '').padEnd(9, '0'));
    if (Number(number[1]) >= EPOCH_FROM) return { kind: 'epoch', nanoseconds };
    return { kind: 'since', nanoseconds: Number(nanoseconds) };
  }
  const date = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const seconds = date === null ? Number.NaN : Date.parse(`${date[1]!.replace(' ', 'T')}${date[3] ?? 'Z'}`);
  if (date !== null && !Number.isNaN(seconds)) {
    return { kind: 'epoch', nanoseconds: BigInt(seconds) * 1_000_000n + BigInt((date[2] ?? '').padEnd(9, '0')) };
  }
  throw new UsageFault(
    `--at wants seconds since the first frame, frame:N, seconds since 1970, or a date such as 2026-11-20T21:03:46.9Z, not "${text}"`,
  );
}

/** A capture as far as a moment: frames that are later are passed over. */
export class FramesUntil implements FrameSource {
  /** Nanoseconds from the first frame to the moment, or to the last frame when that comes first. */
  now = 0;
  /** True when a frame was later than the moment: the capture knows what was then. */
  reached = false;
  private readonly source: FrameSource;
  private readonly moment: Moment;
  private first: bigint | null = null;

  constructor(source: FrameSource, moment: Moment) {
    this.source = source;
    this.moment = moment;
  }

  next(frame: Frame): boolean {
    while (this.source.next(frame)) {
      const since = this.since(frame);
      const limit = this.limit();
      if (this.moment.kind === 'frame' ? frame.number <= this.moment.number : since <= limit) {
        if (this.moment.kind === 'frame') this.reached = frame.number === this.moment.number;
        this.now = Math.max(this.now, since);
        return true;
      }
      this.reached = true;
      if (Number.isFinite(limit)) this.now = limit;
    }
    return false;
  }

  /** Nanoseconds since the first frame. A frame without a time is as late as the one before. */
  private since(frame: Frame): number {
    if (!frame.hasTime) return this.now;
    const time = BigInt(frame.seconds) * 1_000_000_000n + BigInt(frame.nanoseconds);
    this.first ??= time;
    return Number(time - this.first);
  }

  private limit(): number {
    const { moment } = this;
    if (moment.kind === 'since') return moment.nanoseconds;
    if (moment.kind === 'epoch') return Number(moment.nanoseconds - (this.first ?? moment.nanoseconds));
    return Number.POSITIVE_INFINITY;
  }

  refill(): boolean | Promise<boolean> {
    return this.source.refill();
  }

  close(): void {
    this.source.close();
  }

  get format() {
    return this.source.format;
  }
  get interfaces() {
    return this.source.interfaces;
  }
  get names() {
    return this.source.names;
  }
  get secrets() {
    return this.source.secrets;
  }
  get comments() {
    return this.source.comments;
  }
  get problem() {
    return this.source.problem;
  }
}
