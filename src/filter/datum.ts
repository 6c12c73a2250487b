import type { Kind, Row, Value } from '../core/field.ts';
import { Writer } from '../core/writer.ts';

/**
 * What a filter can do with a value: `flag` true or false, `duration` and `moment` nanoseconds, `protocol` the bytes of a
 * layer, `mark` something that is there or not. The others are kinds of fields.
 */
export type Type =
  | 'number'
  | 'flag'
  | 'duration'
  | 'moment'
  | 'text'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'bytes'
  | 'protocol'
  | 'mark';

/** As sentences call them. */
export const TYPE_WORDS: Readonly<Record<Type, string>> = {
  number: 'a number',
  flag: 'a flag',
  duration: 'a time in seconds',
  moment: 'a date and time',
  text: 'a text',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  mac: 'a MAC address',
  bytes: 'bytes',
  protocol: 'a protocol',
  mark: 'something that is only there or not',
};

const TYPES: Readonly<Record<Kind, Type>> = {
  uint: 'number',
  int: 'number',
  hex: 'number',
  bool: 'flag',
  mac: 'mac',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  bytes: 'bytes',
  text: 'text',
  time: 'duration',
  none: 'mark',
};

export const typeOfKind = (kind: Kind): Type => TYPES[kind];

/** Types whose values are octets in a row. */
export const isOctets = (type: Type): boolean =>
  type === 'ipv4' || type === 'ipv6' || type === 'mac' || type === 'bytes' || type === 'protocol';

/** A value on its own, taken out of the packet: octets for types that are some, nanoseconds for times. */
export type Datum = number | bigint | string | Uint8Array;

/** A row's value on its own. `octets` are the layer's, in which `at` and `end` say where it stands. */
export function datumOf(row: Row, value: Value, octets: Uint8Array, at: number, end: number): Datum {
  const type = typeOfKind(row.kind);
  if (isOctets(type)) return octets.subarray(at, end);
  if (type === 'number') return numberOf(value);
  if (type === 'flag') return flagOf(value);
  return type === 'duration' ? nanosecondsOf(value) : (value as string);
}

/** Some rows give a number as text; beyond 2^53 a number is a bigint, below it never. */
export function numberOf(value: Value): number | bigint {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return small(value);
  return value !== null && /^-?\d+$/.test(value) ? small(BigInt(value)) : Number.NaN;
}

export function small(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export const flagOf = (value: Value): number => (value ? 1 : 0);

/** `-12.000000345` seconds as nanoseconds. */
export function nanosecondsOf(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  const text = String(value);
  const point = text.indexOf('.');
  if (point < 0) return /^-?\d+$/.test(text) ? BigInt(text) * 1_000_000_000n : 0n;
  return BigInt(text.slice(0, point) + text.slice(point + 1, point + 10).padEnd(9, '0'));
}

/** Less than 0, 0 or more; NaN for values of different natures, which are neither. */
export function compare(a: Datum, b: Datum): number {
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareOctets(a, 0, a.length, b) : Number.NaN;
  if (b instanceof Uint8Array || (typeof a === 'string') !== (typeof b === 'string')) return Number.NaN;
  return a < b ? -1 : a > b ? 1 : typeof a === 'number' && Number.isNaN(a) ? Number.NaN : 0;
}

/** The shorter comes first, as in Wireshark; of the same length, octet by octet. */
export function compareOctets(bytes: Uint8Array, from: number, end: number, other: Uint8Array): number {
  const { length } = other;
  if (end - from !== length) return end - from - length;
  for (let i = 0; i < length; i++) {
    const difference = bytes[from + i]! - other[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when `part` stands anywhere in `bytes[from, end)`. */
export function containsOctets(bytes: Uint8Array, from: number, end: number, part: Uint8Array): boolean {
  if (part.length === 0) return true;
  const last = end - part.length;
  const first = part[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < part.length && bytes[at + i] === part[i]) i++;
    if (i === part.length) return true;
  }
  return false;
}

const ENCODER = new TextEncoder();

/** The octets of a text or of what is some already. */
export const octetsOf = (datum: Datum): Uint8Array =>
  datum instanceof Uint8Array ? datum : ENCODER.encode(String(datum));

const WRITER = new Writer(64);

/** What `string()` makes of a value. */
export function textOf(datum: Datum, type: Type): string {
  if (datum instanceof Uint8Array) {
    WRITER.clear();
    if (type === 'ipv4' && datum.length === 4) WRITER.ipv4(datum, 0);
    else if (type === 'ipv6' && datum.length === 16) WRITER.ipv6(datum, 0);
    else if (type === 'mac' && datum.length === 6) WRITER.mac(datum, 0);
    else WRITER.octets(datum, 0, datum.length);
    return WRITER.toString();
  }
  if (type === 'flag') return datum === 0 ? 'False' : 'True';
  if (type !== 'duration' && type !== 'moment') return String(datum);
  const negative = BigInt(datum) < 0n;
  const digits = String(negative ? -BigInt(datum) : datum).padStart(10, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
