import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { transcribe } from '../../src/transcribe.ts';
import { classic } from '../capture/capture-writer.ts';
import { dissect, fixture } from '../cli/run-cli.ts';
import { forms, printed } from '../golden/print.ts';
import { attacks } from './attacks.ts';

const root = mkdtempSync(join(tmpdir(), 'dissect-hostile-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Milliseconds for all forms of one attack together; each takes a fraction of it on an idle machine. */
const TIME = 20_000;
/** What would drive a terminal or turn a line round. */
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

describe.each(attacks)('$name', ({ bytes, frames, says, hides }) => {
  const capture = bytes();

  it.each(forms)(
    'is printed frame by frame as %s',
    async (form) => {
      const text = await printed(form, capture);
      expect(text).not.toMatch(UNSAFE);
      if (hides !== undefined) expect(text).not.toMatch(hides);
      const lines = text.split('\n').length - 1;
      if (form === 'line.txt' || form === 'ndjson') expect(lines).toBe(frames);
      if (form === 'tree.txt' && says !== undefined) expect(text).toMatch(says);
    },
    TIME,
  );

  it(
    'is told as a transcript',
    async () => {
      const { dialogues } = await transcribe(readCapture(capture));
      expect(dialogues.length).toBeGreaterThan(0);
      expect(JSON.stringify(dialogues)).not.toMatch(/\\u001b|\u202e|\u009b/);
    },
    TIME,
  );
});

describe('through the command line', () => {
  /** One after the other in one file: whatever one leaves behind meets the next. */
  const path = join(root, 'all.pcap');
  const classics = attacks.filter(({ name }) => !name.startsWith('pcap'));
  const parts = classics.map(({ bytes }, i) => (i === 0 ? bytes() : bytes().subarray(24)));
  writeFileSync(path, Buffer.concat(parts));
  const frames = classics.reduce((sum, attack) => sum + attack.frames, 0);

  it.each([['flows'], ['states'], ['sockets'], ['info'], ['objects'], ['journey'], ['ladder'], ['nat']])(
    'dissect %s of all attacks at once',
    (command) => {
      const { stderr, stdout, status } = dissect([command, path]);
      expect(stderr).not.toMatch(/\n.*\n| at .*\.[jt]s/);
      expect(status, stderr).toBeLessThan(3);
      expect(stdout).not.toMatch(UNSAFE);
    },
    TIME,
  );

  it('prints a line for each frame of them', () => {
    const { stdout, status } = dissect([path]);
    expect([stdout.split('\n').length - 1, status]).toEqual([frames, 0]);
  });

  it('says what was given up, and keeps more where it is told to', () => {
    const flood = join(root, 'fragments.pcap');
    writeFileSync(flood, attacks.find(({ name }) => name.includes('only the first fragment'))!.bytes());
    const told = (...argv: string[]) => dissect([flood, ...argv]).stderr;
    expect(told()).toBe(
      `dissect: ${flood}: limits were reached, and given up were fragments of 104 datagrams (--limit datagrams=, fragments=)\n`,
    );
    expect(told('--limit', 'datagrams=5000')).toBe('');
    expect(told('--limit', 'datagrams=4K,fragments=1K')).toContain('fragments of 4196 datagrams');
    const holes = join(root, 'holes.pcap');
    writeFileSync(holes, attacks.find(({ name }) => name.includes('every other one missing'))!.bytes());
    expect(dissect([holes]).stderr).toBe('');
    expect(dissect([holes, '--limit', 'stream=1K']).stderr).toMatch(
      /octets of TCP streams \d+ times \(--limit stream=/,
    );
    for (const setting of ['stream', 'strem=1', 'stream=x', '']) {
      expect(dissect([holes, '--limit', setting]).stderr).toBe(
        `dissect: --limit knows datagrams, fragments, stream, streams, each with a number, not "${setting}"\n`,
      );
    }
    expect(dissect([holes, '--limit', 'stream=9999G']).status).toBe(1);
  });

  it(
    'reads a capture that inflates to 300 MiB without holding it',
    () => {
      const zeros = { seconds: 1, nanoseconds: 0, data: new Uint8Array(262_144) };
      const record = classic([zeros], { link: 101, snapLength: 262_144 }).subarray(24);
      const members = [gzipSync(classic([], { link: 101, snapLength: 262_144 })), ...Array<Uint8Array>(4)];
      const many = new Uint8Array(record.length * 300);
      for (let i = 0; i < 300; i++) many.set(record, i * record.length);
      members.splice(1, 4, ...Array<Uint8Array>(4).fill(gzipSync(many)));
      const bomb = join(root, 'bomb.pcap.gz');
      writeFileSync(bomb, Buffer.concat(members));
      const { stdout, status } = dissect([bomb], { env: { NODE_OPTIONS: '--max-old-space-size=64' } });
      expect([stdout.split('\n').length - 1, status]).toEqual([1200, 0]);
    },
    TIME,
  );
});

it('guards spreadsheets against formulas where that is asked for', () => {
  const head = 'HTTP/1.1 200 OK\r\nServer: =cmd|calc\r\nContent-Length: 0\r\n\r\n';
  const { bytes } = attacks.find(({ name }) => name.startsWith('HTTP: 5,000'))!;
  const text = new TextDecoder('latin1').decode(bytes());
  const at = text.indexOf('HTTP/1.1 200 OK\r\nX: 1');
  const octets = bytes();
  octets.set(new TextEncoder().encode(head), at);
  const path = join(root, 'formula.pcap');
  writeFileSync(path, octets);
  const cells = (...argv: string[]) =>
    dissect([path, '-T', 'fields', '-e', 'http.server', '-e', 'tcp.srcport', ...argv]).stdout.split('\n');
  expect(cells()).toContain('=cmd|calc\t80');
  expect(cells('-E', 'guard=y')).toContain("'=cmd|calc\t80");
  expect(cells('-E', 'guard=y', '-E', 'separator=,', '-E', 'quote=d')).toContain('"\'=cmd|calc","80"');
  expect(
    dissect([fixture('web/post/capture.pcap'), '-T', 'fields', '-e', 'frame.number', '-E', 'guard=x']).status,
  ).toBe(1);
});
