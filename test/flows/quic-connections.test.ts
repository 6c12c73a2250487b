import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joined, octets } from '../protocols/decoded.ts';
import { crypto, HELLO, initial } from '../protocols/quic-packets.ts';
import { Wire } from './quic-wire.ts';

const ID = octets('8394c8f03e515708');
const OF_CLIENT = octets('c11e000000000001');
const OF_SERVER = octets('5e50000000000001');

const padded = (frames: Uint8Array, length = 1200): Uint8Array =>
  frames.length >= length ? frames : joined(frames, new Uint8Array(length - frames.length));
const hello = initial({ to: ID, from: OF_CLIENT, payload: padded(crypto(HELLO, 0, HELLO.length)) });
const answer = initial({
  to: OF_CLIENT,
  from: OF_SERVER,
  keyId: ID,
  sender: 'server',
  payload: octets('02 00 00 00 00'),
});
const short = (id: Uint8Array, first = 0x41): Uint8Array => joined(Uint8Array.of(first), id, octets('99'.repeat(30)));

/** A connection of which the first datagram of each end has passed. */
function greeted(): Wire {
  const wire = new Wire();
  wire.client(hello);
  wire.server(answer);
  return wire;
}

describe('Initial packets', () => {
  test('are read: frames, the hello and the name in it', () => {
    const seen = new Wire().client(hello);
    expect(seen.layers).toBe('udp quic quic tls');
    expect(seen.info).toContain('PKN: 0, CRYPTO, PADDING, Client Hello (SNI=example.com)');
    expect(seen.field('quic.crypto.length')).toBe(String(HELLO.length));
    expect(seen.field('tls.handshake.extensions_server_name')).toBe('example.com');
    expect(seen.field('tls.quic.parameter.max_idle_timeout')).toBe('30000');
    expect(seen.field('tls.quic.parameter.initial_max_data')).toBe('4611686018427387903');
    expect(seen.events).toEqual(['quic.initial', 'quic.client-hello']);
  });

  test.each([1, 0x6b3343cf, 0xff00001d])('of version %i', (version) => {
    const wire = new Wire();
    const payload = padded(crypto(HELLO, 0, HELLO.length));
    expect(wire.client(initial({ version, to: ID, payload })).field('tls.handshake.type')).toBe('1');
  });

  test('of the server are read with the ID that the client made up', () => {
    const wire = new Wire();
    wire.client(hello);
    const seen = wire.server(answer);
    expect(seen.field('quic.frame_type')).toBe('2');
    expect(seen.field('quic.packet_number')).toBe('0');
  });

  test('are not read without it', () => {
    const seen = new Wire().server(answer);
    expect(seen.layers).toBe('udp quic');
    expect(seen.field('quic.packet_number')).toBe('');
    expect(seen.issues).toEqual([]);
  });

  test('another connection from the same port has keys of its own', () => {
    const wire = greeted();
    const other = octets('0102030405060708');
    const seen = wire.client(initial({ to: other, payload: padded(crypto(HELLO, 0, HELLO.length)) }));
    expect(seen.field('quic.connection.number')).toBe('1');
    expect(seen.field('tls.handshake.type')).toBe('1');
  });

  test('in a small datagram are told of, when the client sends them', () => {
    const wire = new Wire();
    const seen = wire.client(initial({ to: ID, payload: octets('01010101') }));
    expect(seen.events).toEqual(['quic.initial', 'quic.initial.small']);
    expect(
      wire.server(initial({ to: OF_CLIENT, keyId: ID, sender: 'server', payload: octets('01010101') })).events,
    ).toEqual([]);
  });
});

