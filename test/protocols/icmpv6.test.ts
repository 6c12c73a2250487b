import { describe, expect, test } from 'vitest';
import { checksumVerdict } from '../../src/protocols/icmpv6.ts';
import { Decoded, hex8, hex16, internetSum, MACS, octets } from './decoded.ts';

const SOURCE = `fe80${'00'.repeat(13)}01`;
const DESTINATION = `ff02${'00'.repeat(13)}01`;
const TARGET = `20010db8${'00'.repeat(11)}09`;
const MAC = '0242c0a80001';

const digits = (bytes: Uint8Array): string => [...bytes].map(hex8).join('');

/** A message with its right checksum, in an IPv6 packet, in a frame. */
function icmp(type: number, code: number, rest: string): string {
  const message = octets(`${hex8(type)}${hex8(code)} 0000 ${rest}`);
  const length = hex16(message.length);
  const sum = internetSum(octets(`${SOURCE} ${DESTINATION} 0000 ${length} 0000 003a ${digits(message)}`));
  message.set([sum >>> 8, sum & 0xff], 2);
  return `${MACS} 86dd 60000000 ${length} 3aff ${SOURCE} ${DESTINATION} ${digits(message)}`;
}

const QUOTED = `60000000 0064 1101 ${SOURCE} ${TARGET} d431 829a 0064 1234 61626364`;

test('an echo request', () => {
  const frame = new Decoded(icmp(128, 0, '4a96 0001 6162'));
  expect(frame.layers).toBe('eth ipv6 icmpv6 data');
  expect(frame.fields('icmpv6.type', 'icmpv6.code', 'icmpv6.echo.identifier', 'icmpv6.echo.sequence_number')).toEqual({
    'icmpv6.type': '128',
    'icmpv6.code': '0',
    'icmpv6.echo.identifier': '0x4a96',
    'icmpv6.echo.sequence_number': '1',
  });
  expect(frame.info).toBe('ICMPv6 Echo (ping) request id=0x4a96, seq=1, hop limit=255');
  expect(checksumVerdict(frame.packet.layers[3]!)).toBe('good');
  frame.packet.layers[3]!.bytes[frame.packet.layers[3]!.start + 9]! ^= 1;
  expect(checksumVerdict(frame.packet.layers[3]!)).toBe('bad');
});

describe('errors quote a packet', () => {
  test('whose layers are marked, and whose missing octets are no fault', () => {
    const frame = new Decoded(icmp(1, 4, `00000000 ${QUOTED}`));
    expect(frame.layers).toBe('eth ipv6 icmpv6 (ipv6) (udp) (data)');
    expect(frame.issues).toEqual([]);
    expect(frame.field('dissect.udp.checksum')).toBe('unverifiable');
    expect(frame.info).toBe('ICMPv6 Destination Unreachable (Port unreachable)');
  });

  test('that is too big for the next link', () => {
    const frame = new Decoded(icmp(2, 0, `00000500 ${QUOTED}`));
    expect(frame.field('icmpv6.mtu')).toBe('1280');
    expect(frame.info).toBe('ICMPv6 Packet Too Big');
  });

  test('that lived too long, or could not be understood', () => {
    const late = new Decoded(icmp(3, 0, `00000000 ${QUOTED}`));
    expect(late.info).toBe('ICMPv6 Time Exceeded (hop limit exceeded in transit)');
    const strange = new Decoded(icmp(4, 1, `00000006 ${QUOTED}`));
    expect(strange.field('icmpv6.pointer')).toBe('6');
    expect(strange.info).toBe('ICMPv6 Parameter Problem (unrecognized Next Header type encountered)');
  });
});

