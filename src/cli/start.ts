import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { printVersion } from './version.ts';

/** The bundles of main.ts, which the build names after their content: without the commands of the table, and with them. */
declare const SHOW: string;
declare const MAIN: string;
declare const COMMANDS: readonly string[];

/**
 * Options of V8. It may compile a fifth as much as it would into one function: a million packets are printed no slower so,
 * and a hundred thousand with a sixth less CPU time. And what is young does not get more room than it needs: a third less
 * memory while explaining, in the same time.
 */
declare const V8_OPTIONS: string;

/**
 * Starts the command line with what this V8 compiled of it at the build, which takes a third less than to compile it
 * anew. A V8 of another version compiles, and does the same; what options it has is not known.
 */
function start(argv: readonly string[]): void {
  const filename = join(import.meta.dirname, COMMANDS.includes(argv[0] ?? '') ? MAIN : SHOW);
  const cachedData = compiled(`${filename}.${process.versions.v8}.compiled`);
  if (cachedData !== null) process.getBuiltinModule('node:v8').setFlagsFromString(V8_OPTIONS);
  // esbuild writes ASCII only. Decoded as such, it is one octet a character for V8 too.
  const bundle = new Script(readFileSync(filename, 'latin1'), { filename, ...(cachedData && { cachedData }) });
  const { main }: typeof import('./main.ts') = bundle.runInThisContext()(require, import.meta.dirname);
  main(argv).then((status) => {
    process.exitCode = status;
  });
}

function compiled(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

const argv = process.argv.slice(2);
// Scripts ask for the version alone, and wait for it.
if (argv.length === 1 && argv[0] === '--version') printVersion();
else start(argv);
