import { align, gapsOf } from './align.ts';
import { type Dialogue, FACT_KEYS, type Fact, type FactKey, type Step, type Transcript, titleOf } from './dialogue.ts';

/** One thing that is not as it was: what was expected, what is there instead, and the frame that shows it. */
export type Finding = { readonly dialogue: Dialogue } & (
  | { readonly kind: 'dialogue.new' | 'dialogue.gone' }
  | { readonly kind: 'ends.changed'; readonly was: Dialogue }
  | { readonly kind: 'fact.changed'; readonly key: FactKey; readonly was: Fact | null; readonly now: Fact | null }
  | { readonly kind: 'steps.changed'; readonly was: readonly Step[]; readonly now: readonly Step[] }
);

/** What differs between a transcript that was expected and one that came, each difference once. */
export function compare(expected: Transcript, actual: Transcript): Finding[] {
  const findings: Finding[] = [];
  for (const [was, now] of pairedDialogues(expected.dialogues, actual.dialogues)) {
    if (was === null) findings.push({ kind: 'dialogue.new', dialogue: now! });
    else if (now === null) findings.push({ kind: 'dialogue.gone', dialogue: was });
    else findings.push(...compareDialogues(was, now));
  }
  return findings;
}

type Paired = readonly [was: Dialogue | null, now: Dialogue | null];

/**
 * Conversations between the same ends stand for each other, in the order in which they came; those whose ends changed, for
 * one with the same protocol and service. In which order conversations with different ends begin is chance.
 */
function pairedDialogues(expected: readonly Dialogue[], actual: readonly Dialogue[]): Paired[] {
  const pairs: Paired[] = [];
  const [gone, come]: Dialogue[][] = [[], []];
  const titles = new Set([...actual, ...expected].map(titleOf));
  for (const title of titles) {
    const [was, now] = [expected, actual].map((all) => all.filter((each) => titleOf(each) === title));
    pairAlike(was!, now!, pairs, gone!, come!);
  }
  for (const was of gone!) {
    const at = come!.findIndex((now) => isMoved(was, now));
    if (at < 0) pairs.push([was, null]);
    else pairs.push([was, come!.splice(at, 1)[0]!]);
  }
  for (const now of come!) pairs.push([null, now]);
  const order = new Map(actual.map((dialogue, i) => [dialogue, i]));
  const placeOf = ([, now]: Paired): number => (now === null ? Number.POSITIVE_INFINITY : order.get(now)!);
  return pairs.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
}

/** Those that are the same stand for each other first, and what lies between them in turn. */
function pairAlike(was: Dialogue[], now: Dialogue[], pairs: Paired[], gone: Dialogue[], come: Dialogue[]): void {
  const same = align(was.map(contentOf), now.map(contentOf));
  for (const [i, j] of same) pairs.push([was[i]!, now[j]!]);
  for (const { from, to } of gapsOf(same, was.length, now.length)) {
    const both = Math.min(to[0] - from[0], to[1] - from[1]);
    for (let i = 0; i < both; i++) pairs.push([was[from[0] + i]!, now[from[1] + i]!]);
    gone.push(...was.slice(from[0] + both, to[0]));
    come.push(...now.slice(from[1] + both, to[1]));
  }
}

const contentOf = ({ facts, steps }: Dialogue): string =>
  [...facts.map(({ key, value }) => `=${key}:${value}`), ...steps.map(({ side, text }) => side + text)].join('\n');

/** The same conversation with other ends: what it is for is the same. */
const isMoved = (was: Dialogue, now: Dialogue): boolean =>
  was.protocol === now.protocol &&
  (was.service === now.service || hostOf(was.server) === hostOf(now.server)) &&
  (hostOf(was.client) === hostOf(now.client) || hostOf(was.server) === hostOf(now.server));

const hostOf = (name: string): string => name.replace(/:[\d*]+$/, '');

/** Endings after which nothing else is as it would have been. */
const NOTHING_HAPPENED = new Set(['refused', 'not answered']);

function* compareDialogues(was: Dialogue, now: Dialogue): Generator<Finding> {
  const [before, after] = [was, now].map(({ facts }) => new Map(facts.map((fact) => [fact.key, fact])));
  const changed = FACT_KEYS.filter((key) => before!.get(key)?.value !== after!.get(key)?.value);
  const failed = [before!, after!].some((facts) => NOTHING_HAPPENED.has(facts.get('ending')?.value ?? ''));
  const fact = (key: FactKey): Finding => ({
    kind: 'fact.changed',
    dialogue: now,
    key,
    was: before!.get(key) ?? null,
    now: after!.get(key) ?? null,
  });
  const others = was.client !== now.client || was.server !== now.server;
  if (others || (was.service !== now.service && !failed)) yield { kind: 'ends.changed', dialogue: now, was };
  if (changed.includes('ending') && failed) {
    yield fact('ending');
    return;
  }
  for (const key of changed) {
    // The states follow from how it ended.
    if (key === 'states' && changed.includes('ending')) continue;
    yield fact(key);
  }
  const textOf = ({ side, text }: Step): string => side + text;
  const same = align(was.steps.map(textOf), now.steps.map(textOf));
  for (const { from, to } of gapsOf(same, was.steps.length, now.steps.length)) {
    const steps = { was: was.steps.slice(from[0], to[0]), now: now.steps.slice(from[1], to[1]) };
    yield { kind: 'steps.changed', dialogue: now, ...steps };
  }
}
