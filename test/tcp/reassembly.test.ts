import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OctetStringReader, OctetStringWriter } from '../../src/core/octet-string.ts';
import { type GapCause, StreamBudget, StreamBuffer, type StreamReader } from '../../src/tcp/reassembly.ts';

/** Takes everything that comes, in messages of `size` octets (1: byte by byte, so that nothing is ever kept). */
class Recorder implements StreamReader {
  text = '';
  ended = false;
  readonly gaps: { at: number; length: number; held: string; cause: GapCause }[] = [];
  readonly differing: { at: number; length: number }[] = [];
  readonly sources: Uint8Array[] = [];
  readonly size: number;

  constructor(size = 1) {
    this.size = size;
  }

  read(bytes: Uint8Array, from: number, to: number): number {
    const taken = to - from - ((to - from) % this.size);
    if (taken > 0) this.sources.push(bytes);
    this.text += letters(bytes, from, from + taken);
    return taken;
  }

  gap(bytes: Uint8Array, from: number, to: number, offset: number, length: number, cause: GapCause): void {
    this.gaps.push({ at: offset, length, held: letters(bytes, from, to), cause });
    this.text += '?'.repeat(length);
  }

  end(bytes: Uint8Array, from: number, to: number): void {
    this.text += letters(bytes, from, to);
    this.ended = true;
  }

  differs(offset: number, length: number): void {
    this.differing.push({ at: offset, length });
  }
}

const letters = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));
const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

function buffer(recorder: Recorder, limit?: number, budget = new StreamBudget()) {
  const stream = new StreamBuffer(recorder, budget, limit);
  stream.start(0);
  const add = (offset: number, text: string, missing = 0) => {
    const bytes = octets(`..${text}..`);
    stream.add(offset, bytes, 2, 2 + text.length, missing);
    bytes.fill(0x21); // the reader's block is used again for the next frame
  };
  return { stream, add, budget };
}

