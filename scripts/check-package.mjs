// What `npm pack` makes is what people get: it holds what is needed and nothing else, and runs where it is installed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FIXTURE = join(ROOT, 'fixtures/web/first-page-lan/capture.pcap');
/** Files and folders of the package; all else is for who works on it. */
const HELD = /^(bin|dist|docs|man|schema)\/|^(README(\.ko)?\.md|CHANGELOG\.md|LICENSE|package\.json)$/;

const folder = mkdtempSync(join(tmpdir(), 'dissect-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const run = (command, ...argv) =>
  execFileSync(command, argv, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

// The project is built: --ignore-scripts keeps npm from doing it again.
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  }),
);
const strange = packed.files.map(({ path }) => path).filter((path) => !HELD.test(path));
if (strange.length > 0) throw new Error(`the package holds ${strange.join(', ')}`);
console.log(
  `${packed.entryCount} files, ${(packed.unpackedSize / 1e6).toFixed(1)} MB unpacked, ${(packed.size / 1e6).toFixed(1)} MB packed`,
);

writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
run('npm', 'install', '--silent', '--no-audit', '--no-fund', join(folder, packed.filename));
copyFileSync(FIXTURE, join(folder, 'page.pcap'));
const command = join(folder, 'node_modules/.bin/dissect');
const lines = run(command, 'page.pcap').trimEnd().split('\n').length;
const explained = run(command, 'page.pcap', '--explain', '--lang', 'ko');
writeFileSync(
  join(folder, 'use.mjs'),
  `import { packets, transcribe } from 'dissect';
   import { openCapture } from 'dissect/node';
   import { transcriptMatchers } from 'dissect/matcher';
   let count = 0;
   for await (const packet of packets(await openCapture('page.pcap'))) count += packet.frame.number > 0 ? 1 : 0;
   const { dialogues } = await transcribe(await openCapture('page.pcap'));
   console.log(count, dialogues.length > 0, typeof transcriptMatchers.toMatchTranscript);`,
);
const used = run(process.execPath, 'use.mjs').trim();
if (used !== `${lines} true function`)
  throw new Error(`the library says ${used}, the command line printed ${lines} lines`);
if (!/[가-힣]/.test(explained)) throw new Error('nothing is explained in Korean');
console.log(`installed: ${run(command, '--version').trim()}, ${lines} lines`);
