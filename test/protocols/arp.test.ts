import { describe, expect, test } from 'vitest';
import { Decoded, MACS } from './decoded.ts';

const A = '0242c0a8000a';
const B = '0242c0a80001';
const ZERO = '000000000000';
const IP_A = 'c0a8000a';
const IP_B = 'c0a80001';

const arp = (operation: string, sender: string, target: string): string =>
  `${MACS} 0806 0001 0800 06 04 ${operation} ${sender} ${target}`;
const MARKS = ['arp.isprobe', 'arp.isgratuitous', 'arp.isannouncement'];

test('a request, with its fields', () => {
  const frame = new Decoded(arp('0001', A + IP_A, ZERO + IP_B));
  expect(frame.fields('arp.hw.type', 'arp.proto.type', 'arp.hw.size', 'arp.proto.size', 'arp.opcode')).toEqual({
    'arp.hw.type': '1',
    'arp.proto.type': '0x0800',
    'arp.hw.size': '6',
    'arp.proto.size': '4',
    'arp.opcode': '1',
  });
  expect(
    frame.fields(
      'arp.src.hw_mac',
      'arp.src.proto_ipv4',
      'arp.dst.hw_mac',
      'arp.dst.proto_ipv4',
      'arp.src.hw',
      'arp.dst.proto',
    ),
  ).toEqual({
    'arp.src.hw_mac': '02:42:c0:a8:00:0a',
    'arp.src.proto_ipv4': '192.168.0.10',
    'arp.dst.hw_mac': '00:00:00:00:00:00',
    'arp.dst.proto_ipv4': '192.168.0.1',
  });
  expect(frame.fields(...MARKS)).toEqual({});
  expect(frame.card('arp')).toBe('ARP  request\nWho has 192.168.0.1? Tell 192.168.0.10\nsender 02:42:c0:a8:00:0a');
});

describe('what it says', () => {
  const cases: [string, string, string[]][] = [
    [arp('0001', A + IP_A, ZERO + IP_B), 'ARP Who has 192.168.0.1? Tell 192.168.0.10', []],
    [arp('0002', B + IP_B, A + IP_A), 'ARP 192.168.0.1 is at 02:42:c0:a8:00:01', []],
    [arp('0001', `${A}00000000`, ZERO + IP_B), 'ARP Who has 192.168.0.1? (ARP Probe)', ['arp.isprobe']],
    // Not zero, as arping -D sends it: RFC 5227 asks for zero.
    [arp('0001', `${A}00000000`, `ffffffffffff${IP_B}`), 'ARP Who has 192.168.0.1? Tell 0.0.0.0', []],
    [
      arp('0001', A + IP_A, ZERO + IP_A),
      'ARP ARP Announcement for 192.168.0.10',
      ['arp.isgratuitous', 'arp.isannouncement'],
    ],
    [
      arp('0001', A + IP_A, `ffffffffffff${IP_A}`),
      'ARP Gratuitous ARP for 192.168.0.10 (Request)',
      ['arp.isgratuitous'],
    ],
    [arp('0002', A + IP_A, A + IP_A), 'ARP Gratuitous ARP for 192.168.0.10 (Reply)', ['arp.isgratuitous']],
    [arp('0008', A + IP_A, B + IP_B), `ARP Who is 02:42:c0:a8:00:01? Tell 02:42:c0:a8:00:0a`, []],
    [arp('0009', A + IP_A, B + IP_B), 'ARP 02:42:c0:a8:00:0a is at 192.168.0.10', []],
    [arp('0063', A + IP_A, B + IP_B), 'ARP Unknown ARP opcode 0x0063', []],
  ];
  test.each(cases)('%s', (hex, info, marks) => {
    const frame = new Decoded(hex);
    expect(frame.info).toBe(info);
    expect(Object.keys(frame.fields(...MARKS))).toEqual(marks);
  });
});

test('RARP', () => {
  const frame = (operation: string, sender: string, target: string): Decoded =>
    new Decoded(arp(operation, sender, target).replace('0806', '8035'));
  expect(frame('0003', `${A}00000000`, `${A}00000000`).info).toBe(
    'RARP Who is 02:42:c0:a8:00:0a? Tell 02:42:c0:a8:00:0a',
  );
  expect(frame('0004', B + IP_B, A + IP_A).info).toBe('RARP 02:42:c0:a8:00:0a is at 192.168.0.10');
});

test('addresses of other sizes and kinds are shown as octets', () => {
  const frame = new Decoded(`${MACS} 0806 0007 86dd 01 02 0001 11 2233 44 5566`);
  expect(frame.fields('arp.src.hw', 'arp.src.proto', 'arp.dst.hw', 'arp.dst.proto', 'arp.src.hw_mac')).toEqual({
    'arp.src.hw': '11',
    'arp.src.proto': '2233',
    'arp.dst.hw': '44',
    'arp.dst.proto': '5566',
  });
  expect(frame.info).toBe('ARP Who has 5566? Tell 2233');
});

test('what stands behind it is padding', () => {
  const frame = new Decoded(`${arp('0002', B + IP_B, A + IP_A)} ${'00'.repeat(18)}`);
  expect(frame.field('eth.padding')).toBe('00'.repeat(18));
});

test('cut in the addresses: those that are there are shown', () => {
  const whole = arp('0002', B + IP_B, A + IP_A).replace(/ /g, '');
  const frame = new Decoded(whole.slice(0, -16), { wire: 42 });
  expect(frame.issues).toEqual(['truncated arp.addresses']);
  expect(frame.fields('arp.src.proto_ipv4', 'arp.dst.hw_mac')).toEqual({ 'arp.src.proto_ipv4': '192.168.0.1' });
  expect(new Decoded(whole.slice(0, -16)).issues).toEqual(['malformed arp.addresses']);
});
