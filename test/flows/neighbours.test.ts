import { expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

const BROADCAST = 'ffffffffffff';
const A = { mac: '02000000000a', ip: [192, 168, 0, 10] };
const B = { mac: '02000000000b', ip: [192, 168, 0, 1] };
const C = { mac: '02000000000c', ip: [192, 168, 0, 1] };

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
const octets = (text: string): Uint8Array => Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));

interface Host {
  readonly mac: string;
  readonly ip: readonly number[];
}

const arp = (operation: 1 | 2, to: string, sender: Host, target: Host): string =>
  `${to}${sender.mac}0806${'0001080006040000'.slice(0, -1)}${operation}${sender.mac}${hex(sender.ip)}${target.mac}${hex(target.ip)}`;

/** An IPv4 header that carries nothing. */
const ip = (from: string, to: string, source: readonly number[], destination: readonly number[]): string =>
  `${to}${from}0800450000140000000040fd0000${hex(source)}${hex(destination)}`;

function eventsOf(frames: readonly string[]): { id: string; values: Record<string, unknown> }[][] {
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const packet = new Packet();
  return frames.map((text, index) => {
    const frame = new Frame();
    frame.number = index + 1;
    frame.bytes = octets(text);
    frame.capturedLength = frame.wireLength = frame.bytes.length;
    frame.seconds = index;
    decodeFrame(packet, frame);
    tracker.track(packet);
    return tracker.events.raised.map(({ id, parameters }) => ({
      id,
      values: Object.fromEntries(Object.entries(parameters).map(([name, evidence]) => [name, evidence?.value ?? null])),
    }));
  });
}

const nobody = { mac: '000000000000', ip: B.ip };

it('joins a reply with its request', () => {
  const [request, reply] = eventsOf([arp(1, BROADCAST, A, nobody), arp(2, A.mac, B, A)]);
  expect(request![0]).toMatchObject({ id: 'arp.request', values: { asker: '192.168.0.10', target: '192.168.0.1' } });
  expect(reply![0]).toMatchObject({ id: 'arp.reply', values: { mac: '02:00:00:00:00:0b', request: 1, took: 1 } });
});

it('says when the question is not in the capture', () => {
  const [reply] = eventsOf([arp(2, A.mac, B, A)]);
  expect(reply![0]).toMatchObject({ id: 'arp.reply', values: { request: null, took: null } });
});

it('tells a unicast request, which confirms an entry of the cache', () => {
  const [request] = eventsOf([arp(1, B.mac, A, nobody)]);
  expect(request![0]).toMatchObject({ id: 'arp.request.unicast', values: { mac: '02:00:00:00:00:0b' } });
});

it('sees two owners of one address', () => {
  const ids = eventsOf([arp(2, A.mac, B, A), arp(2, A.mac, C, A)]).map((events) => events.map(({ id }) => id));
  expect(ids[0]).not.toContain('arp.conflict');
  expect(ids[1]).toContain('arp.conflict');
});

it('takes a request without a sender address for a probe, whatever stands for the target', () => {
  for (const mac of [nobody.mac, BROADCAST]) {
    const probe = arp(1, BROADCAST, { mac: A.mac, ip: [0, 0, 0, 0] }, { mac, ip: B.ip });
    const [asked, answered] = eventsOf([probe, arp(2, A.mac, B, { mac: A.mac, ip: [0, 0, 0, 0] })]);
    expect(asked![0]!.id).toBe('arp.probe');
    expect(answered![0]).toMatchObject({ id: 'arp.reply.taken', values: { probe: 1 } });
  }
});

it('concludes that a packet for elsewhere goes to a gateway, once for each destination', () => {
  const learnt = arp(2, A.mac, B, A);
  const far = ip(A.mac, B.mac, A.ip, [203, 0, 113, 80]);
  const told = eventsOf([learnt, far, far]).map((events) => events.find(({ id }) => id === 'ip.next-hop'));
  expect(told[1]).toMatchObject({ values: { destination: '203.0.113.80', gateway: '192.168.0.1', learnt: 1 } });
  expect(told[2]).toBeUndefined();
});

it('concludes nothing for a neighbour, another address of the same network, or a group', () => {
  for (const destination of [B.ip, [192, 168, 0, 99], [224, 0, 0, 251], [255, 255, 255, 255]]) {
    const events = eventsOf([arp(2, A.mac, B, A), ip(A.mac, B.mac, A.ip, destination)])[1]!;
    expect(events.map(({ id }) => id)).not.toContain('ip.next-hop');
  }
});

it('calls a source private only on the way to a public address', () => {
  const told = (source: number[], destination: number[]): boolean =>
    eventsOf([ip(A.mac, B.mac, source, destination)])[0]!.some(({ id }) => id === 'ip.private-source');
  expect(told([192, 168, 0, 10], [203, 0, 113, 80])).toBe(true);
  expect(told([100, 64, 0, 1], [8, 8, 8, 8])).toBe(true);
  expect(told([172, 31, 255, 1], [8, 8, 8, 8])).toBe(true);
  expect(told([172, 32, 0, 1], [8, 8, 8, 8])).toBe(false);
  expect(told([192, 168, 0, 10], [10, 0, 0, 1])).toBe(false);
  expect(told([192, 168, 0, 10], [224, 0, 0, 251])).toBe(false);
  expect(told([192, 168, 0, 10], [169, 254, 1, 1])).toBe(false);
});
