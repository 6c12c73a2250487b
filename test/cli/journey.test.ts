import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/output/width.ts';
import { dissect, fixture, ROOT } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const TWO = fixture('web/keep-alive-two-requests/capture.pcap');
const [INSIDE, OUTSIDE] = [fixture('nat/port-random/inside.pcap'), fixture('nat/port-random/outside.pcap')];
const journey = (...argv: string[]) => dissect(['journey', ...argv]);

const told = (...argv: string[]) =>
  journey(...argv, '-T', 'ndjson')
    .stdout.split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('dissect journey', () => {
  it('speaks the language that is asked for, and uses the width', () => {
    const { stdout, stderr, status } = journey(INSIDE, OUTSIDE, '--width', '160', '--lang', 'ko');
    expect([stderr, status, stdout.startsWith('여정 1')]).toEqual(['', 0, true]);
    const widest = Math.max(...stdout.split('\n').map(cellWidth));
    expect(widest).toBeGreaterThan(150);
    expect(widest).toBeLessThanOrEqual(160);
  });

  it('is coloured where somebody asks, with the same words', () => {
    const plain = journey(PAGE).stdout;
    const coloured = journey(PAGE, '--color', 'always').stdout;
    expect(coloured).not.toBe(plain);
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
  });

  it('reads standard input', () => {
    expect(dissect(['journey', '-'], { input: readFileSync(PAGE) }).stdout).toBe(journey(PAGE).stdout);
  });

  it('tells of a capture that is cut short what there is, and says so', () => {
    const { stdout, stderr, status } = dissect(['journey', '-'], { input: readFileSync(PAGE).subarray(0, 1200) });
    expect([status, stderr]).toEqual([2, expect.stringContaining('cut')]);
    expect(stdout).toContain('SYN (frame 7)');
  });
});

describe('for programs', () => {
  it('has a form that its schema describes, also with two captures', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'schema/journey.schema.json'), 'utf8'));
    const valid = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    const journeys = told(INSIDE, OUTSIDE);
    for (const one of journeys) expect(valid(one), JSON.stringify(valid.errors)).toBe(true);
    expect(JSON.parse(journey(INSIDE, OUTSIDE, '-T', 'json').stdout)).toEqual(journeys);
  });

  it('names both tuples, and each packet with its twin', () => {
    const [first] = told(INSIDE, OUTSIDE);
    expect(first.nat).toMatchObject({
      inside: '192.168.0.10:38510',
      outside: '203.0.113.1:30603',
      remote: '203.0.113.80:80',
      port_preserved: false,
      packets: 10,
      proven: 10,
      handshake_here: '0.000155000',
      handshake_there: '0.000024000',
    });
    expect(first.nat.crossings.map(({ frame, twin, what }: Record<string, unknown>) => [frame, twin, what])).toEqual([
      [3, 3, 'syn'],
      [4, 4, 'syn-ack'],
      [5, 5, 'ack'],
      [6, 6, 'request'],
      [8, 8, 'first-byte'],
      [10, 10, 'fin'],
      [11, 11, 'fin'],
      [12, 12, 'ack'],
    ]);
    expect(first.nat.ways).toMatchObject([{ asker: '203.0.113.1', address: '203.0.113.80', begin: { frame: 1 } }]);
  });

  it('takes the clocks apart: half a second between them is no half a second in the router', () => {
    const [first] = told(fixture('nat/clocks/inside.pcap'), fixture('nat/clocks/outside.pcap'));
    for (const { took } of first.nat.crossings) {
      expect(Number(took)).toBeGreaterThan(0);
      expect(Number(took)).toBeLessThan(0.001);
    }
  });

  it('is told by the inside, whichever capture comes first', () => {
    expect(told(OUTSIDE, INSIDE).map(({ client }) => client)).toEqual(
      told(INSIDE, OUTSIDE).map(({ client }) => client),
    );
  });

  it('an empty selection is an empty list', () => {
    expect(journey(PAGE, '-Y', 'ssh', '-T', 'json').stdout).toBe('[]\n');
    expect(journey(PAGE, '-Y', 'ssh').stdout).toContain('no conversation');
  });
});

describe('which journeys', () => {
  it('those of a stream', () => {
    expect(told(INSIDE, '--stream', '1').map(({ stream }) => stream)).toEqual([1]);
  });

  it('those of which a filter takes a packet, whole', () => {
    const [one, ...others] = told(INSIDE, '-Y', 'frame.number == 16');
    expect([one.stream, one.packets, others]).toEqual([1, 10, []]);
    // What was for it is a part of it.
    expect(told(PAGE, '-Y', 'arp')).toHaveLength(1);
    expect(told(PAGE, '-Y', 'dns.a == 203.0.113.80')).toHaveLength(1);
  });

  it('all of them in full', () => {
    const busy = fixture('nat/many/inside.pcap');
    expect(journey(busy, '--all').stdout.match(/^Journey /gm)!.length).toBe(told(busy).length);
  });
});

describe('wrong use', () => {
  it.each([
    [[], 'name a capture file'],
    [[PAGE, PAGE], 'named twice'],
    [[PAGE, '-'], 'read twice'],
    [[PAGE, INSIDE, OUTSIDE], 'two captures at the most'],
    [[PAGE, '-T', 'xml'], '-T'],
  ])('%j', (argv, sentence) => {
    const { status, stderr, stdout } = journey(...argv);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
  });

  it('two captures with nothing between them are told as such, and the first one all the same', () => {
    const { status, stdout, stderr } = journey(PAGE, TWO);
    expect(stderr).toContain('no packet');
    expect([status, stdout.startsWith('Journey 1')]).toEqual([0, true]);
  });
});
