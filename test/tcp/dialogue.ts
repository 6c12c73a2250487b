import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import type { RaisedEvent } from '../../src/events/event.ts';
import '../../src/protocols/index.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../src/protocols/tcp.ts';
import { decodeFrame } from '../../src/run.ts';
import type { Segment } from '../../src/tcp/segment.ts';
import type { StateChange } from '../../src/tcp/state-change.ts';
import { Tracker } from '../../src/track.ts';

/**
 * A TCP conversation written down line by line and played to a tracker:
 *
 *     A SYN 100                      a SYN with number 100 from end A
 *     B SYN,ACK 300 101 wscale=7     number, acknowledgment, options
 *     A PSH,ACK 101 301 +80 @0.5     80 octets of payload, at 0.5 s
 *
 * Every segment is a whole Ethernet frame, so that nothing is faked below TCP.
 */
export interface Played {
  readonly line: string;
  readonly a: string;
  readonly b: string;
  readonly stream: number;
  readonly analysis: number;
  readonly segment: Segment;
  readonly changes: readonly StateChange[];
  readonly events: readonly RaisedEvent[];
}

export function play(
  script: string,
  options: { timeWait?: number; reverse?: boolean; explain?: boolean } = {},
): Played[] {
  const tracker = new Tracker({ timeWait: options.timeWait ?? 240, explain: options.explain ?? true });
  const packet = new Packet();
  const played: Played[] = [];
  const lines = script.split('\n').map((line) => line.replace(/\s+\|.*$/, '').trim());
  for (const line of lines.filter((text) => text !== '')) {
    const frame = frameOf(line, played.length);
    decodeFrame(packet, frame);
    tracker.track(packet);
    const segment = packet.layers[3]!.context as Segment;
    const { connection } = segment;
    const first = connection.nameA.startsWith('10.0.0.1:') ? connection.a : connection.b;
    const second = connection.peerOf(first);
    played.push({
      line,
      a: first.state,
      b: second.state,
      stream: connection.stream,
      analysis: segment.analysis,
      segment: { ...segment } as Segment,
      changes: [...tracker.changes],
      events: [...tracker.events.raised],
    });
  }
  return played;
}

/** Plays a script whose lines end in `| STATE_OF_A STATE_OF_B` and gives back what they say and what came out. */
export function states(script: string, options: { timeWait?: number } = {}): { expected: string[]; found: string[] } {
  const lines = script.split('\n').filter((line) => line.trim() !== '');
  const expected = lines.map((line) => line.replace(/\s+/g, ' ').trim());
  const found = play(script, options).map(({ a, b }, i) => {
    const said = lines[i]!.replace(/\s+\|.*$/, '')
      .replace(/\s+/g, ' ')
      .trim();
    return `${said} | ${a} ${b}`;
  });
  return { expected, found };
}

const BITS: Record<string, number> = { FIN, SYN, RST, PSH, ACK };

function frameOf(line: string, index: number): Frame {
  const words = line.split(/\s+/);
  const [end, flagWords] = words as [string, string];
  const numbers = words
    .slice(2)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
  const option = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const length = Number(words.find((word) => word.startsWith('+'))?.slice(1) ?? 0);
  const seconds = Number(words.find((word) => word.startsWith('@'))?.slice(1) ?? index * 0.01);
  const flags = flagWords.split(',').reduce((bits, word) => bits | BITS[word]!, 0);
  const options = optionBytes(option('mss'), option('wscale'), option('sack'));
  const bytes = new Uint8Array(14 + 20 + 20 + options.length + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  bytes[14] = 0x45;
  view.setUint16(16, bytes.length - 14);
  view.setUint16(18, Number(option('id') ?? 0));
  bytes[22] = 64;
  bytes[23] = 6;
  bytes.set([10, 0, 0, end === 'A' ? 1 : 2], 26);
  bytes.set([10, 0, 0, end === 'A' ? 2 : 1], 30);
  const port = Number(option('port') ?? 40000);
  view.setUint16(34, end === 'A' ? port : 80);
  view.setUint16(36, end === 'A' ? 80 : port);
  view.setUint32(38, numbers[0] ?? 0);
  view.setUint32(42, numbers[1] ?? 0);
  bytes[46] = ((20 + options.length) / 4) << 4;
  bytes[47] = flags;
  view.setUint16(48, Number(option('win') ?? 1000));
  bytes.set(options, 54);
  const frame = new Frame();
  frame.number = index + 1;
  frame.bytes = bytes;
  frame.capturedLength = frame.wireLength = bytes.length;
  frame.seconds = Math.floor(seconds);
  frame.nanoseconds = Math.round((seconds - Math.floor(seconds)) * 1e9);
  return frame;
}

function optionBytes(mss?: string, wscale?: string, sack?: string): number[] {
  const bytes: number[] = [];
  if (mss !== undefined) bytes.push(2, 4, Number(mss) >> 8, Number(mss) & 255);
  if (wscale !== undefined) bytes.push(3, 3, Number(wscale));
  if (sack !== undefined) {
    const edges = sack.split('-').map(Number);
    bytes.push(5, 2 + 4 * edges.length);
    for (const edge of edges) bytes.push(edge >>> 24, (edge >>> 16) & 255, (edge >>> 8) & 255, edge & 255);
  }
  while (bytes.length % 4 !== 0) bytes.push(1);
  return bytes;
}
