import type { Parameters } from 'fast-check';
import { afterAll } from 'vitest';

/**
 * How much is tried. `npm run fuzz` asks for FUZZ_RUNS inputs of each kind, or for FUZZ_MINUTES in all; the suite for a few
 * of each. A failure names the seed and path with which it comes again.
 */
const MINUTES = Number(process.env.FUZZ_MINUTES ?? 0);
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

let inputs = 0;

/** Counts an input that was tried. */
export const tried = (): void => {
  inputs++;
};

/**
 * What fast-check is to do, `weight` times as much as usual. `share` of the minutes: on two cores, vitest runs the tests of
 * packets beside the others.
 */
export function effort<T>(weight: number, share: number): Parameters<T> {
  if (MINUTES === 0) return { numRuns: Math.ceil(RUNS * weight) };
  const limit = MINUTES * 60_000 * share;
  return { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: limit, markInterruptAsFailure: false };
}

/** Milliseconds after which vitest gives up. */
export const patience = (weight = 1): number =>
  MINUTES === 0 ? RUNS * weight * 400 + 30_000 : MINUTES * 60_000 + 300_000;

afterAll(() => {
  if (MINUTES > 0) console.log(`${inputs} inputs were tried`);
});
