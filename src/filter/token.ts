import type { Place } from './fault.ts';

/** Comparisons by their meaning: is it enough that any pair of values fits, or must all? */
export type Comparison = 'any_eq' | 'all_eq' | 'any_ne' | 'all_ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Operators and words of the language that are no values. */
export type Sign =
  | '('
  | ')'
  | '{'
  | '}'
  | '['
  | ','
  | '..'
  | '#'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'any'
  | 'all'
  | 'in'
  | 'contains'
  | 'matches'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | Comparison;

/** `word` is anything unquoted: a field, a number, an address; only what it stands beside tells which. */
export type Token = Place &
  (
    | { readonly kind: 'sign'; readonly sign: Sign }
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly text: string }
    | { readonly kind: 'character'; readonly value: number }
    /** What stands between brackets, read by `slice.ts`. */
    | { readonly kind: 'ranges'; readonly text: string }
    | { readonly kind: 'end' }
  );
