import { Writer } from '../core/writer.ts';
import { Sentence } from './sentence.ts';

export { placeholders } from './sentence.ts';

/** A piece of a note's text: words, a value to fill in, or a part that depends on whether the values in it are known. */
export type Piece =
  | string
  | { readonly name: string; readonly pair: string | null }
  | { readonly when: readonly Piece[]; readonly otherwise: readonly Piece[] };

const TOKEN = /\{([\w.-]+)(?::([^}\s]+))?\}|\[\[|\|\||\]\]/g;

/**
 * Reads a note's text once. `{name}` is a value (in people's own notes a field's: `{ip.src}`), `{name:은는}` a value with the particle that agrees with it,
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

/** Fills values in; `value` answers null for one that is not known. */
export function fill(pieces: readonly Piece[], value: (name: string) => string | null): string {
  const out = new Writer(256);
  const values = {
    knows: (name: string) => value(name) !== null,
    write: (name: string, to: Writer) => to.text(value(name) ?? ''),
  };
  new Sentence(pieces).write(values, out);
  return out.toString();
}
