import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/filter/fault.ts';
import { framesTaken } from './frames.ts';

interface Known {
  readonly fixture: string;
  readonly filter: string;
  readonly tshark: string;
  readonly dissect: string;
  readonly why: string;
}

const rows = readFileSync(new URL('filters.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [fixture: string, filter: string, frames: string]);

const known: readonly Known[] = readFileSync(new URL('../oracle/known-differences-filters.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => {
    const cells = line.slice(1, -1).split(/(?<!\\)\|/);
    const [fixture, filter, tshark, dissect, why] = cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
    return {
      fixture: fixture!,
      filter: filter!.replace(/^`(.*)`$/, '$1'),
      tshark: tshark!,
      dissect: dissect!,
      why: why ?? '',
    };
  });

/** What a filter takes, as the recording has it. */
async function answered(fixture: string, filter: string): Promise<string> {
  try {
    return await framesTaken(fixture, filter);
  } catch (error) {
    if (error instanceof FilterError) return 'refused';
    throw error;
  }
}

describe('filters take the frames that tshark takes', () => {
  test('they are many', () => expect(rows.length).toBeGreaterThan(200));

  test.each(rows)('%s: %s', async (fixture, filter, frames) => {
    expect(frames, 'not recorded: npm run oracle').toBeDefined();
    const difference = known.find((row) => row.fixture === fixture && row.filter === filter);
    if (difference !== undefined) expect(difference.tshark).toBe(frames);
    expect(await answered(fixture, filter)).toBe(difference?.dissect ?? frames);
  });

  test('every known difference is one, and has a reason', () => {
    const untrue = known.filter(({ fixture, filter, tshark, dissect, why }) => {
      const row = rows.find(([name, text]) => name === fixture && text === filter);
      return row === undefined || tshark === dissect || why === '';
    });
    expect(untrue).toEqual([]);
  });
});
