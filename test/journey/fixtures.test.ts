import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { durationText } from '../../src/core/duration.ts';
import { type Journey, journeyForm, type Moment } from '../../src/index.ts';
import { ROOT } from '../cli/run-cli.ts';
import { cases } from '../golden/cases.ts';
import { stepsOf, told } from './told.ts';

const schema = JSON.parse(readFileSync(join(ROOT, 'schema/journey.schema.json'), 'utf8'));
const valid = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

/** What tshark says of each fixture, by kind and by frame or stream: the time, and the frame that it counts from. */
const recorded = new Map<string, readonly [time: string, since: string]>();
for (const line of readFileSync(join(import.meta.dirname, 'tshark.tsv'), 'utf8').split('\n')) {
  const [name, kind, key, time, since] = line.split('\t');
  if (time !== undefined) recorded.set(`${name} ${kind} ${key}`, [time, since ?? '']);
}

const between = (from: Moment, to: Moment): string =>
  durationText((to.seconds - from.seconds) * 1e9 + to.nanoseconds - from.nanoseconds);

/** Where tshark means something else: a request that an error quotes is none, and where both ends send a SYN both count. */
const OTHERWISE = new Set(['icmp/fragmentation-needed http 26', 'tcp-states/simultaneous-open rtt 0']);

/** What a journey says, in the same form. */
function* said(journey: Journey): Generator<readonly [key: string, time: string, since: string]> {
  for (const { questions } of stepsOf(journey, 'lookup')) {
    for (const { asked, times, answered } of questions) {
      if (asked === null || answered === null || times > 1) continue;
      yield [`dns ${answered.frame}`, between(asked, answered), String(asked.frame)];
    }
  }
  for (const { protocol, sent, lastByte } of stepsOf(journey, 'request')) {
    if (protocol !== 'http' || sent === null || lastByte === null) continue;
    yield [`http ${lastByte.frame}`, between(sent, lastByte), String(sent.frame)];
  }
  if (journey.protocol !== 'tcp') return;
  for (const { syn, syns, ack } of stepsOf(journey, 'connect')) {
    if (ack !== null && syns === 1) yield [`rtt ${journey.stream}`, between(syn, ack), ''];
  }
}

/** Causes come before what follows from them, and bars stand within the journey. */
function checkOrder({ steps, waterfall, begin, end }: Journey): void {
  for (const [at, step] of steps.entries()) {
    for (const cause of step.causes) {
      expect(cause.step).toBeLessThan(at);
      expect(cause.frame).toBeLessThanOrEqual(step.begin.frame);
    }
  }
  for (const bar of waterfall) {
    expect(bar.begin).toBeGreaterThanOrEqual(begin.time);
    expect(bar.end).toBeLessThanOrEqual(end.time);
  }
}

describe('journeys of every fixture: their form, their order, and their times as tshark has them', () => {
  const compared = { dns: 0, http: 0, rtt: 0 };

  it.each(cases().map(({ name, capture }) => [name, capture] as const))('%s', async (name, path) => {
    const { journeys } = await told(path);
    for (const [i, journey] of journeys.entries()) {
      const form = journeyForm(journey, { seconds: 0, nanoseconds: 0 });
      expect(valid(form), `${JSON.stringify(valid.errors)} ${JSON.stringify(form)}`).toBe(true);
      expect(journey.number).toBe(i + 1);
      checkOrder(journey);
      for (const [key, time, since] of said(journey)) {
        const [theirs, from] = recorded.get(`${name} ${key}`) ?? [];
        // Not all protocols over which names are asked for have a time there.
        if (theirs === undefined || OTHERWISE.has(`${name} ${key}`)) continue;
        expect([key, time, since]).toEqual([key, theirs, from]);
        compared[key.split(' ', 1)[0] as keyof typeof compared]++;
      }
      for (const { fins } of stepsOf(journey, 'close')) {
        const [first] = fins;
        if (first !== undefined) expect(recorded.has(`${name} fin ${first.sent.frame}`)).toBe(true);
      }
    }
  });

  it('and they are many', () => {
    expect(compared.dns).toBeGreaterThan(25);
    expect(compared.http).toBeGreaterThan(30);
    expect(compared.rtt).toBeGreaterThan(50);
  });
});
