import type { Layer } from './layer.ts';
import type { Packet } from './packet.ts';
import type { Writer } from './writer.ts';

/**
 * What a field's value is, which decides how it is printed everywhere:
 * `uint` decimal, `hex` 0x… by its bits, `bool` 1/0, `int` signed; `mac` `ipv4` `ipv6` `bytes` stand in the layer's bytes
 * (the value is their offset); `text` a string; `time` a [seconds, nanoseconds] pair as text; `none` a heading or a mark.
 */
export type Kind = 'uint' | 'int' | 'hex' | 'bool' | 'mac' | 'ipv4' | 'ipv6' | 'bytes' | 'text' | 'time' | 'none';

/** A number; an offset for kinds that stand in the bytes; a string for `text` and `time`; null when not there. */
export type Value = number | bigint | string | null;

/** One row of a header: everything that is printed, filtered or documented of a field is made from it. */
export interface Row {
  /** Wireshark's id where the meaning is the same, else under `dissect.`. */
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  /** Place in the header, counted in bits from its start. Absent for what is computed or walked. */
  readonly bit?: number;
  readonly bits?: number;
  /** The value, or null when this packet does not have it. Rows without it are visited by `walk`. */
  readonly read?: (layer: Layer, packet: Packet) => Value;
  /**
   * Writes the value as printers have it, or answers false when this packet does not have it: for text and times of nearly
   * every packet, so that printing them makes no strings.
   */
  readonly write?: (layer: Layer, packet: Packet, out: Writer) => boolean;
  /** What the value means, shown in brackets or behind it. Empty for nothing to say. */
  readonly show?: (value: never, layer: Layer) => string;
  /** Indent in the tree: 1 for the bits of a flags field. */
  readonly level?: number;
  /** The header counts in units of this many octets; the value is in octets. */
  readonly scale?: number;
  /** Hexadecimal digits, where Wireshark's field is wider than its bits; else bits rounded up to whole octets. */
  readonly digits?: number;
  /** Octets of a `bytes` field whose length the header itself tells. */
  readonly length?: (layer: Layer, packet: Packet) => number;
  /** What columns show of a `bytes` field without octets, where it is not `<MISSING>`. */
  readonly empty?: string;
  /** Wireshark's tree has it twice, as a field and as a remark: columns must show it as often. */
  readonly twice?: boolean;
  /** Says nothing that other rows do not say: shown only where it is asked for by its id. */
  readonly asked?: true;
  /** One sentence for the field reference. */
  readonly about?: string;
}

/**
 * Makes rows one after the other, each where its name is given, and gathers them for the protocol's declaration. `prefix`
 * begins the id of each.
 */
export function gatherRows(rows: Row[], prefix = '') {
  return (id: string, label: string, kind: Kind = 'text', more: Partial<Row> = {}): Row => {
    const made: Row = { id: prefix + id, label, kind, ...more };
    rows.push(made);
    return made;
  };
}

/** What a header of at least `header` octets carries, as octets; for whoever asks for it. */
export const payloadRow = (id: string, header: number): Row => ({
  id,
  label: 'Payload',
  kind: 'bytes',
  read: (layer) => (layer.captured(header) && layer.headerEnd < layer.capturedEnd ? layer.headerEnd : null),
  length: (layer) => layer.capturedEnd - layer.headerEnd,
  asked: true,
});

/** Called for each field that a packet has. `at` is an offset in the layer's bytes, or -1 when it stands nowhere. */
export type Visit = (row: Row, at: number, length: number, value: Value, level: number) => void;

/**
 * Takes text that stands in the layer's bytes, up to its first NUL, or answers false where it is not all ASCII: then `visit`
 * gets it. Whoever writes bytes gives one to `walk`, so that no strings are made.
 */
export type VisitOctets = (row: Row, at: number, length: number, level: number) => boolean;

/** Visits a layer's fixed rows that were captured, its walked parts, and what a tracker knows of it. */
export function visitLayer(layer: Layer, packet: Packet, visit: Visit): void {
  visitRows(layer.protocol.fields, layer, packet, visit);
  layer.protocol.walk?.(layer, packet, visit);
  if (layer.context !== null) visitRows(layer.context.rows, layer, packet, visit);
}

/** Visits those of the rows that can be read; a row outside the captured bytes is not there. */
export function visitRows(rows: readonly Row[], layer: Layer, packet: Packet, visit: Visit): void {
  for (const row of rows) {
    if (row.read === undefined || row.asked) continue;
    if (row.bit !== undefined && !rowCaptured(row, layer)) continue;
    const value = row.read(layer, packet);
    if (value === null) continue;
    visit(row, rowStart(row, layer, value), rowLength(row, layer, packet), value, row.level ?? 0);
  }
}

export const rowCaptured = (row: Row, layer: Layer): boolean =>
  layer.start + ((row.bit! + row.bits! + 7) >>> 3) <= layer.capturedEnd;

export function rowStart(row: Row, layer: Layer, value: Value): number {
  if (row.bit !== undefined) return layer.start + (row.bit >>> 3);
  return standsInBytes(row.kind) ? (value as number) : -1;
}

export function rowLength(row: Row, layer: Layer, packet: Packet): number {
  if (row.length !== undefined) return row.length(layer, packet);
  if (row.bits !== undefined) return ((row.bit! & 7) + row.bits + 7) >>> 3;
  return SIZES[row.kind] ?? 0;
}

/** Kinds whose value is an offset into the layer's bytes. */
export const standsInBytes = (kind: Kind): boolean =>
  kind === 'mac' || kind === 'ipv4' || kind === 'ipv6' || kind === 'bytes';

const SIZES: Partial<Record<Kind, number>> = { mac: 6, ipv4: 4, ipv6: 16 };
