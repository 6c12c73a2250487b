import { createCipheriv, createHmac } from 'node:crypto';
import { joined, octets } from './decoded.ts';

/** Makes QUIC packets with Node's own library, to be read by ours. */
const SALTS = new Map([
  [1, ['38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'quic']],
  [0x6b3343cf, ['0dede3def700a6db819381be6e269dcbf9bd2ed9', 'quicv2']],
  [0xff00001d, ['afbfec289993d24c9e9786f19c6111e04390a899', 'quic']],
]);

const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer =>
  createHmac('sha256', key)
    .update(joined(...parts))
    .digest();

/** HKDF-Expand-Label of TLS 1.3; one block is enough for 32 octets. */
function expandLabel(secret: Uint8Array, name: string, length: number): Uint8Array {
  const label = new TextEncoder().encode(`tls13 ${name}`);
  return hmac(secret, Uint8Array.of(0, length, label.length), label, Uint8Array.of(0, 1)).subarray(0, length);
}

export interface Initial {
  readonly version?: number;
  /** What keys are made from; the destination connection ID where it is not given. */
  readonly keyId?: Uint8Array;
  readonly to: Uint8Array;
  readonly from?: Uint8Array;
  readonly sender?: 'client' | 'server';
  readonly number?: number;
  readonly token?: Uint8Array;
  readonly payload: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const NUMBER_LENGTH = 2;
const TAG = 16;

export const u32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
/** An integer of QUIC in four octets. */
export const varint = (n: number): Uint8Array => u32((n | 0x80000000) >>> 0);
const withLength = (bytes: Uint8Array): Uint8Array => joined(Uint8Array.of(bytes.length), bytes);

/** A sealed Initial packet. */
export function initial(given: Initial): Uint8Array {
  const { version = 1, to, keyId = to, from = NOTHING, sender = 'client', number = 0, token = NOTHING } = given;
  const payload = given.payload.length < 4 ? joined(given.payload, new Uint8Array(4)) : given.payload;
  const [salt, label] = SALTS.get(version)!;
  const secret = expandLabel(hmac(octets(salt!), keyId), sender === 'client' ? 'client in' : 'server in', 32);
  const nonce = Uint8Array.from(expandLabel(secret, `${label} iv`, 12));
  nonce[11]! ^= number & 0xff;
  nonce[10]! ^= number >>> 8;
  const type = version === 0x6b3343cf ? 0xd0 : 0xc0;
  const header = joined(
    Uint8Array.of(type | (NUMBER_LENGTH - 1)),
    u32(version),
    withLength(to),
    withLength(from),
    varint(token.length),
    token,
    varint(NUMBER_LENGTH + payload.length + TAG),
    Uint8Array.of(number >>> 8, number & 0xff),
  );
  const cipher = createCipheriv('aes-128-gcm', expandLabel(secret, `${label} key`, 16), nonce).setAAD(header);
  const packet = joined(header, cipher.update(payload), cipher.final(), cipher.getAuthTag());
  const numberAt = header.length - NUMBER_LENGTH;
  const mask = createCipheriv('aes-128-ecb', expandLabel(secret, `${label} hp`, 16), null).update(
    packet.subarray(numberAt + 4, numberAt + 20),
  );
  packet[0]! ^= mask[0]! & 0x0f;
  for (let i = 0; i < NUMBER_LENGTH; i++) packet[numberAt + i]! ^= mask[1 + i]!;
  return packet;
}

/** A CRYPTO frame with the octets of `stream` from `from` on. */
export const crypto = (stream: Uint8Array, from: number, to: number): Uint8Array =>
  joined(Uint8Array.of(6), varint(from), varint(to - from), stream.subarray(from, to));

/** The Client Hello of RFC 9001 A.2: example.com, ALPN alpn. */
export const HELLO = octets(`
  010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
  04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
  616d706c652e636f6dff01000100000a00080006001d00170018001000070005
  04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
  baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
  0d0010000e0403050306030203080408050806002d00020101001c0002400100
  3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
  75300901100f088394c8f03e51570806048000ffff`);

/** How Node seals what a suite of TLS 1.3 protects. */
const SUITES = new Map([
  [0x1301, { cipher: 'aes-128-gcm', mask: 'aes-128-ecb', hash: 'sha256', key: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', mask: 'aes-256-ecb', hash: 'sha384', key: 32 }],
  [0x1303, { cipher: 'chacha20-poly1305', mask: 'chacha20', hash: 'sha256', key: 32 }],
] as const);

export interface Sealed {
  readonly suite?: number;
  readonly version?: number;
  readonly secret: Uint8Array;
  readonly number: number;
  /** How often the keys were updated before. */
  readonly updates?: number;
  readonly to: Uint8Array;
  /** Of a Handshake packet; without, the header is a short one. */
  readonly from?: Uint8Array;
  readonly payload: Uint8Array;
}

/** A packet sealed with a secret of TLS: a Handshake packet, or one with a short header. */
export function sealed(given: Sealed): Uint8Array {
  const { suite = 0x1301, version = 1, number, updates = 0, to, from, payload } = given;
  const { cipher, mask, hash, key } = SUITES.get(suite as 0x1301)!;
  const label = SALTS.get(version)![1];
  const expand = (secret: Uint8Array, name: string, length: number): Buffer => {
    const text = new TextEncoder().encode(`tls13 ${label} ${name}`);
    const info = joined(Uint8Array.of(0, length, text.length), text, Uint8Array.of(0, 1));
    return createHmac(hash, secret).update(info).digest().subarray(0, length);
  };
  let { secret } = given;
  const headerKey = expand(secret, 'hp', key);
  for (let i = 0; i < updates; i++) secret = expand(secret, 'ku', secret.length);
  const nonce = Uint8Array.from(expand(secret, 'iv', 12));
  nonce[11]! ^= number & 0xff;
  nonce[10]! ^= number >>> 8;
  const numberOctets = Uint8Array.of(number >>> 8, number & 0xff);
  const length = varint(NUMBER_LENGTH + payload.length + TAG);
  const handshake = version === 0x6b3343cf ? 0xf1 : 0xe1;
  const header =
    from === undefined
      ? joined(Uint8Array.of(0x41 | ((updates % 2) << 2)), to, numberOctets)
      : joined(Uint8Array.of(handshake), u32(version), withLength(to), withLength(from), length, numberOctets);
  const sealing = createCipheriv(cipher as 'aes-128-gcm', expand(secret, 'key', key), nonce, {
    authTagLength: TAG,
  } as never).setAAD(header, { plaintextLength: payload.length } as never);
  const packet = joined(header, sealing.update(payload), sealing.final(), sealing.getAuthTag());
  const numberAt = header.length - NUMBER_LENGTH;
  const sample = packet.subarray(numberAt + 4, numberAt + 20);
  const hidden =
    mask === 'chacha20'
      ? createCipheriv(mask, headerKey, sample).update(new Uint8Array(5))
      : createCipheriv(mask, headerKey, null).update(sample);
  packet[0]! ^= hidden[0]! & (from === undefined ? 0x1f : 0x0f);
  for (let i = 0; i < NUMBER_LENGTH; i++) packet[numberAt + i]! ^= hidden[1 + i]!;
  return packet;
}
