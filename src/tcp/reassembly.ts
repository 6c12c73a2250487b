import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { LIMITS } from '../flows/limits.ts';

/**
 * One direction of a byte stream, put together from pieces that come in any order, twice, overlapping, or never. Knows
 * neither TCP nor what the bytes mean: an offset counts bytes from the stream's first one (ISN + 1), as a plain number up
 * to 2^53, so that nothing here wraps.
 *
 * The first copy of a byte wins. Bytes point into the capture's block, which is used again for the next frame: what the
 * reader does not take at once is copied, and nothing else is.
 */
export interface StreamReader {
  /**
   * Contiguous bytes, the first of which stands at `offset`. Answers how many it is done with; the rest is kept and offered
   * again together with what follows. `bytes` stays valid while the frame at hand is worked on.
   */
  read(bytes: Uint8Array, from: number, to: number, offset: number): number;
  /** `length` bytes that follow `bytes[from, to)` are lost. What was offered and not taken is forgotten after this. */
  gap(bytes: Uint8Array, from: number, to: number, offset: number, length: number, cause: GapCause): void;
  /** The sender is done, and nothing is missing: `bytes[from, to)` is what was left. */
  end(bytes: Uint8Array, from: number, to: number, offset: number): void;
  /** Nobody knows what would have followed: `bytes[from, to)` is what was left. */
  left?(bytes: Uint8Array, from: number, to: number): void;
  /** Bytes at `offset` came again, with another content. The first copy stays. */
  differs(offset: number, length: number): void;
}

/** `hole`: not in the capture; `snapped`: their frame was captured in part; `memory`: dropped, a limit was reached. */
export type GapCause = 'hole' | 'snapped' | 'memory';

/** Octets kept behind a hole before it is given up, when no acknowledgment tells that the hole's bytes had arrived. */
export const HOLE_PATIENCE = 1 << 20;
/** What a kept piece costs beside its octets: bounds the number of tiny pieces. */
const PIECE_COST = 128;

/** What all streams of a capture keep together. */
export class StreamBudget {
  used = 0;
  /** Octets that all may keep together, and one alone. */
  readonly limit: number;
  readonly stream: number;
  /** How often something was given up because there was no room. */
  givenUp = 0;

  constructor(limit = LIMITS.streams, stream = LIMITS.stream) {
    this.limit = limit;
    this.stream = stream;
  }
}

/** Bytes behind a hole; `bytes` is null where the capture has only their number. */
interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array | null;
  readonly late: boolean;
}

export class StreamBuffer {
  /** Where the reader stands: everything before was taken or given up. -1 until the first piece of a stream came. */
  taken = -1;
  /** Where the contiguous bytes end. */
  next = -1;
  /** The reader is not asked before this many bytes are there. Set by the reader, never reset here. */
  wanted = 0;
  /**
   * Of the bytes that are kept for it, the reader looks at so many at the beginning only: what follows up to `wanted` is
   * counted and not kept. Set by the reader, while it sets `wanted`.
   */
  vital = Number.POSITIVE_INFINITY;
  private readonly reader: StreamReader;
  private readonly budget: StreamBudget;
  private readonly limit: number;
  /** Where the last bytes stand that came late, and what lies between them and others that the reader has not taken. */
  private lateFrom = 0;
  private lateTo = 0;
  private held: Uint8Array = NONE;
  private heldFrom = 0;
  private heldTo = 0;
  /** Where those bytes end that are there; beyond `held[heldFrom, storedTo)` they were only counted. */
  private storedTo = 0;
  private pieces: Piece[] = [];
  private pieceCost = 0;
  private acknowledgedTo = 0;
  private endsAt = -1;
  private stopped = false;

  constructor(reader: StreamReader, budget: StreamBudget, limit = budget.stream) {
    this.reader = reader;
    this.budget = budget;
    this.limit = limit;
  }

  /** Where the stream begins. Not called for a stream whose beginning was not captured: its first piece begins it. */
  start(offset: number): void {
    if (this.next < 0) this.taken = this.next = offset;
  }

