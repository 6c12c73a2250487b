/** Octets of one stream that are kept until they can be taken: hellos with large keys have less than 3,000. */
const LONGEST = 1 << 16;
/** Pieces behind a hole. */
const MOST_PIECES = 256;
const FIRST_ROOM = 1 << 11;

/** What all streams of this kind may keep together. */
export class OffsetBudget {
  used = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }
}

/** Octets that came behind a hole: `[from, to)` of the stream. */
interface Piece {
  from: number;
  to: number;
}

/**
 * What one end sends in CRYPTO or STREAM frames, put in order: frames come in any order and several times, cut wherever the
 * sender likes. RFC 9000 §19.6, §19.8.
 */
export class OffsetStream {
  /** What has come and was not taken, beginning with the octet `base` of the stream; holes are zeros. */
  bytes: Uint8Array = NOTHING;
  private base = 0;
  /** Up to here all has come. */
  private end = 0;
  /** Sorted, apart from each other, and all behind `end`. */
  private pieces: Piece[] = NO_PIECES;
  /** Something did not fit, and is missing unless it is sent again. */
  overrun = false;
  private readonly budget: OffsetBudget;

  constructor(budget: OffsetBudget) {
    this.budget = budget;
  }

  /** Takes `[from, to)` of some octets, which stand at `offset` of the stream. Octets that had come stay as they were. */
  add(offset: number, bytes: Uint8Array, from: number, to: number): void {
    const end = offset + to - from;
    if (end <= this.end) return;
    const start = Math.max(offset, this.end);
    if (end > this.base + LONGEST || !this.makeRoom(end) || (start > this.end && !this.keepPiece(start, end))) {
      this.overrun = true;
      return;
    }
    this.bytes.set(bytes.subarray(from + start - offset, to), start - this.base);
    if (start > this.end) return;
    this.end = end;
    while (this.pieces.length > 0 && this.pieces[0]!.from <= this.end) {
      this.end = Math.max(this.end, this.pieces.shift()!.to);
    }
  }

  private makeRoom(end: number): boolean {
    const need = end - this.base;
    if (need <= this.bytes.length) return true;
    const size = Math.min(LONGEST, Math.max(need, this.bytes.length * 2, FIRST_ROOM));
    const more = size - this.bytes.length;
    if (this.budget.used + more > this.budget.limit) return false;
    const grown = new Uint8Array(size);
    grown.set(this.bytes);
    this.budget.used += more;
    this.bytes = grown;
    return true;
  }

  /** Notes a piece behind a hole, together with those that it touches. */
  private keepPiece(from: number, to: number): boolean {
    if (this.pieces === NO_PIECES) this.pieces = [];
    const { pieces } = this;
    let first = 0;
    while (first < pieces.length && pieces[first]!.to < from) first++;
    let last = first;
    const joined = { from, to };
    for (; last < pieces.length && pieces[last]!.from <= to; last++) {
      joined.from = Math.min(joined.from, pieces[last]!.from);
      joined.to = Math.max(joined.to, pieces[last]!.to);
    }
    if (first === last && pieces.length >= MOST_PIECES) return false;
    pieces.splice(first, last - first, joined);
    return true;
  }

  /** Octets at the beginning of `bytes` that stand in order. */
  get ready(): number {
    return this.end - this.base;
  }

  /** Nobody needs the first `count` octets of `bytes` any more. Those who read them may go on: they are not written again. */
  take(count: number): void {
    const rest = this.bytes.subarray(count, this.pieces.length > 0 ? this.pieces.at(-1)!.to - this.base : this.ready);
    this.budget.used -= this.bytes.length;
    this.base += count;
    this.bytes = rest.length === 0 ? NOTHING : rest.slice();
    this.budget.used += this.bytes.length;
  }

  /** Gives back what it keeps. */
  close(): void {
    this.budget.used -= this.bytes.length;
    this.bytes = NOTHING;
    this.base = this.end;
    this.pieces = NO_PIECES;
  }
}

const NOTHING = new Uint8Array(0);
/** Most streams never have a hole. */
const NO_PIECES: Piece[] = [];
