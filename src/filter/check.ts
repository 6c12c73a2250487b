import type { Value } from '../core/field.ts';
import { compare, compareOctets, type Datum, flagOf, nanosecondsOf, numberOf, type Type } from './datum.ts';
import type { Prefix } from './literal.ts';

/** What stays of a comparison once it is clear how many values it is about. */
export type Order = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Judges a value that is no octets: as the row gives it, or as a datum. */
export type PlainCheck = (value: Value) => boolean;

/** Judges octets where they stand. */
export type OctetsCheck = (bytes: Uint8Array, from: number, end: number) => boolean;

/** True when a comparison that came out as `result` (less than 0, 0, more, NaN for neither) is what `order` asks for. */
export function fits(order: Order, result: number): boolean {
  switch (order) {
    case 'eq':
      return result === 0;
    case 'ne':
      return result !== 0;
    case 'lt':
      return result < 0;
    case 'le':
      return result <= 0;
    case 'gt':
      return result > 0;
    case 'ge':
      return result >= 0;
  }
}

/** A comparison with a constant that is no octets. */
export function plainCheck(order: Order, type: Type, constant: Datum): PlainCheck {
  if (type === 'number' && typeof constant === 'number') return numberCheck(order, constant);
  if (type === 'flag') return (value) => fits(order, flagOf(value) - Number(constant));
  if (type === 'text') return (value) => fits(order, compare(value as string, constant));
  const read = type === 'number' ? numberOf : nanosecondsOf;
  return (value) => fits(order, compare(read(value), constant));
}

/** The most frequent one: ports, lengths, flags. Nearly all values come as numbers. */
function numberCheck(order: Order, constant: number): PlainCheck {
  const other = (value: Value): boolean => fits(order, compare(numberOf(value), constant));
  switch (order) {
    case 'eq':
      return (value) => value === constant || (typeof value === 'string' && other(value));
    case 'ne':
      return (value) => (typeof value === 'number' ? value !== constant : other(value));
    case 'lt':
      return (value) => (typeof value === 'number' ? value < constant : other(value));
    case 'le':
      return (value) => (typeof value === 'number' ? value <= constant : other(value));
    case 'gt':
      return (value) => (typeof value === 'number' ? value > constant : other(value));
    case 'ge':
      return (value) => (typeof value === 'number' ? value >= constant : other(value));
  }
}

/** A comparison with octets; with a prefix, only its bits count. */
export function octetsCheck(order: Order, { octets, bits }: Prefix): OctetsCheck {
  if (bits === null) return (bytes, from, end) => fits(order, compareOctets(bytes, from, end, octets));
  const whole = bits >>> 3;
  const rest = bits & 7;
  const head = octets.subarray(0, whole);
  const mask = rest === 0 ? 0 : (0xff00 >>> rest) & 0xff;
  const last = rest === 0 ? 0 : octets[whole]! & mask;
  return (bytes, from, end) => {
    if (end - from !== octets.length) return order === 'ne';
    const result = compareOctets(bytes, from, from + whole, head);
    return fits(order, result !== 0 || rest === 0 ? result : (bytes[from + whole]! & mask) - last);
  };
}
