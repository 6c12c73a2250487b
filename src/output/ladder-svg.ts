import type { Writer } from '../core/writer.ts';
import {
  type GapRow,
  type Ladder,
  type LadderRow,
  type LadderSide,
  ladderTime,
  type PauseRow,
  type SegmentRow,
  segmentWords,
  shortDuration,
  type TimerRow,
} from './ladder.ts';
import type { FoldRow } from './ladder-run.ts';
import { foldedText, type LadderWords, remarks } from './ladder-words.ts';
import { distancesOf, LANE, ladderStyle, PILL_STEP, StateLanes } from './svg/lanes.ts';
import { Picture } from './svg/picture.ts';
import { STRIP_SHAPES, stripColors, WindowStrips } from './svg/window-strips.ts';
import { cellWidth, cutCells } from './width.ts';

interface SvgOptions {
  /** Rows evenly spaced, or set apart the more time passed between them. */
  readonly scale: 'even' | 'time';
  /** Begins the ids of this picture: a page may hold several. */
  readonly id?: string;
}

/** Draws a ladder as a picture: text stays text, and it brings its own background, light or dark. */
export function writeLadderSvg(ladder: Ladder, words: LadderWords, options: SvgOptions, out: Writer): void {
  out.text(new LadderPicture(ladder, words, options).draw());
}

/** In CSS pixels. */
const WIDTH = 960;
const LEFT_LANE = 310;
const RIGHT_LANE = 800;
const MARGIN = 24;
/** Height of a line of text. */
const LINE = 16;
/** How far an arrow falls on its way: time passes while a segment travels, how much no capture tells. */
const FALL = 6;
/** Where the strips of the windows begin, beside the states. */
const STRIPS = [188, 922] as const;
/** Characters of 12 px that fit between the lanes. */
const FIELD_CELLS = 66;
const NAME_CELLS = 50;

class LadderPicture {
  private readonly ladder: Ladder;
  private readonly words: LadderWords;
  private readonly options: SvgOptions;
  private readonly picture = new Picture();
  private readonly lanes: StateLanes;
  private readonly windows: WindowStrips;
  private y = 0;

  constructor(ladder: Ladder, words: LadderWords, options: SvgOptions) {
    this.ladder = ladder;
    this.words = words;
    this.options = options;
    const [left, right] = ladder.ends;
    this.lanes = new StateLanes(this.picture, [LEFT_LANE, RIGHT_LANE], [left.before, right.before]);
    this.windows = new WindowStrips(this.picture, STRIPS);
  }

  draw(): string {
    const { ladder, words, options } = this;
    const title = `${words.title(ladder.stream, ladder.segments)}: ${ladder.ends.map(({ name }) => name).join(' – ')}`;
    this.heading();
    const distances = distancesOf(ladder.rows, options.scale);
    for (const [i, row] of ladder.rows.entries()) {
      this.y += distances[i]!;
      this.row(row);
    }
    this.ending();
    return this.picture.document({
      kind: 'ladder',
      id: options.id ?? 'ladder',
      width: WIDTH,
      height: Math.ceil(this.y + MARGIN),
      title,
      description: this.description(),
      style: STYLE,
    });
  }

  private heading(): void {
    const { ladder, words } = this;
    this.y = MARGIN + LINE;
    this.picture.text(MARGIN, this.y, words.title(ladder.stream, ladder.segments), 'title');
    this.y += 2.5 * LINE;
    for (const side of [0, 1] as const) {
      const { name, role } = ladder.ends[side];
      const shown = cutCells(name, NAME_CELLS);
      const x = nameX(side, shown);
      if (role !== null) this.picture.text(x, this.y - LINE, words[role], 'role');
      this.picture.text(x, this.y, shown, `name end${side}`);
    }
    this.y += LINE;
    this.lanes.begin(this.y);
    this.y += 2 * LINE;
    if (ladder.midStream) this.remark(words.middle, 'warn');
  }

  private row(row: LadderRow): void {
    switch (row.kind) {
      case 'segment':
        this.segment(row);
        return;
      case 'gap':
        this.gap(row);
        return;
      case 'fold':
        this.fold(row);
        return;
      case 'pause':
        this.pause(row);
        return;
      default:
        this.timer(row);
    }
  }

  private segment(row: SegmentRow): void {
    const { words } = this;
    this.picture.draw(`<g data-frame="${row.frame}">`);
    const above = this.y + LINE;
    const kind = row.reset !== null ? 'reset' : `end${row.from}`;
    const label = segmentWords(row);
    this.picture.text(MIDDLE, above, cutCells(label.join(' '), FIELD_CELLS), `words ${kind}`, 'middle');
    const arrow = above + 8;
    this.stamp(row, arrow);
    this.arrow(row.from, arrow, row.again ? `${kind} again` : kind);
    if (row.offered !== null) this.windows.offer(row.from, row.offered, arrow);
    let below = arrow + FALL;
    for (const message of row.messages) {
      below += LINE;
      this.picture.text(MIDDLE, below, cutCells(message, FIELD_CELLS), 'message', 'middle');
    }
    const findings = remarks(row, words).join(', ');
    if (findings !== '') {
      below += LINE;
      this.picture.text(MIDDLE, below, cutCells(findings, FIELD_CELLS), 'warn', 'middle');
    }
    for (const side of [0, 1] as const)
      this.lanes.steps(side, row.steps[side], side === row.from ? arrow : arrow + FALL);
    const steps = Math.max(row.steps[0].length, row.steps[1].length);
    this.y = Math.max(below, arrow + FALL + Math.max(0, steps - 1) * PILL_STEP + 2);
    this.picture.draw('</g>');
  }

