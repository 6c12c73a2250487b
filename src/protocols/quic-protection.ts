import { type Aead, aesBlock, aesCcm, aesGcm, chacha20Poly1305, chacha20Stream } from '../core/aead.ts';
import { u32 } from '../core/bytes.ts';
import { extracted, type HashName } from '../core/hkdf.ts';
import { protectionOf } from './quic-versions.ts';
import { expandLabel } from './tls-key-schedule.ts';

/** How a cipher suite of TLS 1.3 protects packets. RFC 9001 §5.3, §5.4. */
export interface PacketCipher {
  readonly aead: Aead;
  readonly hash: HashName;
  readonly keyLength: number;
  /** Octets of a secret: those of the hash. */
  readonly secretLength: number;
  /** Five octets that hide parts of the header, out of a sample of what is encrypted. Null for a wrong size. */
  readonly mask: (key: Uint8Array, sample: Uint8Array) => Uint8Array | null;
}

/** RFC 9001 §5.4.4: the sample's first four octets are the block's number, the least significant first. */
function chachaMask(key: Uint8Array, sample: Uint8Array): Uint8Array | null {
  const counter = (sample[0]! | (sample[1]! << 8) | (sample[2]! << 16) | (sample[3]! << 24)) >>> 0;
  return chacha20Stream(key, sample.subarray(4), counter, 1 + LONGEST_NUMBER);
}

const AES_128: PacketCipher = { aead: aesGcm, hash: 'SHA-256', keyLength: 16, secretLength: 32, mask: aesBlock };

/** Suites of TLS 1.3 (RFC 8446 appendix B.4). The one with a short tag is not for QUIC (RFC 9001 §5.3). */
const CIPHERS = new Map<number, PacketCipher>([
  [0x1301, AES_128],
  [0x1302, { aead: aesGcm, hash: 'SHA-384', keyLength: 32, secretLength: 48, mask: aesBlock }],
  [0x1303, { aead: chacha20Poly1305, hash: 'SHA-256', keyLength: 32, secretLength: 32, mask: chachaMask }],
  [0x1304, { ...AES_128, aead: aesCcm(16) }],
]);

/** Null for a suite that QUIC does not have. */
export const cipherOf = (suite: number): PacketCipher | null => CIPHERS.get(suite) ?? null;

/** Suites that a secret of so many octets may belong to. */
export const suitesOf = (secretLength: number): number[] =>
  [...CIPHERS].filter(([, cipher]) => cipher.secretLength === secretLength).map(([suite]) => suite);

