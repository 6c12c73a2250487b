import { expect, test } from 'vitest';
import { Decoded, ip, MACS } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('a session carries PPP, and its length tells the padding', () => {
  const frame = new Decoded(`${MACS} 8864 11 00 0001 001e 0021 ${PACKET} ${'00'.repeat(10)}`);
  expect(frame.layers).toBe('eth pppoes ppp ip udp');
  expect(
    frame.fields(
      'pppoe.version',
      'pppoe.type',
      'pppoe.code',
      'pppoe.session_id',
      'pppoe.payload_length',
      'eth.padding',
    ),
  ).toEqual({
    'pppoe.version': '1',
    'pppoe.type': '1',
    'pppoe.code': '0x00',
    'pppoe.session_id': '0x0001',
    'pppoe.payload_length': '30',
    'eth.padding': '00'.repeat(10),
  });
});

test('discovery has tags', () => {
  const frame = new Decoded(`${MACS} 8863 11 09 0000 000c 0101 0000 0103 0004 64138518`);
  expect(frame.layers).toBe('eth pppoed');
  expect(frame.info).toBe('PPPoED Active Discovery Initiation (PADI)');
  expect(frame.fields('pppoed.tag', 'pppoed.tag_length', 'pppoed.tags.host_uniq')).toEqual({
    'pppoed.tag': '0x0101,0x0103',
    'pppoed.tag_length': '0,4',
    'pppoed.tags.host_uniq': '64138518',
  });
});

test('a tag that reaches beyond the payload ends the list', () => {
  expect(new Decoded(`${MACS} 8863 11 09 0000 0006 0103 00ff 0000`).field('pppoed.tags.host_uniq')).toBe('');
});

test('a length beyond the frame', () => {
  expect(new Decoded(`${MACS} 8864 11 00 0001 00ff 0021 ${PACKET}`).issues).toContain('malformed pppoes.length');
});

test('cut short', () => {
  expect(new Decoded(`${MACS} 8863 1109`, { wire: 60 }).issues).toEqual(['truncated pppoed.header']);
});
