import { classic, type Recorded } from '../capture/capture-writer.ts';

/** One TCP segment of a capture that is made to be explained: nothing about it is wrong. */
export interface Sent {
  readonly from: 'client' | 'server';
  readonly flags?: number;
  /** Counted from the beginning of the sender's data: its SYN has -1. */
  readonly at?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  /** The client's port. */
  readonly port?: number;
  /** Microseconds since the segment before. */
  readonly after?: number;
}

export const FIN = 1;
const SYN = 2;
export const ACK = 16;

/** The three segments that open a connection. */
export const opening = (port: number): readonly Sent[] => [
  { from: 'client', port, flags: SYN, at: -1 },
  { from: 'server', port, flags: SYN | ACK, at: -1 },
  { from: 'client', port },
];

/** So many full segments from the server, from number `begin` on, each second one acknowledged. */
export function* transfer(port: number, begin: number, segments: number): Generator<Sent> {
  for (let i = 0; i < segments; i++) {
    yield { from: 'server', port, at: begin + i * FULL, length: FULL };
    if (i % 2 === 1) yield { from: 'client', port, ack: begin + (i + 1) * FULL };
  }
}

/** Octets of a full segment. */
export const FULL = 1460;

/** A capture of bare IP. */
export function captureOf(segments: Iterable<Sent>): Uint8Array {
  const frames: Recorded[] = [];
  let time = 0;
  for (const sent of segments) {
    time += sent.after ?? 10;
    frames.push({
      seconds: 1_700_000_000 + Math.floor(time / 1e6),
      nanoseconds: (time % 1e6) * 1000,
      data: octetsOf(sent),
    });
  }
  return classic(frames, { link: 101 });
}

const BEGIN = 0xffffff00;

function octetsOf({ from, flags = ACK, at = 0, ack = 0, length = 0, port = 40000, window = 65535 }: Sent): Uint8Array {
  const header = flags & SYN ? 24 : 20;
  const bytes = new Uint8Array(20 + header + length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, 0]);
  view.setUint16(2, bytes.length);
  bytes.set([0x40, 0, 64, 6], 6);
  bytes.set(from === 'client' ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
  view.setUint16(10, sumOf(bytes, 0, 20, 0));
  view.setUint16(20, from === 'client' ? port : 7777);
  view.setUint16(22, from === 'client' ? 7777 : port);
  // Both ends begin near the end of the numbers, so that they wrap.
  view.setUint32(24, (BEGIN + at) >>> 0);
  view.setUint32(28, flags & ACK ? (BEGIN + ack) >>> 0 : 0);
  bytes[32] = header << 2;
  bytes[33] = flags;
  view.setUint16(34, window);
  if (flags & SYN) bytes.set([2, 4, FULL >> 8, FULL & 255], 40);
  view.setUint16(36, sumOf(bytes, 12, bytes.length, 6 + bytes.length - 20));
  return bytes;
}

/** The Internet checksum. */
function sumOf(bytes: Uint8Array, start: number, end: number, more: number): number {
  let sum = more;
  for (let i = start; i < end; i += 2) sum += (bytes[i]! << 8) + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
