import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cases } from '../golden/cases.ts';
import { printed } from '../golden/print.ts';
import { factsOfPacket, factsOfText, includes } from './tcpdump-facts.mjs';

/** Of each fixture what tcpdump says of its frames, as `npm run oracle` recorded it: `kind=value,value`. */
const recorded = new Map<string, string[][]>();
for (const line of readFileSync(new URL('tcpdump.tsv', import.meta.url), 'utf8')
  .split('\n')
  .slice(0, -1)) {
  const [name, , ...facts] = line.split('\t');
  const frames = recorded.get(name!);
  if (frames === undefined) recorded.set(name!, [facts]);
  else frames.push(facts);
}

/** A row of known-differences-tcpdump.md about a fixture. */
interface Known {
  readonly fixture: string;
  readonly frames: string;
  readonly facts: readonly string[];
  readonly why: string;
}

const known: Known[] = readFileSync(new URL('known-differences-tcpdump.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| [a-z0-9-]+\/[a-z0-9-]+ \|/.test(line))
  .map((line) => {
    const [fixture, frames, facts, why] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    return { fixture: fixture!, frames: frames!, facts: facts!.split(', '), why: why ?? '' };
  });
const used = new Set<Known>();

function explained(fixture: string, frame: number, kind: string): boolean {
  const row = known.find(
    (row) => row.fixture === fixture && row.frames.split(',').includes(String(frame)) && row.facts.includes(kind),
  );
  if (row !== undefined) used.add(row);
  return row !== undefined;
}

describe('tcpdump tells the same facts', () => {
  for (const { name, bytes } of cases()) {
    test(name, async () => {
      const theirs = recorded.get(name);
      expect(theirs, `${name} was not recorded: npm run oracle`).toBeDefined();
      const ours = (await printed('ndjson', bytes()))
        .split('\n')
        .slice(0, -1)
        .map((line) => factsOfPacket(JSON.parse(line)));
      expect(ours.length).toBeGreaterThanOrEqual(theirs!.length);
      const differing: string[] = [];
      for (const [i, facts] of theirs!.entries()) {
        for (const fact of facts) {
          const [kind, values] = fact.split('=') as [string, string];
          const mine = ours[i]!.get(kind) ?? [];
          if (includes(mine, values.split(',')) || explained(name, i + 1, kind)) continue;
          differing.push(`frame ${i + 1}: ${fact}, ours ${mine.join(',')}`);
        }
      }
      expect(differing).toEqual([]);
    });
  }

  test('every row of known-differences-tcpdump.md has a reason, and a difference that it explains', () => {
    expect(known.filter((row) => row.why === '' || !used.has(row))).toEqual([]);
  });
});

describe('facts of a text', () => {
  test('headers one after another, in lines that go on', () => {
    const [first, second] = factsOfText(
      [
        '    1  10:00:00.000000 02:42:c0:a8:00:0a > 02:42:c0:a8:00:01, ethertype IPv4 (0x0800), length 74: (tos 0x10, ttl 64, id 7238, offset 0, flags [DF], proto TCP (6), length 60)',
        '    192.168.0.10.51234 > 203.0.113.80.80: Flags [S.], cksum 0x1234 (correct), seq 1, win 64240, options [mss 1460], length 0',
        '    2  10:00:00.100000 IP6 fe80::1.546 > ff02::1:2.547: dhcp6 solicit',
      ].join('\n'),
    );
    expect(Object.fromEntries(first!)).toEqual({
      'eth.src': ['02:42:c0:a8:00:0a'],
      'eth.dst': ['02:42:c0:a8:00:01'],
      len: ['74'],
      type: ['2048'],
      'ip.tos': ['16'],
      'ip.ttl': ['64'],
      'ip.id': ['7238'],
      'ip.offset': ['0'],
      'ip.flags': ['DF'],
      'ip.proto': ['6'],
      'ip.len': ['60'],
      src: ['192.168.0.10'],
      dst: ['203.0.113.80'],
      port: ['51234', '80'],
      'tcp.flags': ['.S'],
      'tcp.len': ['0'],
      'tcp.window': ['64240'],
    });
    expect(Object.fromEntries(second!)).toEqual({ src: ['fe80::1'], dst: ['ff02::1:2'], port: ['546', '547'] });
  });

  test('what is told must stand there in the same order', () => {
    expect([includes(['a', 'b', 'c'], ['a', 'c']), includes(['a', 'b'], ['b', 'a']), includes([], ['a'])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
