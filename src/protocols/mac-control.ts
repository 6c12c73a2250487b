import { u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';

/**
 * MAC control: an end of a link asks the other to stop sending for a while. IEEE 802.3 §31 and annex 31B.
 *
 *  | opcode (16) | pause time (16), in units of 512 bit times | reserved (42 octets) |
 */
const HEADER = 4;
export const PAUSE = 0x0001;
const PRIORITY_PAUSE = 0x0101;

export const opcode = (layer: Layer): number => u16(layer.bytes, layer.start);
export const pauseTime = (layer: Layer): number => u16(layer.bytes, layer.start + 2);

export const macControl: Protocol = {
  id: 'macc',
  name: 'MAC Control',
  column: 'MAC CTRL',
  spec: 'IEEE 802.3 §31',
  fields: [
    { id: 'macc.opcode', label: 'Opcode', kind: 'hex', bit: 0, bits: 16, read: opcode, show: opcodeName },
    {
      id: 'macc.pause_time',
      label: 'Pause time (512 bit times)',
      kind: 'uint',
      bit: 16,
      bits: 16,
      read: (layer) => (opcode(layer) === PAUSE ? pauseTime(layer) : null),
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    layer.capturedEnd = layer.headerEnd;
    layer.wireEnd = layer.headerEnd;
    return null;
  },
  info(layer, _packet, out) {
    if (!layer.whole) return;
    out.ascii(opcodeName(opcode(layer)) || 'Unknown');
    if (opcode(layer) !== PAUSE) return;
    out.ascii(': pause_time: ');
    out.uint(pauseTime(layer));
    out.ascii(' quanta');
  },
  card(layer, _packet, out) {
    out.ascii('MAC control');
    if (!layer.whole) return;
    out.ascii('  ');
    out.ascii(opcodeName(opcode(layer)) || `opcode ${opcode(layer)}`);
    if (opcode(layer) !== PAUSE) return;
    out.ascii('\nfor ');
    out.uint(pauseTime(layer));
    out.text(' × 512 bit times');
  },
};

function opcodeName(value: number): string {
  if (value === PAUSE) return 'Pause';
  return value === PRIORITY_PAUSE ? 'Class Based Flow Control [CBFC] Pause' : '';
}
