import { Fault, type Place } from './fault.ts';
import { scan } from './scan.ts';
import { readRanges } from './slice.ts';
import type { Comparison, Sign, Token } from './token.ts';
import type { Member, Operand, Quantifier, Test } from './tree.ts';

/** Parentheses, braces, negations and functions inside each other: more are refused before they fill the stack. */
const MAX_DEPTH = 100;

const COMPARISONS: ReadonlySet<Sign> = new Set<Sign>([
  'any_eq',
  'all_eq',
  'any_ne',
  'all_ne',
  'lt',
  'le',
  'gt',
  'ge',
] satisfies Comparison[]);

/** A filter as a tree; null for an empty one, which takes every packet. */
export function parse(text: string): Test | null {
  const tokens = scan(text);
  if (tokens.length === 1) return null;
  return new Parser(tokens).whole();
}

/**
 * One method a rule, from what binds least: `or`, `xor`, `and`, `not`, relations, then `&`, `+ -`, `* / %` between values.
 */
class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Test {
    const test = this.either();
    if (this.token.kind !== 'end') throw this.unexpected();
    return test;
  }

  private either(): Test {
    return this.chain('or', () => this.chain('xor', () => this.chain('and', () => this.negation())));
  }

  /** `a or b or c`: one node with all its parts, so that a long chain is no deep tree. */
  private chain(sign: 'or' | 'xor' | 'and', part: () => Test): Test {
    const first = part();
    if (!this.is(sign)) return first;
    const parts = [first];
    while (this.take(sign)) parts.push(part());
    return { kind: sign, parts, from: first.from, to: parts.at(-1)!.to };
  }

  private negation(): Test {
    const { from } = this.token;
    let negative = false;
    while (this.take('not')) negative = !negative;
    const part = this.primary();
    return negative ? { kind: 'not', part, from, to: part.to } : part;
  }

  private primary(): Test {
    if (!this.is('(')) return this.relation();
    return this.deeper(() => {
      this.at++;
      const inner = this.either();
      this.close(')');
      return inner;
    });
  }

  private relation(): Test {
    const { from } = this.token;
    const quantifier: Quantifier = this.take('any') ? 'any' : this.take('all') ? 'all' : null;
    const left = this.bits();
    const { token } = this;
    if (token.kind === 'sign') {
      if (COMPARISONS.has(token.sign)) return this.comparisons(quantifier, left);
      const { sign } = token;
      if (sign === 'contains' || sign === 'matches') {
        this.at++;
        const right = this.value();
        return { kind: sign, quantifier, left, right, from, to: right.to };
      }
      if (sign === 'in') return this.membership(quantifier, left);
      if (sign === 'not' && this.next.kind === 'sign' && this.next.sign === 'in') {
        this.at++;
        const part = this.membership(quantifier, left);
        return { kind: 'not', part, from, to: part.to };
      }
    }
    if (quantifier !== null) throw new Fault(`${quantifier} stands before a comparison, and here is none`, token);
    return { kind: 'there', operand: left, from, to: left.to };
  }

  /** `a < b <= c` is `a < b and b <= c`. */
  private comparisons(quantifier: Quantifier, first: Operand): Test {
    const parts: Test[] = [];
    let left = first;
    for (let { token } = this; token.kind === 'sign' && COMPARISONS.has(token.sign); token = this.token) {
      this.at++;
      const comparison = token.sign as Comparison;
      const right = this.bits();
      parts.push({ kind: 'compare', comparison, quantifier, left, right, from: left.from, to: right.to });
      left = right;
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts, from: first.from, to: left.to };
  }

  private membership(quantifier: Quantifier, left: Operand): Test {
    this.at++;
    if (!this.take('{')) throw new Fault('a set stands in braces, such as {80, 443, 8000..8080}', this.token);
    const members: Member[] = [];
    do {
      const low = this.signed();
      members.push({ low, high: this.take('..') ? this.signed() : null });
    } while (this.take(','));
    const { to } = this.token;
    this.close('}');
    return { kind: 'in', quantifier, left, members, from: left.from, to };
  }

  private bits(): Operand {
    return this.operation(['&'], () =>
      this.operation(['+', '-'], () => this.operation(['*', '/', '%'], () => this.signed())),
    );
  }

  private operation(signs: readonly Sign[], part: () => Operand): Operand {
    let left = part();
    for (let { token } = this; token.kind === 'sign' && signs.includes(token.sign); token = this.token) {
      this.at++;
      const right = part();
      const operator = token.sign as '+' | '-' | '*' | '/' | '%' | '&';
      left = { kind: 'arithmetic', operator, left, right, from: left.from, to: right.to };
      this.count(left);
    }
    return left;
  }

  /** Operations in a row make a deep tree too: `1 + 1 + 1 …`. */
  private operations = 0;
  private count(place: Place): void {
    if (++this.operations > MAX_DEPTH) throw new Fault(`more than ${MAX_DEPTH} operations on values`, place);
  }

  private signed(): Operand {
    const { from } = this.token;
    if (this.take('-')) {
      const of = this.value();
      return { kind: 'negate', of, from, to: of.to };
    }
    this.take('+');
    return this.value();
  }

  private value(): Operand {
    let operand = this.plain();
    for (let { token } = this; token.kind === 'ranges'; token = this.token) {
      this.at++;
      const ranges = readRanges(token.text, token);
      operand = { kind: 'slice', of: operand, ranges, from: operand.from, to: token.to };
      this.count(operand);
    }
    return operand;
  }

  private plain(): Operand {
    const { token } = this;
    if (this.is('{')) {
      return this.deeper(() => {
        this.at++;
        const inner = this.bits();
        this.close('}');
        return inner;
      });
    }
    if (token.kind === 'string' || token.kind === 'character') {
      this.at++;
      return token;
    }
    if (token.kind !== 'word') throw this.unexpected();
    this.at++;
    if (this.is('(')) return this.call(token);
    if (this.take('#')) {
      const layers = this.token;
      if (layers.kind !== 'ranges') throw new Fault('behind # stands the number of a layer: ip.src#2', layers);
      this.at++;
      const ranges = readRanges(layers.text, layers);
      return { kind: 'layered', name: token.text, layers: ranges, from: token.from, to: layers.to };
    }
    return token;
  }

  private call(name: Token & { readonly kind: 'word' }): Operand {
    return this.deeper(() => {
      this.at++;
      const values: Operand[] = [];
      if (!this.is(')')) {
        do values.push(this.bits());
        while (this.take(','));
      }
      const { to } = this.token;
      this.close(')');
      return { kind: 'call', name: name.text, values, from: name.from, to };
    });
  }

  private deeper<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new Fault(`more than ${MAX_DEPTH} parentheses inside each other`, this.token);
    const result = read();
    this.depth--;
    return result;
  }

  private close(sign: ')' | '}'): void {
    if (this.take(sign)) return;
    if (this.token.kind === 'end') throw new Fault(`the filter ends where a ${sign} should be`, this.token);
    throw this.unexpected();
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private get next(): Token {
    return this.tokens[this.at + 1] ?? this.token;
  }

  private is(sign: Sign): boolean {
    const { token } = this;
    return token.kind === 'sign' && token.sign === sign;
  }

  private take(sign: Sign): boolean {
    const found = this.is(sign);
    if (found) this.at++;
    return found;
  }

  private unexpected(): Fault {
    const { token } = this;
    if (token.kind === 'end') return new Fault('the filter ends where a value or a field should be', token);
    const before = this.at > 0 ? this.tokens[this.at - 1]! : null;
    const afterValue = before !== null && before.kind !== 'sign';
    if (token.kind !== 'sign' && afterValue) {
      return new Fault('between the two an operator is missing, such as == or and', token);
    }
    const shown = token.kind === 'sign' ? (SHOWN[token.sign] ?? token.sign) : 'this';
    return new Fault(
      afterValue || before?.kind === 'sign' ? `${shown} was not expected here` : `a filter cannot begin with ${shown}`,
      token,
    );
  }
}

const SHOWN: Partial<Record<Sign, string>> = {
  any_eq: '==',
  all_eq: '===',
  any_ne: '!==',
  all_ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};
