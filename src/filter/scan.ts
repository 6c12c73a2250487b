import { Fault } from './fault.ts';
import { readString } from './string.ts';
import type { Sign, Token } from './token.ts';

/** Longer filters are refused: nobody types them, and every token is worked on. */
const MAX_CHARACTERS = 65_536;

/** The longest come first, so that the first that fits is the right one. */
const SIGNS: readonly (readonly [text: string, sign: Sign])[] = [
  ['===', 'all_eq'],
  ['!==', 'any_ne'],
  ['==', 'any_eq'],
  ['!=', 'all_ne'],
  ['~=', 'any_ne'],
  ['<=', 'le'],
  ['>=', 'ge'],
  ['&&', 'and'],
  ['||', 'or'],
  ['^^', 'xor'],
  ['..', '..'],
  ['<', 'lt'],
  ['>', 'gt'],
  ['!', 'not'],
  ['~', 'matches'],
  ['&', '&'],
  ['(', '('],
  [')', ')'],
  ['{', '{'],
  ['}', '}'],
  [',', ','],
  ['#', '#'],
  ['+', '+'],
  ['-', '-'],
  ['*', '*'],
  ['/', '/'],
  ['%', '%'],
];

const WORDS: ReadonlyMap<string, Sign> = new Map<string, Sign>([
  ['and', 'and'],
  ['or', 'or'],
  ['xor', 'xor'],
  ['not', 'not'],
  ['any', 'any'],
  ['all', 'all'],
  ['in', 'in'],
  ['contains', 'contains'],
  ['matches', 'matches'],
  ['eq', 'any_eq'],
  ['any_eq', 'any_eq'],
  ['all_eq', 'all_eq'],
  ['ne', 'all_ne'],
  ['all_ne', 'all_ne'],
  ['any_ne', 'any_ne'],
  ['lt', 'lt'],
  ['le', 'le'],
  ['gt', 'gt'],
  ['ge', 'ge'],
  ['bitand', '&'],
  ['bitwise_and', '&'],
]);

/**
 * A word as Wireshark's scanner takes it: letters, digits and the signs that addresses, bytes, prefixes and dates have in
 * them, but no two dots in a row, which part the ends of a range. A dot in front means that a field is meant.
 */
const WORD = /\.?[\p{L}\p{N}_:][\p{L}\p{N}_:/-]*(?:\.[\p{L}\p{N}_:/-]+)*/uy;
const BLANK = /\s+/y;
const RAW_OR_PLAIN = /[rR]?"/y;

/** The filter's text as tokens, the last of which is its end. */
export function scan(text: string): Token[] {
  if (text.length > MAX_CHARACTERS) {
    throw new Fault(`the filter is longer than ${MAX_CHARACTERS} characters`, {
      from: MAX_CHARACTERS,
      to: text.length,
    });
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = matchAt(BLANK, text, at);
    if (blank === null) {
      const token = tokenAt(text, at, tokens.at(-1));
      tokens.push(token);
      at = token.to;
    } else at += blank.length;
  }
  tokens.push({ kind: 'end', from: text.length, to: text.length });
  return tokens;
}

function tokenAt(text: string, from: number, before: Token | undefined): Token {
  if (matchAt(RAW_OR_PLAIN, text, from) !== null) return readString(text, from);
  if (text[from] === "'") return characterAt(text, from);
  if (text[from] === '[') return rangesAt(text, from);
  // A layer's number ends at its digits: `ip.src#2[0]`.
  if (before?.kind === 'sign' && before.sign === '#') {
    const digits = matchAt(/\d+/y, text, from);
    if (digits !== null) return { kind: 'ranges', text: digits, from, to: from + digits.length };
  }
  const word = text.startsWith('..', from) ? null : matchAt(WORD, text, from);
  if (word !== null) {
    const to = from + word.length;
    const sign = WORDS.get(word);
    return sign === undefined ? { kind: 'word', text: word, from, to } : { kind: 'sign', sign, from, to };
  }
  const known = SIGNS.find(([letters]) => text.startsWith(letters, from));
  if (known !== undefined) return { kind: 'sign', sign: known[1], from, to: from + known[0].length };
  throw unknownSign(text, from);
}

function unknownSign(text: string, from: number): Fault {
  const character = String.fromCodePoint(text.codePointAt(from)!);
  const place = { from, to: from + character.length };
  const meant: Readonly<Record<string, string>> = { '=': '==', '|': '||', '^': '^^ or xor' };
  const hint = meant[character];
  if (hint !== undefined) return new Fault(`${character} alone means nothing here; did you mean ${hint}?`, place);
  return new Fault(`"${character}" means nothing in a filter`, place);
}

/** `'a'`, `'\n'`, `'\x0a'`: one octet. */
function characterAt(text: string, from: number): Token {
  const found = matchAt(/'(?:[^'\\]|\\.[^']*)'/suy, text, from);
  if (found === null) {
    if (!text.includes("'", from + 1))
      throw new Fault('the quote that ends the character is missing', { from, to: from + 1 });
    const to = text.indexOf("'", from + 1) + 1;
    throw new Fault(`${text.slice(from, to)} is not one character; texts stand in double quotes`, { from, to });
  }
  const to = from + found.length;
  const inner = found.slice(1, -1);
  const { bytes } = readString(`"${inner === '"' ? '\\"' : inner.replace(/^\\'/, "'")}"`, 0);
  if (bytes.length === 1) return { kind: 'character', value: bytes[0]!, from, to };
  throw new Fault(`${found} is not one character of one byte`, { from, to });
}

function rangesAt(text: string, from: number): Token {
  const end = text.indexOf(']', from);
  if (end < 0) throw new Fault('the ] that ends the range is missing', { from, to: from + 1 });
  return { kind: 'ranges', text: text.slice(from + 1, end), from, to: end + 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
