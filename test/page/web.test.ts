import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, dissect, fixture } from '../cli/run-cli.ts';
import { browserOnPath, openBrowser, watch } from './browser.ts';

const path = browserOnPath();

/** What the server answers: its status, headers and text. The path goes out as it is. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const [, hostname, port, path] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url)!;
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('dissect web', () => {
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    server = spawn(process.execPath, [BIN, 'web', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    url = await new Promise<string>((resolve) => {
      server.stderr!.on('data', (chunk: Uint8Array) => {
        const found = /http:\S+/.exec(String(chunk));
        if (found !== null) resolve(found[0]);
      });
    });
  });
  afterAll(() => void server.kill('SIGTERM'));

  test('serves one page, to this machine only', async () => {
    const { status, headers } = await ask(url);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-.*connect-src 'none'/);
    expect((await ask(`${url}index.html?x`, {}, 'HEAD')).status).toBe(200);
    for (const other of ['package.json', '../package.json', '%2e%2e/package.json', 'index.html/..']) {
      expect((await ask(url + other)).status, other).toBe(404);
    }
    expect((await ask(url, { Host: 'evil.example' })).status).toBe(421);
    expect((await ask(url, {}, 'POST')).status).toBe(405);
  });

  test('writes the same page into a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dissect-web-'));
    expect(dissect(['web', '--build', folder]).status).toBe(0);
    expect(readdirSync(folder)).toEqual(['index.html']);
    expect(readFileSync(join(folder, 'index.html'), 'utf8') === (await ask(url)).text).toBe(true);
  });

  test('says what is wrong in one sentence', () => {
    expect(dissect(['web', 'page.pcap'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^dissect: .*\n$/),
    });
    expect(dissect(['web', '--port', '70000'])).toMatchObject({ status: 1 });
  });

  test.skipIf(path === null)('reads a capture that is dropped, a packed one, and none of what is none', async () => {
    const browser = await openBrowser(path!);
    const { page, faults, close } = await watch(browser, url);
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await choose('nonsense.pcap', Buffer.from('this is no capture'));
    await page.locator('.fault', { hasText: 'not' }).waitFor();
    const capture = readFileSync(fixture('web/first-page-lan/capture.pcap'));
    await choose('page.pcap.gz', gzipSync(capture));
    await page.getByText('All 24 frames are there whole.').waitFor();
    const dropped = await page.evaluateHandle<unknown>(
      `(() => { const all = new DataTransfer(); all.items.add(new File([Uint8Array.from([${[
        ...readFileSync(fixture('tcp/refused/capture.pcap')),
      ]}])], 'refused.pcap')); return all; })()`,
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await page.getByRole('heading', { name: 'refused.pcap' }).waitFor();
    await page.getByRole('link', { name: 'Packets', exact: true }).click();
    await page.locator('.list-row', { hasText: '[RST, ACK]' }).click();
    await page.locator('.telling', { hasText: 'RST' }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
    await browser.close();
  });
});

describe('dissect report', () => {
  const out = join(mkdtempSync(join(tmpdir(), 'dissect-report-')), 'page.html');
  const report = (...argv: readonly string[]) => dissect(['report', ...argv]);

  test('says what is wrong in one sentence, and writes nothing then', () => {
    const sentence = expect.stringMatching(/^dissect: .*\n$/);
    expect(report(fixture('tcp/refused/capture.pcap'))).toMatchObject({ status: 1, stderr: sentence });
    expect(report('-', '-o', out)).toMatchObject({ status: 1, stderr: sentence });
    expect(report(join(out, 'nothing.pcap'), '-o', out)).toMatchObject({ status: 2, stderr: sentence });
    const nonsense = `${out}.pcap`;
    writeFileSync(nonsense, 'this is no capture');
    expect(report(nonsense, '-o', out)).toMatchObject({ status: 2, stderr: sentence });
    expect(report(nonsense, '-o', nonsense)).toMatchObject({ status: 1, stderr: sentence });
    expect(readdirSync(join(out, '..'))).toEqual(['page.html.pcap']);
  });

  test('makes a page of what a cut capture has, and says so', () => {
    const cut = `${out}.cut.pcap`;
    writeFileSync(cut, readFileSync(fixture('web/first-page-lan/capture.pcap')).subarray(0, 4000));
    expect(report(cut, '-o', out)).toMatchObject({ status: 2, stderr: expect.stringContaining('cut') });
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/);
  });
});
