import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LARGEST_CONTENT, withoutCoding } from '../../src/protocols/content-coding.ts';

const TEXT = new TextEncoder().encode(
  Array.from({ length: 5000 }, (_, i) => `line ${i} of ${(i * 7919) % 4999}\n`).join(''),
);

describe('content codings', () => {
  test.each([
    ['gzip', gzipSync(TEXT)],
    ['X-GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['gzip', Buffer.concat([gzipSync(TEXT.subarray(0, 100)), gzipSync(TEXT.subarray(100))])],
  ])('%s is undone', (coding, carried) => {
    expect(withoutCoding(new Uint8Array(carried), coding)).toEqual(TEXT);
  });

  test('an unknown coding is left alone', () => {
    for (const coding of ['br', 'identity', '']) expect(withoutCoding(gzipSync(TEXT), coding)).toBeNull();
  });

  test('what is cut off is undone as far as it came', () => {
    for (const carried of [gzipSync(TEXT), deflateSync(TEXT), deflateRawSync(TEXT)]) {
      let before = 0;
      for (let length = 0; length <= carried.length; length += 499) {
        const content = withoutCoding(carried.subarray(0, length), 'deflate') ?? new Uint8Array(0);
        expect(Buffer.compare(content, TEXT.subarray(0, content.length))).toBe(0);
        expect(content.length).toBeGreaterThanOrEqual(before);
        before = content.length;
      }
      expect(before).toBeGreaterThan(TEXT.length / 2);
    }
  });

  test('what is damaged is left alone, and never throws', () => {
    const whole = gzipSync(TEXT.subarray(0, 3000));
    expect(withoutCoding(TEXT, 'gzip')).toBeNull();
    expect(() => {
      for (let i = 0; i < whole.length; i++) withoutCoding(damaged(whole, i), 'gzip');
    }).not.toThrow();
  });

  test('a bomb is stopped at the limit', () => {
    expect(withoutCoding(gzipSync(new Uint8Array(LARGEST_CONTENT)), 'gzip')?.length).toBe(LARGEST_CONTENT);
    const bomb = gzipSync(new Uint8Array(LARGEST_CONTENT * 16));
    const before = process.memoryUsage().arrayBuffers;
    expect(withoutCoding(bomb, 'gzip')).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LARGEST_CONTENT * 4);
  });
});

function damaged(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
