import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Writer } from '../../src/core/writer.ts';
import type { Language } from '../../src/notes/note.ts';
import { type Ladder, LadderBuilder } from '../../src/output/ladder.ts';
import { writeLadderSvg } from '../../src/output/ladder-svg.ts';
import { writeLadder } from '../../src/output/ladder-text.ts';
import { ladderWords } from '../../src/output/ladder-words.ts';
import { cellWidth } from '../../src/output/width.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { captureOf, FIN, OPENING, PSH, type Sent } from './segments.ts';

interface Options {
  readonly timeWait?: number;
  readonly all?: boolean;
  readonly stream?: number;
}

async function ladderOf(bytes: Uint8Array, { timeWait = 240, all = false, stream = 0 }: Options = {}): Promise<Ladder> {
  const source = await readCapture(bytes);
  const tracker = new Tracker({ timeWait, explain: false, changes: true });
  const builder = new LadderBuilder(stream, timeWait, !all);
  await run(source, tracker, {
    packet: (packet) => {
      builder.packet(packet, tracker.changes);
      return true;
    },
    pause: () => undefined,
  });
  return builder.finish()!;
}

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url))));

function text(ladder: Ladder, width = 80, language: Language = 'en'): string {
  const out = new Writer();
  writeLadder(ladder, ladderWords[language], width, out);
  return out.toString();
}

function svg(ladder: Ladder, scale: 'even' | 'time' = 'even', language: Language = 'en'): string {
  const out = new Writer();
  writeLadderSvg(ladder, ladderWords[language], { scale }, out);
  return out.toString();
}

const kept = (name: string): string => fileURLToPath(new URL(`ladder/${name}`, import.meta.url));

