import { Decompress, Inflate } from 'fflate/browser';

/** Content codings of HTTP (RFC 9110 §8.4.1) that are undone here; `deflate` is sent with zlib's header and without. */
const INFLATED = new Set(['gzip', 'x-gzip', 'deflate', 'x-deflate']);

/** Content that grows beyond this stays as it was carried: a small bomb would fill the memory. */
export const LARGEST_CONTENT = 1 << 24;

/** Octets inflated at once. DEFLATE makes at most 1032 out of one, so that the limit is noticed in time. */
const PIECE = 1 << 12;

/**
 * The content without its coding, as far as it came; null for a coding that is not known, and for octets that are not what
 * it says.
 */
export function withoutCoding(bytes: Uint8Array, coding: string): Uint8Array | null {
  return INFLATED.has(coding.toLowerCase()) ? undone(new Decompress(), bytes, LARGEST_CONTENT) : null;
}

/** DEFLATE without a header undone (RFC 1951); null for octets that are something else, and when it would be over `most`. */
export const inflated = (bytes: Uint8Array, most: number): Uint8Array | null => undone(new Inflate(), bytes, most);

function undone(inflate: Decompress | Inflate, bytes: Uint8Array, most: number): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let length = 0;
  inflate.ondata = (part) => {
    parts.push(part);
    length += part.length;
  };
  try {
    for (let at = 0; at < bytes.length && length <= most; at += PIECE) inflate.push(bytes.subarray(at, at + PIECE));
  } catch {
    return null; // damaged
  }
  return length === 0 || length > most ? null : joined(parts, length);
}

/** Parts of a content in one piece. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
