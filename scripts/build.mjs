// Builds dist/: the library as modules with types, and the command line bundled so that it starts fast.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const onlyCli = process.argv.includes('--cli');

execFileSync(process.execPath, [join(root, 'scripts/compile-notes.mjs')], { cwd: root, stdio: 'inherit' });
rmSync(join(root, onlyCli ? 'dist/cli' : 'dist'), { recursive: true, force: true });
if (!onlyCli) {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // yargs reads its translations from its own folder; pcap-parser is CommonJS.
  external: ['pcap-parser', 'yargs', 'cli-table3'],
  logLevel: 'warning',
});
