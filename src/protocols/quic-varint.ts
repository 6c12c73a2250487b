import { u8, u16, u32, u64 } from '../core/bytes.ts';

/**
 * QUIC's integers of variable length: the first two bits say how many octets they take. RFC 9000 §16.
 *
 *  |0 0| 6 bits   |0 1| 14 bits   |1 0| 30 bits   |1 1| 62 bits
 */
const lengthAt = (bytes: Uint8Array, at: number): number => 1 << (u8(bytes, at) >>> 6);

/** Where the integer at `at` ends; beyond `limit`, or -1, where it is not there whole. */
export function varintEnd(bytes: Uint8Array, at: number, limit: number): number {
  if (at < 0 || at >= limit) return -1;
  const end = at + lengthAt(bytes, at);
  return end <= limit ? end : -1;
}

/** Its value, for reckoning: rounded beyond 2^53, which no length or offset of a packet reaches. */
export function varint(bytes: Uint8Array, at: number): number {
  switch (lengthAt(bytes, at)) {
    case 1:
      return u8(bytes, at);
    case 2:
      return u16(bytes, at) & 0x3fff;
    case 4:
      return u32(bytes, at) & 0x3fffffff;
    default:
      return (u32(bytes, at) & 0x3fffffff) * 2 ** 32 + u32(bytes, at + 4);
  }
}

/** Its value, exact, for printing. */
export function varintValue(bytes: Uint8Array, at: number): number | bigint {
  const value = varint(bytes, at);
  return Number.isSafeInteger(value) ? value : u64(bytes, at) & ((1n << 62n) - 1n);
}
