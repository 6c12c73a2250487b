import { type Literal, WORD } from './literal.ts';

/**
 * Text as bytes: everything that is printed is written into one growing buffer and goes out in large chunks. Writing
 * digits and letters as bytes is several times faster than joining strings, and makes no garbage.
 */
export class Writer {
  bytes: Uint8Array;
  at = 0;
  private view: DataView;

  constructor(size = 1 << 16) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `n` more octets. */
  ensure(n: number): void {
    if (this.at + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + n));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  byte(b: number): void {
    if (this.at === this.bytes.length) this.ensure(1);
    this.bytes[this.at++] = b;
  }

  /** Our own text, letters of ASCII only. */
  ascii(text: string): void {
    this.ensure(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.at++] = text.charCodeAt(i);
  }

  /** Our own text, encoded before. Writes up to a word too many, which what comes next overwrites. */
  literal(text: Literal): void {
    const { length, words } = text;
    this.ensure(length + WORD);
    const { view } = this;
    let at = this.at;
    this.at = at + length;
    for (let i = 0; i < words.length; i++, at += WORD) view.setFloat64(at, words[i]!, LITTLE_ENDIAN);
  }

  /** Our own text in any script. */
  text(text: string): void {
    this.ensure(text.length * 3);
    const { written } = ENCODER.encodeInto(text, this.bytes.subarray(this.at));
    this.at += written;
  }

  /** Text that came out of a packet: what could drive a terminal or reorder a line is shown as \033 or \u202E. */
  safe(text: string): void {
    this.text(safeText(text));
  }

  /** A whole number from 0 to 2^53. */
  uint(n: number): void {
    if (n < 10) {
      this.byte(48 + n);
      return;
    }
    if (n > 0xffffffff) {
      this.ascii(String(n));
      return;
    }
    this.ensure(10);
    let digits = n < 100 ? 2 : n < 1000 ? 3 : n < 10000 ? 4 : 5;
    for (let bound = 100000; digits >= 5 && n >= bound && digits < 10; bound *= 10) digits++;
    let rest = n;
    for (let i = this.at + digits - 1; i >= this.at; i--) {
      const tenth = Math.floor(rest / 10);
      this.bytes[i] = 48 + (rest - tenth * 10);
      rest = tenth;
    }
    this.at += digits;
  }

  /** `n` right-aligned in `width` cells. */
  padded(n: number, width: number, fill = 32): void {
    if (fill === 48 && width < 10 && n < 1e9) {
      this.digits(n, width);
      return;
    }
    for (let bound = 10, i = 1; i < width; bound *= 10, i++) if (n < bound) this.byte(fill);
    this.uint(n);
  }

