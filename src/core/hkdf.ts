import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';

/** Hash functions that keys are derived with. */
export type HashName = 'SHA-256' | 'SHA-384';
/** With those of before TLS 1.2. */
export type AnyHashName = HashName | 'SHA-1' | 'MD5';

/** Asked for one by one: what stands behind a name is loaded then. */
function hashOf(name: AnyHashName) {
  switch (name) {
    case 'SHA-256':
      return sha256;
    case 'SHA-384':
      return sha384;
    case 'SHA-1':
      return sha1;
    case 'MD5':
      return md5;
  }
}

/** HKDF-Extract: a secret out of keying material. RFC 5869 §2.2. */
export const extracted = (hash: HashName, salt: Uint8Array, material: Uint8Array): Uint8Array =>
  extract(hashOf(hash), material, salt);

/** HKDF-Expand: keys out of a secret. RFC 5869 §2.3. At most 255 times as long as the hash. */
export const expanded = (hash: HashName, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
  expand(hashOf(hash), secret, info, length);

/** RFC 2104. */
export const hmacOf = (hash: AnyHashName, key: Uint8Array, message: Uint8Array): Uint8Array =>
  hmac(hashOf(hash), key, message);
