import { textOf } from '../core/octet-text.ts';

/**
 * Domain names in DNS messages: labels of a length octet and up to 63 octets, ended by an empty label, or by a pointer to
 * a name that stands earlier in the message (RFC 1035 §3.1, §4.1.4).
 */
const POINTER = 0xc0;
/** Octets of a name, lengths and the empty label included (RFC 1035 §2.3.4). */
export const LONGEST_NAME = 255;
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

/** Why a name cannot be read. */
export type NameFault = 'short' | 'loop' | 'long' | 'label';

/**
 * Follows the name at `at` to its empty label and writes its octets into `NAME`, labels parted by dots. Answers their
 * number, or minus one less than the index of its fault. Pointers must lead backwards, before the part that they stand in
 * (RFC 1035 §4.1.4 "a prior occurrence"), so that the way ends.
 */
function followName(bytes: Uint8Array, message: number, at: number, end: number): number {
  let next = at;
  let part = at;
  let length = 0;
  let pointers = 0;
  for (;;) {
    if (next >= end) return -1 - FAULTS.indexOf('short');
    const label = bytes[next]!;
    if (label === 0) return length;
    if (label >= POINTER) {
      if (next + 2 > end) return -1 - FAULTS.indexOf('short');
      const target = message + (((label & 0x3f) << 8) | bytes[next + 1]!);
      if (target >= part || ++pointers > MOST_POINTERS) return -1 - FAULTS.indexOf('loop');
      next = part = target;
      continue;
    }
    if (label > 63) return -1 - FAULTS.indexOf('label');
    if (next + 1 + label > end) return -1 - FAULTS.indexOf('short');
    // On the wire a name has one length octet more than it has dots, and the empty label.
    if (length + (length > 0 ? 1 : 0) + label + 2 > LONGEST_NAME) return -1 - FAULTS.indexOf('long');
    if (length > 0) NAME[length++] = 46;
    for (let i = 1; i <= label; i++) NAME[length++] = bytes[next + i]!;
    next += 1 + label;
  }
}

/** What is wrong with the name at `at`, or null. */
export function nameFault(bytes: Uint8Array, message: number, at: number, end: number): NameFault | null {
  const length = followName(bytes, message, at, end);
  return length < 0 ? FAULTS[-1 - length]! : null;
}

/** The name at `at` as text; a remark in angle brackets when it cannot be read. */
export function nameText(bytes: Uint8Array, message: number, at: number, end: number): string {
  const length = followName(bytes, message, at, end);
  if (length < 0) return FAULT_TEXT[FAULTS[-1 - length]!];
  return length === 0 ? ROOT : textOf(NAME, 0, length);
}

/** Labels of a name in its text form. */
export function labelCount(text: string): number {
  if (text === ROOT) return 0;
  let count = 1;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 46) count++;
  return count;
}

const FAULTS: readonly NameFault[] = ['short', 'loop', 'long', 'label'];
const FAULT_TEXT: Readonly<Record<NameFault, string>> = {
  short: '<Name goes past the end of the message>',
  loop: '<Name contains a pointer that loops>',
  long: '<Name too long>',
  label: '<Unknown extended label>',
};
const NAME = new Uint8Array(LONGEST_NAME);
