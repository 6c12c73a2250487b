import type { Sightings } from './sightings.ts';

/** The rows of a place by what a translator keeps of them: those that share it stand in a chain, in the order of the capture. */
export class KeyIndex {
  private readonly place: Sightings;
  /** Row + 1 of the first of each chain; 0 for an empty slot. Open addressing, at most half full. */
  private readonly slots: Int32Array;
  private readonly lasts: Int32Array;
  /** By row: the next of its chain, or -1. */
  private readonly nexts: Int32Array;
  /** By row: 1 when it begins a chain. */
  private readonly heads: Uint8Array;

  constructor(place: Sightings) {
    this.place = place;
    const { count } = place;
    let size = 16;
    while (size < count * 2) size *= 2;
    this.slots = new Int32Array(size);
    this.lasts = new Int32Array(size);
    this.nexts = new Int32Array(count).fill(-1);
    this.heads = new Uint8Array(count);
    for (let row = 0; row < count; row++) this.put(row);
  }

  /** The first row with this key, or -1. */
  find(low: number, high: number): number {
    return this.slots[this.slotOf(low, high)]! - 1;
  }

  isHead(row: number): boolean {
    return this.heads[row] === 1;
  }

  next(row: number): number {
    return this.nexts[row]!;
  }

  /** Fills `rows` with a chain. */
  chain(first: number, rows: number[]): void {
    rows.length = 0;
    for (let row = first; row >= 0; row = this.nexts[row]!) rows.push(row);
  }

  private put(row: number): void {
    const slot = this.slotOf(this.place.lows[row]!, this.place.highs[row]!);
    if (this.slots[slot] === 0) {
      this.slots[slot] = row + 1;
      this.heads[row] = 1;
    } else {
      this.nexts[this.lasts[slot]!] = row;
    }
    this.lasts[slot] = row;
  }

  /** The slot of the key, or the empty one where it would stand. */
  private slotOf(low: number, high: number): number {
    const { slots, place } = this;
    const mask = slots.length - 1;
    for (let slot = (low ^ high) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1;
      if (row < 0 || (place.lows[row] === low && place.highs[row] === high)) return slot;
    }
  }
}
