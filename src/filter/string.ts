import { Fault } from './fault.ts';
import type { Token } from './token.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

const NAMED: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ["'", 39],
  ['"', 34],
  ['\\', 92],
]);

type StringToken = Token & { readonly kind: 'string' };

/**
 * A text in double quotes at `from`. `\x41`, `\101`, `\u0041` and the letters of C escape; in a raw text (`r"…"`) a
 * backslash is one, except that a quote behind it does not end the text.
 */
export function readString(text: string, from: number): StringToken {
  const raw = text[from] !== '"';
  const octets: number[] = [];
  let at = from + (raw ? 2 : 1);
  while (at < text.length && text[at] !== '"') {
    if (text[at] !== '\\') {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      octets.push(...ENCODER.encode(character));
      at += character.length;
    } else if (raw) {
      // What follows the backslash stands for itself, whatever it is.
      const following = at + 1 < text.length ? String.fromCodePoint(text.codePointAt(at + 1)!) : '';
      octets.push(92, ...ENCODER.encode(following));
      at += 1 + following.length;
    } else {
      at += readEscape(text, at, octets);
    }
  }
  if (at >= text.length) throw new Fault('the quote that ends the text is missing', { from, to: from + 1 });
  const bytes = Uint8Array.from(octets);
  return { kind: 'string', bytes, text: DECODER.decode(bytes), from, to: at + 1 };
}

const ESCAPES = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/suy;

/** Appends what the escape at `at` stands for. Answers how long it is. */
function readEscape(text: string, at: number, octets: number[]): number {
  ESCAPES.lastIndex = at;
  const found = ESCAPES.exec(text);
  if (found === null) throw new Fault('the quote that ends the text is missing', { from: at, to: at + 1 });
  const [whole, octal, hexadecimal, short, long, letter] = found;
  const place = { from: at, to: at + whole.length };
  const number = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(hexadecimal ?? '', 16);
  const codePoint = Number.parseInt(short ?? long ?? '', 16);
  if (number > 255) throw new Fault(`${whole} is more than one byte holds`, place);
  if (number >= 0) octets.push(number);
  else if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) {
    throw new Fault(`there is no character ${whole}`, place);
  } else if (codePoint >= 0) octets.push(...ENCODER.encode(String.fromCodePoint(codePoint)));
  else if (NAMED.has(letter!)) octets.push(NAMED.get(letter!)!);
  else throw new Fault(`${whole} escapes nothing; a backslash is written \\\\, or stands in a raw text: r"\\d"`, place);
  return whole.length;
}
