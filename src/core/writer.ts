import { type Literal, WORD } from './literal.ts';

/**
 * Text as bytes: everything that is printed is written into one growing buffer and goes out in large chunks. Writing
 * digits and letters as bytes is several times faster than joining strings, and makes no garbage.
 *
 * Literals are stored eight octets at a time and digits four, and what is stored beyond their end is overwritten by what
 * follows.
 */
export class Writer {
  bytes: Uint8Array;
  at = 0;
  /** The same memory, for storing several octets at once. */
  private view: DataView;

  constructor(size = 1 << 16) {
    this.bytes = new Uint8Array(Math.max(size, WORD));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `n` more octets. */
  ensure(n: number): void {
    if (this.at + n > this.bytes.length) this.grow(n);
  }

  private grow(n: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + n));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  byte(b: number): void {
    if (this.at === this.bytes.length) this.grow(1);
    this.bytes[this.at++] = b;
  }

  /** Our own text, letters of ASCII only. */
  ascii(text: string): void {
    const { length } = text;
    this.ensure(length);
    const { bytes, at } = this;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.at = at + length;
  }

  /** Our own text, encoded before. */
  literal({ words, length }: Literal): void {
    this.ensure(length + WORD);
    const { view, at } = this;
    for (let i = 0; i < words.length; i++) view.setFloat64(at + i * WORD, words[i]!, LITTLE_ENDIAN);
    this.at = at + length;
  }

  /** Text that another writer has from `start` to `end`, eight octets at a time. */
  copy(from: Writer, start: number, end: number): void {
    from.ensure(WORD);
    this.ensure(end - start + WORD);
    const { view, at } = this;
    const source = from.view;
    const shift = at - start;
    for (let i = start; i < end; i += WORD) {
      view.setFloat64(i + shift, source.getFloat64(i, LITTLE_ENDIAN), LITTLE_ENDIAN);
    }
    this.at = end + shift;
  }

  /** Our own text in any script. */
  text(text: string): void {
    if (text.length > SHORT || !this.shortText(text)) {
      this.ensure(text.length * 3);
      this.at += ENCODER.encodeInto(text, this.bytes.subarray(this.at)).written;
    }
  }