/** Keys of one direction. RFC 9001 §5.1. */
export interface PacketKeys {
  readonly cipher: PacketCipher;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Of header protection. */
  readonly header: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const IV = 12;

/** Keys out of a secret; null for a version of which the labels are not known. RFC 9001 §5.1, RFC 9369 §3.3.2. */
export function packetKeys(cipher: PacketCipher, version: number, secret: Uint8Array): PacketKeys | null {
  const label = protectionOf(version)?.label;
  if (label === undefined) return null;
  const { hash, keyLength } = cipher;
  return {
    cipher,
    key: expandLabel(hash, secret, `${label} key`, NOTHING, keyLength),
    iv: expandLabel(hash, secret, `${label} iv`, NOTHING, IV),
    header: expandLabel(hash, secret, `${label} hp`, NOTHING, keyLength),
  };
}

/** The secret behind a key update; the version's labels are known. RFC 9001 §6.1. */
export const nextSecret = (cipher: PacketCipher, version: number, secret: Uint8Array): Uint8Array =>
  expandLabel(cipher.hash, secret, `${protectionOf(version)!.label} ku`, NOTHING, cipher.secretLength);

/**
 * Keys of Initial packets, which anybody has who saw the first one: they come out of its destination connection ID and a
 * number that the standard prints. RFC 9001 §5.2. Null for a version of which that number is not known.
 */
export function initialKeys(version: number, id: Uint8Array, sender: 'client' | 'server'): PacketKeys | null {
  const protection = protectionOf(version);
  if (protection === null) return null;
  const { hash, secretLength } = AES_128;
  const initial = extracted(hash, protection.salt, id);
  const secret = expandLabel(hash, initial, sender === 'client' ? 'client in' : 'server in', NOTHING, secretLength);
  return packetKeys(AES_128, version, secret);
}

/** The longest packet number, and how much behind it masks the header (RFC 9001 §5.4.2). */
const LONGEST_NUMBER = 4;
const SAMPLE = 16;

/** A packet of which header protection is taken off. RFC 9001 §5.4. */
interface Unmasked {
  /** The first octet, of which the last four bits were protected, or five of a short header. */
  readonly first: number;
  /** The last octets of the packet's number. */
  readonly low: number;
  /** The header as it was sealed with what it carries. */
  readonly header: Uint8Array;
  readonly numberLength: number;
}

/** A packet without its protection. */
export interface OpenedPacket {
  readonly first: number;
  readonly number: number;
  readonly payload: Uint8Array;
}

const LONG = 0x80;

/** Takes header protection off the packet `[start, end)` whose number begins at `numberAt`; null where it is too short. */
export function unmasked(
  { cipher, header: key }: PacketKeys,
  bytes: Uint8Array,
  start: number,
  numberAt: number,
  end: number,
): Unmasked | null {
  const sampleAt = numberAt + LONGEST_NUMBER;
  if (sampleAt + SAMPLE > end) return null;
  const mask = cipher.mask(key, bytes.subarray(sampleAt, sampleAt + SAMPLE));
  if (mask === null) return null;
  const first = bytes[start]! ^ (mask[0]! & (bytes[start]! & LONG ? 0x0f : 0x1f));
  const numberLength = (first & 3) + 1;
  const header = bytes.slice(start, numberAt + numberLength);
  header[0] = first;
  let low = 0;
  for (let i = 0; i < numberLength; i++) {
    const octet = bytes[numberAt + i]! ^ mask[1 + i]!;
    header[numberAt - start + i] = octet;
    low = low * 256 + octet;
  }
  return { first, low, header, numberLength };
}

/**
 * Opens what the packet `[start, end)` carries. Null where the keys are not its. `expected` is the number after the greatest
 * so far. RFC 9001 §5.3.
 */
export function openPayload(
  { cipher, key, iv }: PacketKeys,
  { first, low, header, numberLength }: Unmasked,
  bytes: Uint8Array,
  start: number,
  end: number,
  expected: number,
): OpenedPacket | null {
  const number = wholeNumber(low, numberLength, expected);
  const payload = cipher.aead(key, nonceOf(iv, number), header, bytes.subarray(start + header.length, end));
  return payload === null ? null : { first, number, payload };
}

/** Takes header protection and encryption off the packet `[start, end)` whose number begins at `numberAt`. */
export function openPacket(
  keys: PacketKeys,
  bytes: Uint8Array,
  start: number,
  numberAt: number,
  end: number,
  expected: number,
): OpenedPacket | null {
  const bare = unmasked(keys, bytes, start, numberAt, end);
  return bare === null ? null : openPayload(keys, bare, bytes, start, end, expected);
}

/** The number whose last octets were sent: the one nearest to what is expected. RFC 9000 appendix A.3. */
export function wholeNumber(low: number, length: number, expected: number): number {
  const window = 256 ** length;
  const candidate = expected - (expected % window) + low;
  if (candidate <= expected - window / 2 && candidate < 2 ** 62 - window) return candidate + window;
  if (candidate > expected + window / 2 && candidate >= window) return candidate - window;
  return candidate;
}

/** The packet's number over the last octets of the IV. RFC 9001 §5.3. */
function nonceOf(iv: Uint8Array, number: number): Uint8Array {
  const nonce = iv.slice();
  const view = new DataView(nonce.buffer);
  view.setUint32(IV - 8, u32(iv, IV - 8) ^ Math.floor(number / 2 ** 32));
  view.setUint32(IV - 4, u32(iv, IV - 4) ^ (number % 2 ** 32));
  return nonce;
}

/** Octets of Retry's tag. */
export const RETRY_TAG = 16;

/**
 * Whether the tag at the end of the Retry packet `[start, end)` is that of an answer to an Initial which went to the
 * connection ID `original`: nobody can make it who did not see that. Null where the version has none. RFC 9001 §5.8.
 */
export function isRetryFor(
  version: number,
  original: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean | null {
  const protection = protectionOf(version);
  if (protection === null || protection.retryKey === null || protection.retryNonce === null) return null;
  const tagAt = end - RETRY_TAG;
  const pseudo = new Uint8Array(1 + original.length + tagAt - start);
  pseudo[0] = original.length;
  pseudo.set(original, 1);
  pseudo.set(bytes.subarray(start, tagAt), 1 + original.length);
  return aesGcm(protection.retryKey, protection.retryNonce, pseudo, bytes.subarray(tagAt, end)) !== null;
}
