import type { Place } from './fault.ts';
import type { Range } from './slice.ts';
import type { Comparison } from './token.ts';

/** A filter as it was written: true or false of a packet. */
export type Test =
  | (Place & { readonly kind: 'and' | 'or' | 'xor'; readonly parts: readonly Test[] })
  | (Place & { readonly kind: 'not'; readonly part: Test })
  | (Place & {
      readonly kind: 'compare';
      readonly comparison: Comparison;
      readonly quantifier: Quantifier;
      readonly left: Operand;
      readonly right: Operand;
    })
  | (Place & Search & { readonly kind: 'contains' })
  | (Place & Search & { readonly kind: 'matches' })
  | (Place & {
      readonly kind: 'in';
      readonly quantifier: Quantifier;
      readonly left: Operand;
      readonly members: readonly Member[];
    })
  /** An operand alone: is it there, and for `&` and arithmetic: is it not zero? */
  | (Place & { readonly kind: 'there'; readonly operand: Operand });

interface Search {
  readonly quantifier: Quantifier;
  readonly left: Operand;
  readonly right: Operand;
}

/** `any` and `all` in front of a comparison; null lets the operator say it. */
export type Quantifier = 'any' | 'all' | null;

/** One value of a set, or all from `low` to `high`. */
export interface Member {
  readonly low: Operand;
  readonly high: Operand | null;
}

/** What gives values. */
export type Operand =
  | (Place & { readonly kind: 'word'; readonly text: string })
  | (Place & { readonly kind: 'string'; readonly bytes: Uint8Array; readonly text: string })
  | (Place & { readonly kind: 'character'; readonly value: number })
  | (Place & { readonly kind: 'layered'; readonly name: string; readonly layers: readonly Range[] })
  | (Place & { readonly kind: 'slice'; readonly of: Operand; readonly ranges: readonly Range[] })
  | (Place & { readonly kind: 'call'; readonly name: string; readonly values: readonly Operand[] })
  | (Place & { readonly kind: 'negate'; readonly of: Operand })
  | (Place & {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '&';
      readonly left: Operand;
      readonly right: Operand;
    });
