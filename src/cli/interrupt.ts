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
