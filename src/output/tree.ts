import { type Row, type Value, visitLayer } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { writeValue } from './value.ts';

/** The full tree of a packet: a heading a layer, then a line a field, then what is wrong. Ends in an empty line. */
export function writeTree(packet: Packet, out: Writer, only: ReadonlySet<string> | null = null): void {
  for (let i = 0; i < packet.count; i++) writeLayer(packet.layers[i]!, packet, out, only);
  for (const issue of packet.issues) {
    out.ascii(issue.fault === 'truncated' ? '[Cut short by the capture: ' : '[Malformed: ');
    out.ascii(`${issue.code} needs ${issue.need} bytes, has ${issue.have} (said by ${issue.source})]\n`);
  }
  out.line();
}

function writeLayer(layer: Layer, packet: Packet, out: Writer, only: ReadonlySet<string> | null): void {
  const { id, name } = layer.protocol;
  out.ascii(name);
  out.ascii(` (${id})`);
  if (layer.quoted) out.ascii(', quoted');
  if (layer.reassembled) out.ascii(', reassembled');
  out.line();
  if (only !== null && !only.has(id)) return;
  visitLayer(layer, packet, (row, at, length, value, level) => {
    for (let i = 0; i <= level; i++) out.ascii('    ');
    out.text(row.label);
    if (value !== null || row.kind === 'bytes') {
      out.ascii(': ');
      writeShown(row, layer, at, length, value, out);
    }
    out.line();
  });
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
  const end = Math.min(at + length, layer.capturedEnd);
  out.octets(layer.bytes, at, Math.min(end, at + SHOWN_OCTETS));
  if (end > at + SHOWN_OCTETS) out.text(`… (${end - at} bytes)`);
}
