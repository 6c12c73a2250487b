import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TCP } from '../../src/nat/kept.ts';
import type { Sightings } from '../../src/nat/sightings.ts';
import type { CrossingRow, NatLadder } from '../../src/output/nat-ladder.ts';
import { cellWidth } from '../../src/output/width.ts';
import { dissect } from '../cli/run-cli.ts';
import { readBytes } from '../golden/cases.ts';
import { captureOf, FIN, type Sent } from '../output/segments.ts';
import { capturesOf, natCases } from './lab.ts';
import { ladderOf, laddersOf } from './ladders.ts';

/** Those in which no TCP connection crosses. */
const WITHOUT = ['proxy', 'dns-and-ping', 'fragments'];
const segmentsOf = ({ rows }: NatLadder): CrossingRow[] => rows.filter((row) => row.kind === 'segment');
const both = (name: string): Uint8Array[] => capturesOf(name).map(readBytes);

/** Frames of one connection at a place. */
function framesOf(place: Sightings, stream: number): number[] {
  const rows = Array.from({ length: place.count }, (_, row) => row);
  return rows
    .filter((row) => place.kinds[row] === TCP && place.streams[row] === stream)
    .map((row) => place.frames[row]!);
}

describe.each(natCases.filter((name) => !WITHOUT.includes(name)))('%s', (name) => {
  it('has every segment once: joined, or on the one side that saw it', async () => {
    const { join: joined, all } = await laddersOf(both(name), name === 'many' ? 3 : 20);
    const { first, second, ofFirst } = joined.twins;
    expect(all.length).toBeGreaterThan(0);
    for (const { connection, ladder } of all) {
      const rows = segmentsOf(ladder);
      const left = ladder.sides[0].stream === connection.streams[0] ? 0 : 1;
      for (const place of [0, 1] as const) {
        const at = place === left ? 0 : 1;
        const seen = rows.map(({ frames }) => frames[at]).filter((frame) => frame !== null);
        const recorded = framesOf(place === 0 ? first : second, connection.streams[place]);
        expect(seen.toSorted((a, b) => a! - b!)).toEqual(recorded);
      }
      const twins = new Map([...ofFirst].map((twin, row) => [first.frames[row]!, twin]));
      for (const { frames, fate } of rows) {
        const [here, there] = left === 0 ? frames : [frames[1], frames[0]];
        expect(fate === null).toBe(here !== null && there !== null);
        if (fate === null) expect(second.frames[twins.get(here!)!]).toBe(there);
      }
      expect(ladder.passed).toBe(connection.twins);
      expect(ladder.passed + ladder.alone[0] + ladder.alone[1]).toBe(rows.length);
      const times = rows.map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });
});

describe('as many segments pass as dissect nat --packets has', () => {
  it.each(['loss', 'ftp-port', 'hairpin'])('%s', async (name) => {
    const { stdout } = dissect(['nat', ...capturesOf(name), '--packets', '-T', 'ndjson']);
    const pairs = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const { all } = await laddersOf(both(name));
    const passed = all.flatMap(({ ladder }) => segmentsOf(ladder).filter(({ fate }) => fate === null));
    expect(passed).toHaveLength(pairs.length);
    const [one, two] = [pairs.map(({ first }) => first.frame), pairs.map(({ second }) => second.frame)];
    const frames = passed.flatMap((row) => row.frames as [number, number]);
    expect(frames.toSorted((a, b) => a - b)).toEqual([...one, ...two].toSorted((a, b) => a - b));
  });
});

describe('what it shows', () => {
  const first = async (name: string, n = 0): Promise<NatLadder> => (await laddersOf(both(name))).all[n]!.ladder;
  const fates = (ladder: NatLadder) =>
    ladder.rows.flatMap((row) => ('fate' in row && row.fate !== null ? [[row.kind, row.from, row.fate]] : []));
  const changes = (ladder: NatLadder) => segmentsOf(ladder).flatMap((row) => row.changes);

  it('what the router does, once for the connection', async () => {
    expect(changes(await first('port-random'))).toEqual([
      { what: 'source', before: '192.168.0.10:38510', after: '203.0.113.1:30603' },
      { what: 'hops', before: 64, after: 63 },
    ]);
  });

  it('both ends of a hairpin, and the one that a forwarded port stands for', async () => {
    const hairpin = changes(await first('hairpin'));
    expect(hairpin.map(({ what }) => what)).toEqual(['source', 'destination', 'hops']);
    const forwarded = await first('port-forwarding');
    expect(forwarded.sides.map(({ end, peer }) => [end.role, end.name, peer])).toEqual([
      ['client', '203.0.113.80:49088', '203.0.113.1:8080'],
      ['server', '192.168.0.10:80', '203.0.113.80:49088'],
    ]);
    expect(forwarded.sides[0].capture).toContain('1');
    expect(changes(forwarded)[0]).toEqual({
      what: 'destination',
      before: '203.0.113.1:8080',
      after: '192.168.0.10:80',
    });
  });

  it('every SYN whose segment size was lowered', async () => {
    const clamped = changes(await first('segment-size')).filter(({ what }) => what === 'mss');
    expect(clamped).toEqual(Array(2).fill({ what: 'mss', before: 1460, after: 1200 }));
  });

  it('commands that were rewritten, and the numbers that follow from them', async () => {
    const told = changes(await first('ftp-port')).slice(2);
    expect(told).toEqual([
      { what: 'length', before: 27, after: 26 },
      { what: 'ack', by: 1 },
      { what: 'seq', by: -1 },
      { what: 'length', before: 27, after: 26 },
      { what: 'ack', by: 2 },
      { what: 'seq', by: -2 },
    ]);
  });

  it('what the router dropped, and what it made itself', async () => {
    expect(fates(await first('router-answers'))).toEqual([
      ['segment', 0, 'lost'],
      ['segment', 0, 'lost'],
      ['error', 1, 'made'],
      ['error', 1, 'made'],
    ]);
    const reset = await first('router-answers', 1);
    expect(fates(reset)).toEqual([
      ['segment', 0, 'lost'],
      ['segment', 1, 'made'],
    ]);
    // Nobody told the server.
    expect(reset.sides.map(({ end }) => end.after)).toEqual(['CLOSED', 'ESTABLISHED']);
    expect(segmentsOf(reset).at(-1)!.reset).toEqual(['middle']);
  });

  it('nothing of the sort where all passed', async () => {
    for (const name of ['port-kept', 'clocks', 'nat64', 'any-interface']) expect(fates(await first(name))).toEqual([]);
  });

  it('times of both captures by one clock', async () => {
    const { clock, rows } = await first('clocks');
    expect(Math.abs(clock.offset.ahead! - 0.4e9)).toBeLessThan(100_000);
    for (const row of rows) {
      if (row.kind !== 'segment') continue;
      expect(Math.abs(row.times[0]! - row.times[1]!)).toBeLessThan(1e6);
    }
  });

  it('a state where the capture next to that end shows it', async () => {
    // The first answer of the server is lost: the client hears of it with the second one only.
    const { all } = await laddersOf(both('loss'));
    const { rows } = all[6]!.ladder;
    const lost = rows.findIndex((row) => row.kind === 'segment' && row.fate === 'lost');
    expect(rows[lost]).toMatchObject({ from: 1, frames: [null, expect.any(Number)], steps: [[], []] });
    const steps = (side: 0 | 1) => segmentsOf(all[6]!.ladder).flatMap((row) => row.steps[side].map(({ to }) => to));
    expect(steps(0)).toEqual(['SYN_SENT', 'ESTABLISHED', 'FIN_WAIT_1', 'FIN_WAIT_2', 'TIME_WAIT']);
    expect(steps(1)).toEqual(['SYN_RECEIVED', 'ESTABLISHED', 'CLOSE_WAIT', 'LAST_ACK', 'CLOSED']);
  });
});

describe('segments that are on their way at once', () => {
  /** What the other side sees: the same segments in another order, with other addresses and a hop less. */
  const translated = (bytes: Uint8Array, order: readonly number[]): Uint8Array => {
    const view = new DataView(bytes.buffer);
    const records: Uint8Array[] = [];
    for (let at = 24; at < bytes.length; ) {
      const length = view.getUint32(at + 8, true) + 16;
      records.push(bytes.slice(at, at + length));
      at += length;
    }
    const copy = bytes.slice();
    let at = 24;
    for (const [i, n] of order.entries()) {
      const record = records[n]!;
      const packet = record.subarray(16);
      const isOut = packet[15] === 1;
      // 10.0.0.1 becomes 11.0.0.1, which the checksum of a real router would follow.
      packet[isOut ? 12 : 16] = 11;
      packet[8]! += isOut ? -1 : 1;
      new DataView(record.buffer).setUint32(4, i * 1000 + 100, true);
      copy.set(record, at);
      at += record.length;
    }
    return copy;
  };
  const sent: Sent[] = [
    { from: 'client', flags: 2, at: -1 },
    { from: 'server', flags: 18, at: -1, ack: 0 },
    { from: 'client', at: 0, ack: 0 },
    { from: 'client', at: 0, ack: 0, content: 'one' },
    { from: 'server', at: 0, ack: 3 },
    { from: 'client', flags: FIN | 16, at: 3, ack: 0 },
    { from: 'server', flags: FIN | 16, at: 0, ack: 3 },
    { from: 'client', at: 4, ack: 1 },
    { from: 'server', at: 1, ack: 4 },
  ];

  it('do to either end what it saw, in its own order', async () => {
    const inside = captureOf(sent);
    // Outside, the server's FIN comes first; and its last answer before the client's.
    const captures = [inside, translated(inside, [0, 1, 2, 3, 4, 6, 5, 8, 7])];
    const { all } = await laddersOf(captures);
    const { ladder } = all[0]!;
    const steps = (side: 0 | 1) =>
      ladder.rows.flatMap((row) => {
        if (row.kind === 'segment') return row.steps[side].map(({ to }) => to);
        return row.kind === 'arrival' && row.side === side ? row.steps.map(({ to }) => to) : [];
      });
    expect(steps(0)).toEqual(['SYN_SENT', 'ESTABLISHED', 'FIN_WAIT_1', 'CLOSING', 'TIME_WAIT']);
    expect(steps(1)).toEqual(['SYN_RECEIVED', 'ESTABLISHED', 'FIN_WAIT_1', 'CLOSING', 'TIME_WAIT']);
    expect(ladder.rows.filter(({ kind }) => kind === 'arrival').length).toBeGreaterThan(0);
    expect(ladder.passed).toBe(9);
  });
});

describe('dissect ladder INSIDE OUTSIDE', () => {
  const ladder = (name: string, ...argv: string[]) => dissect(['ladder', ...capturesOf(name), ...argv]);

  it.each<[string, string, string[]]>([
    ['port-random', 'ladder.80.en.txt', ['--width', '80', '--stream', '0']],
    ['clocks', 'ladder.160.ko.txt', ['--width', '160', '--stream', '0', '--lang', 'ko']],
    ['port-forwarding', 'ladder.100.en.txt', ['--width', '100']],
    ['hairpin', 'ladder.100.ko.txt', ['--width', '100', '--nat', '--stream', '0', '--lang', 'ko']],
    ['nat64', 'ladder.100.en.txt', ['--width', '100']],
    ['loss', 'ladder.80.ko.txt', ['--width', '80', '--stream', '6', '--lang', 'ko']],
    ['ftp-port', 'ladder.120.en.txt', ['--width', '120', '--stream', '0']],
    ['router-answers', 'ladder.100.en.txt', ['--width', '100', '--stream', '0']],
    ['router-answers', 'ladder.svg', ['--svg', '--stream', '1']],
    ['loss', 'ladder.ko.svg', ['--svg', '--stream', '6', '--lang', 'ko', '--scale', 'time']],
  ])('%s: %s', async (name, file, argv) => {
    const { stdout, stderr, status } = ladder(name, ...argv);
    expect([status, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(join(dirname(capturesOf(name)[0]!), file));
    if (argv[0] !== '--width') return;
    for (const line of stdout.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(Number(argv[1]));
  });

  it('keeps its three lanes straight', () => {
    for (const width of ['80', '97', '160']) {
      const { stdout } = ladder('router-answers', '--width', width, '--stream', '1');
      const rows = stdout.split('\n').filter((line) => /[┊│├][^┊│┤]*[║╫╢][^┊│┤]*[┊│┤]/.test(line));
      expect(rows.length).toBeGreaterThan(5);
      const lanes = rows.map((line) => [line.search(/[┊│├]/), line.search(/[║╫╢]/), line.search(/[┊│┤](?=[^┊│┤]*$)/)]);
      expect(new Set(lanes.map(String)).size).toBe(1);
    }
  });

  it('takes one capture of both sides with --nat, by either number', () => {
    const [path] = capturesOf('both-interfaces') as [string];
    const one = dissect(['ladder', path, '--nat', '--stream', '0']);
    expect(one.stdout).toMatch(/^TCP connection 0 of both.pcapng lan0 is 1 of both.pcapng wan0: 10 segments/);
    expect(dissect(['ladder', path, '--nat', '--stream', '1']).stdout).toBe(one.stdout);
  });

  it('finds the connection by a filter on the first capture, and says when there are others', () => {
    expect(ladder('loss', '-Y', 'tcp.port == 37300').stdout).toMatch(/^TCP connection 6 of inside.pcap is 6 of/);
    const { stdout, stderr, status } = ladder('loss');
    expect(stdout).toMatch(/^TCP connection 0 of/);
    expect(stderr).toMatch(
      /^dissect: this is TCP connection 0 of .*inside.pcap, the first of 12 that are translated; --stream shows another one\n$/,
    );
    expect(status).toBe(0);
  });

  it('writes the picture where it is told to', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'dissect-')), 'nat.svg');
    expect(ladder('port-forwarding', '--svg', '-o', file)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(
      /^<svg [\s\S]*<title id="ladder-title">TCP connection 0 of outside.pcap is 0 of inside.pcap/,
    );
  });

  it.each<[string, string[], string]>([
    ['proxy', [], 'no TCP connection of INSIDE has a translated twin in OUTSIDE'],
    ['dns-and-ping', [], 'no TCP connection of INSIDE has a translated twin in OUTSIDE'],
    ['loss', ['--stream', '99'], 'there is no TCP connection 99; the capture has 12, numbered from 0'],
    ['loss', ['-Y', 'arp'], 'the filter takes no packet of a TCP connection'],
    ['loss', ['--scale', 'time'], '--scale goes with --svg'],
    ['loss', ['x.pcap'], 'two captures at the most, not 3: INSIDE, OUTSIDE, x.pcap'],
  ])('%s %j is refused', (name, argv, sentence) => {
    const [inside, outside] = capturesOf(name) as [string, string];
    const expected = sentence.replace('INSIDE', inside).replace('OUTSIDE', outside);
    expect(ladder(name, ...argv)).toMatchObject({ status: 1, stdout: '', stderr: `dissect: ${expected}\n` });
  });

  it('says which connections are translated when the one asked for is not', () => {
    const [inside, outside] = capturesOf('port-forwarding') as [string, string];
    const { stderr, status } = dissect(['ladder', outside, inside, '--stream', '1']);
    expect(stderr).toBe(
      `dissect: TCP connection 1 of ${outside} is not translated, as far as these packets tell; these are: 0\n`,
    );
    expect(status).toBe(1);
  });
});

it('folds long runs of data that passed, and only those', async () => {
  const captures = both('loss');
  const { all } = await laddersOf(captures);
  for (const { connection, ladder } of all) {
    const folded = await ladderOf(captures, connection, true);
    const count = folded.rows.reduce((sum, row) => sum + (row.kind === 'fold' ? row.segments : 0), 0);
    expect(count + segmentsOf(folded).length).toBe(segmentsOf(ladder).length);
  }
});
