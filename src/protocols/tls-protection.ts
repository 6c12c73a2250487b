import { type Aead, aesCbc, aesCcm, aesGcm, chacha20Poly1305, sameOctets } from '../core/aead.ts';
import { type AnyHashName, type HashName, hmacOf } from '../core/hkdf.ts';
import { HEADER } from './tls.ts';
import { expandLabel } from './tls-key-schedule.ts';
import { suiteName, TLS10, TLS12, TLS13 } from './tls-names.ts';
import { joined, oldPseudorandom, pseudorandom } from './tls-prf.ts';

/** How a cipher suite protects records. */
export interface Protection {
  /** Null for blocks in a chain, whose authentication stands beside it. */
  readonly aead: Aead | null;
  readonly keyLength: number;
  /** Octets of the initialization vector that come with the keys. */
  readonly vectorLength: number;
  /** Octets of the nonce that stand in each record of TLS 1.2 (RFC 5288 §3); those of ChaCha20 are counted (RFC 7905 §2). */
  readonly explicitLength: number;
  /** What authentication adds to a record. */
  readonly tagLength: number;
  /** What authenticates blocks in a chain; null for AEAD, which does it itself. */
  readonly mac: AnyHashName | null;
  /** What keys are derived with. */
  readonly hash: HashName;
}

/** Keys of one direction. */
export interface RecordKeys {
  readonly key: Uint8Array;
  readonly vector: Uint8Array;
  readonly mac: Uint8Array;
}

/** A record's content in clear: `bytes[0, end)`, and what it says that it is. */
export interface Opened {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly end: number;
}

const GCM = { aead: aesGcm, vectorLength: 4, explicitLength: 8, tagLength: 16, mac: null } as const;
const CHACHA = {
  aead: chacha20Poly1305,
  keyLength: 32,
  vectorLength: 12,
  explicitLength: 0,
  tagLength: 16,
  mac: null,
  hash: 'SHA-256',
} as const;
const BLOCK = 16;
const CBC = { aead: null, vectorLength: BLOCK, explicitLength: BLOCK } as const;
const CCM = { ...GCM, aead: aesCcm(16) } as const;
const CCM_8 = { ...GCM, aead: aesCcm(8), tagLength: 8 } as const;

/** The registered name says it all: `..._AES_128_GCM_SHA256`. */
const AES = /_AES_(128|256)_(GCM|CCM_8|CCM|CBC)(?:_(SHA256|SHA384|SHA))?$/;
/** Suites of a draft, of which records have other nonces. */
const DRAFTS = new Set([0xcc13, 0xcc14, 0xcc15]);

/** How the suite protects records; null for what is not opened here. */
export function protectionOf(suite: number): Protection | null {
  const name = suiteName(suite);
  if (name.endsWith('_CHACHA20_POLY1305_SHA256')) return DRAFTS.has(suite) ? null : CHACHA;
  const parts = AES.exec(name);
  if (parts === null) return null;
  const keyLength = Number(parts[1]) / 8;
  const hash = parts[3] === 'SHA384' ? 'SHA-384' : 'SHA-256';
  switch (parts[2]) {
    case 'GCM':
      return { ...GCM, keyLength, hash };
    case 'CCM':
      return { ...CCM, keyLength, hash };
    case 'CCM_8':
      return { ...CCM_8, keyLength, hash };
    default:
      return { ...CBC, keyLength, hash, ...CHAIN_MACS[parts[3] ?? ''] } as Protection;
  }
}

const CHAIN_MACS: Readonly<Record<string, { mac: AnyHashName; tagLength: number }>> = {
  SHA: { mac: 'SHA-1', tagLength: 20 },
  SHA256: { mac: 'SHA-256', tagLength: 32 },
  SHA384: { mac: 'SHA-384', tagLength: 48 },
};

const NOTHING = new Uint8Array(0);
const NONCE = 12;

/** Keys out of a traffic secret of TLS 1.3. RFC 8446 §7.3. */
export const trafficKeys = ({ hash, keyLength }: Protection, secret: Uint8Array): RecordKeys => ({
  key: expandLabel(hash, secret, 'key', NOTHING, keyLength),
  vector: expandLabel(hash, secret, 'iv', NOTHING, NONCE),
  mac: NOTHING,
});

/** The secret behind a key update. RFC 8446 §7.2. */
export const nextSecret = ({ hash }: Protection, secret: Uint8Array): Uint8Array =>
  expandLabel(hash, secret, 'traffic upd', NOTHING, secret.length);

/** Keys of both directions out of the master secret, the client's first. RFC 5246 §6.3. */
export function keyBlock(
  { hash, keyLength, vectorLength, tagLength, mac }: Protection,
  version: number,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): readonly [RecordKeys, RecordKeys] {
  const macLength = mac === null ? 0 : tagLength;
  const seed = joined(serverRandom, clientRandom);
  const length = 2 * (macLength + keyLength + vectorLength);
  const block =
    version < TLS12
      ? oldPseudorandom(master, 'key expansion', seed, length)
      : pseudorandom(hash, master, 'key expansion', seed, length);
  return [part(0), part(1)];

  /** Of each kind the client's stands first. */
  function part(end: 0 | 1): RecordKeys {
    const macAt = end * macLength;
    const keyAt = 2 * macLength + end * keyLength;
    const vectorAt = 2 * (macLength + keyLength) + end * vectorLength;
    return {
      mac: block.slice(macAt, macAt + macLength),
      key: block.slice(keyAt, keyAt + keyLength),
      vector: block.slice(vectorAt, vectorAt + vectorLength),
    };
  }
}

