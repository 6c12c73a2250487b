import type { Writer } from '../core/writer.ts';
import { OctetWriter } from './octets.ts';

// JSON.stringify escapes C0 and lone surrogates; these would still drive a terminal or hide what a line says.
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text as it stands between quotes. Most is ASCII without anything to escape. */
export function writeTextInside(text: string, out: Writer): void {
  if (PLAIN_TEXT.test(text)) {
    out.ascii(text);
    return;
  }
  out.text(safeJson(text).slice(1, -1));
}

// Printable ASCII without quotes and backslashes.
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** A value as JSON that is safe to look at in a terminal. Such characters stand only inside strings. */
export function writeJson(value: unknown, out: Writer): void {
  out.text(safeJson(value));
}

const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hexadecimal(character.charCodeAt(i))}`).join(''),
  );

const hexadecimal = (unit: number): string => unit.toString(16).padStart(4, '0');

/** Text of a packet as it stands between quotes. */
export const insideQuotes = new OctetWriter((text) => safeJson(text).slice(1, -1));
