import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Aead, aesBlock, aesGcm, chacha20Poly1305, chacha20Stream } from '../../src/core/aead.ts';

const octets = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i * 7) & 0xff);

/** Node's own library is the oracle. */
function sealed(cipher: string, key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array) {
  const made = createCipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: 16 } as never);
  made.setAAD(associated, { plaintextLength: plain.length });
  return Uint8Array.from(Buffer.concat([made.update(plain), made.final(), made.getAuthTag()]));
}

const KINDS: readonly (readonly [string, number, Aead])[] = [
  ['aes-128-gcm', 16, aesGcm],
  ['aes-256-gcm', 32, aesGcm],
  ['chacha20-poly1305', 32, chacha20Poly1305],
];

describe.each(KINDS)('%s', (cipher, keyLength, open) => {
  const key = octets(keyLength, 3);
  const nonce = octets(12, 9);
  const associated = octets(21, 1);

  test.each([0, 1, 15, 16, 17, 1200])('opens %i octets', (length) => {
    const plain = octets(length, 5);
    expect(open(key, nonce, associated, sealed(cipher, key, nonce, associated, plain))).toEqual(plain);
  });

  test('does not open what was changed, cut, or meant for another key', () => {
    const good = sealed(cipher, key, nonce, associated, octets(40));
    for (const at of [0, 39, 55]) {
      const bad = good.slice();
      bad[at]! ^= 1;
      expect(open(key, nonce, associated, bad)).toBeNull();
    }
    expect(open(octets(keyLength, 4), nonce, associated, good)).toBeNull();
    expect(open(key, octets(12), associated, good)).toBeNull();
    expect(open(key, nonce, octets(20, 1), good)).toBeNull();
    for (let length = 0; length < good.length; length++) {
      expect(open(key, nonce, associated, good.subarray(0, length))).toBeNull();
    }
  });

  test('throws for no size of key and nonce', () => {
    const good = sealed(cipher, key, nonce, associated, octets(40));
    for (let size = 0; size < 40; size++) {
      expect(open(octets(size), nonce, associated, good)).toBeNull();
      if (size !== 12) expect(open(key, octets(size), associated, good)).toBeNull();
    }
  });
});

test('a block of AES', () => {
  for (const size of [16, 32]) {
    const cipher = createCipheriv(`aes-${size * 8}-ecb`, octets(size), null).setAutoPadding(false);
    expect(aesBlock(octets(size), octets(16, 8))).toEqual(Uint8Array.from(cipher.update(octets(16, 8))));
  }
  expect(aesBlock(octets(15), octets(16))).toBeNull();
  expect(aesBlock(octets(16), octets(15))).toBeNull();
});

test('the key stream of ChaCha20', () => {
  const iv = Uint8Array.from([7, 0, 0, 0, ...octets(12)]);
  const cipher = createCipheriv('chacha20', octets(32), iv);
  expect(chacha20Stream(octets(32), octets(12), 7, 5)).toEqual(Uint8Array.from(cipher.update(new Uint8Array(5))));
  expect(chacha20Stream(octets(31), octets(12), 7, 5)).toBeNull();
});
