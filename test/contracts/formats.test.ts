import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { openCaptureStream } from '../../src/capture/open.ts';
import type { Frame, FrameSource } from '../../src/core/frame.ts';
import { type ClassicOptions, classic, Pcapng, type Recorded } from '../capture/capture-writer.ts';
import { cases } from '../golden/cases.ts';
import { type Form, forms, printed } from '../golden/print.ts';
import { framesOf } from './replay.ts';

/** A capture that every format can hold: one interface, whole microseconds, nothing said of the FCS. */
interface Plain {
  readonly link: number;
  readonly frames: readonly Recorded[];
}

function plain(frames: readonly Frame[]): Plain | null {
  const [{ linkType: link }] = frames as [Frame];
  const fits = frames.every(
    (frame) => frame.linkType === link && frame.interfaceId === 0 && frame.nanoseconds % 1000 === 0,
  );
  if (!fits) return null;
  const recorded = frames.map(({ seconds, nanoseconds, bytes, wireLength }) => ({
    seconds,
    nanoseconds,
    data: bytes,
    wireLength,
  }));
  return { link, frames: recorded };
}

const written = (capture: Plain, options: ClassicOptions): Uint8Array =>
  classic(capture.frames, { link: capture.link, ...options });

function pcapng({ link, frames }: Plain, order: 'little' | 'big'): Uint8Array {
  const out = new Pcapng(order).interface([], link);
  for (const frame of frames) out.at(frame);
  return out.bytes();
}

/** Pieces of a size that divides nothing, so that every header is torn apart somewhere. */
function stream(bytes: Uint8Array): Promise<FrameSource> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 97) pieces.push(bytes.subarray(at, at + 97));
  return openCaptureStream(Readable.from(pieces.map((piece) => Buffer.from(piece))));
}

const FORMATS: Readonly<Record<string, (capture: Plain) => Uint8Array | Promise<FrameSource>>> = {
  'pcap, big-endian': (capture) => written(capture, { order: 'big' }),
  'pcap, modified': (capture) => written(capture, { kind: 'modified' }),
  'pcap, modified, big-endian': (capture) => written(capture, { kind: 'modified', order: 'big' }),
  'pcap in pieces': (capture) => stream(written(capture, {})),
  'pcap, big-endian, in pieces': (capture) => stream(written(capture, { order: 'big' })),
  'pcap, compressed': (capture) => stream(gzipSync(written(capture, {}))),
  pcapng: (capture) => pcapng(capture, 'little'),
  'pcapng, big-endian': (capture) => pcapng(capture, 'big'),
  'pcapng in pieces': (capture) => stream(pcapng(capture, 'little')),
  'pcapng, compressed': (capture) => stream(gzipSync(pcapng(capture, 'big'))),
};

/** pcapng names each frame's interface, classic captures have none. */
const withoutInterface = (text: string): string =>
  text.replace(/^ {4}Interface: 0\n/gm, '').replace(/,?"frame\.interface_id":0/g, '');

const fixtures = cases().flatMap(({ name, bytes }) => {
  const capture = plain(framesOf(bytes()));
  return capture === null ? [] : [[name, capture] as const];
});

describe('the same frames in another format', () => {
  test('most fixtures can be written in all of them', () => {
    expect(fixtures.length).toBeGreaterThan(40);
  });

  test.each(fixtures)('%s', async (_, capture) => {
    const expected = new Map<Form, string>();
    for (const form of forms) expected.set(form, await printed(form, readCapture(written(capture, {}))));
    for (const [format, write] of Object.entries(FORMATS)) {
      for (const form of COMPARED) {
        const text = await printed(form, await write(capture));
        expect(withoutInterface(text), `${format}, ${form}`).toBe(expected.get(form));
      }
    }
    // Nanoseconds are printed with all their digits.
    const fine = await printed('ndjson', written(capture, { kind: 'nanoseconds' }));
    expect(fine).toBe(expected.get('ndjson'));
  });
});

const COMPARED = ['line.txt', 'ndjson', 'tree.txt'] as const;
