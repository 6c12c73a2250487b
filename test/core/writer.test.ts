import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Literal } from '../../src/core/literal.ts';
import { Writer } from '../../src/core/writer.ts';

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a fresh writer holds, which had no room at the beginning. */
function written(write: (out: Writer) => void): string {
  const out = new Writer(0);
  write(out);
  return out.toString();
}

describe('numbers', () => {
  const BOUNDS = [0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 10 ** 8 - 1, 10 ** 8, 2 ** 31, 2 ** 32 - 1];

  it.each([...BOUNDS, 2 ** 32, 10 ** 12, 2 ** 53])('%d', (n) => {
    expect(written((out) => out.uint(n))).toBe(String(n));
  });

  it('any', () => {
    fc.assert(fc.property(fc.oneof(fc.maxSafeNat(), fc.nat()), (n) => written((out) => out.uint(n)) === String(n)));
  });

  it('behind a label', () => {
    const line = (out: Writer) => out.labelled(Literal.of(' Seq='), 4_294_967_295);
    expect(written(line)).toBe(' Seq=4294967295');
  });

  it('aligned to the right, with spaces or zeros', () => {
    expect(written((out) => out.padded(42, 5))).toBe('   42');
    expect(written((out) => out.padded(42, 5, 48))).toBe('00042');
    expect(written((out) => out.padded(123_456, 5))).toBe('123456');
  });
});

describe('text', () => {
  it('of any characters is UTF-8, whether short or long', () => {
    const strings = fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.string({ unit: 'binary-ascii' }));
    fc.assert(
      fc.property(strings, (text) => {
        const out = new Writer(0);
        out.text(text);
        expect(out.bytes.subarray(0, out.at)).toEqual(octetsOf(text));
      }),
    );
  });

  it.each(['\ud83d', 'a\ude00b', '\ud83d\ud83d\ude00', `${'x'.repeat(70)}\ud83d`])('halves of pairs: %j', (text) => {
    const out = new Writer(0);
    out.text(text);
    expect(out.bytes.subarray(0, out.at)).toEqual(octetsOf(text));
  });

  it('prepared is the same as not prepared', () => {
    for (const text of ['', 'a', ' Seq=', ' → ', 'eight le', 'nine lette']) {
      expect(
        written((out) => {
          out.literal(Literal.of(text));
          out.byte(33);
        }),
      ).toBe(`${text}!`);
    }
  });
});

describe('addresses and times', () => {
  it('dots between octets', () => {
    const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
    fc.assert(fc.property(octets, (four) => written((out) => out.ipv4(four, 0)) === four.join('.')));
  });

  it.each([
    [0, 0, 6, '0.000000'],
    [12, 345_678_999, 6, '12.345678'],
    [12, 999_999_999, 6, '12.999999'],
    [12, 345_678_999, 9, '12.345678999'],
    [12, 45_678_999, 3, '12.045'],
    [12, 45_678_999, 0, '12'],
    [-1, 750_000_000, 6, '-0.250000'],
    [-2, 0, 6, '-2.000000'],
  ])('%d s and %d ns with %d decimals', (seconds, nanoseconds, digits, text) => {
    expect(written((out) => out.time(seconds, nanoseconds, digits))).toBe(text);
  });
});

it('fills columns from either side', () => {
  const line = written((out) => {
    out.ascii('|');
    let from = out.at;
    out.ascii('abc');
    out.padLeft(from, 6);
    out.ascii('|');
    from = out.at;
    out.ascii('abc');
    out.padRight(from, 6);
    out.ascii('|');
    from = out.at;
    out.ascii('abcdefg');
    out.padLeft(from, 6);
    out.padRight(from, 6);
    out.ascii('|');
  });
  expect(line).toBe('|   abc|abc   |abcdefg|');
});

it('keeps what was written before when it grows', () => {
  const text = '0123456789'.repeat(30);
  const all = written((out) => {
    for (const digit of text) out.uint(Number(digit));
  });
  expect(all).toBe(text);
});
