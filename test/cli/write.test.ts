import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/index.ts';
import { packets } from '../../src/walk.ts';
import { cases, readBytes } from '../golden/cases.ts';
import { dissect, fixture } from './run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'dissect-write-'));
afterAll(() => rmSync(root, { recursive: true }));
const OUT = join(root, 'out.pcapng');
const PAGE = fixture('web/first-page-lan/capture.pcap');

/** What a capture holds, frame by frame. */
async function framesOf(bytes: Uint8Array) {
  const source = readCapture(bytes);
  const found: unknown[] = [];
  for await (const { frame } of packets(source)) {
    const { linkType, ticksPerSecond, snapLength, name } = source.interfaces[frame.interfaceId]!;
    found.push({
      octets: Array.from(frame.bytes.subarray(frame.start, frame.start + frame.capturedLength)).join(),
      time: [frame.hasTime, frame.seconds, frame.nanoseconds],
      told: [frame.wireLength, frame.interfaceId, frame.direction, frame.dropCount, frame.comments],
      interface: [linkType, ticksPerSecond, snapLength, name],
    });
  }
  return found;
}

describe('dissect -w', () => {
  const captures = cases().filter(({ name }) => /^(formats|link|offload|ethernet\/fcs|web\/first)/.test(name));

  it.each(captures)('writes $name as it was', async ({ capture, bytes }) => {
    const { stdout, stderr, status } = dissect([capture, '-w', OUT]);
    expect([stdout, stderr, status]).toEqual(['', '', 0]);
    expect(await framesOf(readBytes(OUT))).toEqual(await framesOf(bytes()));
    // Nothing else changes what is seen in it.
    const lines = (path: string) => dissect([path]).stdout;
    expect(lines(OUT)).toBe(lines(capture));
  });

  it('writes explanations as comments, in the languages that were asked for', async () => {
    expect(dissect([PAGE, '--explain', '--lang', 'en,ko', '-w', OUT]).status).toBe(0);
    const comments: string[][] = [];
    for await (const { frame } of packets(readCapture(readBytes(OUT)))) comments.push([...(frame.comments ?? [])]);
    expect(comments).toHaveLength(24);
    expect(comments.every((each) => each.length === 1)).toBe(true);
    expect(comments[6]![0]).toMatch(/^Step 1 of the three-way handshake: .*\nSYN=1 marks/);
    expect(comments[6]![0]).toContain('3-way handshake 1단계');
  });

  it('writes only what is chosen', async () => {
    dissect([PAGE, '-Y', 'http', '-w', OUT]);
    expect(await framesOf(readBytes(OUT))).toHaveLength(2);
  });

  it('leaves nothing behind when it fails, and no half of a file', () => {
    const broken = join(root, 'broken.pcapng');
    const text = fixture('README.md');
    expect(dissect([text, '-w', broken]).status).toBe(2);
    expect(existsSync(broken)).toBe(false);
    expect(readdirSync(root).filter((name) => name.includes('broken'))).toEqual([]);
    expect(dissect([PAGE, '-w', join(root, 'nowhere', 'x.pcapng')])).toMatchObject({
      status: 2,
      stderr: `dissect: ${join(root, 'nowhere', 'x.pcapng')}: there is no such folder\n`,
    });
  });

  it('does not write over what it reads, and prints nothing else', () => {
    const before = readFileSync(PAGE);
    expect(dissect([PAGE, '-w', PAGE])).toMatchObject({
      status: 1,
      stderr: `dissect: ${PAGE} is the capture that is read; name another file\n`,
    });
    expect(readFileSync(PAGE)).toEqual(before);
    expect(dissect([PAGE, '-w', OUT, '-V'])).toMatchObject({
      status: 1,
      stderr: 'dissect: -w writes packets; -V prints them\n',
    });
  });

  it('writes to standard output', () => {
    const { stdout, status } = dissect([PAGE, '-w', '-']);
    expect(status).toBe(0);
    expect(stdout.charCodeAt(0)).toBe(10);
  });
});
