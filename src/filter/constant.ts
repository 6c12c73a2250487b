import type { Row } from '../core/field.ts';
import { nearest } from '../nearest.ts';
import { arithmetic } from './arithmetic.ts';
import { type Datum, isOctets, TYPE_WORDS, type Type } from './datum.ts';
import { Fault } from './fault.ts';
import { nearestName } from './field.ts';
import {
  type Prefix,
  readFlag,
  readIpv4,
  readIpv6,
  readMac,
  readMoment,
  readNumber,
  readOctets,
  readSeconds,
} from './literal.ts';
import { namesDepend, namesOf, valuesNamed } from './names.ts';
import type { Operand } from './tree.ts';

/** What a written value is compared with, or computed with: that decides how it is read. */
export interface Counterpart {
  readonly type: Type;
  /** As sentences call it. */
  readonly words: string;
  /** The row whose values may have names. */
  readonly row: Row | null;
  /** All texts that it can be, where they can be listed. */
  readonly texts: readonly string[] | null;
}

/** A written value, read for its counterpart. */
export type Constant =
  | { readonly kind: 'plain'; readonly datum: Datum }
  | { readonly kind: 'octets'; readonly prefix: Prefix }
  /** A name that stands for these numbers. */
  | { readonly kind: 'named'; readonly values: readonly number[] }
  /** A name whose meaning depends on the packet: it is compared with the name of each value. */
  | { readonly kind: 'name'; readonly name: string };

/** Reads a written value for what it is compared with. */
export function constantOf(node: Operand, about: Counterpart): Constant {
  if (node.kind === 'arithmetic') {
    const result = arithmetic(node.operator, datumOf(node.left, about), datumOf(node.right, about));
    if (result === null) throw new Fault('this cannot be computed', node);
    return constantFrom(result);
  }
  if (node.kind === 'negate') {
    const value = datumOf(node.of, about);
    if (typeof value !== 'number' && typeof value !== 'bigint') throw new Fault(`${about.words} has no sign`, node);
    return { kind: 'plain', datum: -value };
  }
  if (node.kind === 'slice') throw new Fault('only fields have slices', node);
  if (isOctets(about.type)) return { kind: 'octets', prefix: octetsOf(node, about) };
  switch (about.type) {
    case 'number':
      return numberOf(node, about);
    case 'text':
      return { kind: 'plain', datum: textOf(node, about) };
    case 'flag':
      return { kind: 'plain', datum: read(node, about, readFlag) };
    case 'duration':
      return { kind: 'plain', datum: read(node, about, readSeconds) };
    case 'moment':
      return { kind: 'plain', datum: read(node, about, readMoment) };
    default:
      throw new Fault(`${about.words} is ${TYPE_WORDS[about.type]}: it has no value to compare`, node);
  }
}

/** A constant that has to be one value: for arithmetic and the ends of ranges. */
export function datumOf(node: Operand, about: Counterpart): Datum {
  const constant = constantOf(node, about);
  if (constant.kind === 'plain') return constant.datum;
  if (constant.kind === 'octets') return constant.prefix.octets;
  if (constant.kind === 'named' && constant.values.length === 1) return constant.values[0]!;
  throw new Fault('this name stands for no single number', node);
}

const constantFrom = (datum: Datum): Constant =>
  datum instanceof Uint8Array ? { kind: 'octets', prefix: { octets: datum, bits: null } } : { kind: 'plain', datum };

/** What was typed, without its quotes. A colon in front only says that no field is meant. */
export function typed(node: Operand): string {
  if (node.kind === 'string') return node.text;
  if (node.kind === 'word') return /^:(?!:)/.test(node.text) ? node.text.slice(1) : node.text;
  return node.kind === 'character' ? String.fromCharCode(node.value) : '';
}

function read(node: Operand, about: Counterpart, reader: (text: string) => Datum | null): Datum {
  const value = node.kind === 'character' ? reader(String(node.value)) : reader(typed(node));
  if (value === null) throw notOne(node, about);
  return value;
}

function numberOf(node: Operand, about: Counterpart): Constant {
  if (node.kind === 'character') return { kind: 'plain', datum: node.value };
  const text = typed(node);
  const number = readNumber(text);
  if (number !== null) {
    checkSize(number, node, about);
    return { kind: 'plain', datum: number };
  }
  const { row } = about;
  if (row === null || row.show === undefined) throw notOne(node, about);
  if (namesDepend(row)) return { kind: 'name', name: text.toLowerCase() };
  const values = valuesNamed(row, text);
  if (values !== null) return { kind: 'named', values };
  const near = nearest(text, namesOf(row));
  throw near === null
    ? notOne(node, about, 'nor the name of one')
    : new Fault(`${about.words} has no value "${text}"; did you mean "${near}"?`, node);
}

/** A number that the field cannot be is a mistake, not a filter that takes nothing. */
function checkSize(number: number | bigint, node: Operand, { row, words }: Counterpart): void {
  if (row?.bits === undefined || row.scale !== undefined) return;
  const most = 2n ** BigInt(Math.ceil(row.bits / 8) * 8) - 1n;
  if (BigInt(number) > most) throw new Fault(`${words} is never more than ${most}`, node);
}

function textOf(node: Operand, { words, texts }: Counterpart): string {
  const text = typed(node);
  if (texts === null || texts.includes(text)) return text;
  const near = nearest(text, texts);
  throw new Fault(`${words} is never "${text}"${near === null ? '' : `; did you mean "${near}"?`}`, node);
}

function octetsOf(node: Operand, about: Counterpart): Prefix {
  const { type } = about;
  if (type === 'bytes' || type === 'protocol') return whole(bytesOf(node));
  const text = typed(node);
  if (type === 'mac') {
    const octets = readMac(text);
    if (octets === null) throw notOne(node, about);
    return whole(octets);
  }
  const prefix = type === 'ipv4' ? readIpv4(text) : readIpv6(text);
  if (prefix === null) throw notOne(node, about);
  return prefix;
}

const whole = (octets: Uint8Array): Prefix => ({ octets, bits: null });

/** Bytes: hexadecimal, or what a text in quotes consists of. */
export function bytesOf(node: Operand): Uint8Array {
  if (node.kind === 'string') return node.bytes;
  if (node.kind === 'character') return Uint8Array.of(node.value);
  const octets = readOctets(typed(node));
  if (octets !== null) return octets;
  const text = typed(node);
  const isNumber = /^0x[0-9a-f]+$/i.test(text);
  throw new Fault(
    isNumber
      ? `${text} is more than one byte; bytes are written in their order, such as 08:00`
      : `"${text}" is no byte string such as 08:00, and a text stands in double quotes${meant(text)}`,
    node,
  );
}

/** `"x" is not a number, and tcp.port is one`. */
function notOne(node: Operand, { type, words }: Counterpart, also = ''): Fault {
  const text = typed(node);
  return new Fault(
    `"${text}" is not ${TYPE_WORDS[type]}${also === '' ? '' : ` ${also}`}, as ${words} is${meant(text)}`,
    node,
  );
}

/** A field whose id was mistyped looks like a value. */
function meant(text: string): string {
  const near = text.includes('.') && /^[a-z_]/i.test(text) ? nearestName(text) : null;
  return near === null ? '' : `; did you mean ${near}?`;
}
