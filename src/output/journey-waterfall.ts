import { safeText } from '../core/writer.ts';
import type { Bar, Journey, Phase, Step } from '../journey/journey.ts';
import type { Palette } from './color.ts';
import { type About, type JourneyWords, labelOf } from './journey-words.ts';
import { cellWidth, cutCells, padCells } from './width.ts';

/** Rows at the most: of longer journeys the longest bars are shown. */
const ROWS = 20;
/** Cells of a label at the least and at the most. */
const SHORTEST = 12;
const LONGEST = 44;

const SENDING = '▒';
const WAITING = '░';
const WORKING = '█';
const GLYPHS: Readonly<Partial<Record<Phase, string>>> = { send: SENDING, wait: WAITING, stall: WAITING };

/** All bars of one step. */
interface WaterfallRow {
  readonly step: Step;
  readonly bars: readonly Bar[];
  readonly begin: number;
  readonly end: number;
}

/** The waterfall of a journey: a row a step, the time from left to right, and what each phase took. */
export function* drawWaterfall(
  journey: Journey,
  words: JourneyWords,
  colors: Palette,
  width: number,
  span: About['span'],
): Generator<string> {
  const { begin, end, waterfall } = journey;
  const total = end.time - begin.time;
  const rows = waterfallRows(journey);
  // A single bar says what its step has said.
  if (total <= 0 || rows.length < 2) return;
  yield '';
  yield colors.title(`  ${words.waterfall(span(total))}`);
  const shown = longest(rows);
  const labels = shown.map(({ step }) => rowTitle(step, journey, words));
  const room = Math.max(SHORTEST, Math.min(LONGEST, Math.floor(width / 4)));
  const cells = Math.min(room, Math.max(...labels.map(cellWidth)));
  const field = width - 2 - cells - 1 - DURATION - 1 - PERCENT - 2;
  for (const [i, row] of shown.entries()) {
    const label = padCells(cutCells(labels[i]!, cells), cells);
    const took = span(row.end - row.begin).padStart(DURATION);
    const part = `${Math.round(((row.end - row.begin) / total) * 100)} %`.padStart(PERCENT);
    const drawn = draw(row, begin.time, total, field, colors).replace(/ +$/, '');
    yield `  ${label} ${took} ${colors.dim(part)}  ${drawn}`.trimEnd();
  }
  if (shown.length < rows.length) yield colors.dim(`  ${words.bars(rows.length - shown.length)}`);
  yield* legend(waterfall, words, colors, width, span, total);
}

const DURATION = 8;
const PERCENT = 5;

/** The rows of a journey, as they are drawn. */
export function waterfallRows({ steps, waterfall }: Journey): WaterfallRow[] {
  const bars = new Map<number, Bar[]>();
  for (const bar of waterfall) if (bar.step !== null) bars.set(bar.step, [...(bars.get(bar.step) ?? []), bar]);
  return [...bars].map(([place, own]) => ({
    step: steps[place]!,
    bars: own,
    begin: Math.min(...own.map((bar) => bar.begin)),
    end: Math.max(...own.map((bar) => bar.end)),
  }));
}

function longest(rows: readonly WaterfallRow[]): readonly WaterfallRow[] {
  if (rows.length <= ROWS) return rows;
  const kept = new Set([...rows].sort((one, other) => other.end - other.begin - (one.end - one.begin)).slice(0, ROWS));
  return rows.filter((row) => kept.has(row));
}

/** What a row of the waterfall is called. */
export function rowTitle(step: Step, journey: Journey, words: JourneyWords): string {
  if (step.kind === 'request') return safeText(`${step.method ?? '?'} ${step.target ?? ''}`.trim());
  return labelOf(step, journey, words);
}

/** The row's cells: at least one for each bar, where they fit. */
function draw({ bars }: WaterfallRow, begin: number, total: number, field: number, colors: Palette): string {
  const cells: string[] = new Array(field).fill(' ');
  for (const bar of bars) {
    const from = Math.min(field - 1, Math.floor(((bar.begin - begin) / total) * field));
    const to = Math.max(from + 1, Math.round(((bar.end - begin) / total) * field));
    for (let i = from; i < to && i < field; i++) cells[i] = GLYPHS[bar.phase] ?? WORKING;
  }
  const text = cells.join('');
  const at = text.search(/\S/);
  return at < 0 ? '' : text.slice(0, at) + colors.ends[1](text.slice(at).trimEnd());
}

/** What each phase took in all, and what the glyphs mean where there are several. */
function* legend(
  waterfall: readonly Bar[],
  words: JourneyWords,
  colors: Palette,
  width: number,
  span: About['span'],
  total: number,
): Generator<string> {
  const found = new Set(waterfall.map(({ phase }) => phase));
  const phases = ORDER.filter((phase) => found.has(phase));
  const parts = phases.map((phase) => {
    const took = covered(waterfall.filter((bar) => bar.phase === phase));
    return `${words.phase[phase]} ${span(took)} (${Math.round((took / total) * 100)} %)`;
  });
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} · ${part}`;
    if (cellWidth(longer) <= width - 2) {
      line = longer;
      continue;
    }
    yield `  ${line}`;
    line = part;
  }
  if (line !== '') yield `  ${line}`;
  if (phases.includes('wait')) yield colors.dim(`  ${cutCells(words.glyphs(SENDING, WAITING, WORKING), width - 2)}`);
}

const ORDER: readonly Phase[] = [
  'lease',
  'neighbour',
  'lookup',
  'connect',
  'secure',
  'send',
  'wait',
  'content',
  'stall',
  'close',
  'idle',
];

/** Time in which at least one of the bars runs. */
function covered(bars: readonly Bar[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { begin, end } of bars) {
    sum += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return sum;
}
