/** How the clock of a second place stands to that of a first one. All times in nanoseconds. */
export interface ClockOffset {
  /** What the second clock shows more, at the first capture's beginning; exact to `within`. Null when it cannot be told. */
  readonly ahead: number | null;
  /**
   * Half the room that the packets leave: a packet cannot leave before it came, so that packets one way give the most that
   * it can be ahead, and packets the other way the least. Null when packets crossed one way only.
   */
  readonly within: number | null;
  /** Parts in a million by which the second clock runs faster; null when the capture is too short to tell. */
  readonly drift: number | null;
}

/** Two captures of one translator agree in their differences of time within this, once clocks are compared. */
const NEAR = 2e9;
/** Clocks of computers differ by less, in parts of one. */
const FASTEST_DRIFT = 200e-6;
/** Captures shorter than this say nothing of drift. */
const DRIFT_NEEDS = 60e9;

/**
 * A first estimate from packets that have just one twin: what the second clock shows more as most of them have it, and how
 * that changes. Packets of which the content came twice by chance, or that were replayed, stand apart.
 */
export class RoughClock {
  private readonly ahead: number;
  private readonly drift: number;

  /** `times`: when the first place saw each; `differences`: how much later, by its own clock, the second one did. */
  constructor(times: readonly number[], differences: readonly number[]) {
    const near = densest(differences, 2 * NEAR);
    const longest = times.reduce((most, time) => Math.max(most, time), 0);
    const room = NEAR + longest * FASTEST_DRIFT;
    const kept = times.map((_, i) => i).filter((i) => Math.abs(differences[i]! - near) <= room);
    const third = longest / 3;
    const early = kept.filter((i) => times[i]! < third);
    const late = kept.filter((i) => times[i]! > longest - third);
    if (longest < DRIFT_NEEDS || early.length < 3 || late.length < 3) {
      this.ahead = near;
      this.drift = 0;
      return;
    }
    const from = median(early.map((i) => times[i]!));
    const first = median(early.map((i) => differences[i]!));
    const slope = (median(late.map((i) => differences[i]!)) - first) / (median(late.map((i) => times[i]!)) - from);
    this.drift = Math.abs(slope) <= FASTEST_DRIFT ? slope : 0;
    this.ahead = this.drift === 0 ? near : first - from * slope;
  }

  /** How far from the expected difference this one is. */
  distance(time: number, difference: number): number {
    return Math.abs(difference - this.ahead - time * this.drift);
  }

  isNear(time: number, difference: number): boolean {
    return this.distance(time, difference) <= NEAR;
  }
}

/** Middle of those values that the densest stretch of this length holds; 0 for none. */
function densest(values: readonly number[], length: number): number {
  const sorted = Float64Array.from(values).sort();
  let [best, most] = [0, 0];
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while (sorted[to]! - sorted[from]! > length) from++;
    if (to - from + 1 <= most) continue;
    most = to - from + 1;
    best = from;
  }
  return sorted.length === 0 ? 0 : sorted[best + (most >>> 1)]!;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >>> 1]!;
}

/** Parts of a capture in each of which the clocks are compared anew. */
const PARTS = 16;

/** Compares the clocks by all packets of which it is known which way they went. */
export class ClockComparison {
  /** By part: the most that the second clock can be ahead, and the least. */
  private readonly most = new Float64Array(PARTS).fill(Number.POSITIVE_INFINITY);
  private readonly least = new Float64Array(PARTS).fill(Number.NEGATIVE_INFINITY);
  private readonly part: number;

  constructor(duration: number) {
    this.part = Math.max(1, duration / PARTS);
  }

  /** A packet that the first place saw at `time`, and the second one by its own clock `difference` later. */
  add(time: number, difference: number, toSecond: boolean): void {
    const part = Math.max(0, Math.min(PARTS - 1, Math.floor(time / this.part)));
    if (toSecond) this.most[part] = Math.min(this.most[part]!, difference);
    else this.least[part] = Math.max(this.least[part]!, difference);
  }

  get offset(): ClockOffset {
    const most = Math.min(...this.most);
    const least = Math.max(...this.least);
    const isBounded = Number.isFinite(most) && Number.isFinite(least);
    const line = this.line();
    if (line !== null) return line;
    if (isBounded) return { ahead: (most + least) / 2, within: Math.abs(most - least) / 2, drift: null };
    const known = Number.isFinite(most) ? most : least;
    return { ahead: Number.isFinite(known) ? known : null, within: null, drift: null };
  }

  /** The straight line through the middles of the parts, where it leans more than the room that they leave. */
  private line(): ClockOffset | null {
    const points: { time: number; middle: number; room: number }[] = [];
    for (let i = 0; i < PARTS; i++) {
      const [least, most] = [this.least[i]!, this.most[i]!];
      if (!Number.isFinite(least) || !Number.isFinite(most)) continue;
      points.push({ time: (i + 0.5) * this.part, middle: (least + most) / 2, room: Math.abs(most - least) / 2 });
    }
    const span = points.length < 4 ? 0 : points.at(-1)!.time - points[0]!.time;
    if (span < DRIFT_NEEDS / 2) return null;
    const mean = (of: (point: (typeof points)[number]) => number) =>
      points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [time, middle, room] = [mean((p) => p.time), mean((p) => p.middle), mean((p) => p.room)];
    const slope = mean((p) => (p.time - time) * (p.middle - middle)) / mean((p) => (p.time - time) ** 2);
    if (Math.abs(slope) * span <= room) return null;
    return { ahead: middle - slope * time, within: room, drift: slope * 1e6 };
  }
}
