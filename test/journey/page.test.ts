import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Writer } from '../../src/core/writer.ts';
import {
  type Journey,
  type JourneyReport,
  judge,
  type Language,
  packets,
  readCapture,
  Sightings,
  Twins,
  translated,
} from '../../src/index.ts';
import { PLAIN } from '../../src/output/color.ts';
import { writeJourneys } from '../../src/output/journey.ts';
import { journeyWords } from '../../src/output/journey-words.ts';
import { ladderWords } from '../../src/output/ladder-words.ts';
import { cellWidth } from '../../src/output/width.ts';
import { fixture } from '../cli/run-cli.ts';
import { readBytes } from '../golden/cases.ts';
import { told } from './told.ts';

const page = (report: JourneyReport, language: Language, width = 100, all = false): string => {
  const out = new Writer(1 << 16);
  const words = journeyWords[language];
  const drawn = { words, resets: ladderWords[language].reset, colors: PLAIN, width, all };
  writeJourneys(report, drawn, out, () => undefined);
  return out.toString();
};

async function place(path: string): Promise<Sightings> {
  const sightings = new Sightings(path.slice(path.lastIndexOf('/') + 1));
  for await (const packet of packets(readCapture(readBytes(path)))) sightings.add(packet);
  return sightings;
}

/** The journeys of the inside, with what the outside tells of them. */
async function toldWith(inside: string, outside: string): Promise<JourneyReport> {
  const join = judge(new Twins(await place(inside), await place(outside)));
  const { journeys, left } = await told(inside);
  return { journeys: translated(journeys, join, 0, (await told(outside)).journeys), left };
}

// Kept to be read: vitest -u writes them.
describe.each([
  ['first-page', 'web/first-page-lan/capture.pcap', null],
  ['first-page-wan', 'web/first-page-wan/capture.pcap', null],
  ['ipv6', 'ipv6/first-page/capture.pcap', null],
  ['two-requests', 'web/keep-alive-two-requests/capture.pcap', null],
  ['tls', 'tls/handshake-13/capture.pcap', null],
  ['tls-keys', 'tls/keys-13-http2/capture.pcapng', null],
  ['quic', 'quic/handshake/capture.pcap', null],
  ['mail', 'smtp/starttls/capture.pcap', null],
  ['mid-stream', 'tcp/mid-stream/capture.pcap', null],
  ['refused', 'tcp/refused/capture.pcap', null],
  ['reset', 'tcp/reset-by-server/capture.pcap', null],
  ['zero-window', 'tcp/zero-window/capture.pcap', null],
  ['lease', 'dhcp/lease/capture.pcap', null],
  ['ntp', 'ntp/clock/capture.pcap', null],
  ['clients', 'nat/two-clients-one-port/inside.pcap', null],
  ['nat', 'nat/port-random/inside.pcap', 'nat/port-random/outside.pcap'],
  ['nat-dns', 'nat/clocks/inside.pcap', 'nat/clocks/outside.pcap'],
  ['port-forwarding', 'nat/port-forwarding/inside.pcap', 'nat/port-forwarding/outside.pcap'],
])('the page of %s', async (name, path, other) => {
  const report = other === null ? await told(fixture(path)) : await toldWith(fixture(path), fixture(other));

  it.each(['en', 'ko'] as const)('reads as it was read (%s)', async (language) => {
    const kept = join(import.meta.dirname, 'pages', `${name}.${language}.txt`);
    await expect(page(report, language)).toMatchFileSnapshot(kept);
  });

  it.each([
    [80, 'en'],
    [80, 'ko'],
    [160, 'en'],
    [160, 'ko'],
  ] as const)('keeps within %i cells (%s)', (width, language) => {
    const cells = page(report, language, width).split('\n').map(cellWidth);
    expect(Math.max(...cells)).toBeLessThanOrEqual(width);
  });
});

describe('what would be too long', () => {
  it('is folded in the middle, unless all is asked for', async () => {
    const { journeys } = await told(fixture('web/keep-alive-two-requests/capture.pcap'));
    const [journey] = journeys as [Journey];
    const requests = journey.steps.filter(({ kind }) => kind === 'request');
    const steps = [...journey.steps.slice(0, 2), ...Array.from({ length: 20 }, () => requests).flat()];
    const report = { journeys: [{ ...journey, steps }], left: 0 };
    const text = page(report, 'en');
    expect(text).toContain('… 18 more steps');
    expect(text.match(/GET \/short\.html \(frame/g)!.length).toBeLessThan(20);
    expect(page(report, 'en', 100, true).match(/GET \/short\.html \(frame/g)).toHaveLength(20);
  });

  it('of many journeys is a line each', async () => {
    const { journeys } = await told(fixture('nat/many/inside.pcap'));
    const text = page({ journeys, left: 3 }, 'en');
    expect(text.match(/^Journey /gm)).toHaveLength(8);
    expect(text).toContain(`${journeys.length - 8} more journeys, a line each`);
    expect(text).toContain('3 more conversations or lookups were not followed');
  });
});
