import { u16, u32 } from '../core/bytes.ts';
import { type Kind, type Row, rowLength, rowStart, type Value } from '../core/field.ts';
import { hexDigits } from '../core/field-value.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { OctetWriter } from './octets.ts';

/** How a form words rows: as a line of the tree, as a member of a JSON object. */
export interface RowStyle {
  /** What stands before a row's value, and behind it. */
  around(row: Row, level: number): readonly [before: string, behind: string];
  /** The value itself, whatever it is. */
  value(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void;
  /** The kind as which values of this row are written, where that is all there is to it; else null. */
  plain(row: Row): Kind | null;
  /** True when a row's number tells all that stands there, so that it may be drawn once and written again. */
  toldByNumber(row: Row): boolean;
  /** A row that has no value, whole. */
  mark(row: Row, level: number): string;
  /** How text is written that stands in a packet. */
  readonly octets: OctetWriter;
}

/** Rows of a header or of a context, ready to be printed in one style. */
class Sheet {
  /** Octets of a header that has all of its placed rows. */
  private readonly octets: number;
  private readonly rows: readonly RowPrinter[];
  /** The same with the rows of a unit put together. */
  private readonly joined: readonly (RowPrinter | UnitPrinter)[];

  /** `only` names the rows to print; null for all that are not to be asked for. */
  constructor(rows: readonly Row[], byUnit: boolean, style: RowStyle, only: ReadonlySet<string> | null) {
    const wanted = rows.filter((row) => row.read !== undefined && (only === null ? !row.asked : only.has(row.id)));
    this.octets = Math.max(0, ...wanted.map(octetsOf));
    this.rows = wanted.map((row) => new RowPrinter(row, row.level ?? 0, style));
    this.joined = byUnit ? joinUnits(this.rows) : this.rows;
  }

  write(layer: Layer, packet: Packet, out: Writer): void {
    if (layer.captured(this.octets)) {
      const { joined } = this;
      for (let i = 0; i < joined.length; i++) joined[i]!.write(layer, packet, out);
      return;
    }
    for (const printer of this.rows) {
      if (layer.captured(octetsOf(printer.row))) printer.write(layer, packet, out);
    }
  }
}

const octetsOf = (row: Row): number => (row.bit === undefined ? 0 : (row.bit + row.bits! + 7) >>> 3);

/** Puts rows together that follow each other in one unit (`Protocol.byUnit`); a row that has a unit for itself stays alone. */
function joinUnits(rows: readonly RowPrinter[]): (RowPrinter | UnitPrinter)[] {
  const joined: (RowPrinter | UnitPrinter)[] = [];
  for (let from = 0, to: number; from < rows.length; from = to) {
    const first = rows[from]!;
    const unit = unitOf(first.row);
    to = from + 1;
    while (to < rows.length && unit !== null && isWithin(rows[to]!.row, unit)) to++;
    const alone = unit === null || (to === from + 1 && unit.bits === UNIT);
    joined.push(alone ? first : new UnitPrinter(unit, rows.slice(from, to)));
  }
  return joined;
}

/** Bits of a header that are looked at together. */
interface Unit {
  readonly bit: number;
  readonly bits: number;
}

const UNIT = 16;
const MAC = 48;

/** The unit that a row stands in: a MAC address is one. Null for rows that stand nowhere, or in more than one. */
export function unitOf({ kind, bit, bits }: Row): Unit | null {
  if (bit === undefined) return null;
  const unit = { bit: bit - (bit % UNIT), bits: kind === 'mac' ? MAC : UNIT };
  return bit + bits! <= unit.bit + unit.bits ? unit : null;
}

const isWithin = ({ bit, bits }: Row, unit: Unit): boolean =>
  bit !== undefined && bit >= unit.bit && bit + bits! <= unit.bit + unit.bits;

/** Rows of one unit: drawn together for each value that it had lately. */
class UnitPrinter {
  private readonly octet: number;
  private readonly isMac: boolean;
  private readonly rows: readonly RowPrinter[];
  private readonly drawn = new DrawnNumbers();

  constructor(unit: Unit, rows: readonly RowPrinter[]) {
    this.octet = unit.bit >>> 3;
    this.isMac = unit.bits === MAC;
    this.rows = rows;
  }

