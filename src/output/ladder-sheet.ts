import type { TcpState } from '../tcp/state-change.ts';
import type { Palette } from './color.ts';
import { type LadderSide, ladderTime, type Step } from './ladder.ts';
import { cellWidth, cutCells, padCells, wrap } from './width.ts';

/** One line between the lanes: plain text that fits, and how it is painted. */
export interface Line {
  readonly text: string;
  readonly paint: (text: string) => string;
  /** Takes the place of the lane where the arrow begins. */
  readonly begins?: LadderSide;
}

/** What a sheet is made for. */
interface Made {
  readonly width: number;
  readonly colors: Palette;
  readonly states: readonly [TcpState, TcpState];
  /** Cells of the widest frame number, time, and state on either side. */
  readonly frames: number;
  readonly times: number;
  readonly stateCells: readonly [number, number];
  /** Cells behind the right states. */
  readonly behind?: number;
}

/** A ladder on a screen: frame, time and state, the left lane, what is between, the right lane and its state. */
export class Sheet {
  /** Cells between the lanes. */
  readonly field: number;
  private readonly made: Made;
  private readonly states: [TcpState, TcpState];

  constructor(made: Made) {
    this.made = made;
    this.states = [...made.states];
    const [left, right] = made.stateCells;
    const beside = made.frames + 1 + made.times + 2 + left + 1 + right + 1 + (made.behind ?? 0);
    this.field = Math.max(20, made.width - beside - 2);
  }

  /** Cells before the left lane. */
  get before(): number {
    const { frames, times, stateCells } = this.made;
    return frames + 1 + times + 2 + stateCells[0] + 1;
  }

  /** Lines with the lanes beside them, and beside those the states that the ends come into, one below the other. */
  *between(
    stamp: string,
    lines: readonly Line[],
    steps: readonly [readonly Step[], readonly Step[]],
    blank: string,
    behind = '',
  ): Generator<string> {
    const count = Math.max(lines.length, steps[0].length, steps[1].length);
    for (let i = 0; i < count; i++) {
      const line = lines[i] ?? { text: blank, paint: same };
      yield this.line(i === 0 ? stamp : '', [steps[0][i], steps[1][i]], line, i === 0 ? behind : '');
    }
  }

  /** The states that both ends begin in. */
  first(blank: string): string {
    const step = (to: TcpState): Step => ({ to, certain: true });
    return this.line('', [step(this.states[0]), step(this.states[1])], { text: blank, paint: same });
  }

  stamp(frame: number | null, time: number | null): string {
    const { frames, times } = this.made;
    const number = (frame === null ? '' : String(frame)).padStart(frames);
    return `${number} ${(time === null ? '' : ladderTime(time)).padStart(times)}`;
  }

  private line(stamp: string, steps: readonly [Step | undefined, Step | undefined], line: Line, behind = ''): string {
    const { made, states } = this;
    const { colors, frames, times, stateCells } = made;
    const lanes = [0, 1].map((side) => (line.begins === side ? (side === 0 ? '├' : '┤') : laneOf(states[side]!)));
    for (const side of [0, 1] as const) if (steps[side] !== undefined) states[side] = steps[side].to;
    const [left, right] = steps.map(stateText) as [string, string];
    const prefix = padCells(stamp, frames + 1 + times + 2);
    const leftPad = ' '.repeat(Math.max(0, stateCells[0] - left.length));
    const body = `${colors.dim(lanes[0]!)}${line.paint(padCells(line.text, this.field))}${colors.dim(lanes[1]!)}`;
    const shown = `${colors.dim(prefix)}${leftPad}${colors.state(left)} ${body} ${colors.state(right)}`;
    if (behind === '') return shown;
    return `${shown}${' '.repeat(Math.max(0, stateCells[1] - right.length))} ${colors.dim(behind)}`;
  }
}

const same = (text: string): string => text;

/** Cells of the longest name of a state, and of the mark behind it. */
const STATE_CELLS = 12;

const stateText = (step: Step | undefined): string => (step === undefined ? '' : step.to + (step.certain ? '' : '*'));

/** Cells of the widest of these states. */
export function stateCells(before: TcpState, steps: Iterable<Step>): number {
  let cells = before.length;
  for (const step of steps) cells = Math.max(cells, stateText(step).length);
  return Math.min(cells, STATE_CELLS + 1);
}

/** A line where there is a connection, dots where there is none. */
const laneOf = (state: TcpState): string =>
  state === 'CLOSED' || state === 'LISTEN' || state === 'UNKNOWN' ? '┊' : '│';

/** Both names in one line, or one below the other. */
export function* namesLine(left: string, right: string, width: number, { ends }: Palette): Generator<string> {
  const room = width - cellWidth(left) - cellWidth(right);
  if (room >= 2) {
    yield ends[0](left) + ' '.repeat(room) + ends[1](right);
    return;
  }
  yield ends[0](left);
  yield ' '.repeat(Math.max(0, width - cellWidth(right))) + ends[1](right);
}

/** Text that belongs to the arrow above, at the sender's end. */
export function aside(text: string, cells: number, from: LadderSide): string {
  const room = Math.max(0, cells - cellWidth(text) - 2);
  return from === 0 ? `  ${text}${' '.repeat(room)}` : `${' '.repeat(room)}${text}  `;
}

/** Between the arrows, and no end's own. */
export function remark(said: string, field: number, paint: Line['paint']): Line[] {
  return wrap(said, field - 2).map((text) => ({ text: centred(text, field), paint }));
}

function centred(text: string, cells: number): string {
  const short = cutCells(text, cells);
  const room = cells - cellWidth(short);
  return ' '.repeat(room >> 1) + short + ' '.repeat(room - (room >> 1));
}
