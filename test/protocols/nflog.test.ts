import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const LOG = { linkType: 239 };
const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('the packet is one of the attributes, in either byte order', () => {
  const little = new Decoded(`02 00 0005 0500 0a00 41000000 2000 0900 ${PACKET}`, LOG);
  expect(little.layers).toBe('nflog ip udp');
  expect(little.fields('nflog.family', 'nflog.version', 'nflog.res_id')).toEqual({
    'nflog.family': '2',
    'nflog.version': '0',
    'nflog.res_id': '5',
  });
  expect(new Decoded(`02 00 0005 0005 000a 41000000 0020 0009 ${PACKET}`, LOG).layers).toBe('nflog ip udp');
});

test('without a packet', () => {
  expect(new Decoded('02 00 0005 0500 0a00 41000000', LOG).layers).toBe('nflog');
});

test('an attribute shorter than its header', () => {
  expect(new Decoded('02 00 0005 0200 0a00', LOG).issues).toEqual(['malformed nflog.attribute']);
});
