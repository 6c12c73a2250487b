import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;
const V6 = `60000000 0000 3b 40 ${'00'.repeat(15)}01 ${'00'.repeat(15)}01`;

test('the family is read in whichever byte order makes it small', () => {
  for (const [hex, linkType] of [
    ['02000000', 0],
    ['00000002', 0],
    ['00000002', 108],
  ] as const) {
    const frame = new Decoded(`${hex} ${PACKET}`, { linkType });
    expect(frame.layers).toBe('null ip udp');
    expect(frame.field('null.family')).toBe('2');
  }
});

test.each(['0a', '18', '1c', '1e'])('IPv6 has family 0x%s somewhere', (family) => {
  expect(new Decoded(`${family}000000 ${V6}`, { linkType: 0 }).layers).toBe('null ipv6');
});

test('another family', () => {
  const frame = new Decoded('07000000 01', { linkType: 0 });
  expect(frame.layers).toBe('null data');
  expect(frame.info).toBe('NULL Address family 7');
});

test('cut short', () => {
  expect(new Decoded('0200', { linkType: 0, wire: 60 }).issues).toEqual(['truncated null.header']);
});
