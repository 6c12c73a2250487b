import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import { Writer } from '../../src/core/writer.ts';
import { type Mode, openExplainer } from '../../src/explain/explainer.ts';
import type { Language } from '../../src/notes/note.ts';
import { CardPrinter } from '../../src/output/card.ts';
import { COLOURED, type Palette, PLAIN } from '../../src/output/color.ts';
import { cellWidth } from '../../src/output/width.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures', name, 'capture.pcap');

interface Look {
  readonly width: number;
  readonly languages?: readonly Language[];
  readonly mode?: Mode;
  readonly palette?: Palette;
}

async function cards(
  name: string,
  { width, languages = ['en'], mode = 'normal', palette = PLAIN }: Look,
): Promise<string> {
  const source = await openCapture(fixture(name));
  const card = new CardPrinter(await openExplainer(languages, mode), mode, width, palette);
  const out = new Writer();
  const tracker = new Tracker({ timeWait: 240, explain: true });
  await run(source, tracker, {
    packet(packet) {
      const { frame } = packet;
      card.packet(packet, tracker, (to) => to.time(frame.relativeSeconds, frame.relativeNanoseconds, 6), out);
      return true;
    },
    pause() {},
  });
  source.close();
  card.end(out);
  return out.toString();
}

const NAMES = ['web/first-page-lan', 'ipv6/first-page', 'icmp/port-unreachable', 'dns/types', 'tcp/lost-segment'];

it.each([60, 80, 100, 120, 160])('fits %d cells, in both languages', async (width) => {
  for (const name of NAMES) {
    for (const languages of [['en'], ['ko'], ['en', 'ko']] as const) {
      for (const line of (await cards(name, { width, languages })).split('\n')) {
        expect(cellWidth(line), `${name}: ${line}`).toBeLessThanOrEqual(width);
        expect(line, 'no blanks at its end').not.toMatch(/ $/);
      }
    }
  }
});

it('stands side by side from 100 cells on, and one below the other when narrower', async () => {
  const beside = await cards('web/first-page-lan', { width: 100 });
  expect(beside).toMatch(/^ ARP {2}request +│ \S/m);
  const below = await cards('web/first-page-lan', { width: 80 });
  expect(below).toMatch(/^ ARP {2}request$/m);
  expect(below).toMatch(/^ │ ARP request: /m);
});

it('says what the handshake does to both ends, and what has not been seen yet', async () => {
  const text = await cards('web/first-page-lan', { width: 120 });
  expect(text).toMatch(/client {2}CLOSED ▸ SYN_SENT$/m);
  expect(text).toMatch(/server {2}LISTEN ▸ SYN_RECEIVED {3}when this arrives$/m);
  expect(text).toMatch(/client {2}FIN_WAIT_1 ▸ FIN_WAIT_2 ▸ TIME_WAIT {3}when this arrives$/m);
  expect(text).toContain('notes 002 "3-Way-Handshaking" · RFC 9293 §3.5');
});

it('speaks Korean', async () => {
  const text = await cards('web/first-page-lan', { width: 120, languages: ['ko'] });
  expect(text).toMatch(/클라이언트 {2}CLOSED ▸ SYN_SENT$/m);
  expect(text).toMatch(/서버 {8}LISTEN ▸ SYN_RECEIVED {3}이 패킷이 도착하면$/m);
  expect(text).toContain('노트 002 "3-Way-Handshaking" · RFC 9293 §3.5');
});

it('has no right half where there is nothing to say', async () => {
  const text = await cards('tcp/lost-segment', { width: 120 });
  const silent = text.split('\n\n').filter((card) => !card.includes('│'));
  expect(silent.length).toBeGreaterThan(0);
});

it('points back in normal mode only', async () => {
  expect(await cards('web/first-page-lan', { width: 120 })).toContain('(explained in frame 10)');
  expect(await cards('web/first-page-lan', { width: 120, mode: 'full' })).not.toContain('(explained in');
  expect(await cards('web/first-page-lan', { width: 120, mode: 'brief' })).not.toContain('(explained in');
});

it('says the same with colours as without', async () => {
  const coloured = await cards('tcp/refused', { width: 100, palette: COLOURED });
  expect(coloured).toContain('\x1b[');
  expect(coloured.replace(/\x1b\[[0-9;]*m/g, '').replace(/ +$/gm, '')).toBe(await cards('tcp/refused', { width: 100 }));
});
