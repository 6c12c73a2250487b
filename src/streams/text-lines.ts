import { NEED_MORE } from './stream.ts';

/** Octets of a line without an end that are waited for; a longer one is shown as far as it came. */
export const LONGEST_LINE = 1 << 16;

/** Length of the lines at `from` whose ends are there, or `NEED_MORE`. */
export function wholeLines(bytes: Uint8Array, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) if (bytes[i] === LF) return i + 1 - from;
  return to - from >= LONGEST_LINE ? to - from : NEED_MORE;
}

const LF = 10;

/** No line begins with a control character but its own end: TLS does, which some servers speak on the same port. */
export const beginsText = (octet: number): boolean => octet >= SPACE || octet === LF || octet === CR || octet === TAB;

const SPACE = 32;
const CR = 13;
const TAB = 9;
