import { type Row, rowCaptured, rowLength, rowStart, standsInBytes, type Value, type Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { type Datum, datumOf } from './datum.ts';
import { type Field, type Home, type ReadableRow, readable } from './field.ts';
import { inRanges, type Range } from './slice.ts';

/** Judges one value of a field. Octets stand in the layer from `at` to `end`; for other values both are 0. */
export type ValueTest = (value: Value, layer: Layer, at: number, end: number, row: Row) => boolean;

/**
 * Shows the values of one field in a packet, one after another, where they stand: nothing is copied, and no text is made
 * that the row itself does not make.
 */
export class Reader {
  private readonly field: Field;
  private readonly homes: readonly Home[];
  private readonly layers: readonly Range[] | null;
  /** A protocol's bytes are its header; a search in them goes on to the end of what it carries. */
  private readonly deep: boolean;
  private layer!: Layer;
  private test!: ValueTest;
  private found = false;
  /** Rows of the contexts that came up: nearly always the same one again. */
  private readonly contexts = new Map<readonly Row[], readonly ReadableRow[]>();
  private lastContext: readonly Row[] = [];
  private lastRows: readonly ReadableRow[] = [];

  constructor(field: Field, layers: readonly Range[] | null = null, deep = false) {
    this.field = field;
    this.homes = field.homes;
    this.layers = layers;
    this.deep = deep;
  }

  /** True as soon as `test` takes a value. */
  some(packet: Packet, test: ValueTest): boolean {
    const { homes } = this;
    const { inContexts } = this.field;
    for (let i = 0; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      for (let n = 0; n < homes.length; n++) {
        const home = homes[n]!;
        if (layer.protocol !== home.protocol || !this.isChosen(layer, packet)) continue;
        if (this.someIn(home, layer, packet, test)) return true;
      }
      if (!inContexts || layer.context === null || !this.isChosen(layer, packet)) continue;
      if (someOf(this.contextRows(layer.context.rows), layer, packet, test)) return true;
    }
    return false;
  }

  private contextRows(rows: readonly Row[]): readonly ReadableRow[] {
    if (rows === this.lastContext) return this.lastRows;
    let wanted = this.contexts.get(rows);
    if (wanted === undefined) {
      wanted = readable(rows, this.field.ids);
      this.contexts.set(rows, wanted);
    }
    this.lastContext = rows;
    this.lastRows = wanted;
    return wanted;
  }

  /** All values, taken out of the packet. */
  collect(packet: Packet, into: Datum[]): void {
    this.some(packet, (value, { bytes }, at, end, row) => {
      into.push(this.field.type === 'protocol' ? bytes.subarray(at, end) : datumOf(row, value, bytes, at, end));
      return false;
    });
  }

  private someIn(home: Home, layer: Layer, packet: Packet, test: ValueTest): boolean {
    if (this.field.type === 'protocol') return test(0, layer, layer.start, this.endOf(layer), NO_ROW);
    if (someOf(home.rows, layer, packet, test)) return true;
    return home.walk !== null && this.walk(home.walk, layer, packet, test);
  }

  private walk(walk: NonNullable<Home['walk']>, layer: Layer, packet: Packet, test: ValueTest): boolean {
    this.found = false;
    this.layer = layer;
    this.test = test;
    walk(layer, packet, this.visit);
    return this.found;
  }

  private readonly visit: Visit = (row, at, length, value) => {
    if (this.found || !this.field.ids.has(row.id)) return;
    const { layer } = this;
    if (standsInBytes(row.kind)) this.found = this.test(value, layer, at, endIn(layer, at, length), row);
    else this.found = this.test(value, layer, 0, 0, row);
  };

  private endOf(layer: Layer): number {
    const { start, headerEnd, capturedEnd, unitCapturedEnd, protocol } = layer;
    // The frame's own header stands nowhere, and a link's trailer is part of it.
    if (!this.deep && headerEnd > start) return Math.min(headerEnd, capturedEnd);
    return protocol.addresses?.link === true ? unitCapturedEnd : capturedEnd;
  }

  /** `ip.src#2`: layers of one protocol are counted from the outside, beginning with 1. */
  private isChosen(layer: Layer, packet: Packet): boolean {
    if (this.layers === null) return true;
    let number = 0;
    let count = 0;
    for (let i = 0; i < packet.count; i++) {
      const other = packet.layers[i]!;
      if (other.protocol !== layer.protocol) continue;
      count++;
      if (other.index <= layer.index) number++;
    }
    return inRanges(number, count, this.layers);
  }
}

function someOf(rows: readonly ReadableRow[], layer: Layer, packet: Packet, test: ValueTest): boolean {
  for (let n = 0; n < rows.length; n++) if (takes(rows[n]!, layer, packet, test)) return true;
  return false;
}

function takes(row: ReadableRow, layer: Layer, packet: Packet, test: ValueTest): boolean {
  if (row.bit !== undefined && !rowCaptured(row, layer)) return false;
  const value = row.read(layer, packet);
  if (value === null) return false;
  if (!standsInBytes(row.kind)) return test(value, layer, 0, 0, row);
  const at = rowStart(row, layer, value);
  return test(value, layer, at, endIn(layer, at, rowLength(row, layer, packet)), row);
}

const endIn = (layer: Layer, at: number, length: number): number => Math.min(at + length, layer.unitCapturedEnd);

const NO_ROW: Row = { id: '', label: '', kind: 'none' };
