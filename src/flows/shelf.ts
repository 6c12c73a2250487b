import { HEAD, type Tape } from './tape.ts';

/** Records begin at multiples of this many octets, and a place is counted in them. */
const UNIT = 8;
const UNIT_BITS = 3;
/** Octets that are asked for at once: room that nothing was written to yet costs nothing. */
const BLOCK_BITS = 20;
const UNITS_OF_BLOCK = 1 << (BLOCK_BITS - UNIT_BITS);
/** Longer records are not taken. */
const LONGEST = 4096;

/**
 * Packed tapes, kept in large blocks of octets that the collector need not look through: a million of them cost it
 * no more than one. Whoever puts a record down gets its place, and with it the record back. The room of a record that was
 * taken away goes to the next one of its size.
 */
export class Shelf {
  private readonly blocks: Uint8Array[] = [];
  /** By size in units: place + 1 of a room that is free, in which stands the next one; 0 for none. */
  private readonly free = new Uint32Array(LONGEST / UNIT + 1);
  /** The first place never used. */
  private end = 0;

  /** Keeps what was packed on the tape. Answers with its place, or -1 when it is too long. */
  put({ octets, packed }: Tape): number {
    if (packed > LONGEST) return -1;
    const units = (packed + UNIT - 1) >>> UNIT_BITS;
    const place = this.roomFor(units);
    octets[0] = units & 0xff;
    octets[1] = units >>> 8;
    const block = this.block(place);
    const start = this.start(place);
    for (let i = 0; i < packed; i++) block[start + i] = octets[i]!;
    return place;
  }

  /** Unpacks what stands at that place. */
  get(place: number, tape: Tape): void {
    tape.unpack(this.block(place), this.start(place));
  }

  /** Gives the record's room back. */
  remove(place: number): void {
    const block = this.block(place);
    const start = this.start(place);
    const units = block[start]! | (block[start + 1]! << 8);
    let next = this.free[units]!;
    for (let i = HEAD; i < HEAD + 4; i++, next >>>= 8) block[start + i] = next & 0xff;
    this.free[units] = place + 1;
  }

  private roomFor(units: number): number {
    const free = this.free[units]!;
    if (free === 0) return this.newRoom(units);
    const block = this.block(free - 1);
    const start = this.start(free - 1) + HEAD;
    this.free[units] =
      (block[start]! | (block[start + 1]! << 8) | (block[start + 2]! << 16) | (block[start + 3]! << 24)) >>> 0;
    return free - 1;
  }

  /** No record stands in two blocks. */
  private newRoom(units: number): number {
    const left = UNITS_OF_BLOCK - (this.end & (UNITS_OF_BLOCK - 1));
    if (units > left) this.end += left;
    const place = this.end;
    this.end += units;
    while (this.blocks.length * UNITS_OF_BLOCK < this.end) this.blocks.push(new Uint8Array(1 << BLOCK_BITS));
    return place;
  }

  private block(place: number): Uint8Array {
    return this.blocks[Math.floor(place / UNITS_OF_BLOCK)]!;
  }

  private start(place: number): number {
    return (place & (UNITS_OF_BLOCK - 1)) << UNIT_BITS;
  }
}
