import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { allFrames, collect, octetsOf } from './all-frames.ts';
import { classic, filler, joined, Octets, sample } from './capture-writer.ts';

const frames = sample();
const orders = ['little', 'big'] as const;
const kinds = ['microseconds', 'nanoseconds', 'modified'] as const;

describe('magics', () => {
  const formats = { microseconds: 'pcap', nanoseconds: 'pcap (nanoseconds)', modified: 'pcap (modified)' };
  for (const order of orders) {
    test.each(kinds)(`${order}-endian %s`, async (kind) => {
      const source = readCapture(classic(frames, { order, kind }));
      const read = await allFrames(source);
      expect(read.problem).toBeNull();
      expect(source.format).toBe(formats[kind]);
      expect(read.frames).toEqual(
        frames.map(({ seconds, nanoseconds, data, wireLength }, i) => ({
          number: i + 1,
          time: `${seconds}.${String(nanoseconds).padStart(9, '0')}`,
          wireLength,
          linkType: 1,
          data: String.fromCharCode(...data),
        })),
      );
    });
  }

  test('nanoseconds are kept', async () => {
    const one = [{ seconds: 4_294_967_295, nanoseconds: 999_999_999, data: filler(20) }];
    const { frames: read } = await allFrames(readCapture(classic(one, { kind: 'nanoseconds' })));
    expect(read[0]!.time).toBe('4294967295.999999999');
  });

  test('a fraction of more than a second goes over into the seconds', async () => {
    const one = [{ seconds: 1, nanoseconds: 1_000_002_000, data: filler(20) }];
    const { frames: read } = await allFrames(readCapture(classic(one)));
    expect(read[0]!.time).toBe('2.000002000');
  });
});

describe('the link-type field', () => {
  const fcsLength = (link: number) =>
    collect(readCapture(classic([{ seconds: 0, nanoseconds: 0, data: filler(64) }], { link })), (frame) => [
      frame.linkType,
      frame.fcsLength,
    ]);
  const f = 0x04000000;

  test('with bit f its upper bits count 16-bit words of FCS', async () => {
    expect(await fcsLength((101 | f | (2 << 28)) >>> 0)).toEqual([[101, 4]]);
    expect(await fcsLength((101 | f | (1 << 28)) >>> 0)).toEqual([[101, 2]]);
    expect(await fcsLength(101 | f)).toEqual([[101, 0]]);
  });

  test('without it nothing is said, and other reserved bits do not change the link type', async () => {
    expect(await fcsLength((101 | (2 << 28)) >>> 0)).toEqual([[101, -1]]);
    expect(await fcsLength(101 | 0x00230000)).toEqual([[101, -1]]);
  });
});

describe('lengths', () => {
  const lengths = (bytes: Uint8Array) =>
    collect(readCapture(bytes), (frame) => [frame.capturedLength, frame.wireLength]);

  test('a wire length below the captured one stays as written', async () => {
    const odd = [
      { seconds: 0, nanoseconds: 0, data: filler(64), wireLength: 0 },
      { seconds: 0, nanoseconds: 0, data: filler(64), wireLength: 10 },
      { seconds: 0, nanoseconds: 0, data: filler(64), wireLength: 0xffffffff },
    ];
    expect(await lengths(classic(odd))).toEqual([
      [64, 0],
      [64, 10],
      [64, 0xffffffff],
    ]);
  });

  test('before version 2.3 the wire length stands first', async () => {
    const header = classic([], { version: [2, 2] });
    const record = new Octets('little').number(0, 8).number(100, 4).number(64, 4).raw(filler(64)).bytes();
    expect(await lengths(joined([header, record, record]))).toEqual([
      [64, 100],
      [64, 100],
    ]);
  });

  test('in version 2.3 the lesser one is the captured one', async () => {
    const header = classic([], { version: [2, 3] });
    const oldOrder = new Octets('little').number(0, 8).number(100, 4).number(64, 4).raw(filler(64)).bytes();
    const newOrder = new Octets('little').number(0, 8).number(64, 4).number(100, 4).raw(filler(64)).bytes();
    expect(await lengths(joined([header, oldOrder, newOrder]))).toEqual([
      [64, 100],
      [64, 100],
    ]);
  });

  test('the longest frame is 262,144 octets', async () => {
    const record = (length: number) => new Octets('little').number(0, 8).number(length, 4).number(length, 4).bytes();
    const longest = joined([classic([]), record(262_144)]);
    const bytes = new Uint8Array(longest.length + 262_144);
    bytes.set(longest);
    expect(await lengths(bytes)).toEqual([[262_144, 262_144]]);
    const { problem } = await allFrames(readCapture(joined([classic([]), record(262_145)])));
    expect(problem?.kind).toBe('malformed');
  });
});

