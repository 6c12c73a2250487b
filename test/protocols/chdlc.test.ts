import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const CISCO = { linkType: 104 };

test('IPv4', () => {
  const frame = new Decoded(`0f00 0800 ${ip(17, 8)} 1e611e6100080000`, CISCO);
  expect(frame.layers).toBe('chdlc ip udp');
  expect(frame.fields('chdlc.address', 'chdlc.control', 'chdlc.protocol')).toEqual({
    'chdlc.address': '0x0f',
    'chdlc.control': '0x00',
    'chdlc.protocol': '0x0800',
  });
});

test('SLARP has the number of RARP, and is not RARP', () => {
  const frame = new Decoded('8f00 8035 00000002 00000001 00000002 ffff', CISCO);
  expect(frame.layers).toBe('chdlc data');
  expect(frame.info).toBe('CHDLC Protocol 0x8035 SLARP');
});

test('cut short', () => {
  expect(new Decoded('0f00', { ...CISCO, wire: 60 }).issues).toEqual(['truncated chdlc.header']);
});
