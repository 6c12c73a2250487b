import type { Assertion, Node, OctetSet } from './node.ts';
import { PatternFault } from './parse.ts';

/** What the matcher may be asked to follow at once. */
const MAX_STEPS = 2000;

/**
 * One step of an automaton: take an octet, go on in two ways, or go on where something holds of the place. `next` and
 * `other` are places in the program.
 */
type Step =
  | { readonly kind: 'octet'; readonly set: OctetSet; readonly next: number }
  | { readonly kind: 'fork'; next: number; readonly other: number }
  | { readonly kind: 'assert'; readonly that: Assertion; readonly next: number }
  | { readonly kind: 'found' };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
}

/** Thompson's construction, from the end to the beginning, so that each step knows where it leads. */
export function programOf(node: Node): Program {
  const steps: Step[] = [{ kind: 'found' }];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw new PatternFault('the expression is too large', 0);
    return steps.push(step) - 1;
  };
  const build = (part: Node, next: number): number => {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'octet', set: part.set, next });
      case 'assert':
        return add({ kind: 'assert', that: part.that, next });
      case 'sequence':
        return part.parts.reduceRight((after, inner) => build(inner, after), next);
      case 'choice':
        return part.parts
          .map((inner) => build(inner, next))
          .reduceRight((other, one) => add({ kind: 'fork', next: one, other }));
      case 'repeat':
        return repeat(part.of, part.least, part.most, next);
    }
  };
  const repeat = (part: Node, least: number, most: number, next: number): number => {
    let start = next;
    if (most === Number.POSITIVE_INFINITY) {
      const fork: Step & { kind: 'fork' } = { kind: 'fork', next: 0, other: next };
      start = add(fork);
      fork.next = build(part, start);
    } else {
      for (let i = least; i < most; i++) start = add({ kind: 'fork', next: build(part, start), other: next });
    }
    for (let i = 0; i < least; i++) start = build(part, start);
    return start;
  };
  const start = build(node, 0);
  return { steps, start };
}