  private gap(row: GapRow): void {
    const above = this.y + LINE;
    this.picture.text(MIDDLE, above, this.words.gap(row), 'warn', 'middle');
    const arrow = above + 8;
    const [x, way] = row.from === 0 ? [LEFT_LANE, 1] : [RIGHT_LANE, -1];
    const end = x + way * (RIGHT_LANE - LEFT_LANE - 60);
    this.picture.draw(
      `<line class="lost" x1="${x + way * LANE}" y1="${arrow}" x2="${end}" y2="${arrow + FALL}"/>`,
      `<path class="cross" d="M${end - 5} ${arrow + FALL - 5}l10 10m0 -10l-10 10"/>`,
    );
    this.y = arrow + FALL;
  }

  private fold(row: FoldRow): void {
    this.stamp({ frame: null, time: row.time }, this.y + LINE);
    this.remark(foldedText(row, this.words), 'dim');
  }

  private pause({ length }: PauseRow): void {
    this.remark(this.words.pause(shortDuration(length)), 'dim');
  }

  private timer(row: TimerRow): void {
    const at = this.y + LINE;
    this.stamp({ frame: null, time: row.time }, at);
    const [x, anchor] = row.side === 0 ? ([LEFT_LANE + 16, 'start'] as const) : ([RIGHT_LANE - 16, 'end'] as const);
    this.picture.text(x, at + 4, this.words.timer(row.from, shortDuration(row.took), row.reused), 'dim', anchor);
    this.lanes.steps(row.side, [{ to: row.to, certain: true }], at);
    this.y = at + 4;
  }

  private ending(): void {
    const { ladder, words } = this;
    if (ladder.left > 0) this.remark(words.left(ladder.left), 'warn');
    this.y += 2 * LINE;
    this.lanes.end(this.y);
    const windows = this.windows.end(this.y);
    this.y += LINE + 4;
    const ends = ladder.ends.map(({ name, role, after }) => `${role === null ? name : words[role]} ${after}`);
    this.picture.text(MIDDLE, this.y, `${words.atEnd}: ${ends.join(' · ')}`, 'dim', 'middle');
    if (windows.length > 0) {
      this.y += LINE;
      this.picture.text(MIDDLE, this.y, words.windows(windows.map(words.octets)), 'dim', 'middle');
    }
    const concluded = ladder.rows.some(
      (row) => row.kind === 'segment' && row.steps.some((steps) => steps.some(({ certain }) => !certain)),
    );
    if (!concluded) return;
    this.y += LINE;
    this.picture.text(MIDDLE, this.y, words.concluded, 'dim', 'middle');
  }

  private remark(said: string, kind: string): void {
    this.y += LINE;
    this.picture.text(MIDDLE, this.y, cutCells(said, FIELD_CELLS), kind, 'middle');
    this.y += 4;
  }

  private stamp({ frame, time }: { readonly frame: number | null; readonly time: number }, y: number): void {
    if (frame !== null) this.picture.text(MARGIN + 40, y + 4, String(frame), 'stamp', 'end');
    this.picture.text(MARGIN + 132, y + 4, ladderTime(time), 'stamp', 'end');
  }

  private arrow(from: LadderSide, y: number, kind: string): void {
    const [start, end, back] =
      from === 0 ? [LEFT_LANE + LANE, RIGHT_LANE - LANE, -1] : [RIGHT_LANE - LANE, LEFT_LANE + LANE, 1];
    const tip = y + FALL;
    this.picture.draw(
      `<line class="arrow ${kind}" x1="${start}" y1="${y}" x2="${end + back * 8}" y2="${tip}"/>`,
      `<path class="head ${kind}" d="M${end} ${tip}l${back * 10} -5v10z"/>`,
    );
  }

  /** The same in words. */
  private description(): string {
    const { ladder, words, options } = this;
    const called = (side: LadderSide): string => {
      const { name, role } = ladder.ends[side];
      return role === null ? name : words[role];
    };
    const said: string[] = options.scale === 'time' ? [words.timeToScale] : [];
    for (const row of ladder.rows.slice(0, DESCRIBED_ROWS)) {
      if (row.kind !== 'segment') continue;
      const what = [...segmentWords(row).slice(0, 1), ...row.messages, ...remarks(row, words)];
      said.push(words.described(row, called(row.from), what.join(', ')));
      for (const side of [0, 1] as const) {
        const states = row.steps[side].map(({ to }) => to).join(', ');
        if (states !== '') said.push(words.changes(called(side), states));
      }
    }
    if (ladder.rows.length > DESCRIBED_ROWS) said.push('…');
    const ends = ([0, 1] as const).map((side) => `${called(side)} ${ladder.ends[side].after}`).join(', ');
    said.push(`${words.atEnd}: ${ends}.`);
    return said.join(' ');
  }
}

const MIDDLE = (LEFT_LANE + RIGHT_LANE) / 2;
/** Rows that the description tells of: more is no description. */
const DESCRIBED_ROWS = 60;

/** Where a name stands: at its lane, unless it is too long for that. */
function nameX(side: LadderSide, name: string): number {
  const width = cellWidth(name) * 7.5;
  return side === 0
    ? Math.max(MARGIN, Math.min(LEFT_LANE - width / 2, MIDDLE - width - 16))
    : Math.max(MIDDLE + 16, Math.min(RIGHT_LANE - width / 2, WIDTH - MARGIN - width));
}

const STYLE = ladderStyle(STRIP_SHAPES, stripColors);
