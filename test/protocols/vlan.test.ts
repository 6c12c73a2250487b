import { expect, test } from 'vitest';
import { Decoded, ip, joined, MACS, octets } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('a tag', () => {
  const frame = new Decoded(`${MACS} 8100 b02a 0800 ${PACKET}`);
  expect(frame.layers).toBe('eth vlan ip udp');
  expect(frame.fields('vlan.priority', 'vlan.dei', 'vlan.id', 'vlan.etype', 'vlan.len')).toEqual({
    'vlan.priority': '5',
    'vlan.dei': '1',
    'vlan.id': '42',
    'vlan.etype': '0x0800',
  });
  expect(frame.card('vlan')).toBe('802.1Q  VLAN 42\npriority 5 Voice · drop eligible · type IPv4');
});

test('a service tag around a customer’s', () => {
  const frame = new Decoded(`${MACS} 88a8 1064 8100 002a 0800 ${PACKET}`);
  expect(frame.layers).toBe('eth ieee8021ad vlan ip udp');
  expect(frame.fields('ieee8021ad.id', 'ieee8021ad.dei', 'vlan.id')).toEqual({
    'ieee8021ad.id': '100',
    'ieee8021ad.dei': '1',
    'vlan.id': '42',
  });
});

test('tags stack', () => {
  expect(new Decoded(`${MACS} 8100 0001 8100 0002 0800 ${PACKET}`).field('vlan.id')).toBe('1,2');
});

test('padding and trailer are told by the tag, not by the Ethernet header', () => {
  const tagged = octets(`${MACS} 8100 002a 0800 ${PACKET}`);
  const frame = new Decoded(joined(tagged, new Uint8Array(60 - tagged.length), octets('0102')));
  expect(frame.fields('eth.padding', 'eth.trailer', 'vlan.trailer')).toEqual({
    'eth.padding': '00'.repeat(60 - tagged.length),
    'vlan.trailer': '0102',
  });
});

test('a length in the tag (802.3 in a VLAN)', () => {
  const frame = new Decoded(`${MACS} 8100 002a 0005 f0f003 0102 0000`);
  expect(frame.layers).toBe('eth vlan llc data');
  expect(frame.fields('vlan.len', 'data.data')).toEqual({ 'vlan.len': '5', 'data.data': '0102' });
  expect(new Decoded(`${MACS} 8100 002a 0050 f0f003 0102`).issues).toEqual(['malformed vlan.length']);
});

test('cut short', () => {
  expect(new Decoded(`${MACS} 8100 002a`, { wire: 60 }).issues).toEqual(['truncated vlan.header']);
});
