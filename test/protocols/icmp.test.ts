import { describe, expect, test } from 'vitest';
import { Decoded, hex16, internetSum, ip, MACS, octets } from './decoded.ts';

const digits = (bytes: Uint8Array): string => [...bytes].map((octet) => octet.toString(16).padStart(2, '0')).join('');

/** A message with its right checksum, in an IPv4 packet, in a frame. */
function icmp(type: number, code: number, rest: string): string {
  const message = octets(`${hex16((type << 8) | code)} 0000 ${rest}`);
  const sum = internetSum(message);
  message.set([sum >>> 8, sum & 0xff], 2);
  return `${MACS} 0800 ${ip(1, message.length)} ${digits(message)}`;
}

/** The header of the packet that an error is about, and the first eight octets behind it. */
const QUOTED = `${ip(17, 77, { ttl: 1 })} d431 0035 004d 1234`;

test('an echo request', () => {
  const frame = new Decoded(icmp(8, 0, '3835 0102 6162'));
  expect(frame.layers).toBe('eth ip icmp data');
  expect(
    frame.fields(
      'icmp.type',
      'icmp.code',
      'icmp.checksum.status',
      'icmp.ident',
      'icmp.ident_le',
      'icmp.seq',
      'icmp.seq_le',
    ),
  ).toEqual({
    'icmp.type': '8',
    'icmp.code': '0',
    'icmp.checksum.status': '1',
    'icmp.ident': '14389',
    'icmp.ident_le': '13624',
    'icmp.seq': '258',
    'icmp.seq_le': '513',
  });
  expect(frame.info).toBe('ICMP Echo (ping) request  id=0x3835, seq=258/513, ttl=64');
});

test('an echo reply', () => {
  expect(new Decoded(icmp(0, 0, '0001 0001')).info).toBe('ICMP Echo (ping) reply    id=0x0001, seq=1/256, ttl=64');
});

describe('the checksum', () => {
  const good = octets(icmp(8, 0, '0001 0001 6162'));

  test('bad', () => {
    const bytes = good.slice();
    bytes[bytes.length - 1]! ^= 1;
    expect(new Decoded(bytes).field('icmp.checksum.status')).toBe('0');
    expect(new Decoded(bytes).card('icmp')).toContain('checksum BAD');
  });

  test('unverified when the message was cut short', () => {
    expect(new Decoded(good.subarray(0, -1), { wire: good.length }).field('icmp.checksum.status')).toBe('2');
  });
});

describe('errors', () => {
  const cases: [number, number, string, string][] = [
    [3, 3, '00000000', 'Destination unreachable (Port unreachable)'],
    [3, 4, '00000514', 'Destination unreachable (Fragmentation needed)'],
    [11, 0, '00000000', 'Time-to-live exceeded (Time to live exceeded in transit)'],
    [5, 1, 'c0a80002', 'Redirect             (Redirect for host)'],
    [12, 0, '09000000', 'Parameter problem    (Pointer indicates the error)'],
    [4, 0, '00000000', 'Source quench (flow control)'],
  ];
  test.each(cases)('type %i code %i', (type, code, rest, info) => {
    const frame = new Decoded(icmp(type, code, rest + QUOTED));
    expect(frame.layers).toBe('eth ip icmp (ip) (udp)');
    expect(frame.info).toBe(`ICMP ${info}`);
    expect(frame.issues).toEqual([]);
  });

  test('the fields of the packet that is quoted are shown too', () => {
    const frame = new Decoded(icmp(11, 0, `00000000${QUOTED}`));
    expect(frame.fields('ip.ttl', 'udp.srcport', 'udp.length')).toEqual({
      'ip.ttl': '64,1',
      'udp.srcport': '54321',
      'udp.length': '77',
    });
  });

  test('what the error leaves out of a quoted packet is nobody’s fault', () => {
    const tcp = `${ip(6, 40)} 0050 c000 00000001`;
    const frame = new Decoded(icmp(3, 1, `00000000${tcp}`));
    expect(frame.layers).toBe('eth ip icmp (ip) (tcp)');
    expect(frame.field('tcp.srcport')).toBe('80');
    expect(frame.issues).toEqual([]);
  });

  test('what the capture leaves out is the capture’s', () => {
    const whole = octets(icmp(3, 1, `00000000${ip(6, 40)} 0050 c000 00000001 00000002 5010 ffff 0000 0000`));
    expect(new Decoded(whole.subarray(0, -8), { wire: whole.length }).issues).toEqual(['truncated tcp.header']);
  });

  test('what both leave out is the capture’s', () => {
    const whole = octets(icmp(3, 1, `00000000${ip(6, 40)} 0050 c000 00000001`));
    expect(new Decoded(whole.subarray(0, -4), { wire: whole.length }).issues).toEqual(['truncated tcp.header']);
  });

  test('a quoted message’s checksum cannot be verified', () => {
    const echo = `${ip(1, 64)} 0800 1234 0001 0001`;
    const frame = new Decoded(icmp(11, 0, `00000000${echo}`));
    expect(frame.fields('icmp.type', 'icmp.checksum.status')).toEqual({
      'icmp.type': '11,8',
      'icmp.checksum.status': '1,2',
    });
  });

  test('what the fields of their own say', () => {
    expect(new Decoded(icmp(3, 4, `00000514${QUOTED}`)).field('icmp.mtu')).toBe('1300');
    expect(new Decoded(icmp(3, 3, `00000514${QUOTED}`)).field('icmp.mtu')).toBe('');
    expect(new Decoded(icmp(5, 1, `c0a80002${QUOTED}`)).field('icmp.redir_gw')).toBe('192.168.0.2');
    expect(new Decoded(icmp(12, 0, `09000000${QUOTED}`)).field('icmp.pointer')).toBe('9');
    expect(new Decoded(icmp(3, 4, `00000514${QUOTED}`)).card('icmp')).toBe(
      'ICMP  Destination unreachable (Fragmentation needed)\nnext hop’s MTU 1300 · checksum ok'.replace('’', "'"),
    );
  });
});

test('timestamps', () => {
  const frame = new Decoded(icmp(13, 0, '0001 0002 00000003 00000004 00000005'));
  expect(frame.fields('icmp.originate_timestamp', 'icmp.receive_timestamp', 'icmp.transmit_timestamp')).toEqual({
    'icmp.originate_timestamp': '3',
    'icmp.receive_timestamp': '4',
    'icmp.transmit_timestamp': '5',
  });
  expect(frame.info).toBe('ICMP Timestamp request    id=0x0001, seq=2/512, ttl=64');
});

test('address masks', () => {
  expect(new Decoded(icmp(18, 0, '0001 0002 ffffff00')).field('icmp.address_mask')).toBe('255.255.255.0');
});

test('a type that is not known', () => {
  expect(new Decoded(icmp(200, 0, '00000000')).info).toBe('ICMP Unknown ICMP type 200');
});
