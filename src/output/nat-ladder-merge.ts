import { minus } from '../core/sequence.ts';
import { endsOf, type TranslatedConnection, type TranslatedEnd } from '../nat/connections.ts';
import { hostOf } from '../nat/endpoint.ts';
import { TCP } from '../nat/kept.ts';
import type { Sightings } from '../nat/sightings.ts';
import type { Twins } from '../nat/twins.ts';
import {
  type GapRow,
  isOrdinary,
  type Ladder,
  type LadderSide,
  mirrored,
  type SegmentRow,
  type TimerRow,
  withPauses,
} from './ladder.ts';
import { Run } from './ladder-run.ts';
import type {
  ArrivalRow,
  CrossingRow,
  ErrorRow,
  Fate,
  NatLadder,
  NatLadderRow,
  NatLadderSide,
  PlaceSeen,
  Seen,
  SeenError,
} from './nat-ladder.ts';
import { RouterChanges } from './nat-ladder-changes.ts';

/** Puts what both places saw of a connection into one ladder. `folding` makes long runs of data one row. */
export function natLadder(
  connection: TranslatedConnection,
  seen: readonly [PlaceSeen, PlaceSeen],
  folding: boolean,
): NatLadder {
  return new Merger(connection, seen).merge(folding);
}

/** One side of the router: a place, with its ladder turned so that the client stands left. */
interface Side {
  readonly place: 0 | 1;
  readonly sightings: Sightings;
  readonly ladder: Ladder;
  readonly errors: ReadonlyMap<number, SeenError>;
  /** By frame: the row of the place, and the segment of the ladder. */
  readonly rows: ReadonlyMap<number, number>;
  readonly segments: ReadonlyMap<number, SegmentRow>;
}

/** A row that both sides have, or one of them. */
type Drawn = CrossingRow | ErrorRow | GapRow | TimerRow;

class Merger {
  private readonly connection: TranslatedConnection;
  private readonly twins: Twins;
  /** Client and server, left and right. */
  private readonly ends: readonly [TranslatedEnd, TranslatedEnd];
  private readonly sides: readonly [Side, Side];
  /** By sender: what is added to relative numbers of the right side, whose capture may have begun at another segment. */
  private readonly bases: [number, number] = [0, 0];
  /** By side: TTLs there of what came through the router. */
  private readonly hops: readonly [Set<number>, Set<number>] = [new Set(), new Set()];
  private readonly rows: Drawn[] = [];
  /** By sender: numbers of segments that were seen behind the router alone. */
  private readonly behind: readonly [number[], number[]] = [[], []];

  constructor(connection: TranslatedConnection, seen: readonly [PlaceSeen, PlaceSeen]) {
    this.connection = connection;
    this.twins = connection.join.twins;
    const ends = endsOf(connection);
    const client = clientOf(connection, ends, seen);
    this.ends = client === 0 ? ends : [ends[1], ends[0]];
    const left = this.ends[0].near;
    this.sides = [this.side(left, seen), this.side(other(left), seen)];
  }

  merge(folding: boolean): NatLadder {
    const { twins, sides } = this;
    this.learn();
    const alone = [0, 0] as [number, number];
    let passed = 0;
    for (const row of this.segments()) {
      this.rows.push(row);
      if (row.fate === null) passed++;
      else alone[row.frames[0] === null ? 1 : 0]++;
      if (row.frames[row.from] === null) this.behind[row.from].push(row.seq);
    }
    this.addErrors();
    this.addRest();
    // A gap stands before the segment that showed it.
    const order = (row: Drawn): number => (row.kind === 'gap' ? 0 : 1);
    this.rows.sort((one, two) => one.time - two.time || order(one) - order(two));
    this.tellChanges();
    const rows = withArrivals(this.rows);
    const { first, second, clock } = twins;
    return {
      sides: [this.shown(0), this.shown(1)],
      rows: withPauses(folding ? folded(rows) : rows),
      passed,
      alone,
      left: Math.max(...sides.map(({ ladder }) => ladder.left)),
      clock: { capture: first.name, other: first === second ? null : second.name, offset: clock },
    };
  }

