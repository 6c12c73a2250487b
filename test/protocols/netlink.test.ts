import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const DATAGRAM = `${ip(17, 8)} 1e611e6100080000`;
/** The cooked header of family 12 (netfilter), then a message of 56 + 4 + 28 octets in little-endian order. */
const HEAD = '0004 0338 00000000000000000000 000c';
const QUEUED = '44000000 0003 0000 00000000 00000000 02 00 002c 0b00 0100 00000058 0800 03 00';

test('a packet that the firewall queued for a program is followed into', () => {
  const frame = new Decoded(`${HEAD} ${QUEUED} 2000 0a00 ${DATAGRAM}`, { linkType: 253 });
  expect(frame.layers).toBe('netlink ip udp');
  expect(frame.fields('netlink.hatype', 'netlink.family', 'netlink.hdr_type')).toEqual({
    'netlink.hatype': '824',
    'netlink.family': '0x000c',
    'netlink.hdr_type': '0x0300',
  });
});

test('other messages stay as data', () => {
  const route = new Decoded('0004 0338 00000000000000000000 0000 14000000 1200 0103 01000000 00000000 00000000', {
    linkType: 253,
  });
  expect(route.layers).toBe('netlink data');
});

test('an attribute without a length ends the walk', () => {
  const frame = new Decoded(`${HEAD} ${QUEUED} 0000 0a00 ${DATAGRAM}`, { linkType: 253 });
  expect(frame.layers).toBe('netlink data');
});
