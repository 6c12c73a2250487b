import { describe, expect, it } from 'vitest';
import { type Journey, Journeys, packets, readCapture, Tracker } from '../../src/index.ts';
import { classic } from '../capture/capture-writer.ts';
import { fixture } from '../cli/run-cli.ts';
import { readBytes } from '../golden/cases.ts';
import { stepsOf, told } from './told.ts';

const only = async (path: string): Promise<Journey> => {
  const { journeys } = await told(fixture(path));
  expect(journeys).toHaveLength(1);
  return journeys[0]!;
};

describe('the first page', () => {
  it('goes from the name to the close, each step because of others', async () => {
    const { steps, name, client, server, begin, end } = await only('web/first-page-lan/capture.pcap');
    expect([name, client, server]).toEqual([
      { text: 'www.example.test', from: 'lookup', frame: 5 },
      '192.168.0.10:59470',
      '203.0.113.80:80',
    ]);
    expect(
      steps.map(({ kind, causes }) => [kind, causes.map(({ step, frame }) => `${steps[step]!.kind} ${frame}`)]),
    ).toEqual([
      ['neighbour', []],
      ['lookup', ['neighbour 2']],
      ['connect', ['neighbour 2', 'lookup 5']],
      ['request', ['connect 9']],
      ['close', []],
    ]);
    expect([begin.frame, end.frame]).toEqual([1, 24]);
  });

  it('says who closed first, and who waits', async () => {
    const [close] = stepsOf(await only('web/first-page-lan/capture.pcap'), 'close');
    expect(close).toMatchObject({ how: 'closed', first: 'client', states: ['TIME_WAIT', 'CLOSED'] });
    expect(close!.waiting).toMatchObject([{ who: 'client', since: { frame: 23 }, still: true }]);
    const [other] = stepsOf(await only('web/server-closes-first/capture.pcap'), 'close');
    expect([other!.first, other!.waiting.map(({ who }) => who)]).toEqual(['server', ['server']]);
  });

  it('has its way over IPv6 by neighbour discovery, and the AAAA answer', async () => {
    const journey = await only('ipv6/first-page/capture.pcap');
    expect(stepsOf(journey, 'neighbour')).toMatchObject([{ protocol: 'nd', router: true }]);
    expect(stepsOf(journey, 'lookup')).toMatchObject([{ chosen: '2001:db8:0:2::80' }]);
    expect(journey.name).toMatchObject({ frame: 6 });
    expect(journey.untold).toEqual([]);
  });

  it('leaves no time out: bars from its beginning to its end', async () => {
    const { waterfall, begin, end } = await only('web/first-page-lan/capture.pcap');
    let until = begin.time;
    for (const bar of waterfall) {
      expect(bar.begin).toBe(until);
      until = bar.end;
    }
    expect(until).toBe(end.time);
    expect(waterfall.filter(({ phase }) => phase !== 'idle').map(({ phase }) => phase)).toEqual([
      'neighbour',
      'lookup',
      'connect',
      'wait',
      'content',
      'close',
    ]);
  });
});

describe('what came before', () => {
  it('is the own of the first journey that used it, and known to the second', async () => {
    const { journeys } = await told(fixture('nat/port-random/inside.pcap'));
    expect(journeys.map((journey) => stepsOf(journey, 'neighbour').map(({ earlier }) => earlier))).toEqual([
      [false],
      [true],
    ]);
    expect(journeys[1]!.begin.frame).toBe(13);
  });

  it('of several clients is not mixed up', async () => {
    const { journeys } = await told(fixture('nat/two-clients-one-port/inside.pcap'));
    const clients = new Set(journeys.map(({ client }) => client));
    expect(clients.size).toBeGreaterThan(1);
    for (const { client, steps } of journeys) {
      const host = client.slice(0, client.lastIndexOf(':'));
      for (const step of steps) {
        if (step.kind === 'lookup') expect(step.client).toBe(host);
      }
    }
  });

  it('of names asked for over TCP and inside of TLS stands in that connection', async () => {
    const lookups = async (path: string) =>
      (await told(fixture(path))).journeys
        .filter(({ protocol }) => protocol === 'tcp')
        .map((journey) => stepsOf(journey, 'lookup').map(({ transport, name }) => [transport, name]));
    expect((await lookups('dns/over-tcp/capture.pcap'))[0]).toEqual([['tcp', 'www.example.test']]);
    expect(await lookups('tls/keys-dns/capture.pcapng')).toEqual([
      [['tls', 'www.example.test']],
      [['tls', 'www.example.test']],
    ]);
  });

  it('that nobody used is told by itself', async () => {
    const { journeys } = await told(fixture('dns/types/capture.pcap'));
    expect(new Set(journeys.map(({ protocol }) => protocol))).toEqual(new Set(['lookup']));
    const leases = (await told(fixture('dhcp/lease/capture.pcap'))).journeys;
    expect(leases[0]!.steps).toMatchObject([{ kind: 'lease', address: '192.168.0.102', seconds: 600 }]);
  });
});

