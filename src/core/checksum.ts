/** The Internet checksum (RFC 1071) and the Ethernet FCS (CRC-32, IEEE 802.3 §3.2.9). */

/**
 * Adds `bytes[start, end)` as 16-bit big-endian words to `sum`, an odd last octet padded with zero. Unfolded: a sum of
 * up to 2^37 octets stays exact in a double.
 */
export function addWords(bytes: Uint8Array, start: number, end: number, sum: number): number {
  let at = start;
  let total = sum;
  const even = end - ((end - start) & 1);
  // Upper and lower octets are summed apart, as integers: no shifts, and only one addition of doubles in so many octets.
  while (at + 8 <= even) {
    const stop = Math.min(even - 7, at + INTEGER_OCTETS);
    let upper = 0;
    let lower = 0;
    for (; at < stop; at += 8) {
      upper += bytes[at]! + bytes[at + 2]! + bytes[at + 4]! + bytes[at + 6]!;
      lower += bytes[at + 1]! + bytes[at + 3]! + bytes[at + 5]! + bytes[at + 7]!;
    }
    total += upper * 256 + lower;
  }
  while (at < even) {
    total += (bytes[at]! << 8) | bytes[at + 1]!;
    at += 2;
  }
  if (at < end) total += bytes[at]! << 8;
  return total;
}

/** Octets whose sum surely fits into an integer. */
const INTEGER_OCTETS = 1 << 20;

/** Folds carries in until 16 bits are left (ones' complement addition). Not complemented. */
export function fold(sum: number): number {
  let total = sum;
  while (total > 0xffff) total = (total % 0x10000) + Math.floor(total / 0x10000);
  return total;
}

const TABLE = makeTables();

/** Slicing-by-4 tables for the reflected polynomial 0xEDB88320. */
function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    first[n] = c >>> 0;
  }
  const tables = [first];
  for (let t = 1; t < 4; t++) {
    const last = tables[t - 1]!;
    const next = new Uint32Array(256);
    for (let n = 0; n < 256; n++) next[n] = (first[last[n]! & 0xff]! ^ (last[n]! >>> 8)) >>> 0;
    tables.push(next);
  }
  return tables;
}

/** CRC-32 of `bytes[start, end)`. On the wire an Ethernet FCS holds it least significant octet first. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  const [t0, t1, t2, t3] = TABLE as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = 0xffffffff;
  let at = start;
  const whole = end - 3;
  while (at < whole) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = t3[crc & 0xff]! ^ t2[(crc >>> 8) & 0xff]! ^ t1[(crc >>> 16) & 0xff]! ^ t0[crc >>> 24]!;
    at += 4;
  }
  while (at < end) crc = t0[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The 32 bits at `at`, least significant octet first: how an FCS stands in a frame. */
export const fcsAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/**
 * What a checksum says. `partial`: the field holds the folded pseudo-header sum, as a host leaves it for its network card
 * to finish; `zero`: UDP over IPv4 without one; `unverifiable`: bytes are missing (snapped, or one fragment of several).
 */
export type Verdict = 'good' | 'bad' | 'partial' | 'zero' | 'unverifiable';

/** How a card words a verdict. */
export const VERDICT_TEXT: Record<Verdict, string> = {
  good: 'ok',
  bad: 'BAD',
  partial: 'not filled in yet',
  zero: 'none',
  unverifiable: 'not verifiable',
};
