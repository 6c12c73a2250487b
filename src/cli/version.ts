import { readFileSync } from 'node:fs';

/** The version in package.json, which is as far above the built file as above this one. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String((manifest as { version: string }).version);
}
