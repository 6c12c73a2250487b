import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

const ROW = 16;

/** `-x`: the frame's bytes, then those of each buffer that fragments or a stream were put together in. */
export function writePacketHex(packet: Packet, out: Writer): void {
  const { bytes, start, capturedLength } = packet.frame;
  const buffers = reassembledBuffers(packet);
  if (buffers.length > 0) heading('Frame', capturedLength, out);
  writeHex(bytes, start, start + capturedLength, out);
  for (const { layer, end, name } of buffers) {
    heading(layer.decrypted ? 'Decrypted' : `Reassembled ${name}`, end - layer.start, out);
    writeHex(layer.bytes, layer.start, end, out);
  }
  out.line();
}

function heading(name: string, octets: number, out: Writer): void {
  out.ascii(`${name} (${octets} ${octets === 1 ? 'byte' : 'bytes'}):\n`);
}

/** Rows of an offset, 16 octets and what they are in ASCII. */
export function writeHex(bytes: Uint8Array, start: number, end: number, out: Writer): void {
  const length = end - start;
  writeHexRows(bytes, start, end, 0, length > 0xffffff ? 8 : length > 0xffff ? 6 : 4, out);
}

/** The same for bytes that stand at `first` in something longer, with offsets of `digits` digits, behind `indent`. */
export function writeHexRows(
  bytes: Uint8Array,
  start: number,
  end: number,
  first: number,
  digits: number,
  out: Writer,
  indent = '',
): void {
  const length = end - start;
  for (let offset = 0; offset < length; offset += ROW) {
    const from = start + offset;
    const to = Math.min(from + ROW, end);
    out.ascii(indent);
    out.hex(first + offset, digits);
    out.ascii('  ');
    out.octets(bytes, from, to, SPACE);
    for (let i = (to - from) * 3 - 1; i < ROW * 3 + 2; i++) out.byte(SPACE);
    for (let i = from; i < to; i++) out.byte(isPrintable(bytes[i]!) ? bytes[i]! : FULL_STOP);
    out.line();
  }
}

const SPACE = 32;
const FULL_STOP = 46;
const isPrintable = (octet: number): boolean => octet >= 0x20 && octet < 0x7f;

interface Reassembled {
  /** The first layer in it. */
  readonly layer: Layer;
  end: number;
  /** What it was put together from: the protocol below. */
  readonly name: string;
}

/** What fragments, a stream or decryption were put together in, in the order of the layers. */
export function reassembledBuffers(packet: Packet): Reassembled[] {
  const buffers: Reassembled[] = [];
  let below = '';
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    const last = buffers.at(-1);
    if (last?.layer.bytes === layer.bytes) last.end = Math.max(last.end, layer.capturedEnd);
    else if (layer.reassembled) buffers.push({ layer, end: layer.capturedEnd, name: below });
    if (layer.protocol.id !== 'data') below = layer.protocol.column;
  }
  return buffers;
}
