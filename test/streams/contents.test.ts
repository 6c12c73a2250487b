import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { LinePrinter } from '../../src/output/line.ts';
import { timeWriter } from '../../src/output/time.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

/** The frames, one line each. */
function lines(frames: Iterable<Frame>, contents: boolean, awake?: number): string[] {
  const tracker = new Tracker({ timeWait: 60, explain: false, contents, ...(awake === undefined ? {} : { awake }) });
  const printer = new LinePrinter(timeWriter('r', { interfaces: [] }));
  const packet = new Packet();
  const out = new Writer();
  const printed: string[] = [];
  for (const frame of frames) {
    decodeFrame(packet, frame);
    tracker.track(packet);
    printer.packet(packet, tracker, out);
    printed.push(out.take(0));
  }
  return printed;
}

function* framesOf(path: string): Generator<Frame> {
  const source = readCapture(new Uint8Array(readFileSync(path)));
  for (const frame = new Frame(); source.next(frame); ) yield frame;
}

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const captures = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((path) => /\.pcap(ng)?$/.test(path))
  .sort();

const REQUESTS = [
  'GET /one HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'POST /two HTTP/1.1\r\nHost: a.test\r\nContent-Length: 70\r\n\r\n'.padEnd(125, 'GET / HTTP/1.1\r\n\r\n'),
  'HEAD /three HTTP/1.1\nHost : a.test\n\n',
  '\r\nPUT /four HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
];
const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 90\r\n\r\n'.padEnd(
    165,
    'HTTP/1.1 404 No\r\n\r\n',
  ),
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 5\r\n\r\n \x89PNG',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end comes',
];
const DIALOGUE = [REQUESTS.join(''), RESPONSES.join('')] as const;

interface Cut {
  readonly sender: 0 | 1;
  readonly length: number;
  /** Not captured, or captured in part. */
  readonly lost: boolean;
  readonly snapped: boolean;
}

/** Others talk in between, each of them for the first time. */
function* disturbed(frames: Iterable<Frame>): Generator<Frame> {
  let port = 40_001;
  for (const frame of frames) {
    yield frame;
    for (let others = 0; others < 3; others++) yield segment(frame, 0, 16, 1, 1, REQUESTS[0]!, 0, port++);
  }
}

/** Both ends say what they have to say, cut into segments in some way. */
function* spoken(cuts: readonly Cut[]): Generator<Frame> {
  const said = [0, 0];
  const frame = new Frame();
  frame.linkType = 101;
  for (const sender of [0, 1] as const) yield segment(frame, sender, 2, 0, 0, '', 0);
  for (const { sender, length, lost, snapped } of [...cuts, ...REST]) {
    const at = said[sender]!;
    const text = DIALOGUE[sender].slice(at, at + length);
    said[sender] = at + text.length;
    if (lost) continue;
    const missing = snapped ? text.length >>> 1 : 0;
    const ends = said[sender] === DIALOGUE[sender].length;
    yield segment(frame, sender, ends ? 17 : 16, 1 + at, 1 + said[1 - sender]!, text, missing);
  }
}

const REST: readonly Cut[] = [0, 1].map((sender) => ({
  sender: sender as 0 | 1,
  length: 10_000,
  lost: false,
  snapped: false,
}));

function segment(
  frame: Frame,
  sender: 0 | 1,
  flags: number,
  seq: number,
  ack: number,
  text: string,
  missing: number,
  port = 40_000,
): Frame {
  const bytes = new Uint8Array(40 + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, 0]);
  view.setUint16(2, bytes.length);
  bytes.set([64, 6], 8);
  bytes.set(sender === 0 ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
  view.setUint16(20, sender === 0 ? port : 80);
  view.setUint16(22, sender === 0 ? 80 : port);
  view.setUint32(24, seq);
  view.setUint32(28, ack);
  bytes.set([0x50, flags], 32);
  view.setUint16(34, 65_535);
  for (let i = 0; i < text.length; i++) bytes[40 + i] = text.charCodeAt(i);
  frame.number++;
  frame.bytes = bytes;
  frame.wireLength = bytes.length;
  frame.capturedLength = bytes.length - missing;
  frame.seconds = frame.number;
  return frame;
}

const cut = fc.record({
  sender: fc.constantFrom(0 as const, 1 as const),
  length: fc.integer({ min: 1, max: 120 }),
  lost: fc.integer({ min: 0, max: 12 }).map((n) => n === 0),
  snapped: fc.integer({ min: 0, max: 12 }).map((n) => n === 0),
});

describe('lines', () => {
  it.each(captures)('are the same whether or not contents are put together: %s', (path) => {
    const file = join(FIXTURES, path);
    expect(lines(framesOf(file), false)).toEqual(lines(framesOf(file), true));
  });

  it('are the same however a dialogue is cut into segments', () => {
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 40 }), (cuts) => {
        const whole = lines(spoken(cuts), true);
        expect(lines(spoken(cuts), false)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it.each([true, false])('are the same whoever rests in the middle of a dialogue (contents: %s)', (contents) => {
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 40 }), (cuts) => {
        const restless = lines(disturbed(spoken(cuts)), contents, Number.POSITIVE_INFINITY);
        expect(lines(disturbed(spoken(cuts)), contents, 1)).toEqual(restless);
      }),
      { numRuns: 300 },
    );
  });
});
