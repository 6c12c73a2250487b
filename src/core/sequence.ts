/**
 * Arithmetic on 32-bit sequence numbers, which wrap (RFC 9293 §3.4). `a` is before `b` when it takes fewer than 2^31
 * steps forward from `a` to reach `b`.
 */
export const add = (a: number, n: number): number => (a + n) >>> 0;

/** Steps from `b` forward to `a`, in [-2^31, 2^31). */
export const minus = (a: number, b: number): number => (a - b) | 0;

export const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;
export const after = (a: number, b: number): boolean => ((a - b) | 0) > 0;
export const atOrBefore = (a: number, b: number): boolean => ((a - b) | 0) <= 0;
export const atOrAfter = (a: number, b: number): boolean => ((a - b) | 0) >= 0;
