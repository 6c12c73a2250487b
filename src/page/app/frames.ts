import type { Listing } from '../model.ts';

const DECODER = new TextDecoder();

/** The lines of all frames, as octets: a line becomes text when it is shown. */
export class Frames {
  private readonly listings: Listing[] = [];
  count = 0;
  private sparse: Uint32Array | null = null;

  add(listing: Listing): void {
    this.listings.push(listing);
    this.count += listing.count;
  }

  /** Number, time, source, destination, protocol, length and info. */
  /** The numbers of all frames, where some are missing in between; else null. */
  get numbers(): Uint32Array | null {
    const last = this.listings.at(-1);
    if (last === undefined || last.first + last.count - 1 === this.count) return null;
    if (this.sparse?.length === this.count) return this.sparse;
    const all = this.listings.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
    this.sparse = Uint32Array.from(all);
    return this.sparse;
  }

  has(frame: number): boolean {
    if (this.listings.length === 0) return false;
    const [{ count }, index] = this.find(frame);
    return index >= 0 && index < count;
  }

  line(frame: number): readonly string[] {
    const [{ text, places }, index] = this.find(frame);
    return [String(frame), ...DECODER.decode(text.subarray(places[index], places[index + 1])).split('\t')];
  }

  /** 0 for nothing that happened, else one more than an index of `SEVERITIES`. */
  severity(frame: number): number {
    const [{ severities }, index] = this.find(frame);
    return severities[index]!;
  }

  /** Frames of `chosen` (of all, where it is null) whose line holds a text, whatever the case of its letters. */
  holding(text: string, chosen: Uint32Array | null): Uint32Array {
    const wanted = text.toLowerCase();
    const found: number[] = [];
    const among = chosen ?? this.numbers;
    const count = among?.length ?? this.count;
    for (let i = 0; i < count; i++) {
      const frame = among === null ? i + 1 : among[i]!;
      if (this.line(frame).join(' ').toLowerCase().includes(wanted)) found.push(frame);
    }
    return Uint32Array.from(found);
  }

  /** The listing that holds a frame, and the frame's place in it. */
  private find(frame: number): [Listing, number] {
    let low = 0;
    let high = this.listings.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.listings[middle]!.first <= frame) low = middle;
      else high = middle - 1;
    }
    const listing = this.listings[low]!;
    return [listing, frame - listing.first];
  }
}
