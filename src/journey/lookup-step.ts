import type { Cause, LookupStep, Moment } from './journey.ts';
import type { Lookup } from './lookups.ts';

/** How a name was asked for. `chosen`: the address that was used of the answer, from `used` on. */
export function lookupStep(
  lookup: Lookup,
  chosen: string | null,
  used: Moment | null,
  sameCard: boolean,
  causes: readonly Cause[],
  earlier: boolean,
): LookupStep {
  const { protocol, transport, client, server, name, questions, aliases, first } = lookup;
  const answers = questions.map(({ answered }) => answered).filter((answered) => answered !== null);
  // An answer that came when the connection was under way kept nobody waiting.
  const before = answers.filter(({ time }) => used === null || time <= used.time);
  const end = before.reduce<Moment | null>(
    (last, answered) => (last === null || answered.frame > last.frame ? answered : last),
    null,
  );
  const begin = questions.reduce(
    (least, { asked }) => (asked !== null && asked.frame < least.frame ? asked : least),
    first,
  );
  return {
    kind: 'lookup',
    protocol,
    transport,
    client,
    server,
    name,
    questions,
    aliases,
    chosen,
    sameCard,
    begin,
    end,
    causes,
    earlier,
  };
}
