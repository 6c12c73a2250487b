import { describe, expect, test } from 'vitest';
import { checksumVerdict } from '../../src/protocols/ipv4.ts';
import { checksumVerdict as udpVerdict } from '../../src/protocols/udp.ts';
import { Decoded, hex8, hex16, internetSum, MACS, octets } from './decoded.ts';

interface Header {
  readonly options?: string;
  readonly total?: number;
  readonly first?: string;
  readonly fragment?: string;
  readonly payload?: string;
}

/** A packet as hexadecimal digits, its lengths right unless they are given. */
function packet({
  options = '',
  total,
  first,
  fragment = '0000',
  payload = '0001 0002 000c 0000 61626364',
}: Header = {}) {
  const header = 20 + octets(options).length;
  const length = total ?? header + octets(payload).length;
  const start = `${first ?? hex8(0x40 | (header / 4))}00 ${hex16(length)} 1234 ${fragment} 4011`;
  return `${MACS} 0800 ${start} 0000 c0a8000a cb007150 ${options} ${payload}`;
}

test('the header', () => {
  const frame = new Decoded(packet({ fragment: '4000' }));
  expect(frame.layers).toBe('eth ip udp data');
  expect(frame.issues).toEqual([]);
  expect(
    frame.fields('ip.version', 'ip.hdr_len', 'ip.len', 'ip.id', 'ip.flags', 'ip.flags.df', 'ip.ttl', 'ip.proto'),
  ).toEqual({
    'ip.version': '4',
    'ip.hdr_len': '20',
    'ip.len': '32',
    'ip.id': '0x1234',
    'ip.flags': '0x02',
    'ip.flags.df': '1',
    'ip.ttl': '64',
    'ip.proto': '17',
  });
});

test('the checksum', () => {
  const layer = new Decoded(packet()).packet.layers[2]!;
  expect(checksumVerdict(layer)).toBe('zero');
  const sum = internetSum(layer.bytes.subarray(layer.start, layer.headerEnd));
  layer.bytes.set([sum >>> 8, sum & 0xff], layer.start + 10);
  expect(checksumVerdict(layer)).toBe('good');
  layer.bytes[layer.start + 8]! -= 1;
  expect(checksumVerdict(layer)).toBe('bad');
});

describe('lengths', () => {
  test('what lies behind the total length does not belong to the packet', () => {
    const frame = new Decoded(`${packet()} 0000`);
    expect(frame.field('data.len')).toBe('4');
    expect(frame.issues).toEqual([]);
  });

  test('a total length of zero is left to the network card: the frame’s end stands in', () => {
    const frame = new Decoded(packet({ total: 0 }));
    expect(frame.layers).toBe('eth ip udp data');
    expect(frame.issues).toEqual([]);
  });

  test('a total length beyond the frame is a fault, and what is there is shown', () => {
    const frame = new Decoded(packet({ total: 60 }));
    expect(frame.layers).toBe('eth ip udp data');
    expect(frame.issues).toEqual(['malformed ip.totalLength']);
  });

  test('a total length shorter than the header is a fault, and nothing is read behind it', () => {
    const frame = new Decoded(packet({ total: 16 }));
    expect(frame.layers).toBe('eth ip');
    expect(frame.issues).toEqual(['malformed ip.totalLength']);
  });

  test('a header shorter than 20 octets, and another version, are faults', () => {
    expect(new Decoded(packet({ first: '44' })).issues).toEqual(['malformed ip.headerLength']);
    expect(new Decoded(packet({ first: '55' })).issues).toEqual(['malformed ip.version']);
    expect(new Decoded(packet({ first: '44' })).layers).toBe('eth ip');
  });
});

test('a fragment is not read before it is put together', () => {
  const frame = new Decoded(packet({ fragment: '2000' }));
  expect(frame.layers).toBe('eth ip data');
  expect(frame.info).toBe('IPv4 Fragmented IP protocol (proto=UDP 17, off=0, ID=1234)');
});

describe('options', () => {
  test('record route: addresses filled in, and room for more', () => {
    const frame = new Decoded(packet({ options: '070f08 01020304 05060708 00000000 00' }));
    expect(frame.fields('ip.opt.type', 'ip.opt.len', 'ip.opt.ptr', 'ip.rec_rt', 'ip.empty_rt')).toEqual({
      'ip.opt.type': '7,0',
      'ip.opt.len': '15',
      'ip.opt.ptr': '8',
      'ip.rec_rt': '1.2.3.4',
      'ip.empty_rt': '5.6.7.8,0.0.0.0',
    });
  });

  test('timestamps with and without addresses', () => {
    const plain = new Decoded(packet({ options: '440c 0d 20 00000001 00000002' }));
    expect(plain.fields('ip.opt.overflow', 'ip.opt.flag', 'ip.opt.time_stamp', 'ip.opt.time_stamp_addr')).toEqual({
      'ip.opt.overflow': '2',
      'ip.opt.flag': '0x00',
      'ip.opt.time_stamp': '1,2',
    });
    const addressed = new Decoded(packet({ options: '440c 0d 01 01020304 00000002' }));
    expect(addressed.fields('ip.opt.time_stamp', 'ip.opt.time_stamp_addr')).toEqual({
      'ip.opt.time_stamp': '2',
      'ip.opt.time_stamp_addr': '1.2.3.4',
    });
  });

  test('router alert, stream identifier, MTU, traceroute, security', () => {
    expect(new Decoded(packet({ options: '94040000' })).field('ip.opt.ra')).toBe('0');
    expect(new Decoded(packet({ options: '88040007' })).field('ip.opt.sid')).toBe('7');
    expect(new Decoded(packet({ options: '0b0405dc' })).field('ip.opt.mtu')).toBe('1500');
    expect(new Decoded(packet({ options: '520c 0001 0002 0003 01020304' })).field('ip.opt.originator')).toBe('1.2.3.4');
    const secret = new Decoded(packet({ options: '82045a90' }));
    expect(secret.fields('ip.opt.sec_cl', 'ip.opt.sec_prot_auth_flags')).toEqual({
      'ip.opt.sec_cl': '0x5a',
      'ip.opt.sec_prot_auth_flags': '0x90',
    });
  });

  test('a source route leads to its last stop, whose address the checksum above covers', () => {
    const options = '830b04 01020304 05060708 00';
    const frame = new Decoded(packet({ options }));
    expect(frame.fields('ip.dst', 'ip.cur_rt', 'ip.src_rt')).toEqual({
      'ip.dst': '203.0.113.80',
      'ip.cur_rt': '1.2.3.4',
      'ip.src_rt': '5.6.7.8',
    });
    const sum = internetSum(octets('c0a8000a 05060708 0011 000c 0001 0002 000c 0000 61626364'));
    const whole = new Decoded(packet({ options, payload: `0001 0002 000c ${hex16(sum)} 61626364` }));
    expect(udpVerdict(whole.packet.layers[3]!)).toBe('good');
  });

  test('an option that does not fit ends the walk', () => {
    const frame = new Decoded(packet({ options: '01 07 09 04' }));
    expect(frame.fields('ip.opt.type', 'ip.opt.len', 'ip.opt.ptr')).toEqual({
      'ip.opt.type': '1,7',
      'ip.opt.len': '9',
    });
  });
});
