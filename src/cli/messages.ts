import { writeSync } from 'node:fs';
import { safeText } from '../core/writer.ts';

/** One sentence on standard error. Nothing is wrong with the run when nobody can read it. */
export function warn(sentence: string): void {
  try {
    writeSync(2, `dissect: ${safeText(sentence)}\n`);
  } catch {
    // Standard error is closed or full.
  }
}
