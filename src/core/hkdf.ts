import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';

/** Hash functions that keys are derived with. */
export type HashName = 'SHA-256' | 'SHA-384';

const hashOf = (name: HashName) => (name === 'SHA-256' ? sha256 : sha384);

/** HKDF-Extract: a secret out of keying material. RFC 5869 §2.2. */
export const extracted = (hash: HashName, salt: Uint8Array, material: Uint8Array): Uint8Array =>
  extract(hashOf(hash), material, salt);

/** HKDF-Expand: keys out of a secret. RFC 5869 §2.3. At most 255 times as long as the hash. */
export const expanded = (hash: HashName, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
  expand(hashOf(hash), secret, info, length);

/** RFC 2104. */
export const hmacOf = (hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array =>
  hmac(hashOf(hash), key, message);
