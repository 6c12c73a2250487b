import { aesBlock, aesGcm } from '../core/aead.ts';
import { u32 } from '../core/bytes.ts';
import { extracted } from '../core/hkdf.ts';
import { protectionOf } from './quic-versions.ts';
import { expandLabel } from './tls-key-schedule.ts';

/** Keys of one direction. RFC 9001 §5.1. */
export interface PacketKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Of header protection. */
  readonly header: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const HASH = 'SHA-256';
const SECRET = 32;
const KEY = 16;
const IV = 12;

/**
 * Keys of Initial packets, which anybody has who saw the first one: they come out of its destination connection ID and a
 * number that the standard prints. RFC 9001 §5.2. Null for a version of which that number is not known.
 */
export function initialKeys(version: number, id: Uint8Array, sender: 'client' | 'server'): PacketKeys | null {
  const protection = protectionOf(version);
  if (protection === null) return null;
  const { salt, label } = protection;
  const initial = extracted(HASH, salt, id);
  const secret = expandLabel(HASH, initial, sender === 'client' ? 'client in' : 'server in', NOTHING, SECRET);
  return {
    key: expandLabel(HASH, secret, `${label} key`, NOTHING, KEY),
    iv: expandLabel(HASH, secret, `${label} iv`, NOTHING, IV),
    header: expandLabel(HASH, secret, `${label} hp`, NOTHING, KEY),
  };
}

/** A long packet without its protection. */
interface Opened {
  /** The first octet, of which the last four bits were protected. */
  readonly first: number;
  readonly number: number;
  readonly numberLength: number;
  readonly payload: Uint8Array;
}

/** The longest packet number, and how much behind it masks the header (RFC 9001 §5.4.2). */
const LONGEST_NUMBER = 4;
const SAMPLE = 16;

/**
 * Takes header protection and encryption off the packet `[start, end)` with a long header, whose number begins at
 * `numberAt`. Null where the keys are not its. `expected` is the number after the greatest so far. RFC 9001 §5.3, §5.4.
 */
export function openLongPacket(
  keys: PacketKeys,
  bytes: Uint8Array,
  start: number,
  numberAt: number,
  end: number,
  expected: number,
): Opened | null {
  const sampleAt = numberAt + LONGEST_NUMBER;
  if (sampleAt + SAMPLE > end) return null;
  const mask = aesBlock(keys.header, bytes.subarray(sampleAt, sampleAt + SAMPLE));
  if (mask === null) return null;
  const first = bytes[start]! ^ (mask[0]! & 0x0f);
  const numberLength = (first & 3) + 1;
  const payloadAt = numberAt + numberLength;
  const header = bytes.slice(start, payloadAt);
  header[0] = first;
  let low = 0;
  for (let i = 0; i < numberLength; i++) {
    const octet = bytes[numberAt + i]! ^ mask[1 + i]!;
    header[numberAt - start + i] = octet;
    low = low * 256 + octet;
  }
  const number = wholeNumber(low, numberLength, expected);
  const payload = aesGcm(keys.key, nonceOf(keys.iv, number), header, bytes.subarray(payloadAt, end));
  return payload === null ? null : { first, number, numberLength, payload };
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