  /**
   * Takes `bytes[from, to)` at `offset`, and `missing` bytes behind them that were sent but not captured. `late`: they were
   * sent again or overtaken.
   */
  add(offset: number, bytes: Uint8Array, from: number, to: number, missing = 0, late = false): void {
    if (this.stopped) return;
    this.start(Math.max(offset, 0));
    if (to > from) this.place(offset, bytes, from, to, late);
    if (missing > 0) this.place(offset + to - from, null, 0, missing, late);
    this.settle();
  }

  /** The peer has everything before `offset`: holes before it will not be filled any more. */
  acknowledge(offset: number): void {
    if (offset > this.acknowledgedTo) this.acknowledgedTo = offset;
  }

  /** The stream ends at `offset` (FIN). The reader hears of it once everything before has come or was given up. */
  finish(offset: number): void {
    if (this.stopped || this.endsAt >= 0) return;
    this.start(Math.max(offset, 0));
    this.endsAt = offset;
    this.settle();
  }

  /** Nothing more will come: holes are given up, and the reader gets what it has not taken. */
  abandon(): void {
    if (this.stopped || this.next < 0) return;
    this.acknowledge(Number.MAX_SAFE_INTEGER);
    this.settle();
    if (this.stopped) return;
    if (this.heldFrom < this.heldTo) this.reader.left?.(this.held, this.heldFrom, this.heldTo);
    this.stop();
  }

  /** Nobody reads this stream any more: forgets what is kept and takes nothing more. */
  stop(): void {
    this.stopped = true;
    this.forget();
    this.dropPieces();
  }

  /** True when some of the bytes between these offsets, which are at hand, came late. */
  hasLate(from: number, to: number): boolean {
    return this.lateTo > from && this.lateFrom < to;
  }

  /** True once nothing more will be read. */
  get over(): boolean {
    return this.stopped;
  }

  /** Forgets everything, as if it were new. */
  clear(): void {
    this.stop();
    this.taken = this.next = this.endsAt = -1;
    this.wanted = this.acknowledgedTo = this.lateFrom = this.lateTo = 0;
    this.vital = Number.POSITIVE_INFINITY;
    this.stopped = false;
  }

  /** Writes down everything, for `wake` of one that is new. */
  rest(out: OctetStringWriter): void {
    out.flag(this.stopped);
    out.number(this.next);
    out.number(this.next - this.taken);
    out.number(this.acknowledgedTo);
    out.number(Math.max(this.endsAt, -1));
    out.number(this.wanted);
    out.number(this.vital);
    out.number(Math.max(this.lateTo - this.taken, 0));
    if (this.lateTo > this.taken) out.number(Math.max(this.lateFrom - this.taken, 0));
    out.number(this.heldTo - this.storedTo);
    out.bytes(this.held, this.heldFrom, this.storedTo);
    out.number(this.pieces.length);
    for (const { offset, length, bytes, late } of this.pieces) {
      out.flag(late);
      out.number(offset);
      out.number(length);
      out.bytes(bytes ?? NONE, 0, bytes?.length ?? 0);
    }
  }

  wake(left: OctetStringReader): void {
    this.stopped = left.flag();
    this.next = left.number();
    this.taken = this.next - left.number();
    this.acknowledgedTo = left.number();
    this.endsAt = left.number();
    this.wanted = left.number();
    this.vital = left.number();
    this.lateTo = this.taken + left.number();
    if (this.lateTo > this.taken) this.lateFrom = this.taken + left.number();
    const counted = left.number();
    this.held = left.bytes();
    this.budget.used += this.held.length;
    this.storedTo = this.held.length;
    this.heldTo = this.storedTo + counted;
    for (let pieces = left.number(); pieces > 0; pieces--) {
      const [late, offset, length, bytes] = [left.flag(), left.number(), left.number(), left.bytes()];
      const piece = { offset, length, bytes: bytes.length === 0 ? null : bytes, late };
      this.pieces.push(piece);
      this.charge(pieceCost(piece));
    }
  }

  /** Gives back the room that is not used. */
  shrink(): void {
    const unused = this.held.length - (this.storedTo - this.heldFrom);
    if (unused === 0) return;
    this.held = this.held.slice(this.heldFrom, this.storedTo);
    this.budget.used -= unused;
    this.heldTo -= this.heldFrom;
    this.storedTo -= this.heldFrom;
    this.heldFrom = 0;
  }

