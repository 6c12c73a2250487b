import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test.each([9, 50])('link type %i: with address and control, without, and with a short protocol number', (linkType) => {
  for (const header of ['ff03 0021', '0021', 'ff03 21', '21']) {
    const frame = new Decoded(`${header} ${PACKET}`, { linkType });
    expect(frame.layers).toBe('ppp ip udp');
    expect(frame.field('ppp.protocol')).toBe('0x0021');
    expect(frame.field('ppp.address')).toBe(header.startsWith('ff') ? '0xff' : '');
    expect(frame.field('ppp.control')).toBe(header.startsWith('ff') ? '0x03' : '');
  }
});

test('what is not decoded', () => {
  const frame = new Decoded('ff03 c025 0101 0004', { linkType: 9 });
  expect(frame.layers).toBe('ppp data');
  expect(frame.info).toBe('PPP Link quality report (0xc025)');
});

test('Cisco’s framing on the same line', () => {
  const frame = new Decoded(`0f00 0800 ${PACKET}`, { linkType: 50 });
  expect(frame.layers).toBe('chdlc ip udp');
});

test('who sent it is no part of the frame', () => {
  const frame = new Decoded(`01 ff03 0021 ${PACKET}`, { linkType: 204 });
  expect(frame.layers).toBe('ppp ppp ip udp');
  expect(frame.fields('ppp.direction', 'frame.len', 'frame.cap_len')).toEqual({
    'ppp.direction': '1',
    'frame.len': '32',
    'frame.cap_len': '32',
  });
});

test('cut short', () => {
  expect(new Decoded('ff03 00', { linkType: 9, wire: 60 }).issues).toEqual(['truncated ppp.protocol']);
  expect(new Decoded('ff', { linkType: 9, wire: 60 }).issues).toEqual(['truncated ppp.protocol']);
});