describe('what did not go well', () => {
  it.each([
    ['tcp/refused', 'connect', { outcome: 'refused', syns: 1 }],
    ['tcp/unanswered', 'connect', { outcome: 'unanswered', syns: 7, end: null }],
    ['tcp/reset-by-server', 'close', { how: 'reset', resetBy: 'server', reasons: ['unread-data', 'linger'] }],
    ['tcp/zero-window', 'stall', { of: 'client', probes: 2, end: expect.objectContaining({ frame: 18 }) }],
    ['tls/unknown-ca', 'secure', { alert: expect.objectContaining({ name: 'Unknown CA', byClient: true }) }],
  ] as const)('%s', async (name, kind, expected) => {
    const { journeys } = await told(fixture(`${name}/capture.pcap`));
    expect(journeys.flatMap((journey) => stepsOf(journey, kind))).toContainEqual(expect.objectContaining(expected));
  });

  it('an ICMP error is told with what it is about', async () => {
    const { journeys } = await told(fixture('nat/errors/inside.pcap'));
    expect(journeys[1]!.steps.at(-1)).toMatchObject({
      kind: 'error',
      words: 'Port unreachable',
      reporter: '203.0.113.80',
    });
  });
});

describe('what the capture cannot tell', () => {
  it.each([
    ['tcp/mid-stream/capture.pcap', ['begin', 'name', 'neighbour']],
    ['tls/handshake-13/capture.pcap', ['name', 'encrypted']],
    ['web/first-page-lan/capture.pcap', ['translator']],
    ['link/raw-ip/capture.pcap', ['link']],
    ['tcp-states/one-direction/capture.pcap', ['one-way']],
  ])('%s', async (path, expected) => {
    const { journeys } = await told(fixture(path));
    for (const what of expected) expect(journeys[0]!.untold).toContain(what);
  });

  it('is less where keys are at hand', async () => {
    const { journeys } = await told(fixture('tls/keys-13-http2/capture.pcapng'));
    expect(journeys[0]!.untold).not.toContain('encrypted');
    expect(stepsOf(journeys[0]!, 'request')).toMatchObject([{ protocol: 'http2', method: 'GET', status: 200 }]);
  });
});

/** A SYN from a port of 10.0.0.1 to 10.0.0.2:80. */
function syn(port: number): Uint8Array {
  const frame = new Uint8Array(54);
  frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]);
  frame.set([0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 14);
  frame.set([port >>> 8, port & 255, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 255, 255, 0, 0, 0, 0], 34);
  return frame;
}

it('follows so many conversations and no more', async () => {
  const frames = Array.from({ length: 10_050 }, (_, i) => ({ seconds: i, nanoseconds: 0, data: syn(1024 + i) }));
  const tracker = new Tracker({ timeWait: 240, explain: false });
  const journeys = new Journeys();
  for await (const packet of packets(readCapture(classic(frames)), tracker)) journeys.packet(packet);
  const { journeys: all, left } = journeys.finish(tracker.connections.inTurn());
  expect([all.length, left]).toEqual([10_000, 50]);
});

it('tells what was wanted only, whole', async () => {
  const bytes = readBytes(fixture('nat/port-random/inside.pcap'));
  const journeys = new Journeys();
  const tracker = new Tracker({ timeWait: 240, explain: false });
  for await (const packet of packets(readCapture(bytes), tracker)) {
    journeys.packet(packet, packet.frame.number === 16);
  }
  const { journeys: all } = journeys.finish(tracker.connections.inTurn());
  expect(all.map(({ stream, frames }) => [stream, frames])).toEqual([[1, 10]]);
});
