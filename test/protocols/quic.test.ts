import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoded, hex8, hex16, ip, MACS, octets } from './decoded.ts';

/** A datagram from 192.168.0.10:50000 to 203.0.113.80:`port`. */
function datagram(payload: string | Uint8Array, port = 443, wire?: number): Decoded {
  const bytes = typeof payload === 'string' ? octets(payload) : payload;
  const content = [...bytes].map(hex8).join('');
  const length = 8 + (wire ?? bytes.length);
  const frame = `${MACS} 0800 ${ip(17, length)} c350 ${hex16(port)} ${hex16(length)} 0000 ${content}`;
  return new Decoded(frame, wire === undefined ? {} : { wire: 14 + 20 + length });
}

const IDS = '08 1122334455667788 04 aabbccdd';
const INITIAL = `c3 00000001 ${IDS} 02 7070 14 ${'5a'.repeat(20)}`;
const HANDSHAKE = `e3 00000001 ${IDS} 14 ${'6b'.repeat(20)}`;

describe('long headers', () => {
  test('of an Initial', () => {
    const { layers, issues, info, ...decoded } = datagram(INITIAL);
    expect([layers, issues]).toEqual(['eth ip udp quic', []]);
    expect(info).toBe('QUIC Initial, DCID=1122334455667788, SCID=aabbccdd');
    expect(Object.keys(decoded)).toContain('packet');
    const one = datagram(INITIAL);
    expect(
      one.fields('quic.header_form', 'quic.fixed_bit', 'quic.version', 'quic.dcil', 'quic.scil', 'quic.packet_length'),
    ).toEqual({
      'quic.header_form': '1',
      'quic.fixed_bit': '1',
      'quic.version': '0x00000001',
      'quic.dcil': '8',
      'quic.scil': '4',
      'quic.packet_length': '43',
    });
    expect(one.fields('quic.long.packet_type', 'quic.token', 'quic.token_length', 'quic.length')).toEqual({
      'quic.long.packet_type': '0',
      'quic.token': '7070',
      'quic.token_length': '2',
      'quic.length': '20',
    });
    expect(one.field('quic.remaining_payload')).toBe('5a'.repeat(20));
  });

  test.each([
    ['c0', 'Initial'],
    ['d0', '0-RTT'],
    ['e0', 'Handshake'],
    ['f0', 'Retry'],
  ])('type %s of version 1 is %s', (first, name) => {
    const rest = name === 'Initial' ? `00 14 ${'00'.repeat(20)}` : `14 ${'00'.repeat(20)}`;
    expect(datagram(`${first} 00000001 ${IDS} ${rest}`).info).toContain(`QUIC ${name}, `);
  });

  test.each([
    ['c0', 'Retry', '3'],
    ['d0', 'Initial', '0'],
    ['e0', '0-RTT', '1'],
    ['f0', 'Handshake', '2'],
  ])('type %s of version 2 is %s', (first, name) => {
    const rest = name === 'Initial' ? `00 14 ${'00'.repeat(20)}` : `14 ${'00'.repeat(20)}`;
    const decoded = datagram(`${first} 6b3343cf ${IDS} ${rest}`);
    expect(decoded.info).toContain(`QUIC ${name}, `);
    expect(decoded.fields('quic.long.packet_type')).toEqual({});
    expect(decoded.field('quic.long.packet_type_v2')).toBe(String((Number.parseInt(first, 16) >>> 4) & 3));
  });

  test('of a list of versions', () => {
    const decoded = datagram(`ea 00000000 ${IDS} 1a2a3a4a 00000001 ff00001d`);
    expect(decoded.info).toBe('QUIC Version Negotiation, DCID=1122334455667788, SCID=aabbccdd');
    expect(decoded.field('quic.supported_version')).toBe('0x1a2a3a4a,0x00000001,0xff00001d');
    expect(decoded.field('quic.vn.unused')).toBe('0x6a');
    expect(decoded.fields('quic.fixed_bit', 'quic.long.packet_type')).toEqual({});
  });

  test('of Retry', () => {
    const decoded = datagram(`ff 00000001 ${IDS} 746f6b656e ${'77'.repeat(16)}`);
    expect(decoded.fields('quic.retry_token', 'quic.retry_integrity_tag')).toEqual({
      'quic.retry_token': '746f6b656e',
      'quic.retry_integrity_tag': '77'.repeat(16),
    });
    expect(datagram(`ff 00000001 ${IDS} ${'77'.repeat(15)}`).issues).toEqual(['malformed quic.tag']);
  });

  test('with integers of every length', () => {
    for (const length of ['14', '4014', '80000014', 'c000000000000014']) {
      const decoded = datagram(`c3 00000001 ${IDS} 00 ${length} ${'5a'.repeat(20)}`);
      expect(decoded.field('quic.length')).toBe('20');
      expect(decoded.issues).toEqual([]);
    }
  });
});

