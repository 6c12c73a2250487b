import { describe, expect, it } from 'vitest';
import { QueryTable } from '../../src/flows/query-table.ts';

/** Whole numbers below `bound`, the same in every run. */
function* numbers(bound: number): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield (state >>> 8) % bound;
  }
}

describe('a table of queries', () => {
  it.each([256, 1024])('finds the last %d that were asked, and forgets the oldest first', (limit) => {
    const table = new QueryTable(limit);
    // The same with a map, which keeps the order of insertion.
    const expected = new Map<string, number>();
    const random = numbers(limit);
    const wrong: number[] = [];
    for (let frame = 1; frame <= 20 * limit; frame++) {
      const [conversation, exchange, id] = [
        random.next().value,
        (random.next().value % 3) - 1,
        random.next().value & 1,
      ];
      const key = `${conversation}/${exchange}/${id}`;
      const known = table.find(conversation, exchange, id);
      if ((known < 0 ? undefined : table.frame[known]) !== expected.get(key)) wrong.push(frame);
      if (known >= 0) table.renew(known);
      table.frame[known >= 0 ? known : table.add(conversation, exchange, id)] = frame;
      expected.delete(key);
      expected.set(key, frame);
      if (expected.size > limit) expected.delete(expected.keys().next().value!);
    }
    expect(wrong).toEqual([]);
    expect(expected.size).toBe(limit);
  });
});
