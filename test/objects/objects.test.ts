import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { classic, type Recorded } from '../capture/capture-writer.ts';
import { BIN, dissect, fixture, ROOT as PROJECT } from '../cli/run-cli.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'dissect-objects-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
let folder = '';
let count = 0;
beforeEach(() => {
  folder = join(ROOT, String(++count));
});

const PAGE = fixture('web/first-page-lan/capture.pcap');
const POST = fixture('web/post/capture.pcap');

function listed(...argv: string[]): Record<string, unknown>[] {
  const { stdout, stderr, status } = dissect(['objects', '-T', 'ndjson', ...argv]);
  expect([stderr, status]).toEqual(['', 0]);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe('what tshark exports', () => {
  const [, ...rows] = readFileSync(join(import.meta.dirname, 'tshark.tsv'), 'utf8')
    .split('\n')
    .slice(0, -1);
  const byCase = new Map<string, string[]>();
  for (const [path, , hash] of rows.map((row) => row.split('\t'))) {
    byCase.set(path!, [...(byCase.get(path!) ?? []), hash!]);
  }
  /** tshark takes what begins HTTP/2 for the content of the request that asks for it, and pieces of cut frames for objects. */
  const WRONG = new Set(['web/http2', 'web/http2-frames', 'web/http2-push', 'formats/snapped']);

  it.each([...byCase].filter(([path]) => !WRONG.has(path)))('%s', (path, hashes) => {
    const capture = ['capture.pcap', 'capture.pcapng'].map((name) => fixture(`${path}/${name}`)).find(existsSync)!;
    const found = listed('--hash', capture).filter(({ protocol }) => protocol === 'http');
    expect(found.map(({ sha256 }) => sha256).sort()).toEqual(hashes);
    expect(found.every(({ whole }) => whole)).toBe(true);
  });
});

describe('dissect objects', () => {
  it('keeps its keys and their order', () => {
    const [page] = listed(PAGE);
    expect(Object.keys(page!).join(' ')).toBe(
      'schema frame stream protocol sender host uri content_type bytes name path sha256 whole cut coding range',
    );
    expect(page).toMatchObject({ frame: 20, stream: 0, host: 'www.example.test', bytes: 5834, name: 'index.html' });
  });

  it('fits its schema', () => {
    const schema = JSON.parse(readFileSync(join(PROJECT, 'schema/object.schema.json'), 'utf8'));
    const valid = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    for (const row of [...listed('--hash', '--to', folder, POST), ...listed(fixture('web/http2/capture.pcap'))]) {
      expect(valid(row), JSON.stringify(valid.errors)).toBe(true);
    }
  });

  it('lists what went both ways', () => {
    expect(listed(POST).map(({ sender, name, bytes }) => [sender, name, bytes])).toEqual([
      ['client', 'form', 20],
      ['server', 'form-2', 15],
      ['server', 'missing', 23],
    ]);
  });

  it('knows HTTP/2, FTP, mails, and what TLS carried where its keys are at hand', () => {
    const names = (path: string) =>
      listed(fixture(path)).map(({ protocol, name, bytes, whole }) => [protocol, name, bytes, whole]);
    expect(names('web/http2/capture.pcap')).toEqual([
      ['http2', 'index.txt', 68, true],
      ['http2', 'dns-query', 34, true],
      ['http2', 'dns-query-2', 50, true],
      ['http2', 'dns-query-3', 50, true],
    ]);
    expect(names('ftp/passive/capture.pcap')).toEqual([['ftp', 'notes.txt', 35, true]]);
    expect(names('ftp/active/capture.pcap')).toEqual([['ftp', 'notes.txt', 35, true]]);
    expect(names('smtp/mail/capture.pcap')).toEqual([['smtp', 'mail.eml', 212, true]]);
    expect(names('tls/keys-13-http2/capture.pcapng')).toEqual([['http2', 'index.html', 79, true]]);
  });

  it('undoes the dots that SMTP doubles', () => {
    listed('--to', folder, fixture('smtp/mail/capture.pcap'));
    const mail = readFileSync(join(folder, 'mail.eml'), 'latin1');
    expect(mail).toMatch(/^[\w-]+: /);
    expect(mail).not.toMatch(/\r\n\.\.|\r\n\.\r\n$/);
  });

  it('chooses by connection and by filter', () => {
    expect(listed('--stream', '7', PAGE)).toEqual([]);
    expect(listed('--stream', '0', PAGE)).toHaveLength(1);
    expect(listed('-Y', 'http.response.code == 404', POST).map(({ name }) => name)).toEqual(['missing']);
  });

  it('prints a table, in both languages, and one JSON array', () => {
    expect(dissect(['objects', POST]).stdout).toMatch(/form-2[\s\S]*3 objects, 58 bytes\n$/);
    expect(dissect(['objects', POST, '--lang', 'ko']).stdout).toMatch(/클라이언트가 보냄[\s\S]*객체 3개, 58바이트\n$/);
    expect(JSON.parse(dissect(['objects', '-T', 'json', POST]).stdout)).toHaveLength(3);
    expect(dissect(['objects', '-T', 'json', fixture('arp/rarp/capture.pcap')]).stdout).toBe('[]\n');
    expect(dissect(['objects', fixture('arp/rarp/capture.pcap')]).stdout).toBe('no objects\n');
  });

  it.each([80, 160])('keeps within %i cells', (width) => {
    const { stdout } = dissect(['objects', POST, '--width', String(width)]);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('says what is cut, and why', () => {
    const whole = readFileSync(PAGE);
    expect(listed(fixture('formats/snapped/capture.pcap'))).toEqual([]);
    const until = (frames: number) => {
      let at = 24;
      for (let i = 0; i < frames; i++) at += 16 + whole.readUInt32LE(at + 8);
      return at;
    };
    const half = join(ROOT, 'half.pcap');
    writeFileSync(half, whole.subarray(0, until(14)));
    expect(listed(half)).toMatchObject([{ whole: false, cut: 'end', name: 'index.html' }]);
    const holed = join(ROOT, 'holed.pcap');
    writeFileSync(holed, Buffer.concat([whole.subarray(0, until(14)), whole.subarray(until(16))]));
    const [object] = listed(holed);
    expect(object).toMatchObject({ whole: false, cut: 'hole' });
    expect(object!.bytes).toBeLessThan(5834);
    expect(dissect(['objects', holed]).stdout).toContain('cut: packets are not in the');
  });
});

/** A capture in which a server answers one request with these octets. */
function talk(name: string, request: string, head: string, content: Uint8Array): string {
  const path = join(ROOT, `${name}.pcap`);
  writeFileSync(path, classic(exchange(40000, request, head, content.length, content), { link: 101 }));
  return path;
}

/** Request and answer of a connection; the answer says that it has `length` octets. */
function exchange(port: number, request: string, head: string, length: number, content: Uint8Array): Recorded[] {
  const said = [
    new TextEncoder().encode(`${request}\r\nHost: h.example\r\n\r\n`),
    Buffer.concat([Buffer.from(`${head}Content-Length: ${length}\r\n\r\n`, 'latin1'), content]),
  ];
  return said.map((payload, i) => {
    const data = new Uint8Array(40 + payload.length);
    const view = new DataView(data.buffer);
    data.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1 + i, 10, 0, 0, 2 - i]);
    view.setUint16(2, data.length);
    view.setUint16(20, i === 0 ? port : 80);
    view.setUint16(22, i === 0 ? 80 : port);
    view.setUint32(24, i === 0 ? 1000 : 5000);
    view.setUint32(28, i === 0 ? 5000 : 1000 + said[0]!.length);
    data.set([0x50, 0x18, 0x20, 0], 32);
    data.set(payload, 40);
    return { seconds: 1, nanoseconds: i * 1000, data };
  });
}

it('lists what was under way when the capture ends, however many were', () => {
  const open = Array.from({ length: 900 }, (_, i) =>
    exchange(2000 + i, `GET /${i}.bin HTTP/1.1`, 'HTTP/1.1 200 OK\r\n', 5000, new Uint8Array(50 + (i % 3) * 500)),
  );
  const path = join(ROOT, 'open.pcap');
  writeFileSync(path, classic(open.flat(), { link: 101 }));
  const rows = listed(path);
  expect(rows.map(({ name, bytes, cut }) => `${name} ${bytes} ${cut}`).sort()).toEqual(
    open.map((_, i) => `${i}.bin ${50 + (i % 3) * 500} end`).sort(),
  );
});

describe('codings', () => {
  const text = Buffer.from('the same words again and again, '.repeat(40));
  const answer = (coding: string) => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: ${coding}\r\n`;

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
  ])('%s is undone', (coding, packed) => {
    const capture = talk(coding, 'GET /words.txt HTTP/1.1', answer(coding), packed);
    expect(listed('--to', folder, capture)).toMatchObject([{ name: 'words.txt', coding: null, bytes: text.length }]);
    expect(readFileSync(join(folder, 'words.txt'))).toEqual(text);
  });

  it.each([
    ['one that is not known', 'zstd', text],
    ['one that is not what it says', 'br', text],
    ['one that would fill the memory', 'br', brotliCompressSync(new Uint8Array(20 << 20))],
  ])('%s stays, and shows in the name', (_, coding, packed) => {
    const capture = talk('odd', 'GET /words.txt HTTP/1.1', answer(coding), packed);
    const [row] = listed(capture);
    expect(row).toMatchObject({ name: `words.txt.${coding}`, coding, bytes: packed.length });
  });
});

describe('names that are meant to do harm', () => {
  const DISPOSITION = 'HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=';

  it.each([
    ['"../../outside"', 'outside'],
    ['"/etc/outside"', 'outside'],
    ['"..\\\\..\\\\outside"', 'outside'],
    ['"C:\\\\outside"', 'outside'],
    ['".."', 'object'],
    ['"CON.txt"', '_CON.txt'],
    ['"-rf"', '_rf'],
    ['".hidden"', 'hidden'],
    [`"${'x'.repeat(3000)}.txt"`, `${'x'.repeat(196)}.txt`],
  ])('%s', (asked, name) => {
    const capture = talk('hostile', 'GET / HTTP/1.1', `${DISPOSITION}${asked}\r\n`, Buffer.from('content'));
    const before = readdirSync(ROOT).length;
    expect(listed('--to', folder, capture)).toMatchObject([{ name, path: join(folder, name) }]);
    expect(readdirSync(folder)).toEqual([name]);
    expect(readdirSync(ROOT).length).toBe(before + 1);
  });
});

describe('--to', () => {
  const sha256 = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');

  it('writes what it lists, and leaves nothing else', () => {
    const rows = listed('--hash', '--to', folder, POST);
    expect(readdirSync(folder).sort()).toEqual(['form', 'form-2', 'missing']);
    for (const { name, path, sha256: hash } of rows) {
      expect(path).toBe(join(folder, name as string));
      expect(sha256(name as string)).toBe(hash);
    }
  });

  it('touches nothing that is there', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'INDEX.html'), 'mine');
    expect(listed('--to', folder, PAGE)[0]).toMatchObject({ name: 'index-2.html' });
    expect(readFileSync(join(folder, 'INDEX.html'), 'utf8')).toBe('mine');
    expect(listed('--to', folder, PAGE)[0]).toMatchObject({ name: 'index-3.html' });
  });

  it('replaces with --force, but no two of one run by each other', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'form'), 'mine');
    listed('--force', '--to', folder, POST);
    expect(readdirSync(folder).sort()).toEqual(['form', 'form-2', 'missing']);
    expect(readFileSync(join(folder, 'form'), 'utf8')).not.toBe('mine');
  });

  it.each([[], ['--force']])('follows no link that stands there %j', (...force) => {
    mkdirSync(folder);
    const victim = join(ROOT, `victim-${count}`);
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(folder, 'index.html'));
    symlinkSync(join(ROOT, 'dangling'), join(folder, 'index-2.html'));
    const [row] = listed(...force, '--to', folder, PAGE);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(existsSync(join(ROOT, 'dangling'))).toBe(false);
    expect(sha256(row!.name as string)).toHaveLength(64);
  });

  it('takes another name where a folder has it', () => {
    mkdirSync(join(folder, 'index.html'), { recursive: true });
    expect(listed('--force', '--to', folder, PAGE)[0]).toMatchObject({ name: 'index-2.html' });
  });

  it('says what is wrong in one sentence', () => {
    writeFileSync(folder, 'a file');
    const { stderr, status } = dissect(['objects', '--to', folder, PAGE]);
    expect([stderr, status]).toEqual([`dissect: ${folder}: it is a file, not a folder\n`, 2]);
    const forced = dissect(['objects', '--force', PAGE]);
    expect([forced.status, forced.stderr]).toEqual([1, 'dissect: --force goes with --to: it lets files be replaced\n']);
    expect(dissect(['objects', '--to', '', PAGE]).status).toBe(1);
  });

  it('leaves no half file behind when it is interrupted', async () => {
    const child = spawn(process.execPath, [BIN, 'objects', '--to', folder, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.write(readFileSync(POST));
    for (let i = 0; i < 200 && !existsSync(join(folder, 'missing')); i++) await new Promise((go) => setTimeout(go, 25));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['form', 'form-2', 'missing']);
  });

  it('nor in the middle of a long capture', async () => {
    const whole = readFileSync(POST);
    const long = join(ROOT, 'long.pcap');
    writeFileSync(long, Buffer.concat([whole, ...Array(20_000).fill(whole.subarray(24))]));
    const child = spawn(process.execPath, [BIN, 'objects', '--to', folder, long], { stdio: 'ignore' });
    for (let i = 0; i < 200 && !existsSync(join(folder, 'missing')); i++) await new Promise((go) => setTimeout(go, 25));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    const names = readdirSync(folder);
    expect(names.filter((name) => !/^(form|missing)(-\d+)?$/.test(name))).toEqual([]);
    for (const name of names) expect(readFileSync(join(folder, name)).length).toBeGreaterThan(0);
  });
});
