import type { Writer } from '../core/writer.ts';
import { type GapRow, type LadderSide, ladderTime, segmentWords, shortDuration, type TimerRow } from './ladder.ts';
import { foldedText } from './ladder-words.ts';
import type { ArrivalRow, CrossingRow, ErrorRow, NatLadder, NatLadderRow, Seen } from './nat-ladder.ts';
import {
  calledOf,
  clockLine,
  endsText,
  footnotes,
  type NatLadderTexts,
  packed,
  remarksOn,
} from './nat-ladder-notes.ts';
import { fateText } from './nat-ladder-words.ts';
import { distancesOf, LANE, ladderStyle, PILL_STEP, StateLanes } from './svg/lanes.ts';
import { Picture, rounded } from './svg/picture.ts';
import { cellWidth, cutCells, wrap } from './width.ts';

interface SvgOptions {
  /** Rows evenly spaced, or set apart the more time passed between them. */
  readonly scale: 'even' | 'time';
  /** Begins the ids of this picture: a page may hold several. */
  readonly id?: string;
}

/** Draws client, router and server as a picture. */
export function writeNatLadderSvg(ladder: NatLadder, texts: NatLadderTexts, options: SvgOptions, out: Writer): void {
  out.text(new CrossingPicture(ladder, texts, options).draw());
}

/** In CSS pixels. */
const WIDTH = 1270;
const LANES = [310, 970] as const;
const ROUTER = 640;
const MARGIN = 24;
const LINE = 16;
/** How far an arrow falls on its way from lane to lane. */
const FALL = 8;
/** Characters of 12 px that fit between two lanes that stand beside each other, and between the outer ones. */
const HALF_CELLS = 42;
const FIELD_CELLS = 88;
const NAME_CELLS = 50;

class CrossingPicture {
  private readonly ladder: NatLadder;
  private readonly texts: NatLadderTexts;
  private readonly options: SvgOptions;
  private readonly picture = new Picture();
  private readonly lanes: StateLanes;
  private y = 0;

  constructor(ladder: NatLadder, texts: NatLadderTexts, options: SvgOptions) {
    this.ladder = ladder;
    this.texts = texts;
    this.options = options;
    const [left, right] = ladder.sides;
    this.lanes = new StateLanes(this.picture, LANES, [left.end.before, right.end.before]);
  }

  draw(): string {
    const { ladder, texts, options, picture } = this;
    this.heading();
    const top = this.y;
    const distances = distancesOf(ladder.rows, options.scale);
    for (const { capture, midStream } of ladder.sides) {
      if (midStream) this.remark(texts.crossing.begun(capture), 'warn');
    }
    for (const [i, row] of ladder.rows.entries()) {
      this.y += distances[i]!;
      this.row(row);
    }
    if (ladder.left > 0) this.remark(texts.ladder.left(ladder.left), 'warn');
    this.y += 2 * LINE;
    this.lanes.end(this.y);
    picture.beneath(
      ...[-3, 3].map(
        (x) =>
          `<line class="router" x1="${ROUTER + x}" y1="${top - 2.5 * LINE}" x2="${ROUTER + x}" y2="${rounded(this.y)}"/>`,
      ),
    );
    this.ending();
    return picture.document({
      kind: 'ladder',
      id: options.id ?? 'ladder',
      width: WIDTH,
      height: Math.ceil(this.y + MARGIN),
      title: `${texts.crossing.title(ladder)}: ${ladder.sides.map(({ end }) => end.name).join(' – ')}`,
      description: this.description(),
      style: STYLE,
    });
  }

  private heading(): void {
    const { ladder, texts, picture } = this;
    const [left, right] = ladder.sides;
    this.y = MARGIN + LINE;
    picture.text(MARGIN, this.y, cutCells(texts.crossing.title(ladder), 120), 'title');
    const clock = clockLine(ladder, texts);
    if (clock !== null) {
      this.y += 1.5 * LINE;
      picture.text(MARGIN, this.y, cutCells(clock, 160), 'dim');
    }
    this.y += 2.5 * LINE;
    picture.text(ROUTER, this.y, texts.crossing.router, 'name', 'middle');
    for (const side of [0, 1] as const) {
      const { end, capture } = ladder.sides[side];
      const shown = cutCells(end.name, NAME_CELLS);
      const x = nameX(side, shown);
      const about = [
        ...(end.role === null ? [] : [texts.ladder[end.role]]),
        ...(left.capture === right.capture ? [] : [capture]),
      ];
      picture.text(x, this.y - LINE, cutCells(about.join(' · '), NAME_CELLS), 'role');
      picture.text(x, this.y, shown, `name end${side}`);
    }
    this.y += 1.25 * LINE;
    picture.text(ROUTER - 12, this.y, cutCells(left.peer, HALF_CELLS), 'end1', 'end');
    picture.text(ROUTER + 12, this.y, cutCells(right.peer, HALF_CELLS), 'end0');
    this.y += LINE;
    this.lanes.begin(this.y);
    this.y += 2 * LINE;
  }

