import { createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { expanded, extracted, hmacOf } from '../../src/core/hkdf.ts';
import { expandLabel } from '../../src/protocols/tls-key-schedule.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const NOTHING = new Uint8Array(0);

test.each(['SHA-256', 'SHA-384'] as const)('HKDF with %s as Node derives it', (hash) => {
  const [material, salt, info] = [octets('0b0b0b0b0b0b'), octets('00010203'), octets('f0f1f2')];
  const name = hash.replace('-', '').toLowerCase();
  const okm = new Uint8Array(hkdfSync(name, material, salt, info, 42));
  expect(expanded(hash, extracted(hash, salt, material), info, 42)).toEqual(okm);
  expect(hex(hmacOf(hash, salt, material))).toBe(createHmac(name, salt).update(material).digest('hex'));
});

// RFC 9001 appendix A.1.
test('HKDF-Expand-Label', () => {
  const initial = extracted('SHA-256', octets('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), octets('8394c8f03e515708'));
  const client = expandLabel('SHA-256', initial, 'client in', NOTHING, 32);
  expect(hex(client)).toBe('c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea');
  expect(hex(expandLabel('SHA-256', client, 'quic key', NOTHING, 16))).toBe('1f369613dd76d5467730efcbe3b1a22d');
  expect(hex(expandLabel('SHA-256', client, 'quic iv', NOTHING, 12))).toBe('fa044b2f42a3fd3b46fb255c');
  expect(hex(expandLabel('SHA-256', client, 'quic hp', NOTHING, 16))).toBe('9f50449e04a0e810283a1e9933adedd2');
});