  private side(place: 0 | 1, seen: readonly [PlaceSeen, PlaceSeen]): Side {
    const { first, second } = this.twins;
    const sightings = place === 0 ? first : second;
    const { ladder, errors } = seen[place];
    const turned = ladder.ends[0].name === this.ends[0].names[place] ? ladder : turnedRound(ladder);
    const rows = new Map<number, number>();
    for (let row = 0; row < sightings.count; row++) {
      const isOne = sightings.kinds[row] === TCP && sightings.streams[row] === this.connection.streams[place];
      if (isOne) rows.set(sightings.frames[row]!, row);
    }
    const segments = new Map<number, SegmentRow>();
    for (const row of turned.rows) if (row.kind === 'segment') segments.set(row.frame, row);
    return { place, sightings, ladder: turned, errors, rows, segments };
  }

  private shown(at: LadderSide): NatLadderSide {
    const { sightings, ladder, place } = this.sides[at];
    return {
      capture: sightings.name,
      stream: this.connection.streams[place],
      end: ladder.ends[at],
      peer: ladder.ends[other(at)].name,
      midStream: ladder.midStream,
    };
  }

  private twinOf({ place }: Side, row: number): number {
    return (place === 0 ? this.twins.ofFirst : this.twins.ofSecond)[row]!;
  }

  /** A time of one side by the ladder's clock. */
  private timeAt({ place }: Side, time: number): number {
    return place === 0 ? time : this.twins.atFirst(time);
  }

  /** What both saw tells how to compare the rest. */
  private learn(): void {
    const [left, right] = this.sides;
    const known = new Set<LadderSide>();
    for (const [frame, row] of left.rows) {
      const twin = this.twinOf(left, row);
      const [here, there] = [left.segments.get(frame), right.segments.get(right.sightings.frames[twin] ?? -1)];
      if (twin < 0 || here === undefined || there === undefined) continue;
      const { from } = here;
      const out = from === 0 ? right : left;
      this.hops[other(from)].add(out.sightings.hops[from === 0 ? twin : row]!);
      if (known.has(from)) continue;
      known.add(from);
      const shifted = minus(left.sightings.seqs[row]!, right.sightings.seqs[twin]!);
      this.bases[from] = here.seq - there.seq - shifted;
    }
  }

  /** Every segment once: those of the left side, then those that only the right one saw. */
  private *segments(): Generator<CrossingRow> {
    const [left, right] = this.sides;
    for (const [frame, segment] of left.segments) {
      const row = left.rows.get(frame);
      if (row === undefined) continue;
      const twin = this.twinOf(left, row);
      if (twin < 0) {
        yield this.drawnAlone(0, row, segment);
        continue;
      }
      const there = right.segments.get(right.sightings.frames[twin]!);
      const nearest = segment.from === 0 || there === undefined ? segment : this.rebased(there);
      const steps = [segment.steps[0], there?.steps[1] ?? []] as const;
      yield { ...nearest, ...this.seenTwice(row, twin, segment.from), steps, changes: [] };
    }
    for (const [frame, segment] of right.segments) {
      const row = right.rows.get(frame);
      if (row === undefined || this.twinOf(right, row) >= 0) continue;
      yield this.drawnAlone(1, row, this.rebased(segment));
    }
  }

  private drawnAlone(at: LadderSide, row: number, segment: SegmentRow): CrossingRow {
    const seen = this.seenAlone(at, row, segment.from);
    const steps = at === 0 ? ([segment.steps[0], []] as const) : ([[], segment.steps[1]] as const);
    // Why the other end would have sent it is no question then.
    const reset = segment.reset !== null && seen.fate === 'made' ? ['middle'] : segment.reset;
    return { ...segment, ...seen, reset, steps, changes: [] };
  }

