import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { transcriptMatchers } from '../src/matcher.ts';
import { fixture } from './cli/run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'dissect-matcher-'));
afterAll(() => rmSync(root, { recursive: true }));
const capture = join(root, 'visit.pcap');
const record = (name: string): void => copyFileSync(fixture(`behaviour/${name}.pcap`), capture);

interface Matching {
  toMatchTranscript(options?: object): Promise<void>;
}
expect.extend(transcriptMatchers);
const held = (): Matching => expect(capture) as unknown as Matching;
const as = (mode: string) =>
  transcriptMatchers.toMatchTranscript.bind({ snapshotState: { _updateSnapshot: mode } })(capture);

it('writes a transcript that is missing, but not on a build server', async () => {
  record('once');
  expect(await as('none')).toMatchObject({ pass: false });
  expect(existsSync(`${capture}.transcript`)).toBe(false);
  expect(await as('new')).toMatchObject({ pass: true });
  expect(readFileSync(`${capture}.transcript`, 'utf8')).toContain('ending: client closes first');
});

it('holds a capture against it', async () => {
  record('again-the-same');
  await held().toMatchTranscript();
  record('server-closes-first');
  await expect(held().toMatchTranscript()).rejects.toThrow(
    'server now closes first: FIN in frame 12 comes from 203.0.113.80:8000; was the client',
  );
});

it('writes it anew with -u', async () => {
  expect(await as('all')).toMatchObject({ pass: true });
  expect(readFileSync(`${capture}.transcript`, 'utf8')).toContain('ending: server closes first');
  await held().toMatchTranscript();
});
