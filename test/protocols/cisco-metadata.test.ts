import { expect, test } from 'vitest';
import { Decoded, ip, MACS } from './decoded.ts';

test('behind GRE', () => {
  const frame = new Decoded(`${MACS} 0800 ${ip(47, 40)} 0000 8909 0800 01 01 0001 0007 ${ip(17, 8)} 1e611e6100080000`);
  expect(frame.layers).toBe('eth ip gre cmd ip udp');
  expect(frame.fields('cmd.type', 'cmd.sgt')).toEqual({ 'cmd.type': '0x0800', 'cmd.sgt': '7' });
});

test('cut short', () => {
  const frame = new Decoded(`${MACS} 0800 ${ip(47, 40)} 0000 8909 0800`, { wire: 74 });
  expect(frame.issues).toEqual(['truncated cmd.header']);
});