  /** With the numbers that it would have on the left side. */
  private rebased(segment: SegmentRow): SegmentRow {
    const [own, others] = [this.bases[segment.from], this.bases[other(segment.from)]];
    if (own === 0 && others === 0) return segment;
    const ack = segment.ack === null ? null : (segment.ack + others) >>> 0;
    const sacks = segment.sacks.map((edge) => (edge + others) >>> 0);
    return { ...segment, seq: (segment.seq + own) >>> 0, ack, sacks };
  }

  private seenTwice(row: number, twin: number, from: LadderSide): Seen {
    const [left, right] = this.sides;
    const times = [
      this.timeAt(left, left.sightings.times[row]!),
      this.timeAt(right, right.sightings.times[twin]!),
    ] as const;
    const frames = [left.sightings.frames[row]!, right.sightings.frames[twin]!] as const;
    return { time: times[from], from, frames, times, fate: null };
  }

  private seenAlone(at: LadderSide, row: number, from: LadderSide, source: string | null = null): Seen {
    const side = this.sides[at];
    const time = this.timeAt(side, side.sightings.times[row]!);
    const frame = side.sightings.frames[row]!;
    const fate = this.fateOf(at, row, from, source);
    return at === 0
      ? { time, from, frames: [frame, null], times: [time, null], fate }
      : { time, from, frames: [null, frame], times: [null, time], fate };
  }

  private fateOf(at: LadderSide, row: number, from: LadderSide, source: string | null): Fate {
    const side = this.sides[at];
    const bothRan = this.twins.bothRan(side.place, row);
    if (from === at) return bothRan ? 'lost' : 'unrecorded';
    // What the other end sent took the same way as the rest of it, and lost as much of its TTL.
    const passed = this.hops[at];
    if (source === null && passed.size > 0 && !passed.has(side.sightings.hops[row]!)) return 'made';
    if (!bothRan) return 'unrecorded';
    return source !== null && source !== hostOf(side.ladder.ends[other(at)].name) ? 'made' : 'unheard';
  }

  private addErrors(): void {
    const [left, right] = this.sides;
    for (const [row, error] of left.errors) {
      const twin = this.twinOf(left, row);
      const from = this.errorFrom(0, row);
      const seen =
        twin >= 0 && right.errors.has(twin)
          ? this.seenTwice(row, twin, from)
          : this.seenAlone(0, row, from, error.source);
      this.rows.push({ kind: 'error', ...seen, ...error });
    }
    for (const [row, error] of right.errors) {
      const twin = this.twinOf(right, row);
      if (twin >= 0 && left.errors.has(twin)) continue;
      this.rows.push({ kind: 'error', ...this.seenAlone(1, row, this.errorFrom(1, row), error.source), ...error });
    }
  }

  /** An error goes to who sent the packet that it quotes. */
  private errorFrom(at: LadderSide, row: number): LadderSide {
    const { sightings, place } = this.sides[at];
    const { crossing } = this.connection.binding;
    const here = sightings.quotes[sightings.quoted[row]! + 2]!;
    const end = place === 1 && crossing.flipped ? 1 - here : here;
    const isClient = endsOf(this.connection)[end as 0 | 1].names[place] === this.ends[0].names[place];
    return isClient ? 1 : 0;
  }

  /** Timers of each end, and numbers that were never seen next to their sender nor behind the router. */
  private addRest(): void {
    for (const at of [0, 1] as const) {
      const side = this.sides[at];
      for (const row of side.ladder.rows) {
        const time = this.timeAt(side, row.time);
        if (row.kind === 'timer' && row.side === at) this.rows.push({ ...row, time });
        if (row.kind !== 'gap' || row.from !== at) continue;
        const seq = at === 1 ? (row.seq + this.bases[1]) >>> 0 : row.seq;
        if (!this.isFilled(at, seq, row.length)) this.rows.push({ ...row, time, seq });
      }
    }
  }

