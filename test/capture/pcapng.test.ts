import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import type { Frame } from '../../src/core/frame.ts';
import { allFrames, collect, octetsOf } from './all-frames.ts';
import { classic, filler, joined, Pcapng, sample } from './capture-writer.ts';

const orders = ['little', 'big'] as const;
const time = (frame: Frame) => `${frame.seconds}.${String(frame.nanoseconds).padStart(9, '0')}`;

test.each(orders)('%s-endian: the frames are those of the classic capture', async (order) => {
  const frames = sample();
  const pcapng = new Pcapng(order).interface();
  for (const frame of frames) pcapng.at(frame);
  const source = readCapture(pcapng.bytes());
  expect(await allFrames(source)).toEqual(await allFrames(readCapture(classic(frames))));
  expect(source.format).toBe('pcapng');
});

describe('interfaces', () => {
  test('say what is known of them', async () => {
    const pcapng = new Pcapng('little').section('big', [
      [1, 'of the section'],
      [2, 'an abacus'],
      [3, 'Linux 7'],
      [4, 'dumpcap'],
    ]);
    pcapng.interface(
      [
        [1, 'a comment'],
        [2, 'eth0'],
        [3, 'the first card'],
        [9, Uint8Array.of(9)],
        [11, '\0tcp port 80'],
        [12, 'Linux 6'],
        [13, Uint8Array.of(4)],
        [15, 'NE2000'],
      ],
      113,
      96,
    );
    pcapng.statistics(0, [
      [4, pcapng.value(1000, 8)],
      [5, pcapng.value(3, 8)],
      [7, pcapng.value(4, 8)],
    ]);
    const source = readCapture(pcapng.bytes());
    await allFrames(source);
    expect(source.comments).toEqual(['of the section']);
    expect(source.sections).toEqual([
      { littleEndian: true, majorVersion: 1, minorVersion: 0, hardware: null, os: null, application: null },
      {
        littleEndian: false,
        majorVersion: 1,
        minorVersion: 0,
        hardware: 'an abacus',
        os: 'Linux 7',
        application: 'dumpcap',
      },
    ]);
    expect(source.interfaces[0]).toMatchObject({
      id: 0,
      linkType: 113,
      snapLength: 96,
      name: 'eth0',
      description: 'the first card',
      filter: 'tcp port 80',
      os: 'Linux 6',
      hardware: 'NE2000',
      ticksPerSecond: 1e9,
      fcsLength: 4,
      comments: ['a comment'],
      statistics: { received: 1000, dropped: 3, droppedBySystem: 4 },
    });
  });

  test('sections begin anew, in a byte order of their own', async () => {
    const pcapng = new Pcapng('little').interface([[2, 'a']], 1).interface([[2, 'b']], 101);
    pcapng.enhanced({ id: 1, high: 0, low: 1, data: filler(20) });
    pcapng.section('big').interface([[2, 'c']], 113);
    pcapng.enhanced({ id: 0, high: 0, low: 2, data: filler(20) });
    const source = readCapture(pcapng.bytes());
    expect(await collect(source, (frame) => [frame.number, frame.interfaceId, frame.linkType, time(frame)])).toEqual([
      [1, 1, 101, '0.000001000'],
      [2, 2, 113, '0.000002000'],
    ]);
    expect(source.interfaces.map(({ id, name }) => [id, name])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [0, 'c'],
    ]);
  });

  test('if_fcslen counts octets, or bits as the draft says', async () => {
    for (const [written, octets] of [
      [4, 4],
      [32, 4],
      [0, 0],
      [2, 2],
      [16, 2],
    ] as const) {
      const source = readCapture(new Pcapng().interface([[13, Uint8Array.of(written)]]).bytes());
      await allFrames(source);
      expect(source.interfaces[0]!.fcsLength).toBe(octets);
    }
  });
});

