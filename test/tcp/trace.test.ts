import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import '../../src/protocols/index.ts';
import { FIN, SYN } from '../../src/protocols/tcp.ts';
import { run } from '../../src/run.ts';
import { MOST_SAMPLES, type Sample } from '../../src/tcp/series.ts';
import { type ConnectionTrace, ConnectionTracer, type FlowTrace } from '../../src/tcp/trace.ts';
import { Tracker } from '../../src/track.ts';
import { captureOf, OPENING, type Sent } from '../output/segments.ts';

const here = (name: string): URL => new URL(name, import.meta.url);

async function traceOf(bytes: Uint8Array, kept: (frame: number) => boolean = () => true): Promise<ConnectionTrace> {
  const source = await readCapture(bytes);
  const tracer = new ConnectionTracer(0);
  await run(source, new Tracker({ timeWait: 240, explain: false }), {
    packet: (packet) => {
      tracer.packet(packet, kept(packet.frame.number));
      return true;
    },
    pause: () => undefined,
  });
  return tracer.finish()!;
}

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(here(`../../fixtures/${name}/capture.pcap`)));

interface Drawn {
  readonly sent: readonly [time: number, from: number, to: number][];
  readonly acknowledged: readonly [time: number, number: number][];
  readonly edge: readonly [time: number, number: number][];
  readonly blocks: readonly [time: number, left: number, right: number][];
  readonly milliseconds: readonly number[];
}

const tcptrace = JSON.parse(readFileSync(here('../oracle/tcptrace.json'), 'utf8')) as Record<string, [Drawn, Drawn]>;

/** SYN and FIN by themselves, as tcptrace draws them. */
const sentBy = (flow: FlowTrace): [number, number, number][] =>
  flow.sent.runs.flatMap(({ time, seq, next, flags }) => {
    const [from, to] = [seq + (flags & SYN ? 1 : 0), next - (flags & FIN ? 1 : 0)];
    const parts: [number, number][] = [];
    if (flags & SYN) parts.push([seq, seq + 1]);
    if (to > from) parts.push([from, to]);
    if (flags & FIN) parts.push([next - 1, next]);
    return parts.map(([a, b]): [number, number, number] => [seconds(time), a, b]);
  });

const seconds = (nanoseconds: number): number => Math.round(nanoseconds / 1e3) / 1e6;
const pairs = (samples: readonly Sample[]): [number, number][] =>
  samples.map(({ time, value }) => [seconds(time), value]);
/** tcptrace draws each acknowledgment anew. */
const changes = (values: readonly [number, number][]): [number, number][] =>
  values.filter(([, value], i) => i === 0 || value !== values[i - 1]![1]);

/** Where tcptrace draws something else, and why. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  // It counts from the first number that it sees, Wireshark and we from one before, and in the other direction from nothing.
  'tcp/mid-stream': ['sent', 'acknowledged', 'edge'],
  'tcp-states/begun-in-half-close': ['sent', 'acknowledged', 'edge'],
  'tcp-states/begun-in-the-middle': ['sent', 'acknowledged', 'edge'],
  'tcp-states/one-direction': ['acknowledged', 'edge'],
  'tcp-states/other-direction': ['acknowledged', 'edge'],
  'tcp-states/segment-in-time-wait': ['sent'],
  // It takes two connections on the same ports for one.
  'tcp-states/crashed-and-called-again': ['sent', 'acknowledged'],
  'tcp-states/duplicate-syn': ['sent', 'acknowledged', 'edge', 'roundTrips'],
  // It leaves out a packet that has the IP identification of the one before.
  'tcp-states/data-twice': ['sent'],
  // A SYN that comes again begins its numbers anew.
  'tcp-states/third-ack-lost': ['acknowledged'],
  'tcp-states/simultaneous-open': ['acknowledged'],
  // It draws the first SACK block of a segment only, and measures nothing that was sent before something older came again.
  'tcp-states/sack-recovery': ['blocks', 'roundTrips'],
  // It measures by resets too.
  'tcp/refused': ['roundTrips'],
  'tcp-states/refused': ['roundTrips'],
  'tcp-states/reset-from-the-middle': ['roundTrips'],
  'tcp-states/reset-in-syn-received': ['roundTrips', 'sent'],
};

/** What differs of one direction. */
function differing(flow: FlowTrace, drawn: Drawn): string[] {
  const same = (ours: readonly unknown[], theirs: readonly unknown[]): boolean =>
    JSON.stringify([...ours].sort()) === JSON.stringify([...theirs].sort());
  // It draws each value when the next one comes: the last one is missing.
  const begins = (ours: readonly unknown[], theirs: readonly unknown[]): boolean =>
    same(ours.slice(0, theirs.length), theirs);
  const found: string[] = [];
  if (!same(sentBy(flow), drawn.sent)) found.push('sent');
  if (!begins(pairs(flow.acknowledged.samples), changes(drawn.acknowledged))) found.push('acknowledged');
  if (!begins(pairs(flow.edge.samples), changes(drawn.edge))) found.push('edge');
  const blocks = flow.blocks.map(({ time, left, right }) => [seconds(time), left, right]);
  if (!same(blocks, drawn.blocks)) found.push('blocks');
  const measured = flow.roundTrips.samples.map(({ value }) => Math.floor(value / 1e6));
  if (!same(measured, drawn.milliseconds)) found.push('roundTrips');
  return found;
}

