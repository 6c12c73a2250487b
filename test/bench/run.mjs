// How fast it is, beside the programs that people would use instead: `npm run bench`. docs/performance.md says how to
// read what it prints.
//
//   --job lines,flows     only these                       --rounds 5    runs of each
//   --packets 1000000     how long the capture is          --whole       the whole of it for slow programs too
//   --captures FOLDER     where captures are kept          --json        for programs
//   --short               for CI: beside a loop that never changes; fails when something became much slower
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Captures, isInstalled, labIsMissing } from './captures.mjs';
import { COMPARISONS, DISSECT, GOALS, JOBS } from './jobs.mjs';
import { median, spread, timed, untilFirstOutput } from './measure.mjs';
import { guard } from './short.mjs';
import { printGrowth, printRow, printTitles } from './table.mjs';

const { values: given } = parseArgs({
  options: {
    job: { type: 'string', default: JOBS.join(',') },
    rounds: { type: 'string', default: '5' },
    packets: { type: 'string', default: '1000000' },
    captures: { type: 'string', default: join(import.meta.dirname, 'captures') },
    whole: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});
const jobs = given.job.split(',');
const unknown = jobs.filter((job) => !JOBS.includes(job));
if (unknown.length > 0) throw new Error(`there is no job ${unknown.join(', ')}; there are ${JOBS.join(', ')}`);
if (!existsSync(join(import.meta.dirname, '../../dist/cli/start.cjs'))) {
  throw new Error('there is nothing to measure: npm run build');
}

const PACKETS = Number(given.packets);
const ROUNDS = Number(given.rounds);
/** Starts are short, and vary the most. */
const STARTS = 4 * ROUNDS + 1;
/** How many times as many packets growth is looked at with. */
const GROWTH = [0.1, 0.5, 1, 2, 4];
const FLOOD = 1_000_000;
const OPEN = 60_000;

const wants = (job) => jobs.includes(job);
const tell = (text) => process.stderr.write(`${text}\n`);

async function measure() {
  const missing = labIsMissing();
  if (missing !== null) tell(`There is no lab, which needs ${missing}; captures are made from the fixtures.`);
  const captures = new Captures(given.captures, { lab: missing === null, say: tell });
  const machine = `node ${process.version}, ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`;
  const rows = [];
  const report = (row) => {
    rows.push(row);
    if (!given.json) printRow(row);
  };
  if (!given.json) printTitles(machine, PACKETS);
  for (const comparison of COMPARISONS) if (wants(comparison.job)) await compare(comparison, captures, report);
  if (wants('first')) await first(captures, report);
  if (wants('version')) await version(report);
  const steps = wants('growth') ? await grow(captures, report) : [];
  if (wants('flood')) await flood(captures, report);
  if (given.json)
    console.log(JSON.stringify({ machine, packets: PACKETS, rounds: ROUNDS, rows, growth: steps }, null, 1));
  else printGrowth(steps);
}

/** Runs each in turn, so that what slows the machine slows all. The first round, which warms the disk's cache, does not count. */
async function inTurn(rounds, runs) {
  const taken = runs.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const one = await run();
      if (round >= 0) taken[i].push(one);
    }
  }
  return taken;
}

const summary = (name, runs, packets) => ({
  name,
  packets,
  wall: spread(runs.map(({ wall }) => wall)),
  user: median(runs.map(({ user }) => user)),
  peak: Math.max(...runs.map(({ peak }) => peak)),
});

/** How many times as long theirs took: the ratio of the medians, and the least and the most of neighbouring runs. */
function timesFaster(us, them, factor = 1) {
  const pairs = us.map(({ wall }, i) => (them[i].wall * factor) / wall);
  const middle = (runs) => median(runs.map(({ wall }) => wall));
  return { ...spread(pairs), median: (middle(them) * factor) / middle(us) };
}