  /** Calling the encoder costs more than a short text does. False, and nothing written, where there are surrogates. */
  private shortText(text: string): boolean {
    this.ensure(text.length * 3);
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x80) {
        bytes[at++] = code;
      } else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >>> 6);
        bytes[at++] = 0x80 | (code & 63);
      } else if (code < 0xd800 || code > 0xdfff) {
        bytes[at++] = 0xe0 | (code >>> 12);
        bytes[at++] = 0x80 | ((code >>> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
      } else return false;
    }
    this.at = at;
    return true;
  }

  /** Text that came out of a packet: what could drive a terminal or reorder a line is shown as \033 or \u202E. */
  safe(text: string): void {
    if (text.length > SHORT || !this.plainText(text)) this.text(safeText(text));
  }

  /**
   * The same for programs that read columns: only what would break a line or a column is escaped, as tshark does. A terminal
   * must not get it.
   */
  column(text: string): void {
    if (text.length > SHORT || !this.plainText(text)) this.text(text.replace(BREAKING, escaped));
  }

  /** False, and nothing written, where there is more than printable ASCII. */
  private plainText(text: string): boolean {
    this.ensure(text.length);
    const { bytes, at } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e) return false;
      bytes[at + i] = code;
    }
    this.at = at + text.length;
    return true;
  }

  /** A whole number from 0 to 2^53. */
  uint(n: number): void {
    if (n > 0xffffffff) {
      this.ascii(String(n));
      return;
    }
    this.ensure(3 * FOUR);
    const { view } = this;
    let { at } = this;
    // Said to be an integer here, it is divided as one, which takes a fraction of the time.
    const value = n >>> 0;
    const high = (value / 10_000) >>> 0;
    if (high === 0) {
      this.at = upToFour(view, at, value);
      return;
    }
    if (high < 10_000) at = upToFour(view, at, high);
    else {
      at = upToFour(view, at, (high / 10_000) >>> 0);
      view.setInt32(at, FOUR_DIGITS[high % 10_000]!, true);
      at += FOUR;
    }
    view.setInt32(at, FOUR_DIGITS[value % 10_000]!, true);
    this.at = at + FOUR;
  }

  /** A label and the number behind it: ` Seq=81`. */
  labelled(label: Literal, n: number): void {
    this.literal(label);
    this.uint(n);
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
    const { view } = this;
    const end = this.at + width;
    let rest = n >>> 0;
    let left = width;
    for (let to = end; left > 1; left -= 2) {
      to -= 2;
      view.setInt16(to, DIGIT_PAIRS[rest % 100]!, true);
      rest = (rest / 100) >>> 0;
    }
    if (left === 1) view.setInt8(this.at, 48 + (rest % 10));
    this.at = end;
  }

  /** Moves what was written since `from` to the right until it is `width` cells wide. ASCII only. */
  padLeft(from: number, width: number): void {
    const missing = width - (this.at - from);
    if (missing <= 0) return;
    this.ensure(missing);
    const { bytes } = this;
    for (let i = this.at - 1; i >= from; i--) bytes[i + missing] = bytes[i]!;
    for (let i = from; i < from + missing; i++) bytes[i] = 32;
    this.at += missing;
  }

  /** Spaces behind what was written since `from`, until it is `width` cells wide. ASCII only. */
  padRight(from: number, width: number): void {
    while (this.at - from < width) this.byte(32);
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
    this.ensure(4 * FOUR);
    const { view } = this;
    let to = this.at;
    for (let i = at; i < at + 4; i++) {
      const octet = bytes[i]!;
      view.setInt32(to, OCTETS[octet]!, true);
      to += OCTET_LENGTHS[octet]!;
    }
    this.at = to - 1; // no dot behind the last
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
    this.fraction(nanos, digits);
  }

  /** The point and `digits` decimals of nanoseconds, cut, not rounded. */
  fraction(nanoseconds: number, digits: number): void {
    if (digits === 0) return;
    this.byte(46);
    this.digits(nanoseconds / NANOSECONDS_PER_UNIT[digits]!, digits);
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

const ENCODER = new TextEncoder();

/** This machine's order of octets: words are written as they were read. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Octets of four digits. */
const FOUR = 4;

/** 00 to 99, the first digit in the low octet. */
const DIGIT_PAIRS = Uint16Array.from({ length: 100 }, (_, n) => 0x3030 + ((n / 10) | 0) + ((n % 10) << 8));

/** Up to four letters of ASCII as a word, the first in the lowest octet. */
function fourOctets(text: string): number {
  let word = 0;
  for (let i = 0; i < text.length; i++) word |= text.charCodeAt(i) << (8 * i);
  return word;
}

/** 0000 to 9999 as words, the first digit in the lowest octet. */
const FOUR_DIGITS = new Int32Array(10_000);
for (let high = 0, n = 0; high < 100; high++) {
  for (let low = 0; low < 100; low++) FOUR_DIGITS[n++] = DIGIT_PAIRS[high]! | (DIGIT_PAIRS[low]! << 16);
}

/** Stores a number below 10,000 without leading zeros; answers with where it ends. */
function upToFour(view: DataView, at: number, n: number): number {
  const digits = n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : FOUR;
  view.setInt32(at, FOUR_DIGITS[n]! >>> (8 * (FOUR - digits)), true);
  return at + digits;
}

/** Of the last decimal: 10^9 for none, 1 for nine. */
const NANOSECONDS_PER_UNIT = Array.from({ length: 10 }, (_, digits) => 10 ** (9 - digits));

/** What stands for each octet of an IPv4 address, with a dot behind it, and how long that is. */
const OCTETS = Int32Array.from({ length: 256 }, (_, octet) => fourOctets(`${octet}.`));
const OCTET_LENGTHS = Uint8Array.from({ length: 256 }, (_, octet) => `${octet}.`.length);

const HEX = new TextEncoder().encode('0123456789abcdef');
/** Texts of more code units are handed to the platform's encoder. */
const SHORT = 64;
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
    return escaped(character);
  });
}

/** A control of ASCII. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return NAMED_ESCAPES.get(code) ?? `\\${code.toString(8).padStart(3, '0')}`;
}

/** BS, TAB, LF, FF, CR: those that tshark escapes in columns. */
const BREAKING = /[\b\t\n\f\r]/g;

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
