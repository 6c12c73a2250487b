// Records what tshark prints for every fixture and every field id that both programs know: `npm run oracle`.
// Needs tshark 4.0. The tests compare with what is recorded, so that they need none.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const FIXTURES = join(ROOT, 'fixtures');
// Fields change their meaning between versions, and these are the ones that `-T fields` promises.
const VERSION = '4.0';
const MEBIBYTES_64 = 64 * 1024 * 1024;

const tshark = (...args) =>
  execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: MEBIBYTES_64, stdio: ['ignore', 'pipe', 'ignore'] });

/** Ids of the fields that dissect knows. */
async function ownFields() {
  const outfile = join(ROOT, 'node_modules/.cache/dissect/fields.mjs');
  await build({
    entryPoints: [join(ROOT, 'src/fields.ts')],
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const { fieldReference } = await import(pathToFileURL(outfile).href);
  return [...fieldReference().keys()].sort();
}

/** Filter names of tshark's protocols and fields: the third column of lines that begin with P or F. */
function tsharkFields() {
  const lines = tshark('-G', 'fields').split('\n');
  return new Set(lines.filter((line) => /^[PF]\t/.test(line)).map((line) => line.split('\t')[2]));
}

function captures() {
  return readdirSync(FIXTURES, { recursive: true })
    .map(String)
    .filter((path) => /^[^/]+\/[^/]+\/capture\.(pcap|pcapng)$/.test(path))
    .sort();
}

/** One table a capture: columns that are empty in every frame are left out. */
function record(path, fields, version) {
  const wanted = fields.flatMap((id) => ['-e', id]);
  const text = tshark('-n', '-r', join(FIXTURES, path), '-T', 'fields', ...wanted);
  const rows = text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
  const kept = fields.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const lines = [kept.map((column) => fields[column]), ...rows.map((row) => kept.map((column) => row[column]))];
  const file = join(HERE, `${dirname(path)}.tsv`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `# tshark ${version} -n -T fields\n${lines.map((cells) => `${cells.join('\t')}\n`).join('')}`);
}

const version = /(\d+\.\d+\.\d+)/.exec(tshark('--version'))[1];
if (!version.startsWith(VERSION)) throw new Error(`tshark ${VERSION} is wanted, this is ${version}`);
const theirs = tsharkFields();
const own = await ownFields();
const shared = own.filter((id) => theirs.has(id));
const ours = own.filter((id) => !theirs.has(id));
for (const entry of readdirSync(HERE, { withFileTypes: true })) {
  if (entry.isDirectory()) rmSync(join(HERE, entry.name), { recursive: true });
}
const paths = captures();
for (const path of paths) record(path, shared, version);
writeFileSync(join(HERE, 'fields.json'), `${JSON.stringify({ tshark: version, shared, ours }, null, 1)}\n`);
console.log(`${paths.length} captures, ${shared.length} fields of tshark ${version}; ours alone: ${ours.join(' ')}`);
