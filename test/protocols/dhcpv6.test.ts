import { expect, test } from 'vitest';
import { Decoded } from './decoded.ts';

const hex = (n: number, octets: number): string => n.toString(16).padStart(octets * 2, '0');
const CLIENT = 'fe80000000000000004200fffe00000a';
const SERVERS = 'ff020000000000000000000000010002';

/** A message from port 546 to 547. */
function message(content: string): string {
  const plain = content.replace(/\s/g, '');
  const length = plain.length / 2 + 8;
  return `333300010002 0242c0a8000a 86dd 60000000 ${hex(length, 2)} 11 01 ${CLIENT} ${SERVERS} 0222 0223 ${hex(length, 2)} 0000 ${plain}`;
}
const option = (code: number, content = ''): string => {
  const plain = content.replace(/\s/g, '');
  return hex(code, 2) + hex(plain.length / 2, 2) + plain;
};
const ADDRESS = option(5, '20010db8000000000000000000000001 0000012c 00000258');

test('an address in its association', () => {
  const frame = new Decoded(message(`07 123456 ${option(3, `00000001 00000003 00000005 ${ADDRESS}`)}`));
  expect(frame.layers).toBe('eth ipv6 udp dhcpv6');
  expect(frame.info).toBe('DHCPv6 Reply XID: 0x123456 IAA: 2001:db8::1');
  expect(frame.fields('dhcpv6.option.type', 'dhcpv6.iaid', 'dhcpv6.iaid.t1', 'dhcpv6.iaaddr.valid_lifetime')).toEqual({
    'dhcpv6.option.type': '3,5',
    'dhcpv6.iaid': '00000001',
    'dhcpv6.iaid.t1': '3',
    'dhcpv6.iaaddr.valid_lifetime': '600',
  });
  expect(frame.issues).toEqual([]);
});

test('what a relay hands on, twice', () => {
  const inner = `01 abcdef ${option(14)}`;
  const first = `0c 00 ${'11'.repeat(16)} ${'22'.repeat(16)} ${option(9, inner)} ${option(18, '0102')}`;
  const frame = new Decoded(message(`0c 01 ${'33'.repeat(16)} ${'44'.repeat(16)} ${option(9, first)}`));
  expect(frame.fields('dhcpv6.msgtype', 'dhcpv6.hopcount', 'dhcpv6.xid', 'dhcpv6.interface_id')).toEqual({
    'dhcpv6.msgtype': '12,12,1',
    'dhcpv6.hopcount': '1,0',
    'dhcpv6.xid': '0xabcdef',
    'dhcpv6.interface_id': '0102',
  });
});

test('every kind of identifier', () => {
  const time = option(1, '0001 0001 2faf0800 0242c0a8000a');
  const enterprise = option(2, '0002 00007ed9 616263');
  const uuid = option(53, `0004 ${'ab'.repeat(16)}`);
  const frame = new Decoded(message(`01 000001 ${time} ${enterprise} ${uuid}`));
  expect(frame.fields('dhcpv6.duid.type', 'dhcpv6.duidllt.time', 'dhcpv6.duiden.identifier')).toEqual({
    'dhcpv6.duid.type': '1,2,4',
    'dhcpv6.duidllt.time': 'May  8, 2025 06:13:20.000000000 UTC',
    'dhcpv6.duiden.identifier': '616263',
  });
  expect(frame.field('dhcpv6.duiduuid.bytes')).toBe('ab'.repeat(16));
});

test('names: of one label, with and without the root', () => {
  const label = (text: string): string => hex(text.length, 1) + Buffer.from(text).toString('hex');
  const search = option(24, `${label('home')}${label('example')}00 ${label('test')}00`);
  const frame = new Decoded(message(`07 000001 ${search} ${option(39, `01 ${label('laptop')}`)}`));
  expect(frame.field('dhcpv6.search_list_entry')).toBe('home.example.,test.');
  expect(frame.field('dhcpv6.client_domain')).toBe('laptop');
  expect(frame.field('dhcpv6.clientfqdn.server.s')).toBe('1');
});

test('an option longer than the message is the message’s fault; one inside of another is that one’s', () => {
  expect(new Decoded(message('07 000001 0003 00ff 00000001')).issues).toEqual(['malformed dhcpv6.options']);
  const frame = new Decoded(message(`07 000001 ${option(3, '00000001 00000003 00000005 0005 00ff 2001')}`));
  expect(frame.issues).toEqual(['malformed dhcpv6.options']);
  expect(frame.field('dhcpv6.iaid')).toBe('00000001');
});

test('relays without end', () => {
  let content = '01 000001';
  for (let i = 0; i < 40; i++) content = `0c ${hex(i, 1)} ${'00'.repeat(32)} ${option(9, content)}`;
  const frame = new Decoded(message(content));
  expect(frame.field('dhcpv6.hopcount').split(',').length).toBe(17);
  expect(frame.info.length).toBeGreaterThan(0);
});
