import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { openCapture, openCaptureStream } from '../../src/capture/open.ts';
import { Frame } from '../../src/core/frame.ts';
import { allFrames, collect } from './all-frames.ts';
import { classic, filler, joined, Octets, Pcapng, sample } from './capture-writer.ts';

const directory = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function file(bytes: Uint8Array): string {
  const path = join(directory, `${files++}.pcap`);
  writeFileSync(path, bytes);
  return path;
}

/** A stream that hands over pieces of `size` octets. */
function pieces(bytes: Uint8Array, size: number): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(Buffer.from(bytes.slice(at, at + size)));
  return Readable.from(chunks);
}

const frames = sample();

describe('the same frames, whichever way they come', () => {
  const pcapng = new Pcapng('big').interface();
  for (const frame of frames) pcapng.at(frame);
  const captures: Record<string, Uint8Array> = {
    'microseconds, little-endian': classic(frames),
    'microseconds, big-endian': classic(frames, { order: 'big' }),
    'nanoseconds, little-endian': classic(frames, { kind: 'nanoseconds' }),
    'nanoseconds, big-endian': classic(frames, { kind: 'nanoseconds', order: 'big' }),
    'modified, little-endian': classic(frames, { kind: 'modified' }),
    'modified, big-endian': classic(frames, { kind: 'modified', order: 'big' }),
    pcapng: pcapng.bytes(),
  };
  const expected = {
    problem: null,
    frames: frames.map(({ seconds, nanoseconds, data, wireLength }, i) => ({
      number: i + 1,
      time: `${seconds}.${String(nanoseconds).padStart(9, '0')}`,
      wireLength,
      linkType: 1,
      data: String.fromCharCode(...data),
    })),
  };

  test.each(Object.keys(captures))('%s', async (name) => {
    const bytes = captures[name]!;
    const { format } = readCapture(bytes);
    expect(format).toBeNull();
    expect(await allFrames(await openCapture(file(bytes)))).toEqual(expected);
    expect(await allFrames(await openCapture(file(gzipSync(bytes))))).toEqual(expected);
    const members = joined([gzipSync(bytes.slice(0, 700)), gzipSync(bytes.slice(700))]);
    expect(await allFrames(await openCapture(file(members)))).toEqual(expected);
    for (const size of [1, 7, 4096, 1_000_000]) {
      expect(await allFrames(await openCaptureStream(pieces(bytes, size)))).toEqual(expected);
    }
    expect(await allFrames(await openCaptureStream(pieces(gzipSync(bytes), 5)))).toEqual(expected);
  });

  test('link type, FCS bits and snap length too', async () => {
    const bytes = classic(frames, { link: (113 | 0x04000000 | (1 << 28)) >>> 0, snapLength: 96, kind: 'nanoseconds' });
    const source = await openCaptureStream(pieces(bytes, 50));
    expect(await collect(source, ({ fcsLength, linkType }) => [fcsLength, linkType])).toEqual(
      frames.map(() => [2, 113]),
    );
    expect(source.format).toBe('pcap (nanoseconds)');
    expect(source.interfaces).toEqual([
      expect.objectContaining({ linkType: 113, snapLength: 96, fcsLength: 2, ticksPerSecond: 1e9 }),
    ]);
  });

  test('lengths in the old order', async () => {
    const record = new Octets('little').number(0, 8).number(100, 4).number(64, 4).raw(filler(64)).bytes();
    const bytes = joined([classic([], { version: [2, 2] }), record, record]);
    const fromFile = await allFrames(await openCapture(file(bytes)));
    expect(fromFile.frames.map(({ wireLength }) => wireLength)).toEqual([100, 100]);
    expect(await allFrames(await openCaptureStream(pieces(bytes, 30)))).toEqual(fromFile);
  });
});

