import { u8, u16, u32 } from '../core/bytes.ts';

/** Ranges that no router on the Internet forwards to: RFC 1918 §3, RFC 6598 §7, RFC 4193 §3. */
const PRIVATE: readonly (readonly [base: number, bits: number, text: string])[] = [
  [0x0a000000, 8, '10.0.0.0/8'],
  [0xac100000, 12, '172.16.0.0/12'],
  [0xc0a80000, 16, '192.168.0.0/16'],
  [0x64400000, 10, '100.64.0.0/10'],
];

const within = (address: number, base: number, bits: number): boolean => (address ^ base) >>> (32 - bits) === 0;

/** The private range that an address belongs to, or null. */
export function privateRange(bytes: Uint8Array, at: number, size: number): string | null {
  if (size === 16) return (u8(bytes, at) & 0xfe) === 0xfc ? 'fc00::/7' : null;
  const address = u32(bytes, at);
  return PRIVATE.find(([base, bits]) => within(address, base, bits))?.[2] ?? null;
}

/**
 * True for an address that the Internet may route to one host. Ranges for documentation count as such: examples and
 * laboratories use them in the place of real ones.
 */
export function isPublic(bytes: Uint8Array, at: number, size: number): boolean {
  if (privateRange(bytes, at, size) !== null) return false;
  if (size === 16) return u16(bytes, at) >>> 13 === 1; // 2000::/3, global unicast (RFC 4291 §2.4)
  const address = u32(bytes, at);
  const first = address >>> 24;
  // This network, loopback, link-local, multicast, reserved and broadcast (RFC 6890 §2.2.2).
  return first !== 0 && first !== 127 && first < 224 && !within(address, 0xa9fe0000, 16);
}
