import type { TcpState } from '../../tcp/state-change.ts';
import type { LadderSide, Step } from '../ladder.ts';
import { CLASS_OF, STATE_CLASSES, styleSheet } from './paint.ts';
import { type Picture, rounded } from './picture.ts';

/** Pixels of a lane, and between the names of states that an end comes into at once. */
export const LANE = 6;
export const PILL_STEP = 22;

/** The lanes of both ends of a ladder: coloured by state, with the state's name beside them. */
export class StateLanes {
  private readonly picture: Picture;
  private readonly at: readonly [number, number];
  /** For each end: its state, and from where on its lane has that colour. */
  private readonly lanes: readonly [Lane, Lane];

  /** `at`: where the left lane and the right one stand. */
  constructor(picture: Picture, at: readonly [number, number], states: readonly [TcpState, TcpState]) {
    this.picture = picture;
    this.at = at;
    this.lanes = [
      { state: states[0], from: 0 },
      { state: states[1], from: 0 },
    ];
  }

  begin(y: number): void {
    for (const side of [0, 1] as const) {
      this.lanes[side].from = y - 4;
      this.pill(side, this.lanes[side].state, y + 8, true);
    }
  }

  /** States that one end comes into, one below the other; its lane changes colour with each. */
  steps(side: LadderSide, steps: readonly Step[], y: number): void {
    for (const [i, step] of steps.entries()) {
      const at = y + i * PILL_STEP;
      this.lane(side, at);
      Object.assign(this.lanes[side], { state: step.to, from: at });
      this.pill(side, step.to, at, step.certain);
    }
  }

  end(y: number): void {
    for (const side of [0, 1] as const) this.lane(side, y);
  }

  private lane(side: LadderSide, to: number): void {
    const { state, from } = this.lanes[side];
    const x = this.at[side];
    if (to <= from) return;
    this.picture.draw(
      `<line class="lane ${CLASS_OF[state]}" x1="${x}" y1="${rounded(from)}" x2="${x}" y2="${rounded(to)}"/>`,
    );
  }

  private pill(side: LadderSide, state: TcpState, y: number, certain: boolean): void {
    const text = certain ? state : `${state}*`;
    const width = text.length * 7 + 14;
    const x = side === 0 ? this.at[0] - LANE - 6 - width : this.at[1] + LANE + 6;
    this.picture.draw(
      `<rect class="pill ${CLASS_OF[state]}" x="${x}" y="${rounded(y - 9)}" width="${width}" height="18" rx="9"/>`,
    );
    this.picture.text(x + width / 2, y + 4, text, 'state', 'middle');
  }
}

interface Lane {
  state: TcpState;
  from: number;
}

/** Pixels for the whole time of a connection when it is drawn to scale, beside those that rows need for their words. */
const TIME_PIXELS = 900;
const BETWEEN = 14;

/** Pixels before each row. What a timer waits for does not press the rest together. */
export function distancesOf(
  rows: readonly { readonly kind: string; readonly time: number }[],
  scale: 'even' | 'time',
): number[] {
  const gaps = rows.map((row, i) => (i === 0 || row.kind === 'timer' ? 0 : Math.max(0, row.time - rows[i - 1]!.time)));
  if (scale === 'even') return gaps.map(() => BETWEEN);
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  const pixels = gaps.map((gap) => (whole === 0 ? 0 : (gap * TIME_PIXELS) / whole));
  for (const [i, row] of rows.entries()) {
    // Its words stand in the middle of the time that they speak of.
    if (row.kind !== 'pause' || i + 1 === rows.length) continue;
    pixels[i] = pixels[i + 1]! / 2;
    pixels[i + 1] = pixels[i]!;
  }
  return pixels.map((more) => BETWEEN + more);
}

const SHAPES = [
  '.name,.state,.message{font-weight:600}',
  '.state{font-size:11px}',
  '.words{paint-order:stroke;stroke-width:3px}',
  '.arrow,.lost{stroke-width:1.5}',
  '.lost{stroke-dasharray:4 4}',
  '.arrow.again{stroke-dasharray:9 4}',
  '.cross{stroke-width:2;fill:none}',
  `.lane{stroke-width:${LANE}}`,
];

/** The style sheet of a ladder. `shapes` and `painted` are rules for what only one kind of ladder has. */
export const ladderStyle = (
  shapes: readonly string[] = [],
  painted: Parameters<typeof styleSheet>[2] = () => [],
): string =>
  styleSheet('ladder', [...SHAPES, ...shapes], (c) => [
    `.role,.stamp{fill:${c.dim}}`,
    `.words{stroke:${c.paper}}`,
    `.lost,.cross{stroke:${c.warn}}`,
    ...(['end0', 'end1', 'reset'] as const).flatMap((who) => [
      `text.${who},.head.${who}{fill:${c[who]}}`,
      `.arrow.${who}{stroke:${c[who]}}`,
    ]),
    ...STATE_CLASSES.flatMap((state) => [`.lane.${state}{stroke:${c[state]}}`, `.pill.${state}{fill:${c[state]}}`]),
    ...painted(c),
  ]);
