import { particle } from './particle.ts';

/** A piece of a note's text: words, a value to fill in, or a part that depends on whether the values in it are known. */
export type Piece =
  | string
  | { readonly name: string; readonly pair: string | null }
  | { readonly when: readonly Piece[]; readonly otherwise: readonly Piece[] };

const TOKEN = /\{(\w+)(?::([^}\s]+))?\}|\[\[|\|\||\]\]/g;

/**
 * Reads a note's text once. `{name}` is a value, `{name:은는}` a value with the particle that agrees with it,
 * `{name:byte/bytes}` one with a noun in the singular or plural, and
 * `[[with {a} value||without]]` says one thing when all values in its first half are known and the other when not.
 */
export function parseTemplate(text: string): readonly Piece[] {
  const top: Piece[] = [];
  let target = top;
  let when: Piece[] | null = null;
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) target.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) target.push({ name: match[1], pair: match[2] ?? null });
    else if (match[0] === '[[') {
      if (when !== null) throw new Error(`a note nests [[: ${text}`);
      when = target = [];
      top.push({ when, otherwise: [] });
    } else if (when === null) throw new Error(`a note has ${match[0]} without [[: ${text}`);
    else if (match[0] === '||') {
      target = [];
      top[top.length - 1] = { when, otherwise: target };
    } else {
      when = null;
      target = top;
    }
  }
  if (when !== null) throw new Error(`a note has [[ without ]]: ${text}`);
  if (at < text.length) target.push(text.slice(at));
  return top;
}

/** Fills values in; `value` answers null for one that the packets do not tell. */
export function fill(pieces: readonly Piece[], value: (name: string) => string | null): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else if ('name' in piece) {
      const word = value(piece.name) ?? '?';
      text += piece.pair === null ? word : withPair(word, piece.pair);
    } else text += fill(allKnown(piece.when, value) ? piece.when : piece.otherwise, value);
  }
  return text;
}

/** An English noun that agrees in number, or a Korean particle that agrees in sound. */
function withPair(word: string, pair: string): string {
  const slash = pair.indexOf('/');
  if (slash < 0) return word + particle(word, pair);
  return `${word} ${word === '1' ? pair.slice(0, slash) : pair.slice(slash + 1)}`;
}

/** Names of the values in a text, each once. */
export function placeholders(pieces: readonly Piece[]): readonly string[] {
  const names = new Set<string>();
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    if ('name' in piece) names.add(piece.name);
    else for (const name of [...placeholders(piece.when), ...placeholders(piece.otherwise)]) names.add(name);
  }
  return [...names];
}

const allKnown = (pieces: readonly Piece[], value: (name: string) => string | null): boolean =>
  placeholders(pieces).every((name) => value(name) !== null);
