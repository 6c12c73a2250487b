import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { openCaptureStream } from '../../src/capture/open.ts';
import { crc32 } from '../../src/core/checksum.ts';
import { Frame } from '../../src/core/frame.ts';
import { collect } from './all-frames.ts';
import { classic, filler, joined, Pcapng } from './capture-writer.ts';

/** An Ethernet frame with an IPv4 packet of this length, padded to 60 octets. */
function ethernet(packetLength: number, seed: number): Uint8Array {
  const frame = filler(Math.max(60, 14 + packetLength), seed);
  frame.set([0x08, 0x00, 0x45, 0x00, packetLength >> 8, packetLength & 0xff], 12);
  frame.fill(0, 14 + packetLength);
  return frame;
}

function withFcs(frame: Uint8Array): Uint8Array {
  const crc = crc32(frame, 0, frame.length);
  return joined([frame, Uint8Array.of(crc & 255, (crc >>> 8) & 255, (crc >>> 16) & 255, crc >>> 24)]);
}

/** The same with one bit turned over. */
function damaged(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  copy[20]! ^= 1;
  return copy;
}

const recorded = (data: Uint8Array, wireLength = data.length) => ({ seconds: 0, nanoseconds: 0, data, wireLength });
const capture = (frames: Uint8Array[]) => classic(frames.map((data) => recorded(data)));

async function vote(bytes: Uint8Array, choice?: 'auto' | 'present' | 'absent') {
  const source = readCapture(bytes, choice);
  const lengths = await collect(source, ({ fcsLength }) => fcsLength);
  return { lengths, finding: source.fcsFindings[0] };
}

const many = (n: number, of: (i: number) => Uint8Array) => Array.from({ length: n }, (_, i) => of(i));

describe('one kind of frames', () => {
  test('all with FCS, some damaged', async () => {
    const frames = many(20, (i) => withFcs(ethernet(100 + i, i)));
    frames[3] = damaged(frames[3]!);
    const { lengths, finding } = await vote(capture(frames));
    expect(lengths).toEqual(frames.map(() => 4));
    expect(finding).toEqual({ verdict: 'present', right: 19, wrong: 1, withoutRoom: 0 });
  });

  test('the first one damaged: the others have voted before it is read', async () => {
    const frames = [damaged(withFcs(ethernet(46, 1))), withFcs(ethernet(46, 2))];
    expect((await vote(capture(frames))).lengths).toEqual([4, 4]);
  });

  test('none with FCS', async () => {
    const { lengths, finding } = await vote(capture(many(20, (i) => ethernet(40 + i * 10, i))));
    expect(lengths).toEqual(many(20, () => new Uint8Array(0)).map(() => 0));
    expect(finding).toMatchObject({ verdict: 'absent', right: 0 });
  });

  test('a single frame whose end is not its CRC proves nothing', async () => {
    const { lengths, finding } = await vote(capture([joined([ethernet(46, 1), filler(4, 9)])]));
    expect(lengths).toEqual([-1]);
    expect(finding).toEqual({ verdict: 'unknown', right: 0, wrong: 1, withoutRoom: 0 });
  });
});

test('trailers are not damaged FCSs', async () => {
  const trailed = many(12, (i) => joined([ethernet(60, i), filler(6, i)]));
  expect((await vote(capture(trailed))).lengths).toEqual(trailed.map(() => 0));
  // Not even beside a frame that ends with its CRC.
  const withOne = [...trailed, withFcs(ethernet(60, 99))];
  expect((await vote(capture(withOne))).lengths).toEqual([...trailed.map(() => -1), 4]);
});

test('frames sent by the host itself have none, those received have', async () => {
  const sent = many(10, (i) => ethernet(40 + i * 100, i));
  const received = many(10, (i) => withFcs(ethernet(90 + i, i)));
  received[5] = damaged(received[5]!);
  const mixed = many(20, (i) => (i % 2 === 0 ? sent[i / 2]! : received[(i - 1) / 2]!));
  expect((await vote(capture(mixed))).lengths).toEqual(mixed.map((_, i) => (i % 2 === 0 ? 0 : 4)));
});

test('among frames of both kinds, one whose packet has no length says nothing by failing', async () => {
  const frames = many(10, (i) => (i % 2 === 0 ? ethernet(100, i) : withFcs(ethernet(100, i))));
  const unknown = filler(90, 3);
  unknown.set([0x88, 0xcc], 12);
  expect((await vote(capture([...frames, unknown]))).lengths.at(-1)).toBe(-1);
  expect((await vote(capture([...frames, withFcs(unknown)]))).lengths.at(-1)).toBe(4);
});

test('snapped frames do not vote', async () => {
  const bytes = classic(many(20, (i) => ethernet(200, i)).map((data) => recorded(data.slice(0, 96), data.length)));
  expect((await vote(bytes)).finding).toEqual({ verdict: 'unknown', right: 0, wrong: 0, withoutRoom: 0 });
});

test('each interface has a vote of its own', async () => {
  const pcapng = new Pcapng().interface().interface();
  for (let i = 0; i < 10; i++) {
    pcapng.at(recorded(withFcs(ethernet(100, i))), 1_000_000n, 0);
    pcapng.at(recorded(ethernet(100, i)), 1_000_000n, 1);
  }
  const source = readCapture(pcapng.bytes());
  const lengths = await collect(source, (frame) => `${frame.interfaceId}:${frame.fcsLength}`);
  expect(new Set(lengths)).toEqual(new Set(['0:4', '1:0']));
  expect(source.fcsFindings.map((finding) => finding?.verdict)).toEqual(['present', 'absent']);
});

test('what the file says is not voted on, and what the person says holds against both', async () => {
  const frames = many(10, (i) => withFcs(ethernet(100, i))).map((data) => recorded(data));
  const said = classic(frames, { link: 1 | 0x04000000 });
  expect(new Set((await vote(said)).lengths)).toEqual(new Set([0]));
  expect(new Set((await vote(said, 'present')).lengths)).toEqual(new Set([4]));
  expect(new Set((await vote(classic(frames), 'absent')).lengths)).toEqual(new Set([0]));
  expect(new Set((await vote(classic(frames, { link: 101 }))).lengths)).toEqual(new Set([-1]));
});

test('a long capture: what was found in the beginning holds without looking again', async () => {
  const { finding, lengths } = await vote(capture(many(3000, (i) => withFcs(ethernet(60, i)))));
  expect(new Set(lengths)).toEqual(new Set([4]));
  expect(finding!.right).toBeLessThanOrEqual(1000);
});

test('on a live pipe frames vote as they come', async () => {
  const pipe = new PassThrough();
  pipe.write(classic([]));
  const source = await openCaptureStream(pipe);
  const frame = new Frame();
  const lengths: number[] = [];
  const wrong = joined([ethernet(60, 1), filler(4, 1)]);
  const right = many(3, (i) => withFcs(ethernet(60, i + 2)));
  for (const data of [wrong, right[0]!, right[1]!, damaged(right[2]!), right[2]!]) {
    pipe.write(classic([recorded(data)]).slice(24));
    while (!source.next(frame)) await source.refill();
    lengths.push(frame.fcsLength);
  }
  source.close();
  expect(lengths).toEqual([-1, 4, 4, 4, 4]);
});