describe('packets of one datagram', () => {
  test('are told apart by their lengths', () => {
    const short = `41 1122334455667788 ${'7c'.repeat(30)}`;
    const decoded = datagram(INITIAL + HANDSHAKE + short);
    expect(decoded.layers).toBe('eth ip udp quic quic quic');
    expect(decoded.info).toBe('QUIC Initial, DCID=1122334455667788, SCID=aabbccdd; Handshake; Protected Payload');
    expect(decoded.field('quic.packet_length')).toBe('43,40,39');
    expect(decoded.field('quic.dcid')).toBe('1122334455667788,1122334455667788,1122334455667788');
  });

  test('what goes to another connection ID is padding', () => {
    for (const rest of ['00'.repeat(12), `41 1122334455667789 ${'7c'.repeat(30)}`, HANDSHAKE.replace('88', '89')]) {
      const decoded = datagram(INITIAL + rest);
      expect(decoded.layers).toBe('eth ip udp quic');
      expect(decoded.field('dissect.quic.padding')).toBe(rest.replaceAll(' ', ''));
    }
  });

  test('zeros behind an empty connection ID are padding', () => {
    const decoded = datagram(`e3 00000001 00 00 14 ${'6b'.repeat(20)} ${'00'.repeat(12)}`);
    expect(decoded.layers).toBe('eth ip udp quic');
  });
});

describe('what is none', () => {
  test.each([
    ['RTP', '80 00 0000 01 00000a0000000b0000'],
    ['an unknown version', `c3 00000002 ${IDS} 00 14 ${'5a'.repeat(20)}`],
    ['an older draft', `c3 ff000011 ${IDS} 00 14 ${'5a'.repeat(20)}`],
    ['a connection ID that is too long', `c3 00000001 15 ${'5a'.repeat(40)}`],
    ['connection IDs beyond the end', 'c3 00000001 08 112233'],
    ['a list without a known version', `80 00000000 ${IDS} 00000002`],
    ['a list of odd length', `80 00000000 ${IDS} 00000001 00`],
    ['a short header', `41 1122334455667788 ${'7c'.repeat(30)}`],
    ['one octet', 'c3'],
  ])('%s', (_, payload) => {
    expect(datagram(payload).layers).toBe('eth ip udp data');
  });

  test('ports of others are theirs', () => {
    expect(datagram(INITIAL, 53).layers).toBe('eth ip udp dns');
  });
});

describe('lengths', () => {
  test('beyond the datagram are malformed', () => {
    expect(datagram(`c3 00000001 ${IDS} 00 4100 ${'5a'.repeat(20)}`).issues).toEqual(['malformed quic.payload']);
    expect(datagram(`c3 00000001 ${IDS} 40ff ${'5a'.repeat(20)}`).issues).toEqual(['malformed quic.length']);
    expect(datagram(`c3 00000001 ${IDS} ffffffffffffffff ${'5a'.repeat(20)}`).issues).toEqual([
      'malformed quic.length',
    ]);
    expect(datagram(`c3 00000001 ${IDS} 00 ffffffffffffffff ${'5a'.repeat(20)}`).issues).toEqual([
      'malformed quic.payload',
    ]);
  });

  test('beyond what was captured are the capture’s fault', () => {
    const whole = octets(INITIAL);
    for (let length = 20; length < whole.length; length++) {
      const { issues, layers } = datagram(whole.subarray(0, length), 443, whole.length);
      expect(layers).toBe('eth ip udp quic');
      expect(issues, `${length} octets`).toEqual([expect.stringMatching(/^truncated quic\./)]);
    }
  });
});

test('random octets behind a header never throw', () => {
  const first = fc.integer({ min: 0x80, max: 0xff });
  const version = fc.constantFrom('00000000', '00000001', '6b3343cf', 'ff00001d', '1a2a3a4a', 'faceb001');
  const rest = fc.uint8Array({ maxLength: 120 });
  fc.assert(
    fc.property(first, version, rest, (octet, number, bytes) => {
      const decoded = datagram(`${hex8(octet)} ${number} ${[...bytes].map(hex8).join('')}`);
      expect(decoded.info).not.toBe('');
      decoded.field('quic.length');
    }),
    { numRuns: 2000 },
  );
});
