import { gzipSync } from 'fflate';
import { classic, Octets, type Recorded } from '../capture/capture-writer.ts';

/**
 * Captures that were made to break who reads them, each named after what it tries. Octets are laid out here by hand: what
 * is under test has no part in it.
 */
export interface Attack {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** Records in the file: as many must be printed. */
  readonly frames: number;
  /** What must be said of it in the tree. */
  readonly says?: RegExp;
  /** What must not. */
  readonly hides?: RegExp;
}

const RAW_IP = 101;
const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16];
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

/** An IPv4 packet. `fragment` is its offset in units of eight octets, with 0x2000 where more come. */
function ip(protocol: number, payload: Uint8Array, from = CLIENT, to = SERVER, id = 1, fragment = 0): Uint8Array {
  const head = new Octets('big')
    .raw([0x45, 0])
    .number(20 + payload.length, 2)
    .number(id, 2)
    .number(fragment, 2);
  head.raw([64, protocol, 0, 0, ...from, ...to]);
  return join(head.bytes(), payload);
}

function tcp(
  fromClient: boolean,
  seq: number,
  ack: number,
  flags: number,
  payload: Uint8Array = new Uint8Array(0),
  port = 80,
) {
  const [from, to] = fromClient ? [40000, port] : [port, 40000];
  const head = new Octets('big')
    .number(from, 2)
    .number(to, 2)
    .number(seq >>> 0, 4)
    .number(ack >>> 0, 4);
  head.raw([0x50, flags]).number(65535, 2).number(0, 4);
  const [source, destination] = fromClient ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return ip(6, join(head.bytes(), payload), source, destination);
}

function udp(port: number, payload: Uint8Array): Uint8Array {
  const head = new Octets('big')
    .number(50000, 2)
    .number(port, 2)
    .number(8 + payload.length, 2)
    .number(0, 2);
  return ip(17, join(head.bytes(), payload));
}

/** A connection that is open, then what each end says in turn, cut into segments of `size`. */
function talk(isn: number, said: readonly (readonly ['client' | 'server', Uint8Array])[], port = 80, size = 1400) {
  const next = { client: (isn + 1) >>> 0, server: 1001 };
  const packets = [
    tcp(true, isn, 0, SYN, undefined, port),
    tcp(false, 1000, next.client, SYN | ACK, undefined, port),
    tcp(true, next.client, 1001, ACK, undefined, port),
  ];
  for (const [end, octets] of said) {
    const other = end === 'client' ? 'server' : 'client';
    for (let at = 0; at < octets.length; at += size) {
      const piece = octets.subarray(at, at + size);
      packets.push(tcp(end === 'client', next[end], next[other], PSH | ACK, piece, port));
      next[end] = (next[end] + piece.length) >>> 0;
    }
  }
  return packets;
}

const recorded = (packets: readonly Uint8Array[]): Recorded[] =>
  packets.map((data, i) => ({ seconds: 1_700_000_000 + (i >> 10), nanoseconds: (i & 1023) * 1000, data }));
const capture = (packets: readonly Uint8Array[]): Uint8Array => classic(recorded(packets), { link: RAW_IP });

const attack = (name: string, packets: readonly Uint8Array[], more: Partial<Attack> = {}): Attack => ({
  name,
  bytes: () => capture(packets),
  frames: packets.length,
  ...more,
});

const dns = (...body: number[]): Uint8Array => udp(53, Uint8Array.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...body]));
const label = (length: number): number[] => [length, ...new Array<number>(length).fill(97)];

