import { describe, expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { safeText, Writer } from '../../src/core/writer.ts';
import { COLOURED, PLAIN } from '../../src/output/color.ts';
import { writeHex } from '../../src/output/hex.ts';
import { type TimeForm, timeWriter } from '../../src/output/time.ts';
import { cellWidth } from '../../src/output/width.ts';

const written = (write: (out: Writer) => void): string => {
  const out = new Writer();
  write(out);
  return out.toString();
};

describe('text from packets', () => {
  it.each([
    ['www.example.test', 'www.example.test'],
    ['한글.example 😀 é', '한글.example 😀 é'],
    ['\x1b[31mred\x1b[0m', '\\033[31mred\\033[0m'],
    ['\x1b]0;title\x07', '\\033]0;title\\a'],
    ['a\tb\nc\rd\x0be\x0cf\bg', 'a\\tb\\nc\\rd\\ve\\ff\\bg'],
    ['\0\x01\x7f', '\\000\\001\\177'],
    ['\x9b31m\x85', '\\u009B31m\\u0085'],
    ['abc\u202edef\u2066', 'abc\\u202Edef\\u2066'],
    ['\u200b\u00ad\ufeff\u2028', '\\u200B\\u00AD\\uFEFF\\u2028'],
    ['\u{e0041}', '\\U000E0041'],
    ['back\\slash "quoted"', 'back\\slash "quoted"'],
  ])('%j is shown as %j', (text, shown) => {
    expect(safeText(text)).toBe(shown);
    expect(written((out) => out.safe(text))).toBe(shown);
  });

  it('never drives a terminal, whatever it is', () => {
    for (let code = 0; code < 0x11000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const shown = safeText(String.fromCodePoint(code));
      expect(/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(shown), code.toString(16)).toBe(false);
    }
  });
});

describe('hex dump', () => {
  const bytes = Uint8Array.from({ length: 0x10010 }, (_, i) => i & 0xff);

  it('has offset, sixteen octets and their ASCII', () => {
    expect(written((out) => writeHex(bytes, 0x30, 0x52, out))).toBe(
      '0000  30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f   0123456789:;<=>?\n' +
        '0010  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f   @ABCDEFGHIJKLMNO\n' +
        '0020  50 51                                             PQ\n',
    );
    expect(written((out) => writeHex(bytes, 0x1e, 0x21, out))).toMatch(/ {3}\.\. $/m);
    expect(written((out) => writeHex(bytes, 0x7e, 0x81, out))).toMatch(/ {3}~\.\.$/m);
  });
  it('has longer offsets where they are needed', () => {
    const rows = written((out) => writeHex(bytes, 0, bytes.length, out)).split('\n');
    expect(rows[0]).toMatch(/^000000 {2}00 01/);
    expect(rows.at(-2)).toMatch(/^010000 {2}00 01/);
  });
  it('is empty for nothing', () => {
    expect(written((out) => writeHex(bytes, 5, 5, out))).toBe('');
  });
});

describe('times', () => {
  const frame = new Frame();
  frame.seconds = 1_795_208_612;
  frame.nanoseconds = 648_224_123;
  frame.relativeSeconds = 3;
  frame.relativeNanoseconds = 5_000_001;
  frame.deltaSeconds = -1;
  frame.deltaNanoseconds = 750_000_000;
  const capture = (ticksPerSecond: number) => ({ interfaces: [{ ...INTERFACE, ticksPerSecond }] });
  const shown = (form: TimeForm, ticks = 1e6): string => written((out) => timeWriter(form, capture(ticks))(frame, out));

  it.each<[TimeForm, string]>([
    ['r', '3.005000'],
    ['d', '-0.250000'],
    ['dd', '0.000000'],
    ['e', '1795208612.648224'],
    ['u', '21:03:32.648224'],
    ['ud', '2026-11-20 21:03:32.648224'],
    ['udoy', '2026/324 21:03:32.648224'],
  ])('-t %s', (form, expected) => expect(shown(form)).toBe(expected));

  it('are local unless UTC is asked for', () => {
    const local = new Date(frame.seconds * 1000);
    const two = (n: number): string => String(n).padStart(2, '0');
    const day = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
    const clock = `${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`;
    expect(shown('a')).toBe(`${clock}.648224`);
    expect(shown('ad')).toBe(`${day} ${clock}.648224`);
  });
  it('have the decimals that the interface measures', () => {
    expect(shown('r', 1e9)).toBe('3.005000001');
    expect(shown('r', 1e7)).toBe('3.005000');
    expect(shown('r', 1024)).toBe('3.005');
    expect(shown('r', 10)).toBe('3.0');
    expect(shown('r', 1)).toBe('3');
  });
  it('are nothing for a frame without time', () => {
    const timeless = new Frame();
    timeless.hasTime = false;
    for (const form of ['r', 'ad', 'e'] as const) {
      expect(written((out) => timeWriter(form, capture(1e6))(timeless, out))).toBe('');
    }
  });
});

const INTERFACE = {
  id: 0,
  linkType: 1,
  snapLength: 0,
  name: null,
  description: null,
  filter: null,
  os: null,
  hardware: null,
  fcsLength: -1,
  comments: [],
  statistics: null,
};

it('colour changes no width', () => {
  for (const paint of Object.values(COLOURED).flat()) {
    expect(paint('연결 BAD')).toMatch(/^\x1b\[\d+m연결 BAD\x1b\[\d+m$/);
    expect(cellWidth(paint('연결 BAD'))).toBe(8);
    expect(paint('')).toBe('');
  }
  for (const paint of Object.values(PLAIN).flat()) expect(paint('연결 BAD')).toBe('연결 BAD');
});
