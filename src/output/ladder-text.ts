import type { Writer } from '../core/writer.ts';
import { type Palette, PLAIN, UNPAINTED } from './color.ts';
import {
  type Ladder,
  type LadderRow,
  type LadderSide,
  ladderTime,
  type SegmentRow,
  type Step,
  segmentWords,
  shortDuration,
} from './ladder.ts';
import { aside, type Line, namesLine, remark, Sheet, stateCells } from './ladder-sheet.ts';
import { foldedText, type LadderWords, remarks } from './ladder-words.ts';
import { cellWidth, cutCells, wrap } from './width.ts';

/** Narrower than this, a ladder cannot be read; wider than this, its arrows are only longer. */
const NARROWEST = 64;
const WIDEST = 140;

/** Draws a ladder for a screen of `width` cells. */
export function writeLadder(
  ladder: Ladder,
  words: LadderWords,
  width: number,
  out: Writer,
  colors: Palette = PLAIN,
): void {
  const drawing = new Drawing(ladder, words, Math.min(Math.max(width, NARROWEST), WIDEST), colors);
  for (const line of drawing.lines()) {
    out.text(line.replace(/ +$/, ''));
    out.line();
  }
}

class Drawing {
  private readonly ladder: Ladder;
  private readonly words: LadderWords;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly sheet: Sheet;
  /** Cells between the lanes. */
  private readonly field: number;

  constructor(ladder: Ladder, words: LadderWords, width: number, colors: Palette) {
    const { rows, ends } = ladder;
    this.ladder = ladder;
    this.words = words;
    this.width = width;
    this.colors = colors;
    const widest = (least: number, cellsOf: (row: LadderRow) => number): number =>
      rows.reduce((cells, row) => Math.max(cells, cellsOf(row)), least);
    this.sheet = new Sheet({
      width,
      colors,
      states: [ends[0].before, ends[1].before],
      frames: widest(2, (row) => (row.kind === 'segment' ? String(row.frame).length : 0)),
      times: widest(8, ({ time }) => ladderTime(time).length),
      stateCells: [stateCells(ends[0].before, stepsOf(rows, 0)), stateCells(ends[1].before, stepsOf(rows, 1))],
    });
    this.field = this.sheet.field;
  }

  *lines(): Generator<string> {
    const { ladder, words, colors, field } = this;
    yield colors.title(words.title(ladder.stream, ladder.segments));
    const [left, right] = ladder.ends.map(({ name, role }) => (role === null ? name : `${words[role]} ${name}`));
    yield* namesLine(left!, right!, this.width, colors);
    yield this.sheet.first('');
    if (ladder.midStream) yield* this.between('', remark(words.middle, field, colors.warn));
    for (const row of ladder.rows) yield* this.row(row);
    if (ladder.left > 0) yield* this.between('', remark(words.left(ladder.left), field, colors.warn));
    yield* this.between('', [{ text: '', paint: UNPAINTED }]);
    const ends = ladder.ends.map(({ name, role, after }) => `${role === null ? name : words[role]} ${after}`);
    yield* wrap(`${words.atEnd}: ${ends.join(' · ')}`, this.width);
    if (ladder.rows.some(({ kind }) => kind === 'fold')) yield colors.dim(words.all);
    if (ladder.rows.some(isConcluded)) yield colors.dim(words.concluded);
  }

  private *row(row: LadderRow): Generator<string> {
    const { colors, words, field, sheet } = this;
    switch (row.kind) {
      case 'segment':
        yield* this.segment(row);
        return;
      case 'gap':
        yield* this.between('', this.broken(words.gap(row), row.from));
        return;
      case 'fold':
        yield* this.between('', remark(foldedText(row, words), field, colors.dim));
        return;
      case 'pause':
        yield* this.between('', remark(words.pause(shortDuration(row.length)), field, colors.dim));
        return;
      default: {
        const said = words.timer(row.from, shortDuration(row.took), row.reused);
        const lines = wrap(said, field - 4).map((text) => ({ text: aside(text, field, row.side), paint: colors.dim }));
        const step = { to: row.to, certain: true };
        yield* this.between(sheet.stamp(null, row.time), lines, row.side === 0 ? [[step], []] : [[], [step]]);
      }
    }
  }

  private *segment(row: SegmentRow): Generator<string> {
    const { colors, field } = this;
    const paint = row.reset !== null ? colors.error : colors.ends[row.from];
    // "─ " before the words, " ─►" behind them.
    const onArrow: string[] = [];
    const below: string[] = [];
    for (const word of segmentWords(row)) {
      const longer = [...onArrow, word].join(' ');
      if (below.length === 0 && cellWidth(longer) <= field - 5) onArrow.push(word);
      else below.push(word);
    }
    const lines: Line[] = [{ text: arrow(onArrow.join(' '), field, row.from), paint, begins: row.from }];
    const add = (text: string, painted: (text: string) => string): void => {
      lines.push({ text: aside(text, field, row.from), paint: painted });
    };
    if (below.length > 0) add(cutCells(below.join(' '), field - 4), paint);
    for (const message of row.messages) add(cutCells(message, field - 4), colors.title);
    const findings = remarks(row, this.words).join(', ');
    if (findings !== '') for (const text of wrap(findings, field - 4)) add(text, colors.warn);
    yield* this.between(this.sheet.stamp(row.frame, row.time), lines, row.steps);
  }

  /** An arrow that does not arrive. */
  private broken(said: string, from: LadderSide): Line[] {
    const { field, colors } = this;
    const inside = cellWidth(said) <= field - 10;
    const text = inside ? ` ${said} ` : '';
    const dashes = '╌'.repeat(Math.max(0, field - 5 - cellWidth(text)));
    const line = from === 0 ? `╌╌${text}${dashes}×  ` : `  ×${dashes}${text}╌╌`;
    const lines: Line[] = [{ text: line, paint: colors.warn, begins: from }];
    if (inside) return lines;
    return [...lines, ...wrap(said, field - 4).map((part) => ({ text: aside(part, field, from), paint: colors.warn }))];
  }

  private between(
    stamp: string,
    lines: readonly Line[],
    steps: readonly [readonly Step[], readonly Step[]] = [[], []],
  ): Generator<string> {
    return this.sheet.between(stamp, lines, steps, '');
  }
}

/** The words at the sender's end of the arrow. */
function arrow(words: string, cells: number, from: LadderSide): string {
  const line = '─'.repeat(Math.max(1, cells - cellWidth(words) - 4));
  return from === 0 ? `─ ${words} ${line}►` : `◄${line} ${words} ─`;
}

function* stepsOf(rows: readonly LadderRow[], side: LadderSide): Generator<Step> {
  for (const row of rows) {
    if (row.kind === 'timer' && row.side === side) yield { to: row.to, certain: true };
    if (row.kind === 'segment') yield* row.steps[side];
  }
}

const isConcluded = (row: LadderRow): boolean =>
  row.kind === 'segment' && row.steps.some((steps) => steps.some(({ certain }) => !certain));
