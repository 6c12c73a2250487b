import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { EDGES, edgeOf } from '../../src/output/state-diagram.ts';
import { type StateDiagramOptions, stateDiagramSvg } from '../../src/output/state-diagram-svg.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { PathGatherer, type StatePaths } from '../../src/tcp/paths.ts';
import { rows } from '../../src/tcp/states.ts';
import { Tracker } from '../../src/track.ts';

async function pathsOf(name: string, timeWait = 240): Promise<StatePaths> {
  const path = fileURLToPath(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url));
  const source = await readCapture(new Uint8Array(readFileSync(path)));
  const tracker = new Tracker({ timeWait, explain: false, changes: true });
  const gatherer = new PathGatherer(0);
  await run(source, tracker, {
    packet: (packet) => {
      gatherer.packet(packet, tracker.changes);
      return true;
    },
    pause: () => undefined,
  });
  return gatherer.finish()!;
}

const svg = async (name: string, options: Partial<StateDiagramOptions> = {}): Promise<string> =>
  stateDiagramSvg(await pathsOf(name), { language: 'en', ...options });
const kept = (name: string): string => fileURLToPath(new URL(`state-diagram/${name}`, import.meta.url));

describe('the figure', () => {
  it('has an arrow for each row of the state table that the RFC draws', () => {
    const undrawn = rows
      .filter(({ from, to }) => edgeOf(from, to).label[0] === '' && from !== 'UNKNOWN')
      .filter(({ on }) => !on.endsWith('RST'))
      .map(({ from, on, to }) => `${from} ${on} ${to}`);
    expect(undrawn).toEqual([]);
    expect(EDGES).toHaveLength(20);
  });
});

describe('the paths', () => {
  it('have the client first, its steps in order, and the frames that made them', async () => {
    const { paths } = await pathsOf('tcp/four-way-close');
    expect(
      paths.map(({ role, before, steps, after }) => [
        role,
        before,
        ...steps.map(({ to, frame }) => `${to} ${frame}`),
        after,
      ]),
    ).toEqual([
      [
        'client',
        'CLOSED',
        'SYN_SENT 3',
        'ESTABLISHED 4',
        'FIN_WAIT_1 10',
        'FIN_WAIT_2 11',
        'TIME_WAIT 12',
        'TIME_WAIT',
      ],
      ['server', 'LISTEN', 'SYN_RECEIVED 3', 'ESTABLISHED 5', 'CLOSE_WAIT 10', 'LAST_ACK 12', 'CLOSED 13', 'CLOSED'],
    ]);
  });

  it('go on when the clock ends TIME_WAIT', async () => {
    const { paths } = await pathsOf('tcp-states/time-wait-ends', 60);
    const last = paths.flatMap(({ steps }) => steps).filter(({ by }) => by === 'timer');
    expect(last.map(({ from, to, frame }) => [from, to, frame])).toEqual([['TIME_WAIT', 'CLOSED', null]]);
  });
});

describe('as a picture', () => {
  it.each<[string, string, Partial<StateDiagramOptions>]>([
    ['simultaneous-close.svg', 'tcp-states/simultaneous-close', {}],
    ['begun-in-the-middle.390.ko.svg', 'tcp-states/begun-in-the-middle', { width: 390, language: 'ko' }],
  ])('%s', async (file, name, options) => {
    await expect(await svg(name, options)).toMatchFileSnapshot(kept(file));
  });

  it('dashes what is inferred, and tells frame and cause', async () => {
    const drawn = await svg('tcp/four-way-close');
    expect(drawn.match(/class="way end0 inferred"/g)).toHaveLength(3);
    expect(drawn.match(/class="way end0"/g)).toHaveLength(2);
    expect(drawn).toContain(
      '<g data-frame="10"><title>client 192.168.0.10:44656: ESTABLISHED → FIN_WAIT_1, frame 10: sent FIN</title>',
    );
    expect(drawn).toMatch(/role="img" aria-labelledby="states-title states-desc"/);
  });

  it('says what is not known', async () => {
    expect(await svg('tcp-states/begun-in-the-middle')).toContain('where it stood before is not known');
    const unanswered = await svg('tcp/unanswered');
    expect(unanswered).toContain('expected in LISTEN: no SYN+ACK of it was captured');
    expect(unanswered).toContain('nothing shows that it came to this: where it stands is not known');
    expect(unanswered).toContain('>UNKNOWN</text>');
    expect(await svg('tcp-states/simultaneous-close')).toContain(
      'what was concluded is taken back: it was in ESTABLISHED',
    );
  });

  it('leads a reset from every state to where connections end', async () => {
    for (const name of [
      'abort-in-syn-sent',
      'reset-in-syn-received',
      'reset-in-fin-wait-1',
      'reset-in-fin-wait-2',
      'reset-in-close-wait',
      'reset-in-last-ack',
    ]) {
      const drawn = await svg(`tcp-states/${name}`);
      expect(drawn, name).not.toMatch(/NaN|Infinity|undefined/);
      expect(drawn, name).toMatch(/→ CLOSED/);
    }
  });
});
