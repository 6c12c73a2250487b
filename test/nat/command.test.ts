import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dissect } from '../cli/run-cli.ts';
import { capturesOf } from './lab.ts';

const root = mkdtempSync(join(tmpdir(), 'dissect-nat-'));
afterAll(() => rmSync(root, { recursive: true }));
const [INSIDE, OUTSIDE] = capturesOf('port-kept') as [string, string];

function file(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

const WRONG = file('wrong.pcap', 'this is no capture');
const EMPTY = file('empty.pcap', '');
const CUT = file('cut.pcap', readFileSync(OUTSIDE).subarray(0, 1000));

describe('dissect nat of what is no capture', () => {
  it.each([WRONG, EMPTY, join(root, 'missing.pcap')])('%s: one sentence, and nothing else', (path) => {
    for (const argv of [
      ['nat', INSIDE, path],
      ['nat', path, OUTSIDE],
      [INSIDE, '--explain', '--nat', path],
    ]) {
      const { stdout, stderr, status } = dissect(argv);
      expect([stdout, status], argv.join(' ')).toEqual(['', 2]);
      expect(stderr, argv.join(' ')).toMatch(/^dissect: [^\n]*\n$/);
    }
  });

  it('tells what there is of one that is cut off, then that it is', () => {
    const { stdout, stderr, status } = dissect(['nat', INSIDE, CUT, '-T', 'ndjson']);
    expect(JSON.parse(stdout)).toMatchObject({ packets: 5 });
    expect([stderr, status]).toEqual([
      `dissect: ${CUT}: cut off in frame 8: the record wants 374 bytes, the file has 328\n`,
      2,
    ]);
    for (const [one, other] of [
      [INSIDE, CUT],
      [CUT, INSIDE],
    ]) {
      const explained = dissect([one!, '--explain=brief', '--nat', other!]);
      expect(explained.stdout).toMatch(/^ +7 /m);
      expect(explained.status).toBe(2);
      expect(explained.stderr.match(/cut off/g)).toHaveLength(1);
    }
  });
});

describe('dissect nat used wrongly', () => {
  it.each([
    [['nat'], 'name the captures of both sides of the translator: inside, then outside'],
    [['nat', INSIDE, INSIDE], `${INSIDE} is named twice`],
    [['nat', '-'], 'captures are read twice here: name files instead of standard input'],
    [['nat', INSIDE, OUTSIDE, '--packets', '-T', 'json'], '--packets is for -T text and ndjson'],
    [[INSIDE, '--nat', OUTSIDE], '--nat goes with --explain; dissect nat compares two captures'],
  ])('%j', (argv, sentence) => {
    expect(dissect(argv)).toMatchObject({ status: 1, stdout: '', stderr: `dissect: ${sentence}\n` });
  });
});