  /** The last `width` decimal digits of a number below 2^31, with zeros in front. */
  private digits(n: number, width: number): void {
    this.ensure(width);
    const { bytes } = this;
    let rest = n | 0;
    for (let i = this.at + width - 1; i >= this.at; i--) {
      const tenth = (rest / 10) | 0;
      bytes[i] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.at += width;
  }

  /** `digits` hexadecimal digits, without 0x. */
  hex(n: number, digits: number): void {
    this.ensure(digits);
    for (let i = digits - 1; i >= 0; i--) this.bytes[this.at++] = HEX[(n >>> (i * 4)) & 15]!;
  }

  /** Octets as hexadecimal digits, `separator` (a character code) between them unless 0. */
  octets(bytes: Uint8Array, start: number, end: number, separator = 0): void {
    this.ensure((end - start) * 3);
    for (let i = start; i < end; i++) {
      if (separator !== 0 && i > start) this.bytes[this.at++] = separator;
      const b = bytes[i]!;
      this.bytes[this.at++] = HEX[b >>> 4]!;
      this.bytes[this.at++] = HEX[b & 15]!;
    }
  }

  mac(bytes: Uint8Array, at: number): void {
    this.octets(bytes, at, at + 6, 58);
  }

  ipv4(bytes: Uint8Array, at: number): void {
    this.uint(bytes[at]!);
    this.byte(46);
    this.uint(bytes[at + 1]!);
    this.byte(46);
    this.uint(bytes[at + 2]!);
    this.byte(46);
    this.uint(bytes[at + 3]!);
  }

  /** An IPv6 address as RFC 5952 writes it. */
  ipv6(bytes: Uint8Array, at: number): void {
    let bestFrom = -1;
    let bestLength = 1; // a single zero group is not shortened (§4.2.2)
    for (let i = 0; i < 8; ) {
      let run = 0;
      while (i + run < 8 && bytes[at + 2 * (i + run)] === 0 && bytes[at + 2 * (i + run) + 1] === 0) run++;
      if (run > bestLength) {
        bestFrom = i;
        bestLength = run;
      }
      i += run + 1;
    }
    if (this.embeddedIpv4(bytes, at, bestFrom, bestLength)) return;
    for (let i = 0; i < 8; i++) {
      if (i === bestFrom) {
        this.ascii('::');
        i += bestLength - 1;
        continue;
      }
      if (i > 0 && i !== bestFrom + bestLength) this.byte(58);
      this.hexShort((bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!);
    }
  }

  /** ::ffff:1.2.3.4 and ::1.2.3.4, which glibc and Wireshark write with dots (RFC 5952 §5). */
  private embeddedIpv4(bytes: Uint8Array, at: number, zeroFrom: number, zeroLength: number): boolean {
    if (zeroFrom !== 0) return false;
    const mapped = zeroLength === 5 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
    const compatible = zeroLength === 6;
    if (!mapped && !compatible) return false;
    this.ascii(mapped ? '::ffff:' : '::');
    this.ipv4(bytes, at + 12);
    return true;
  }

  private hexShort(n: number): void {
    this.hex(n, n < 0x10 ? 1 : n < 0x100 ? 2 : n < 0x1000 ? 3 : 4);
  }

  /** Seconds with `digits` decimals, cut, not rounded. Negative times carry one sign in front. */
  time(seconds: number, nanoseconds: number, digits: number): void {
    let whole = seconds;
    let nanos = nanoseconds;
    if (whole < 0) {
      this.byte(45);
      // -0.25 s is stored as -1 s + 750,000,000 ns.
      whole = nanos > 0 ? -whole - 1 : -whole;
      nanos = nanos > 0 ? 1e9 - nanos : 0;
    }
    this.uint(whole);
    if (digits === 0) return;
    this.byte(46);
    this.padded(Math.floor(nanos / 10 ** (9 - digits)), digits, 48);
  }

  line(): void {
    this.byte(10);
  }

  clear(): void {
    this.at = 0;
  }

  toString(): string {
    return DECODER.decode(this.bytes.subarray(0, this.at));
  }

  /** What was written since `from`, taken out again. */
  take(from: number): string {
    const text = DECODER.decode(this.bytes.subarray(from, this.at));
    this.at = from;
    return text;
  }
}

const HEX = new TextEncoder().encode('0123456789abcdef');
const ENCODER = new TextEncoder();
/** This machine's order of octets: words are written as they were read. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const DECODER = new TextDecoder();

// Controls, marks that reorder or hide text (bidi, zero width, BOM, tags), line and paragraph separators, and code points
// that no character has.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\u2028\u2029]/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/** Makes packet text fit for a terminal, escaped as Wireshark escapes it; ordinary text comes back as it is. */
export function safeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    if (code >= 0x80) return code > 0xffff ? `\\U${hexadecimal(code, 8)}` : `\\u${hexadecimal(code, 4)}`;
    return NAMED_ESCAPES.get(code) ?? `\\${code.toString(8).padStart(3, '0')}`;
  });
}

const hexadecimal = (code: number, digits: number): string => code.toString(16).toUpperCase().padStart(digits, '0');

const NAMED_ESCAPES = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);
