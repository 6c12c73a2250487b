import { minus } from '../core/sequence.ts';
import { ACK } from '../protocols/tcp.ts';
import type { Sightings } from './sightings.ts';

/** A resized segment: from this number on, as the first place counts, the second one's numbers are higher by so much. */
interface Shift {
  readonly from: number;
  readonly by: number;
}

/** Shifts that are remembered for one direction: an FTP session has one for each file. */
const MOST_SHIFTS = 256;

/**
 * One TCP connection whose content a translator made longer or shorter, as it does where FTP writes an address into its text
 * (RFC 3022 §4.4): from there on it has to change the numbers of all segments, those of one direction in their sequence
 * number, those of the other in their acknowledgment. Learnt from segments that have no twin otherwise.
 */
export class ShiftedConnection {
  private readonly first: Sightings;
  private readonly second: Sightings;
  /** By direction at the first place. */
  private shifts: [Shift[], Shift[]] = [[], []];
  /** Rows of the second place that have no twin, by direction and numbers. */
  private readonly candidates = new Map<string, number[]>();

  /**
   * `flipped` where the directions of the second place are those of the first one turned round; `others` are rows of the
   * second place without a twin.
   */
  constructor(first: Sightings, second: Sightings, flipped: boolean, others: readonly number[]) {
    this.first = first;
    this.second = second;
    for (const row of others) {
      const { directions, seqs, acks, flags } = second;
      const direction = flipped ? 1 - directions[row]! : directions[row]!;
      const key = keyOf(direction, seqs[row]!, acks[row]!, flags[row]!);
      const known = this.candidates.get(key);
      if (known === undefined) this.candidates.set(key, [row]);
      else known.push(row);
    }
  }

  /**
   * Groups of rows that are twins by the shifts: rows of the first place, and those of the second place that each of them
   * may be. `rows` are those of the first place without a twin, and those that open a connection anew.
   */
  groups(rows: readonly number[]): { readonly rows: number[]; readonly twins: readonly number[] }[] {
    const learnt = this.learn(rows);
    const found = new Map<string, { rows: number[]; twins: readonly number[] }>();
    for (const { row, key, length } of learnt) {
      const twins = (this.candidates.get(key) ?? []).filter((twin) => this.second.lengths[twin] === length);
      if (twins.length === 0) continue;
      const name = `${key} ${length}`;
      const known = found.get(name);
      if (known === undefined) found.set(name, { rows: [row], twins });
      else known.rows.push(row);
    }
    return [...found.values()];
  }

  /** What the twin of each row has to be; only where a resized segment is borne out by what came after it. */
  private learn(rows: readonly number[]): Expected[] {
    const { first, second } = this;
    const expected: Expected[] = [];
    let doubtful = 0;
    for (const row of rows) {
      if (first.opens[row]) {
        this.shifts = [[], []];
        expected.length -= doubtful;
        doubtful = 0;
        continue;
      }
      if ((first.flags[row]! & ACK) === 0) continue;
      const [direction, length] = [first.directions[row]! as 0 | 1, first.lengths[row]!];
      const twins = this.candidates.get(this.expect(row).key) ?? [];
      const sizes = new Set(twins.map((twin) => second.lengths[twin]!));
      if (twins.length === 0) continue;
      if (!sizes.has(this.expect(row).length)) {
        const [size = 0] = sizes;
        if (sizes.size > 1 || length === 0 || size === 0) continue;
        this.shift(direction, (first.seqs[row]! + length) >>> 0, size - length);
        doubtful++;
      } else if (this.isShifted(row)) {
        // What came after a resized segment has the numbers that follow from it.
        doubtful = 0;
      } else {
        continue;
      }
      expected.push({ row, ...this.expect(row) });
    }
    expected.length -= doubtful;
    return expected;
  }

  /** Whether its numbers at the second place are others than here. */
  private isShifted(row: number): boolean {
    const { directions, seqs, acks } = this.first;
    const direction = directions[row]! as 0 | 1;
    const isSame = (of: 0 | 1, number: number): boolean => this.mapped(of, number) === number;
    return !isSame(direction, seqs[row]!) || !isSame((1 - direction) as 0 | 1, acks[row]!);
  }

  private expect(row: number): { readonly key: string; readonly length: number } {
    const { directions, seqs, acks, flags, lengths } = this.first;
    const direction = directions[row]! as 0 | 1;
    const seq = this.mapped(direction, seqs[row]!);
    const end = this.mapped(direction, (seqs[row]! + lengths[row]!) >>> 0);
    const ack = this.mapped((1 - direction) as 0 | 1, acks[row]!);
    return { key: keyOf(direction, seq, ack, flags[row]!), length: minus(end, seq) };
  }

  /** A number of one direction as the second place has it. */
  private mapped(direction: 0 | 1, number: number): number {
    const shifts = this.shifts[direction];
    for (let i = shifts.length - 1; i >= 0; i--) {
      const { from, by } = shifts[i]!;
      if (minus(number, from) >= 0) return (number + by) >>> 0;
    }
    return number;
  }

  private shift(direction: 0 | 1, from: number, more: number): void {
    const shifts = this.shifts[direction];
    const before = shifts.at(-1)?.by ?? 0;
    shifts.push({ from, by: before + more });
    if (shifts.length > MOST_SHIFTS) shifts.shift();
  }
}

interface Expected {
  readonly row: number;
  readonly key: string;
  readonly length: number;
}

const keyOf = (direction: number, seq: number, ack: number, flags: number): string =>
  `${direction} ${seq} ${ack} ${flags}`;
