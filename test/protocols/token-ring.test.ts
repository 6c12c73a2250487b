import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const RING = { linkType: 6 };
const LLC = `aaaa03 000000 0800 ${ip(17, 8)} 1e611e6100080000`;

test('LLC', () => {
  const frame = new Decoded(`10 40 0242c0a80001 0242c0a8000a ${LLC}`, RING);
  expect(frame.layers).toBe('tr llc ip udp');
  expect(frame.fields('tr.ac', 'tr.fc', 'tr.dst')).toEqual({
    'tr.ac': '0x10',
    'tr.fc': '0x40',
    'tr.dst': '02:42:c0:a8:00:01',
  });
});

test('behind routing information', () => {
  expect(new Decoded(`10 40 0242c0a80001 8242c0a8000a 0630 0011 0020 ${LLC}`, RING).layers).toBe('tr llc ip udp');
});

test('cut in the routing information', () => {
  const frame = new Decoded('10 40 0242c0a80001 8242c0a8000a 0630', { ...RING, wire: 60 });
  expect(frame.issues).toEqual(['truncated tr.routing']);
});
