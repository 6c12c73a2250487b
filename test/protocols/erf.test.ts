import { expect, test } from 'vitest';
import { Decoded, ip, MACS } from './decoded.ts';

const ERF = { linkType: 197 };
const TIME = '0011223344556677';
const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('the record header counts for no length', () => {
  const frame = new Decoded(`${TIME} 02 04 0050 0000 003c 0000 ${MACS} 0800 ${PACKET} ${'00'.repeat(18)}`, ERF);
  expect(frame.layers).toBe('erf eth ip udp');
  expect(frame.fields('erf.types.type', 'erf.flags', 'erf.rlen', 'erf.wlen', 'frame.len', 'eth.padding')).toEqual({
    'erf.types.type': '2',
    'erf.flags': '0x04',
    'erf.rlen': '80',
    'erf.wlen': '60',
    'frame.len': '60',
    'eth.padding': '00'.repeat(18),
  });
});

test('extension headers', () => {
  const frame = new Decoded(
    `${TIME} 82 04 0050 0000 002a 8000000000000000 0000000000000000 0000 ${MACS} 0800 ${PACKET}`,
    ERF,
  );
  expect(frame.layers).toBe('erf eth ip udp');
});

test('cut short', () => {
  expect(new Decoded(TIME, { ...ERF, wire: 60 }).issues).toEqual(['truncated erf.header']);
  expect(new Decoded(`${TIME} 82 04 0050 0000 002a 80`, { ...ERF, wire: 60 }).issues).toEqual([
    'truncated erf.extension',
  ]);
});
