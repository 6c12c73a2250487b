import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const CAPTURE = fixture('tls/keys-beside/capture.pcap');
const KEYS = fixture('tls/keys-beside/keys.log');
const EMBEDDED = fixture('tls/keys-13-chacha/capture.pcapng');
const folder = mkdtempSync(join(tmpdir(), 'dissect-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('--keylog', () => {
  it('opens what is closed without it', () => {
    expect(dissect([CAPTURE]).stdout).not.toContain('GET /');
    expect(dissect([CAPTURE, '--keylog', KEYS]).stdout).toMatch(/HTTP \d+ GET \/ HTTP\/1\.1/);
    expect(dissect([CAPTURE, '--keylog', KEYS, '--explain']).stdout).toContain('the key log has the keys');
  });

  it('lets filters look inside', () => {
    const count = (...argv: string[]) =>
      dissect([CAPTURE, '-Y', 'http.request', ...argv]).stdout.split('\n').length - 1;
    expect([count(), count('--keylog', KEYS)]).toEqual([0, 1]);
    const flows = dissect(['flows', CAPTURE, '-Y', 'http', '--keylog', KEYS, '-T', 'ndjson']).stdout;
    expect(flows.trim().split('\n')).toHaveLength(1);
  });

  it('is not read from the environment, where programs write it', () => {
    expect(dissect([CAPTURE], { env: { ...process.env, SSLKEYLOGFILE: KEYS } }).stdout).not.toContain('GET /');
  });

  it('says so when nothing is in it, and when it is not there', () => {
    const rubbish = join(folder, 'rubbish');
    writeFileSync(
      rubbish,
      Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 255),
    );
    const none = dissect([CAPTURE, '--keylog', rubbish]);
    expect([none.status, none.stderr]).toEqual([0, `dissect: ${rubbish}: there is no key of TLS in it\n`]);
    const absent = dissect([CAPTURE, '--keylog', join(folder, 'absent')]);
    expect([absent.status, absent.stderr]).toEqual([2, `dissect: ${folder}/absent: there is no such file\n`]);
  });

  it('shows no secret', () => {
    for (const form of [['-V'], ['-T', 'ndjson', '--explain'], ['-x'], ['--explain=full']]) {
      expect(dissect([EMBEDDED, ...form]).stdout).not.toMatch(/TRAFFIC_SECRET_0 /);
    }
  });
});

describe('follow --decrypted', () => {
  const follow = (...argv: string[]) => dissect(['follow', ...argv]);

  it('shows what was inside', () => {
    const { stdout, status } = follow(EMBEDDED, '--decrypted', '-T', 'raw', '--side', 'server');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n.*<\/p>\n$/s);
    expect(follow(CAPTURE, '--decrypted', '--keylog', KEYS).stdout).toContain('GET / HTTP/1.1');
    expect(follow(EMBEDDED).stdout).not.toContain('GET / HTTP/1.1');
  });

  it('marks what does not open', () => {
    const pieces = follow(fixture('tls/keys-wrong/capture.pcapng'), '--decrypted', '-T', 'ndjson').stdout;
    expect(pieces).toContain('"missing"');
    expect(follow(fixture('tls/keys-wrong/capture.pcapng'), '--decrypted').stdout).toContain('200 OK');
  });

  it('says so where nothing can be read', () => {
    const { stderr, status } = follow(CAPTURE, '--decrypted');
    expect([status, stderr]).toEqual([0, expect.stringContaining('nothing of it could be decrypted')]);
  });
});
