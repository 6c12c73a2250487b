import { ecb, gcm } from '@noble/ciphers/aes.js';
import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';

/**
 * Authenticated encryption with associated data (RFC 5116 §2.2), opened: what was sealed without its tag, or null where key,
 * nonce, associated data and tag do not belong together. Never throws.
 */
export type Aead = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
) => Uint8Array | null;

/** AES in Galois/counter mode, with a key of 16 or 32 octets (RFC 5116 §5.1, §5.2). */
export const aesGcm: Aead = (key, nonce, associated, sealed) =>
  attempt(() => gcm(key, nonce, associated).decrypt(sealed));

/** RFC 8439 §2.8. */
export const chacha20Poly1305: Aead = (key, nonce, associated, sealed) =>
  attempt(() => chacha20poly1305(key, nonce, associated).decrypt(sealed));

/** One block of 16 octets encrypted by AES, or null for a key or block of another size. */
export const aesBlock = (key: Uint8Array, block: Uint8Array): Uint8Array | null =>
  attempt(() => ecb(key, { disablePadding: true }).encrypt(block));

/** `length` octets of ChaCha20's key stream from that of the block `counter` on (RFC 8439 §2.4), or null for wrong sizes. */
export const chacha20Stream = (
  key: Uint8Array,
  nonce: Uint8Array,
  counter: number,
  length: number,
): Uint8Array | null => attempt(() => chacha20(key, nonce, new Uint8Array(length), undefined, counter));

/** The library throws where octets do not fit. */
function attempt(compute: () => Uint8Array): Uint8Array | null {
  try {
    return compute();
  } catch {
    return null;
  }
}
