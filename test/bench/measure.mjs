// Runs programs and measures them from outside, the same way whatever they are written in.
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';

const nowhere = openSync('/dev/null', 'w');

/** Ticks a second in which Linux tells CPU time to programs, on every architecture. */
const TICKS = 100;

/** How often a program's peak of memory is looked at, in milliseconds. Only what grows in its last moment is missed. */
const SAMPLING = 10;

/**
 * Seconds that a program runs, its seconds of user CPU and its peak of resident memory in MB; its output goes nowhere.
 * `command` is a list, whose first elements may set the environment: `['TZ=UTC0', 'tcpdump', …]`.
 */
export async function timed(command) {
  return platform() === 'linux' ? timedByProc(command) : timedByTime(command);
}

async function timedByProc(command) {
  const before = userSecondsOfChildren();
  let peak = 0;
  const run = started(command, ['ignore', nowhere, 'ignore']);
  const sampling = setInterval(() => {
    peak = Math.max(peak, peakOf(run.child.pid));
  }, SAMPLING);
  try {
    const wall = await run.ended;
    return { wall, user: userSecondsOfChildren() - before, peak };
  } finally {
    clearInterval(sampling);
  }
}

/** CPU time of all children that have ended: see proc(5), `cutime`. */
function userSecondsOfChildren() {
  const [, fields] = readFileSync('/proc/self/stat', 'latin1').split(') ');
  return Number(fields.split(' ')[13]) / TICKS;
}

function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

/** By time(1) of BSD and macOS, which adds what it has measured to standard error. */
async function timedByTime(command) {
  const { child, ended } = started(['/usr/bin/time', '-l', '/usr/bin/env', ...command], ['ignore', nowhere, 'pipe']);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const wall = await ended;
  const user = Number(/([\d.]+) user/.exec(said)?.[1] ?? Number.NaN);
  const peak = Number(/(\d+)\s+maximum resident set size/.exec(said)?.[1] ?? Number.NaN) / 1e6;
  return { wall, user, peak };
}

/** Seconds from the start of a program to its first octet of output, or to its end when it has none. */
export async function untilFirstOutput(command) {
  const { child, ended, since } = started(command, ['ignore', 'pipe', 'ignore']);
  let first = null;
  child.stdout.once('data', () => {
    first = since();
  });
  child.stdout.resume();
  const end = await ended;
  return first ?? end;
}

function started(command, stdio) {
  const at = command.findIndex((word) => !/^\w+=/.test(word));
  const settings = command.slice(0, at).map((setting) => setting.split('='));
  const [program, ...args] = command.slice(at);
  const from = process.hrtime.bigint();
  const since = () => Number(process.hrtime.bigint() - from) / 1e9;
  const child = spawn(program, args, { stdio, env: { ...process.env, ...Object.fromEntries(settings) } });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(since());
      else reject(new Error(`${command.join(' ')} ended with ${status}`));
    });
  });
  return { child, ended, since };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Median, least and most. */
export const spread = (values) => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });
