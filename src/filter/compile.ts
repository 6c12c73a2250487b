import type { Value } from '../core/field.ts';
import type { Packet } from '../core/packet.ts';
import { isNonzero } from './arithmetic.ts';
import { fits, type OctetsCheck, type Order, octetsCheck, type PlainCheck, plainCheck } from './check.ts';
import { bytesOf, type Constant, type Counterpart, constantOf, typed } from './constant.ts';
import { compare, containsOctets, type Datum, isOctets, octetsOf, TYPE_WORDS, type Type, textOf } from './datum.ts';
import { Fault } from './fault.ts';
import { incompatible, type Literal, type Operands, type Source } from './operand.ts';
import { PatternFault } from './pattern/parse.ts';
import { Pattern } from './pattern/pattern.ts';
import { Reader, type ValueTest } from './reader.ts';
import { TextOctets } from './text-octets.ts';
import type { Comparison } from './token.ts';
import type { Member, Operand, Test } from './tree.ts';

/** A compiled filter, or a part of one. */
export type Judge = (packet: Packet) => boolean;

/** What is asked of each value of a source, as the value needs it. */
type Check =
  | { readonly kind: 'plain'; readonly check: PlainCheck }
  | { readonly kind: 'octets'; readonly check: OctetsCheck }
  /** Where the row and its layer are needed to say what a value means. */
  | { readonly kind: 'placed'; readonly check: ValueTest };

type Compare = Test & { readonly kind: 'compare' };

/** How each comparison looks at values when nobody says `any` or `all`. */
const MEANING: Readonly<Record<Comparison, readonly [Order, 'any' | 'all']>> = {
  any_eq: ['eq', 'any'],
  all_eq: ['eq', 'all'],
  any_ne: ['ne', 'any'],
  all_ne: ['ne', 'all'],
  lt: ['lt', 'any'],
  le: ['le', 'any'],
  gt: ['gt', 'any'],
  ge: ['ge', 'any'],
};

/** The same with the sides exchanged. */
const MIRRORED: Partial<Record<Comparison, Comparison>> = { lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };

/** Turns a tree into functions, once; nothing of the text is looked at again while packets are judged. */
export class Compiler {
  private readonly operands: Operands;

  constructor(operands: Operands) {
    this.operands = operands;
  }

  judge(test: Test): Judge {
    switch (test.kind) {
      case 'and':
        return all(test.parts.map((part) => this.judge(part)));
      case 'or':
        return some(test.parts.map((part) => this.judge(part)));
      case 'xor':
        return odd(test.parts.map((part) => this.judge(part)));
      case 'not': {
        const part = this.judge(test.part);
        return (packet) => !part(packet);
      }
      case 'compare':
        return this.comparison(test);
      case 'contains':
        return this.contains(test);
      case 'matches':
        return this.matches(test);
      case 'in':
        return this.membership(test);
      case 'there':
        return this.presence(test.operand);
    }
  }

  private presence(node: Operand): Judge {
    const source = this.operands.source(node);
    const isComputed = node.kind === 'arithmetic' || node.kind === 'negate';
    if (node.kind === 'call') throw new Fault(`${source.words} has to be compared with something`, node);
    if (isComputed) return overDatums(source, isNonzero, 'any');
    if (source.field === null) return overDatums(source, () => true, 'any');
    const reader = new Reader(source.field, source.layers);
    return (packet) => reader.some(packet, ANYTHING);
  }

  private comparison(test: Compare): Judge {
    const left = this.operands.of(test.left);
    const right = this.operands.of(test.right);
    if (left.kind === 'literal' && right.kind === 'literal') this.operands.source(test.left);
    if (left.kind === 'source' && right.kind === 'source') return this.ofTwo(test, left, right);
    const source = (left.kind === 'source' ? left : right) as Source;
    const { node } = (left.kind === 'source' ? right : left) as Literal;
    const comparison = left.kind === 'source' ? test.comparison : (MIRRORED[test.comparison] ?? test.comparison);
    const [order, usual] = MEANING[comparison];
    return this.withConstant(source, order, node, test.quantifier ?? usual);
  }

  private withConstant(source: Source, order: Order, node: Operand, quantifier: 'any' | 'all'): Judge {
    comparable(source);
    return over(source, checkOf(order, source, constantOf(node, asked(order, source)), node), quantifier);
  }

  private ofTwo(test: Compare, left: Source, right: Source): Judge {
    const [order, usual] = MEANING[test.comparison];
    if (!areComparable(left.type, right.type)) {
      // `eth.type == arp`: what is a protocol elsewhere is the name of a value here.
      if (test.right.kind === 'word' && right.row === null) {
        return this.withConstant(left, order, test.right, test.quantifier ?? usual);
      }
      throw incompatible(left, right);
    }
    comparable(left);
    return overPairs(left, right, (one, other) => fits(order, compare(one, other)), test.quantifier ?? usual);
  }

  private contains(test: Test & { readonly kind: 'contains' }): Judge {
    const source = this.operands.source(test.left);
    const right = this.operands.of(test.right);
    const quantifier = test.quantifier ?? 'any';
    searched(source);
    const inOctets = isBytes(source.type);
    if (right.kind === 'source') {
      if (isOctets(right.type) !== inOctets && right.type !== 'text') throw incompatible(source, right);
      const holds = (one: Datum, other: Datum): boolean =>
        inOctets
          ? containsOctets(octetsOf(one), 0, octetsOf(one).length, octetsOf(other))
          : textOf(one, source.type).includes(textOf(other, right.type));
      return overPairs(source, right, holds, quantifier);
    }
    if (inOctets) {
      const part = bytesOf(right.node);
      const check: OctetsCheck = (bytes, from, end) => containsOctets(bytes, from, end, part);
      return over(source, { kind: 'octets', check }, quantifier, true);
    }
    const part = typed(right.node);
    return overTexts(source, (text) => text.includes(part), quantifier);
  }

  private matches(test: Test & { readonly kind: 'matches' }): Judge {
    const source = this.operands.source(test.left);
    searched(source);
    if (test.right.kind !== 'string') {
      throw new Fault('matches wants a regular expression in double quotes', test.right);
    }
    const pattern = patternOf(test.right);
    const quantifier = test.quantifier ?? 'any';
    if (source.type === 'bytes' || source.type === 'protocol') {
      const check: OctetsCheck = (bytes, from, end) => pattern.test(bytes, from, end);
      return over(source, { kind: 'octets', check }, quantifier, true);
    }
    const octets = new TextOctets();
    return overTexts(source, (text) => pattern.test(octets.of(text), 0, octets.length), quantifier);
  }

  private membership(test: Test & { readonly kind: 'in' }): Judge {
    const source = this.operands.source(test.left);
    comparable(source);
    const quantifier = test.quantifier ?? 'any';
    for (const { low, high } of test.members) {
      this.refuseField(source, low);
      if (high !== null) this.refuseField(source, high);
    }
    const checks = test.members.map((member) => memberCheck(source, member));
    return over(source, either(checks), quantifier);
  }

  /** Sets hold values. What is a protocol elsewhere may be the name of a value here. */
  private refuseField(source: Source, member: Operand): void {
    const operand = this.operands.of(member);
    if (operand.kind === 'literal') return;
    if (operand.row === null && member.kind === 'word' && !areComparable(source.type, operand.type)) return;
    throw new Fault('a set holds values, not fields; compare with == instead', operand);
  }
}

const ANYTHING: ValueTest = () => true;

/** Marks and families of fields are there or not; that is all. */
function comparable(source: Source): void {
  if (source.type !== 'mark') return;
  const why = source.field?.family ? 'stands for all fields that begin so' : 'is only there or not';
  throw new Fault(`${source.words} ${why}: it has no value to compare`, source);
}

/** Flags and marks have no text. */
function searched(source: Source): void {
  if (source.type !== 'mark' && source.type !== 'flag') return;
  throw new Fault(`${source.words} is ${TYPE_WORDS[source.type]}: there is no text in it`, source);
}

/** Only what is compared for being the same has to be one of the texts that there are. */
const asked = (order: Order, source: Source): Counterpart =>
  order === 'eq' || order === 'ne' ? source : { ...source, texts: null };

const isBytes = (type: Type): boolean => type === 'bytes' || type === 'protocol' || type === 'mac';
const isNumeric = (type: Type): boolean => type === 'number' || type === 'flag';
const areComparable = (one: Type, other: Type): boolean =>
  one === other || (isBytes(one) && isBytes(other)) || (isNumeric(one) && isNumeric(other));

function memberCheck(source: Source, { low, high }: Member): Check {
  if (high === null) return checkOf('eq', source, constantOf(low, source), low);
  const about = asked('ge', source);
  return both(checkOf('ge', source, constantOf(low, about), low), checkOf('le', source, constantOf(high, about), high));
}

function checkOf(order: Order, source: Source, constant: Constant, node: Operand): Check {
  switch (constant.kind) {
    case 'octets':
      return { kind: 'octets', check: octetsCheck(order, constant.prefix) };
    case 'plain':
      return { kind: 'plain', check: plainCheck(order, source.type, constant.datum) };
    case 'named': {
      const { values } = constant;
      if (values.length === 1) return { kind: 'plain', check: plainCheck(order, source.type, values[0]!) };
      if (order !== 'eq' && order !== 'ne') throw new Fault('this name stands for several numbers', node);
      return { kind: 'plain', check: (value) => values.includes(Number(value)) === (order === 'eq') };
    }
    case 'name': {
      if (order !== 'eq' && order !== 'ne') throw new Fault('names have no order', node);
      return { kind: 'placed', check: namedCheck(constant.name, order === 'eq') };
    }
  }
}

/** Names that depend on the rest of the header, such as ICMP's codes on its type. */
const namedCheck =
  (name: string, expected: boolean): ValueTest =>
  (value, layer, _at, _end, row) =>
    (row.show?.(value as never, layer).toLowerCase() === name) === expected;

