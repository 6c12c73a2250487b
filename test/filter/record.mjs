// Writes into the third column of filters.tsv which frames tshark takes: `npm run oracle`. Needs tshark 4.0; the tests
// compare with what is recorded, so that they need none.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = join(HERE, '../../fixtures');
const FILE = join(HERE, 'filters.tsv');
// The language has grown between versions; what this one refuses is recorded as refused.
const VERSION = '4.0';

const captureOf = (name) =>
  ['capture.pcap', 'capture.pcapng'].map((file) => join(FIXTURES, name, file)).find(existsSync);

/** Frame numbers as ranges, `-` for none, `refused` for a filter that tshark does not take. */
function framesOf(name, filter) {
  const argv = ['-n', '-r', captureOf(name), '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
  const { status, stdout } = spawnSync('tshark', argv, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
  if (status !== 0) return 'refused';
  return ranges(stdout.split('\n').filter(Boolean).map(Number));
}

function ranges(numbers) {
  const parts = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',') || '-';
}

const version = /(\d+\.\d+\.\d+)/.exec(execFileSync('tshark', ['--version'], { encoding: 'utf8' }))[1];
if (!version.startsWith(VERSION)) throw new Error(`tshark ${VERSION} is wanted, this is ${version}`);
const lines = readFileSync(FILE, 'utf8').split('\n').slice(0, -1);
const recorded = lines.map((line) => {
  if (line.startsWith('#')) return line;
  const [name, filter] = line.split('\t');
  return [name, filter, framesOf(name, filter)].join('\t');
});
writeFileSync(FILE, `${recorded.join('\n')}\n`);
console.log(`${recorded.length - 1} filters, tshark ${version}`);