describe('damage', () => {
  const whole = [
    { seconds: 1, nanoseconds: 0, data: filler(60, 1) },
    { seconds: 2, nanoseconds: 0, data: filler(90, 2) },
  ];

  test.each(kinds)('cut at every length (%s): whole frames first, then what is missing', async (kind) => {
    const bytes = classic(whole, { kind });
    const header = kind === 'modified' ? 24 : 16;
    const ends = [24, 24 + header + 60, 24 + header + 60 + header + 90];
    for (let length = 0; length <= bytes.length; length++) {
      const { frames: read, problem } = await allFrames(readCapture(bytes.slice(0, length)));
      expect(read.length).toBe(ends.slice(1).filter((end) => end <= length).length);
      if (ends.includes(length)) expect(problem).toBeNull();
      else if (length === 0) expect(problem?.kind).toBe('empty');
      else if (length < 4) expect(problem?.kind).toBe('not-a-capture');
      else expect(problem?.kind).toBe('cut-off');
    }
  });

  test('the sentences', async () => {
    const bytes = classic(whole);
    const sentence = async (length: number) => (await allFrames(readCapture(bytes.slice(0, length)))).problem?.sentence;
    expect(await sentence(10)).toBe('cut off in the file header: it wants 24 bytes, the file has 10');
    expect(await sentence(30)).toBe('cut off in the record header of frame 1: it wants 16 bytes, the file has 6');
    expect(await sentence(24 + 76 + 16)).toBe('cut off in frame 2: the record wants 90 bytes, the file has none');
    expect(await sentence(24 + 76 + 36)).toBe('cut off in frame 2: the record wants 90 bytes, the file has 20');
  });

  test('a record that claims 4 GB', async () => {
    const lie = new Octets('little').number(0, 8).number(0xffffffff, 4).number(60, 4).raw(filler(60)).bytes();
    const { frames: read, problem } = await allFrames(readCapture(joined([classic(whole), lie])));
    expect(read.length).toBe(2);
    expect(problem).toEqual({
      kind: 'malformed',
      sentence: 'frame 3 claims 4,294,967,295 bytes, and no frame has more than 262,144',
    });
  });

  test('a version that never was', async () => {
    const { problem } = await allFrames(readCapture(classic(whole, { version: [1, 4] })));
    expect(problem).toEqual({ kind: 'malformed', sentence: 'pcap version 1.4 is not supported' });
  });
});

describe('what is no capture', () => {
  const sentence = async (bytes: Uint8Array) => (await allFrames(readCapture(bytes))).problem?.sentence;
  const text = (words: string) => new TextEncoder().encode(words);

  test('text is quoted without its control characters', async () => {
    expect(await sentence(text('Hello,\nworld'))).toBe('not a packet capture: it begins with the text "Hello, world"');
    expect(await sentence(text('\x1b[31mred'))).toBe('not a packet capture: it begins with 1b 5b 33 31 6d 72 65 64');
  });

  test('a short beginning is shown as it is', async () => {
    expect(await sentence(text('Hi'))).toBe('not a packet capture: it begins with the text "Hi"');
    expect(await sentence(Uint8Array.of(0xa1, 0xb2))).toBe('not a packet capture: it begins with a1 b2');
  });

  test('other compressions and formats are named', async () => {
    expect(await sentence(joined([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), filler(40)]))).toContain('zstd');
    expect(await sentence(joined([text('snoop\0\0\0'), filler(40)]))).toContain('snoop');
  });
});

test('frames point into the bytes that were given', async () => {
  const bytes = classic(frames);
  expect(await collect(readCapture(bytes), (frame) => frame.bytes === bytes)).toEqual(frames.map(() => true));
  expect(await collect(readCapture(bytes), octetsOf)).toEqual(frames.map(({ data }) => String.fromCharCode(...data)));
});