  /** True when numbers that the sender's side missed were seen behind the router. */
  private isFilled(from: LadderSide, seq: number, length: number): boolean {
    return this.behind[from].some((known) => minus(known, seq) >= 0 && minus(known, seq) < length);
  }

  private tellChanges(): void {
    const { twins, ends, sides } = this;
    const told = new RouterChanges();
    for (const [i, row] of this.rows.entries()) {
      if (row.kind !== 'segment' || row.fate !== null) continue;
      const rows = sides.map((side, at) => side.rows.get(row.frames[at]!)!);
      const passing = (at: LadderSide) => {
        const { sightings, place } = sides[at];
        const [source, destination] = [ends[row.from].names[place], ends[other(row.from)].names[place]];
        return { place: sightings, row: rows[at]!, source, destination };
      };
      const touched = twins.touched.has(rows[sides[0].place === 0 ? 0 : 1]!);
      const changes = told.of(row.from, passing(row.from), passing(other(row.from)), touched);
      if (changes.length > 0) this.rows[i] = { ...row, changes };
    }
  }
}

const other = (side: LadderSide): LadderSide => (side === 0 ? 1 : 0);

function turnedRound(ladder: Ladder): Ladder {
  return { ...ladder, ends: [ladder.ends[1], ladder.ends[0]], rows: ladder.rows.map(mirrored) };
}

/** Which end is the client: as the packets tell, else who began as far as they show. */
function clientOf(
  { binding }: TranslatedConnection,
  ends: readonly [TranslatedEnd, TranslatedEnd],
  seen: readonly [PlaceSeen, PlaceSeen],
): 0 | 1 {
  for (const place of [0, 1] as const) {
    for (const { name, role } of seen[place].ladder.ends) {
      const at = ends.findIndex(({ names }) => names[place] === name) as 0 | 1;
      if (role !== null) return role === 'client' ? at : other(at);
    }
  }
  const inside = ends.findIndex(({ names }) => names[binding.insidePlace] === binding.inside) as 0 | 1;
  return binding.translation === 'source' ? inside : other(inside);
}

/**
 * Rows stand in the order in which they were sent. Where two were on their way at once, each end sees its own first: what
 * the other one does to it stands in a row of its own behind that.
 */
function withArrivals(rows: readonly Drawn[]): (Drawn | ArrivalRow)[] {
  const arrivals = new Map<number, ArrivalRow[]>();
  const kept: Drawn[] = [...rows];
  for (const side of [0, 1] as const) {
    const stepping = rows.flatMap((row, i) => (row.kind === 'segment' && row.steps[side].length > 0 ? [i] : []));
    for (const [n, i] of stepping.entries()) {
      const row = kept[i] as CrossingRow;
      const arrived = row.times[side]!;
      const behind = stepping.slice(n + 1).findLast((j) => (rows[j] as CrossingRow).times[side]! < arrived);
      if (behind === undefined) continue;
      const steps = row.steps[side];
      kept[i] = { ...row, steps: side === 0 ? [[], row.steps[1]] : [row.steps[0], []] };
      const arrival: ArrivalRow = { kind: 'arrival', time: arrived, side, frame: row.frames[side]!, steps };
      arrivals.set(behind, [...(arrivals.get(behind) ?? []), arrival]);
    }
  }
  return kept.flatMap((row, i) => [row, ...(arrivals.get(i) ?? [])]);
}

/** Long runs of data that passed, with nothing to tell of it, become one row each. */
function folded(rows: readonly (Drawn | ArrivalRow)[]): NatLadderRow[] {
  const result: NatLadderRow[] = [];
  const run = new Run<NatLadderRow>(result);
  for (const row of rows) {
    if (row.kind === 'segment' && row.fate === null && row.changes.length === 0 && isOrdinary(row)) run.add(row);
    else run.put(row);
  }
  run.end();
  return result;
}
