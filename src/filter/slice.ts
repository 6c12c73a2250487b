import { Fault, type Place } from './fault.ts';

/** One piece of a slice: from `start` for `length`, or to the end. Negative starts count from the end. */
export interface Range {
  readonly start: number;
  readonly length: number | null;
  /** Set instead of `length` where the last place was named, which may count from the end too. */
  readonly last: number | null;
}

/** `i`, `i:j` (j of them), `i-j` (to the j-th), `:j`, `i:`. */
const RANGE = /^(?:(-?\w+)|(-?\w+)?:(-?\w+)?|(-?\w+)-(-?\w+))$/;

/** Reads what stands between brackets: ranges with commas between. */
export function readRanges(text: string, place: Place): Range[] {
  let at = place.from + (place.to - place.from > text.length ? 1 : 0);
  return text.split(',').map((part) => {
    const here = { from: at, to: at + Math.max(1, part.length) };
    at += part.length + 1;
    return readRange(part.replace(/\s+/g, ''), here);
  });
}

function readRange(text: string, place: Place): Range {
  const found = RANGE.exec(text);
  if (found === null || text === ':') {
    throw new Fault('a range is i, i:length, i-last, :length or i:, such as [0:3]', place);
  }
  const [, single, from, length, start, last] = found;
  if (single !== undefined) return { start: numberOf(single, place), length: 1, last: null };
  if (start !== undefined) {
    const range = { start: numberOf(start, place), length: null, last: numberOf(last!, place) };
    if (range.start < 0 === range.last < 0 && range.last < range.start) {
      throw new Fault(`the range ${text} ends before it begins`, place);
    }
    return range;
  }
  const count = length === undefined ? null : numberOf(length, place);
  if (count !== null && count <= 0) throw new Fault(`the length of the range ${text} is not positive`, place);
  return { start: from === undefined ? 0 : numberOf(from, place), length: count, last: null };
}

function numberOf(text: string, place: Place): number {
  const digits = text.replace(/^-/, '');
  const value = /^(?:0x[0-9a-f]+|\d+)$/i.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Fault(`"${text}" is not a number`, place);
  return text.startsWith('-') ? -value : value;
}

/** What `ranges` take out of `bytes`, joined; null when one of them reaches beyond the end. */
export function sliceOf(bytes: Uint8Array, ranges: readonly Range[]): Uint8Array | null {
  if (ranges.length === 1) return pieceOf(bytes, ranges[0]!);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const range of ranges) {
    const piece = pieceOf(bytes, range);
    if (piece === null) return null;
    pieces.push(piece);
    length += piece.length;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function pieceOf(bytes: Uint8Array, { start, length, last }: Range): Uint8Array | null {
  const from = start < 0 ? bytes.length + start : start;
  const end =
    last !== null ? (last < 0 ? bytes.length + last : last) + 1 : length === null ? bytes.length : from + length;
  return from < 0 || from >= bytes.length || end > bytes.length || end <= from ? null : bytes.subarray(from, end);
}

/** True when the `number`-th of `count`, counted from 1, is in one of the ranges. */
export function inRanges(number: number, count: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ start, length, last }) => {
    const from = start < 0 ? count + 1 + start : start;
    if (last !== null) return number >= from && number <= (last < 0 ? count + 1 + last : last);
    return number >= from && (length === null || number < from + length);
  });
}
