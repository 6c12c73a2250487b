import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const ARCNET = { linkType: 129 };

test('RFC 1201', () => {
  const frame = new Decoded(`50 51 0000 d4 00 0007 ${ip(17, 8)} 1e611e6100080000`, ARCNET);
  expect(frame.layers).toBe('arcnet ip udp');
  expect(frame.fields('arcnet.src', 'arcnet.dst', 'arcnet.protID', 'arcnet.split_flag', 'arcnet.sequence')).toEqual({
    'arcnet.src': '0x50',
    'arcnet.dst': '0x51',
    'arcnet.protID': '0xd4',
    'arcnet.split_flag': '0',
    'arcnet.sequence': '7',
  });
});

test('an exception frame has the header twice', () => {
  const frame = new Decoded(`50 51 0000 d4 ff ffff d4 00 0007 ${ip(17, 8)} 1e611e6100080000`, ARCNET);
  expect(frame.layers).toBe('arcnet ip udp');
});

test('ARP with addresses of one octet', () => {
  const frame = new Decoded('50 00 0000 d5 00 0001 0007 0800 01 04 0001 50 0a508301 00 0a5083fe', ARCNET);
  expect(frame.info).toBe('ARP Who has 10.80.131.254? Tell 10.80.131.1');
});

test('another protocol', () => {
  expect(new Decoded('50 51 0000 f0 00', ARCNET).layers).toBe('arcnet data');
});

test('cut short', () => {
  expect(new Decoded('50 51 0000 d4 00', { ...ARCNET, wire: 60 }).issues).toEqual(['truncated arcnet.header']);
});
