import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyLog } from '../../src/flows/key-log.ts';
import { joined, octets } from '../protocols/decoded.ts';
import { crypto, HELLO, initial, sealed } from '../protocols/quic-packets.ts';
import { Wire } from './quic-wire.ts';

const V1 = 1;
const V2 = 0x6b3343cf;
const ID = octets('8394c8f03e515708');
const OF_CLIENT = octets('c11e000000000001');
const OF_SERVER = octets('5e50000000000001');
const SPARE = octets('5e500000000000ff');
const LABELS = [
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
];
const [OF_CLIENT_HANDSHAKE, OF_SERVER_HANDSHAKE, CLIENT_SECRET, SERVER_SECRET] = [0, 1, 2, 3];

const secretOf = (which: number, suite: number): Uint8Array =>
  new Uint8Array(suite === 0x1302 ? 48 : 32).fill(which + 1);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function keyLog(suite: number, change = 0): KeyLog {
  const keys = new KeyLog();
  const random = hex(HELLO.subarray(6, 38));
  const lines = LABELS.map((label, i) => `${label} ${random} ${hex(secretOf(i + change, suite))}\n`);
  keys.add(new TextEncoder().encode(lines.join('')));
  return keys;
}

const serverHello = (suite: number): Uint8Array =>
  joined(
    octets('0200002e 0303'),
    new Uint8Array(32),
    Uint8Array.of(0, suite >> 8, suite & 255),
    octets('00 0006 002b 0002 0304'),
  );
/** Encrypted Extensions: ALPN doq. */
const EXTENSIONS = octets('0800000c 000a 0010 0006 0004 03646f71');
const padded = (frames: Uint8Array): Uint8Array => joined(frames, new Uint8Array(Math.max(0, 1200 - frames.length)));
const stream = (data: Uint8Array, end = true): Uint8Array =>
  joined(Uint8Array.of(end ? 0x0b : 0x0a, 0, data.length), data);
/** A question for example.com, its length before it. */
const QUESTION = octets('001d 0000 0100 0001 0000 0000 0000 076578616d706c6503636f6d00 0001 0001');

/** A connection of which the hellos have passed, and who seals its packets. */
class Ends {
  readonly wire: Wire;
  private readonly suite: number;
  private readonly version: number;

  constructor(suite = 0x1301, version = V1, keys = keyLog(suite)) {
    this.wire = new Wire(keys);
    this.suite = suite;
    this.version = version;
    const hello = serverHello(suite);
    this.wire.client(initial({ version, to: ID, from: OF_CLIENT, payload: padded(crypto(HELLO, 0, HELLO.length)) }));
    const payload = crypto(hello, 0, hello.length);
    this.wire.server(initial({ version, to: OF_CLIENT, from: OF_SERVER, keyId: ID, sender: 'server', payload }));
  }

  handshake(payload: Uint8Array, number = 0) {
    return this.wire.server(
      this.seal(OF_SERVER_HANDSHAKE!, {
        number,
        to: OF_CLIENT,
        from: OF_SERVER,
        payload: joined(payload, octets('01 01 01')),
      }),
    );
  }

  client(payload: Uint8Array, number: number, updates = 0, to = OF_SERVER, port = 50_000) {
    return this.wire.client(
      this.seal(CLIENT_SECRET!, { number, updates, to, payload: joined(payload, octets('01 01 01')) }),
      port,
    );
  }

  server(payload: Uint8Array, number: number, updates = 0) {
    return this.wire.server(
      this.seal(SERVER_SECRET!, { number, updates, to: OF_CLIENT, payload: joined(payload, octets('01 01 01')) }),
    );
  }

  private seal(
    which: number,
    given: { number: number; to: Uint8Array; from?: Uint8Array; updates?: number; payload: Uint8Array },
  ) {
    const { suite, version } = this;
    return sealed({ ...given, suite, version, secret: secretOf(which, suite) });
  }
}