const page = (head: string, body: Uint8Array = new Uint8Array(0)): Uint8Array =>
  join(ascii(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`), body);
const GET = ascii('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const answered = (response: Uint8Array, size?: number): Uint8Array[] =>
  talk(
    99,
    [
      ['client', GET],
      ['server', response],
    ],
    80,
    size,
  );

/** Sets what would drive a terminal, turn a line round, or look like another name. */
const ESCAPES = '\x1b]0;owned\x07\x1b[2J\u202eevil\u2066\x9b31m\r\n'.replace('\r\n', '');

const nested = (depth: number): Uint8Array => {
  let packet = ip(17, new Uint8Array(8));
  for (let i = 0; i < depth; i++) packet = ip(4, packet);
  return packet;
};

function pcapng(build: (out: Octets) => void): Uint8Array {
  const out = new Octets('little');
  section(out);
  build(out);
  return out.bytes();
}
const block = (out: Octets, type: number, length: number, body: readonly number[], end = length): void => {
  out.number(type, 4).number(length, 4).raw(body).number(end, 4);
};
const section = (out: Octets): void =>
  block(out, 0x0a0d0d0a, 28, [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
const iface = (out: Octets): void => block(out, 1, 20, [RAW_IP, 0, 0, 0, 0, 0, 0, 0]);
const packetBlock = (out: Octets, index: number, data: Uint8Array): void => {
  const padded = (data.length + 3) & ~3;
  out
    .number(6, 4)
    .number(32 + padded, 4)
    .number(index, 4)
    .number(0, 8);
  out
    .number(data.length, 4)
    .number(data.length, 4)
    .raw(data)
    .pad()
    .number(32 + padded, 4);
};

const syn = (i: number): Uint8Array => {
  const packet = tcp(true, i, 0, SYN);
  packet.set([11, (i >> 16) & 255, (i >> 8) & 255, i & 255], 12);
  return packet;
};

const bomb = gzipSync(new Uint8Array(48 << 20), { level: 9 });

export const attacks: readonly Attack[] = [
  attack('DNS: a name that points to itself', [dns(0xc0, 12, 0, 1, 0, 1)], { says: /malformed/i }),
  attack('DNS: two names that point to each other', [dns(0xc0, 14, 0xc0, 12, 0, 1, 0, 1)], { says: /malformed/i }),
  attack(
    'DNS: a name of more than 255 octets',
    [dns(...label(63), ...label(63), ...label(63), ...label(63), 0, 0, 1, 0, 1)],
    {
      says: /malformed/i,
    },
  ),
  attack('DNS: 65,535 records announced, none there', [
    udp(53, Uint8Array.from([0, 7, 129, 128, 255, 255, 255, 255, 255, 255, 255, 255])),
  ]),
  attack('HTTP: a head without end', answered(ascii(`HTTP/1.1 200 OK\r\n${'X-Flood: 1\r\n'.repeat(40_000)}`))),
  attack('HTTP: 5,000 header fields', answered(page(`${'X: 1\r\n'.repeat(4_999)}X: 1`))),
  attack(
    'HTTP: a chunk of 2^63 octets',
    answered(page('Transfer-Encoding: chunked', ascii('8000000000000000\r\nabc'))),
  ),
  attack(
    'HTTP: a chunk of 2^64 - 1 octets',
    answered(page('Transfer-Encoding: chunked', ascii('ffffffffffffffff\r\nabc'))),
  ),
  attack('HTTP: a length of 10^30', answered(page(`Content-Length: 1${'0'.repeat(30)}`, ascii('abc')))),
  attack(
    'HTTP: a content that inflates to 48 MiB',
    answered(page(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}`, bomb)),
    {
      hides: /\0{100}/,
    },
  ),
  attack(
    'HTTP: escapes and turned text in header and target',
    answered(page(`Server: ${ESCAPES}\r\nX-${ESCAPES}: 1`)),
    {
      hides: /[\x1b\x07\x9b\u202e\u2066]/,
    },
  ),
  attack(
    'HTTP: a conversation across the wrap of sequence numbers',
    talk(0xffff_fff0, [
      ['client', GET],
      ['server', page('Content-Length: 2', ascii('ok'))],
    ]),
    {
      says: /Status: 200/,
    },
  ),
  attack('DNS: escapes in a name', [dns(8, 0x1b, 0x5b, 0x32, 0x4a, 0x07, 0xe2, 0x80, 0xae, 0, 0, 1, 0, 1)], {
    hides: /[\x1b\x07\u202e]/,
  }),
  attack(
    'IP: teardrop',
    [
      ip(17, new Uint8Array(40).fill(1), CLIENT, SERVER, 9, 0x2000),
      ip(17, new Uint8Array(16).fill(2), CLIENT, SERVER, 9, 3),
    ],
    {
      says: /overlap/i,
    },
  ),
  attack('IP: a first fragment too small for TCP', [
    ip(6, tcp(true, 1, 0, SYN).subarray(20, 28), CLIENT, SERVER, 9, 0x2000),
    ip(6, tcp(true, 1, 0, SYN).subarray(28, 40), CLIENT, SERVER, 9, 1),
  ]),
  attack('IP: a datagram that grows beyond 65,535 octets', [
    ip(17, new Uint8Array(1400), CLIENT, SERVER, 9, 0x2000),
    ip(17, new Uint8Array(1400), CLIENT, SERVER, 9, 0x1fff),
  ]),
  attack(
    'IP: 4,200 datagrams of which only the first fragment comes',
    Array.from({ length: 4_200 }, (_, i) => ip(17, new Uint8Array(24), CLIENT, SERVER, i, 0x2000)),
  ),
  attack('IP: a tunnel in a tunnel, 100 times', [nested(100)]),
  attack('TCP: the same octets twice, with another content', [
    ...talk(99, [['client', ascii('GET /one HTTP/1.1\r\n')]]),
    tcp(true, 100, 1001, PSH | ACK, ascii('GET /two HTTP/1.1\r\n')),
    tcp(true, 119, 1001, PSH | ACK, ascii('\r\n')),
  ]),
  attack('TCP: a hole of 2 GiB, and 4 GiB behind it', [
    ...talk(99, [['client', GET]]),
    tcp(true, 100 + 0x7fff_0000, 1001, PSH | ACK, GET),
    tcp(true, 100 + 0xfffe_0000, 1001, PSH | ACK, GET),
    tcp(true, 100 + 0x0001_0000, 1001, FIN | ACK),
  ]),
  attack(
    'TCP: 5,000 SYNs, each from an address of its own',
    Array.from({ length: 5_000 }, (_, i) => syn(i)),
  ),
  attack('TCP: 2,000 pieces of one octet, every other one missing', [
    ...talk(99, []),
    ...Array.from({ length: 5_000 }, (_, i) => tcp(true, 100 + 2 * i, 1001, PSH | ACK, Uint8Array.of(65))),
  ]),
  attack(
    'TLS: records cut into single octets',
    talk(99, [['client', Uint8Array.from([22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0, 21, 3, 3, 0, 2, 2, 40])]], 443, 1),
  ),
  attack(
    'TLS: a handshake message of 16 MiB',
    talk(99, [['client', Uint8Array.from([22, 3, 1, 0, 5, 1, 255, 255, 255, 3])]], 443),
  ),
  {
    name: 'pcapng: options without end',
    frames: 1,
    bytes: () =>
      pcapng((out) => {
        block(out, 1, 28, [RAW_IP, 0, 0, 0, 0, 0, 0, 0, 2, 0, 255, 255, 65, 65, 65, 65]);
        packetBlock(out, 0, nested(0));
      }),
  },
  {
    name: 'pcapng: a block that claims 4 GiB',
    frames: 1,
    bytes: () =>
      pcapng((out) => {
        iface(out);
        packetBlock(out, 0, nested(0));
        block(out, 6, 0xffff_fffc, [0, 0, 0, 0]);
      }),
  },
  {
    name: 'pcapng: 10,000 interfaces',
    frames: 1,
    bytes: () =>
      pcapng((out) => {
        for (let i = 0; i < 10_000; i++) iface(out);
        packetBlock(out, 9_999, nested(0));
      }),
  },
  {
    name: 'pcap: a record of 4 GiB',
    frames: 1,
    bytes: () =>
      join(
        capture([nested(0)]),
        new Octets('little').number(0, 8).number(0xffff_ffff, 4).number(0xffff_ffff, 4).bytes(),
      ),
  },
];
