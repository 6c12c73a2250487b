/**
 * Big-endian reads at an offset. Plain functions over a Uint8Array are an order of magnitude faster than
 * `Buffer.readUInt*` in V8 and run in a browser as they are. The caller has proved that the bytes are there.
 */
export const u8 = (bytes: Uint8Array, at: number): number => bytes[at]!;

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export const u24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;

export const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** 64 bits as a bigint: for printing only, never on the hot path. */
export const u64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(u32(bytes, at)) << 32n) | BigInt(u32(bytes, at + 4));
