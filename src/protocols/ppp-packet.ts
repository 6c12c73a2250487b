import { u8, u16 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/**
 * What all of PPP's own protocols begin with. RFC 1661 §5, RFC 1334 §2.2, RFC 1994 §4:
 *
 *  | code (8) | identifier (8) | length (16) | data ... |
 */
export const HEADER = 4;

export const code = (layer: Layer): number => u8(layer.bytes, layer.start);
export const identifier = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
const length = (layer: Layer): number => u16(layer.bytes, layer.start + 2);

/** Rows of the header, with ids that begin with `id`. */
export const headerRows = (id: string, codeName: (code: number) => string): readonly Row[] => [
  { id: `${id}.code`, label: 'Code', kind: 'uint', bit: 0, bits: 8, read: code, show: codeName },
  { id: `${id}.identifier`, label: 'Identifier', kind: 'uint', bit: 8, bits: 8, read: identifier },
  { id: `${id}.length`, label: 'Length', kind: 'uint', bit: 16, bits: 16, read: length },
];

/** The length counts the header; padding may stand behind (RFC 1661 §5). `source` is the id of the length's row. */
export function decodePacket(layer: Layer, packet: Packet, source: string): null {
  if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
  const said = length(layer);
  const have = layer.wireEnd - layer.start;
  if (said < HEADER || said > have) return packet.malformed(layer, 'length', said, have, source);
  layer.endAt(layer.start + said);
  layer.headerEnd = layer.capturedEnd;
  return null;
}
