import type { Writer } from './writer.ts';

/**
 * Octets of a packet as text: UTF-8 where it is, U+FFFD for what is none. Controls stay in it; whoever prints the text
 * makes them harmless.
 */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  if (to - from < 64) {
    let text = '';
    let i = from;
    for (; i < to; i++) {
      const b = bytes[i]!;
      if (b < 0x20 || b > 0x7e) break;
      text += String.fromCharCode(b);
    }
    if (i === to) return text;
  }
  return DECODER.decode(bytes.subarray(from, to));
}

/** The same up to the first NUL, where Wireshark's string fields end. */
export const stringOf = (bytes: Uint8Array, from: number, to: number): string =>
  textOf(bytes, from, nulAt(bytes, from, to));

/** Writes what `out.safe(textOf(…))` would. */
export function writeText(bytes: Uint8Array, from: number, to: number, out: Writer): void {
  if (!writePlain(bytes, from, to, out)) out.safe(textOf(bytes, from, to));
}

/** Writes what `out.safe(stringOf(…))` would. */
export function writeString(bytes: Uint8Array, from: number, to: number, out: Writer): void {
  if (!writePlain(bytes, from, to, out)) out.safe(stringOf(bytes, from, to));
}

/** Without a string on the way. False, and nothing written, where there is more than printable ASCII. */
function writePlain(bytes: Uint8Array, from: number, to: number, out: Writer): boolean {
  out.ensure(to - from);
  const into = out.bytes;
  let { at } = out;
  for (let i = from; i < to; i++) {
    const b = bytes[i]!;
    if (b < 0x20 || b > 0x7e) return false;
    into[at++] = b;
  }
  out.at = at;
  return true;
}

/** As `stringOf`, for what may only be ASCII: every other octet becomes U+FFFD. */
export function asciiStringOf(bytes: Uint8Array, from: number, to: number): string {
  return LATIN1.decode(bytes.subarray(from, nulAt(bytes, from, to))).replace(HIGH, '\ufffd');
}

/** Where the first NUL stands, or `to`. */
function nulAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== 0) at++;
  return at;
}

const DECODER = new TextDecoder();
// In the web's words latin1 is windows-1252: it gives every octet one character, and the ASCII ones their own.
const LATIN1 = new TextDecoder('latin1');
const HIGH = /[^\u0000-\u007f]/g;