describe('a hello over several datagrams', () => {
  test('is shown with the one that makes it whole, however it is cut and shuffled', () => {
    const cut = fc.uniqueArray(fc.integer({ min: 1, max: HELLO.length - 1 }), { maxLength: 9 });
    fc.assert(
      fc.property(cut, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 4 }), (cuts, order, each) => {
        const ends = [...cuts, HELLO.length].sort((a, b) => a - b);
        const frames = ends.map((end, i) => crypto(HELLO, ends[i - 1] ?? 0, end));
        const shuffled = frames.map((frame) => [order.next().value as number, frame] as const);
        shuffled.sort(([a], [b]) => a - b);
        const wire = new Wire();
        for (let i = 0; i < shuffled.length; i += each) {
          const content = joined(...shuffled.slice(i, i + each).map(([, frame]) => frame));
          const seen = wire.client(initial({ to: ID, number: i, payload: padded(content) }));
          const whole = i + each >= shuffled.length;
          expect(seen.field('tls.handshake.extensions_server_name')).toBe(whole ? 'example.com' : '');
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is not shown again when it is sent again', () => {
    const wire = new Wire();
    wire.client(hello);
    const seen = wire.client(initial({ to: ID, number: 1, payload: padded(crypto(HELLO, 0, HELLO.length)) }));
    expect(seen.field('quic.crypto.length')).toBe(String(HELLO.length));
    expect(seen.field('tls.handshake.type')).toBe('');
  });

  test('waits for ever where a part never comes', () => {
    const wire = new Wire();
    wire.client(initial({ to: ID, payload: padded(crypto(HELLO, 0, 100)) }));
    const seen = wire.client(initial({ to: ID, number: 1, payload: padded(crypto(HELLO, 101, HELLO.length)) }));
    expect(seen.field('tls.handshake.type')).toBe('');
  });
});

describe('short headers', () => {
  test('are known by the datagrams before them', () => {
    const wire = greeted();
    const seen = wire.client(short(OF_SERVER));
    expect(seen.info).toBe('Protected Payload, DCID=5e50000000000001');
    expect(seen.events).toEqual(['quic.protected']);
    expect(wire.server(short(OF_CLIENT, 0x61)).field('quic.spin_bit')).toBe('1');
    expect(wire.server(short(OF_CLIENT, 0x01)).info).toBe('Protected Payload, DCID=c11e000000000001');
  });

  test('without them are bytes', () => {
    expect(new Wire().client(short(OF_SERVER)).layers).toBe('udp data');
  });

  test('with another connection ID: it is one when it comes again', () => {
    const wire = greeted();
    const other = octets('5e50000000000002');
    expect(wire.client(short(other)).field('quic.dcid')).toBe('');
    const seen = wire.client(short(other));
    expect(seen.field('quic.dcid')).toBe('5e50000000000002');
    expect(seen.events).toEqual(['quic.connection-id.changed']);
    expect(wire.client(short(other)).events).toEqual(['quic.packet']);
  });

  test('what stands there once, as in a stateless reset, is no ID', () => {
    const wire = greeted();
    for (const id of ['0101010101010101', '0202020202020202', '0303030303030303']) {
      const seen = wire.client(short(octets(id)));
      expect([seen.field('quic.dcid'), seen.events.includes('quic.connection-id.changed')]).toEqual(['', false]);
    }
  });

  test('from another port go to the connection whose ID they have', () => {
    const wire = greeted();
    const seen = wire.client(short(OF_SERVER), 50_001);
    expect(seen.field('quic.connection.number')).toBe('0');
    expect(seen.events).toContain('quic.moved');
    expect(wire.server(short(OF_CLIENT), 50_001).field('quic.dcid')).toBe('c11e000000000001');
    expect(wire.client(short(octets('5e50000000000009')), 50_002).layers).toBe('udp data');
  });

  test('whoever sends first from there', () => {
    const wire = greeted();
    expect(wire.server(short(OF_CLIENT), 50_001).events).toContain('quic.moved');
    expect(wire.server(short(OF_CLIENT), 50_001).field('quic.dcid')).toBe('c11e000000000001');
    expect(wire.client(short(OF_SERVER), 50_001).field('quic.dcid')).toBe('5e50000000000001');
  });
});

describe('Retry and Version Negotiation', () => {
  test('a Retry whose tag is right gives the keys of what follows', () => {
    const wire = new Wire();
    wire.client(hello);
    const retry = octets('ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba');
    const seen = wire.server(retry);
    expect([seen.events, seen.field('dissect.quic.retry_integrity_tag')]).toEqual([['quic.retry'], 'good']);
    const id = octets('f067a5502a4262b5');
    expect(wire.client(initial({ to: id, token: octets('746f6b656e'), payload: padded(octets('01')) })).info).toContain(
      'PING',
    );
  });

  test('one whose tag is wrong changes nothing', () => {
    const wire = new Wire();
    wire.client(hello);
    const retry = octets('ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496bb');
    expect(wire.server(retry).field('dissect.quic.retry_integrity_tag')).toBe('bad');
    const [raised] = wire.tracker.events.raised.filter(({ id }) => id === 'quic.retry');
    expect(raised!.parameters.tag).toBeNull();
    expect(wire.client(initial({ to: ID, number: 1, payload: padded(octets('01')) })).field('quic.packet_number')).toBe(
      '1',
    );
  });

  test('a list of versions nobody asked for is QUIC in a known connection', () => {
    const wire = new Wire();
    wire.client(hello);
    const seen = wire.server(octets('80 00000000 08 c11e000000000001 08 8394c8f03e515708 12345678'));
    expect([seen.layers, seen.events]).toEqual(['udp quic', ['quic.version-negotiation']]);
  });
});

test('of a version that nobody knows, in a known connection, only the IDs are told', () => {
  const wire = greeted();
  const seen = wire.client(octets('d3 709a50c4 08 5e50000000000001 08 c11e000000000001 00 14 1122'));
  expect(seen.info).toBe('Unknown Version, DCID=5e50000000000001, SCID=c11e000000000001');
  expect(seen.field('quic.remaining_payload')).toBe('00141122');
  expect(seen.field('quic.long.packet_type')).toBe('');
});

describe('what an Initial carries', () => {
  test('CONNECTION_CLOSE says why', () => {
    const wire = new Wire();
    const seen = wire.client(initial({ to: ID, payload: padded(octets('1c 4128 06 03 626164')) }));
    expect(seen.field('quic.cc.error_code')).toBe('296');
    expect(seen.field('quic.cc.error_code.tls_alert')).toBe('40');
    expect(seen.field('quic.cc.reason_phrase')).toBe('bad');
    expect(seen.events).toContain('quic.close');
  });

  test('ACK with ranges and counts', () => {
    const seen = new Wire().client(initial({ to: ID, payload: octets('03 4064 05 02 03 01 02 04 05 07 08 09') }));
    expect(seen.field('quic.ack.largest_acknowledged')).toBe('100');
    expect(seen.field('quic.ack.gap')).toBe('1,4');
    expect(seen.field('quic.ack.ack_range')).toBe('2,5');
    expect(seen.field('quic.ack.ecn_ce_count')).toBe('9');
  });

  test.each([
    ['a frame that may not be there', '08 00 00 00 00 00'],
    ['a CRYPTO frame beyond the end', '06 00 4100 01020304'],
    ['an ACK with more ranges than octets', '02 05 00 ffffffffffffffff 00'],
    ['a CONNECTION_CLOSE with a reason beyond the end', '1c 00 00 40ff 6261'],
    ['an integer that is cut', '00 00 00 06 c0'],
  ])('%s is malformed', (_, frames) => {
    expect(new Wire().client(initial({ to: ID, payload: octets(frames) })).issues).toEqual(['malformed quic.frame']);
  });

  test('anything, sealed as it should be, never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 80 }), (payload) => {
        new Wire().client(initial({ to: ID, payload }));
        const framed = joined(Uint8Array.of(6, 0, payload.length), payload);
        new Wire().client(initial({ to: ID, payload: framed }));
        const extension = joined(HELLO.subarray(0, HELLO.length - 50), payload.subarray(0, 50), HELLO).subarray(
          0,
          HELLO.length,
        );
        new Wire().client(initial({ to: ID, payload: crypto(extension, 0, extension.length) }));
      }),
      { numRuns: 300 },
    );
  });

  test('messages as long as they say, which never come, are not waited for without end', () => {
    const wire = new Wire();
    const huge = joined(octets('01ffffff'), new Uint8Array(1000));
    for (let i = 0; i < 100; i++) {
      const from = i * 1000;
      const part = joined(octets('06'), u30(from), u30(1000), huge.subarray(4));
      wire.client(initial({ to: ID, number: i, payload: i === 0 ? crypto(huge, 0, huge.length) : part }));
    }
    expect(wire.client(short(OF_SERVER)).layers).toBe('udp quic');
  });
});

const u30 = (n: number): Uint8Array => Uint8Array.of(0x80 | (n >>> 24), (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
