import type { Writer } from '../core/writer.ts';
import { type Palette, PLAIN } from './color.ts';
import {
  type GapRow,
  type LadderSide,
  ladderTime,
  type Step,
  segmentWords,
  shortDuration,
  type TimerRow,
} from './ladder.ts';
import { aside, type Line, namesLine, remark, Sheet, stateCells } from './ladder-sheet.ts';
import { foldedText } from './ladder-words.ts';
import type { CrossingRow, ErrorRow, NatLadder, NatLadderRow, Seen } from './nat-ladder.ts';
import { clockLine, endsText, footnotes, type NatLadderTexts, packed, remarksOn, stepsOf } from './nat-ladder-notes.ts';
import { fateText } from './nat-ladder-words.ts';
import { cellWidth, cutCells, padCells, wrap } from './width.ts';

/** Narrower than this, three columns cannot be read; wider than this, arrows are only longer. */
const NARROWEST = 80;
const WIDEST = 160;
/** From this width on, times stand on both sides. */
const TWO_TIMES = 120;

/** Draws client, router and server for a screen of `width` cells. */
export function writeNatLadder(
  ladder: NatLadder,
  texts: NatLadderTexts,
  width: number,
  out: Writer,
  colors: Palette = PLAIN,
): void {
  const drawing = new Drawing(ladder, texts, Math.min(Math.max(width, NARROWEST), WIDEST), colors);
  for (const line of drawing.lines()) {
    out.text(line.replace(/ +$/, ''));
    out.line();
  }
}

class Drawing {
  private readonly ladder: NatLadder;
  private readonly texts: NatLadderTexts;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly sheet: Sheet;
  /** Cells of frame numbers on the right; and of times, where they stand there, too. */
  private readonly frameCells: number;
  private readonly timeCells: number;
  private readonly field: number;
  /** Cells between the router and the left lane, and the right one. */
  private readonly halves: readonly [number, number];
  private readonly blank: string;

  constructor(ladder: NatLadder, texts: NatLadderTexts, width: number, colors: Palette) {
    const { rows, sides } = ladder;
    this.ladder = ladder;
    this.texts = texts;
    this.width = width;
    this.colors = colors;
    const frames = (side: LadderSide): number =>
      rows.reduce((cells, row) => Math.max(cells, 'frames' in row ? String(row.frames[side] ?? '').length : 0), 2);
    const times = rows.reduce((cells, { time }) => Math.max(cells, ladderTime(time).length), 8);
    this.frameCells = frames(1);
    this.timeCells = width >= TWO_TIMES ? times : 0;
    this.sheet = new Sheet({
      width,
      colors,
      states: [sides[0].end.before, sides[1].end.before],
      frames: frames(0),
      times,
      stateCells: [
        stateCells(sides[0].end.before, stepsOf(rows, 0)),
        stateCells(sides[1].end.before, stepsOf(rows, 1)),
      ],
      behind: 1 + this.frameCells + (this.timeCells > 0 ? this.timeCells + 1 : 0),
    });
    this.field = this.sheet.field;
    const half = (this.field - 1) >> 1;
    this.halves = [half, this.field - 1 - half];
    this.blank = `${' '.repeat(half)}${ROUTER}${' '.repeat(this.halves[1])}`;
  }

  *lines(): Generator<string> {
    const { ladder, texts, colors, width } = this;
    yield* wrap(texts.crossing.title(ladder), width).map((line) => colors.title(line));
    yield* this.clock();
    yield* this.heading();
    yield this.sheet.first(this.blank);
    for (const { capture, midStream } of ladder.sides) {
      if (midStream) yield* this.remark(texts.crossing.begun(capture), colors.warn);
    }
    for (const row of ladder.rows) yield* this.row(row);
    if (ladder.left > 0) yield* this.remark(texts.ladder.left(ladder.left), colors.warn);
    yield* this.between('', [{ text: this.blank, paint: colors.dim }]);
    yield* wrap(`${texts.ladder.atEnd}: ${endsText(ladder, texts.ladder)}`, width);
    for (const note of footnotes(ladder, texts)) yield* wrap(note, width).map((line) => colors.dim(line));
  }

  private *clock(): Generator<string> {
    const { ladder, texts, width, colors } = this;
    const said = clockLine(ladder, texts);
    if (said !== null) yield* wrap(said, width).map((line) => colors.dim(line));
  }

