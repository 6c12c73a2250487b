import { cbc, ctr, ecb, gcm } from '@noble/ciphers/aes.js';
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

const BLOCK = 16;
/** Octets that CCM's block counters have in TLS: what the nonce of 12 leaves of a block (RFC 5116 §5.3). */
const COUNTER = 3;

/** AES in counter mode with CBC-MAC (RFC 3610), with a tag of so many octets and a nonce of 12. */
export const aesCcm =
  (tag: 8 | 16): Aead =>
  (key, nonce, associated, sealed) =>
    attempt(() => openCcm(tag, key, nonce, associated, sealed));

/** RFC 3610 §2.5. Throws where the library does; null where the tag is another one. */
function openCcm(
  tag: number,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  const length = sealed.length - tag;
  if (length < 0 || nonce.length !== BLOCK - 1 - COUNTER || associated.length >= 0xff00) return null;
  const counter = new Uint8Array(BLOCK);
  counter[0] = COUNTER - 1;
  counter.set(nonce, 1);
  // The first block of the key stream hides the tag, those behind it the content (§2.3).
  const stream = new Uint8Array(BLOCK + length);
  stream.set(sealed.subarray(length));
  stream.set(sealed.subarray(0, length), BLOCK);
  const clear = ctr(key, counter).decrypt(stream);
  const plain = clear.slice(BLOCK);
  const mac = ccmMac(tag, key, nonce, associated, plain);
  return sameOctets(mac.subarray(0, tag), clear.subarray(0, tag)) ? plain : null;
}

/** RFC 3610 §2.2: the last block of a chain over nonce and lengths, associated data, and content. */
function ccmMac(
  tag: number,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const room = associated.length === 0 ? 0 : blocks(2 + associated.length);
  const chain = new Uint8Array(BLOCK + room + blocks(plain.length));
  chain[0] = (associated.length > 0 ? 0x40 : 0) | (((tag - 2) / 2) << 3) | (COUNTER - 1);
  chain.set(nonce, 1);
  for (let i = 0, left = plain.length; i < COUNTER; i++, left >>>= 8) chain[BLOCK - 1 - i] = left & 0xff;
  if (room > 0) {
    chain[BLOCK] = associated.length >>> 8;
    chain[BLOCK + 1] = associated.length & 0xff;
    chain.set(associated, BLOCK + 2);
  }
  chain.set(plain, BLOCK + room);
  return cbc(key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(chain).subarray(-BLOCK);
}

const blocks = (length: number): number => Math.ceil(length / BLOCK) * BLOCK;

/** Content in blocks of 16 octets, each chained to the one before (NIST SP 800-38A §6.2); null for wrong sizes. */
export const aesCbc = (key: Uint8Array, vector: Uint8Array, sealed: Uint8Array): Uint8Array | null =>
  sealed.length === 0 ? null : attempt(() => cbc(key, vector, { disablePadding: true }).decrypt(sealed));

/** Whether two have the same octets. */
export const sameOctets = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, i) => octet === b[i]);

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
function attempt(compute: () => Uint8Array | null): Uint8Array | null {
  try {
    return compute();
  } catch {
    return null;
  }
}