describe('neighbour discovery', () => {
  test('a solicitation and its answer', () => {
    const asked = new Decoded(icmp(135, 0, `00000000 ${TARGET} 0101 ${MAC}`));
    expect(asked.fields('icmpv6.nd.ns.target_address', 'icmpv6.opt.linkaddr', 'icmpv6.opt.src_linkaddr')).toEqual({
      'icmpv6.nd.ns.target_address': '2001:db8::9',
      'icmpv6.opt.linkaddr': '02:42:c0:a8:00:01',
      'icmpv6.opt.src_linkaddr': '02:42:c0:a8:00:01',
    });
    expect(asked.info).toBe('ICMPv6 Neighbor Solicitation for 2001:db8::9 from 02:42:c0:a8:00:01');
    const answered = new Decoded(icmp(136, 0, `60000000 ${TARGET} 0201 ${MAC}`));
    expect(answered.fields('icmpv6.nd.na.flag.r', 'icmpv6.nd.na.flag.s', 'icmpv6.nd.na.flag.o')).toEqual({
      'icmpv6.nd.na.flag.r': '0',
      'icmpv6.nd.na.flag.s': '1',
      'icmpv6.nd.na.flag.o': '1',
    });
    expect(answered.info).toBe('ICMPv6 Neighbor Advertisement 2001:db8::9 (sol, ovr) is at 02:42:c0:a8:00:01');
  });

  test('a router advertisement with prefix, MTU, DNS servers and search list', () => {
    const prefix = `0304 40c0 00015180 00000e10 00000000 20010db8${'00'.repeat(12)}`;
    const names = `1f03 0000 00000258 076578616d706c65 03636f6d 00 000000`;
    const dns = `1903 0000 00000258 ${TARGET}`;
    const frame = new Decoded(icmp(134, 0, `40c8 0708 00007530 000003e8 ${prefix} 0501 0000 000005dc ${dns} ${names}`));
    expect(frame.issues).toEqual([]);
    expect(
      frame.fields(
        'icmpv6.nd.ra.cur_hop_limit',
        'icmpv6.nd.ra.flag.m',
        'icmpv6.nd.ra.flag.o',
        'icmpv6.nd.ra.flag.prf',
        'icmpv6.nd.ra.router_lifetime',
        'icmpv6.nd.ra.reachable_time',
        'icmpv6.nd.ra.retrans_timer',
      ),
    ).toEqual({
      'icmpv6.nd.ra.cur_hop_limit': '64',
      'icmpv6.nd.ra.flag.m': '1',
      'icmpv6.nd.ra.flag.o': '1',
      'icmpv6.nd.ra.flag.prf': '1',
      'icmpv6.nd.ra.router_lifetime': '1800',
      'icmpv6.nd.ra.reachable_time': '30000',
      'icmpv6.nd.ra.retrans_timer': '1000',
    });
    expect(
      frame.fields(
        'icmpv6.opt.type',
        'icmpv6.opt.prefix.length',
        'icmpv6.opt.prefix.flag.l',
        'icmpv6.opt.prefix.flag.a',
        'icmpv6.opt.prefix.valid_lifetime',
        'icmpv6.opt.prefix.preferred_lifetime',
        'icmpv6.opt.prefix',
        'icmpv6.opt.mtu',
        'icmpv6.opt.rdnss',
        'icmpv6.opt.dnssl',
      ),
    ).toEqual({
      'icmpv6.opt.type': '3,5,25,31',
      'icmpv6.opt.prefix.length': '64',
      'icmpv6.opt.prefix.flag.l': '1',
      'icmpv6.opt.prefix.flag.a': '1',
      'icmpv6.opt.prefix.valid_lifetime': '86400',
      'icmpv6.opt.prefix.preferred_lifetime': '3600',
      'icmpv6.opt.prefix': '2001:db8::',
      'icmpv6.opt.mtu': '1500',
      'icmpv6.opt.rdnss': '2001:db8::9',
      'icmpv6.opt.dnssl': 'example.com',
    });
  });

  test('a redirect quotes the packet that it is about in an option', () => {
    const packet = `60000000 000c 1101 ${SOURCE} ${TARGET} d431 829a 000c 1234 61626364`;
    const frame = new Decoded(
      icmp(137, 0, `00000000 ${SOURCE} ${TARGET} 0201 ${MAC} 0408 ${'00'.repeat(6)} ${packet} 00000000`),
    );
    expect(frame.layers).toBe('eth ipv6 icmpv6 (ipv6) (udp) (data)');
    expect(frame.fields('icmpv6.nd.rd.target_address', 'icmpv6.rd.na.destination_address')).toEqual({
      'icmpv6.nd.rd.target_address': 'fe80::1',
      'icmpv6.rd.na.destination_address': '2001:db8::9',
    });
    expect(frame.info).toBe('ICMPv6 Redirect is at 02:42:c0:a8:00:01');
  });

  test('an option without length ends the walk', () => {
    const frame = new Decoded(icmp(135, 0, `00000000 ${TARGET} 0100 ${MAC} 0101 ${MAC}`));
    expect(frame.fields('icmpv6.opt.type', 'icmpv6.opt.linkaddr')).toEqual({ 'icmpv6.opt.type': '1' });
    expect(frame.info).toBe('ICMPv6 Neighbor Solicitation for 2001:db8::9');
  });
});

describe('multicast listeners', () => {
  test('queries of both versions', () => {
    const first = new Decoded(icmp(130, 0, `03e8 0000 ${DESTINATION}`));
    expect(first.fields('icmpv6.mld.maximum_response_delay', 'icmpv6.mld.multicast_address', 'icmpv6.mld.qqi')).toEqual(
      {
        'icmpv6.mld.maximum_response_delay': '1000',
        'icmpv6.mld.multicast_address': 'ff02::1',
      },
    );
    const second = new Decoded(icmp(130, 0, `03e8 0000 ${DESTINATION} 0a7d 0001 ${TARGET}`));
    expect(
      second.fields('icmpv6.mld.flag.s', 'icmpv6.mld.flag.qrv', 'icmpv6.mld.qqi', 'icmpv6.mld.source_address'),
    ).toEqual({
      'icmpv6.mld.flag.s': '1',
      'icmpv6.mld.flag.qrv': '2',
      'icmpv6.mld.qqi': '125',
      'icmpv6.mld.source_address': '2001:db8::9',
    });
  });

  test('a report of version 2 is a list of records', () => {
    const frame = new Decoded(icmp(143, 0, `0000 0002 04000000 ${DESTINATION} 01000001 ${DESTINATION} ${TARGET}`));
    expect(
      frame.fields('icmpv6.mldr.nb_mcast_records', 'icmpv6.mldr.mar.record_type', 'icmpv6.mldr.mar.source_address'),
    ).toEqual({
      'icmpv6.mldr.nb_mcast_records': '2',
      'icmpv6.mldr.mar.record_type': '4,1',
      'icmpv6.mldr.mar.source_address': '2001:db8::9',
    });
    expect(frame.info).toBe('ICMPv6 Multicast Listener Report Message v2');
  });
});