test.each(Object.keys(tcptrace))('tcptrace draws the same of %s', async (name) => {
  const { flows } = await traceOf(fixture(name));
  const found = tcptrace[name]!.flatMap((drawn, i) => differing(flows[i]!, drawn));
  expect([...new Set(found)].sort()).toEqual([...(KNOWN[name] ?? [])].sort());
});

/** Frames of the first connection, with what tshark says of bytes in flight and of round-trip times. */
function tshark(name: string): { frame: number; inFlight: number | null; rtt: number | null }[] {
  const [, head = '', ...lines] = readFileSync(here(`../oracle/${name}.tsv`), 'utf8').split('\n');
  const heads = head.split('\t');
  const cell = (line: string, id: string): string => line.split('\t')[heads.indexOf(id)] ?? '';
  const numbered = (text: string): number | null => (text === '' ? null : Number(text));
  return lines
    .filter((line) => cell(line, 'tcp.stream') === '0')
    .map((line) => ({
      frame: Number(cell(line, 'frame.number')),
      inFlight: numbered(cell(line, 'tcp.analysis.bytes_in_flight')),
      rtt: numbered(cell(line, 'tcp.analysis.ack_rtt')),
    }));
}

describe('tshark', () => {
  test.each(Object.keys(tcptrace))('reckons the same of %s', async (name) => {
    const { flows } = await traceOf(fixture(name));
    const rows = tshark(name);
    for (const { frame, inFlight } of rows) {
      if (inFlight === null) continue;
      const found = flows.flatMap((flow) => flow.inFlight.samples.filter((sample) => sample.frame === frame));
      expect(
        found.map(({ value }) => value),
        `frame ${frame}`,
      ).toContain(inFlight);
    }
    // Not all of its times are ours: some answer what was sent again, or what a hole held back.
    for (const { frame, value } of flows.flatMap((flow) => flow.roundTrips.samples)) {
      expect(Math.round(rows.find((row) => row.frame === frame)!.rtt! * 1e9), `frame ${frame}`).toBe(value);
    }
  });

  test('measures where we do not only what was sent again or held back', async () => {
    const left: string[] = [];
    for (const name of Object.keys(tcptrace)) {
      const { flows } = await traceOf(fixture(name));
      const ours = new Set(flows.flatMap((flow) => flow.roundTrips.samples.map(({ frame }) => frame)));
      left.push(
        ...tshark(name).flatMap(({ frame, rtt }) => (rtt === null || ours.has(frame) ? [] : [`${name} ${frame}`])),
      );
    }
    expect(left).toMatchInlineSnapshot(`
      [
        "tcp-states/data-lost 14",
        "tcp-states/data-twice 9",
        "tcp-states/fast-retransmission 18",
        "tcp-states/fin-lost 8",
        "tcp-states/fin-with-data-lost 10",
        "tcp-states/last-ack-lost 9",
        "tcp-states/refused 2",
        "tcp-states/reset-from-the-middle 7",
        "tcp-states/retransmission-timeout 10",
        "tcp-states/sack-recovery 57",
        "tcp-states/sack-recovery 63",
        "tcp-states/sack-recovery 77",
        "tcp-states/simultaneous-close-ack-lost 9",
        "tcp-states/simultaneous-open 4",
        "tcp-states/simultaneous-open 5",
        "tcp-states/syn-ack-lost 3",
        "tcp-states/syn-lost 3",
        "tcp-states/third-ack-lost 5",
        "tcp/lost-segment 17",
        "tcp/lost-segment-wan 18",
        "tcp/refused 4",
        "tcp/zero-window 12",
      ]
    `);
  });
});