  /** Who stands where, and below that the packets' endpoints on either side of the router. */
  private *heading(): Generator<string> {
    const { ladder, texts, colors, width } = this;
    const [left, right] = ladder.sides;
    const at = this.sheet.before + 1 + this.halves[0];
    const { router } = texts.crossing;
    const named = ladder.sides.map(({ capture }, side) => {
      const { role } = ladder.sides[side as LadderSide].end;
      const parts = [
        ...(role === null ? [] : [texts.ladder[role]]),
        ...(left.capture === right.capture ? [] : [capture]),
      ];
      return cutCells((side === 0 ? parts : parts.reverse()).join(' · '), (width >> 1) - cellWidth(router));
    });
    const middle = padCells(named[0]!, at - (cellWidth(router) >> 1)) + router;
    yield colors.dim(`${padCells(middle, width - cellWidth(named[1]!))}${named[1]}`);
    const here = `${left.end.name} ↔ ${left.peer}`;
    const there = `${right.peer} ↔ ${right.end.name}`;
    const before = padCells(here, at);
    const behind = width - at - 1 - cellWidth(there);
    if (cellWidth(here) < at && behind >= 1) {
      yield colors.ends[0](before) + colors.dim(ROUTER) + ' '.repeat(behind) + colors.ends[1](there);
    } else {
      yield* namesLine(here, there, width, colors);
    }
  }

  private *row(row: NatLadderRow): Generator<string> {
    const { colors, texts, sheet } = this;
    switch (row.kind) {
      case 'segment':
        yield* this.segment(row);
        return;
      case 'error':
        yield* this.error(row);
        return;
      case 'gap':
        yield* this.gap(row);
        return;
      case 'fold':
        yield* this.remark(foldedText(row, texts.ladder), colors.dim);
        return;
      case 'pause':
        yield* this.remark(texts.ladder.pause(shortDuration(row.length)), colors.dim);
        return;
      case 'arrival': {
        const line = { text: this.below(texts.crossing.arrives(row.frame), row.side), paint: colors.dim };
        yield* this.between(sheet.stamp(null, row.time), [line], onSide(row.side, row.steps));
        return;
      }
      default:
        yield* this.timer(row);
    }
  }

  private *timer(row: TimerRow): Generator<string> {
    const { colors, texts, sheet } = this;
    const said = texts.ladder.timer(row.from, shortDuration(row.took), row.reused);
    const lines = this.asides(said, row.side, colors.dim);
    yield* this.between(sheet.stamp(null, row.time), lines, onSide(row.side, [{ to: row.to, certain: true }]));
  }

  private *segment(row: CrossingRow): Generator<string> {
    const { colors, texts } = this;
    const paint = row.reset !== null ? colors.error : row.fate === null ? colors.ends[row.from] : colors.warn;
    const lines = this.arrow(row, segmentWords(row), paint);
    const half = shownAt(row);
    for (const message of row.messages) lines.push({ text: this.below(message, row.from, half), paint: colors.title });
    const findings = remarksOn(row, texts.ladder).join(', ');
    if (findings !== '') lines.push(...this.asides(findings, row.from, colors.warn, half));
    const changes = row.changes.map((change) => texts.crossing.change(change));
    for (const line of packed(changes, this.field - 2)) lines.push(...remark(line, this.field, colors.state));
    yield* this.seen(row, lines, row.steps);
  }

  private *error(row: ErrorRow): Generator<string> {
    const { colors } = this;
    const lines = this.arrow(row, ['ICMP', row.source], colors.error);
    lines.push(...this.asides(row.said, row.from, colors.error, shownAt(row)));
    yield* this.seen(row, lines, [[], []]);
  }

  private *gap({ from, length, seq, time }: GapRow): Generator<string> {
    const { colors, texts } = this;
    const said = texts.ladder.gap({ kind: 'gap', from, length, seq, time });
    const dashes = '╌'.repeat(this.halves[from] - 3);
    const half = from === 0 ? `${dashes}×  ` : `  ×${dashes}`;
    const text = from === 0 ? half + this.blank.slice(this.halves[0]) : this.blank.slice(0, this.halves[0] + 1) + half;
    yield* this.between('', [{ text, paint: colors.warn, begins: from }, ...this.asides(said, from, colors.warn)]);
  }

  /** The arrow with its words: through the router, or to it, or from it. */
  private arrow(row: Seen, words: readonly string[], paint: Line['paint']): Line[] {
    const { fate, from } = row;
    const fateSaid = fateText(row, this.ladder, this.texts.crossing);
    const shown = shownAt(row);
    const [left, right] = this.halves;
    const place = (take: number) => layOut(words.slice(0, take), left, right, from, shown);
    let take = words.length;
    let laid = place(take);
    while (laid === null && take > 1) laid = place(--take);
    const [one, two] = laid ?? [[], []];
    const rest = laid === null ? words : words.slice(take);
    const begins = shown === null || shown === from ? { begins: from } : {};
    const parts = [halfArrow(one!, left, 0, row), halfArrow(two!, right, 1, row)];
    const lines: Line[] = [];
    if (fateSaid !== null && shown !== null) {
      const empty = (1 - shown) as LadderSide;
      const fits = cellWidth(fateSaid) <= this.halves[empty] - 2;
      parts[empty] = fits ? centredIn(fateSaid, this.halves[empty]) : ' '.repeat(this.halves[empty]);
      if (!fits) lines.push(...this.asides(fateSaid, from, paint, shown));
    }
    const lane = fate === null ? THROUGH : from === shown ? ROUTER : from === 0 ? OUT_TO_RIGHT : OUT_TO_LEFT;
    lines.unshift({ text: `${parts[0]}${lane}${parts[1]}`, paint, ...begins });
    if (rest.length > 0) lines.splice(1, 0, { text: this.below(rest.join(' '), from, shown), paint });
    return lines;
  }

