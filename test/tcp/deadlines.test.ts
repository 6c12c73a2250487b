import { expect, it } from 'vitest';
import { Deadlines } from '../../src/tcp/deadlines.ts';

it('gives deadlines back in the order in which they came, however many wait', () => {
  const deadlines = new Deadlines();
  const given: string[] = [];
  const taken: string[] = [];
  for (let i = 0; i < 10_000; i++) {
    deadlines.add(i, i % 3 === 0, i / 2);
    given.push(`${i} ${i % 3 === 0} ${i / 2}`);
    if (i % 4 !== 0) continue;
    taken.push(`${deadlines.stream} ${deadlines.isA} ${deadlines.next}`);
    deadlines.removeFirst();
  }
  for (; deadlines.next <= Number.POSITIVE_INFINITY; deadlines.removeFirst()) {
    taken.push(`${deadlines.stream} ${deadlines.isA} ${deadlines.next}`);
  }
  expect(taken).toEqual(given);
});
