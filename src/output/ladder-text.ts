import type { Writer } from '../core/writer.ts';
import type { TcpState } from '../tcp/state-change.ts';
import { type Palette, PLAIN } from './color.ts';
import {
  type FoldRow,
  type Ladder,
  type LadderRow,
  type LadderSide,
  ladderTime,
  type SegmentRow,
  type Step,
  segmentWords,
  shortDuration,
} from './ladder.ts';
import { type LadderWords, remarks } from './ladder-words.ts';
import { cellWidth, cutCells, padCells, wrap } from './width.ts';

/** Narrower than this, a ladder cannot be read; wider than this, its arrows are only longer. */
const NARROWEST = 64;
const WIDEST = 140;
/** Cells of the longest name of a state, and of the mark behind it. */
const STATE_CELLS = 12;

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

/** One line between the lanes: plain text that fits, and how it is painted. */
interface Line {
  readonly text: string;
  readonly paint: (text: string) => string;
  /** Takes the places of the lanes where the arrow begins. */
  readonly begins?: LadderSide;
}

class Drawing {
  private readonly ladder: Ladder;
  private readonly words: LadderWords;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly frameCells: number;
  private readonly timeCells: number;
  private readonly leftCells: number;
  private readonly rightCells: number;
  /** Cells between the lanes. */
  private readonly field: number;
  private readonly states: [TcpState, TcpState];

  constructor(ladder: Ladder, words: LadderWords, width: number, colors: Palette) {
    const { rows, ends } = ladder;
    this.ladder = ladder;
    this.words = words;
    this.width = width;
    this.colors = colors;
    this.states = [ends[0].before, ends[1].before];
    this.frameCells = widest(rows, 2, (row) => (row.kind === 'segment' ? String(row.frame).length : 0));
    this.timeCells = widest(rows, 8, ({ time }) => ladderTime(time).length);
    this.leftCells = stateCells(ladder, 0);
    this.rightCells = stateCells(ladder, 1);
    const beside = this.frameCells + 1 + this.timeCells + 2 + this.leftCells + 1 + this.rightCells + 1;
    this.field = Math.max(20, width - beside - 2);
  }

  *lines(): Generator<string> {
    const { ladder, words, colors } = this;
    yield colors.title(words.title(ladder.stream, ladder.segments));
    yield* this.heading();
    if (ladder.midStream) yield* this.between('', this.remark(words.middle, colors.warn));
    for (const row of ladder.rows) yield* this.row(row);
    yield* this.between('', [blank(this.field)]);
    const ends = ladder.ends.map(({ after }, i) => `${this.called(i as LadderSide)} ${after}`);
    yield* wrap(`${words.atEnd}: ${ends.join(' · ')}`, this.width);
    if (ladder.rows.some(({ kind }) => kind === 'fold')) yield colors.dim(words.all);
    if (ladder.rows.some(isConcluded)) yield colors.dim(words.concluded);
  }

  private *heading(): Generator<string> {
    const { colors, words, width, ladder } = this;
    const [left, right] = ladder.ends.map(({ name, role }) => (role === null ? name : `${words[role]} ${name}`)) as [
      string,
      string,
    ];
    const room = width - cellWidth(left) - cellWidth(right);
    if (room >= 2) yield colors.ends[0](left) + ' '.repeat(room) + colors.ends[1](right);
    else {
      yield colors.ends[0](left);
      yield ' '.repeat(Math.max(0, width - cellWidth(right))) + colors.ends[1](right);
    }
    yield this.line(
      '',
      [
        { to: this.states[0], certain: true },
        { to: this.states[1], certain: true },
      ],
      blank(this.field),
    );
  }