async function compare(
  { job, kind = 'mix', packets = PACKETS, share = packets, ours, theirs, must, aim },
  captures,
  report,
) {
  if (!isInstalled(theirs.program)) return tell(`${job}: ${theirs.program} is not installed`);
  const most = kind === 'mix' && wants('growth') ? PACKETS * Math.max(...GROWTH) : packets;
  const file = captures.packets(kind, packets, most);
  if (file === null) return tell(`${job}: such a capture comes from the lab only`);
  const theirPackets = given.whole ? packets : Math.min(packets, share);
  const theirFile = captures.packets(kind, theirPackets, most);
  const [us, them] = await inTurn(ROUNDS, [() => timed(ours(file)), () => timed(theirs.run(theirFile))]);
  report({
    job,
    ours: summary('dissect', us, packets),
    theirs: summary(theirs.name, them, theirPackets),
    value: timesFaster(us, them, packets / theirPackets),
    cpu: (median(them.map(({ user }) => user)) * packets) / theirPackets / median(us.map(({ user }) => user)),
    unit: '×',
    more: true,
    must,
    aim,
  });
}

const untilFirst = (command) => async () => ({ wall: await untilFirstOutput(command), user: 0, peak: 0 });

async function first(captures, report) {
  if (!isInstalled('tshark')) return tell('first: tshark is not installed');
  const file = captures.few(10);
  const commands = [
    [...DISSECT, file],
    ['tshark', '-n', '-r', file],
  ];
  const [us, them] = await inTurn(STARTS, commands.map(untilFirst));
  report({
    job: 'first',
    ours: summary('dissect', us, 10),
    theirs: summary('tshark, 10 packets', them, 10),
    value: timesFaster(us, them),
    more: true,
    ...GOALS.first,
  });
}

async function version(report) {
  const commands = [
    [...DISSECT, '--version'],
    [process.execPath, '-e', '0'],
  ];
  const [us, bare] = await inTurn(STARTS, commands.map(untilFirst));
  const more = (run, than) => (run.wall - than.wall) * 1000;
  report({
    job: 'version',
    ours: summary('dissect', us, 0),
    theirs: summary('node -e 0', bare, 0),
    value: {
      ...spread(us.map((run, i) => more(run, bare[i]))),
      median: (median(us.map(({ wall }) => wall)) - median(bare.map(({ wall }) => wall))) * 1000,
    },
    ...GOALS.version,
  });
}

async function grow(captures, report) {
  const forms = { lines: [], flows: ['flows'] };
  const runs = (file) => Object.values(forms).map((options) => () => timed([...DISSECT, ...options, '-r', file]));
  const steps = [];
  for (const packets of GROWTH.map((times) => Math.round(times * PACKETS))) {
    const file = captures.packets('mix', packets, PACKETS * Math.max(...GROWTH));
    const [lines, flows] = await inTurn(ROUNDS, runs(file));
    steps.push({ packets, lines: summary('lines', lines, packets), flows: summary('flows', flows, packets) });
  }
  const largest = steps.at(-1);
  const usual = steps.find(({ packets }) => packets === PACKETS);
  for (const form of Object.keys(forms)) {
    // By CPU time: these are not runs in turn.
    const one = ({ packets, [form]: { user } }) => user / packets;
    const value = { median: one(largest) / one(usual) };
    report({ job: 'growth', ours: largest[form], value, note: form, ...GOALS.growth });
  }
  const open = await inTurn(ROUNDS, runs(captures.open(OPEN)));
  const peaks = Object.keys(forms).map((form, i) => summary(`${form}, ${OPEN} open`, open[i], null));
  for (const ours of [largest.lines, largest.flows, ...peaks]) {
    report({ job: 'memory', ours, value: { median: ours.peak }, note: ours.name, ...GOALS.memory });
  }
  return steps;
}

async function flood(captures, report) {
  const file = captures.flood(FLOOD);
  for (const [form, options] of Object.entries({ lines: [], flows: ['flows'] })) {
    const [runs] = await inTurn(ROUNDS, [() => timed([...DISSECT, ...options, '-r', file])]);
    const ours = summary(form, runs, FLOOD);
    const one = (value) => (value / FLOOD) * 1e6;
    const value = { median: one(ours.wall.median), least: one(ours.wall.least), most: one(ours.wall.most) };
    report({ job: 'flood', ours, value, note: form, ...GOALS.flood });
    report({ job: 'flood', ours, value: { median: ours.peak }, note: form, ...GOALS.floodMemory });
  }
}

if (given.short) process.exitCode = await guard();
else await measure();
