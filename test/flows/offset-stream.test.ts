import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OffsetBudget, OffsetStream } from '../../src/flows/offset-stream.ts';

const MEGABYTE = 1 << 20;
const stream = (budget = new OffsetBudget(MEGABYTE)): OffsetStream => new OffsetStream(budget);
const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8)) & 0xff);
const ready = (crypto: OffsetStream): Uint8Array => crypto.bytes.slice(0, crypto.ready);

describe('a stream of CRYPTO frames', () => {
  test('is put in order, however it was cut and shuffled, sent twice and in part', () => {
    const piece = fc.tuple(fc.nat(2999), fc.integer({ min: 1, max: 900 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(100), (pieces, shift) => {
        const all = octets(3000);
        const source = new Uint8Array(all.length + shift);
        source.set(all, shift);
        const crypto = stream();
        const come = new Set<number>();
        for (const [from, length] of pieces) {
          const to = Math.min(from + length, all.length);
          crypto.add(from, source, from + shift, to + shift);
          for (let i = from; i < to; i++) come.add(i);
          let end = 0;
          while (come.has(end)) end++;
          expect(crypto.ready).toBe(end);
          expect(ready(crypto)).toEqual(all.subarray(0, end));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('goes on behind what was taken', () => {
    const all = octets(500);
    const crypto = stream();
    crypto.add(0, all, 0, 100);
    crypto.add(300, all, 300, 500);
    const { bytes } = crypto;
    crypto.take(80);
    expect(bytes.subarray(0, 100)).toEqual(all.subarray(0, 100));
    expect(ready(crypto)).toEqual(all.subarray(80, 100));
    crypto.add(0, octets(90).fill(9), 0, 90); // sent again: nobody wants it
    crypto.add(90, all, 90, 310);
    expect(ready(crypto)).toEqual(all.subarray(80, 500));
    expect(bytes.subarray(0, 100)).toEqual(all.subarray(0, 100));
    crypto.take(420);
    expect([crypto.ready, crypto.bytes.length]).toEqual([0, 0]);
    crypto.add(500, all, 0, 10);
    expect(ready(crypto)).toEqual(all.subarray(0, 10));
  });
});

describe('limits', () => {
  test('nothing far ahead is kept', () => {
    const crypto = stream();
    crypto.add(2 ** 40, octets(10), 0, 10);
    crypto.add((1 << 16) - 5, octets(10), 0, 10);
    expect(crypto.bytes.length).toBe(0);
  });

  test('pieces are so many at the most', () => {
    const crypto = stream();
    for (let i = 0; i < 1000; i++) crypto.add(3 * i + 1, octets(1), 0, 1);
    crypto.add(0, octets(1), 0, 1);
    expect(crypto.ready).toBe(2);
  });

  test('all together have a budget, and give it back', () => {
    const budget = new OffsetBudget(10_000);
    const streams = Array.from({ length: 100 }, () => stream(budget));
    for (const crypto of streams) crypto.add(1, octets(900), 0, 900);
    expect(budget.used).toBeLessThanOrEqual(10_000);
    expect(budget.used).toBeGreaterThan(5000);
    for (const crypto of streams) crypto.close();
    expect(budget.used).toBe(0);
  });
});