  private *row(row: LadderRow): Generator<string> {
    const { colors, words, field } = this;
    switch (row.kind) {
      case 'segment':
        yield* this.segment(row);
        return;
      case 'gap':
        yield* this.between('', this.broken(words.gap(row), row.from));
        return;
      case 'fold':
        yield* this.between('', this.remark(this.folded(row), colors.dim));
        return;
      case 'pause':
        yield* this.between('', this.remark(words.pause(shortDuration(row.length)), colors.dim));
        return;
      default: {
        const said = words.timer(row.from, shortDuration(row.took), row.reused);
        const lines = wrap(said, field - 4).map((text) => ({ text: aside(text, field, row.side), paint: colors.dim }));
        const step = { to: row.to, certain: true };
        yield* this.between(this.stamp(null, row.time), lines, row.side === 0 ? [[step], []] : [[], [step]]);
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
    yield* this.between(this.stamp(row.frame, row.time), lines, row.steps);
  }

  /** Between the arrows, and no end's own. */
  private remark(said: string, paint: Line['paint']): Line[] {
    return wrap(said, this.field - 2).map((text) => ({ text: centred(text, this.field), paint }));
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

  private folded({ segments, octets }: FoldRow): string {
    const { words } = this;
    const ways = [
      octets[0] > 0 ? `► ${words.octets(octets[0])}` : '',
      octets[1] > 0 ? `◄ ${words.octets(octets[1])}` : '',
    ];
    return words.fold(segments, ways.filter((way) => way !== '').join(', ') || words.octets(0));
  }

  /** Lines with the lanes beside them, and beside those the states that the ends come into, one below the other. */
  private *between(
    stamp: string,
    lines: readonly Line[],
    steps: readonly [readonly Step[], readonly Step[]] = [[], []],
  ): Generator<string> {
    const count = Math.max(lines.length, steps[0].length, steps[1].length);
    for (let i = 0; i < count; i++) {
      const line = lines[i] ?? blank(this.field);
      yield this.line(i === 0 ? stamp : '', [steps[0][i], steps[1][i]], line);
    }
  }

  private line(stamp: string, steps: readonly [Step | undefined, Step | undefined], line: Line): string {
    const { colors, states, frameCells, timeCells } = this;
    const lanes = [0, 1].map((side) => (line.begins === side ? (side === 0 ? '├' : '┤') : laneOf(states[side]!)));
    for (const side of [0, 1] as const) if (steps[side] !== undefined) states[side] = steps[side].to;
    const [left, right] = steps.map(stateText) as [string, string];
    const prefix = padCells(stamp, frameCells + 1 + timeCells + 2);
    const leftPad = ' '.repeat(Math.max(0, this.leftCells - left.length));
    const body = `${colors.dim(lanes[0]!)}${line.paint(padCells(line.text, this.field))}${colors.dim(lanes[1]!)}`;
    return `${colors.dim(prefix)}${leftPad}${colors.state(left)} ${body} ${colors.state(right)}`;
  }

  private stamp(frame: number | null, time: number): string {
    const number = (frame === null ? '' : String(frame)).padStart(this.frameCells);
    return `${number} ${ladderTime(time).padStart(this.timeCells)}`;
  }

  private called(side: LadderSide): string {
    const { name, role } = this.ladder.ends[side];
    return role === null ? name : this.words[role];
  }
}

const same = (text: string): string => text;
const blank = (cells: number): Line => ({ text: ' '.repeat(cells), paint: same });

const stateText = (step: Step | undefined): string => (step === undefined ? '' : step.to + (step.certain ? '' : '*'));

/** A line where there is a connection, dots where there is none. */
const laneOf = (state: TcpState): string =>
  state === 'CLOSED' || state === 'LISTEN' || state === 'UNKNOWN' ? '┊' : '│';

/** The words at the sender's end of the arrow. */
function arrow(words: string, cells: number, from: LadderSide): string {
  const line = '─'.repeat(Math.max(1, cells - cellWidth(words) - 4));
  return from === 0 ? `─ ${words} ${line}►` : `◄${line} ${words} ─`;
}

/** Text that belongs to the arrow above, at the sender's end. */
function aside(text: string, cells: number, from: LadderSide): string {
  const room = Math.max(0, cells - cellWidth(text) - 2);
  return from === 0 ? `  ${text}${' '.repeat(room)}` : `${' '.repeat(room)}${text}  `;
}

function centred(text: string, cells: number): string {
  const short = cutCells(text, cells);
  const room = cells - cellWidth(short);
  return ' '.repeat(room >> 1) + short + ' '.repeat(room - (room >> 1));
}

function widest(rows: readonly LadderRow[], least: number, cellsOf: (row: LadderRow) => number): number {
  return rows.reduce((cells, row) => Math.max(cells, cellsOf(row)), least);
}

function stateCells({ ends, rows }: Ladder, side: LadderSide): number {
  let cells = ends[side].before.length;
  for (const row of rows) {
    if (row.kind === 'timer' && row.side === side) cells = Math.max(cells, row.to.length);
    if (row.kind !== 'segment') continue;
    for (const step of row.steps[side]) cells = Math.max(cells, stateText(step).length);
  }
  return Math.min(cells, STATE_CELLS + 1);
}

const isConcluded = (row: LadderRow): boolean =>
  row.kind === 'segment' && row.steps.some((steps) => steps.some(({ certain }) => !certain));
