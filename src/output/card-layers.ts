import { visitRows } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { Palette } from './color.ts';
import type { Column } from './column.ts';
import { writeShown } from './tree.ts';
import { cellsAt, octetsOf } from './width.ts';

/** The left half of a card: a title a layer, its details indented, then what is wrong. */
export function layLayers(packet: Packet, width: number, colors: Palette, column: Column): void {
  for (let i = 1; i < packet.count; i++) layLayer(packet.layers[i]!, packet, width, column);
  for (const { fault, code, need, have } of packet.issues) {
    const said = fault === 'truncated' ? 'cut short by the capture' : 'malformed';
    const from = column.text.at;
    column.text.text(`${said}: ${code} needs ${need} bytes, has ${have}`);
    column.wrap(from, column.text.at, width - 2, 1, colors.warn);
  }
}

function layLayer(layer: Layer, packet: Packet, width: number, column: Column): void {
  const { text } = column;
  const indent = layer.quoted ? 3 : 1;
  const begin = text.at;
  if (layer.quoted && !packet.layers[layer.index - 1]!.quoted) text.text('↳ ');
  const from = text.at;
  writeCard(layer, packet, text);
  if (text.at === from) return;
  const end = text.at;
  measureLine(text.bytes, begin, end);
  column.wrapTitle(begin, lineEnd, lineCells, width - indent - 1, indent);
  while (lineEnd < end) {
    const start = lineEnd + 1;
    measureLine(text.bytes, start, end);
    if (lineEnd > start || !layer.whole) column.wrapDetails(start, lineEnd, lineCells, width - indent - 2, indent + 2);
  }
}

/** Writes the title, and a line for each group of details. Nothing for bytes that nothing is known of. */
function writeCard(layer: Layer, packet: Packet, out: Writer): void {
  const { protocol, context } = layer;
  const isEmpty = layer.headerEnd === layer.start && protocol.id !== 'data';
  const teller = context?.card ? context : protocol;
  if (!isEmpty && layer.whole && teller.card !== undefined) teller.card(layer, packet, out);
  else if (isEmpty || !layer.whole || protocol.id !== 'data') out.text(protocol.name);
  if (!isEmpty && !layer.whole) writeCapturedRows(layer, packet, out);
}

/** A header that was cut: those of its fields that were captured. */
function writeCapturedRows(layer: Layer, packet: Packet, out: Writer): void {
  let separator = '\n';
  visitRows(layer.protocol.fields, layer, packet, (row, at, length, value, level) => {
    if (level > 0) return;
    out.text(`${separator}${row.label.toLowerCase()} `);
    writeShown(row, layer, at, length, value, out);
    separator = ' · ';
  });
  if (separator === '\n') out.line();
}

/** Of the line that was measured last: where it ends, and its cells. */
let lineEnd = 0;
let lineCells = 0;

/** Measures the line that begins at `from` and ends at a line feed, or at `to`. */
function measureLine(bytes: Uint8Array, from: number, to: number): void {
  let cells = 0;
  let i = from;
  while (i < to) {
    const lead = bytes[i]!;
    if (lead === LINE_FEED) break;
    if (lead < 0x80) {
      cells++;
      i++;
    } else {
      cells += cellsAt(bytes, i);
      i += octetsOf(lead);
    }
  }
  lineEnd = i;
  lineCells = cells;
}

const LINE_FEED = 10;
