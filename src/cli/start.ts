import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { printVersion } from './version.ts';

/** The bundle of main.ts, which the build names after its content. */
declare const MAIN: string;

/**
 * Starts the command line with what V8 compiled of it at the build, which takes half as long as to compile it anew. A V8
 * of another version refuses that, compiles, and does the same.
 */
function start(argv: readonly string[]): void {
  const filename = join(import.meta.dirname, MAIN);
  const cachedData = compiled(`${filename}.compiled`);
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