  /** What is missing between the pieces at hand, as [from, to) offsets. */
  holes(): { from: number; to: number }[] {
    const holes: { from: number; to: number }[] = [];
    let from = this.next;
    for (const piece of this.pieces) {
      if (piece.offset > from) holes.push({ from, to: piece.offset });
      from = piece.offset + piece.length;
    }
    return holes;
  }

  /** Octets at hand that the reader has not taken. */
  get kept(): number {
    return this.storedTo - this.heldFrom + this.pieceCost;
  }

  private place(at: number, bytes: Uint8Array | null, start: number, to: number, late: boolean): void {
    let offset = at;
    let from = start;
    if (offset < this.next) {
      const old = Math.min(this.next - offset, to - from);
      if (bytes !== null) this.compareHeld(offset, bytes, from, from + old);
      offset += old;
      from += old;
    }
    if (from === to) return;
    if (offset === this.next && bytes !== null) {
      const gap = this.pieces.length === 0 ? to - from : this.pieces[0]!.offset - offset;
      const part = Math.min(gap, to - from);
      this.deliver(bytes, from, from + part, late);
      if (from + part < to) this.keepPieces(offset + part, bytes, from + part, to, late);
      return;
    }
    this.keepPieces(offset, bytes, from, to, late);
  }

  /** Hands over whatever has become contiguous; gives up holes that nothing will fill. */
  private settle(): void {
    while (!this.stopped && this.pieces.length > 0) {
      const first = this.pieces[0]!;
      if (first.offset > this.next) {
        if (!this.hopeless(first)) break;
        this.lose(first.offset - this.next, 'hole');
        continue;
      }
      this.pieces.shift();
      this.charge(-pieceCost(first));
      if (first.bytes === null) this.lose(first.length, 'snapped');
      else this.deliver(first.bytes, 0, first.length, first.late);
    }
    if (this.stopped || this.endsAt < 0 || this.next < this.endsAt) return;
    this.reader.end(this.held, this.heldFrom, this.heldTo, this.taken);
    this.stop();
  }

  private hopeless(first: Piece): boolean {
    return this.acknowledgedTo >= first.offset || this.pieceCost > HOLE_PATIENCE;
  }

  private deliver(bytes: Uint8Array, from: number, to: number, late: boolean): void {
    if (late) this.noteLate(this.next, this.next + to - from);
    this.next += to - from;
    let fresh = from;
    if (this.heldFrom < this.heldTo) {
      // What is only counted ends with the message: behind it the reader begins with the bytes at hand.
      if (this.vital < this.wanted) fresh = Math.min(to, from + this.wanted - (this.heldTo - this.heldFrom));
      else fresh = to;
      if (!this.keep(bytes, from, fresh, to - from)) return;
      if (this.heldTo - this.heldFrom < this.wanted) return;
      const taken = this.reader.read(this.held, this.heldFrom, this.heldTo, this.taken);
      this.taken += taken;
      this.heldFrom += taken;
      if (this.heldFrom >= this.heldTo) this.forget();
      if (fresh === to || this.stopped) return;
      if (this.heldFrom < this.heldTo) {
        this.keep(bytes, fresh, to, to - fresh);
        return;
      }
    }
    const taken = to - fresh < this.wanted ? 0 : this.reader.read(bytes, fresh, to, this.taken);
    this.taken += taken;
    if (fresh + taken < to && !this.stopped) this.keep(bytes, fresh + taken, to, to - fresh - taken);
  }

  private noteLate(from: number, to: number): void {
    if (this.lateTo <= this.taken) this.lateFrom = from;
    this.lateTo = to;
  }

  /**
   * Copies what the reader wants to see again. False when a limit stands against it: then all is given up, and so are the
   * `behind` bytes from `from` on that were at hand.
   */
  private keep(bytes: Uint8Array, from: number, to: number, behind: number): boolean {
    const more = to - from;
    const room = this.vital - (this.storedTo - this.heldFrom);
    const stored = this.heldTo > this.storedTo ? 0 : Math.min(more, Math.max(0, room));
    const fits = stored === more || this.heldTo - this.heldFrom + more + this.pieceCost <= this.limit;
    if (!fits || (this.storedTo + stored > this.held.length && !this.grow(stored))) {
      this.budget.givenUp++;
      this.lose(0, 'memory', behind);
      return false;
    }
    if (stored > 0) this.held.set(bytes.subarray(from, from + stored), this.storedTo);
    this.storedTo += stored;
    this.heldTo += more;
    return true;
  }

