import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { ethernet } from './ethernet.ts';
import { gre, flags as greFlags, SEQUENCE } from './gre.ts';

/**
 * Encapsulated Remote Switch Packet Analysis: mirrored Ethernet frames behind GRE (draft-foschiano-erspan-03 §4). Type I
 * has no header and GRE no sequence number; II and III are versions 1 and 2.
 *
 *  II:  |Ver (4)|    VLAN (12)    | COS (3) |En (2)|T|  Session (10)  | Reserved (12) |  Index (20)  |
 *  III: |Ver (4)|    VLAN (12)    | COS (3) |BSO(2)|T|  Session (10)  | Timestamp (32) | SGT (16) | ... (15) |O|
 */
const TYPE_2 = 8;
const TYPE_3 = 12;
const PLATFORM = 8;

/** Octets of header: it depends on GRE's flags, on the version, and on a bit for eight octets more. */
function headerLength(layer: Layer): number {
  if (!layer.captured(TYPE_2)) return TYPE_2;
  if (version(layer) !== 2) return TYPE_2;
  if (!layer.captured(TYPE_3)) return TYPE_3;
  return (u8(layer.bytes, layer.start + 11) & 1) === 1 ? TYPE_3 + PLATFORM : TYPE_3;
}

const version = (layer: Layer): number => u8(layer.bytes, layer.start) >>> 4;
export const vlan = (layer: Layer): number => u16(layer.bytes, layer.start) & 0xfff;
const session = (layer: Layer): number => u16(layer.bytes, layer.start + 2) & 0x3ff;

/** Only a frame that stands behind a header has these. */
const headed = (read: (layer: Layer) => number | null) => (layer: Layer) =>
  layer.headerEnd > layer.start ? read(layer) : null;

export const erspan: Protocol = {
  id: 'erspan',
  name: 'Encapsulated Remote Switch Packet Analysis',
  column: 'ERSPAN',
  spec: 'draft-foschiano-erspan-03 §4',
  fields: [
    { id: 'erspan.version', label: 'Version', kind: 'uint', bit: 0, bits: 4, read: headed(version) },
    { id: 'erspan.vlan', label: 'VLAN', kind: 'uint', bit: 4, bits: 12, read: headed(vlan) },
    {
      id: 'erspan.cos',
      label: 'Class of service',
      kind: 'uint',
      bit: 16,
      bits: 3,
      read: headed((layer) => u8(layer.bytes, layer.start + 2) >>> 5),
    },
    {
      id: 'erspan.truncated',
      label: 'Truncated',
      kind: 'uint',
      bit: 21,
      bits: 1,
      read: headed((layer) => (u8(layer.bytes, layer.start + 2) >>> 2) & 1),
    },
    { id: 'erspan.spanid', label: 'Session', kind: 'uint', bit: 22, bits: 10, read: headed(session) },
    {
      id: 'erspan.index',
      label: 'Port index',
      kind: 'uint',
      bit: 44,
      bits: 20,
      read: headed((layer) => (version(layer) === 1 ? u32(layer.bytes, layer.start + 4) & 0xfffff : null)),
    },
  ],
  decode(layer, packet) {
    const below = packet.layers[layer.index - 1];
    if (below !== undefined && below.protocol === gre && (greFlags(below) & SEQUENCE) === 0) {
      return ethernet;
    }
    const length = headerLength(layer);
    if (!layer.captured(length)) return packet.short(layer, 'header', length);
    layer.headerEnd = layer.start + length;
    return ethernet;
  },
  info(_layer, _packet, out) {
    out.ascii('Mirrored frame');
  },
  card(layer, _packet, out) {
    out.ascii('ERSPAN');
    if (layer.headerEnd > layer.start) out.text(`\nsession ${session(layer)} · VLAN ${vlan(layer)}`);
  },
};
