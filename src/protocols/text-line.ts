/** Steps through the lines of a text: each ends in CR LF, or in LF alone. Used again for the next text. */
export class TextLine {
  /** The line without its end: [at, end). */
  at = 0;
  end = 0;
  /** Where the next one begins. */
  next = 0;
  /** Its LF is there. */
  whole = false;

  begin(from: number): this {
    this.next = from;
    return this;
  }

  /** Goes to the next line, which may lack its end; false behind the last one. */
  step(bytes: Uint8Array, to: number): boolean {
    const { next } = this;
    if (next >= to) return false;
    const feed = lineFeed(bytes, next, to);
    this.at = next;
    this.whole = feed >= 0;
    this.next = feed < 0 ? to : feed + 1;
    // A CR at the end of what was captured is the first half of a line's end.
    const end = feed < 0 ? to : feed;
    this.end = end > next && bytes[end - 1] === CR ? end - 1 : end;
    return true;
  }
}

const CR = 13;
const LF = 10;

/** Where the line at `at` has its LF, or -1. */
export function lineFeed(bytes: Uint8Array, at: number, to: number): number {
  for (let i = at; i < to; i++) if (bytes[i] === LF) return i;
  return -1;
}

/** True when `word`, which is in capital letters, begins at `at` and ends there or before a space. */
export function isCommand(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  const behind = at + word.length;
  if (behind > end || (behind < end && bytes[behind] !== SPACE)) return false;
  for (let i = 0; i < word.length; i++) if ((bytes[at + i]! & CAPITAL) !== word.charCodeAt(i)) return false;
  return true;
}

const SPACE = 32;
/** Takes away what parts small letters from capital ones. */
const CAPITAL = 0xdf;

/** The three digits at `at`, with which a reply begins; -1 for anything else. */
export function replyCode(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return -1;
  let code = 0;
  for (let i = at; i < at + 3; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    code = code * 10 + digit;
  }
  return code;
}

const ZERO = 48;
