import { DONE } from './fault.ts';

/** A person who ends a live capture has seen what there was: that is no fault. */
export function endOnInterrupt(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      try {
        stop();
      } finally {
        process.exit(DONE);
      }
    });
  }
}

/** Ends between two pieces of the capture, not in the middle of a file that is being written. */
export function exitOnInterrupt(): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
}
