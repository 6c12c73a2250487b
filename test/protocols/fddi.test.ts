import { expect, test } from 'vitest';
import { Decoded, ip, MACS } from './decoded.ts';

const FDDI = { linkType: 10 };

test('LLC in FDDI', () => {
  const frame = new Decoded(`50 ${MACS} aaaa03 000000 0800 ${ip(17, 8)} 1e611e6100080000`, FDDI);
  expect(frame.layers).toBe('fddi llc ip udp');
  expect(frame.fields('fddi.fc', 'fddi.dst', 'fddi.src')).toEqual({
    'fddi.fc': '0x50',
    'fddi.dst': '02:42:c0:a8:00:01',
    'fddi.src': '02:42:c0:a8:00:0a',
  });
});

test('other frames', () => {
  expect(new Decoded(`41 ${MACS} 00`, FDDI).layers).toBe('fddi data');
});

test('cut short', () => {
  expect(new Decoded('50', { ...FDDI, wire: 60 }).issues).toEqual(['truncated fddi.header']);
});
