// The guard in CI: fails when the program has become much slower than it was, on whatever machine and however busy it is.
//
// What is compared is CPU time, which a busy machine lengthens far less than it lengthens the time on the wall; it is
// divided by that of a loop that never changes, run in between. Noise only ever adds, so the least of several runs counts,
// and who is beyond its limit runs again, up to ten times: chance does not fail ten times in a row, a slower program does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Captures, writeFromFixtures } from './captures.mjs';
import { FIELDS } from './jobs.mjs';

const BIN = join(import.meta.dirname, '../../bin/dissect.js');
const REFERENCE = join(import.meta.dirname, 'reference.mjs');
const CPU_TIME = join(import.meta.dirname, 'cpu-time.cjs');
const MOST_ROUNDS = 10;
const STARTS_EACH = 5;
const PACKETS = 300_000;

/**
 * So many packets that the job takes twice as long as the reference or longer. The limits are a fifth above what was measured
 * on a machine so busy that it made everything three times slower, and less than twice what a quiet one shows.
 */
const JOBS = [
  { job: 'lines', packets: PACKETS, options: [], limit: 5.2 },
  { job: 'flows', packets: PACKETS, options: [], command: 'flows', limit: 5.2 },
  { job: 'fields', packets: 100_000, options: ['-T', 'fields', ...FIELDS], limit: 3.2 },
  { job: 'tree', packets: 50_000, options: ['-V'], limit: 4.3 },
  { job: 'ndjson', packets: 50_000, options: ['-T', 'ndjson'], limit: 4.3 },
  { job: 'explain', packets: 30_000, options: ['--explain', '--lang', 'en'], limit: 5.2 },
];

/**
 * To print ten packets, and to print the version, beside what Node needs to start. The start may take what still leaves it 1.9
 * times as fast as tshark's (docs/performance.md: 1.6 is a must); it was 1.66 before RADIUS, QUIC with keys and HTTP/3.
 */
const STARTS = [
  { job: 'start', options: [], limit: 1.95 },
  { job: 'version', options: ['--version'], limit: 1.2 },
];

/** Answers with the exit status. */
export async function guard() {
  const folder = mkdtempSync(join(tmpdir(), 'dissect-bench-'));
  try {
    const few = new Captures(folder, { lab: false, say: () => undefined }).few(10);
    const many = join(folder, 'many.pcap');
    writeFromFixtures(many, PACKETS);
    const jobs = JOBS.map(({ command = [], packets, options, ...job }) => ({
      ...job,
      run: () => cpuTime([BIN, ...[command].flat(), '-r', many, '-c', String(packets), ...options]),
    }));
    const starts = STARTS.map(({ options, ...job }) => ({
      ...job,
      run: () => leastOf(STARTS_EACH, () => cpuTime([BIN, ...(options.length > 0 ? options : [few])])),
    }));
    const bare = () => leastOf(STARTS_EACH, () => cpuTime(['-e', '0']));
    const failures = [...judge(starts, bare), ...judge(jobs, () => cpuTime([REFERENCE]))];
    for (const failure of failures) console.error(failure);
    return failures.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the jobs until each was within its limit of the reference, or has had its rounds. Answers with what failed. */
function judge(jobs, reference) {
  let measure = Math.min(reference(), reference(), reference());
  const least = new Map();
  let open = jobs;
  for (let round = 0; round < MOST_ROUNDS && open.length > 0; round++) {
    measure = Math.min(measure, reference());
    for (const { job, run } of open) least.set(job, Math.min(least.get(job) ?? Number.POSITIVE_INFINITY, run()));
    open = open.filter(({ job, limit }) => least.get(job) > limit * measure);
  }
  for (const { job, limit } of jobs) {
    console.log(`${job.padEnd(8)} ${(least.get(job) / measure).toFixed(2)} × the reference (at most ${limit})`);
  }
  return open.map(
    ({ job, limit }) => `${job} takes ${(least.get(job) / measure).toFixed(2)} × the reference, limit ${limit}`,
  );
}

const leastOf = (times, run) => Math.min(...Array.from({ length: times }, run));

const nowhere = openSync('/dev/null', 'w');

/** Microseconds of CPU that a program takes. */
function cpuTime(args) {
  const { status, output } = spawnSync(process.execPath, ['--require', CPU_TIME, ...args], {
    stdio: ['ignore', nowhere, 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return Number(output[3]);
}
