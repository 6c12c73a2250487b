// Compares what dissect says of captures with what tcpdump said of them:
//
//     node test/oracle/tcpdump.mjs FOLDER [--verbose]     with tcpdump's golden files, listed in FOLDER/oracles.tsv
//     node test/oracle/tcpdump.mjs --record               writes tcpdump.tsv: its facts of the fixtures. Needs tcpdump
//
// Differences that are understood stand in known-differences-tcpdump.md beside this file.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOfPacket, factsOfText, includes } from './tcpdump-facts.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const CLI = join(HERE, '../../bin/dissect.js');
const FIXTURES = join(HERE, '../../fixtures');
const MOST = 1 << 28;
const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/tcpdump.mjs FOLDER [--verbose] | --record');
  process.exit(1);
}
if (folder === '--record') record();
else compare(folder, rest.includes('--verbose'));

function record() {
  const lines = [];
  const captures = readdirSync(FIXTURES, { recursive: true }).map(String);
  for (const path of captures.filter((path) => /\/capture\.(pcap|pcapng)$/.test(path)).sort()) {
    const text = execFileSync('tcpdump', ['-#', '-n', '-e', '-v', '-r', join(FIXTURES, path)], {
      encoding: 'utf8',
      maxBuffer: MOST,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for (const [i, facts] of factsOfText(text).entries()) {
      const told = [...facts].map(([kind, values]) => `${kind}=${values.join(',')}`);
      lines.push([dirname(path), i + 1, ...told].join('\t'));
    }
  }
  writeFileSync(join(HERE, 'tcpdump.tsv'), `${lines.join('\n')}\n`);
  console.log(`${lines.length} frames`);
}

function packetsOf(capture) {
  const { stdout } = spawnSync(process.execPath, [CLI, capture, '-T', 'ndjson'], { encoding: 'utf8', maxBuffer: MOST });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function compare(folder, verbose) {
  const rows = readFileSync(join(folder, 'oracles.tsv'), 'utf8').split('\n').slice(1, -1);
  const counts = new Map();
  let files = 0;
  let whole = 0;
  for (const [capture, oracle, tool] of rows.map((row) => row.split('\t'))) {
    if (tool !== 'tcpdump') continue;
    const theirs = factsOfText(readFileSync(join(folder, oracle), 'utf8'));
    const ours = packetsOf(join(folder, capture)).map(factsOfPacket);
    const differing = [];
    if (ours.length < theirs.length) differing.push(`${theirs.length} frames, ours ${ours.length}`);
    for (const [i, facts] of theirs.entries()) {
      for (const [kind, values] of facts) {
        const count = counts.get(kind) ?? { told: 0, same: 0 };
        counts.set(kind, count);
        count.told++;
        const mine = ours[i]?.get(kind) ?? [];
        if (includes(mine, values)) count.same++;
        else differing.push(`frame ${i + 1}: ${kind}: tcpdump ${values.join(',')}, ours ${mine.join(',')}`);
      }
    }
    files++;
    if (differing.length === 0) whole++;
    else if (verbose) console.log(`${oracle}\n  ${differing.join('\n  ')}`);
  }
  let told = 0;
  let same = 0;
  for (const [kind, count] of [...counts].sort()) {
    console.log(`${kind.padEnd(14)} ${count.same} of ${count.told} the same`);
    told += count.told;
    same += count.same;
  }
  console.log(`${files} golden files, ${whole} without a difference; ${same} of ${told} facts the same`);
}
