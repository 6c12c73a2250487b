import { describe, expect, test } from 'vitest';
import { checksumVerdict } from '../../src/protocols/udp.ts';
import { Decoded, hex8, hex16, internetSum, MACS, octets } from './decoded.ts';

const SOURCE = `20010db8${'00'.repeat(11)}01`;
const DESTINATION = `20010db8${'00'.repeat(11)}02`;
const THIRD = `20010db8${'00'.repeat(11)}03`;

/** A UDP datagram with its right checksum for these addresses. */
function udp(destination = DESTINATION): string {
  const sum = internetSum(octets(`${SOURCE} ${destination} 0000 000c 0000 0011 d431 8235 000c 0000 61626364`));
  return `d431 8235 000c ${hex16(sum)} 61626364`;
}

function packet(next: number, payload: string, length = octets(payload).length): string {
  return `${MACS} 86dd 6b812345 ${hex16(length)} ${hex8(next)}40 ${SOURCE} ${DESTINATION} ${payload}`;
}

const verdict = (frame: Decoded): string =>
  checksumVerdict(frame.packet.layers.slice(0, frame.packet.count).find(({ protocol }) => protocol.id === 'udp')!);

test('the header', () => {
  const frame = new Decoded(packet(17, udp()));
  expect(frame.layers).toBe('eth ipv6 udp data');
  expect(
    frame.fields('ipv6.version', 'ip.version', 'ipv6.tclass', 'ipv6.tclass.dscp', 'ipv6.tclass.ecn', 'ipv6.flow'),
  ).toEqual({
    'ipv6.version': '6',
    'ip.version': '6',
    'ipv6.tclass': '0x000000b8',
    'ipv6.tclass.dscp': '46',
    'ipv6.tclass.ecn': '0',
    'ipv6.flow': '0x012345',
  });
  expect(frame.fields('ipv6.plen', 'ipv6.nxt', 'ipv6.hlim', 'ipv6.src', 'ipv6.dst')).toEqual({
    'ipv6.plen': '12',
    'ipv6.nxt': '17',
    'ipv6.hlim': '64',
    'ipv6.src': '2001:db8::1',
    'ipv6.dst': '2001:db8::2',
  });
  expect(verdict(frame)).toBe('good');
});

describe('lengths', () => {
  test('what lies behind the payload length does not belong to the packet', () => {
    expect(new Decoded(`${packet(17, udp())} 0000`).field('data.len')).toBe('4');
  });

  test('a payload length beyond the frame is a fault', () => {
    expect(new Decoded(packet(17, udp(), 20)).issues).toEqual(['malformed ipv6.payloadLength']);
  });

  test('zero means an empty packet, but for TCP it is left to the network card', () => {
    expect(new Decoded(packet(17, udp(), 0)).layers).toBe('eth ipv6');
    const segment = '0050 c000 00000001 00000002 5010 ffff 0000 0000';
    expect(new Decoded(packet(6, segment, 0)).layers).toBe('eth ipv6 tcp');
  });

  test('a jumbogram has its length in the hop-by-hop header', () => {
    const content = 'ab'.repeat(70000);
    const length = 8 + 8 + 70000;
    const jumbo = `1100 c204 ${hex8(0)}${hex8(length >>> 16)}${hex16(length & 0xffff)}`;
    const frame = new Decoded(`${packet(0, `${jumbo} d431 8235 0000 0001 ${content}`, 0)} cccc`);
    expect(frame.issues).toEqual([]);
    expect(frame.fields('ipv6.opt.jumbo', 'data.len')).toEqual({ 'ipv6.opt.jumbo': '70016', 'data.len': '70000' });
  });
});

describe('extension headers', () => {
  test('are layers of their own, and IPv6 stays the network layer of what they carry', () => {
    const frame = new Decoded(packet(0, `3c00 0502 0000 0100 1100 0104 00000000 ${udp()}`));
    expect(frame.layers).toBe('eth ipv6 ipv6.hopopts ipv6.dstopts udp data');
    expect(frame.packet.layers[5]!.network?.protocol.id).toBe('ipv6');
    expect(verdict(frame)).toBe('good');
    expect(frame.fields('ipv6.hopopts.nxt', 'ipv6.opt.type', 'ipv6.opt.router_alert', 'ipv6.opt.padn')).toEqual({
      'ipv6.hopopts.nxt': '60',
      'ipv6.opt.type': '0x05,0x01,0x01',
      'ipv6.opt.router_alert': '0',
      'ipv6.opt.padn': '<none>,00000000',
    });
  });

  test('a routing header leads to its last stop, whose address the checksum covers', () => {
    const segments = `1104 04 01 01 00 0007 ${THIRD} ${DESTINATION}`;
    const frame = new Decoded(packet(43, `${segments} ${udp(THIRD)}`));
    expect(frame.layers).toBe('eth ipv6 ipv6.routing udp data');
    expect(frame.fields('ipv6.dst', 'ipv6.routing.segleft', 'ipv6.routing.srh.addr')).toEqual({
      'ipv6.dst': '2001:db8::2',
      'ipv6.routing.segleft': '1',
      'ipv6.routing.srh.addr': '2001:db8::3,2001:db8::2',
    });
    expect(verdict(frame)).toBe('good');
  });

  test('on the last leg the header’s destination counts', () => {
    const segments = `1104 04 00 01 00 0007 ${THIRD} ${DESTINATION}`;
    expect(verdict(new Decoded(packet(43, `${segments} ${udp()}`)))).toBe('good');
  });

  test('a fragment’s offset is shown as Wireshark does, in units of eight octets', () => {
    const frame = new Decoded(packet(44, '1100 00b9 00012345 6162636465666768'));
    expect(frame.layers).toBe('eth ipv6 ipv6.fraghdr data');
    expect(frame.fields('ipv6.fraghdr.offset', 'ipv6.fraghdr.more', 'ipv6.fraghdr.ident')).toEqual({
      'ipv6.fraghdr.offset': '23',
      'ipv6.fraghdr.more': '1',
      'ipv6.fraghdr.ident': '0x00012345',
    });
    expect(frame.info).toBe('IPv6 IPv6 fragment (off=184 more=y ident=0x00012345 nxt=17)');
  });

  test('the authentication header has a length of its own kind', () => {
    const frame = new Decoded(packet(51, `1104 0000 00000102 00000003 ${'11'.repeat(12)} ${udp()}`));
    expect(frame.layers).toBe('eth ipv6 ah udp data');
    expect(frame.fields('ah.spi', 'ah.sequence', 'ah.icv')).toEqual({
      'ah.spi': '0x00000102',
      'ah.sequence': '3',
      'ah.icv': '11'.repeat(12),
    });
    expect(verdict(frame)).toBe('good');
  });

  test('nothing follows the number 59, and ESP stays closed', () => {
    expect(new Decoded(packet(59, '')).layers).toBe('eth ipv6');
    expect(new Decoded(packet(50, '0011223344556677')).layers).toBe('eth ipv6 data');
  });

  test('a length beyond the packet is a fault of the packet; cut by the capture, of the capture', () => {
    expect(new Decoded(packet(60, '1103 0104 00000000')).issues).toEqual(['malformed ipv6.dstopts.options']);
    const whole = octets(packet(60, `1101 010c ${'00'.repeat(12)} ${udp()}`));
    const cut = new Decoded(whole.subarray(0, whole.length - 16), { wire: whole.length });
    expect(cut.issues).toEqual(['truncated ipv6.dstopts.options']);
  });
});
