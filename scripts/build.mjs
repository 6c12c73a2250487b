// Builds dist/: the library as modules with types, and the command line bundled so that it starts fast. `--cli` builds
// the command line only.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

execFileSync(process.execPath, [join(root, 'scripts/compile-notes.mjs')], { cwd: root, stdio: 'inherit' });
const { metafile } = await build({
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
  metafile: true,
});
removeStale(join(root, 'dist/cli'), new Set(Object.keys(metafile.outputs)));
if (!process.argv.includes('--cli')) buildLibrary();

function buildLibrary() {
  for (const name of readdirSync(join(root, 'dist'))) {
    if (name !== 'cli') rmSync(join(root, 'dist', name), { recursive: true });
  }
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

/** Chunks are named after their content; those of the last build go once the new ones are in place. */
function removeStale(folder, outputs) {
  for (const name of readdirSync(folder)) if (!outputs.has(`dist/cli/${name}`)) rmSync(join(folder, name));
}
