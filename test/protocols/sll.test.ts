import { describe, expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const PACKET = `${ip(17, 8)} 1e611e6100080000`;
const V1 = { linkType: 113 };
const V2 = { linkType: 276 };

describe('version 1', () => {
  test('fields', () => {
    const frame = new Decoded(`0003 0001 0006 0242c0a8000a0000 0800 ${PACKET}`, V1);
    expect(frame.layers).toBe('sll ip udp');
    expect(frame.fields('sll.pkttype', 'sll.hatype', 'sll.halen', 'sll.src.eth', 'sll.etype', 'sll.ltype')).toEqual({
      'sll.pkttype': '3',
      'sll.hatype': '1',
      'sll.halen': '6',
      'sll.src.eth': '02:42:c0:a8:00:0a',
      'sll.etype': '0x0800',
    });
    expect(frame.card('sll')).toBe('Linux cooked  02:42:c0:a8:00:0a\nUnicast to another host · protocol 0x0800 IPv4');
  });

  test('addresses of other lengths', () => {
    const of = (length: string): Decoded => new Decoded(`0000 0001 ${length} 0102030405060708 1234 00`, V1);
    expect(of('0000').fields('sll.src.eth', 'sll.src.ipv4', 'sll.src.other')).toEqual({});
    expect(of('0004').field('sll.src.ipv4')).toBe('1.2.3.4');
    expect(of('0003').field('sll.src.other')).toBe('010203');
    // Longer than its room: the kernel has cut it (InfiniBand has 20 octets).
    expect(of('0014').field('sll.src.other')).toBe('0102030405060708');
  });

  test('802.2 and other small protocol numbers', () => {
    expect(new Decoded('0000 0001 0006 0242c0a8000a0000 0004 f0f003 00', V1).layers).toBe('sll llc data');
    expect(new Decoded('0000 0118 0000 0000000000000000 000c 00', V1).fields('sll.etype', 'sll.ltype')).toEqual({
      'sll.ltype': '0x000c',
    });
  });

  test('netlink messages are not taken for an EtherType', () => {
    const frame = new Decoded(`0004 0338 0000 0000000000000000 0800 ${PACKET}`, V1);
    expect(frame.layers).toBe('sll data');
    expect(frame.field('sll.ltype')).toBe('0x0800');
  });

  test('what stands behind the packet', () => {
    const frame = new Decoded(`0003 0001 0006 0242c0a8000a0000 0800 ${PACKET} ${'00'.repeat(17)}`, V1);
    expect(frame.fields('eth.padding', 'sll.trailer')).toEqual({ 'eth.padding': '00'.repeat(16), 'sll.trailer': '00' });
  });
});

describe('version 2', () => {
  test('fields', () => {
    const frame = new Decoded(`0800 0000 00000002 0001 04 06 0242c0a8000a0000 ${PACKET}`, V2);
    expect(frame.layers).toBe('sll ip udp');
    expect(frame.fields('sll.etype', 'sll.ifindex', 'sll.hatype', 'sll.pkttype', 'sll.halen', 'sll.src.eth')).toEqual({
      'sll.etype': '0x0800',
      'sll.ifindex': '2',
      'sll.hatype': '1',
      'sll.pkttype': '4',
      'sll.halen': '6',
      'sll.src.eth': '02:42:c0:a8:00:0a',
    });
    expect(frame.card('sll')).toBe('Linux cooked  02:42:c0:a8:00:0a\nSent by us · protocol 0x0800 IPv4 · interface 2');
  });
});

test('cut short', () => {
  expect(new Decoded('0003 0001', { ...V1, wire: 60 }).issues).toEqual(['truncated sll.header']);
  expect(new Decoded('0800 0000', { ...V2, wire: 60 }).issues).toEqual(['truncated sll.header']);
});