  /** A new array instead of a moved one: layers of this frame may still point into the old. */
  private grow(more: number): boolean {
    const length = this.storedTo - this.heldFrom;
    const need = length + more;
    if (need + this.pieceCost > this.limit) return false;
    const size = Math.min(Math.max(need, Math.min(Math.max(this.held.length * 2, FIRST_ROOM), this.vital)), this.limit);
    if (this.budget.used + size - this.held.length > this.budget.limit) return false;
    const grown = new Uint8Array(size);
    grown.set(this.held.subarray(this.heldFrom, this.storedTo));
    this.budget.used += size - this.held.length;
    this.held = grown;
    this.heldTo -= this.heldFrom;
    this.heldFrom = 0;
    this.storedTo = length;
    return true;
  }

  /** Tells the reader of bytes that will not come. `behind` counts bytes that were there but could not be kept. */
  private lose(length: number, cause: GapCause, behind = 0): void {
    this.reader.gap(this.held, this.heldFrom, this.heldTo, this.next - behind, length + behind, cause);
    this.forget();
    this.next += length;
    this.taken = this.next;
  }

  private forget(): void {
    this.budget.used -= this.held.length;
    this.held = NONE;
    this.heldFrom = this.heldTo = this.storedTo = 0;
  }

  /** Keeps those parts of `bytes` that are not there yet; where they are, compares. */
  private keepPieces(at: number, bytes: Uint8Array | null, start: number, to: number, late: boolean): void {
    let offset = at;
    let from = start;
    let index = this.firstEndingAfter(offset);
    while (from < to) {
      const next = this.pieces[index];
      const room = next === undefined ? to - from : Math.min(next.offset - offset, to - from);
      if (room > 0) {
        if (!this.insert(index, offset, bytes, from, from + room, late)) return;
        index++;
        offset += room;
        from += room;
        continue;
      }
      const shared = Math.min(next!.offset + next!.length - offset, to - from);
      if (bytes !== null && next!.bytes !== null) {
        this.compare(next!.bytes, offset - next!.offset, bytes, from, shared, offset);
      }
      offset += shared;
      from += shared;
      index++;
    }
  }

  private insert(
    index: number,
    offset: number,
    bytes: Uint8Array | null,
    from: number,
    to: number,
    late: boolean,
  ): boolean {
    const piece = { offset, length: to - from, bytes: bytes?.slice(from, to) ?? null, late };
    const cost = pieceCost(piece);
    const fits = this.heldTo - this.heldFrom + this.pieceCost + cost <= this.limit;
    if (!fits || this.budget.used + cost > this.budget.limit) {
      this.budget.givenUp++;
      return false;
    }
    if (index === this.pieces.length) this.pieces.push(piece);
    else this.pieces.splice(index, 0, piece);
    this.charge(cost);
    return true;
  }

  /** Index of the first piece that ends behind `offset`. */
  private firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = this.pieces[middle]!;
      if (piece.offset + piece.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private charge(cost: number): void {
    this.pieceCost += cost;
    this.budget.used += cost;
  }

  private dropPieces(): void {
    this.charge(-this.pieceCost);
    this.pieces = [];
  }

  /** Only what is still held can be compared: taken bytes are gone. */
  private compareHeld(offset: number, bytes: Uint8Array, from: number, to: number): void {
    const heldAt = this.next - (this.heldTo - this.heldFrom);
    const skip = Math.max(heldAt - offset, 0);
    const place = this.heldFrom + (offset + skip - heldAt);
    const length = Math.min(to - from - skip, this.storedTo - place);
    if (length > 0) this.compare(this.held, place, bytes, from + skip, length, offset + skip);
  }

  private compare(
    kept: Uint8Array,
    keptAt: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    offset: number,
  ): void {
    for (let i = 0; i < length; i++) {
      if (kept[keptAt + i] === bytes[from + i]) continue;
      this.reader.differs(offset + i, length - i);
      return;
    }
  }
}

const pieceCost = (piece: Piece): number => PIECE_COST + (piece.bytes?.length ?? 0);
const NONE = new Uint8Array(0);
/** The least that is made room for. */
const FIRST_ROOM = 1024;
