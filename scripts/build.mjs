// Builds dist/: the library as modules with types, the page of `dissect report`, and the command line bundled so that it
// starts fast; and the manual page. `--cli` builds the command line and the page only.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { gzipSync } from 'fflate';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const commandLine = join(root, 'dist/cli');
const page = join(root, 'dist/page-parts');

/** Told to V8 before it compiles: docs/performance.md. */
const V8_OPTIONS = '--max-inlined-bytecode-size-cumulative=200 --semi-space-growth-factor=1';

const node = (script, ...args) =>
  execFileSync(process.execPath, [join(root, 'scripts', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/**
 * start.cjs runs one of two bundles with what V8 compiled of it: show-HASH.cjs prints packets, and main-HASH.cjs has the other
 * commands too, which takes longer to load. The notes of a language are loaded when it is explained in.
 */
async function buildCommandLine() {
  const [[show], [main]] = await Promise.all([
    program('show', [leaveOut, leaveOutCommands]),
    program('main', [leaveOut]),
  ]);
  const notes = await bundled({ entryPoints: ['src/notes/en.compiled.ts', 'src/notes/ko.compiled.ts'] });
  const [start] = await bundled({
    entryPoints: ['src/cli/start.ts'],
    define: {
      SHOW: JSON.stringify(basename(show.path)),
      MAIN: JSON.stringify(basename(main.path)),
      COMMANDS: JSON.stringify(await commandNames()),
      V8_OPTIONS: JSON.stringify(V8_OPTIONS),
      ...directory,
    },
  });

  mkdirSync(commandLine, { recursive: true });
  for (const { path, contents } of notes) put(path, (file) => writeFileSync(file, contents));
  const compiled = [show, main].map(({ path, contents }) => {
    const code = `${path}.${process.versions.v8}.compiled`;
    if (!existsSync(path)) put(path, (file) => writeFileSync(file, contents));
    if (!existsSync(code)) put(code, (file) => node('compile-ahead.mjs', path, file, V8_OPTIONS));
    return code;
  });
  put(start.path, (file) => writeFileSync(file, start.contents));
  removeStale(new Set([show, main, ...notes, start].map(({ path }) => path).concat(compiled)));
}

/** The command line as a function of what it needs from the module that runs it, and not a module: V8 can keep its code. */
const program = (name, plugins) =>
  bundled({
    entryPoints: { [name]: 'src/cli/main.ts' },
    entryNames: '[name]-[hash]',
    banner: { js: '(function(require,__dirname){var module={exports:{}};' },
    footer: { js: 'return module.exports})' },
    plugins,
  });

/** The commands of the table. */
async function commandNames() {
  const { commands } = await evaluated('src/cli/command-table.ts', [leaveOutDynamic]);
  return commands.map(({ name }) => name);
}

/** What a module exports, which is bundled first: it is TypeScript. */
async function evaluated(entry, plugins) {
  const [module] = await bundled({
    entryPoints: [entry],
    format: 'esm',
    supported: { 'dynamic-import': true },
    plugins,
  });
  return import(`data:text/javascript;base64,${Buffer.from(module.contents).toString('base64')}`);
}

/** What `dissect report` puts into a page: script, style, and the engine with the notes of both languages. */
async function buildPage() {
  const made = await Promise.all([
    forBrowsers('src/page/app/main.ts'),
    forBrowsers('src/page/app/page.css'),
    forBrowsers('src/page/engine/worker.ts'),
  ]);
  const [script, style, engine] = made.map(([{ contents }]) => contents);
  mkdirSync(page, { recursive: true });
  const write = (name, contents) => put(join(page, name), (file) => writeFileSync(file, contents));
  write('page.js', script);
  write('page.css', style);
  write('engine.js.gz', gzipSync(engine, { level: 9, mtime: 0 }));
}

async function forBrowsers(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'dist',
    write: false,
    bundle: true,
    minify: true,
    charset: 'utf8',
    // No </script> in it: it stands in a page.
    supported: { 'inline-script': false },
    format: 'iife',
    platform: 'browser',
    target: ['es2023'],
    logLevel: 'warning',
  });
  return outputFiles;
}

/** What a module of ES knows of where it is, for one of CommonJS. */
const directory = { 'import.meta.dirname': '__dirname' };

async function bundled(options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    outdir: 'dist/cli',
    outExtension: { '.js': '.cjs' },
    write: false,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    // yargs reads its translations from its own folder; pcap-parser is CommonJS.
    external: ['pcap-parser', 'yargs', 'cli-table3'],
    define: directory,
    logLevel: 'warning',
    ...options,
  });
  return outputFiles;
}

/** What runs a command is nothing to its description. */
const leaveOutDynamic = {
  name: 'leave-out-dynamic',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : null));
  },
};

/** The commands beside the one that prints packets. */
const leaveOutCommands = {
  name: 'leave-out-commands',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && basename(importer) === 'command-table.ts' ? { path, external: true } : null,
    );
  },
};

/** What most runs do not need. */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.compiled\.ts$/ }, ({ path }) => ({
      path: `./${basename(path, '.ts')}.cjs`,
      external: true,
    }));
    onResolve({ filter: /^(?:fflate|@noble)\// }, ({ path }) => ({ path, namespace: WHEN_NEEDED }));
    onLoad({ filter: /.*/, namespace: WHEN_NEEDED }, async ({ path }) => ({
      contents: whenNeeded(fileURLToPath(import.meta.resolve(path)), Object.keys(await import(path))),
      resolveDir: root,
    }));
  },
};

const WHEN_NEEDED = 'when-needed';

/**
 * A library whose tables take as long as to print some hundred packets, and which most captures do not need: this stands
 * for it in the bundle, and runs it when one of its exports is asked for.
 */
const whenNeeded = (file, names) =>
  [
    'let library;',
    `const load = () => (library ??= require(${JSON.stringify(file)}));`,
    ...names.map((name) => `Object.defineProperty(exports, '${name}', { get: () => load().${name} });`),
  ].join('\n');

/** Puts a whole file into its place at once: tests build and run side by side. */
function put(file, write) {
  const unfinished = `${file}.${process.pid}`;
  write(unfinished);
  renameSync(unfinished, file);
}

/** What the last build made goes, but not what another one is just making. */
function removeStale(fresh) {
  for (const name of readdirSync(commandLine)) {
    const file = join(commandLine, name);
    if (!fresh.has(file) && !/\.\d+$/.test(name)) rmSync(file, { force: true });
  }
}

/** The manual page, made from the table of options; tests run beside builds, so it is only touched where it changed. */
async function buildManual() {
  const { manual } = await evaluated('src/cli/manual.ts', [leaveOutDynamic]);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const manualPage = join(root, 'man/dissect.1');
  const made = manual(version);
  mkdirSync(dirname(manualPage), { recursive: true });
  if (!existsSync(manualPage) || readFileSync(manualPage, 'utf8') !== made)
    put(manualPage, (file) => writeFileSync(file, made));
}

function buildLibrary() {
  for (const name of readdirSync(join(root, 'dist'))) {
    if (name !== 'cli' && name !== basename(page)) rmSync(join(root, 'dist', name), { recursive: true });
  }
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

node('compile-notes.mjs');
await buildPage();
await buildCommandLine();
if (!process.argv.includes('--cli')) {
  await buildManual();
  buildLibrary();
}
