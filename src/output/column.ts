import { Writer } from '../core/writer.ts';
import { type Paint, UNPAINTED } from './color.ts';
import { cellsAt, cellsOf, octetsOf } from './width.ts';

/**
 * Lines that are laid out before they are printed. What they say is written into `text` first, free of controls; a line is a
 * part of it, so that breaking a paragraph moves nothing. Used again and again.
 */
export class Column {
  readonly text: Writer;
  count = 0;
  /** Of each line: where it begins and ends in the text, its cells, and spaces in front of it. */
  private places: Int32Array = new Int32Array(FIELDS * 64);
  /** Of each line: what begins before it and what ends behind it. */
  private readonly begins: Paint[] = [];
  private readonly ends: Paint[] = [];

  constructor(octets = 1 << 14) {
    this.text = new Writer(octets);
  }

  clear(): void {
    this.text.at = 0;
    this.count = 0;
  }

  /** A line of what stands in the text from `start` to `end`. */
  add(start: number, end: number, cells: number, indent = 0, paint: Paint = UNPAINTED): void {
    const at = this.count * FIELDS;
    if (at === this.places.length) this.grow();
    const { places } = this;
    places[at] = start;
    places[at + 1] = end;
    places[at + 2] = cells;
    places[at + 3] = indent;
    this.begins[this.count] = paint;
    this.ends[this.count++] = paint;
  }

  blank(): void {
    this.add(0, 0, 0);
  }

  /** Cells of the last line, its indent aside. */
  get lastCells(): number {
    return this.places[(this.count - 1) * FIELDS + 2]!;
  }

  /** Makes the last line longer: it goes on to `end`, by so many cells, and `paint` ends there. */
  extend(end: number, cells: number, paint: Paint = UNPAINTED): void {
    const at = (this.count - 1) * FIELDS;
    this.places[at + 1] = end;
    this.places[at + 2]! += cells;
    this.ends[this.count - 1] = paint;
  }

  /**
   * Breaks the text from `from` to `to` into lines of at most `cells`, at spaces. A word that is longer than a line is cut.
   * A line keeps the spaces that it begins with.
   */
  wrap(from: number, to: number, cells: number, indent = 0, paint: Paint = UNPAINTED): void {
    const width = Math.max(2, cells);
    const { bytes } = this.text;
    let start = from;
    let keepsSpaces = true;
    // No text takes more cells than octets.
    while (to - start > width) {
      const end = bytes[start] === SPACE ? NONE : asciiLineEnd(bytes, start, width);
      if (end !== NONE) {
        this.add(start, end, end - start, indent, paint);
        start = end + 1;
        continue;
      }
      start = this.addCharacters(start, to, width, indent, paint, keepsSpaces);
      if (start === NONE) return;
      keepsSpaces = false;
    }
    this.add(start, to, cellsOf(bytes, start, to), indent, paint);
  }

  /** One line of any text, character by character. Answers with where the next begins; NONE behind the last. */
  private addCharacters(
    start: number,
    to: number,
    width: number,
    indent: number,
    paint: Paint,
    keepsSpaces: boolean,
  ): number {
    const { bytes } = this.text;
    let used = 0;
    let space = NONE;
    let usedAtSpace = 0;
    let i = start;
    if (keepsSpaces) for (; i < to && bytes[i] === SPACE; i++) used++;
    while (i < to) {
      const lead = bytes[i]!;
      const more = lead < 0x80 ? 1 : cellsAt(bytes, i);
      if (lead === SPACE) {
        space = i;
        usedAtSpace = used;
      }
      if (used + more > width) break;
      used += more;
      i += octetsOf(lead);
    }
    if (i >= to) {
      this.add(start, to, used, indent, paint);
      return NONE;
    }
    if (space === NONE) {
      this.add(start, i, used, indent, paint);
      return i;
    }
    this.add(start, space, usedAtSpace, indent, paint);
    return space + 1;
  }

  /** The same for a title of `all` cells: its further lines are shorter and indented by two. */
  wrapTitle(from: number, to: number, all: number, cells: number, indent: number): void {
    if (all <= cells) {
      this.add(from, to, all, indent);
      return;
    }
    const first = this.count;
    this.wrap(from, to, cells - 2, indent);
    for (let i = first + 1; i < this.count; i++) this.places[i * FIELDS + 3]! += 2;
  }

  /** Breaks `all` cells at the dots between details, so that none is torn apart as long as it fits into a line. */
  wrapDetails(from: number, to: number, all: number, cells: number, indent = 0, paint: Paint = UNPAINTED): void {
    const { bytes } = this.text;
    if (all <= cells) {
      this.add(from, to, all, indent, paint);
      return;
    }
    const first = this.count;
    for (let start = from; start <= to; ) {
      const end = detailEnd(bytes, start, to);
      const width = cellsOf(bytes, start, end);
      if (this.count > first && this.lastCells + DOT_CELLS + width <= cells) {
        this.extend(end, DOT_CELLS + width, paint);
      } else this.wrap(start, end, cells, indent, paint);
      start = end + DOT_OCTETS;
    }
  }

  /** Adds the lines of another column. */
  append(other: Column): void {
    const base = this.text.at;
    this.text.copy(other.text, 0, other.text.at);
    for (let i = 0; i < other.count; i++) {
      const at = i * FIELDS;
      const { places } = other;
      this.add(base + places[at]!, base + places[at + 1]!, places[at + 2]!, places[at + 3]!, other.begins[i]);
      this.ends[this.count - 1] = other.ends[i]!;
    }
  }

  /** Writes a line, and answers with the cells that it takes. */
  write(line: number, out: Writer): number {
    const at = line * FIELDS;
    const { places } = this;
    const indent = places[at + 3]!;
    const start = places[at]!;
    const end = places[at + 1]!;
    writeSpaces(indent, out);
    const isPainted = this.begins[line] !== UNPAINTED && end > start;
    if (isPainted) out.ascii(this.begins[line]!.begin);
    out.copy(this.text, start, end);
    if (isPainted) out.ascii(this.ends[line]!.end);
    return indent + places[at + 2]!;
  }

  private grow(): void {
    const grown = new Int32Array(this.places.length * 2);
    grown.set(this.places);
    this.places = grown;
  }
}

export function writeSpaces(count: number, out: Writer): void {
  for (let left = count; left > 0; left -= SPACES.at) out.copy(SPACES, 0, Math.min(left, SPACES.at));
}

/** Where a line of `width` cells that begins at `start` ends, at a space. NONE if there is no space, or not only ASCII. */
function asciiLineEnd(bytes: Uint8Array, start: number, width: number): number {
  let all = 0;
  // The one behind the line too: a mark on the line's last character would stand there.
  for (let i = start; i <= start + width; i++) all |= bytes[i]!;
  if (all > 0x7f) return NONE;
  for (let i = start + width; i > start; i--) if (bytes[i] === SPACE) return i;
  return NONE;
}

/** Where the detail that begins at `start` ends: before the next ` · `, or at `to`. */
function detailEnd(bytes: Uint8Array, start: number, to: number): number {
  for (let i = start; i + DOT_OCTETS <= to; i++) {
    if (bytes[i] === SPACE && bytes[i + 1] === 0xc2 && bytes[i + 2] === 0xb7 && bytes[i + 3] === SPACE) return i;
  }
  return to;
}

/** Numbers kept of a line. */
const FIELDS = 4;
const NONE = -1;
const SPACE = 32;
/** A row of them. */
const SPACES = new Writer(256);
SPACES.ascii(' '.repeat(128));
/** ` · ` */
const DOT_CELLS = 3;
const DOT_OCTETS = 4;
