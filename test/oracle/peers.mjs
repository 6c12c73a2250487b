// Compares `dissect flows` with what other programs said of the same captures:
//
//     node test/oracle/peers.mjs FOLDER [--verbose]
//
// FOLDER holds `oracles.tsv` with the columns capture, oracle, tool, command; paths are relative to FOLDER. Of Zeek, every
// log that has the endpoints of connections and their conn_state or history is compared; of tcptrace, the output of -l.
// Differences that are understood stand in known-differences-peers.md beside this file.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = join(dirname(fileURLToPath(import.meta.url)), '../../bin/dissect.js');
const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/peers.mjs FOLDER [--verbose]');
  process.exit(1);
}
const verbose = rest.includes('--verbose');

const known = new Map();

/** Our conversations of a capture. */
function flowsOf(capture) {
  if (!known.has(capture)) {
    const { stdout } = spawnSync(process.execPath, [CLI, 'flows', join(folder, capture), '-T', 'ndjson'], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    known.set(
      capture,
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    );
  }
  return known.get(capture);
}

class Tally {
  counts = new Map();
  differences = [];

  compare(what, where, ours, theirs) {
    const count = this.counts.get(what) ?? { compared: 0, equal: 0 };
    this.counts.set(what, count);
    count.compared++;
    if (ours === theirs) count.equal++;
    else this.differences.push({ what, where, ours, theirs });
  }

  print(tool) {
    for (const [what, { compared, equal }] of this.counts) {
      console.log(`${tool} ${what.padEnd(28)} ${equal} of ${compared} equal`);
    }
    if (!verbose) return;
    const times = new Map();
    for (const { what, where, ours, theirs } of this.differences) {
      const line = `${where}: ${what}: ours ${ours}, theirs ${theirs}`;
      times.set(line, (times.get(line) ?? 0) + 1);
    }
    for (const [line, count] of times) console.log(`  ${line}${count > 1 ? ` (${count} times)` : ''}`);
  }
}

/** Rows of a log that Zeek wrote: with a header of its own, or cut to columns that its first line names. */
function zeekRows(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const named = lines.find((line) => line.startsWith('#fields'));
  const plain = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const columns = (named === undefined ? plain.shift() : named.slice('#fields\t'.length))?.split('\t') ?? [];
  const names = columns.map((name) => name.replaceAll('_', '.').replace('conn.state', 'conn_state'));
  return plain.map((line) => Object.fromEntries(line.split('\t').map((value, i) => [names[i], value])));
}

const endpoint = (address, port) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
const key = (protocol, ends) => `${protocol} ${[...ends].sort().join(' ')}`;

/** Zeek with -b knows only the protocols that its script loads: mostly none, and then ports turn no connection round. */
function unflipped({ conn_state, history }) {
  if (!history.startsWith('^')) return { conn_state, history };
  const swapped = history
    .slice(1)
    .replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
  const turned = { SHR: 'SH', SH: 'SHR', RSTO: 'RSTR', RSTR: 'RSTO', S2: 'S3', S3: 'S2' };
  return { conn_state: turned[conn_state] ?? conn_state, history: swapped };
}

function compareZeek(capture, log, command, tally, names) {
  const rows = zeekRows(join(folder, log)).filter(
    (row) => ['tcp', 'udp'].includes(row.proto) && row['id.orig.h'] && row['id.orig.p'] && row['id.resp.p'],
  );
  if (rows.length === 0) return;
  const left = new Map();
  for (const flow of flowsOf(capture)) {
    const name = key(flow.proto, [flow.a.endpoint, flow.b.endpoint]);
    left.set(name, [...(left.get(name) ?? []), flow]);
  }
  const bare = / -b\b/.test(command);
  let found = 0;
  for (const row of rows) {
    const ends = [endpoint(row['id.orig.h'], row['id.orig.p']), endpoint(row['id.resp.h'], row['id.resp.p'])];
    const flow = left.get(key(row.proto, ends))?.shift();
    const where = `${names} ${row.proto} ${ends.join(' ')}`;
    if (flow === undefined) {
      tally.differences.push({ what: 'connection', where, ours: 'none', theirs: `${row.conn_state} ${row.history}` });
      continue;
    }
    found++;
    const ours = bare && !row.history?.startsWith('^') ? unflipped(flow) : flow;
    if (row.conn_state !== undefined) tally.compare(`${row.proto} conn_state`, where, ours.conn_state, row.conn_state);
    if (row.history !== undefined) tally.compare(`${row.proto} history`, where, ours.history || '-', row.history);
  }
  tally.compare('connections found', names, found, rows.length);
}

/** Connections of `tcptrace -l`. */
function traced(path) {
  const blocks = readFileSync(path, 'utf8').split(/^TCP connection \d+:$/m);
  return blocks.slice(1).map((block) => {
    const host = (name) => new RegExp(`^\\s*host ${name}: +(\\S+)`, 'm').exec(block)?.[1];
    const pair = (label) => {
      const [, a, b] = new RegExp(`^ +${label}: +(\\d+)\\D+${label}: +(\\d+)`, 'm').exec(block) ?? [];
      return [Number(a), Number(b)];
    };
    const [first, second] = [...block.matchAll(/^\s*host \w+: +(\S+)$/gm)].map(([, name]) => name);
    return {
      ends: [first ?? host('a'), second ?? host('b')],
      complete: /complete conn: yes/.test(block),
      reset: /complete conn: reset/.test(block),
      packets: pair('total packets'),
      retransmissions: pair('rexmt data pkts'),
      outOfOrder: pair('outoforder pkts'),
      zeroWindows: pair('zero win adv'),
    };
  });
}

function compareTcptrace(capture, path, tally) {
  const theirs = traced(join(folder, path));
  const ours = flowsOf(capture).filter(({ proto }) => proto === 'tcp');
  tally.compare('connections counted', capture, ours.length, theirs.length);
  for (const connection of theirs) {
    const at = ours.findIndex(({ a, b }) => key('', [a.endpoint, b.endpoint]) === key('', connection.ends));
    const where = `${capture} ${connection.ends.join(' ')}`;
    if (at < 0) {
      tally.differences.push({ what: 'connection', where, ours: 'none', theirs: 'there' });
      continue;
    }
    const [flow] = ours.splice(at, 1);
    const ends = flow.a.endpoint === connection.ends[0] ? [flow.a, flow.b] : [flow.b, flow.a];
    const pair = (name) => ends.map((end) => end[name]).join('/');
    const seen = [...flow.history].filter((letter) => 'sShH'.includes(letter)).length;
    const complete = flow.ended === 'closed' && seen >= 2;
    tally.compare('complete', where, complete, connection.complete);
    tally.compare('reset', where, flow.ended === 'reset' || flow.ended === 'refused', connection.reset);
    tally.compare('packets', where, pair('packets'), connection.packets.join('/'));
    // What tcptrace calls sent again is what Wireshark's thresholds part into sent again and overtaken on the way.
    const again = ends.map((end) => end.retransmissions + end.out_of_order).join('/');
    tally.compare('again or out of order', where, again, connection.retransmissions.join('/'));
    tally.compare('retransmissions', where, pair('retransmissions'), connection.retransmissions.join('/'));
    tally.compare('out of order', where, pair('out_of_order'), connection.outOfOrder.join('/'));
    tally.compare('zero windows', where, pair('zero_windows'), connection.zeroWindows.join('/'));
  }
}

const zeek = new Tally();
const tcptrace = new Tally();
const [, ...rows] = readFileSync(join(folder, 'oracles.tsv'), 'utf8').trimEnd().split('\n');
for (const [capture, oracle, tool, command] of rows.map((row) => row.split('\t'))) {
  if (!existsSync(join(folder, capture)) || !existsSync(join(folder, oracle))) continue;
  if (tool === 'zeek' && /\/conn[^/]*$/.test(oracle)) {
    compareZeek(capture, oracle, command, zeek, oracle.split('/').slice(-2).join('/'));
  } else if (tool === 'tcptrace' && oracle.endsWith('.long')) compareTcptrace(capture, oracle, tcptrace);
}
zeek.print('zeek');
tcptrace.print('tcptrace');
