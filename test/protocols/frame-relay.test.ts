import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const RELAY = { linkType: 107 };
const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('NLPID', () => {
  const frame = new Decoded(`1841 03 cc ${PACKET}`, RELAY);
  expect(frame.layers).toBe('fr ip udp');
  expect(frame.fields('fr.dlci', 'fr.control', 'fr.nlpid', 'fr.chdlctype')).toEqual({
    'fr.dlci': '100',
    'fr.control': '0x03',
    'fr.nlpid': '0xcc',
  });
});

test('SNAP behind a padding octet', () => {
  expect(new Decoded(`1841 03 00 80 000000 0800 ${PACKET}`, RELAY).layers).toBe('fr ip udp');
});

test('Cisco’s EtherType', () => {
  const frame = new Decoded(`1841 0800 ${PACKET}`, RELAY);
  expect(frame.layers).toBe('fr ip udp');
  expect(frame.fields('fr.nlpid', 'fr.chdlctype')).toEqual({ 'fr.chdlctype': '0x0800' });
});

test('cut short', () => {
  expect(new Decoded('1841 03', { ...RELAY, wire: 60 }).issues).toEqual(['truncated fr.header']);
  expect(new Decoded('1841 03 80 0000', { ...RELAY, wire: 60 }).issues).toEqual(['truncated fr.snap']);
});
