import { safeText, type Writer } from '../core/writer.ts';
import type { Journey, Step } from '../journey/journey.ts';
import type { JourneyReport } from '../journey/journeys.ts';
import type { Palette } from './color.ts';
import { drawCrossings } from './journey-nat.ts';
import { drawWaterfall } from './journey-waterfall.ts';
import { type About, type JourneyWords, labelOf } from './journey-words.ts';
import { ladderTime, shortDuration } from './ladder.ts';
import type { LadderWords } from './ladder-words.ts';
import { grouped } from './numbers.ts';
import { cellWidth, cutCells, padCells, wrap } from './width.ts';

/** Journeys that are told in full, and steps of each, unless all are asked for. */
const TOLD = 8;
const STEPS = 24;
/** Of those that are folded, so many stand before the fold and the rest behind it. */
const BEFORE_FOLD = 16;
const LABEL = 8;

/** What a page of journeys is drawn with. */
interface JourneyPage {
  readonly words: JourneyWords;
  readonly resets: LadderWords['reset'];
  readonly colors: Palette;
  readonly width: number;
  /** Tell every journey and every step in full. */
  readonly all: boolean;
}

/** For reading: the first journeys as stories with their waterfalls, the others a line each. */
export function writeJourneys(
  { journeys, left }: JourneyReport,
  page: JourneyPage,
  out: Writer,
  flush: () => void,
): void {
  const { words, all } = page;
  const line = (text: string): void => {
    out.text(text);
    out.line();
  };
  const full = all ? journeys : inFull(journeys);
  if (journeys.length === 0) line(words.none);
  for (const [i, journey] of full.entries()) {
    if (i > 0) line('');
    for (const text of story(journey, page)) line(text);
    flush();
  }
  const others = journeys.filter((journey) => !full.includes(journey));
  if (others.length > 0) {
    line('');
    for (const text of wrap(words.others(others.length), page.width)) line(text);
  }
  for (const journey of others) {
    line(summary(journey, page));
    flush();
  }
  if (left > 0) for (const text of wrap(words.left(grouped(left)), page.width)) line(text);
}

/** Those that tell most: connections before single datagrams, in their order. */
function inFull(journeys: readonly Journey[]): readonly Journey[] {
  if (journeys.length <= TOLD) return journeys;
  const rank = ({ protocol }: Journey): number => (protocol === 'tcp' || protocol === 'quic' ? 0 : 1);
  const chosen = [...journeys].sort((one, other) => rank(one) - rank(other) || one.number - other.number);
  return chosen.slice(0, TOLD).sort((one, other) => one.number - other.number);
}

function* story(journey: Journey, page: JourneyPage): Generator<string> {
  const { words, colors, width } = page;
  const { client, server, name, begin, end } = journey;
  const about = aboutOf(journey, page);
  const named = name === null ? '' : ` (${safeText(name.text)})`;
  const title = `${words.title(journey.number)}: ${client}${server === '' ? '' : ` → ${server}`}${named}`;
  for (const text of wrap(title, width)) yield colors.title(text);
  const counted = `${words.kind(journey)} · ${words.counts(journey)} · ${about.span(end.time - begin.time)}`;
  for (const text of told(counted, width - 2)) yield colors.dim(`  ${text}`);
  yield '';
  yield* steps(journey, page, about);
  yield* natLines(journey, page, about);
  yield* untold(journey, page);
  yield* drawWaterfall(journey, words, colors, width, about.span);
}

const aboutOf = (journey: Journey, { resets }: JourneyPage): About => ({ journey, span: shortDuration, reset: resets });

function* steps(journey: Journey, page: JourneyPage, about: About): Generator<string> {
  const { words, colors, width } = page;
  const timeCells = Math.max(8, ladderTime(journey.end.time).length);
  const indent = timeCells + 2 + LABEL + 1;
  const fold = page.all || journey.steps.length <= STEPS ? null : folded(journey.steps);
  for (const [i, step] of journey.steps.entries()) {
    if (fold !== null && i > fold.from && i < fold.to) continue;
    if (fold !== null && i === fold.from) {
      const last = journey.steps[fold.to - 1]!;
      const span = about.span((last.end ?? last.begin).time - step.begin.time);
      yield colors.dim(cutCells(' '.repeat(indent) + words.folded(fold.to - fold.from, span), width));
      continue;
    }
    const label = padCells(labelOf(step, journey, words), LABEL);
    const stamp = ladderTime(step.begin.time).padStart(timeCells);
    const head = `${colors.dim(stamp)}  ${paintOf(step, colors)(label)} `;
    const follows = [...new Set(step.causes.map(({ frame }) => frame))].sort((one, other) => one - other);
    const said = safeText(words.step(page.all ? step : shortened(step), about));
    const text = follows.length === 0 ? said : `${said} ${words.follows(follows.join(', '))}`;
    for (const [row, part] of told(text, width - indent).entries()) {
      yield (row === 0 ? head : ' '.repeat(indent)) + (step.earlier ? colors.dim(part) : part);
    }
  }
}

