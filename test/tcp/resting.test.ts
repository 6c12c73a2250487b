import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { writeFlowNdjson } from '../../src/output/flows.ts';
import { JsonPrinter } from '../../src/output/json.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Connection } from '../../src/tcp/connection.ts';
import { layDown, wake } from '../../src/tcp/resting.ts';
import { Summary, summarize, tcpFlows } from '../../src/tcp/summary.ts';
import { Tracker } from '../../src/track.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const captures = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((path) => /\.pcap(ng)?$/.test(path))
  .sort();

/** The frames of every capture, the first of each, then the second of each: many connections that take turns. */
function shuffled(): Frame[] {
  const each = captures.map((path) => framesOf(join(FIXTURES, path)));
  const longest = Math.max(...each.map((frames) => frames.length));
  const all = Array.from({ length: longest }, (_, i) => each.flatMap((frames) => frames.slice(i, i + 1))).flat();
  for (const [i, frame] of all.entries()) frame.number = i + 1;
  return all;
}

function framesOf(path: string): Frame[] {
  const source = readCapture(new Uint8Array(readFileSync(path)));
  const frames: Frame[] = [];
  for (let frame = new Frame(); source.next(frame); frame = new Frame()) frames.push(frame);
  return frames;
}

const frames = shuffled();

/** Everything that is printed of them, and how many connections were at rest in the end. */
function printed(awake: number): { lines: string[]; resting: number } {
  const lines: string[] = [];
  const out = new Writer();
  const tracker = new Tracker({ timeWait: 60, explain: false, changes: true, awake });
  const printer = new JsonPrinter({ array: false, only: null, explainer: null });
  const packet = new Packet();
  for (const frame of frames) {
    decodeFrame(packet, frame);
    tracker.track(packet);
    summarize(packet, true);
    printer.packet(packet, tracker, out);
    lines.push(`${out.take(0)}${JSON.stringify(tracker.changes)}`);
  }
  for (const flow of tcpFlows(tracker.connections)) {
    writeFlowNdjson(flow, out);
    lines.push(out.take(0));
  }
  return { lines, resting: tracker.connections.resting };
}

describe('a connection at rest', () => {
  it('comes back as it was, whenever it is laid down', () => {
    const few = printed(1);
    const all = printed(Number.POSITIVE_INFINITY);
    expect(few.resting).toBeGreaterThan(50);
    expect(all.resting).toBe(0);
    expect(few.lines).toEqual(all.lines);
  });

  it('keeps numbers, texts, lists and what it was never told', () => {
    const connection = new Connection(7, '10.0.0.1:1', '10.0.0.2:2', new Frame());
    connection.lastTime = -0.5;
    connection.synTime = 2 ** 48;
    connection.initialRtt = 2 ** 48 - 1;
    connection.segments = 65_536;
    connection.completeness = 255;
    connection.a.sndNxt = 0xffffffff;
    connection.a.state = 'FIN_WAIT_2';
    connection.a.role = 'client';
    connection.a.unacknowledged.push({ seq: 1, next: 0xfffffff0, frame: 300, time: 1e12 });
    connection.b.sacks.push(1, 2, 0x80000000, 4);
    connection.b.scale = -2;
    connection.summary = new Summary();
    connection.summary.zeek.history.letter('s', true);
    const text = layDown(connection)!;
    expect([...text].every((character) => character.charCodeAt(0) < 256)).toBe(true);
    expect(wake(text, 7, '10.0.0.1:1', '10.0.0.2:2')).toEqual(connection);
  });

  it('takes less than half a kilobyte while it is idle, counted or not', () => {
    const tracker = new Tracker({ timeWait: 60, explain: false, awake: 0 });
    const packet = new Packet();
    for (const frame of frames) {
      decodeFrame(packet, frame);
      tracker.track(packet);
      summarize(packet, true);
    }
    const lengths = [...tracker.connections].map((connection) => layDown(connection)!.length);
    expect(Math.max(...lengths)).toBeLessThan(700);
    expect(lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toBeLessThan(450);
  });

  it('stays awake in the middle of something large', () => {
    const connection = new Connection(0, '', '', new Frame());
    for (let i = 0; i < 1000; i++) connection.a.unacknowledged.push({ seq: i, next: i + 1, frame: i, time: i });
    expect(layDown(connection)).toBe(null);
  });
});
