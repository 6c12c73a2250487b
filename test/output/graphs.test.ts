import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Writer } from '../../src/core/writer.ts';
import type { Language } from '../../src/notes/note.ts';
import { COLOURED, PLAIN } from '../../src/output/color.ts';
import { GRAPHS, type GraphKind } from '../../src/output/graph-kinds.ts';
import { type GraphOptions, graphSvg } from '../../src/output/graph-svg.ts';
import { busierSide, graphOf } from '../../src/output/graphs.ts';
import { writePlotText } from '../../src/output/plot-text.ts';
import { cellWidth } from '../../src/output/width.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { type ConnectionTrace, ConnectionTracer } from '../../src/tcp/trace.ts';
import { Tracker } from '../../src/track.ts';
import { captureOf, OPENING, RST } from './segments.ts';

async function traceOf(bytes: Uint8Array): Promise<ConnectionTrace> {
  const source = await readCapture(bytes);
  const tracer = new ConnectionTracer(0);
  await run(source, new Tracker({ timeWait: 240, explain: false }), {
    packet: (packet) => {
      tracer.packet(packet);
      return true;
    },
    pause: () => undefined,
  });
  return tracer.finish()!;
}

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url))));
const kept = (name: string): string => fileURLToPath(new URL(`graphs/${name}`, import.meta.url));

function text(
  kind: GraphKind,
  trace: ConnectionTrace,
  width: number,
  language: Language = 'en',
  palette = PLAIN,
): string {
  const out = new Writer();
  writePlotText(graphOf(kind, trace, busierSide(trace), language), width, out, palette);
  return out.toString();
}

const svg = async (kind: GraphKind, name: string, options: Partial<GraphOptions> = {}): Promise<string> =>
  graphSvg(kind, await traceOf(fixture(name)), { language: 'en', ...options });

describe('in a terminal', () => {
  it.each<[string, GraphKind, string, number, Language]>([
    ['lost-segment-wan.tseq.80.txt', 'tseq', 'tcp/lost-segment-wan', 80, 'en'],
    ['zero-window.window.100.ko.txt', 'window', 'tcp/zero-window', 100, 'ko'],
    ['retransmission-timeout.rtt.64.txt', 'rtt', 'tcp-states/retransmission-timeout', 64, 'en'],
  ])('%s', async (file, kind, name, width, language) => {
    const drawn = text(kind, await traceOf(fixture(name)), width, language);
    await expect(drawn).toMatchFileSnapshot(kept(file));
    for (const line of drawn.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
  });

  it('paints without changing a letter', async () => {
    const trace = await traceOf(fixture('tcp/zero-window'));
    for (const kind of GRAPHS) {
      const coloured = text(kind, trace, 90, 'en', COLOURED);
      expect(coloured).toContain('\x1b[');
      expect(coloured.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(text(kind, trace, 90));
    }
  });
});

describe('as a picture', () => {
  it.each<[string, GraphKind, string, Partial<GraphOptions>]>([
    ['data-lost.tseq.svg', 'tseq', 'tcp-states/data-lost', {}],
    ['zero-window.window.ko.svg', 'window', 'tcp/zero-window', { language: 'ko' }],
    ['slow-start.rtt.390.svg', 'rtt', 'tcp-states/slow-start', { width: 390 }],
  ])('%s', async (file, kind, name, options) => {
    await expect(await svg(kind, name, options)).toMatchFileSnapshot(kept(file));
  });

  it('has a title and a description, and needs nothing beside itself', async () => {
    const drawn = await svg('tseq', 'tcp-states/data-lost', { id: 'third' });
    expect(drawn).toMatch(/role="img" aria-labelledby="third-title third-desc"/);
    expect(drawn).toContain('<title id="third-title">Sequence numbers over time, TCP connection 0</title>');
    expect(drawn).toMatch(/<desc id="third-desc">client .* 1 segment sent again \(\d+\)\./);
    expect(drawn).not.toMatch(/<image|<script|href|url\(|\son\w+=/);
  });

  it('names the frame of what is odd', async () => {
    const drawn = await svg('tseq', 'tcp-states/data-lost');
    expect(drawn).toMatch(/<path data-frame="13" d="[^"]+"><title>frame 13: [\w ]*retransmission<\/title><\/path>/);
    expect(drawn).toContain('SACK 2897–4344');
  });

  it('shows every mark that the brief history of a connection has', async () => {
    const drawn = [
      await svg('tseq', 'tcp-states/zero-window'),
      await svg('tseq', 'tcp-states/keep-alive'),
      await svg('tseq', 'tcp-states/reset-by-linger-later', { side: 0 }),
      await svg('tseq', 'tcp-states/data-lost'),
    ].join('');
    for (const mark of ['SYN', 'FIN', 'Z', 'K', 'RST', 'R']) expect(drawn, mark).toContain(`>${mark}</text>`);
  });

  it('draws no window whose scale is not known, and says so', async () => {
    const drawn = await svg('window', 'tcp/mid-stream');
    expect(drawn).not.toContain('>window offered<');
    expect(drawn).toContain('its scale stands in the SYNs, which were not captured');
  });

  it('says what is above the picture instead of pressing the rest flat', async () => {
    expect(await svg('window', 'tcp-states/slow-start')).toContain(
      'The window is above the picture: from 65,160 bytes to 86,016 bytes.',
    );
  });

  it('says where most of the time went when nothing happened', async () => {
    const bytes = captureOf([
      ...OPENING,
      { from: 'client', at: 0, content: 'x' },
      { from: 'server', flags: RST, at: 0, seconds: 60 },
    ]);
    const drawn = graphSvg('tseq', await traceOf(bytes), { language: 'en' });
    expect(drawn).toContain('Most of the time nothing happened: 60 s between frames 4 and 5.');
    expect(drawn).toContain('>RST of the other end</text>');
  });

  it('has something to say of nearly nothing', async () => {
    const trace = await traceOf(captureOf([OPENING[0]!, { from: 'server', flags: RST, at: 0 }]));
    for (const kind of GRAPHS) {
      for (const side of [0, 1] as const) {
        const drawn = graphSvg(kind, trace, { language: 'en', side });
        expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
    expect(graphSvg('rtt', trace, { language: 'en' })).toContain('No round-trip time can be told');
  });
});
