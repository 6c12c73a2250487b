/** Segments in which nothing happens but data and its acknowledgment, as one row of a ladder. */
export interface FoldRow {
  readonly kind: 'fold';
  /** Of the first and of the last of them: nanoseconds since the capture's first frame. */
  readonly time: number;
  readonly until: number;
  readonly segments: number;
  /** Octets from the left end and from the right one. */
  readonly octets: readonly [number, number];
}

/** What is counted of a segment that is folded. */
interface Foldable {
  readonly time: number;
  readonly from: 0 | 1;
  readonly length: number;
}

/** Segments of a run that are shown before what is folded, and behind it. */
const SHOWN = 2;
/** Fewer are not worth folding. */
const FOLDED_AT_LEAST = 4;

/** Fills the rows of a ladder, and folds long runs of segments in which nothing happens. */
export class Run<Row> {
  private readonly rows: (Row | FoldRow)[];
  private readonly run: (Row & Foldable)[] = [];
  private folded: { time: number; until: number; segments: number; octets: [number, number] } | null = null;

  constructor(rows: (Row | FoldRow)[]) {
    this.rows = rows;
  }

  /** A row that may be folded. */
  add(row: Row & Foldable): void {
    this.run.push(row);
    const most = 2 * SHOWN + (this.folded === null ? FOLDED_AT_LEAST - 1 : -SHOWN);
    if (this.run.length > most) this.fold();
  }

  /** A row that is shown, and ends the run. */
  put(row: Row): void {
    this.end();
    this.rows.push(row);
  }

  end(): void {
    if (this.folded !== null) this.rows.push({ kind: 'fold', ...this.folded });
    this.folded = null;
    this.rows.push(...this.run.splice(0));
  }

  /** The first rows go out; all but the last are folded. */
  private fold(): void {
    if (this.folded === null) {
      this.rows.push(...this.run.splice(0, SHOWN));
      const { time } = this.run[0]!;
      this.folded = { time, until: time, segments: 0, octets: [0, 0] };
    }
    const { folded } = this;
    for (const row of this.run.splice(0, this.run.length - SHOWN)) {
      folded.until = row.time;
      folded.segments++;
      folded.octets[row.from] += row.length;
    }
  }
}
