import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Explainer } from '../../src/explain/explainer.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';

/** Which frames are shown, as a filter would choose them; and of how many captures one is looked at. */
const CHOICES: readonly (readonly [string, (frame: number) => boolean, number])[] = [
  ['all', () => true, 2],
  ['each second', (frame) => frame % 2 === 0, 4],
  ['those from 5 on', (frame) => frame >= 5, 4],
];

/** What is wrong with the places where events are explained; and which are explained at all. */
async function faultsOf(capture: Uint8Array, isShown: (frame: number) => boolean): Promise<[string[], Set<string>]> {
  const explainer = new Explainer([], 'normal');
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const source = readCapture(capture);
  /** Events that were explained in full, each with what it is about. */
  const full = new Map<string, number>();
  const faults: string[] = [];
  await run(source, tracker, {
    packet({ frame: { number } }) {
      if (!isShown(number)) {
        tracker.events.forget();
        return true;
      }
      const count = explainer.choose(tracker.events.raised, number);
      for (let i = 0; i < count; i++) {
        const { event, declaration, length, explainedIn } = explainer.remark(i);
        const key = `${event.id} ${declaration.scope === 'connection' ? event.about : ''}`;
        const where = `frame ${number}: ${key}`;
        if (length === 'first') {
          if (full.has(key)) faults.push(`${where} is explained again`);
          full.set(key, number);
        } else if (!full.has(key)) faults.push(`${where} is not explained`);
        else if (explainedIn !== 0 && explainedIn !== full.get(key)) faults.push(`${where} points to ${explainedIn}`);
        else if (explainedIn === 0 && full.get(key) !== number) faults.push(`${where} points nowhere`);
      }
      return true;
    },
    pause() {},
  });
  source.close();
  return [faults, new Set([...full.keys()].map((key) => key.split(' ')[0]!))];
}

describe.each(CHOICES)('of the packets that are shown (%s),', (_, isShown, step) => {
  it('the first with an event explains it, once a connection, and the others point to it', async () => {
    for (const { name, bytes } of cases().filter((_, i) => i % step === 0)) {
      const [faults] = await faultsOf(bytes(), isShown);
      expect(faults, name).toEqual([]);
    }
  });
});

it('what is said once a capture is said in the first packet that is shown', async () => {
  const page = cases().find(({ name }) => name === 'web/first-page-lan')!;
  const once = [
    'ethernet.header',
    'ip.header',
    'ip.next-hop',
    'ip.private-source',
    'ethernet.fcs.absent',
    'frame.layers',
  ];
  for (const from of [1, 4, 7, 10]) {
    const [, explained] = await faultsOf(page.bytes(), (frame) => frame >= from);
    for (const id of once) expect(explained, `${id}, from frame ${from}`).toContain(id);
  }
});
