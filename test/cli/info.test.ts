import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/output/width.ts';
import { classic, Pcapng } from '../capture/capture-writer.ts';
import { dissect, fixture, ROOT } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const OFFLOAD = fixture('offload/first-page/capture.pcap');
const TWO = fixture('formats/two-interfaces/capture.pcapng');

const folder = mkdtempSync(join(tmpdir(), 'dissect-info-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

function told(...argv: string[]) {
  const { stdout, stderr, status } = dissect(['info', '-T', 'ndjson', ...argv]);
  return {
    stderr,
    status,
    captures: stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  };
}

describe('dissect info', () => {
  // The page itself is kept, to be read: vitest -u writes it.
  it.each([
    ['web/first-page-lan', 'capture.pcap'],
    ['offload/first-page', 'capture.pcap'],
    ['formats/snapped', 'capture.pcap'],
    ['formats/two-interfaces', 'capture.pcapng'],
    ['link/sll', 'capture.pcap'],
    ['tls/handshake-13', 'capture.pcap'],
    ['tcp-states/one-direction', 'capture.pcap'],
  ])('tells of %s', async (name, file) => {
    const path = `fixtures/${name}/${file}`;
    const kept = (language: string) => join(import.meta.dirname, 'info', `${name.replace('/', '.')}.${language}.txt`);
    for (const language of ['en', 'ko']) {
      const { stdout, stderr, status } = dissect(['info', path, '--lang', language, '--width', '100']);
      expect([stderr, status]).toEqual(['', 0]);
      await expect(stdout).toMatchFileSnapshot(kept(language));
    }
  });

  it.each([
    [80, 'en'],
    [80, 'ko'],
    [160, 'ko'],
  ])('keeps within %i cells (%s)', (width, language) => {
    const { stdout } = dissect(['info', OFFLOAD, TWO, '--width', String(width), '--lang', language]);
    expect(Math.max(...stdout.split('\n').map(cellWidth))).toBeLessThanOrEqual(width);
  });

  it('is coloured where somebody asks, with the same words', () => {
    const plain = dissect(['info', OFFLOAD]).stdout;
    const coloured = dissect(['info', OFFLOAD, '--color', 'always']).stdout;
    expect(coloured).not.toBe(plain);
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
  });

  it('has a form for programs that its schema describes', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'schema/info.schema.json'), 'utf8'));
    const valid = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    const { captures, stderr } = told(PAGE, OFFLOAD, TWO, written('empty.pcap', classic([])));
    expect(stderr).toBe('');
    for (const one of captures) expect(valid(one), JSON.stringify(valid.errors)).toBe(true);
    const array = dissect(['info', '-T', 'json', PAGE, TWO]).stdout;
    expect(JSON.parse(array)).toEqual([captures[0], captures[2]]);
  });

  it('tells who wrote it, of what, and for which interfaces', () => {
    const pcapng = new Pcapng('big').section('big', [
      [1, 'a comment'],
      [2, 'an abacus'],
      [3, 'Linux 7'],
      [4, 'dumpcap'],
    ]);
    pcapng.interface(
      [
        [2, 'eth0'],
        [9, Uint8Array.of(9)],
        [11, '\0tcp'],
      ],
      1,
      96,
    );
    pcapng.enhanced({ high: 0, low: 5, data: new Uint8Array(60) });
    pcapng.statistics(0, [
      [4, pcapng.value(10, 8)],
      [7, pcapng.value(3, 8)],
    ]);
    const [one] = told(written('all.pcapng', pcapng.bytes())).captures;
    expect(one.sections[1]).toEqual({
      version: '1.0',
      byte_order: 'big',
      application: 'dumpcap',
      os: 'Linux 7',
      hardware: 'an abacus',
    });
    expect(one).toMatchObject({ format: 'pcapng', comments: ['a comment'], compression: null });
    expect(one.interfaces[0]).toMatchObject({
      name: 'eth0',
      filter: 'tcp',
      snap_length: 96,
      ticks_per_second: 1e9,
      received: 10,
      dropped: null,
      dropped_by_system: 3,
      frames: 1,
    });
    expect(dissect(['info', join(folder, 'all.pcapng')]).stdout).toMatch(
      /dumpcap[\s\S]*Linux 7[\s\S]*an abacus[\s\S]*a comment[\s\S]*filter "tcp"[\s\S]*dropped 3/,
    );
  });

  it('hashes when it is asked to', () => {
    const [one] = told('--hash', PAGE).captures;
    expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(told(PAGE).captures[0].sha256).toBeNull();
    expect(dissect(['info', '--hash', PAGE]).stdout).toContain(one.sha256);
  });

  it('reads gzip and pipes', () => {
    const bytes = readFileSync(PAGE);
    const [plain] = told(PAGE).captures;
    const packed = gzipSync(bytes);
    const [inflated] = told(written('page.pcap.gz', packed)).captures;
    expect(inflated).toMatchObject({ compression: 'gzip', bytes: packed.length });
    expect({ ...inflated, compression: null, file: PAGE, bytes: bytes.length }).toEqual(plain);
    const piped = dissect(['info', '-T', 'ndjson', '-'], { input: bytes });
    expect(JSON.parse(piped.stdout)).toEqual({ ...plain, file: 'standard input', bytes: null });
  });

  it('goes on behind a file that cannot be read, and says so', () => {
    const text = written('text.pcap', new TextEncoder().encode('this is no capture at all, is it?'));
    const { captures, stderr, status } = told(PAGE, join(folder, 'absent.pcap'), text, OFFLOAD);
    expect(captures.map(({ file }) => file)).toEqual([PAGE, OFFLOAD]);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(status).toBe(2);
    expect(dissect(['info']).status).toBe(1);
  });

  it('tells of a file that is cut short what it holds', () => {
    const cut = written('cut.pcap', readFileSync(PAGE).subarray(0, 3000));
    const { captures, stderr, status } = told(cut);
    expect(status).toBe(2);
    expect(stderr).toMatch(/cut off in frame \d+/);
    expect(captures[0].frames).toBeGreaterThan(5);
    expect(captures[0].findings.at(-1)).toMatchObject({ id: 'file.problem', weight: 'watch' });
  });

  it('shows no controls of the file', () => {
    const pcapng = new Pcapng().section('little', [[1, 'evil \x1b[31m red\u202e']]).interface([[2, 'a\nb']]);
    pcapng.enhanced({ high: 0, low: 5, data: new Uint8Array(60) });
    const path = written('evil.pcapng', pcapng.bytes());
    for (const form of ['text', 'json'])
      expect(dissect(['info', '-T', form, path]).stdout).not.toMatch(/\x1b|\u202e|a\nb/);
  });
});
