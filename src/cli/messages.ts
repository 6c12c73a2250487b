import { writeSync } from 'node:fs';
import { safeText } from '../core/writer.ts';

/** One sentence on standard error, perhaps with a picture below. Nothing is wrong with the run when nobody can read it. */
export function warn(sentence: string, picture: readonly string[] = []): void {
  const lines = [`dissect: ${sentence}`, ...picture].map((line) => `${safeText(line)}\n`);
  try {
    writeSync(2, lines.join(''));
  } catch {
    // Standard error is closed or full.
  }
}
