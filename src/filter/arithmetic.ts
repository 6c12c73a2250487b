import { type Datum, small } from './datum.ts';

export type Operator = '+' | '-' | '*' | '/' | '%' | '&';

/** The result, or null where there is none: a division by zero, masks of another length. */
export function arithmetic(operator: Operator, a: Datum, b: Datum): Datum | null {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return operator === '&' && a instanceof Uint8Array && b instanceof Uint8Array ? masked(a, b) : null;
  }
  if (typeof a === 'string' || typeof b === 'string') return null;
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = QUICK[operator](a, b);
    if (Number.isSafeInteger(quick)) return quick;
  }
  const exact = EXACT[operator](BigInt(a), BigInt(b));
  // Times are always bigints, numbers only when they must be.
  return exact !== null && (typeof a === 'number' || typeof b === 'number') ? small(exact) : exact;
}

/** Not a safe integer where plain numbers do not hold the result: then bigints find it, or that there is none. */
const QUICK: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '&': (a, b) => (a >= 0 && b >= 0 && a <= 0xffffffff && b <= 0xffffffff ? (a & b) >>> 0 : Number.NaN),
};

const EXACT: Readonly<Record<Operator, (a: bigint, b: bigint) => bigint | null>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? null : a / b),
  '%': (a, b) => (b === 0n ? null : a % b),
  '&': (a, b) => a & b,
};

function masked(a: Uint8Array, b: Uint8Array): Uint8Array | null {
  return a.length === b.length ? a.map((octet, i) => octet & b[i]!) : null;
}

/** False of a zero, and of octets that are all zero. */
export const isNonzero = (datum: Datum): boolean =>
  datum instanceof Uint8Array ? datum.some((octet) => octet !== 0) : Boolean(datum);
