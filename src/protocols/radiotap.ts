import { u8 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { wlan } from './wlan.ts';

/**
 * What a wireless card tells of a frame (radiotap.org), in front of its 802.11 header; all in little-endian order.
 *
 *  | Version 0 (8) | Pad (8) | Length (16) | Present (32), more of these while bit 31 is set |  fields, each aligned |
 */
const HEADER = 8;
const FCS = 4;
/** Bits of the first present word, and of the flags field. */
const TSFT = 1 << 0;
const FLAGS = 1 << 1;
const MORE = 0x80;
const FCS_AT_END = 0x10;

const version = (layer: Layer): number => u8(layer.bytes, layer.start);
const length = (layer: Layer): number => u8(layer.bytes, layer.start + 2) | (u8(layer.bytes, layer.start + 3) << 8);
const present = (layer: Layer): number => u8(layer.bytes, layer.start + 4);

/** The flags field stands first, or behind the 64-bit time, which is aligned to eight octets. */
function frameHasFcs(layer: Layer): boolean {
  if ((present(layer) & FLAGS) === 0) return false;
  let at = HEADER - 4;
  while (at + 4 <= length(layer) && u8(layer.bytes, layer.start + at + 3) & MORE) at += 4;
  at += 4;
  if (present(layer) & TSFT) at = ((at + 7) & ~7) + 8;
  return at < length(layer) && (u8(layer.bytes, layer.start + at) & FCS_AT_END) !== 0;
}

export const radiotap: Protocol = {
  id: 'radiotap',
  name: 'Radiotap header',
  column: 'RADIOTAP',
  spec: 'radiotap.org',
  fields: [
    { id: 'radiotap.version', label: 'Version', kind: 'uint', bit: 0, bits: 8, read: version },
    {
      id: 'radiotap.length',
      label: 'Length',
      kind: 'uint',
      read: (layer) => (layer.captured(HEADER) ? length(layer) : null),
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const said = length(layer);
    if (said < HEADER) return packet.malformed(layer, 'length', HEADER, said, 'radiotap.length');
    if (!layer.captured(said)) return packet.short(layer, 'fields', said, 'radiotap.length');
    layer.headerEnd = layer.start + said;
    if (frameHasFcs(layer) && layer.wireEnd - layer.headerEnd >= FCS) {
      layer.wireEnd -= FCS;
      layer.capturedEnd = Math.min(layer.capturedEnd, layer.wireEnd);
    }
    return wlan;
  },
  info(_layer, _packet, out) {
    out.ascii('802.11 radio information');
  },
};