  /** Text that belongs to an arrow, at its beginning: in that half, or in the only one, where it fits. */
  private below(text: string, from: LadderSide, shown: LadderSide | null = null): string {
    const half = shown ?? from;
    if (cellWidth(text) <= this.halves[half] - 3) return this.inHalf(text, from, half);
    return aside(cutCells(text, this.field - 4), this.field, half);
  }

  private asides(text: string, from: LadderSide, paint: Line['paint'], shown: LadderSide | null = null): Line[] {
    const half = shown ?? from;
    if (cellWidth(text) <= this.halves[half] - 3) return [{ text: this.inHalf(text, from, half), paint }];
    return wrap(text, this.field - 4).map((line) => ({ text: aside(line, this.field, half), paint }));
  }

  private inHalf(text: string, from: LadderSide, half: LadderSide): string {
    const { halves, blank } = this;
    const part = aside(text, halves[half], from);
    return half === 0 ? part + blank.slice(halves[0]) : blank.slice(0, halves[0] + 1) + part;
  }

  private remark(said: string, paint: Line['paint']): Generator<string> {
    return this.between('', remark(said, this.field, paint));
  }

  /** With the frame, and the time, of either side. */
  private *seen(row: Seen, lines: readonly Line[], steps: CrossingRow['steps']): Generator<string> {
    const { sheet, frameCells, timeCells } = this;
    const [left, right] = row.times;
    const frame = String(row.frames[1] ?? '').padStart(frameCells);
    const behind =
      timeCells === 0 ? frame : `${(right === null ? '' : ladderTime(right)).padStart(timeCells)} ${frame}`;
    yield* this.between(sheet.stamp(row.frames[0], timeCells === 0 ? row.time : left), lines, steps, behind);
  }

  private between(
    stamp: string,
    lines: readonly Line[],
    steps: CrossingRow['steps'] = [[], []],
    behind = '',
  ): Generator<string> {
    return this.sheet.between(stamp, lines, steps, this.blank, behind);
  }
}

const ROUTER = '║';
const THROUGH = '╫';
const OUT_TO_LEFT = '╢';
const OUT_TO_RIGHT = '╟';

/** The words of an arrow in the left half and in the right one, most in the sender's; null where they do not fit. */
function layOut(
  words: readonly string[],
  left: number,
  right: number,
  from: LadderSide,
  shown: LadderSide | null,
): [readonly string[], readonly string[]] | null {
  const fits = (some: readonly string[], cells: number): boolean =>
    some.length === 0 || cellWidth(some.join(' ')) <= cells - 4;
  const splits = words.map((_, i) => i).concat(words.length);
  for (const at of from === 0 ? splits.reverse() : splits) {
    if ((shown === 0 && at < words.length) || (shown === 1 && at > 0)) continue;
    if (fits(words.slice(0, at), left) && fits(words.slice(at), right)) return [words.slice(0, at), words.slice(at)];
  }
  return null;
}

/** The only side that saw a packet; null for both. */
const shownAt = ({ frames }: Seen): LadderSide | null => (frames[0] === null ? 1 : frames[1] === null ? 0 : null);

/** Half of an arrow, with its words at the end where it comes from. */
function halfArrow(words: readonly string[], cells: number, half: LadderSide, { from, fate, frames }: Seen): string {
  const isStart = half === from;
  const ending = !isStart ? (from === 0 ? '►' : '◄') : fate === 'lost' ? '×' : fate === 'unrecorded' ? '?' : '─';
  const isOpen = isStart && fate !== null && frames[from] !== null;
  const said = words.length === 0 ? '─' : ` ${words.join(' ')} `;
  const room = cells - cellWidth(said) - 2 - (isOpen ? 1 : 0);
  const line = '─'.repeat(Math.max(0, room));
  const gap = isOpen ? ' ' : '';
  return from === 0 ? `─${said}${line}${ending}${gap}` : `${gap}${ending}${line}${said}─`;
}

function centredIn(text: string, cells: number): string {
  const room = cells - cellWidth(text);
  return ' '.repeat(room >> 1) + text + ' '.repeat(room - (room >> 1));
}

const onSide = (side: LadderSide, steps: readonly Step[]): CrossingRow['steps'] =>
  side === 0 ? [steps, []] : [[], steps];
