import type { Frame } from '../core/frame.ts';
import { isoTime } from './time.ts';

/** One moment, as machine forms have it: seconds since 1970 with nanoseconds, and ISO 8601 in UTC. */
interface Moment {
  readonly epoch: string;
  /** Null when no calendar has that date. */
  readonly iso: string | null;
}

/**
 * The time of `frame`, or, with `sinceFirst`, of so many nanoseconds since the capture's first frame. Null when the frame
 * has no time.
 */
export function momentOf(frame: Frame, sinceFirst: number | null): Moment | null {
  if (!frame.hasTime) return null;
  const { seconds, nanoseconds, relativeSeconds, relativeNanoseconds } = frame;
  if (sinceFirst === null) return moment(BigInt(seconds) * BILLION + BigInt(nanoseconds));
  const first = BigInt(seconds - relativeSeconds) * BILLION + BigInt(nanoseconds - relativeNanoseconds);
  return moment(first + BigInt(Math.round(sinceFirst)));
}

function moment(nanoseconds: bigint): Moment {
  const fraction = ((nanoseconds % BILLION) + BILLION) % BILLION;
  return { epoch: textOf(nanoseconds), iso: isoTime(Number((nanoseconds - fraction) / BILLION), Number(fraction)) };
}

/** Seconds since 1970, with nanoseconds. */
export const epochText = (seconds: number, nanoseconds: number): string =>
  textOf(BigInt(seconds) * BILLION + BigInt(nanoseconds));

function textOf(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return `${nanoseconds < 0n ? '-' : ''}${size / BILLION}.${String(size % BILLION).padStart(9, '0')}`;
}

const BILLION = 1_000_000_000n;