describe('a file longer than the block', () => {
  test('passes through it frame by frame', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => ({
      seconds: i,
      nanoseconds: 0,
      data: filler(i % 3 === 0 ? 1514 : 900 + (i % 50), i),
    }));
    const bytes = classic(many);
    expect(bytes.length).toBeGreaterThan(2_000_000);
    const expected = await allFrames(readCapture(bytes));
    expect(expected.frames.length).toBe(2000);
    const source = await openCapture(file(bytes));
    const blocks = new Set(await collect(source, (frame) => frame.bytes));
    expect(blocks.size).toBe(1);
    expect(await allFrames(await openCapture(file(bytes)))).toEqual(expected);
    expect(await allFrames(await openCaptureStream(pieces(bytes, 65_536)))).toEqual(expected);
    expect(await allFrames(await openCapture(file(gzipSync(bytes))))).toEqual(expected);
  });

  test('a block of secrets longer than it is passed over, and a long frame makes it grow', async () => {
    const pcapng = new Pcapng().interface([], 249);
    pcapng.block(10, (out) => out.raw(new Uint8Array(700_000)));
    pcapng.enhanced({ high: 0, low: 0, data: filler(800_000) });
    const { frames: read, problem } = await allFrames(await openCapture(file(pcapng.bytes())));
    expect(problem).toBeNull();
    expect(read.map(({ data }) => data.length)).toEqual([800_000]);
  });
});

describe('damage in a stream', () => {
  test('cut at every length: the same as from memory', async () => {
    for (const kind of ['microseconds', 'modified'] as const) {
      const bytes = classic([frames[3]!, frames[4]!], { kind });
      for (let length = 0; length <= bytes.length; length++) {
        const part = bytes.slice(0, length);
        expect(await allFrames(await openCaptureStream(pieces(part, 13)))).toEqual(await allFrames(readCapture(part)));
      }
    }
  });

  test('a record that claims 4 GB is refused before the rest arrives', async () => {
    const lie = new Octets('little').number(0, 8).number(0xffffffff, 4).number(60, 4).bytes();
    const endless = new PassThrough();
    endless.write(joined([classic(frames), lie]));
    const source = await openCaptureStream(endless);
    const read = await allFrames(source);
    expect(read.frames.length).toBe(frames.length);
    expect(read.problem?.sentence).toBe(
      `frame ${frames.length + 1} claims 4,294,967,295 bytes, and no frame has more than 262,144`,
    );
  });

  test('compression that is cut off gives what could be read, and says so', async () => {
    const noise = Array.from({ length: 400 }, (_, i) => ({
      seconds: i,
      nanoseconds: 0,
      data: Uint8Array.from({ length: 1000 }, (_, k) => (Math.imul(k + i * 1000 + 1, 2_654_435_761) >>> 13) & 0xff),
    }));
    const packed = gzipSync(classic(noise), { level: 0 });
    const cut = packed.subarray(0, 24 + 1016 * 300);
    const { frames: read, problem } = await allFrames(await openCapture(file(cut)));
    expect(read.length).toBe(299);
    expect(problem?.kind).toBe('cut-off');
    expect(problem?.sentence).toMatch(
      /^the gzip compression is cut off: cut off in frame 300: the record wants 1,000 bytes/,
    );
  });

  test('compression that is cut off loses nothing of what a slow reader has not taken yet', async () => {
    const packed = gzipSync(classic(Array.from({ length: 60 }, () => frames[7]!)), { level: 0 });
    const source = await openCaptureStream(pieces(packed.subarray(0, packed.length - 1600), 2_000));
    const frame = new Frame();
    let read = 0;
    for (;;) {
      while (source.next(frame)) read++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!(await source.refill())) break;
    }
    expect(read).toBe(58);
    expect(source.problem?.kind).toBe('cut-off');
  });

  test('compression that is damaged', async () => {
    const packed = gzipSync(classic(frames));
    packed.fill(0xff, 200, 260);
    const { problem } = await allFrames(await openCapture(file(packed)));
    expect(problem?.sentence).toContain('the gzip compression is damaged');
  });

  test('a stream that breaks', async () => {
    const broken = new PassThrough();
    broken.write(classic(frames));
    const source = await openCaptureStream(broken);
    const frame = new Frame();
    await source.refill();
    while (source.next(frame));
    expect(frame.number).toBe(frames.length);
    broken.destroy(Object.assign(new Error('gone'), { code: 'EIO' }));
    expect(await source.refill()).toBe(false);
    expect(source.problem).toEqual({ kind: 'unreadable', sentence: 'reading failed: the disk reports an error' });
  });
});

