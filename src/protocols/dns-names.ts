import { textOf, writeText } from '../core/octet-text.ts';
import { safeText, type Writer } from '../core/writer.ts';

/**
 * Domain names in DNS messages: labels of a length octet and up to 63 octets, ended by an empty label, or by a pointer to
 * a name that stands earlier in the message (RFC 1035 §3.1, §4.1.4).
 */
const POINTER = 0xc0;
/** Octets of a name, lengths and the empty label included (RFC 1035 §2.3.4). */
const LONGEST_NAME = 255;
/** A name has at most 127 labels: one that needs more pointers than that goes in circles, or wants to cost time. */
const MOST_POINTERS = 127;

/** What stands for the root, whose name is empty. */
export const ROOT = '<Root>';

/** Where the name at `at` ends in place (behind its first pointer, or its empty label), or -1 when `end` comes first. */
export function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const length = bytes[next]!;
    if (length === 0) return next + 1;
    if (length >= POINTER) return next + 2 <= end ? next + 2 : -1;
    if (length > 63) return next + 1;
    next += 1 + length;
  }
  return -1;
}

/** Why a name cannot be read: what is said in its place. The negative numbers stand for a length. */
const SHORT = -1;
const LOOP = -2;
const LONG = -3;
const LABEL = -4;
const FAULT_TEXT = [
  '<Name goes past the end of the message>',
  '<Name contains a pointer that loops>',
  '<Name too long>',
  '<Unknown extended label>',
];
const faultText = (fault: number): string => FAULT_TEXT[-1 - fault]!;

/** A name that was followed, labels parted by dots. */
const NAME = new Uint8Array(LONGEST_NAME);

/**
 * Follows the name at `at` to its empty label and writes its octets into `into`, labels parted by dots. Answers with their
 * number, or with the fault. Pointers must lead backwards, before the part that they stand in (RFC 1035 §4.1.4 "a prior
 * occurrence"), so that the way ends.
 */
function followName(bytes: Uint8Array, message: number, at: number, end: number, into: Uint8Array | null): number {
  let next = at;
  let part = at;
  let length = 0;
  let pointers = 0;
  for (;;) {
    if (next >= end) return SHORT;
    const label = bytes[next]!;
    if (label === 0) return length;
    if (label >= POINTER) {
      if (next + 2 > end) return SHORT;
      const target = message + (((label & 0x3f) << 8) | bytes[next + 1]!);
      if (target >= part || ++pointers > MOST_POINTERS) return LOOP;
      next = part = target;
      continue;
    }
    if (label > 63) return LABEL;
    if (next + 1 + label > end) return SHORT;
    const dot = length > 0 ? 1 : 0;
    // On the wire a name has one length octet more than it has dots, and the empty label.
    if (length + dot + label + 2 > LONGEST_NAME) return LONG;
    if (into !== null) {
      if (dot === 1) into[length] = 46;
      for (let i = 1; i <= label; i++) into[length + dot - 1 + i] = bytes[next + i]!;
    }
    length += dot + label;
    next += 1 + label;
  }
}

/** True when the name at `at` can be read. */
export const isName = (bytes: Uint8Array, message: number, at: number, end: number): boolean =>
  followName(bytes, message, at, end, null) >= 0;

/**
 * The name at `at` as text; a remark in angle brackets when it cannot be read. A name may have any octets (RFC 2181 §11):
 * what is no letter is written as Wireshark writes it everywhere, `\033`.
 */
export function nameText(bytes: Uint8Array, message: number, at: number, end: number): string {
  const length = followName(bytes, message, at, end, NAME);
  if (length < 0) return faultText(length);
  return length === 0 ? ROOT : safeText(textOf(NAME, 0, length));
}

/** Octets of the name at `at`, labels parted by dots; of what is written in its place when there is none. */
export function nameLength(bytes: Uint8Array, message: number, at: number, end: number): number {
  const length = followName(bytes, message, at, end, null);
  return length > 0 ? length : (length < 0 ? faultText(length) : ROOT).length;
}

/** Writes what `out.safe(nameText(…))` would. */
export function writeName(bytes: Uint8Array, message: number, at: number, end: number, out: Writer): void {
  const length = followName(bytes, message, at, end, NAME);
  if (length > 0) writeText(NAME, 0, length, out);
  else out.ascii(length < 0 ? faultText(length) : ROOT);
}

/** Labels of a name in its text form. */
export function labelCount(text: string): number {
  if (text === ROOT) return 0;
  let count = 1;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 46) count++;
  return count;
}