  private row(row: NatLadderRow): void {
    const { texts } = this;
    switch (row.kind) {
      case 'segment':
        this.segment(row);
        return;
      case 'error':
        this.error(row);
        return;
      case 'gap':
        this.gap(row);
        return;
      case 'fold':
        this.stamp(0, null, row.time, this.y + LINE);
        this.remark(foldedText(row, texts.ladder), 'dim');
        return;
      case 'pause':
        this.remark(texts.ladder.pause(shortDuration(row.length)), 'dim');
        return;
      default:
        this.aside(row);
    }
  }

  private segment(row: CrossingRow): void {
    const { texts } = this;
    const kind = row.reset !== null ? 'reset' : `end${row.from}`;
    const arrow = this.arrow(row, segmentWords(row).join(' '), row.again ? `${kind} again` : kind);
    const changes = row.changes.map((change) => texts.crossing.change(change));
    for (const line of packed(changes, FIELD_CELLS)) this.beside(line, ROUTER, 'change', FIELD_CELLS);
    for (const message of row.messages) this.beside(message, middleOf(row), 'message', HALF_CELLS);
    const findings = remarksOn(row, texts.ladder).join(', ');
    if (findings !== '') this.beside(findings, middleOf(row), 'warn', HALF_CELLS);
    for (const side of [0, 1] as const) {
      this.lanes.steps(side, row.steps[side], side === row.from ? arrow : arrow + FALL);
    }
    const steps = Math.max(row.steps[0].length, row.steps[1].length);
    this.y = Math.max(this.y, arrow + FALL + Math.max(0, steps - 1) * PILL_STEP + 2);
  }

  private error(row: ErrorRow): void {
    this.arrow(row, `ICMP ${row.source}`, 'reset');
    this.beside(row.said, middleOf(row), 'warn', HALF_CELLS);
  }

  /** Words, then the arrow below them, and why it ends at the router. Answers with where it begins. */
  private arrow(row: Seen, words: string, kind: string): number {
    const above = this.y + LINE;
    const arrow = above + 8;
    const isLong = cellWidth(words) > HALF_CELLS;
    this.picture.text(
      isLong ? ROUTER : middleOf(row),
      above,
      cutCells(words, FIELD_CELLS),
      isLong ? `words over ${kind}` : `words ${kind}`,
      'middle',
    );
    for (const side of [0, 1] as const) this.stamp(side, row.frames[side], row.times[side], arrow);
    this.line(row, arrow, kind);
    this.y = arrow + FALL;
    const fate = fateText(row, this.ladder, this.texts.crossing);
    if (fate === null) return arrow;
    const at = row.frames[0] === null ? (LANES[0] + ROUTER) / 2 : (LANES[1] + ROUTER) / 2;
    for (const [i, line] of wrap(fate, HALF_CELLS).entries()) {
      this.picture.text(at, arrow + 4 + i * LINE, line, 'warn', 'middle');
      this.y = Math.max(this.y, arrow + 4 + i * LINE);
    }
    return arrow;
  }

  private line({ from, frames, fate }: Seen, y: number, kind: string): void {
    const way = from === 0 ? 1 : -1;
    const isSent = frames[from] !== null;
    const start = isSent ? LANES[from] + way * LANE : ROUTER + way * LANE;
    const [begin, fall] = isSent ? [y, fate === null ? FALL : FALL / 2] : [y + FALL / 2, FALL / 2];
    const [tip, end] = [
      begin + fall,
      fate === null || !isSent ? LANES[from === 0 ? 1 : 0] - way * LANE : ROUTER - way * 28,
    ];
    if (fate === 'unrecorded' || fate === 'lost') {
      const isEnd = fate === 'lost' || isSent;
      if (isEnd) {
        this.picture.draw(`<line class="lost" x1="${start}" y1="${begin}" x2="${end}" y2="${tip}"/>`);
        if (fate === 'lost') {
          this.picture.draw(`<path class="cross" d="M${end - 5} ${tip - 5}l10 10m0 -10l-10 10"/>`);
        } else {
          this.picture.text(end + way * 10, tip + 4, '?', 'warn', 'middle');
        }
        return;
      }
    }
    this.picture.draw(
      `<line class="arrow ${kind}" x1="${start}" y1="${begin}" x2="${end - way * 8}" y2="${tip}"/>`,
      `<path class="head ${kind}" d="M${end} ${tip}l${-way * 10} -5v10z"/>`,
    );
  }

  private gap(row: GapRow): void {
    const above = this.y + LINE;
    const { from } = row;
    this.picture.text((LANES[from] + ROUTER) / 2, above, this.texts.ladder.gap(row), 'warn', 'middle');
    const way = from === 0 ? 1 : -1;
    const [arrow, end] = [above + 8, ROUTER - way * 90];
    this.picture.draw(
      `<line class="lost" x1="${LANES[from] + way * LANE}" y1="${arrow}" x2="${end}" y2="${arrow + FALL / 2}"/>`,
      `<path class="cross" d="M${end - 5} ${arrow + FALL / 2 - 5}l10 10m0 -10l-10 10"/>`,
    );
    this.y = arrow + FALL;
  }

