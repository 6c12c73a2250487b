/**
 * What objects know, as a row of numbers, and that row as few octets. An object lays all it knows on the tape, one number
 * after another, and takes it back in the same order:
 *
 *     record(tape: Tape): void {            replay(tape: Tape): void {
 *       const { numbers } = tape;             const { numbers } = tape;
 *       numbers[tape.at++] = this.octets;     this.octets = numbers[tape.at++]!;
 *     }                                     }
 *
 * The numbers that stand there first always mean the same, so that those which are as usual need not be kept: of each,
 * one bit says whether it is. What comes behind them are lists, of any length.
 */
export class Tape {
  readonly numbers = new Float64Array(ROOM);
  at = 0;
  /** Where lists begin: set by what is recorded. */
  listsAt = 0;
  /** What was packed: `octets[0, packed)`; the first HEAD of them are left to whoever keeps them. */
  readonly octets = new Uint8Array(HEAD + 10 + ROOM * LONGEST_NUMBER);
  packed = 0;
  /** What the numbers before the lists are of an object of which nothing is known; 0 behind those that it has. */
  private readonly usual = new Float64Array(ROOM);
  private usualEnd = 0;

  /** What was recorded last is an object of which nothing is known yet. */
  learn(): void {
    this.usualEnd = this.listsAt;
    this.usual.set(this.numbers.subarray(0, this.listsAt));
  }

  recordList(list: readonly number[]): void {
    const { numbers } = this;
    numbers[this.at++] = list.length;
    for (const number of list) numbers[this.at++] = number;
  }

  replayList(list: number[]): void {
    const { numbers } = this;
    const length = numbers[this.at++]! | 0;
    if (length !== list.length) list.length = length;
    for (let i = 0; i < length; i++) list[i] = numbers[this.at++]!;
  }

  /** Makes octets of the numbers. Runs for each connection that falls silent: hence no calls in its loops. */
  pack(): void {
    const { numbers, octets, usual, listsAt } = this;
    let to = writeLarge(octets, HEAD, listsAt);
    to = writeLarge(octets, to, this.at);
    let bit = 0x100;
    let bitsAt = 0;
    for (let i = 0; i < this.at; i++) {
      const value = numbers[i]!;
      if (i < listsAt) {
        if (bit === 0x100) {
          bit = 1;
          bitsAt = to++;
          octets[bitsAt] = 0;
        }
        const here = bit;
        bit <<= 1;
        if (value === usual[i]) continue;
        octets[bitsAt]! |= here;
      }
      const integer = value | 0;
      if (integer === value && integer >= 0 && integer < 0x7fffffff) {
        let rest = integer + 1;
        for (; rest > 127; rest >>>= 7) octets[to++] = rest | 128;
        octets[to++] = rest;
      } else {
        to = writeLarge(octets, to, value);
      }
    }
    this.packed = to;
  }

  /** Gets the numbers back, to be taken from the first one on. */
  unpack(octets: Uint8Array, start: number): void {
    const { numbers, usual } = this;
    readAt = start + HEAD;
    const listsAt = readLarge(octets);
    const end = readLarge(octets);
    let at = readAt;
    let bits = 0;
    for (let i = 0; i < end; i++) {
      if (i < listsAt) {
        bits = (i & 7) === 0 ? octets[at++]! : bits >>> 1;
        if ((bits & 1) === 0) {
          numbers[i] = usual[i]!;
          continue;
        }
      }
      let octet = octets[at]!;
      if (octet > 0 && octet < 128) {
        at++;
        numbers[i] = octet - 1;
        continue;
      }
      let value = octet & 127;
      let shift = 7;
      for (let next = at + 1; octet > 127 && shift < 28; shift += 7) {
        octet = octets[next++]!;
        value |= (octet & 127) << shift;
        if (octet < 128) at = next;
      }
      if (octet > 0 && octet < 128) {
        numbers[i] = value - 1;
        continue;
      }
      readAt = at;
      numbers[i] = readLarge(octets);
      at = readAt;
    }
    this.at = 0;
  }

  /** Makes all numbers before the lists the same, to be taken from the first one on. */
  fill(value: number): void {
    this.numbers.fill(value, 0, this.usualEnd);
    this.at = 0;
  }

  /** Gets the numbers of an object of which nothing is known yet. */
  clear(): void {
    const { numbers, usual, usualEnd } = this;
    for (let i = 0; i < usualEnd; i++) numbers[i] = usual[i]!;
    for (let i = usualEnd; i < usualEnd + MOST_LISTS; i++) numbers[i] = 0;
    this.at = 0;
  }
}

/** Octets at the beginning that are left free. */
export const HEAD = 2;

/** Lists that one object has at the most. */
const MOST_LISTS = 8;

/** Numbers on one tape. */
const ROOM = 1536;
const LONGEST_NUMBER = 9;

/**
 * A whole number from 0 to 2^53 as one more, seven bits an octet, the lowest first; all but the last octet have their
 * highest bit set. Any other number as an octet 0 and the eight of its double.
 */
function writeLarge(octets: Uint8Array, at: number, value: number): number {
  let to = at;
  if (value >= 0 && value < Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
    let rest = value + 1;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) octets[to++] = (rest % 128) | 128;
    let low = rest | 0;
    for (; low > 127; low >>>= 7) octets[to++] = low | 128;
    octets[to++] = low;
    return to;
  }
  octets[to++] = 0;
  double[0] = value;
  for (let i = 0; i < 8; i++) octets[to++] = octetsOfDouble[i]!;
  return to;
}

let readAt = 0;

function readLarge(octets: Uint8Array): number {
  if (octets[readAt] === 0) {
    readAt++;
    for (let i = 0; i < 8; i++) octetsOfDouble[i] = octets[readAt++]!;
    return double[0]!;
  }
  let value = 0;
  for (let weight = 1; ; weight *= 128) {
    const octet = octets[readAt++]!;
    value += (octet & 127) * weight;
    if (octet < 128) return value - 1;
  }
}

const double = new Float64Array(1);
const octetsOfDouble = new Uint8Array(double.buffer);

/** Texts of which there are few different ones have numbers; null is 0. */
const words: (string | null)[] = [null];
const wordNumbers = new Map<string | null, number>([[null, 0]]);

export function numberOfWord(word: string | null): number {
  let number = wordNumbers.get(word);
  if (number === undefined) {
    number = words.push(word) - 1;
    wordNumbers.set(word, number);
  }
  return number;
}

export const wordOf = (number: number): string | null => words[number]!;
