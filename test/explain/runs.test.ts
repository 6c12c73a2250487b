import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import type { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { openExplainer } from '../../src/explain/explainer.ts';
import type { Language } from '../../src/notes/note.ts';
import { CardPrinter } from '../../src/output/card.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { ACK, captureOf, FIN, FULL, opening, type Sent, transfer } from './traffic.ts';

interface Wish {
  readonly language?: Language;
  readonly mode?: 'normal' | 'full';
  /** Only these frames are shown. */
  readonly shows?: (number: number) => boolean;
  /** Nothing comes for a while behind this frame. */
  readonly pausesAfter?: number;
}

/** The cards and runs of a capture, in the order in which they are printed. */
async function told(capture: Uint8Array, { language = 'en', mode = 'normal', ...wish }: Wish = {}): Promise<string[]> {
  const card = new CardPrinter(await openExplainer([language], mode), mode, 120);
  const out = new Writer();
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const source = readCapture(capture);
  await run(source, tracker, {
    packet(packet: Packet) {
      const { frame } = packet;
      const time = (to: Writer) => to.time(frame.relativeSeconds, frame.relativeNanoseconds, 6);
      if (wish.shows?.(frame.number) ?? true) card.packet(packet, tracker, time, out);
      else tracker.events.forget();
      if (frame.number === wish.pausesAfter) {
        card.pause(out);
        out.text('(pause)\n\n');
      }
      return true;
    },
    pause() {},
  });
  card.end(out);
  source.close();
  const cards = out.toString().split(/\n\n(?=── |\(|$)/);
  return cards.filter((card) => card !== '');
}

/** What stands between the first dashes: the frames. */
const framesOf = (cards: readonly string[]): string[] =>
  cards.map((card) => /^── ([\d–]+) /.exec(card)?.[1] ?? card.trim()).filter((text) => text !== '');

const prose = (text: string): string => text.replace(/\n │ +/g, ' ');
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures', name)));

const ONE = 40001;
const TWO = 40002;

describe('a transfer', () => {
  const capture = captureOf([...opening(ONE), ...transfer(ONE, 0, 3000)]);

  it('is told as one paragraph with its numbers', async () => {
    const cards = await told(capture);
    expect(framesOf(cards)).toEqual(['1', '2', '3', '4', '5', '6', '7–4503']);
    expect(prose(cards[6]!)).toContain(
      '2,998 segments of full size (1,460), 4,377,080 bytes from 10.0.0.2:7777 in 45 ms, answered by 1,499 ACKs (explained in frame 4)',
    );
    expect(prose(cards[6]!)).toContain(
      'Its stream from 2,921 to just before 4,380,001, in order: nothing is missing, nothing came twice. 10.0.0.1:40001 acknowledges about every 2 segments. ACKs came about 10 µs after',
    );
  });

  it('is told in Korean too', async () => {
    const [said] = (await told(capture, { language: 'ko' })).slice(6);
    expect(prose(said!)).toContain(
      '10.0.0.2:7777이 45 ms 동안 1,460바이트로 꽉 찬 세그먼트 2,998개, 4,377,080바이트를 보낸다. 응답은 ACK 1,499개',
    );
  });

  it('of 10,000 segments is a few paragraphs, in little memory', async () => {
    const cards = await told(captureOf([...opening(ONE), ...transfer(ONE, 0, 10_000)]));
    expect(framesOf(cards).slice(6)).toEqual(['7–10006', '10007–15003']);
  });

  it('has a card for each packet in full', async () => {
    expect((await told(capture.subarray(0, 40_000), { mode: 'full' })).length).toBeGreaterThan(30);
  });

  it('says so when packets between were not chosen', async () => {
    const [said] = (await told(capture, { shows: (frame) => frame < 7 || frame % 2 === 0 })).slice(6);
    expect(prose(said!)).toContain('Only chosen packets are counted.');
    expect(said).not.toContain('nothing is missing');
  });
});

describe('what breaks a run', () => {
  it('is anything out of the ordinary, which has a card', async () => {
    const again: Sent = { from: 'server', port: ONE, at: 8 * FULL, length: FULL };
    const sent = [...opening(ONE), ...transfer(ONE, 0, 10), again, ...transfer(ONE, 10 * FULL, 10)];
    const cards = await told(captureOf(sent));
    expect(framesOf(cards)).toEqual(['1', '2', '3', '4', '5', '6', '7–18', '19', '20–34']);
    expect(cards[7]).toContain('Needless');
  });

  it('is no packet of another conversation: each has its own', async () => {
    const [one, two] = [transfer(ONE, 0, 100), transfer(TWO, 0, 100)].map((sent) => [...sent]);
    const sent = [...opening(ONE), ...opening(TWO), ...one!.flatMap((each, i) => [each, two![i]!])];
    const cards = await told(captureOf(sent));
    expect(framesOf(cards).slice(-2)).toEqual(['13–305', '14–306']);
    expect(cards.at(-2)).toContain('10.0.0.1:40001');
    expect(cards.at(-1)).toContain('10.0.0.1:40002');
    for (const card of cards.slice(-2))
      expect(prose(card)).toContain('98 segments of full size (1,460), 143,080 bytes');
  });

  it('is twenty cards of others', async () => {
    const others = Array.from({ length: 10 }, (_, i) => opening(41000 + i)).flat();
    const cards = await told(captureOf([...opening(ONE), ...transfer(ONE, 0, 20), ...others]));
    const frames = framesOf(cards);
    expect(frames.indexOf('7–33')).toBe(frames.indexOf('53') + 1);
  });

  it('is a pause of a live capture', async () => {
    const capture = captureOf([...opening(ONE), ...transfer(ONE, 0, 20)]);
    const frames = framesOf(await told(capture, { pausesAfter: 20 }));
    expect(frames.slice(6)).toEqual(['7–20', '(pause)', '21–33']);
  });

  it('is time, while there is much', async () => {
    const slowly = [...transfer(ONE, 0, 400)].map((sent) => ({ ...sent, after: 50_000 }));
    const frames = framesOf(await told(captureOf([...opening(ONE), ...slowly])));
    expect(frames.slice(6)).toEqual(['7–207', '208–408', '409–603']);
  });

  it('leaves one or two packets their cards, in their order', async () => {
    const sent: Sent[] = [
      ...opening(ONE),
      ...transfer(ONE, 0, 4),
      { from: 'client', port: ONE, flags: FIN | ACK, ack: 4 * FULL },
    ];
    expect(framesOf(await told(captureOf(sent)))).toEqual(['1', '2', '3', '4', '5', '6', '7–9', '10']);
    const short = [...opening(ONE), ...transfer(ONE, 0, 3), sent.at(-1)!];
    expect(framesOf(await told(captureOf(short)))).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });
});

describe('other runs', () => {
  const probe = (i: number): Sent[] => [
    { from: 'client', port: ONE, at: -1 + FULL, ack: 0, after: 45_000_000 + i },
    { from: 'server', port: ONE, at: 0, ack: FULL },
  ];
  const request: Sent[] = [
    { from: 'client', port: ONE, length: FULL },
    { from: 'server', port: ONE, ack: FULL },
  ];

  it('are keep-alives', async () => {
    const probes = Array.from({ length: 6 }, (_, i) => probe(i)).flat();
    const cards = await told(captureOf([...opening(ONE), ...request, ...probes]));
    expect(framesOf(cards)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8–17']);
    expect(prose(cards[7]!)).toContain(
      'Keep-alive, 5 times, from 10.0.0.1:40001 in 180 s, 45 s apart: no data in all that time',
    );
    expect(prose(cards[7]!)).toContain('5 answers came: 10.0.0.2:7777 is still there.');
  });

  it('are repeated ACKs, while data goes on', async () => {
    const hole = [...transfer(ONE, 0, 2), { from: 'server', port: ONE, at: 3 * FULL, length: FULL } as Sent];
    const repeated = Array.from({ length: 8 }, (_, i): Sent[] => [
      { from: 'client', port: ONE, ack: 2 * FULL },
      { from: 'server', port: ONE, at: (4 + i) * FULL, length: FULL },
    ]).flat();
    const cards = await told(captureOf([...opening(ONE), ...hole, ...repeated]));
    expect(prose(cards.at(-1)!)).toContain('7 ACKs of 10.0.0.1:40001 in');
    expect(prose(cards.at(-1)!)).toContain('report a hole, the last one at 2,921');
    expect(prose(cards.at(-1)!)).toContain(
      '(explained in frame 8) Meanwhile 7 segments with 10,220 bytes came from 10.0.0.2:7777',
    );
  });

  it('are probes of a closed window', async () => {
    const closed: Sent = { from: 'server', port: ONE, ack: FULL, window: 0 };
    const probes = Array.from({ length: 5 }, (): Sent[] => [
      { from: 'client', port: ONE, at: FULL - 1, after: 1_000_000 },
      closed,
    ]).flat();
    const cards = await told(captureOf([...opening(ONE), request[0]!, closed, ...probes]));
    expect(framesOf(cards)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8–15']);
    expect(prose(cards[7]!)).toContain('4 probes from 10.0.0.1:40001 in 3 s: the window of 10.0.0.2:7777 stays closed');
    expect(prose(cards[7]!)).toContain('4 answers came, each with window 0');
  });

  it('are pings, the same again, and what nothing is said of', async () => {
    const pings = await told(fixture('icmp/ping/capture.pcap'));
    expect(prose(pings.find((card) => card.startsWith('── 5–8 '))!)).toContain(
      '×2 (explained in frame 3) 203.0.113.80 answers the ping: there and back in 60 µs (explained in frame 4) 203.0.113.80 answers the ping: there and back in 59 µs 4 packets in 208 ms 2 packets of them went the other way.',
    );
    const bridges = await told(fixture('ethernet/llc-stp/capture.pcap'));
    expect(bridges.map(prose).join('\n')).toMatch(/×\d+ \(explained in frame 1\) \d+ packets in/);
    const media = await told(fixture('rtp/unannounced/capture.pcap'));
    expect(media.map(prose).join('\n')).toMatch(/packets of \w+, [\d,]+ bytes, in/);
  });

  it('point to where their packets were explained, and that is a card', async () => {
    for (const name of ['web/first-page-lan', 'tcp/lost-segment', 'tcp-states/slow-start', 'web/http2-frames']) {
      const cards = await told(fixture(`${name}/capture.pcap`));
      const shown = new Set(framesOf(cards));
      for (const [, frame] of cards.join('\n').matchAll(/explained in frame (\d+)/g))
        expect(shown, name).toContain(frame);
    }
  });
});
