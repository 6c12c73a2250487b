import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Writer } from '../../src/core/writer.ts';
import { openExplainer } from '../../src/explain/explainer.ts';
import { writeTree } from '../../src/output/tree.ts';
import { quoted } from '../../src/page/app/command-line.ts';
import { hashOf, routeOf } from '../../src/page/app/route.ts';
import { Interest } from '../../src/page/engine/interest.ts';
import { Reading } from '../../src/page/engine/reading.ts';
import { Session } from '../../src/page/engine/session.ts';
import type { Detail, Listing, Piece } from '../../src/page/model.ts';
import { fromJson, toJson } from '../../src/page/packed.ts';
import { Tracker } from '../../src/track.ts';
import { packets } from '../../src/walk.ts';
import { cases } from '../golden/cases.ts';

const OPTIONS = { fcs: 'auto', timeWait: 240, keys: '' } as const;
const PACE = { breathe: async () => undefined, progress: () => undefined };

function sessionOf(bytes: Uint8Array, listed: (listing: Listing) => void = () => undefined): Session {
  const file = { name: 'capture', octets: bytes.length, open: () => readCapture(bytes) };
  return new Session(new Reading(file, OPTIONS, PACE), null, listed);
}

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** The tree as `-V` prints it, of what the page is told. */
function treeOf({ layers, issues }: Detail): string[] {
  const marks = { quoted: ', quoted', reassembled: ', reassembled', decrypted: ', decrypted' };
  const rows = layers.flatMap(({ id, name, mark, fields }) => [
    `${name} (${id})${mark === null ? '' : marks[mark]}`,
    ...fields.map(
      ({ label, value, level }) => `${'    '.repeat(level + 1)}${label}${value === null ? '' : `: ${value}`}`,
    ),
  ]);
  return [...rows, ...issues.map(({ code }) => code)];
}

describe('the page is told what the command line prints', () => {
  const some = cases().filter((_, i) => i % 9 === 0);

  test.each(some.map(({ name, bytes }) => [name, bytes()] as const))('%s', async (_, bytes) => {
    const session = sessionOf(bytes);
    const { frames } = await session.open();
    const explainer = await openExplainer(['en', 'ko'], 'normal');
    const tracker = new Tracker({ timeWait: 240, explain: true });
    const out = new Writer();
    for await (const packet of packets(readCapture(bytes), tracker)) {
      const { number } = packet.frame;
      const detail = (await session.detail(number))!;
      out.clear();
      writeTree(packet, out);
      const lines = out.toString().trimEnd().split('\n');
      const printed = lines.map((line) => /^\[(?:Cut short|Malformed)[^:]*: (\S+) needs/.exec(line)?.[1] ?? line);
      // A layer may be both quoted and put together; the page names one.
      const bare = (line: string): string => line.replace(/(?:, (?:quoted|reassembled|decrypted))+$/, '').trimEnd();
      expect(treeOf(detail).map(bare)).toEqual(printed.map(bare));
      const explained = explainer.explain(tracker.events.raised, number);
      const said = explained.flatMap(({ wordings }) => wordings.map(({ title }) => title));
      expect(detail.tellings.flatMap(({ wordings }) => [textOf(wordings.en.title), textOf(wordings.ko.title)])).toEqual(
        said,
      );
      const paragraphs = explained.map(({ wordings }) => wordings[1]!.paragraphs);
      const told = detail.tellings.map(({ wordings, shown }) => wordings.ko.paragraphs.slice(0, shown).map(textOf));
      expect(told.map((one) => one.filter((text) => text !== ''))).toEqual(paragraphs);
    }
    expect(frames).toBeGreaterThan(0);
    expect(await session.detail(frames + 1)).toBeNull();
  });
});

test('details come in any order, and are the same', async () => {
  const { bytes } = cases().find(({ name }) => name === 'web/first-page-lan')!;
  const session = sessionOf(bytes());
  await session.open();
  const last = await session.detail(24);
  const first = await session.detail(1);
  expect(await session.detail(24)).toEqual(last);
  expect(await session.detail(1)).toEqual(first);
  expect(await session.filter('tcp.flags.fin == 1')).toEqual({ kind: 'frames', frames: Uint32Array.of(22, 23) });
  expect(await session.filter('tcp.prot')).toMatchObject({ kind: 'wrong', from: 0, to: 8 });
  expect(await session.connection(7, { scale: 'even', width: 600 }, 'en')).toBeNull();
});

test('what a page holds comes out as it went in', () => {
  const held = {
    text: '</script>',
    numbers: [1, 2],
    bytes: Uint8Array.of(0, 255),
    more: Uint32Array.of(70_000),
    less: Int32Array.of(-1),
  };
  expect(fromJson(toJson(held))).toEqual(held);
});

test('addresses lead back to where they came from', () => {
  const route = { view: 'packets', frame: 12, stream: 0, journey: 0, filter: 'http && ip.src == 10.0.0.1' } as const;
  expect(routeOf(hashOf(route))).toEqual(route);
  expect(routeOf('#frame=12')).toEqual({ ...route, filter: '' });
  expect(routeOf('#stream=3')).toMatchObject({ view: 'connections', stream: 3 });
  expect(routeOf('#journey=2')).toMatchObject({ view: 'journeys', journey: 2 });
  expect(routeOf('#frame=-1&view=nowhere')).toMatchObject({ view: 'packets', frame: 0 });
  expect(routeOf('')).toMatchObject({ view: 'overview' });
});

test('names are quoted for a shell', () => {
  expect(quoted('page.pcap')).toBe('page.pcap');
  expect(quoted('my page.pcap')).toBe("'my page.pcap'");
  expect(quoted("$(id)'s.pcap")).toBe(`'$(id)'\\''s.pcap'`);
  expect(quoted('-rf')).toBe("'-rf'");
});

test('of many frames those are chosen in which something happens, with their neighbours', async () => {
  const { bytes } = cases().find(({ name }) => name === 'tcp/refused')!;
  const interest = new Interest();
  const tracker = new Tracker({ timeWait: 240, explain: true });
  for await (const packet of packets(readCapture(bytes()), tracker)) {
    packet.frame.number += 1000;
    interest.packet(packet, tracker.events.raised);
  }
  const chosen = [...interest.choose(5000, 30)];
  expect(chosen.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(chosen).toContain(1004);
  expect(chosen).toContain(1006);
  expect(chosen).toHaveLength(30);
});
