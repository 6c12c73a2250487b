import { type Row, rowCaptured, rowLength, rowStart, type Value, type Visit } from '../core/field.ts';
import { writeValue } from '../core/field-value.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { membersOf } from '../fields.ts';
import { copy } from './copy.ts';
import { isListColumn, type ListColumns } from './list-columns.ts';
import type { Printer } from './printer.ts';

/** `-E` options, with tshark's names and defaults. */
export interface FieldsFormat {
  readonly header: boolean;
  /** Begins the output with a byte order mark. */
  readonly bom: boolean;
  readonly separator: string;
  readonly aggregator: string;
  readonly quote: '' | '"' | "'";
  readonly occurrence: 'a' | 'f' | 'l';
  /** Puts an apostrophe before what a spreadsheet would take for a formula: a sender chose it. */
  readonly guard: boolean;
  /**
   * What controls in texts become: as they are but for those that break a line or a column, which is what tshark prints
   * and programs read; or all escaped, for a terminal that they could drive.
   */
  readonly controls: 'raw' | 'escaped';
}

export const FIELDS_FORMAT: FieldsFormat = {
  header: false,
  bom: false,
  separator: '\t',
  aggregator: ',',
  quote: '',
  occurrence: 'a',
  guard: false,
  controls: 'raw',
};

/** `-T fields`: chosen fields of each packet, one line a packet, in the order asked for. */
export class FieldsPrinter implements Printer {
  private readonly columns: readonly string[];
  private readonly format: FieldsFormat;
  private readonly separator: Uint8Array;
  private readonly aggregator: Uint8Array;
  private readonly quote: Uint8Array;
  private readonly raw: boolean;
  /** For each field id, the columns that show it. */
  private readonly wanted = new Map<string, number[]>();
  /** What is to be read of the rows of each protocol and of each context, found once. */
  private readonly plans = new Map<readonly Row[], readonly Reading[]>();
  /** Whether a protocol's walked rows are wanted; walking is left out where they are not. */
  private readonly walks = new Map<readonly Row[], boolean>();
  /** The values of the packet at hand, one behind another, and for each column from where to where they stand. */
  private readonly values = new Writer(4096);
  private readonly spans: number[][];
  private readonly list: ListColumns | null;
  /** Columns that the one-line form has too. */
  private readonly listed: readonly number[];
  private layer!: Layer;
  private readonly visit: Visit;

  constructor(columns: readonly string[], format: FieldsFormat, list: ListColumns | null = null) {
    this.columns = columns;
    this.format = format;
    this.separator = encode(format.separator);
    this.aggregator = encode(format.aggregator);
    this.quote = encode(format.quote);
    this.raw = format.controls === 'raw';
    this.spans = columns.map(() => []);
    this.list = list;
    this.listed = list === null ? [] : [...columns.keys()].filter((index) => isListColumn(columns[index]!));
    for (const [index, column] of columns.entries()) {
      for (const id of membersOf(column)) {
        const known = this.wanted.get(id);
        if (known) known.push(index);
        else this.wanted.set(id, [index]);
      }
    }
    this.visit = (row, at, length, value) => {
      const shownIn = this.wanted.get(row.id);
      if (shownIn === undefined) return;
      const { values } = this;
      const from = values.at;
      this.write(row, at, length, value);
      for (const column of shownIn) this.spans[column]!.push(from, values.at);
    };
  }

  begin(out: Writer): void {
    if (this.format.bom) out.text('\ufeff');
    if (!this.format.header) return;
    out.text(this.columns.join(this.format.separator));
    out.line();
  }

  packet(packet: Packet, _tracker: unknown, out: Writer): void {
    this.values.clear();
    for (const spans of this.spans) if (spans.length > 0) spans.length = 0;
    for (let i = 0; i < packet.count; i++) {
      // tshark reads each segment when it comes: what had to wait for one that was late or is missing, it does not show.
      if (!packet.layers[i]!.late) this.readLayer(packet.layers[i]!, packet);
    }
    for (const column of this.listed) {
      const from = this.values.at;
      this.list!.write(this.columns[column]!, packet, this.values);
      this.spans[column]!.push(from, this.values.at);
    }
    this.writeRow(out);
  }

  private readLayer(layer: Layer, packet: Packet): void {
    const { protocol, context } = layer;
    this.layer = layer;
    this.readRows(protocol.fields, layer, packet);
    if (protocol.walk !== undefined && this.isWalked(protocol.walked ?? NO_ROWS)) {
      protocol.walk(layer, packet, this.visit);
    }
    if (context !== null) this.readRows(context.rows, layer, packet);
  }

  private readRows(rows: readonly Row[], layer: Layer, packet: Packet): void {
    const plan = this.planOf(rows);
    for (let i = 0; i < plan.length; i++) {
      const { row, columns } = plan[i]!;
      if (row.bit !== undefined && !rowCaptured(row, layer)) continue;
      const value = row.read(layer, packet);
      if (value === null) continue;
      const { values } = this;
      const from = values.at;
      this.write(row, rowStart(row, layer, value), rowLength(row, layer, packet), value);
      for (let n = 0; n < columns.length; n++) this.spans[columns[n]!]!.push(from, values.at);
    }
  }

  private write(row: Row, at: number, length: number, value: Value): void {
    if (row.kind === 'text' && this.raw) this.values.column(value as string);
    else writeValue(row, this.layer, at, length, value, this.values);
  }

  private planOf(rows: readonly Row[]): readonly Reading[] {
    const known = this.plans.get(rows);
    if (known !== undefined) return known;
    const plan = rows.flatMap((row): Reading[] => {
      const columns = this.wanted.get(row.id);
      if (columns === undefined || row.read === undefined) return [];
      const reading = { row: row as Reading['row'], columns };
      return row.twice ? [reading, reading] : [reading];
    });
    this.plans.set(rows, plan);
    return plan;
  }

  private isWalked(rows: readonly Row[]): boolean {
    let walked = this.walks.get(rows);
    if (walked === undefined) {
      walked = rows.some((row) => this.wanted.has(row.id));
      this.walks.set(rows, walked);
    }
    return walked;
  }

  private writeRow(out: Writer): void {
    const { occurrence } = this.format;
    for (let column = 0; column < this.spans.length; column++) {
      if (column > 0) copy(this.separator, 0, this.separator.length, out);
      const spans = this.spans[column]!;
      if (spans.length === 0) continue;
      const first = occurrence === 'l' ? spans.length - 2 : 0;
      const end = occurrence === 'f' ? 2 : spans.length;
      copy(this.quote, 0, this.quote.length, out);
      if (this.format.guard && FORMULA.has(this.values.bytes[spans[first]!]!)) out.byte(APOSTROPHE);
      for (let i = first; i < end; i += 2) {
        if (i > first) copy(this.aggregator, 0, this.aggregator.length, out);
        copy(this.values.bytes, spans[i]!, spans[i + 1]!, out);
      }
      copy(this.quote, 0, this.quote.length, out);
    }
    out.line();
  }
}

/** A row that can be read without walking, and the columns that show it. */
interface Reading {
  readonly row: Row & { readonly read: NonNullable<Row['read']> };
  readonly columns: readonly number[];
}

/** How spreadsheets begin a formula: = + - @, and tabulator and carriage return before one. */
const FORMULA: ReadonlySet<number> = new Set([0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0d]);
const APOSTROPHE = 0x27;

const NO_ROWS: readonly Row[] = [];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