  write(layer: Layer, packet: Packet, out: Writer): void {
    const at = layer.start + this.octet;
    const value = this.isMac ? u16(layer.bytes, at) * 2 ** 32 + u32(layer.bytes, at + 2) : u16(layer.bytes, at);
    const known = this.drawn.get(value);
    if (known !== undefined) {
      out.literal(known);
      return;
    }
    const from = out.at;
    for (const row of this.rows) row.write(layer, packet, out);
    this.drawn.keep(value, new Literal(out.bytes.slice(from, out.at)));
  }
}

/** A sheet for each protocol's rows and each context's, made when they are met first. Protocols may share rows, not sheets. */
export class Sheets {
  private readonly style: RowStyle;
  private readonly only: ReadonlySet<string> | null;
  private readonly sheets = new Map<Protocol | readonly Row[], Sheet>();

  constructor(style: RowStyle, only: ReadonlySet<string> | null = null) {
    this.style = style;
    this.only = only;
  }

  ofHeader(protocol: Protocol): Sheet {
    return this.sheets.get(protocol) ?? this.make(protocol, protocol.fields, protocol.byUnit === true);
  }

  ofContext({ rows }: Context): Sheet {
    return this.sheets.get(rows) ?? this.make(rows, rows, false);
  }

  private make(owner: Protocol | readonly Row[], rows: readonly Row[], byUnit: boolean): Sheet {
    const sheet = new Sheet(rows, byUnit, this.style, this.only);
    this.sheets.set(owner, sheet);
    return sheet;
  }
}

/** Rows that were visited, each made ready when it was met first. */
export class VisitedRows {
  private readonly style: RowStyle;
  private readonly printers = new Map<Row, RowPrinter>();

  constructor(style: RowStyle) {
    this.style = style;
  }

  of(row: Row, level: number): RowPrinter {
    const known = this.printers.get(row);
    if (known !== undefined && known.level === level) return known;
    const printer = new RowPrinter(row, level, this.style);
    this.printers.set(row, printer);
    return printer;
  }
}

/** One row, ready to be printed: what stands around its value is encoded, and how it is written is decided. */
class RowPrinter {
  readonly row: Row;
  readonly level: number;
  private readonly style: RowStyle;
  private readonly read: NonNullable<Row['read']>;
  private readonly straight: Row['write'];
  private readonly before: Literal;
  private readonly behind: Literal;
  private readonly kind: Kind | null;
  private readonly digits: number;
  /** Numbers below this are drawn once and remembered. */
  private readonly drawnBelow: number;
  private readonly drawn: DrawnNumbers;
  /** Texts that a header or a tracker has words for; null for rows whose text comes out of packets. */
  private readonly texts: Map<string, Literal> | null;

  constructor(row: Row, level: number, style: RowStyle) {
    const [before, behind] = style.around(row, level);
    this.row = row;
    this.level = level;
    this.style = style;
    this.read = row.read ?? NOT_THERE;
    this.straight = row.write;
    this.before = Literal.of(before);
    this.behind = Literal.of(behind);
    this.kind = style.plain(row);
    this.digits = hexDigits(row);
    this.drawnBelow = NUMBERS.has(row.kind) && style.toldByNumber(row) ? DRAWN : Number.NEGATIVE_INFINITY;
    this.drawn = this.drawnBelow > Number.NEGATIVE_INFINITY ? new DrawnNumbers() : NONE_DRAWN;
    this.texts = row.kind === 'text' && row.read !== undefined ? new Map() : null;
  }

  /** Writes the row of a header, if the header has it. */
  write(layer: Layer, packet: Packet, out: Writer): void {
    if (this.straight !== undefined) {
      this.writeStraight(this.straight, layer, packet, out);
      return;
    }
    const value = this.read(layer, packet);
    if (value === null) return;
    if (typeof value === 'number') {
      if (value < this.drawnBelow) this.writeDrawn(layer, packet, value, out);
      else if (this.kind === null) this.writeRead(layer, packet, value, out);
      else this.writeValue(layer, value, 0, value, out);
    } else if (this.texts !== null) {
      this.writeText(this.texts, layer, packet, value, out);
    } else {
      this.writeRead(layer, packet, value, out);
    }
  }