/** What the record at `from` has beside its content, at the least: its content is not longer than what is left. */
export const overhead = ({ explicitLength, tagLength }: Protection, version: number): number =>
  HEADER + tagLength + (version === TLS13 ? 1 : explicitLength);

/**
 * Opens the record of TLS 1.3 in `bytes[from, to)`, or answers null where key, number or tag are not its own. The true type
 * stands behind the content, and padding of zeros behind it (RFC 8446 §5.2).
 */
export function openInner(
  { aead }: Protection,
  { key, vector }: RecordKeys,
  sequence: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): Opened | null {
  const content = bytes.subarray(from + HEADER, to);
  const plain = aead?.(key, counted(vector, sequence), bytes.subarray(from, from + HEADER), content) ?? null;
  if (plain === null) return null;
  let end = plain.length - 1;
  while (end >= 0 && plain[end] === 0) end--;
  return end < 0 ? null : { type: plain[end]!, bytes: plain, end };
}

/** The nonce of a record: the vector with the record's number in it (RFC 8446 §5.3, RFC 7905 §2). */
function counted(vector: Uint8Array, sequence: number): Uint8Array {
  const nonce = vector.slice();
  const number = octetsOf(sequence);
  for (let i = 0; i < 8; i++) nonce[nonce.length - 8 + i]! ^= number[i]!;
  return nonce;
}

function octetsOf(sequence: number): Uint8Array {
  const octets = new Uint8Array(8);
  for (let i = 7, left = sequence; left > 0; i--, left = Math.floor(left / 256)) octets[i] = left % 256;
  return octets;
}

/** Opens the record of TLS up to 1.2 in `bytes[from, to)`; null where keys, number or authentication are not its own. */
export function openOuter(
  protection: Protection,
  keys: RecordKeys,
  version: number,
  encryptThenMac: boolean,
  sequence: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): Opened | null {
  const content = bytes.subarray(from + HEADER, to);
  const plain =
    protection.aead === null
      ? openChain(protection, keys, version, encryptThenMac, sequence, bytes, from, content)
      : openSealed(protection, keys, sequence, bytes, from, content);
  return plain === null ? null : { type: bytes[from]!, bytes: plain, end: plain.length };
}

/** RFC 5246 §6.2.3.3. */
function openSealed(
  { aead, explicitLength, tagLength }: Protection,
  { key, vector }: RecordKeys,
  sequence: number,
  bytes: Uint8Array,
  from: number,
  content: Uint8Array,
): Uint8Array | null {
  const length = content.length - explicitLength - tagLength;
  if (length < 0) return null;
  const nonce = explicitLength === 0 ? counted(vector, sequence) : joined(vector, content.subarray(0, explicitLength));
  return aead!(key, nonce, associated(sequence, bytes, from, length), content.subarray(explicitLength));
}

/** What is authenticated beside the content: the record's number, type and version, and a length (RFC 5246 §6.2.3.3). */
function associated(sequence: number, bytes: Uint8Array, from: number, length: number): Uint8Array {
  const octets = new Uint8Array(13);
  octets.set(octetsOf(sequence));
  octets.set(bytes.subarray(from, from + 3), 8);
  octets[11] = length >>> 8;
  octets[12] = length & 0xff;
  return octets;
}

/** RFC 5246 §6.2.3.2; with the authentication outside, RFC 7366 §3. */
function openChain(
  { mac, tagLength }: Protection,
  keys: RecordKeys,
  version: number,
  encryptThenMac: boolean,
  sequence: number,
  bytes: Uint8Array,
  from: number,
  content: Uint8Array,
): Uint8Array | null {
  const check = (covered: Uint8Array, tag: Uint8Array): boolean =>
    sameOctets(hmacOf(mac!, keys.mac, joined(associated(sequence, bytes, from, covered.length), covered)), tag);
  const end = encryptThenMac ? content.length - tagLength : content.length;
  // Up to TLS 1.0 the vector is the last block of the record before (RFC 2246 §6.2.3.2).
  const first = version > TLS10 ? BLOCK : 0;
  if (end < first + BLOCK) return null;
  if (encryptThenMac && !check(content.subarray(0, end), content.subarray(end))) return null;
  const vector = first > 0 ? content.subarray(0, first) : keys.vector;
  const padded = aesCbc(keys.key, vector, content.subarray(first, end));
  if (padded === null) return null;
  const length = padded.length - 1 - padded.at(-1)! - (encryptThenMac ? 0 : tagLength);
  if (length < 0) return null;
  const plain = padded.subarray(0, length);
  return encryptThenMac || check(plain, padded.subarray(length, length + tagLength)) ? plain : null;
}

/** The last block of a record, which begins the next one's chain in TLS 1.0; null where the chain does not go on so. */
export const chainedVector = (
  { aead, tagLength }: Protection,
  version: number,
  encryptThenMac: boolean,
  bytes: Uint8Array,
  to: number,
): Uint8Array | null => {
  if (aead !== null || version > TLS10) return null;
  const end = encryptThenMac ? to - tagLength : to;
  return bytes.slice(end - BLOCK, end);
};
