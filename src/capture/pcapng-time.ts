import type { Frame } from '../core/frame.ts';

/** How to turn an interface's ticks into seconds and nanoseconds. */
export interface TickScale {
  /** Ticks a second, exact; used when doubles are too small for it. */
  readonly exact: bigint;
  /** The same as a number when the arithmetic below is exact with it, else 0. */
  readonly perSecond: number;
  /** A remainder of ticks times `multiplier`, divided by `divisor` and rounded down, is nanoseconds. */
  readonly multiplier: number;
  readonly divisor: number;
}

/** Ticks a second of an if_tsresol octet (draft-ietf-opsawg-pcapng §4.2): 10^-n, or 2^-n with the upper bit set. */
export const ticksPerSecond = (resolution: number): number =>
  resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;

export function tickScale(resolution: number): TickScale {
  const power = resolution & 0x7f;
  const exact = (resolution & 0x80 ? 2n : 10n) ** BigInt(power);
  if (resolution & 0x80) {
    // 10^9 / 2^n = 5^9 / 2^(n-9). A remainder below 2^32 times 5^9 stays below 2^53.
    const perSecond = power <= 32 ? 2 ** power : 0;
    return { exact, perSecond, multiplier: 5 ** 9, divisor: 2 ** (power - 9) };
  }
  const perSecond = power <= 11 ? 10 ** power : 0;
  return {
    exact,
    perSecond,
    multiplier: power < 9 ? 10 ** (9 - power) : 1,
    divisor: power > 9 ? 10 ** (power - 9) : 1,
  };
}

/**
 * Sets the frame's time from a 64-bit count of ticks. Division by hand, 16 bits at a time: with up to 2^37 ticks a second
 * each step stays below 2^53, so that it is exact without a bigint for each packet.
 */
export function setTime(frame: Frame, scale: TickScale, offsetSeconds: number, high: number, low: number): void {
  const { perSecond } = scale;
  if (perSecond === 0) {
    setTimeByBigint(frame, scale, offsetSeconds, high, low);
    return;
  }
  const first = Math.floor(high / perSecond);
  const upper = (high - first * perSecond) * 0x10000 + (low >>> 16);
  const second = Math.floor(upper / perSecond);
  const lower = (upper - second * perSecond) * 0x10000 + (low & 0xffff);
  const third = Math.floor(lower / perSecond);
  frame.seconds = first * 0x100000000 + second * 0x10000 + third + offsetSeconds;
  frame.nanoseconds = Math.floor(((lower - third * perSecond) * scale.multiplier) / scale.divisor);
}

function setTimeByBigint(frame: Frame, scale: TickScale, offsetSeconds: number, high: number, low: number): void {
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  frame.seconds = Number(ticks / scale.exact) + offsetSeconds;
  frame.nanoseconds = Number(((ticks % scale.exact) * 1_000_000_000n) / scale.exact);
}