/** `low..high`; both are of one kind, as both were read for the same source. */
function both(one: Check, other: Check): Check {
  if (one.kind === 'octets' && other.kind === 'octets') {
    const [first, second] = [one.check, other.check];
    return { kind: 'octets', check: (bytes, from, end) => first(bytes, from, end) && second(bytes, from, end) };
  }
  const [first, second] = [placed(one), placed(other)];
  return {
    kind: 'placed',
    check: (value, layer, at, end, row) => first(value, layer, at, end, row) && second(value, layer, at, end, row),
  };
}

function either(checks: readonly Check[]): Check {
  if (checks.length === 1) return checks[0]!;
  if (checks.every((check) => check.kind === 'octets')) {
    const tests = checks.map(({ check }) => check);
    return { kind: 'octets', check: (bytes, from, end) => tests.some((test) => test(bytes, from, end)) };
  }
  if (checks.every((check) => check.kind === 'plain')) {
    const tests = checks.map(({ check }) => check);
    return {
      kind: 'plain',
      check(value) {
        for (let i = 0; i < tests.length; i++) if (tests[i]!(value)) return true;
        return false;
      },
    };
  }
  const tests = checks.map(placed);
  return {
    kind: 'placed',
    check: (value, layer, at, end, row) => tests.some((test) => test(value, layer, at, end, row)),
  };
}

function placed(check: Check): ValueTest {
  if (check.kind === 'placed') return check.check;
  if (check.kind === 'plain') return check.check as ValueTest;
  const { check: test } = check;
  return (_value, layer, at, end) => test(layer.bytes, at, end);
}

/** A check on the values of a source. A field's are judged where they stand; others are taken out first. */
function over(source: Source, check: Check, quantifier: 'any' | 'all', deep = false): Judge {
  const { field } = source;
  if (field !== null) return overField(new Reader(field, source.layers, deep), placed(check), quantifier);
  if (check.kind === 'placed') {
    const { check: test } = check;
    // A computed value stands in no layer; its checks look at the value alone.
    return overDatums(source, (datum) => (test as (value: Value) => boolean)(datum as Value), quantifier);
  }
  if (check.kind === 'plain') return overDatums(source, (datum) => check.check(datum as Value), quantifier);
  const { check: test } = check;
  return overDatums(source, (datum) => test(datum as Uint8Array, 0, (datum as Uint8Array).length), quantifier);
}

function overTexts(source: Source, check: (text: string) => boolean, quantifier: 'any' | 'all'): Judge {
  if (source.field !== null && source.type === 'text') {
    return over(source, { kind: 'plain', check: (value) => check(value as string) }, quantifier);
  }
  return overDatums(source, (datum) => check(textOf(datum, source.type)), quantifier);
}

function overField(reader: Reader, test: ValueTest, quantifier: 'any' | 'all'): Judge {
  if (quantifier === 'any') return (packet) => reader.some(packet, test);
  let seen = false;
  const fails: ValueTest = (value, layer, at, end, row) => {
    seen = true;
    return !test(value, layer, at, end, row);
  };
  return (packet) => {
    seen = false;
    return !reader.some(packet, fails) && seen;
  };
}

function overDatums(source: Source, test: (datum: Datum) => boolean, quantifier: 'any' | 'all'): Judge {
  const values: Datum[] = [];
  return (packet) => {
    values.length = 0;
    source.collect(packet, values);
    return quantifier === 'any' ? values.some(test) : values.length > 0 && values.every(test);
  };
}

/** Every value of one source beside every value of the other. */
function overPairs(
  left: Source,
  right: Source,
  test: (one: Datum, other: Datum) => boolean,
  quantifier: 'any' | 'all',
): Judge {
  const [ones, others]: [Datum[], Datum[]] = [[], []];
  return (packet) => {
    ones.length = 0;
    others.length = 0;
    left.collect(packet, ones);
    right.collect(packet, others);
    if (quantifier === 'any') return ones.some((one) => others.some((other) => test(one, other)));
    const isThere = ones.length > 0 && others.length > 0;
    return isThere && ones.every((one) => others.every((other) => test(one, other)));
  };
}

function patternOf({ text, bytes, from, to }: Operand & { readonly kind: 'string' }): Pattern {
  try {
    return new Pattern(isUtf8(bytes) ? text : octetEscapes(bytes));
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw new Fault(`in the regular expression, character ${error.at + 1}: ${error.message}`, { from, to });
  }
}

const isUtf8 = (bytes: Uint8Array): boolean => !new TextDecoder().decode(bytes).includes('\ufffd');

/** Bytes that are no text stand in the expression as `\xff`. */
const octetEscapes = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => (octet < 0x80 ? String.fromCharCode(octet) : `\\x${octet.toString(16)}`)).join('');

function all(judges: readonly Judge[]): Judge {
  return (packet) => {
    for (let i = 0; i < judges.length; i++) if (!judges[i]!(packet)) return false;
    return true;
  };
}

function some(judges: readonly Judge[]): Judge {
  return (packet) => {
    for (let i = 0; i < judges.length; i++) if (judges[i]!(packet)) return true;
    return false;
  };
}

function odd(judges: readonly Judge[]): Judge {
  return (packet) => judges.reduce((result, judge) => result !== judge(packet), false);
}
