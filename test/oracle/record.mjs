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

/**
 * Fields that only say again what others say, in the form that scripts ask for. They are recorded apart, for a few captures:
 * payloads would make every table as large as its capture.
 */
const AGAIN = [
  ...[
    'frame.time',
    'frame.encap_type',
    'frame.protocols',
    'tcp.payload',
    'tcp.options',
    'tcp.flags.str',
    'udp.payload',
  ],
  ...['eth.addr_resolved', 'eth.dst_resolved', 'eth.src_resolved', 'ip.host', 'ip.src_host', 'ip.dst_host'],
  ...['ipv6.host', 'ipv6.src_host', 'ipv6.dst_host'],
];
/** Of the packet list, and no fields at all. */
const LIST = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'].map((name) => `_ws.col.${name}`);
const AGAIN_OF = ['dns/types', 'ethernet/qinq', 'ipv6/first-page', 'link/raw-ip', 'link/sll', 'web/first-page-lan'];

function recordAgain(version) {
  const fields = [...AGAIN, ...LIST, 'frame.time_delta_displayed'];
  const wanted = fields.flatMap((id) => ['-e', id]);
  const captures = AGAIN_OF.map((name) => {
    const path = join(FIXTURES, name, 'capture.pcap');
    const text = tshark('-n', '-r', path, '-Y', 'frame.number != 4', '-T', 'fields', ...wanted);
    return [name, text.split('\n').slice(0, -1)];
  });
  const file = { tshark: version, without: 4, fields, captures: Object.fromEntries(captures) };
  writeFileSync(join(HERE, 'again.json'), `${JSON.stringify(file, null, 1)}\n`);
}

const tshark = (...args) =>
  execFileSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: MEBIBYTES_64,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });

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

/** RFC 9250 §4.1.1; tshark 4.0 takes what comes to this port for DNS over DTLS. */
const DNS_OVER_QUIC = ['-d', 'udp.port==853,quic'];

/** One table a capture: columns that are empty in every frame are left out. */
function record(path, fields, version) {
  const wanted = fields.flatMap((id) => ['-e', id]);
  const text = tshark('-n', ...DNS_OVER_QUIC, '-r', join(FIXTURES, path), '-T', 'fields', ...wanted);
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
const shared = own.filter((id) => theirs.has(id) && !AGAIN.includes(id));
const ours = own.filter((id) => !theirs.has(id));
for (const entry of readdirSync(HERE, { withFileTypes: true })) {
  if (entry.isDirectory()) rmSync(join(HERE, entry.name), { recursive: true });
}
const paths = captures();
for (const path of paths) record(path, shared, version);
recordAgain(version);
writeFileSync(
  join(HERE, 'fields.json'),
  `${JSON.stringify({ tshark: version, shared, ours, again: AGAIN }, null, 1)}\n`,
);
console.log(`${paths.length} captures, ${shared.length} fields of tshark ${version}; ours alone: ${ours.join(' ')}`);
