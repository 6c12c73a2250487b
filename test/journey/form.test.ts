import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { journeyForm } from '../../src/index.ts';
import { ROOT } from '../cli/run-cli.ts';
import { cases } from '../golden/cases.ts';
import { told } from './told.ts';

const schema = JSON.parse(readFileSync(join(ROOT, 'schema/journey.schema.json'), 'utf8'));
const valid = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

describe('journeys of every fixture', () => {
  it.each(cases().map(({ name, capture }) => [name, capture] as const))('%s', async (_, path) => {
    const { journeys } = await told(path);
    for (const [i, journey] of journeys.entries()) {
      const form = journeyForm(journey, { seconds: 0, nanoseconds: 0 });
      expect(valid(form), `${JSON.stringify(valid.errors)} ${JSON.stringify(form)}`).toBe(true);
      expect(journey.number).toBe(i + 1);
      const { steps, waterfall } = journey;
      // Causes come before what follows from them, and bars stand within the journey.
      for (const [at, step] of steps.entries()) {
        for (const cause of step.causes) {
          expect(cause.step).toBeLessThan(at);
          expect(cause.frame).toBeLessThanOrEqual(step.begin.frame);
        }
      }
      for (const bar of waterfall) {
        expect(bar.begin).toBeGreaterThanOrEqual(journey.begin.time);
        expect(bar.end).toBeLessThanOrEqual(journey.end.time);
      }
    }
  });
});
