import { classic, type Recorded } from '../capture/capture-writer.ts';

/** One TCP segment of a capture that no stack would send, or that would be too large to keep. */
export interface Sent {
  readonly from: 'client' | 'server';
  readonly flags?: number;
  /** Counted from the beginning of the sender's data: its SYN has -1. */
  readonly at: number;
  /** What it acknowledges of the other end, counted in the same way. */
  readonly ack?: number;
  readonly content?: string | Uint8Array;
  readonly seconds?: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

/** The three segments that open a connection. */
export const OPENING: readonly Sent[] = [
  { from: 'client', flags: SYN, at: -1 },
  { from: 'server', flags: SYN | ACK, at: -1, ack: 0 },
  { from: 'client', at: 0, ack: 0 },
];

/** A capture of bare IP, one segment a millisecond. */
export function captureOf(segments: readonly Sent[]): Uint8Array {
  return classic(
    segments.map((segment, i) => recorded(segment, i)),
    { link: 101 },
  );
}

function recorded({ from, flags = ACK, at, ack = 0, content = '', seconds = 0 }: Sent, index: number): Recorded {
  const payload = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const bytes = new Uint8Array(40 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, 0]);
  view.setUint16(2, bytes.length);
  bytes.set([64, 6], 8);
  bytes.set(from === 'client' ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
  view.setUint16(20, from === 'client' ? 40000 : 7777);
  view.setUint16(22, from === 'client' ? 7777 : 40000);
  // Both ends begin near the end of the numbers, so that they wrap.
  view.setUint32(24, (BEGIN + at) >>> 0);
  view.setUint32(28, flags & ACK ? (BEGIN + ack) >>> 0 : 0);
  bytes[32] = 0x50;
  bytes[33] = flags;
  view.setUint16(34, 65535);
  bytes.set(payload, 40);
  return { seconds: 1_700_000_000 + seconds, nanoseconds: (index % 1000) * 1e6, data: bytes };
}

const BEGIN = 0xffffff00;