describe('in a terminal', () => {
  it.each<[string, string, number, Language]>([
    ['lost-segment.80.txt', 'tcp/lost-segment', 80, 'en'],
    ['zero-window.100.ko.txt', 'tcp/zero-window', 100, 'ko'],
    ['simultaneous-close.80.txt', 'tcp-states/simultaneous-close', 80, 'en'],
    ['begun-in-the-middle.64.txt', 'tcp-states/begun-in-the-middle', 64, 'en'],
    ['time-wait-ends.80.txt', 'tcp-states/time-wait-ends', 80, 'en'],
    ['reset-by-server.120.ko.txt', 'tcp/reset-by-server', 120, 'ko'],
  ])('%s', async (file, name, width, language) => {
    const drawn = text(await ladderOf(fixture(name), { timeWait: 60 }), width, language);
    await expect(drawn).toMatchFileSnapshot(kept(file));
    for (const line of drawn.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
  });

  it('keeps its lanes straight at every width, in both languages', async () => {
    for (const name of ['tcp/lost-segment', 'tcp/zero-window', 'web/post', 'ipv6/first-page', 'tcp-states/syn-lost']) {
      const ladder = await ladderOf(fixture(name));
      for (const width of [64, 71, 80, 120, 200]) {
        for (const language of ['en', 'ko'] as const) {
          const rows = text(ladder, width, language)
            .split('\n')
            .filter((line) => /[┊│├].*[┊│┤]/.test(line));
          const lanes = rows.map((line) => [
            /[┊│├]/.exec(line)!.index,
            cellWidth(line.replace(/([┊│┤])[^┊│┤]*$/, '$1')),
          ]);
          expect(new Set(lanes.map(String)).size, `${name} ${width} ${language}`).toBe(1);
        }
      }
    }
  });

  it('draws TIME_WAIT to its end only where the clock reached it', async () => {
    const bytes = fixture('tcp-states/time-wait-ends');
    expect(text(await ladderOf(bytes, { timeWait: 60 }))).toMatch(/60\.101337 +CLOSED │ {2}TIME_WAIT ends after 60 s/);
    expect(text(await ladderOf(bytes, { timeWait: 240 }))).toContain('client TIME_WAIT · server CLOSED');
  });

  it('shows control characters of a packet as text', async () => {
    const bytes = captureOf([
      ...OPENING,
      { from: 'client', at: 0, flags: PSH | 16, content: 'GET /\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n' },
    ]);
    const ladder = await ladderOf(bytes);
    const drawn = text(ladder, 120) + svg(ladder);
    expect(drawn).toContain('GET /\\033[2J');
    expect(drawn).not.toContain('\x1b');
  });
});

/** Two hundred segments of data, each second one acknowledged, with one that comes twice. */
function transfer(twice = -1): Sent[] {
  const sent: Sent[] = [...OPENING, { from: 'client', at: 0, content: 'go' }, { from: 'server', at: 0, ack: 2 }];
  for (let i = 0; i < 200; i++) {
    sent.push({ from: 'server', at: i * 1000, ack: 2, content: new Uint8Array(1000) });
    if (i === twice) sent.push(sent.at(-1)!);
    if (i % 2 === 1) sent.push({ from: 'client', at: 2, ack: (i + 1) * 1000 });
  }
  return [...sent, { from: 'server', at: 200_000, ack: 2, flags: FIN | 16 }];
}

describe('long runs of data', () => {
  it('become one row that counts them', async () => {
    const ladder = await ladderOf(captureOf(transfer()));
    const folds = ladder.rows.filter((row) => row.kind === 'fold');
    expect(folds).toHaveLength(1);
    const shown = ladder.rows.filter((row) => row.kind === 'segment');
    expect(folds[0]!.segments + shown.length).toBe(ladder.segments);
    const octets = shown.reduce((sum, { length }) => sum + length, 0) + folds[0]!.octets[0] + folds[0]!.octets[1];
    expect(octets).toBe(200_002);
    const drawn = text(ladder, 100);
    expect(drawn).toMatch(/… 298 segments, (► 2 bytes, )?◄ 19\d,000 bytes …/);
    expect(drawn).toContain('--all shows every segment');
    expect(drawn.split('\n').length).toBeLessThan(20);
  });
  it('are parted by what is odd', async () => {
    const ladder = await ladderOf(captureOf(transfer(100)));
    expect(ladder.rows.filter((row) => row.kind === 'fold')).toHaveLength(2);
    expect(text(ladder)).toContain('retransmission');
  });
  it('are unfolded on demand', async () => {
    const ladder = await ladderOf(captureOf(transfer()), { all: true });
    expect(ladder.rows.filter((row) => row.kind === 'segment')).toHaveLength(ladder.segments);
    expect(text(ladder)).not.toContain('--all');
  });
});

describe('as a picture', () => {
  it.each<[string, string, 'even' | 'time', Language]>([
    ['lost-segment.svg', 'tcp/lost-segment', 'even', 'en'],
    ['zero-window.time.ko.svg', 'tcp/zero-window', 'time', 'ko'],
  ])('%s', async (file, name, scale, language) => {
    await expect(svg(await ladderOf(fixture(name)), scale, language)).toMatchFileSnapshot(kept(file));
  });

  it('has a title, a description and its words as text', async () => {
    const drawn = svg(await ladderOf(fixture('web/post')));
    expect(drawn).toMatch(/role="img" aria-labelledby="ladder-title ladder-desc"/);
    expect(drawn).toMatch(/<title id="ladder-title">TCP connection 0, 14 segments: /);
    expect(drawn).toContain('Frame 6, from client: PSH ACK, POST /form HTTP/1.1');
    expect(drawn).toContain('>POST /form HTTP/1.1');
    expect(drawn).not.toMatch(/<image|<script|href|url\(/);
  });

  it('draws windows as they are, and what is sent again apart', async () => {
    const drawn = svg(await ladderOf(fixture('tcp/zero-window')));
    expect(drawn.match(/<path class="window"/g)).toHaveLength(2);
    expect(drawn.match(/<path class="shut"/g)).toHaveLength(1);
    expect(drawn).toContain('the window that each end offers, up to 2,920 bytes and 65,536 bytes');
    const recovery = await ladderOf(fixture('tcp-states/sack-recovery'));
    expect(svg(recovery).match(/class="arrow end0 again"/g)).toHaveLength(4);
    expect(text(recovery)).toContain('sent again');
    // Of a connection that was captured from its middle on, no window but a closed one is known.
    expect(svg(await ladderOf(fixture('tcp/mid-stream')))).not.toContain('<path class="window"');
  });

  it('takes nothing from a packet for markup', async () => {
    const bytes = captureOf([
      ...OPENING,
      { from: 'client', at: 0, content: 'GET /"><script>alert(1)</script>&amp; HTTP/1.1\r\nHost: a\r\n\r\n' },
    ]);
    const drawn = svg(await ladderOf(bytes));
    expect(drawn).not.toContain('<script');
    expect(drawn).toContain('GET /&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;');
  });

  it('sets rows apart by the time between them where it is asked to', async () => {
    const ladder = await ladderOf(fixture('tcp/zero-window'));
    const heightOf = (drawn: string): number => Number(/height="(\d+)"/.exec(drawn)![1]);
    const at = (drawn: string, frame: number): number =>
      Number(new RegExp(`y="([\\d.]+)"[^>]*>${frame}</text>`).exec(drawn)![1]);
    const [even, time] = [svg(ladder), svg(ladder, 'time')];
    expect(heightOf(time)).toBeGreaterThan(heightOf(even) + 500);
    // 216 ms and 440 ms of silence.
    const first = at(time, 15) - at(time, 14);
    const second = at(time, 17) - at(time, 16);
    expect(second / first).toBeGreaterThan(1.5);
    expect(second / first).toBeLessThan(2.1);
  });
});

describe('the model', () => {
  it('has the client on the left, whoever was seen first', async () => {
    const bytes = captureOf([
      { from: 'server', at: -1, ack: 0, flags: 18 },
      { from: 'client', at: 0, ack: 0 },
      { from: 'client', at: 0, content: 'hello' },
    ]);
    const { ends, rows } = await ladderOf(bytes);
    expect(ends.map(({ name, role }) => [name, role])).toEqual([
      ['10.0.0.1:40000', 'client'],
      ['10.0.0.2:7777', 'server'],
    ]);
    expect(rows.map((row) => row.kind === 'segment' && row.from)).toEqual([1, 0, 0]);
  });
  it('knows no roles where both ends opened', async () => {
    const { ends } = await ladderOf(fixture('tcp-states/simultaneous-open'));
    expect(ends.map(({ role }) => role)).toEqual([null, null]);
  });
});
