import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FIXTURES } from './golden/cases.ts';
import { goldenFiles } from './golden/golden.ts';
import { forms } from './golden/print.ts';

const update = process.env.UPDATE_GOLDEN === '1';
if (update && process.env.CI) throw new Error('golden files are written by a person who reads them, not by CI');

const results = await goldenFiles(FIXTURES, update);

describe('golden files', () => {
  test.each([...results])('%s', (_, found) => {
    const listed = found.map(({ file, fault, detail }) => `${file} ${fault}: ${detail}`);
    expect(found.length, `npm run golden writes them\n${listed.join('\n')}`).toBe(0);
  });
});

describe('the comparison', () => {
  const root = mkdtempSync(join(tmpdir(), 'dissect-golden-'));
  const folder = join(root, 'tcp/refused');
  cpSync(join(FIXTURES, 'tcp/refused'), folder, { recursive: true });
  afterAll(() => rmSync(root, { recursive: true }));
  const faults = async () =>
    (await goldenFiles(root, false)).get('tcp/refused')!.map(({ file, fault }) => [file, fault]);

  test('agrees with what it wrote', async () => {
    await goldenFiles(root, true);
    expect(await faults()).toEqual([]);
  });

  test('sees one letter that differs', async () => {
    const file = join(folder, 'expected.line.txt');
    writeFileSync(file, readFileSync(file, 'utf8').replace('SYN', 'SIN'));
    expect(await faults()).toEqual([['expected.line.txt', 'differs']]);
  });

  test('sees a file that is missing, and one too many', async () => {
    await goldenFiles(root, true);
    rmSync(join(folder, 'expected.ko.txt'));
    writeFileSync(join(folder, 'expected.json'), '{}');
    expect(await faults()).toEqual([
      ['expected.json', 'orphaned'],
      ['expected.ko.txt', 'missing'],
    ]);
    await goldenFiles(root, true);
    expect(await faults()).toEqual([]);
  });

  test('sees expected files without a capture', async () => {
    rmSync(join(folder, 'capture.pcap'));
    expect([...(await goldenFiles(root, false))].map(([name, found]) => [name, found[0]!.fault])).toEqual([
      ['tcp/refused', 'orphaned'],
    ]);
  });

  test('keeps every form', () => {
    expect(forms).toEqual(['line.txt', 'tree.txt', 'en.txt', 'ko.txt', 'ndjson']);
  });
});
