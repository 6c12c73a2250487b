/**
 * What an object knows, as octets: an object that passes all its fields over a tape, one after another, either leaves them
 * there or gets them back, by one and the same list. What stands on the tape is as short as it can simply be: a bit for
 * each field says whether it differs from what is usual, and only then its value follows.
 *
 *     pass(tape: Tape): void {
 *       this.open = tape.flag(this.open);
 *       this.octets = tape.number(this.octets);
 *     }
 */
export class Tape {
  /** What was recorded stands in `bytes[0, at)`; the first HEAD octets are left to whoever keeps the tape. */
  bytes = new Uint8Array(1 << 12);
  at = 0;
  private mode: typeof RECORDING | typeof PLAYING | typeof BLANK = BLANK;
  /** Eight fields share an octet of bits: the octet, where it stands, and the bit of the next field. */
  private bits = 0;
  private bitsAt = 0;
  private bit = NO_BITS;

  /** From now on fields are recorded. */
  record(): void {
    this.mode = RECORDING;
    this.at = HEAD;
    this.bit = NO_BITS;
  }

  /** From now on fields get back what was recorded at `start` of these octets. */
  play(bytes: Uint8Array, start: number): void {
    this.mode = PLAYING;
    this.source = bytes;
    this.at = start + HEAD;
    this.bit = NO_BITS;
  }

  /** From now on fields get what is usual. */
  clear(): void {
    this.mode = BLANK;
    this.bits = 0;
    this.bit = NO_BITS;
  }

  private source: Uint8Array = this.bytes;

  flag(value: boolean): boolean {
    return this.differs(value);
  }

  /** A whole number from 0 to 2^53, or whatever else a number can be: then it takes nine octets. */
  number(value: number, usual = 0): number {
    if (!this.differs(value !== usual)) return usual;
    if (this.mode === RECORDING) {
      this.write(value);
      return value;
    }
    return this.read();
  }

  /** A number of 32 bits which mostly is a little above `base`, or 0. */
  near(value: number, base: number): number {
    if (!this.differs(value !== 0)) return 0;
    if (this.mode === RECORDING) {
      this.writeInteger((value - base) >>> 0);
      return value;
    }
    return (this.readInteger() + base) >>> 0;
  }

  /** One of few different texts, or null. */
  word<T extends string | null>(value: T, usual: T): T {
    if (!this.differs(value !== usual)) return usual;
    if (this.mode === RECORDING) {
      this.writeInteger(wordNumber(value));
      return value;
    }
    return words[this.readInteger()] as T;
  }

  /** Numbers as `near` has them, in the list that is given. */
  list(numbers: number[], base: number): void {
    const length = this.number(numbers.length);
    if (length !== numbers.length) numbers.length = length;
    for (let i = 0; i < length; i++) numbers[i] = this.near(numbers[i]!, base);
  }

  private differs(said: boolean): boolean {
    if (this.bit === NO_BITS) this.turn();
    const { bit } = this;
    this.bit = bit << 1;
    if (this.mode !== RECORDING) return (this.bits & bit) !== 0;
    if (said) this.bytes[this.bitsAt]! |= bit;
    return said;
  }

  /** The next eight fields. */
  private turn(): void {
    this.bit = 1;
    if (this.mode === PLAYING) {
      this.bits = this.source[this.at++]!;
    } else if (this.mode === RECORDING) {
      if (this.at + MOST_OF_EIGHT > this.bytes.length) this.grow();
      this.bitsAt = this.at;
      this.bytes[this.at++] = 0;
    }
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }

  private write(value: number): void {
    if (value >= 0 && value < Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
      this.writeInteger(value + 1);
      return;
    }
    this.bytes[this.at++] = 0;
    double[0] = value;
    for (let i = 0; i < 8; i++) this.bytes[this.at++] = octetsOfDouble[i]!;
  }

  private read(): number {
    if (this.source[this.at] !== 0) return this.readInteger() - 1;
    this.at++;
    for (let i = 0; i < 8; i++) octetsOfDouble[i] = this.source[this.at++]!;
    return double[0]!;
  }

  /** Seven bits an octet, the lowest first; all but the last have their highest bit set. */
  private writeInteger(value: number): void {
    let rest = value;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.bytes[this.at++] = (rest & 127) | 128;
    this.bytes[this.at++] = rest;
  }

  private readInteger(): number {
    const { source } = this;
    let octet = source[this.at++]!;
    if (octet < 128) return octet;
    let value = octet & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      octet = source[this.at++]!;
      value |= (octet & 127) << shift;
      if (octet < 128) return value;
    }
    for (let weight = 2 ** 28; octet > 127; weight *= 128) {
      octet = source[this.at++]!;
      value += (octet & 127) * weight;
    }
    return value;
  }
}

/** Octets at the beginning of a record that the shelf keeps for itself. */
export const HEAD = 2;

const RECORDING = 0;
const PLAYING = 1;
const BLANK = 2;
const NO_BITS = 0x100;
/** Eight fields of nine octets at the most, and the octet of their bits. */
const MOST_OF_EIGHT = 8 * 9 + 1;

const double = new Float64Array(1);
const octetsOfDouble = new Uint8Array(double.buffer);

const words: (string | null)[] = [];
const wordNumbers = new Map<string | null, number>();

function wordNumber(word: string | null): number {
  let number = wordNumbers.get(word);
  if (number === undefined) {
    number = words.push(word) - 1;
    wordNumbers.set(word, number);
  }
  return number;
}
