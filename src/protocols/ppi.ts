import { u8 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { linkTypes } from './tables.ts';

/**
 * Per-Packet Information (LINKTYPE_PPI): what a capturing device tells of a frame, in front of it; in little-endian order.
 *
 *  | Version 0 (8) | Flags (8) | Length (16) | Link type (32) |  fields: | Type (16) | Length (16) | ... |
 */
const HEADER = 8;
const FIELD_HEADER = 4;

const u16Little = (bytes: Uint8Array, at: number): number => u8(bytes, at) | (u8(bytes, at + 1) << 8);
const length = (layer: Layer): number => u16Little(layer.bytes, layer.start + 2);
const linkType = (layer: Layer): number =>
  u16Little(layer.bytes, layer.start + 4) + u16Little(layer.bytes, layer.start + 6) * 0x10000;

/** A number that stands in the other order than rows with a place are read in. */
const little = (id: string, label: string, read: (layer: Layer) => number): Row => ({
  id,
  label,
  kind: 'uint',
  read: (layer) => (layer.captured(HEADER) ? read(layer) : null),
});

export const ppi: Protocol = {
  id: 'ppi',
  name: 'Per-Packet Information header',
  column: 'PPI',
  spec: 'LINKTYPE_PPI',
  fields: [
    {
      id: 'ppi.version',
      label: 'Version',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start),
    },
    {
      id: 'ppi.flags',
      label: 'Flags',
      kind: 'hex',
      bit: 8,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start + 1),
    },
    little('ppi.length', 'Length', length),
    little('ppi.dlt', 'Link type', linkType),
  ],
  walked: [
    { id: 'ppi.field_type', label: 'Field', kind: 'uint' },
    { id: 'ppi.field_len', label: 'Length', kind: 'uint' },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const said = length(layer);
    if (said < HEADER) return packet.malformed(layer, 'length', HEADER, said, 'ppi.length');
    if (!layer.captured(said)) return packet.short(layer, 'fields', said, 'ppi.length');
    layer.headerEnd = layer.start + said;
    return packet.follow(linkTypes, linkType(layer), data);
  },
  walk(layer, _packet, visit) {
    const { bytes, headerEnd } = layer;
    for (let at = layer.start + HEADER; at + FIELD_HEADER <= headerEnd; ) {
      const size = u16Little(bytes, at + 2);
      visit(FIELD_TYPE, at, 2, u16Little(bytes, at), 0);
      visit(FIELD_LENGTH, at + 2, 2, size, 1);
      at += FIELD_HEADER + size;
    }
  },
  info(_layer, _packet, out) {
    out.ascii('Per-packet information');
  },
};

const [FIELD_TYPE, FIELD_LENGTH] = ppi.walked as [Row, Row];
