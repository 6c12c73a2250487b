import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { addressedLayer, topLayer } from '../flows/naming-layers.ts';
import { type Palette, PLAIN } from './color.ts';
import type { Printer } from './printer.ts';
import type { TimeWriter } from './time.ts';

/** The form without options: one line a frame. */
export class LinePrinter implements Printer {
  private readonly time: TimeWriter;
  private readonly palette: Palette;

  constructor(time: TimeWriter, palette: Palette = PLAIN) {
    this.time = time;
    this.palette = palette;
  }

  packet(packet: Packet, _tracker: unknown, out: Writer): void {
    writeLine(packet, this.time, out, this.palette);
    out.line();
  }
}

/**
 * One line a frame, in tshark's columns: number, time, source → destination, protocol, length, info. Widths are the least;
 * longer values push the rest to the right.
 */
export function writeLine(packet: Packet, time: TimeWriter, out: Writer, palette: Palette = PLAIN): void {
  out.padded(packet.frame.number, 5);
  out.byte(32);
  const from = out.at;
  time(packet.frame, out);
  out.padLeft(from, 10);
  out.byte(32);
  const addressed = addressedLayer(packet);
  writeColumn(addressed, 'source', 12, out);
  out.literal(ARROW);
  writeColumn(addressed, 'destination', 12, out);
  out.byte(32);
  const top = topLayer(packet);
  out.ascii(top.context?.column ?? top.protocol.column);
  out.byte(32);
  out.uint(packet.frame.wireLength);
  out.byte(32);
  writeInfo(top, packet, out);
  writeIssues(packet, out, palette);
}

export function writeInfo(top: Layer, packet: Packet, out: Writer): void {
  if (!top.whole) return;
  if (top.context?.info) top.context.info(top, packet, out);
  else top.protocol.info?.(top, packet, out);
}

function writeIssues(packet: Packet, out: Writer, palette: Palette): void {
  for (const { fault, code } of packet.issues) {
    out.byte(32);
    if (fault === 'truncated') out.text(palette.warn(`[cut short by the capture: ${code}]`));
    else out.text(palette.error(`[malformed: ${code}]`));
  }
}

export function writeAddress(layer: Layer, side: 'source' | 'destination', out: Writer): void {
  const { kind, source, destination, size } = layer.protocol.addresses!;
  const at = side === 'source' ? source(layer) : destination(layer);
  if (at + size > layer.capturedEnd && at + size > layer.headerEnd) return;
  if (kind === 'mac') out.mac(layer.bytes, at);
  else if (kind === 'ipv4') out.ipv4(layer.bytes, at);
  else out.ipv6(layer.bytes, at);
}

function writeColumn(layer: Layer | null, side: 'source' | 'destination', width: number, out: Writer): void {
  const from = out.at;
  if (layer !== null) writeAddress(layer, side, out);
  if (side === 'source') out.padLeft(from, width);
  else out.padRight(from, width);
}

const ARROW = Literal.of(' → ');