describe('packets are opened with the keys of a key log', () => {
  const suites = [0x1301, 0x1302, 0x1303];
  test.each(suites.flatMap((suite) => [V1, V2].map((version) => [suite, version] as const)))(
    'suite %i, version %i',
    (suite, version) => {
      const ends = new Ends(suite, version);
      const handshake = ends.handshake(crypto(EXTENSIONS, 0, EXTENSIONS.length));
      expect(handshake.field('tls.handshake.extensions_alpn_str')).toBe('doq');
      expect(handshake.events).toEqual(['quic.opened']);
      const asked = ends.client(stream(QUESTION), 0);
      expect(asked.layers).toBe('udp quic quic dns');
      expect(asked.field('dns.qry.name')).toBe('example.com');
      expect(asked.field('quic.dcid')).toBe(hex(OF_SERVER));
      expect(ends.server(octets('1e'), 0).field('quic.frame_type')).toBe('30,1,1,1');
    },
  );

  test('a client’s Handshake packet too', () => {
    const ends = new Ends();
    const packet = sealed({
      secret: secretOf(OF_CLIENT_HANDSHAKE!, 0x1301),
      number: 0,
      to: OF_SERVER,
      from: OF_CLIENT,
      payload: octets('01 01 01 01'),
    });
    expect(ends.wire.client(packet).field('quic.packet_number')).toBe('0');
  });

  test('and not with others', () => {
    const ends = new Ends(0x1301, V1, keyLog(0x1301, 4));
    expect(ends.handshake(EXTENSIONS).events).toEqual(['quic.unopened']);
    expect(ends.client(stream(QUESTION), 0).layers).toBe('udp quic');
  });

  test('without any, all is told as before', () => {
    const ends = new Ends(0x1301, V1, new KeyLog());
    expect(ends.handshake(EXTENSIONS).events).toEqual(['quic.handshake']);
    expect(ends.client(stream(QUESTION), 0).events).toEqual(['quic.protected']);
  });
});

describe('key updates', () => {
  test('are followed, and what was overtaken opens with the keys before', () => {
    const ends = new Ends();
    ends.client(stream(QUESTION, false), 0);
    const updated = ends.client(octets('01'), 3, 1);
    expect(updated.events).toContain('quic.key-update');
    expect(updated.field('quic.key_phase')).toBe('1');
    expect(ends.client(octets('01'), 2).field('quic.packet_number')).toBe('2');
    expect(ends.client(octets('01'), 4, 1).events).toEqual([]);
    expect(ends.client(octets('01'), 5, 2).events).toContain('quic.key-update');
  });

  test('that were not captured are made up for', () => {
    const ends = new Ends();
    expect(ends.client(octets('01'), 900, 5).field('quic.packet_number')).toBe('900');
    expect(ends.client(octets('01'), 1800, 7).field('quic.packet_number')).toBe('1800');
  });
});

describe('connection IDs', () => {
  const given = joined(octets('18 01 00 08'), SPARE, new Uint8Array(16));

  test('that were given are known, from another port too', () => {
    const ends = new Ends();
    ends.client(octets('01'), 0);
    expect(ends.server(given, 0).events).toContain('quic.connection-id.given');
    const moved = ends.client(octets('1a 0102030405060708'), 1, 0, SPARE, 50_001);
    expect(moved.events).toEqual(['quic.moved', 'quic.connection-id.used', 'quic.path.challenge']);
    expect(moved.field('quic.dcid')).toBe(hex(SPARE));
  });
});

describe('streams', () => {
  test('are put in order, each piece once', () => {
    const ends = new Ends();
    ends.handshake(crypto(EXTENSIONS, 0, EXTENSIONS.length));
    const tail = joined(octets('0d 00 05'), QUESTION.subarray(5));
    expect(ends.client(tail, 0).layers).toBe('udp quic quic');
    expect(ends.client(stream(QUESTION.subarray(0, 5), false), 1).layers).toBe('udp quic quic dns');
    expect(ends.client(stream(QUESTION), 2).layers).toBe('udp quic quic');
  });
});

test('whatever was sealed, nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 60 })), { maxLength: 8 }), (payloads) => {
      const ends = new Ends();
      ends.handshake(crypto(EXTENSIONS, 0, EXTENSIONS.length));
      payloads.forEach(([fromClient, payload], number) => {
        if (fromClient) ends.client(payload, number);
        else ends.server(payload, number);
      });
    }),
    { numRuns: 60 },
  );
});
