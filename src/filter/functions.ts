import { compare, type Datum, isOctets, octetsOf, type Type, textOf } from './datum.ts';

/** A function of the language, over the values that its arguments have in a packet. */
interface Function {
  /** True when it takes several arguments. */
  readonly many?: true;
  /** Type of its result; that of its arguments where absent. */
  readonly type?: Type;
  /** What it takes, as a sentence says it. */
  readonly wants: string;
  takes(type: Type): boolean;
  apply(values: readonly Datum[], type: Type, into: Datum[]): void;
}

const isText = (type: Type): boolean => type === 'text';
const isOrdered = (type: Type): boolean => type !== 'mark' && type !== 'protocol';

function each(change: (value: Datum, type: Type) => Datum): Function['apply'] {
  return (values, type, into) => {
    for (const value of values) into.push(change(value, type));
  };
}

/** The value that comes first when `sign` is 1, last when it is -1. */
function extreme(sign: 1 | -1): Function['apply'] {
  return (values, _type, into) => {
    if (values.length === 0) return;
    into.push(values.reduce((best, value) => (compare(value, best) * sign < 0 ? value : best)));
  };
}

export const functions: ReadonlyMap<string, Function> = new Map<string, Function>([
  [
    'len',
    {
      type: 'number',
      wants: 'a text or bytes',
      takes: (type) => isText(type) || isOctets(type),
      apply: each((value) => octetsOf(value).length),
    },
  ],
  [
    'count',
    {
      type: 'number',
      wants: 'a field',
      takes: () => true,
      apply: (values, _type, into) => {
        if (values.length > 0) into.push(values.length);
      },
    },
  ],
  ['lower', { wants: 'a text', takes: isText, apply: each((value) => String(value).toLowerCase()) }],
  ['upper', { wants: 'a text', takes: isText, apply: each((value) => String(value).toUpperCase()) }],
  ['max', { many: true, wants: 'values with an order', takes: isOrdered, apply: extreme(-1) }],
  ['min', { many: true, wants: 'values with an order', takes: isOrdered, apply: extreme(1) }],
  [
    'abs',
    {
      wants: 'a number',
      takes: (type) => type === 'number' || type === 'duration',
      apply: each((value) => (compare(value, 0) < 0 ? -(value as number) : value)),
    },
  ],
  ['string', { type: 'text', wants: 'a value', takes: isOrdered, apply: each(textOf) }],
]);