/** Some ask for more than a line holds. */
const shortened = (step: Step): Step =>
  step.kind !== 'request' || step.target === null ? step : { ...step, target: cutCells(step.target, LONGEST_TARGET) };

const LONGEST_TARGET = 100;

/** Lines of at most so many cells. A number stays with its unit, and a frame with its number. */
const told = (text: string, cells: number): string[] =>
  wrap(text.replace(TOGETHER, '$1\u00a0'), cells).map((line) => line.replaceAll('\u00a0', ' '));

// \ud504\ub808\uc784 is a frame in Korean, \ub4a4 "later"; \u2190 an arrow, \u00b5 of microseconds.
const TOGETHER =
  /(\bframes?|\ud504\ub808\uc784|\u2190|\u00b1|\d) (?=\d|\u00b5s|ms|s\b|frames? \d|\ud504\ub808\uc784 \d|\ub4a4)/g;

/** Which steps are left out: those in the middle, so that the beginning and the end are there. */
const folded = (all: readonly Step[]): { readonly from: number; readonly to: number } => ({
  from: BEFORE_FOLD,
  to: all.length - (STEPS - BEFORE_FOLD),
});

function paintOf(step: Step, colors: Palette): (text: string) => string {
  if (step.kind === 'error' || (step.kind === 'close' && step.how === 'reset')) return colors.error;
  if (step.kind === 'connect' && step.outcome !== 'established') return colors.error;
  if (step.kind === 'request' && step.status >= 400) return colors.warn;
  return colors.state;
}

function* natLines(journey: Journey, page: JourneyPage, about: About): Generator<string> {
  const said = page.words.nat(journey, about);
  if (said.length === 0) return;
  yield '';
  const head = padCells('NAT', LABEL);
  for (const [row, text] of told(said.join(' '), page.width - 2 - LABEL).entries()) {
    yield `  ${row === 0 ? page.colors.state(head) : ' '.repeat(LABEL)}${text}`;
  }
  yield* drawCrossings(journey, page.words, page.colors, page.width, about.span);
}

function* untold(journey: Journey, { words, colors, width }: JourneyPage): Generator<string> {
  // Of single datagrams little is to be told, and much is not.
  if (journey.protocol === 'udp' || journey.protocol === 'icmp') return;
  const said = journey.untold.map((what) => safeText(words.untold(what, journey)));
  if (!journey.rolesSeen) said.push(words.guessed);
  if (said.length === 0) return;
  yield '';
  yield colors.dim(`  ${words.untoldHead}`);
  for (const text of said) {
    for (const [row, part] of told(text, width - 4).entries()) yield colors.dim(`  ${row === 0 ? '· ' : '  '}${part}`);
  }
}

/** One line a journey. */
function summary(journey: Journey, page: JourneyPage): string {
  const { words, width } = page;
  const { number, begin, end, client, server, name } = journey;
  const to = name === null ? server : safeText(name.text);
  const requests = journey.steps.filter((step) => step.kind === 'request');
  const first = requests[0];
  const asked =
    first?.kind === 'request' ? `${first.method ?? '?'} ${first.target ?? ''} ${first.status || ''}`.trim() : '';
  const more = requests.length > 1 ? ` +${requests.length - 1}` : '';
  const parts = [
    `${String(number).padStart(4)}  ${ladderTime(begin.time)}  ${words.kind(journey)}`,
    `${client}${to === '' ? '' : ` → ${to}`}`,
    safeText(`${asked}${more}`),
    shortDuration(end.time - begin.time),
    words.outcome(journey),
  ];
  const text = parts.filter((part) => part !== '').join('  ');
  return cellWidth(text) <= width ? text : cutCells(text, width);
}
