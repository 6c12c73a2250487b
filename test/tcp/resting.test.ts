import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { type Explainer, openExplainer } from '../../src/explain/explainer.ts';
import { Tape } from '../../src/flows/tape.ts';
import { writeFlowNdjson } from '../../src/output/flows.ts';
import { JsonPrinter } from '../../src/output/json.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Connection } from '../../src/tcp/connection.ts';
import { ConnectionTable } from '../../src/tcp/connection-table.ts';
import { Flight } from '../../src/tcp/flight.ts';
import { FlowControl, flowOf, PACKET_NUMBERS } from '../../src/tcp/flow-control.ts';
import type { TcpState } from '../../src/tcp/state-change.ts';
import { summarize, tcpFlows } from '../../src/tcp/summary.ts';
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
function printed(awake: number, explainer: Explainer | null): { lines: string[]; resting: number } {
  const lines: string[] = [];
  const out = new Writer();
  const tracker = new Tracker({ timeWait: 60, explain: explainer !== null, changes: true, awake });
  const printer = new JsonPrinter({ array: false, only: null, explainer });
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

const forgotten: number[] = [];
const names = {
  endpointName: (stream: number, side: 0 | 1) => `${stream}/${side}`,
  forget: (stream: number) => void forgotten.push(stream),
};

/** Fields that the table sees to, or that hold only for a while. */
const APART = new Set([
  'names',
  'named',
  'namedA',
  'namedB',
  'stream',
  'payload',
  'spareSummary',
  'spareFlow',
  'held',
  'heardIn',
  'heardLately',
]);

/** Gives every field of an object, and of those that it has, another value than a new one has. */
function fill(object: object, from: () => number): void {
  for (const [key, value] of Object.entries(object)) {
    if (APART.has(key)) continue;
    if (key === 'recentEnd') Object.assign(object, { [key]: PACKET_NUMBERS });
    else if (key === 'recent') for (let i = 0; i < PACKET_NUMBERS; i++) value.push(from());
    else if (typeof value === 'number') Object.assign(object, { [key]: from() });
    else if (typeof value === 'boolean') Object.assign(object, { [key]: !value });
    else if (value instanceof Flight) fillFlight(value, from);
    else if (Array.isArray(value)) value.push(from(), from());
    else if (key === 'state') Object.assign(object, { state: 'LAST_ACK' });
    else if (key === 'role') Object.assign(object, { role: 'server' });
    else if (value === null || typeof value === 'string') Object.assign(object, { [key]: `${key}${from()}` });
    else fill(value, from);
  }
}

function fillFlight(flight: Flight, from: () => number): void {
  for (let i = 0; i < 6; i++) flight.add(from(), from(), from(), from());
  flight.add(1, 2, from(), from());
  flight.acknowledge(from() - 12);
  flight.ackedFrame = flight.ackedTime = 0;
}

function newTape(): Tape {
  const tape = new Tape();
  new Connection(names).record(tape);
  tape.learn();
  return tape;
}

function passed(from: Connection, into: Connection): Connection {
  const tape = newTape();
  from.record(tape);
  tape.pack();
  const octets = tape.octets.slice();
  tape.numbers.fill(-7);
  tape.unpack(octets, 0);
  into.stream = from.stream;
  into.replay(tape);
  return into;
}

const comparable = (connection: Connection): unknown =>
  JSON.parse(JSON.stringify(connection, (key, value) => (APART.has(key) ? undefined : plain(value))));
const plain = (value: unknown): unknown =>
  value instanceof Flight
    ? { ...(value.empty ? {} : { first: value.first, last: value.last }), segments: [...value] }
    : value;

describe('a connection at rest', () => {
  it.each(['listed', 'explained'])('comes back as it was, whenever it is laid down: packets %s', async (how) => {
    const explainer = async () => (how === 'explained' ? await openExplainer(['en'], 'normal') : null);
    const few = printed(1, await explainer());
    const all = printed(Number.POSITIVE_INFINITY, await explainer());
    expect(few.resting).toBeGreaterThan(50);
    expect(all.resting).toBe(0);
    expect(few.lines).toEqual(all.lines);
  });

  it('keeps every field of everything that it is made of, and leaves nothing behind', () => {
    const connection = new Connection(names);
    connection.summary = connection.newSummary();
    connection.a.flow = new FlowControl();
    connection.b.flow = new FlowControl();
    let last = 0;
    fill(connection, () => ++last);
    expect(last).toBeGreaterThan(100);
    const woken = passed(connection, new Connection(names));
    expect(comparable(woken)).toEqual(comparable(connection));
    expect(comparable(passed(new Connection(names), woken))).toEqual(comparable(new Connection(names)));
  });

  it('forgets what it explained of the connection before', () => {
    const { a } = new Connection(names);
    let last = 0;
    fill(flowOf(a), () => ++last);
    a.flow = null;
    const { recent, ...others } = flowOf(a);
    expect({ ...others, recent: recent.slice(0, others.recentEnd) }).toEqual({ ...new FlowControl() });
  });

  it('keeps numbers of every size', () => {
    for (const number of [1, 127, 128, 2 ** 28, 2 ** 31, 0xfffffff0, 2 ** 48, 2 ** 53, 1e300, -1, -0.5, Infinity]) {
      const connection = new Connection(names);
      connection.lastTime = connection.synTime = connection.a.placedAt = connection.b.lastDataTime = number;
      connection.a.base = connection.b.finSeq = number >>> 0;
      connection.a.sndNxt = (number + 1) >>> 0;
      connection.b.scale = number > 2 ** 40 ? -2 : 14;
      connection.a.sacks.push(number >>> 0, 0, 0x80000000, 4);
      expect(comparable(passed(connection, new Connection(names)))).toEqual(comparable(connection));
    }
  });

  it('takes less than a quarter of a kilobyte, a half where it is counted', () => {
    for (const [counted, average, most] of [
      [false, 200, 450],
      [true, 320, 600],
    ] as const) {
      const tracker = new Tracker({ timeWait: 60, explain: false });
      const packet = new Packet();
      for (const frame of frames) {
        decodeFrame(packet, frame);
        tracker.track(packet);
        if (counted) summarize(packet, true);
      }
      const tape = newTape();
      const lengths = [...tracker.connections].map((connection) => {
        connection.record(tape);
        tape.pack();
        return tape.packed;
      });
      expect(Math.max(...lengths)).toBeLessThan(most);
      expect(lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toBeLessThan(average);
    }
  });

  it('stays awake in the middle of something large, or while somebody holds it', () => {
    const table = new ConnectionTable(names, 1);
    const large = table.add(0, 1);
    for (let i = 0; i < 1000; i++) large.a.flight.add(i, i + 1, i, i);
    const held = table.add(1, 2);
    held.held = true;
    const plain = table.add(2, 3);
    table.add(3, 4);
    expect(table.resting).toBe(1);
    expect([...table].map((connection) => connection === large || connection === held)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(plain.stream).toBe(3);
  });

  it('is not taken from the packet at hand, however many that speaks of', () => {
    const table = new ConnectionTable(names, 1);
    const all = [0, 1, 2, 3].map((stream) => table.add(stream, 7));
    expect(all.map(({ stream }) => stream)).toEqual([0, 1, 2, 3]);
    expect(table.resting).toBe(0);
    expect(table.get(2, 8)).toBe(all[2]);
  });

  it('is forgotten when it is over, and enough others were after it', () => {
    const table = new ConnectionTable(names, 1, 3);
    forgotten.length = 0;
    for (let stream = 0; stream < 20; stream++) {
      const connection = table.add(stream, stream);
      connection.segments = stream;
      connection.a.state = connection.b.state = stream % 4 === 0 ? 'ESTABLISHED' : 'CLOSED';
      if (stream % 4 === 1) connection.summary = connection.newSummary();
      // One that is over but heard of again and again stays.
      if (table.has(2)) expect(table.get(2, stream).segments).toBe(2);
    }
    expect(forgotten).toEqual([3, 6, 7, 10, 11]);
    expect([...table].map(({ stream }) => stream)).toEqual([0, 1, 2, 4, 5, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(table.find(7, 30)).toBe(null);
    expect(table.find(8, 30)?.segments).toBe(8);
  });

  it('that was forgotten is a new one, as is its TIME_WAIT', () => {
    const tracker = new Tracker({ timeWait: 1, explain: false, awake: 1, remembered: 1 });
    const packet = new Packet();
    for (const frame of frames) {
      decodeFrame(packet, frame);
      tracker.track(packet);
    }
    const streams = [...tracker.connections].map(({ stream }) => stream);
    expect(streams.length).toBeLessThan(Math.max(...streams));
    expect(streams).toEqual([...new Set(streams)]);
  });

  it('that was over long ago is still known, in fewer octets', () => {
    const table = new ConnectionTable(names, 1, 8);
    const full = newTape();
    for (let stream = 0; stream < 6; stream++) {
      const connection = table.add(stream, stream);
      fill(connection, () => 3000 + stream);
      connection.summary = connection.a.flow = connection.b.flow = null;
      connection.a.flight.acknowledge(9999);
      connection.a.state = connection.b.state = 'CLOSED';
      connection.a.base = 7_000_000 + stream;
      connection.record(full);
      full.pack();
    }
    const tape = newTape();
    const lengths = [...table].map((connection) => {
      connection.record(tape);
      tape.pack();
      return tape.packed;
    });
    expect(lengths[0]).toBeLessThan((full.packed * 3) / 4);
    const old = table.get(0, 30);
    expect([old.a.base, old.a.hasBase, old.a.state, old.a.sndNxt]).toEqual([7_000_000, true, 'CLOSED', 3000]);
    expect([old.a.lastDataTime, old.b.mss, old.segments]).toEqual([-1, 0, 3000]);
    expect(table.get(4, 31).b.mss).toBe(3004);
  });

  it('gives its octets back when it wakes', () => {
    const table = new ConnectionTable(names, 1);
    const states: TcpState[] = ['ESTABLISHED', 'CLOSE_WAIT', 'LAST_ACK', 'SYN_SENT'];
    for (const [stream, state] of states.entries()) table.add(stream, stream).a.state = state;
    for (let frame = 10; frame < 2000; frame++) {
      const stream = (frame * 7) % states.length;
      const connection = table.get(stream, frame);
      expect(connection.a.state).toBe(states[stream]);
      connection.segments++;
    }
    expect([...table].reduce((sum, { segments }) => sum + segments, 0)).toBe(1990);
    expect(table.resting).toBe(3);
  });
});
