import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin/dissect.js');
export const fixture = (path: string): string => join(ROOT, 'fixtures', path);

// Tests run what is shipped: the bundle, built from the sources as they are.
execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--cli'], { cwd: ROOT });

export interface Surroundings {
  readonly input?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line in an environment that says nothing of its own. */
export function dissect(argv: readonly string[], { input, env }: Surroundings = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [BIN, ...argv], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 20_000,
    ...(input === undefined ? {} : { input }),
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TZ: 'UTC', ...env },
  });
}
