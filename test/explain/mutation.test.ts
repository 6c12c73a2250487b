import { expect, it } from 'vitest';
import { itemsOf, Mutations, type Occurrence } from './mutation.ts';
import { captures } from './retelling.ts';

/**
 * Changes what explanations cite, and asks whether the sentence changes. Here one occurrence of each event's slot, that of
 * the earliest frame; `npm run mutation` takes all.
 */
const ALL = process.env.MUTATIONS === 'all';

const mutations = new Map<string, Mutations>();
for (const name of captures) mutations.set(name, await Mutations.of(name));

interface Choice {
  readonly capture: string;
  readonly occurrence: Occurrence;
  readonly slots: Set<string>;
}

/** Of each event and slot the occurrence whose frame comes soonest, so that little is read again. */
function chosen(): Choice[] {
  const bySlot = new Map<string, Choice>();
  const choices = new Map<Occurrence, Choice>();
  for (const [capture, { occurrences }] of mutations) {
    for (const occurrence of occurrences) {
      for (const [slot] of itemsOf(occurrence.event)) {
        const key = `${occurrence.event.id} ${slot}`;
        const found = bySlot.get(key);
        if (!ALL && found !== undefined && found.occurrence.frame <= occurrence.frame) continue;
        found?.slots.delete(slot);
        const choice = choices.get(occurrence) ?? { capture, occurrence, slots: new Set() };
        choice.slots.add(slot);
        choices.set(occurrence, choice);
        if (!ALL) bySlot.set(key, choice);
      }
    }
  }
  return [...choices.values()].filter(({ slots }) => slots.size > 0);
}

const judged: string[] = [];

it(
  'changes or removes the sentence with what it cites',
  async () => {
    const faults: string[] = [];
    for (const { capture, occurrence, slots } of chosen()) {
      for (const [slot, { fault }] of await mutations.get(capture)!.judge(occurrence, slots)) {
        const { event, frame } = occurrence;
        judged.push(`${event.id} ${slot}`);
        if (fault !== null) faults.push(`${capture} ${frame}: ${event.id} {${slot}}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
  },
  ALL ? 1_800_000 : 180_000,
);

it('does so for every slot of every event that the fixtures show', () => {
  const shown = new Set<string>();
  for (const { occurrences } of mutations.values()) {
    for (const { event } of occurrences) for (const [slot] of itemsOf(event)) shown.add(`${event.id} ${slot}`);
  }
  expect(shown.size).toBeGreaterThan(1000);
  expect([...shown].filter((slot) => !judged.includes(slot))).toEqual([]);
});
