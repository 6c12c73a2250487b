import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fieldReference } from '../../src/fields.ts';
import { cases } from '../golden/cases.ts';
import { fieldRows } from '../golden/print.ts';
import {
  type Difference,
  differences,
  explains,
  isOf,
  type Known,
  knownDifferences,
  listed,
  recordedTable,
} from './difference.ts';

const here = (name: string): URL => new URL(name, import.meta.url);

interface Fields {
  /** Ids that tshark has too. */
  readonly shared: readonly string[];
  readonly ours: readonly string[];
  /** Ids of tshark that are compared in again.test.ts. */
  readonly again: readonly string[];
}
const { shared, ours, again } = JSON.parse(readFileSync(here('fields.json'), 'utf8')) as Fields;
const known = knownDifferences();
const used = new Set<Known>();

describe('field ids', () => {
  test('each was looked up in tshark; npm run oracle records new ones', () => {
    expect([...fieldReference().keys()].sort()).toEqual([...shared, ...ours, ...again].sort());
  });

  test('those that tshark does not have are under dissect.', () => {
    expect(ours.filter((id) => !id.startsWith('dissect.'))).toEqual([]);
  });
});

describe('-T fields prints what tshark prints', () => {
  for (const { name, bytes } of cases()) {
    test(name, async () => {
      const file = here(`${name}.tsv`);
      expect(existsSync(file), `${name} was not recorded: npm run oracle`).toBe(true);
      const recorded = recordedTable(readFileSync(file, 'utf8'));
      const rows = await fieldRows(shared, bytes());
      expect(rows.length, 'frames').toBe(recorded.rows.length);
      const found = differences(shared, recorded, rows);
      const mine = known.filter((row) => isOf(row, name));
      const open = found.filter((difference) => !mine.some((row) => explained(row, difference)));
      expect(open.length, `unexplained differences\n${listed(open)}`).toBe(0);
    });
  }

  test('every row of known-differences.md has a reason, and a difference that it explains', () => {
    expect(known.filter((row) => row.why === '' || !used.has(row))).toEqual([]);
  });
});

function explained(row: Known, difference: Difference): boolean {
  if (!explains(row, difference)) return false;
  used.add(row);
  return true;
}
