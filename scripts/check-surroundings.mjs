// The same capture gives the same bytes whatever it runs on and in: other versions of Node (from the npm registry), other
// locales, time zones and terminals. check-surroundings.mjs [--only-here] leaves out the other versions.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FIXTURE = join(ROOT, 'fixtures/web/first-page-lan/capture.pcap');
/** Versions of Node that people have, besides the one that runs this. */
const VERSIONS = ['20', '22', '24'];

const scratch = mkdtempSync(join(tmpdir(), 'dissect-surroundings-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A program that prints a digest of every form of every fixture. */
async function bundledPrinter() {
  const outfile = join(scratch, 'print.mjs');
  await build({
    stdin: {
      contents: `
        import { createHash } from 'node:crypto';
        import { cases } from './test/golden/cases.ts';
        import { forms, printed } from './test/golden/print.ts';
        for (const { name, bytes } of cases(process.argv[2])) {
          const digests = [];
          for (const form of forms) digests.push(createHash('sha256').update(await printed(form, bytes())).digest('hex').slice(0, 12));
          console.log(name, ...digests);
        }`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  return outfile;
}

/** Node of another version, unpacked into the scratch folder. */
function nodeOf(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(scratch, version);
  execFileSync(
    'npm',
    ['install', '--silent', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: scratch,
      shell: process.platform === 'win32',
    },
  );
  const paths = ['bin/node', 'bin/node.exe'].map((path) => join(folder, 'node_modules', name, path));
  return paths.find(existsSync);
}

const COMMANDS = [
  [FIXTURE],
  [FIXTURE, '-t', 'ud'],
  [FIXTURE, '-V'],
  [FIXTURE, '--explain', '--lang', 'ko', '--width', '80'],
  [FIXTURE, '-T', 'ndjson', '--explain', '--lang', 'en'],
  ['flows', FIXTURE, '--lang', 'en', '--width', '100'],
  ['info', FIXTURE, '--lang', 'ko', '--width', '100'],
  ['journey', FIXTURE, '--lang', 'ko', '--width', '100'],
  ['states', FIXTURE, '--lang', 'en'],
  ['transcript', FIXTURE],
];

/** What the command line prints, all of it. */
const commandLine = (node, env) =>
  COMMANDS.map((argv) =>
    execFileSync(node, [join(ROOT, 'bin/dissect.js'), ...argv], {
      cwd: scratch,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: scratch, ...env },
    }),
  ).join('\n');

const printer = await bundledPrinter();
const forms = (node) =>
  execFileSync(node, [printer, join(ROOT, 'fixtures/')], { encoding: 'utf8', maxBuffer: 1 << 26, cwd: ROOT });

const here = { LANG: 'C.UTF-8', TZ: 'UTC' };
const expected = commandLine(process.execPath, here);
let failed = 0;

function judge(what, same) {
  console.log(`${same ? 'the same' : 'OTHERWISE'}: ${what}`);
  if (!same) failed++;
}

for (const env of [
  { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' },
  { LANG: 'ko_KR.EUC-KR', TZ: 'America/St_Johns', TERM: 'dumb' },
  { LANG: 'C', LC_ALL: 'POSIX', TZ: 'Pacific/Chatham', TERM: 'xterm-256color', COLUMNS: '40', COLORTERM: 'truecolor' },
]) {
  judge(
    Object.entries(env)
      .map((pair) => pair.join('='))
      .join(' '),
    commandLine(process.execPath, env) === expected,
  );
}

if (!process.argv.includes('--only-here')) {
  const wanted = forms(process.execPath);
  for (const version of VERSIONS) {
    const node = nodeOf(version);
    if (node === undefined) throw new Error(`the registry has no Node ${version} for this machine`);
    const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    judge(`${name}, command line`, commandLine(node, here) === expected);
    judge(`${name}, ${wanted.split('\n').length - 1} fixtures in every form`, forms(node) === wanted);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