describe('a live pipe', () => {
  for (const [name, head, one] of [
    ['classic', classic([]), classic([frames[3]!]).slice(24)],
    ['pcapng', new Pcapng().interface().bytes(), new Pcapng().at(frames[3]!).bytes().slice(28)],
  ] as const) {
    test(`${name}: a frame is there as soon as its bytes are`, async () => {
      const pipe = new PassThrough();
      pipe.write(head);
      const source = await openCaptureStream(pipe);
      const frame = new Frame();
      for (let number = 1; number <= 3; number++) {
        pipe.write(one);
        while (!source.next(frame)) expect(await source.refill()).toBe(true);
        expect(frame.number).toBe(number);
        expect(source.next(frame)).toBe(false);
      }
      pipe.end();
      expect(await source.refill()).toBe(false);
      expect(source.problem).toBeNull();
    });
  }

  test('nothing is read ahead of who asks', async () => {
    const bytes = joined(Array.from({ length: 200 }, () => classic([frames[7]!]).slice(24)));
    let handed = 0;
    const slow = Readable.from(
      (function* () {
        yield Buffer.from(classic([]));
        for (let at = 0; at < bytes.length; at += 1530) {
          handed++;
          yield Buffer.from(bytes.slice(at, at + 1530));
        }
      })(),
      { highWaterMark: 1 },
    );
    const source = await openCaptureStream(slow);
    const frame = new Frame();
    while (!source.next(frame)) await source.refill();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(handed).toBeLessThan(10);
    source.close();
  });
});

describe('what cannot be opened', () => {
  test('a missing file and a directory', async () => {
    await expect(openCapture(join(directory, 'missing'))).rejects.toThrow('there is no such file');
    await expect(openCapture(directory)).rejects.toThrow('it is a directory');
    await expect(openCapture(directory)).rejects.toMatchObject({
      name: 'CaptureError',
      problem: { kind: 'unreadable' },
    });
  });

  test('an empty file, an empty stream, a text', async () => {
    expect((await allFrames(await openCapture(file(new Uint8Array(0))))).problem?.kind).toBe('empty');
    expect((await allFrames(await openCaptureStream(Readable.from([])))).problem?.kind).toBe('empty');
    const text = new TextEncoder().encode('# A README, not a capture\n');
    const sentence = 'not a packet capture: it begins with the text "# A README, not a captur"';
    expect((await allFrames(await openCapture(file(text)))).problem).toEqual({ kind: 'not-a-capture', sentence });
    expect((await allFrames(await openCaptureStream(pieces(text, 1)))).problem?.sentence).toBe(sentence);
    expect((await allFrames(await openCapture(file(gzipSync(text))))).problem?.sentence).toBe(sentence);
  });
});

/** Octets of a classic capture before its first record. */
const FILE_HEADER = 24;

describe('every classic capture of the fixtures', () => {
  const fixtures = new URL('../../fixtures/', import.meta.url).pathname;
  const captures = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pcap'),
  );

  test.each(captures)('%s: both readers give the same records', async (name) => {
    const path = join(fixtures, name);
    const bytes = readFileSync(path);
    const fromFile = await allFrames(await openCapture(path));
    // A host that no frame reached recorded the file's header alone.
    expect(fromFile.frames.length > 0).toBe(bytes.length > FILE_HEADER);
    expect(await allFrames(await openCaptureStream(pieces(bytes, 1000)))).toEqual(fromFile);
  });

  test('are found', () => expect(Array.isArray(captures)).toBe(true));
});