  private writeDrawn(layer: Layer, packet: Packet, value: number, out: Writer): void {
    const known = this.drawn.get(value);
    if (known !== undefined) {
      out.literal(known);
      return;
    }
    const from = out.at;
    this.writeRead(layer, packet, value, out);
    this.drawn.keep(value, new Literal(out.bytes.slice(from, out.at)));
  }

  private writeStraight(straight: NonNullable<Row['write']>, layer: Layer, packet: Packet, out: Writer): void {
    const from = out.at;
    out.literal(this.before);
    if (straight(layer, packet, out)) out.literal(this.behind);
    else out.at = from;
  }

  private writeRead(layer: Layer, packet: Packet, value: Value, out: Writer): void {
    this.writeValue(layer, rowStart(this.row, layer, value), rowLength(this.row, layer, packet), value, out);
  }

  private writeText(texts: Map<string, Literal>, layer: Layer, packet: Packet, value: Value, out: Writer): void {
    const known = texts.get(value as string);
    if (known !== undefined) {
      out.literal(known);
      return;
    }
    const from = out.at;
    this.writeRead(layer, packet, value, out);
    if (texts.size < DRAWN) texts.set(value as string, new Literal(out.bytes.slice(from, out.at)));
  }

  /** Writes what `walk` visits. */
  writeVisited(layer: Layer, at: number, length: number, value: Value, out: Writer): void {
    if (value === null) {
      out.text(this.style.mark(this.row, this.level));
      return;
    }
    if (typeof value === 'number' && value < this.drawnBelow) {
      const known = this.drawn.get(value);
      if (known !== undefined) {
        out.literal(known);
        return;
      }
      const from = out.at;
      this.writeValue(layer, at, length, value, out);
      this.drawn.keep(value, new Literal(out.bytes.slice(from, out.at)));
      return;
    }
    this.writeValue(layer, at, length, value, out);
  }

  /** Writes text that `walk` visits where it stands; false, and nothing, where it is not all ASCII. */
  writeOctets(layer: Layer, at: number, length: number, out: Writer): boolean {
    const from = out.at;
    out.literal(this.before);
    const written = this.style.octets.write(layer.bytes, at, length, out);
    if (written) out.literal(this.behind);
    else out.at = from;
    return written;
  }

  private writeValue(layer: Layer, at: number, length: number, value: Value, out: Writer): void {
    out.literal(this.before);
    if (typeof value === 'number') this.writeNumber(layer, at, length, value, out);
    else this.style.value(this.row, layer, at, length, value, out);
    out.literal(this.behind);
  }

  private writeNumber(layer: Layer, at: number, length: number, value: number, out: Writer): void {
    switch (this.kind) {
      case 'uint':
        if (value >= 0) out.uint(value);
        else out.ascii(String(value));
        return;
      case 'hex':
        out.ascii('0x');
        out.hex(value, this.digits);
        return;
      case 'mac':
        out.mac(layer.bytes, value);
        return;
      case 'ipv4':
        out.ipv4(layer.bytes, value);
        return;
      case 'ipv6':
        out.ipv6(layer.bytes, value);
        return;
      default:
        this.style.value(this.row, layer, at, length, value, out);
    }
  }
}

const NOT_THERE = (): null => null;

/** Kinds whose values are numbers that say all. */
const NUMBERS: ReadonlySet<Kind> = new Set(['uint', 'int', 'hex', 'bool', 'none']);

/** How many drawn rows are remembered of one kind. */
const DRAWN = 256;

/** Rows as they looked for the numbers that they had last. One place for many numbers: bounded, and found at once. */
class DrawnNumbers {
  private readonly numbers = new Float64Array(DRAWN).fill(Number.NaN);
  private readonly texts: Literal[] = new Array<Literal>(DRAWN).fill(NO_TEXT);

  get(number: number): Literal | undefined {
    const place = placeOf(number);
    return this.numbers[place] === number ? this.texts[place] : undefined;
  }

  keep(number: number, text: Literal): Literal {
    const place = placeOf(number);
    this.numbers[place] = number;
    this.texts[place] = text;
    return text;
  }
}

const placeOf = (number: number): number => (number ^ (number >>> 8)) & (DRAWN - 1);

const NO_TEXT = Literal.of('');
const NONE_DRAWN = new DrawnNumbers();
