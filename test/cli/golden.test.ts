import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { dissect, fixture, ROOT } from './run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'dissect-golden-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
let number = 0;
beforeEach(() => {
  folder = join(root, String(++number));
  mkdirSync(join(folder, 'inner'), { recursive: true });
  copy('once', 'a.pcap');
  copy('not-found', 'inner/b.pcap');
});

const copy = (from: string, to: string): void => copyFileSync(fixture(`behaviour/${from}.pcap`), join(folder, to));
const golden = (...argv: string[]) => dissect(['golden', folder, ...argv]);

describe('dissect golden', () => {
  it('writes transcripts when it is asked to, and finds them again', () => {
    const before = golden();
    expect(before.stdout).toContain('2 captures: 0 as expected, 2 without a transcript');
    expect([before.status, before.stderr]).toEqual([3, '']);
    expect(golden('--update').stdout).toContain('2 transcripts written');
    expect(readdirSync(folder).sort()).toEqual(['a.pcap', 'a.pcap.transcript', 'inner']);
    const after = golden();
    expect([after.stdout, after.status]).toEqual([
      `${folder}/a.pcap: as expected\n${folder}/inner/b.pcap: as expected\n2 captures: 2 as expected\n`,
      0,
    ]);
    expect(golden('--update').stdout).toContain('2 captures: 2 as expected\n');
  });

  it('says what differs, and ends with 3', () => {
    golden('--update');
    copy('again-the-same', 'a.pcap');
    copy('server-closes-first', 'inner/b.pcap');
    const { stdout, status } = golden('--width', '200');
    expect(stdout).toContain(`${folder}/a.pcap: as expected\n`);
    expect(stdout).toContain(`${folder}/inner/b.pcap: 2 differences\n  tcp http: 192.168.0.10:* > 203.0.113.80:8000\n`);
    expect(stdout).toContain(
      '    - server now closes first: FIN in frame 12 comes from 203.0.113.80:8000; was the client\n',
    );
    expect(stdout).toContain('2 captures: 1 as expected, 1 differs\n');
    expect(status).toBe(3);
    expect(golden('--update').status).toBe(0);
    expect(golden().status).toBe(0);
  });

  it('keeps in the head of a transcript what it leaves out', () => {
    golden('--update', '--normalize', 'time,isn,ports,ip-id,mac,tsval,dns-id,sizes');
    const head = readFileSync(join(folder, 'a.pcap.transcript'), 'utf8').split('\n', 2)[1];
    expect(head).toBe('# normalized: time isn ports ip-id mac tsval dns-id sizes');
    copy('longer', 'a.pcap');
    expect(golden().status).toBe(0);
    golden('--update');
    expect(readFileSync(join(folder, 'a.pcap.transcript'), 'utf8')).toContain(head);
    copy('again-the-same', 'a.pcap');
    expect(golden('--update', '--normalize', 'none').status).toBe(0);
    expect(readFileSync(join(folder, 'a.pcap.transcript'), 'utf8')).toMatch(/= isn: client \d+, server \d+/);
    copy('once', 'a.pcap');
    expect(golden().status).toBe(3);
  });

  it('tells of a transcript whose capture is gone, and of captures that cannot be read', () => {
    golden('--update');
    rmSync(join(folder, 'a.pcap'));
    expect(golden().stdout).toContain('a.pcap.transcript: no capture belongs to this transcript');
    expect(golden().status).toBe(3);
    rmSync(join(folder, 'a.pcap.transcript'));
    writeFileSync(join(folder, 'wrong.pcap'), 'this is no capture');
    const wrong = golden();
    expect(wrong.stderr).toMatch(/^dissect: [^\n]*wrong\.pcap: [^\n]*\n$/);
    expect(existsSync(join(folder, 'wrong.pcap.transcript'))).toBe(false);
    rmSync(join(folder, 'wrong.pcap'));
    writeFileSync(join(folder, 'inner/b.pcap.transcript'), 'nonsense\n');
    const { stderr, status } = golden();
    expect([stderr, status]).toEqual([
      `dissect: ${folder}/inner/b.pcap.transcript: line 1: this is no transcript\n`,
      2,
    ]);
    expect(golden('--update').status).toBe(0);
  });

  it('has a form for programs that its schema describes', () => {
    golden('--update');
    copy('reset-by-client', 'inner/b.pcap');
    const schema = JSON.parse(readFileSync(join(ROOT, 'schema/findings.schema.json'), 'utf8'));
    const valid = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    const lines = golden('-T', 'ndjson')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(JSON.parse(golden('-T', 'json').stdout)).toEqual(lines);
    expect(lines.map(({ status }) => status)).toEqual(['same', 'different']);
    const compared = ['other-port', 'second-request', 'refused', 'again-the-same', 'another-question'].map((name) =>
      JSON.parse(
        dissect(['diff', fixture('behaviour/once.pcap'), fixture(`behaviour/${name}.pcap`), '-T', 'json']).stdout,
      ),
    );
    const apart = JSON.parse(
      dissect(['diff', fixture('behaviour/once.pcap'), fixture('tcp/refused/capture.pcap'), '-T', 'json']).stdout,
    );
    for (const form of [...lines, ...compared, apart]) expect(valid(form), JSON.stringify(valid.errors)).toBe(true);
    expect(apart.findings.map(({ kind }: { kind: string }) => kind)).toContain('dialogue.gone');
  });
});

describe('dissect diff and transcript', () => {
  const [once, later] = [fixture('behaviour/once.pcap'), fixture('behaviour/not-found.pcap')];

  it('end with 0 where nothing differs and with 3 where something does', () => {
    const same = dissect(['diff', once, fixture('behaviour/again-the-same.pcap')]);
    expect([same.stdout, same.status]).toEqual(['as expected\n', 0]);
    const other = dissect(['diff', once, later, '--lang', 'ko']);
    expect(other.stdout).toContain('서버 쪽이 이제 "HTTP/1.1 404 Not Found');
    expect(other.status).toBe(3);
  });

  it('writes what golden keeps', () => {
    const { stdout } = dissect(['transcript', once]);
    expect(stdout).toBe(readFileSync(join(ROOT, 'test/transcript/once.transcript'), 'utf8'));
    expect(dissect(['transcript', '-'], { input: readFileSync(once) }).stdout).toBe(stdout);
  });

  it.each([
    [['golden'], 1, 'name one folder of captures, or one capture'],
    [
      ['golden', ROOT, '--normalize', 'time'],
      1,
      '--normalize goes with --update: what a transcript leaves out stands in its head',
    ],
    [['golden', 'nowhere'], 2, 'nowhere: there is no such folder or file'],
    [
      ['golden', join(ROOT, 'schema')],
      1,
      `${join(ROOT, 'schema')}: no captures in this folder (.pcap, .pcapng or .cap, also with .gz)`,
    ],
    [['diff', once], 1, 'name two captures, what was expected and what came; not 1'],
    [['diff', once, 'nowhere'], 2, 'nowhere: there is no such file'],
    [['transcript', once, '--normalize', 'tme'], 1, '--normalize knows nothing called "tme"; did you mean time?'],
    [
      ['transcript', once, '--normalize', 'everything'],
      1,
      '--normalize knows nothing called "everything"; it can be time, isn, ports, ip-id, mac, tsval, dns-id, sizes, content or none',
    ],
  ])('%j: one sentence', (argv, status, sentence) => {
    const ended = dissect(argv as string[]);
    expect([ended.stdout, ended.stderr, ended.status]).toEqual(['', `dissect: ${sentence}\n`, status]);
  });
});
