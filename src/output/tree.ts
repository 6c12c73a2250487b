import { type Row, type Value, visitLayer } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { type Palette, PLAIN } from './color.ts';
import { writePacketHex } from './hex.ts';
import { writeLine } from './line.ts';
import type { Printer } from './printer.ts';
import type { TimeWriter } from './time.ts';
import { writeValue } from './value.ts';

/** What `-V`, `-O`, `-P` and `-x` ask for together. */
export interface TreeOptions {
  /** Protocols whose fields are shown; null for all. */
  readonly only: ReadonlySet<string> | null;
  readonly tree: boolean;
  readonly line: boolean;
  readonly hex: boolean;
  readonly palette: Palette;
}

/** `-V` and `-x`: a packet's line, tree and bytes, as far as they are asked for. */
export class TreePrinter implements Printer {
  private readonly options: TreeOptions;
  private readonly time: TimeWriter;

  constructor(options: TreeOptions, time: TimeWriter) {
    this.options = options;
    this.time = time;
  }

  packet(packet: Packet, _tracker: unknown, out: Writer): void {
    const { only, tree, line, hex, palette } = this.options;
    if (line) {
      writeLine(packet, this.time, out, palette);
      out.line();
      if (hex && !tree) out.line();
    }
    if (tree) writeTree(packet, out, only, palette);
    if (hex) writePacketHex(packet, out);
  }
}

/** The full tree of a packet: a heading a layer, then a line a field, then what is wrong. Ends in an empty line. */
export function writeTree(
  packet: Packet,
  out: Writer,
  only: ReadonlySet<string> | null = null,
  palette: Palette = PLAIN,
): void {
  for (let i = 0; i < packet.count; i++) writeLayer(packet.layers[i]!, packet, out, only, palette);
  for (const { fault, code, need, have, source } of packet.issues) {
    const words = `${code} needs ${need} bytes, has ${have} (said by ${source})]`;
    if (fault === 'truncated') out.text(palette.warn(`[Cut short by the capture: ${words}`));
    else out.text(palette.error(`[Malformed: ${words}`));
    out.line();
  }
  out.line();
}

function writeLayer(
  layer: Layer,
  packet: Packet,
  out: Writer,
  only: ReadonlySet<string> | null,
  palette: Palette,
): void {
  const { id, name } = layer.protocol;
  const what = `${layer.quoted ? ', quoted' : ''}${layer.reassembled ? ', reassembled' : ''}`;
  out.text(palette.title(`${name} (${id})${what}`));
  out.line();
  if (only !== null && !only.has(id)) return;
  visitLayer(layer, packet, (row, at, length, value, level) => {
    for (let i = 0; i <= level; i++) out.ascii('    ');
    out.text(row.label);
    if (value !== null || row.kind === 'bytes') {
      out.ascii(': ');
      const paint = paintOf(row, value, palette);
      if (paint === null) writeShown(row, layer, at, length, value, out);
      else out.text(paint(String(value)));
    }
    out.line();
  });
}

/** Verdicts and states are words of ours, and the only values that are painted. */
function paintOf(row: Row, value: Value, palette: Palette): ((text: string) => string) | null {
  if (row.kind !== 'text' || !row.id.startsWith('dissect.')) return null;
  if (value === 'bad') return palette.error;
  return row.id.startsWith('dissect.tcp.state.') ? palette.state : null;
}

/** A value with its meaning: a name stands before its number, as in `TCP (6)`. */
export function writeShown(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
  const meaning = row.show?.(value as never, layer) ?? '';
  if (meaning !== '') {
    out.safe(meaning);
    out.ascii(' (');
  }
  if (row.kind === 'bool') out.ascii(value ? 'Set' : 'Not set');
  else if (row.kind === 'bytes') writeBytes(layer, at, length, out);
  else writeValue(row, layer, at, length, value, out);
  if (meaning !== '') out.byte(41);
}

/** Long contents are cut in the tree; `-x` and machine forms have them whole. */
const SHOWN_OCTETS = 32;

function writeBytes(layer: Layer, at: number, length: number, out: Writer): void {
  const end = Math.min(at + length, layer.unitCapturedEnd);
  out.octets(layer.bytes, at, Math.min(end, at + SHOWN_OCTETS));
  if (end > at + SHOWN_OCTETS) out.text(`… (${end - at} bytes)`);
}
