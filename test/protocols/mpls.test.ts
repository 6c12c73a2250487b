import { expect, test } from 'vitest';
import { Decoded, ip, MACS } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('a stack of labels, and IP below it', () => {
  const frame = new Decoded(`${MACS} 8847 003e8a3f 0007d13e ${PACKET}`);
  expect(frame.layers).toBe('eth mpls mpls ip udp');
  expect(frame.fields('mpls.label', 'mpls.exp', 'mpls.bottom', 'mpls.ttl')).toEqual({
    'mpls.label': '1000,125',
    'mpls.exp': '5,0',
    'mpls.bottom': '0,1',
    'mpls.ttl': '63,62',
  });
});

test('a pseudowire: a control word, then a frame', () => {
  const frame = new Decoded(`${MACS} 8847 003e813f 00000007 ${MACS} 0800 ${PACKET}`);
  expect(frame.layers).toBe('eth mpls pwethcw eth ip udp');
  expect(frame.field('pweth.cw.sequence_number')).toBe('7');
});

test('what is neither', () => {
  expect(new Decoded(`${MACS} 8847 003e813f 10000000 0102`).layers).toBe('eth mpls data');
  expect(new Decoded(`${MACS} 8847 003e813f 00000000 ffffffffffff ffffffffffff 0800 00`).layers).toBe('eth mpls data');
});

test('cut short', () => {
  expect(new Decoded(`${MACS} 8847 003e`, { wire: 60 }).issues).toEqual(['truncated mpls.entry']);
});
