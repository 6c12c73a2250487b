import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const RAW_IP = 101;
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
const CLIENT = 0;
const SERVER = 1;

/** Who sends what: connections do the same, one after another. */
type Step = readonly [sender: 0 | 1, flags: number, content: string];

const HANDSHAKE: readonly Step[] = [
  [CLIENT, SYN, ''],
  [SERVER, SYN | ACK, ''],
  [CLIENT, ACK, ''],
];
const GET = 'GET /page?a=1 HTTP/1.1\r\nHost: www.example.test\r\nConnection: keep-alive\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n';
const BODY = '0123456789012345678901234567890123456789';
const EXCHANGE: readonly Step[] = [
  [CLIENT, ACK, GET],
  [SERVER, ACK, OK + BODY],
  [CLIENT, ACK, ''],
];
const QUERY = `\0\x1d\0\x01\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\x04test\0\0\x01\0\x01`;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';

const UPGRADE = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';
/** The upgrade, a message each way, and the beginning of one in pieces. */
const WEB_SOCKET: readonly Step[] = [
  [CLIENT, ACK, `GET /chat HTTP/1.1\r\nHost: a.test\r\n${UPGRADE}Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n`],
  [SERVER, ACK, `HTTP/1.1 101 Switching Protocols\r\n${UPGRADE}\r\n`],
  [CLIENT, ACK, '\x81\x82\0\0\0\0hi'],
  [SERVER, ACK, '\x81\x02hi'],
  [CLIENT, ACK, '\x01\x82\0\0\0\0on'],
];

/** A message without a meaning, ChangeCipherSpec, and content that is encrypted. */
const TLS: readonly Step[] = [
  [CLIENT, ACK, `\x16\x03\x03\0\x04\x0e\0\0\0\x14\x03\x03\0\x01\x01`],
  [SERVER, ACK, `\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x04abcd`],
];

/** Feeds a tracker with connections from as many addresses. */
class Talks {
  readonly tracker: Tracker;
  private readonly port: number;
  private readonly steps: readonly (readonly [Step[0], number, Uint8Array])[];
  private readonly frame = new Frame();
  private readonly packet = new Packet();
  private readonly bytes = new Uint8Array(2048);
  private readonly view = new DataView(this.bytes.buffer);
  private count = 0;

  constructor(port: number, steps: readonly Step[], contents: boolean) {
    this.tracker = new Tracker({ timeWait: 240, explain: false, contents });
    this.port = port;
    this.steps = steps.map(([sender, flags, text]) => [sender, flags, Uint8Array.from(text, (c) => c.charCodeAt(0))]);
    this.frame.bytes = this.bytes;
    this.frame.linkType = RAW_IP;
    this.bytes.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6]);
  }

  add(connections: number): void {
    for (const last = this.count + connections; this.count < last; this.count++) {
      const next: [number, number] = [1000, 2000];
      for (const [sender, flags, content] of this.steps) {
        this.send(sender, flags, next[sender], next[1 - sender]!, content);
        next[sender] += content.length + (flags & (SYN | FIN) ? 1 : 0);
      }
    }
  }

  private send(sender: 0 | 1, flags: number, seq: number, ack: number, content: Uint8Array): void {
    const { view, frame } = this;
    view.setUint16(2, 40 + content.length);
    view.setUint32(sender === CLIENT ? 12 : 16, 0x0a000000 + this.count);
    view.setUint32(sender === CLIENT ? 16 : 12, 0xc6336450);
    view.setUint16(sender === CLIENT ? 20 : 22, 40_000);
    view.setUint16(sender === CLIENT ? 22 : 20, this.port);
    view.setUint32(24, seq);
    view.setUint32(28, flags & ACK ? ack : 0);
    view.setUint16(32, 0x5000 | flags);
    view.setUint16(34, 65_535);
    this.bytes.set(content, 40);
    frame.number++;
    frame.capturedLength = frame.wireLength = 40 + content.length;
    frame.seconds = 1_700_000_000 + frame.number;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
  }
}

/** What the engine holds, in octets, once everything was collected that nobody needs. */
function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const CONNECTIONS = 6000;

/** What one connection more costs. */
function costOf(steps: readonly Step[], contents = true, port = 80): number {
  const talks = new Talks(port, steps, contents);
  talks.add(1500); // those that stay awake, and tables in their first size
  const before = held();
  talks.add(CONNECTIONS);
  const cost = (held() - before) / CONNECTIONS;
  expect(talks.tracker.connections.resting).toBeGreaterThan(CONNECTIONS);
  return cost;
}

describe('a silent connection costs at most 1 kB', () => {
  it.each<[string, readonly Step[], boolean?, number?]>([
    ['after the handshake', []],
    ['after an exchange', EXCHANGE],
    ['after many exchanges', Array.from({ length: 5 }, () => EXCHANGE).flat()],
    ['with a request that has no answer', [[CLIENT, ACK, GET]]],
    ['in the middle of a head', [[CLIENT, ACK, GET.slice(0, 50)]]],
    [
      'in the middle of a content',
      [
        [CLIENT, ACK, GET],
        [SERVER, ACK, OK + BODY.slice(0, 20)],
      ],
    ],
    [
      'in the middle of a content that is counted',
      [
        [CLIENT, ACK, GET],
        [SERVER, ACK, OK + BODY.slice(0, 20)],
      ],
      false,
    ],
    [
      'behind a hole',
      [
        [CLIENT, ACK, GET],
        [SERVER, ACK, OK.slice(0, 10)],
        [SERVER, ACK | FIN, ''],
      ],
    ],
    [
      'after a protocol that is not known',
      [
        [CLIENT, ACK, '\x03\x16\x01'],
        [SERVER, ACK, '\x03\x16\x03'],
      ],
      true,
      443,
    ],
    ['after the handshake of TLS', TLS, true, 443],
    ['after a DNS query', [[CLIENT, ACK, QUERY]], true, 53],
    ['after WebSocket messages', WEB_SOCKET],
    ['after the greeting of HTTP/2', [[CLIENT, ACK, PREFACE]]],
    [
      'in the middle of a mail',
      [
        [SERVER, ACK, '220 a\r\n'],
        [CLIENT, ACK, 'DATA\r\n'],
        [SERVER, ACK, '354 b\r\n'],
        [CLIENT, ACK, 'c'],
      ],
      true,
      25,
    ],
    [
      'after FTP announced a data connection',
      [
        [SERVER, ACK, '227 (198,51,100,80,4,5)\r\n'],
        [CLIENT, ACK, 'LIST\r\n'],
      ],
      true,
      21,
    ],
    ['in the middle of a Telnet command', [[SERVER, ACK, 'login: \xff']], true, 23],
    [
      'after the versions of SSH',
      [
        [CLIENT, ACK, 'SSH-2.0-a\r\n'],
        [SERVER, ACK, 'SSH-2.0-b\r\n'],
      ],
      true,
      22,
    ],
    ['after it was closed', [...EXCHANGE, [CLIENT, ACK | FIN, ''], [SERVER, ACK | FIN, ''], [CLIENT, ACK, '']]],
    ['after a reset', [...EXCHANGE, [SERVER, RST | ACK, '']]],
  ])('%s', (_name, steps, contents, port) => {
    const cost = costOf([...HANDSHAKE, ...steps], contents, port);
    expect(cost).toBeLessThanOrEqual(1024);
  });
});
