import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The version in package.json, which is as far above the built file as above this one. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return String((manifest as { version: string }).version);
}

/** `dissect --version`. Written at once: to load process.stdout takes longer than all else here. */
export function printVersion(): void {
  try {
    writeSync(1, `dissect ${version()}\n`);
  } catch {
    // Nobody can read it.
  }
}
