// How fast it is: `npm run bench`. Time until the first line, and packets a second. Every figure is taken in turn with a
// reference on the same machine (A B A B), so that a busy machine slows both. `--short` is for CI: few rounds, and a
// failure only where something became several times slower.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const DISSECT = join(ROOT, 'bin/dissect.js');
const short = process.argv.includes('--short');
const PACKETS = short ? 20_000 : 200_000;
const ROUNDS = short ? 3 : 7;
const STARTS = short ? 7 : 31;

/** Several times what was measured when this was written: only a blunder goes beyond. */
const LIMITS = { start: 5, line: 8, explain: 40 };

/** What a machine does in this many steps of a plain loop over bytes is the measure for packets a second. */
const REFERENCE = `
  const bytes = new Uint8Array(1 << 16).map((_, i) => i * 31);
  let sum = 0;
  for (let round = 0; round < ${short ? 600 : 6000}; round++)
    for (let i = 0; i < bytes.length; i++) sum = (Math.imul(sum, 33) + bytes[i]) | 0;
  if (sum === 1) console.log(sum);
`;

if (!existsSync(join(ROOT, 'dist/cli/main.js'))) throw new Error('there is nothing to measure: npm run build');
const folder = mkdtempSync(join(tmpdir(), 'dissect-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const lan = readFileSync(join(ROOT, 'fixtures/web/first-page-lan/capture.pcap'));
const small = join(folder, 'ten.pcap');
writeFileSync(small, Buffer.concat([lan.subarray(0, 24), ...records(lan).slice(0, 10)]));
const large = join(folder, 'large.pcap');
const octets = writeLarge(large);

console.log(`node ${process.version}, ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`);
const failures = [];
await measureStart();
measureThroughput();
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Records of a little-endian classic capture. */
function records(capture) {
  const found = [];
  for (let at = 24; at + 16 <= capture.length; ) {
    const end = at + 16 + capture.readUInt32LE(at + 8);
    found.push(capture.subarray(at, end));
    at = end;
  }
  return found;
}

/** All Ethernet fixtures over and over, each time later, as one classic capture. */
function writeLarge(path) {
  const fixtures = readdirSync(join(ROOT, 'fixtures'), { recursive: true })
    .map((name) => join(ROOT, 'fixtures', String(name)))
    .filter((name) => name.endsWith('capture.pcap'))
    .sort()
    .map((name) => readFileSync(name))
    .filter((bytes) => bytes.readUInt32LE(0) === 0xa1b2c3d4 && bytes.readUInt32LE(20) === 1);
  const once = fixtures.flatMap(records);
  const parts = [lan.subarray(0, 24)];
  for (let n = 0; n < PACKETS; n++) {
    const record = Buffer.from(once[n % once.length]);
    record.writeUInt32LE(1_700_000_000 + Math.floor(n / once.length) * 1000, 0);
    parts.push(record);
  }
  const bytes = Buffer.concat(parts);
  writeFileSync(path, bytes);
  return bytes.length;
}

/** Milliseconds from the start of a program to its first octet of output, or to its end when it has none. */
function untilFirstOutput(args) {
  return new Promise((resolve, reject) => {
    const from = process.hrtime.bigint();
    const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let taken = null;
    const stop = () => {
      taken ??= Number(process.hrtime.bigint() - from) / 1e6;
    };
    program.stdout.once('data', stop);
    program.stdout.resume();
    program.once('error', reject);
    program.once('close', () => {
      stop();
      resolve(taken);
    });
  });
}

async function measureStart() {
  const ours = [];
  const bare = [];
  for (let i = -1; i < STARTS; i++) {
    const a = await untilFirstOutput([DISSECT, small]);
    const b = await untilFirstOutput(['-e', '0']);
    if (i < 0) continue; // the first warms the disk's cache
    ours.push(a);
    bare.push(b);
  }
  console.log(`\nuntil the first line of 10 packets   ${shown(ours, 'ms')}`);
  console.log(`node -e 0                            ${shown(bare, 'ms')}`);
  judge('start', median(ours) / median(bare));
}

/** Milliseconds that a program runs, its output thrown away. */
function duration(args) {
  const sink = openSync('/dev/null', 'w');
  const from = process.hrtime.bigint();
  const { status, error } = spawnSync(process.execPath, args, { stdio: ['ignore', sink, 'inherit'] });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - from) / 1e6;
}

function measureThroughput() {
  const forms = { line: [], explain: ['--explain', '--lang', 'en'] };
  const times = { line: [], explain: [], reference: [] };
  for (let i = 0; i < ROUNDS; i++) {
    for (const [form, options] of Object.entries(forms)) times[form].push(duration([DISSECT, large, ...options]));
    times.reference.push(duration(['-e', REFERENCE]));
  }
  console.log(`\n${PACKETS} packets, ${(octets / 1e6).toFixed(1)} MB`);
  for (const form of Object.keys(forms)) {
    const perSecond = times[form].map((ms) => (PACKETS / ms) * 1000);
    console.log(
      `${form.padEnd(12)} ${shown(times[form], 'ms')}   ${Math.round(median(perSecond)).toLocaleString('en')} packets/s`,
    );
  }
  console.log(`reference    ${shown(times.reference, 'ms')}`);
  for (const form of Object.keys(forms)) judge(form, median(times[form]) / median(times.reference));
}

function judge(what, ratio) {
  console.log(`${what}: ${ratio.toFixed(2)} × the reference${short ? ` (at most ${LIMITS[what]})` : ''}`);
  if (short && ratio > LIMITS[what])
    failures.push(`${what} takes ${ratio.toFixed(1)} × the reference, limit ${LIMITS[what]}`);
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Median, and from the least to the most. */
function shown(values, unit) {
  const least = Math.min(...values).toFixed(0);
  const most = Math.max(...values).toFixed(0);
  return `${median(values).toFixed(1).padStart(8)} ${unit} (${least}–${most}, ${values.length} runs)`;
}