/** A transfer of so many segments of 1,000 octets, each second one acknowledged, with an event every now and then. */
function transfer(segments: number): Sent[] {
  const sent: Sent[] = [...OPENING];
  for (let i = 0; i < segments; i++) {
    sent.push({ from: 'client', at: i * 100, content: new Uint8Array(100), seconds: i });
    if (i === 1000) sent.push({ from: 'client', at: i * 100, content: new Uint8Array(100), seconds: i });
    if (i % 2 === 1) sent.push({ from: 'server', at: 0, ack: (i + 1) * 100, seconds: i });
  }
  return sent;
}

describe('a trace', () => {
  test('counts on where sequence numbers wrap', async () => {
    const { flows } = await traceOf(captureOf(transfer(20)));
    const last = flows[0].sent.runs.at(-1)!;
    expect([last.seq, last.next]).toEqual([1901, 2001]);
    expect(flows[0].acknowledged.samples.at(-1)!.value).toBe(2001);
    expect(flows[0].inFlight.samples.map(({ value }) => value)).toEqual([
      0,
      ...Array.from({ length: 10 }, () => [100, 200, 0]).flat(),
    ]);
  });

  test('of a long connection is bounded, and keeps all octets, extremes and what is odd', async () => {
    const { flows, segments } = await traceOf(captureOf(transfer(9000)));
    const [{ sent, inFlight, acknowledged, roundTrips, thinned, octets }] = flows;
    expect(segments).toBe(13_504);
    expect(thinned).toBe(true);
    for (const list of [sent.runs, inFlight.samples, acknowledged.samples, roundTrips.samples]) {
      expect(list.length).toBeLessThanOrEqual(MOST_SAMPLES);
      expect(list.length).toBeGreaterThan(MOST_SAMPLES / 4);
    }
    expect(sent.dropped).toBe(0);
    expect(sent.runs.reduce((sum, { count }) => sum + count, 0)).toBe(9002);
    expect(octets).toBe(900_100);
    // Every number is covered, and the segment that came again stands by itself.
    const odd = sent.runs.filter(({ analysis }) => analysis !== 0);
    expect(odd.map(({ seq, count }) => [seq, count])).toEqual([[100_001, 1]]);
    let at = 0;
    for (const { seq, next, analysis } of sent.runs) {
      if (analysis !== 0) continue;
      expect(seq).toBe(at);
      at = next;
    }
    expect(at).toBe(900_001);
    expect(Math.max(...inFlight.samples.map(({ value }) => value))).toBe(200);
  });

  test('of nothing but oddities is bounded too', async () => {
    const gaps: Sent[] = Array.from({ length: 9000 }, (_, i) => ({
      from: 'client',
      at: i * 10,
      content: 'x',
      seconds: i,
    }));
    const { flows } = await traceOf(captureOf([...OPENING, ...gaps]));
    expect(flows[0].sent.runs.length).toBeLessThanOrEqual(MOST_SAMPLES);
    expect(flows[0].sent.dropped).toBeGreaterThan(0);
    expect(flows[0].sent.runs[0]!.flags & SYN).toBe(SYN);
  });

  test('leaves out numbers that are too far off', async () => {
    const bytes = captureOf([
      ...OPENING,
      { from: 'client', at: 0x5000_0000, content: 'x' },
      { from: 'client', at: 0, content: 'y' },
    ]);
    const { flows } = await traceOf(bytes);
    expect(flows[0].strays).toBe(1);
    expect(flows[0].sent.runs.map(({ next }) => next)).toEqual([1, 2]);
  });

  test('of some frames knows what came before them', async () => {
    const { flows, from, until } = await traceOf(captureOf(transfer(20)), (frame) => frame > 20);
    expect(flows[0].sent.runs[0]!.seq).toBe(1201);
    expect(from).toBeGreaterThan(0);
    expect(until).toBeGreaterThan(from);
  });

  test('tells by time stamps what was sent again', async () => {
    const { flows } = await traceOf(fixture('tcp-states/retransmission-timeout'));
    expect(flows.map(({ echoes }) => echoes.samples.length)).toEqual([1, 0]);
    expect(flows[0].echoes.samples[0]!.value / 1e6).toBeCloseTo(20.5, 0);
  });
});