describe('a stream put together', () => {
  it('hands bytes in order over without a copy', () => {
    const recorder = new Recorder();
    const { stream, budget } = buffer(recorder);
    const block = octets('abc');
    stream.add(0, block, 0, 3);
    expect(recorder.text).toBe('abc');
    expect(recorder.sources).toEqual([block]);
    expect(recorder.sources[0]).toBe(block);
    expect(budget.used).toBe(0);
  });

  it('keeps what the reader leaves, and offers it again with what follows', () => {
    const recorder = new Recorder(4);
    const { stream, add, budget } = buffer(recorder);
    add(0, 'abcdef');
    expect(recorder.text).toBe('abcd');
    expect(stream.kept).toBe(2);
    add(6, 'gh');
    expect(recorder.text).toBe('abcdefgh');
    expect(budget.used).toBe(0);
  });

  it('does not ask the reader before it wants', () => {
    const recorder = new Recorder();
    const { stream, add } = buffer(recorder);
    stream.wanted = 5;
    add(0, 'ab');
    add(2, 'cd');
    expect(recorder.text).toBe('');
    add(4, 'e');
    expect(recorder.text).toBe('abcde');
  });

  it('waits for a hole to be filled, and tells where it is', () => {
    const recorder = new Recorder();
    const { stream, add } = buffer(recorder);
    add(0, 'ab');
    add(6, 'gh');
    add(3, 'd');
    expect(stream.holes()).toEqual([
      { from: 2, to: 3 },
      { from: 4, to: 6 },
    ]);
    expect(recorder.text).toBe('ab');
    add(2, 'c');
    expect(recorder.text).toBe('abcd');
    add(4, 'ef');
    expect(recorder.text).toBe('abcdefgh');
    expect(stream.holes()).toEqual([]);
  });

  it('lets the first copy win and reports the second, where it differs', () => {
    const recorder = new Recorder(100);
    const { stream, add } = buffer(recorder);
    add(0, 'abcd');
    add(2, 'cXef');
    add(8, 'ij');
    add(6, 'ghYj');
    stream.finish(10);
    expect(recorder.text).toBe('abcdefghij');
    expect(recorder.differing).toEqual([
      { at: 3, length: 1 },
      { at: 8, length: 2 },
    ]);
  });

  it('says nothing of the same bytes sent again', () => {
    const recorder = new Recorder(100);
    const { add } = buffer(recorder);
    add(0, 'abcd');
    add(0, 'abcd');
    add(2, 'cdef');
    expect(recorder.differing).toEqual([]);
  });

  it('gives a hole up once the peer has acknowledged all of it', () => {
    const recorder = new Recorder(3);
    const { stream, add } = buffer(recorder);
    add(0, 'abcd');
    add(6, 'ghi');
    stream.acknowledge(5);
    add(9, 'j');
    expect(recorder.text).toBe('abc');
    stream.acknowledge(6);
    add(10, 'kl');
    expect(recorder.text).toBe('abc??ghijkl');
    expect(recorder.gaps).toEqual([{ at: 4, length: 2, held: 'd', cause: 'hole' }]);
  });

  it('knows which of the bytes at hand came late', () => {
    const recorder = new Recorder(8);
    const { stream, add } = buffer(recorder);
    const late = (offset: number, text: string) => stream.add(offset, octets(text), 0, text.length, 0, true);
    add(0, 'ab');
    add(4, 'ef');
    expect(stream.hasLate(0, 6)).toBe(false);
    late(2, 'cd');
    expect([stream.hasLate(0, 2), stream.hasLate(0, 3), stream.hasLate(3, 6), stream.hasLate(4, 6)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    add(6, 'gh'); // eight octets: taken
    add(8, 'i');
    expect(stream.hasLate(8, 9)).toBe(false);
    late(11, 'l');
    add(9, 'jk');
    expect([stream.hasLate(8, 11), stream.hasLate(11, 12)]).toEqual([false, true]);
  });

  it('remembers through a silence which bytes came late', () => {
    const { stream, add } = buffer(new Recorder(8));
    const late = (offset: number, text: string) => stream.add(offset, octets(text), 0, text.length, 0, true);
    add(0, 'ab');
    late(2, 'cd');
    late(6, 'gh');
    const out = new OctetStringWriter();
    stream.rest(out);
    const left = new OctetStringReader();
    left.begin(out.take());
    const awake = new StreamBuffer(new Recorder(9), new StreamBudget());
    awake.wake(left);
    expect([awake.hasLate(0, 2), awake.hasLate(2, 4)]).toEqual([false, true]);
    awake.add(4, octets('ef'), 0, 2);
    expect([awake.hasLate(4, 6), awake.hasLate(6, 8)]).toEqual([true, true]); // what lies between late ones counts with them
  });

  it('knows at once that bytes of a snapped frame will not come', () => {
    const recorder = new Recorder(4);
    const { add } = buffer(recorder);
    add(0, 'ab', 3);
    add(5, 'fghi');
    expect(recorder.text).toBe('???fghi');
    expect(recorder.gaps).toEqual([{ at: 2, length: 3, held: 'ab', cause: 'snapped' }]);
  });

  it('begins where the capture begins', () => {
    const recorder = new Recorder();
    const stream = new StreamBuffer(recorder, new StreamBudget());
    stream.add(1000, octets('xyz'), 0, 3);
    expect(recorder.text).toBe('xyz');
  });

  it('hears of the end only when everything before has come', () => {
    const recorder = new Recorder(100);
    const { stream, add } = buffer(recorder);
    add(2, 'cd');
    stream.finish(4);
    expect(recorder.ended).toBe(false);
    add(0, 'ab');
    expect(recorder.ended).toBe(true);
    expect(recorder.text).toBe('abcd');
  });

  it('gives a message up that grows beyond the limit, and goes on behind it', () => {
    const recorder = new Recorder(1 << 20);
    const { add, budget } = buffer(recorder, 4096);
    for (let at = 0; at < 8000; at += 1000) add(at, 'x'.repeat(1000));
    expect(recorder.gaps).toEqual([{ at: 4000, length: 1000, held: 'x'.repeat(4000), cause: 'memory' }]);
    expect(budget.used).toBeLessThanOrEqual(4096);
  });

  it('shares one budget with all other streams', () => {
    const budget = new StreamBudget(10_000);
    const streams = Array.from({ length: 50 }, () => buffer(new Recorder(1 << 20), 4096, budget));
    for (const { add } of streams) add(0, 'x'.repeat(1000));
    for (const { add } of streams) add(2000, 'y'.repeat(1000));
    expect(budget.used).toBeLessThanOrEqual(10_000);
    for (const { stream } of streams) stream.stop();
    expect(budget.used).toBe(0);
  });

  it('counts what tiny pieces cost beside their octets', () => {
    const budget = new StreamBudget(100_000);
    const { stream, add } = buffer(new Recorder(), undefined, budget);
    for (let at = 1; at < 20_000; at += 2) add(at, 'x');
    expect(stream.holes().length).toBeLessThan(1000);
    expect(budget.used).toBeLessThanOrEqual(100_000);
  });

  it('gives the same stream, however it is cut, shuffled and repeated', () => {
    const text = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    const piece = fc.record({ at: fc.nat(199), length: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (pieces, size) => {
        const recorder = new Recorder(size);
        const { stream, add, budget } = buffer(recorder);
        for (const { at, length } of pieces) add(at, text.slice(at, at + length));
        // Whatever is missing comes last.
        for (let at = 0; at < 200; at += 50) add(at, text.slice(at, at + 50));
        stream.finish(200);
        expect(recorder.text).toBe(text);
        expect(recorder.gaps).toEqual([]);
        expect(recorder.differing).toEqual([]);
        expect(budget.used).toBe(0);
      }),
    );
  });
});