describe('time', () => {
  const timeOf = async (resolution: number, ticks: bigint, offset?: Uint8Array) => {
    const options: [number, Uint8Array][] = [[9, Uint8Array.of(resolution)]];
    if (offset !== undefined) options.push([14, offset]);
    const pcapng = new Pcapng().interface(options);
    pcapng.enhanced({ high: Number(ticks >> 32n), low: Number(ticks & 0xffffffffn), data: filler(20) });
    return (await collect(readCapture(pcapng.bytes()), time))[0];
  };

  test('powers of ten and of two', async () => {
    expect(await timeOf(6, 1_700_000_000_123_456n)).toBe('1700000000.123456000');
    expect(await timeOf(9, 1_700_000_000_123_456_789n)).toBe('1700000000.123456789');
    expect(await timeOf(0, 1_700_000_000n)).toBe('1700000000.000000000');
    expect(await timeOf(11, 170_000_000_012_345_678n)).toBe('1700000.000123456');
    expect(await timeOf(12, 1_700_000_123_456_789_012n)).toBe('1700000.123456789');
    expect(await timeOf(0x80 | 10, 1_700_000_000n * 1024n + 512n)).toBe('1700000000.500000000');
    expect(await timeOf(0x80 | 32, (1_700_000_000n << 32n) | 0xc0000000n)).toBe('1700000000.750000000');
    expect(await timeOf(0x80 | 40, (1_700_000n << 40n) | (1n << 38n))).toBe('1700000.250000000');
  });

  test('if_tsoffset is added, and may be negative', async () => {
    const pcapng = new Pcapng();
    expect(await timeOf(6, 5_000_001n, pcapng.value(1000, 8))).toBe('1005.000001000');
    expect(await timeOf(6, 5_000_001n, Uint8Array.of(0xf6, 255, 255, 255, 255, 255, 255, 255))).toBe('-5.000001000');
  });

  test('is exact for any count of ticks at any resolution', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(0n, (1n << 64n) - 1n),
        fc.integer({ min: 0, max: 19 }),
        fc.boolean(),
        async (ticks, power, two) => {
          const perSecond = two ? 1n << BigInt(power * 2) : 10n ** BigInt(power);
          const seconds = ticks / perSecond;
          if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) return;
          const nanoseconds = ((ticks % perSecond) * 1_000_000_000n) / perSecond;
          const expected = `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
          expect(await timeOf(two ? 0x80 | (power * 2) : power, ticks)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('packet blocks', () => {
  test('flags, drop count and comments', async () => {
    const pcapng = new Pcapng('big').interface([], 101);
    pcapng.enhanced({ high: 0, low: 0, data: filler(21) }, [
      [1, 'first'],
      [2, pcapng.value((4 << 5) | 2, 4)],
      [4, pcapng.value(17, 8)],
      [1, 'zweiter – 둘째'],
    ]);
    pcapng.enhanced({ high: 0, low: 0, data: filler(22) });
    const read = await collect(readCapture(pcapng.bytes()), (frame) => [
      frame.direction,
      frame.fcsLength,
      frame.dropCount,
      frame.comments,
    ]);
    expect(read).toEqual([
      [2, 4, 17, ['first', 'zweiter – 둘째']],
      [0, -1, -1, null],
    ]);
  });

  test('options of a wrong length are passed over', async () => {
    const pcapng = new Pcapng().interface([
      [9, Uint8Array.of(9, 9)],
      [14, Uint8Array.of(1)],
      [13, new Uint8Array(0)],
      [2, 'eth0'],
    ]);
    pcapng.enhanced({ high: 0, low: 7, data: filler(20) }, [
      [2, Uint8Array.of(1)],
      [4, Uint8Array.of(1, 2, 3)],
      [1, 'still read'],
    ]);
    // A last option that claims more than its block holds.
    pcapng.block(6, (out) =>
      out.number(0, 4).number(0, 4).number(8, 4).number(4, 4).number(4, 4).raw(filler(4)).number(1, 2).number(999, 2),
    );
    const source = readCapture(pcapng.bytes());
    expect(await collect(source, (frame) => [time(frame), frame.direction, frame.dropCount, frame.comments])).toEqual([
      ['0.000007000', 0, -1, ['still read']],
      ['0.000008000', 0, -1, null],
    ]);
    expect(source.interfaces[0]!.name).toBe('eth0');
    expect(source.problem).toBeNull();
  });

  test('a Simple Packet Block has no time, and the snap length cuts it', async () => {
    const pcapng = new Pcapng().interface([], 101, 40).simple(filler(30)).simple(filler(40), 90);
    const read = await collect(readCapture(pcapng.bytes()), (frame) => [
      frame.hasTime,
      frame.capturedLength,
      frame.wireLength,
    ]);
    expect(read).toEqual([
      [false, 30, 30],
      [false, 40, 90],
    ]);
  });

  test('the obsolete Packet Block', async () => {
    const pcapng = new Pcapng('big').interface([], 101).interface([], 113);
    pcapng.obsolete(filler(30), 5, 1).obsolete(filler(31), 0xffff, 0);
    const read = await collect(readCapture(pcapng.bytes()), (frame) => [
      time(frame),
      frame.interfaceId,
      frame.linkType,
      frame.dropCount,
      frame.capturedLength,
    ]);
    expect(read).toEqual([
      ['5.000001000', 1, 113, 5, 30],
      ['5.000001000', 0, 101, -1, 31],
    ]);
  });

  test('custom blocks count as frames, on no link', async () => {
    const pcapng = new Pcapng().interface();
    pcapng.block(0xbad, (out) => out.number(32473, 4).raw(filler(24)));
    pcapng.enhanced({ high: 0, low: 0, data: filler(20) });
    const read = await collect(readCapture(pcapng.bytes()), (frame) => [
      frame.number,
      frame.linkType,
      frame.interfaceId,
      octetsOf(frame).length,
    ]);
    expect(read).toEqual([
      [1, -1, -1, 24],
      [2, 1, 0, 20],
    ]);
  });
});

test('names of the Name Resolution Block', async () => {
  const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
  const encode = (address: number[], names: string) => Uint8Array.of(...address, ...new TextEncoder().encode(names));
  const pcapng = new Pcapng().names([
    [1, encode([192, 0, 2, 1], 'one\0uno\0')],
    [1, Uint8Array.of(1, 2)],
    [77, Uint8Array.of(1, 2)],
    [2, encode(v6, 'six\0')],
    [2, encode(new Array(16).fill(0), 'any\0')],
  ]);
  const source = readCapture(pcapng.bytes());
  await allFrames(source);
  expect(source.names).toEqual([
    { address: '192.0.2.1', name: 'one' },
    { address: '192.0.2.1', name: 'uno' },
    { address: '2001:db8::1:0:1', name: 'six' },
    { address: '::', name: 'any' },
  ]);
});

test('unknown blocks and secrets are passed over by their length, however long', async () => {
  const pcapng = new Pcapng().interface();
  pcapng.block(10, (out) => out.number(0x544c534b, 4).number(3, 4).raw(filler(3)));
  pcapng.block(0x80000010, (out) => out.raw(filler(3000)));
  pcapng.enhanced({ high: 0, low: 0, data: filler(20) });
  const { frames, problem } = await allFrames(readCapture(pcapng.bytes()));
  expect(frames.length).toBe(1);
  expect(problem).toBeNull();
});

describe('damage', () => {
  const sentence = async (pcapng: Pcapng) => (await allFrames(readCapture(pcapng.bytes()))).problem?.sentence;
  const base = () => new Pcapng().interface().enhanced({ high: 0, low: 0, data: filler(20) });

  test('cut at every length: whole frames first, then what is missing', async () => {
    const parts = [
      new Pcapng().bytes(),
      new Pcapng()
        .interface([[2, 'eth0']])
        .bytes()
        .slice(28),
    ];
    const frames = base()
      .bytes()
      .slice(28 + 20);
    const unknown = new Pcapng()
      .block(99, (out) => out.raw(filler(40)))
      .bytes()
      .slice(28);
    const bytes = joined([...parts, frames, unknown, frames]);
    const ends: number[] = [];
    let end = 0;
    for (const part of [...parts, frames, unknown, frames]) {
      end += part.length;
      ends.push(end);
    }
    for (let length = 4; length <= bytes.length; length++) {
      const { frames: read, problem } = await allFrames(readCapture(bytes.slice(0, length)));
      expect(read.length).toBe((length >= ends[2]! ? 1 : 0) + (length >= ends[4]! ? 1 : 0));
      expect(problem?.kind).toBe(ends.includes(length) ? undefined : 'cut-off');
    }
    const { problem } = await allFrames(readCapture(bytes.slice(0, ends[2]! - 10)));
    expect(problem?.sentence).toBe('cut off in frame 1: its block wants 52 bytes, the file has 42');
  });

  test('the sentences', async () => {
    const lie = (captured: number) =>
      base().block(6, (out) => out.number(0, 12).number(captured, 4).number(20, 4).raw(filler(20)));
    expect(await sentence(lie(0xffffffff))).toBe(
      'frame 2 claims 4,294,967,295 bytes, and no frame has more than 262,144',
    );
    expect(await sentence(lie(21))).toBe('frame 2 claims 21 bytes, but its block has room for 20');
    expect(await sentence(base().enhanced({ id: 7, high: 0, low: 0, data: filler(20) }))).toBe(
      'frame 2 was recorded on interface 7, which is not described',
    );
    expect(await sentence(base().block(1, () => undefined, 8))).toBe(
      'an Interface Description Block claims 8 bytes, and has at least 12',
    );
    const twoLengths = base().simple(filler(20)).bytes();
    twoLengths[twoLengths.length - 4] = 40;
    expect((await allFrames(readCapture(twoLengths))).problem?.sentence).toBe(
      'a Simple Packet Block says at its beginning that it has 36 bytes and at its end 40 bytes',
    );
    expect(await sentence(base().section('little', [], 2))).toBe('pcapng version 2.0 is not supported');
  });

  test('a block that claims 4 GB does not make the reader wait for them', async () => {
    const bytes = base()
      .block(6, (out) => out.number(0, 12).number(20, 4).number(20, 4).raw(filler(20)), 0xfffffffc)
      .bytes();
    const { frames, problem } = await allFrames(readCapture(bytes));
    expect(frames.length).toBe(1);
    expect(problem).toEqual({ kind: 'malformed', sentence: 'the block of frame 2 claims 4,294,967,292 bytes' });
  });

  test('whatever the octets, reading ends without a throw', async () => {
    const good = base()
      .names([[1, filler(9)]])
      .statistics(0, [[4, filler(8)]])
      .simple(filler(9))
      .bytes();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.boolean(),
        async (changes, asClassic) => {
          const bytes = asClassic ? classic(sample()) : good.slice();
          for (const [at, octet] of changes) bytes[at] = octet;
          const { frames } = await allFrames(readCapture(bytes));
          expect(frames.length).toBeLessThan(1000);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('secrets', () => {
  const long = (n: number): Uint8Array => Uint8Array.of(n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24);
  /** A Decryption Secrets Block that says of itself what is given. */
  const block = (content: Uint8Array, claimed = content.length, total = 20 + content.length): Uint8Array =>
    joined([long(10), long(total), long(0x544c534b), long(claimed), content, long(total)]);
  const text = new TextEncoder().encode('CLIENT_RANDOM and so on.');
  const behind = (secrets: Uint8Array) => readCapture(joined([new Pcapng('little').interface().bytes(), secrets]));

  test('are kept as they stand', async () => {
    const source = behind(block(text));
    await allFrames(source);
    expect(source.problem).toBeNull();
    expect(source.secrets).toEqual([{ type: 0x544c534b, bytes: text }]);
  });

  test.each([
    ['hold more than their block', block(text, 4_000_000_000), 'says that it holds 4,000,000,000 bytes of secrets'],
    ['claim 4 GB', block(text, 4, 0xfffffffc), 'claims 4,294,967,292 bytes'],
    ['have no room for a length', joined([long(10), long(16), long(0), long(16)]), 'claims 16 bytes'],
  ])('that %s end the capture with a sentence', async (_, bytes, sentence) => {
    const source = behind(bytes);
    await allFrames(source);
    expect(source.problem?.sentence).toContain(sentence);
    expect(source.secrets).toEqual([]);
  });
});
