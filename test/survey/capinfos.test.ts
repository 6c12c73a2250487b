import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissect, fixture } from '../cli/run-cli.ts';

/** What capinfos said of each fixture: `npm run oracle` records it. */
const [, head, ...rows] = readFileSync(join(import.meta.dirname, 'capinfos.tsv'), 'utf8')
  .split('\n')
  .slice(0, -1);
const columns = head!.split('\t');
const recorded = rows.map((row) => new Map(row.split('\t').map((cell, i) => [columns[i]!, cell])));

interface Told {
  readonly file: string;
  readonly findings: readonly { readonly id: string; readonly least?: number; readonly most?: number }[];
  readonly first: { readonly time_epoch: string } | null;
  readonly last: { readonly time_epoch: string } | null;
  readonly interfaces: readonly { readonly snap_length: number }[];
  readonly [key: string]: unknown;
}

const paths = recorded.map((row) => fixture(row.get('File name')!));
const { stdout, stderr } = dissect(['info', '-T', 'ndjson', ...paths]);
const told = new Map<string, Told>(
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .map((one: Told) => [one.file, one]),
);

/** As capinfos writes seconds: with as many digits as the file has. */
const seconds = (text: string | undefined, like: string): string =>
  text === undefined ? 'n/a' : text.slice(0, text.length - 9 + (like.split('.')[1]?.length ?? 0));

describe('numbers that capinfos tells too', () => {
  it('are of every fixture', () => {
    expect(stderr).toBe('');
    expect(told.size).toBe(recorded.length);
    expect(recorded.length).toBeGreaterThan(120);
  });

  it.each(recorded.map((row) => [row.get('File name')!, row] as const))('%s', (path, row) => {
    const one = told.get(fixture(path))!;
    const cell = (name: string): string => row.get(name)!;
    const cut = one.findings.find(({ id }) => id === 'snaplen.cut');
    const limit = one.interfaces[0]?.snap_length ?? 0;
    expect({
      'Number of packets': String(one.frames),
      'File size (bytes)': String(one.bytes),
      'Data size (bytes)': String(one.wire_bytes),
      'Capture duration (seconds)': seconds(one.duration as string, cell('Capture duration (seconds)')),
      'Start time': seconds(one.first?.time_epoch, cell('Start time')),
      'End time': seconds(one.last?.time_epoch, cell('End time')),
      'Strict time order': one.in_order ? 'True' : 'False',
      'Packet size limit min (inferred)': String(cut?.least ?? 'n/a'),
      'Packet size limit max (inferred)': String(cut?.most ?? 'n/a'),
      'Packet size limit': cell('Packet size limit') === '(not set)' ? '(not set)' : String(limit),
    }).toEqual(Object.fromEntries(columns.slice(1).map((name) => [name, cell(name)])));
  });
});
