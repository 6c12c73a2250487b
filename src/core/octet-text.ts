/**
 * Octets of a packet as text, as Wireshark writes strings: UTF-8 where it is, controls as C writes them (`\n`, `\001`).
 * Nothing in it drives a terminal.
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
  return DECODER.decode(bytes.subarray(from, to)).replace(CONTROL, escaped);
}

/** The same for what may only be ASCII: other octets become U+FFFD, one each. A NUL ends the text, as it does in C. */
export function asciiTextOf(bytes: Uint8Array, from: number, to: number): string {
  const nul = bytes.subarray(from, to).indexOf(0);
  const end = nul < 0 ? to : from + nul;
  return LATIN1.decode(bytes.subarray(from, end)).replace(HIGH, '\ufffd').replace(CONTROL, escaped);
}

const DECODER = new TextDecoder();
// In the web's words latin1 is windows-1252: it gives every octet one character, and the ASCII ones their own.
const LATIN1 = new TextDecoder('latin1');
const HIGH = /[^\u0000-\u007f]/g;
const CONTROL = /[\u0000-\u001f\u007f]/g;
const NAMED = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return NAMED.get(code) ?? `\\${code.toString(8).padStart(3, '0')}`;
}
