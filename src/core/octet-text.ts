/**
 * Octets of a packet as text, the way Wireshark's string fields have them: UTF-8 where it is, a NUL ends the text, and
 * `\n` and its six kin are written as in C. Other controls stay what they are: whoever prints them makes them harmless.
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
  return DECODER.decode(bytes.subarray(from, nulAt(bytes, from, to))).replace(NAMED_CONTROL, named);
}

/** The same for what may only be ASCII: other octets become U+FFFD, one each. */
export function asciiTextOf(bytes: Uint8Array, from: number, to: number): string {
  return LATIN1.decode(bytes.subarray(from, nulAt(bytes, from, to)))
    .replace(HIGH, '\ufffd')
    .replace(NAMED_CONTROL, named);
}

/** As `textOf`, for octets that may be anything, NUL too: all controls as C writes them (`\001`). */
export function octalTextOf(bytes: Uint8Array, from: number, to: number): string {
  return DECODER.decode(bytes.subarray(from, to)).replace(
    CONTROL,
    (character) => NAMES.get(character) ?? octal(character),
  );
}

function nulAt(bytes: Uint8Array, from: number, to: number): number {
  const nul = bytes.subarray(from, to).indexOf(0);
  return nul < 0 ? to : from + nul;
}

const octal = (character: string): string => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
const named = (character: string): string => NAMES.get(character)!;

const DECODER = new TextDecoder();
// In the web's words latin1 is windows-1252: it gives every octet one character, and the ASCII ones their own.
const LATIN1 = new TextDecoder('latin1');
const HIGH = /[^\u0000-\u007f]/g;
const CONTROL = /[\u0000-\u001f\u007f]/g;
const NAMED_CONTROL = /[\u0007-\u000d]/g;
const NAMES = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);
