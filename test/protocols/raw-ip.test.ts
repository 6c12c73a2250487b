import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;
const V6 = `60000000 0000 3b 40 ${'00'.repeat(15)}01 ${'00'.repeat(15)}01`;

test.each([12, 14, 101])('link type %i: the version says which IP it is', (linkType) => {
  expect(new Decoded(PACKET, { linkType }).layers).toBe('raw ip udp');
  expect(new Decoded(V6, { linkType }).layers).toBe('raw ipv6');
});

test('link types of one version', () => {
  expect(new Decoded(PACKET, { linkType: 228 }).layers).toBe('ip udp');
  expect(new Decoded(V6, { linkType: 229 }).layers).toBe('ipv6');
});

test('neither version', () => {
  expect(new Decoded('55', { linkType: 101 }).layers).toBe('raw data');
});

test('an empty frame', () => {
  expect(new Decoded('', { linkType: 101, wire: 40 }).issues).toEqual(['truncated raw.version']);
});