  /** What happens at one end without an arrow. */
  private aside(row: TimerRow | ArrivalRow): void {
    const { ladder, crossing } = this.texts;
    const at = this.y + LINE;
    const { side } = row;
    this.stamp(side, null, row.time, at);
    const isTimer = row.kind === 'timer';
    const said = isTimer ? ladder.timer(row.from, shortDuration(row.took), row.reused) : crossing.arrives(row.frame);
    const [x, anchor] = side === 0 ? ([LANES[0] + 16, 'start'] as const) : ([LANES[1] - 16, 'end'] as const);
    this.picture.text(x, at + 4, said, 'dim', anchor);
    this.lanes.steps(side, isTimer ? [{ to: row.to, certain: true }] : row.steps, at);
    this.y = at + 4;
  }

  private ending(): void {
    const { ladder, texts } = this;
    this.y += 4;
    for (const said of [`${texts.ladder.atEnd}: ${endsText(ladder, texts.ladder)}`, ...footnotes(ladder, texts)]) {
      this.y += LINE;
      this.picture.text(ROUTER, this.y, cutCells(said, 150), 'dim', 'middle');
    }
  }

  private remark(said: string, kind: string): void {
    this.beside(said, ROUTER, kind, FIELD_CELLS);
    this.y += 4;
  }

  private beside(said: string, x: number, kind: string, cells: number): void {
    // What hides the router's lane is not to hide the arrow above.
    if (x === ROUTER) this.y += 3;
    for (const line of wrap(said, cells).slice(0, MOST_LINES)) {
      this.y += LINE;
      this.picture.text(x, this.y, line, x === ROUTER ? `words over ${kind}` : `words ${kind}`, 'middle');
    }
  }

  private stamp(side: LadderSide, frame: number | null, time: number | null, y: number): void {
    const [frameX, timeX] = side === 0 ? [MARGIN + 40, MARGIN + 132] : [WIDTH - MARGIN, WIDTH - MARGIN - 56];
    if (frame !== null) this.picture.text(frameX, y + 4, String(frame), 'stamp', 'end');
    if (time !== null) this.picture.text(timeX, y + 4, ladderTime(time), 'stamp', 'end');
  }

  /** The same in words. */
  private description(): string {
    const { ladder, texts, options } = this;
    const { crossing, ladder: words } = texts;
    const said: string[] = options.scale === 'time' ? [words.timeToScale] : [];
    for (const row of ladder.rows.slice(0, DESCRIBED_ROWS)) {
      if (row.kind !== 'segment' && row.kind !== 'error') continue;
      const isSegment = row.kind === 'segment';
      const what = isSegment
        ? [
            row.flags,
            ...row.messages,
            ...remarksOn(row, words),
            ...row.changes.map((change) => crossing.change(change)),
          ]
        : [`ICMP ${row.source}`, row.said];
      const frames = ladder.sides.flatMap(({ capture }, at) =>
        row.frames[at] === null ? [] : [`${capture} ${row.frames[at]}`],
      );
      const from = calledOf(ladder, row.from, words);
      said.push(crossing.described(frames.join(', '), from, what.join(', '), fateText(row, ladder, crossing)));
      for (const side of [0, 1] as const) {
        const states = isSegment ? row.steps[side].map(({ to }) => to).join(', ') : '';
        if (states !== '') said.push(words.changes(calledOf(ladder, side, words), states));
      }
    }
    if (ladder.rows.length > DESCRIBED_ROWS) said.push('…');
    said.push(`${words.atEnd}: ${endsText(ladder, words)}.`);
    return said.join(' ');
  }
}

/** Lines that what belongs to an arrow takes at the most. */
const MOST_LINES = 3;
/** Rows that the description tells of: more is no description. */
const DESCRIBED_ROWS = 60;

/** The middle of the half in which an arrow begins, or of the only one that it has. */
function middleOf({ from, frames }: Seen): number {
  const half = frames[from] === null ? 1 - from : from;
  return (LANES[half]! + ROUTER) / 2;
}

/** Where a name stands: at its lane, unless it is too long for that. */
function nameX(side: LadderSide, name: string): number {
  const width = cellWidth(name) * 7.5;
  return side === 0 ? Math.max(MARGIN, LANES[0] - width / 2) : Math.min(LANES[1] - width / 2, WIDTH - MARGIN - width);
}

const STYLE = ladderStyle(['.router{stroke-width:1.5}', '.over{stroke-width:8px}', '.change{font-weight:600}'], (c) => [
  `.router{stroke:${c.dim}}`,
  `.change{fill:${c.acknowledged}}`,
]);
