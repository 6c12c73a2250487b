// Every capture below the folders given, in every form: sweep.mjs FOLDER... Each must end with 0 or 2, within 10 s of CPU time
// and 300 MB, and print as many frames as the file has. Needs GNU time; prints what does not hold, and the worst.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/dissect.js', import.meta.url));
const MOST = { seconds: 10, megabytes: 300 };
const scratch = mkdtempSync(join(tmpdir(), 'dissect-sweep-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const FORMS = {
  lines: (path) => [path],
  tree: (path) => [path, '-V'],
  explain: (path) => [path, '--explain', '--lang', 'en'],
  report: (path) => ['report', path, '-o', join(scratch, 'page.html')],
};

const captures = process.argv.slice(2).flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(pcap|pcapng|cap|ntar|trace)(\.gz)?$/i.test(name))
    .sort()
    .map((name) => join(folder, name)),
);

/** Runs one form. The count of lines is taken by wc, so that nothing large is held here. */
function run(argv) {
  const measured = join(scratch, 'measured');
  const counted = join(scratch, 'counted');
  const command = `/usr/bin/time -o ${measured} -f '%x %U %S %M' "$0" "$@" | wc -l > ${counted}`;
  const { stderr } = spawnSync('bash', ['-c', command, process.execPath, BIN, ...argv], { encoding: 'utf8' });
  const said = readFileSync(measured, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  const [status, user, system, kilobytes] = said;
  return {
    status,
    seconds: user + system,
    megabytes: kilobytes / 1024,
    lines: Number(readFileSync(counted, 'utf8')),
    stderr,
  };
}

/** Frames in the file, as the reader of another project counts them; null for what it cannot read. */
function framesOf(path) {
  try {
    return Number(
      execFileSync('capinfos', ['-Mc', '-T', '-r', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split('\t')
        .at(-1),
    );
  } catch {
    return null;
  }
}

const worst = {};
let faults = 0;
let uncounted = 0;
for (const path of captures) {
  const frames = framesOf(path);
  for (const [form, argvOf] of Object.entries(FORMS)) {
    const ended = run(argvOf(path));
    const fault = [
      ![0, 2].includes(ended.status) && `ends with ${ended.status}`,
      ended.seconds > MOST.seconds && `takes ${ended.seconds.toFixed(1)} s`,
      ended.megabytes > MOST.megabytes && `takes ${Math.round(ended.megabytes)} MB`,
      / at .*\.[cm]?js:\d/.test(ended.stderr) && 'shows a stack',
      form === 'lines' && frames !== null && frames !== ended.lines && `prints ${ended.lines} of ${frames} frames`,
    ].filter(Boolean);
    if (form === 'lines' && frames === null) uncounted++;
    if (fault.length > 0) {
      faults++;
      console.log(`${path} ${form}: ${fault.join(', ')}`);
    }
    for (const measure of ['seconds', 'megabytes']) {
      const key = `${form} ${measure}`;
      if (worst[key] === undefined || worst[key][0] < ended[measure]) worst[key] = [ended[measure], path];
    }
  }
}
console.log(`${captures.length} captures (${uncounted} not counted by capinfos), ${faults} faults`);
for (const [key, [value, path]] of Object.entries(worst)) console.log(`most ${key}: ${value.toFixed(1)} ${path}`);
process.exitCode = faults === 0 ? 0 : 1;
