import { u16 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ppp } from './ppp.ts';

/**
 * Layer Two Tunneling Protocol, version 2. RFC 2661 §3.1. Data messages carry PPP, control messages attributes.
 *
 *   0                   1                   2                   3
 *  |T|L|x|x|S|x|O|P|x x x x|  Ver  |          Length (L)           |
 *  |           Tunnel ID           |           Session ID          |
 *  |             Ns (S)            |             Nr (S)            |
 *  |      Offset Size (O)          |    Offset padding (O) ...     |
 */
const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const VERSION = 2;

const flags = (l2tp: Layer): number => u16(l2tp.bytes, l2tp.start);
const version = (l2tp: Layer): number => flags(l2tp) & 15;
const isControl = (l2tp: Layer): boolean => has(l2tp, CONTROL);

const has = (l2tp: Layer, mask: number): boolean => (flags(l2tp) & mask) !== 0;

const idsAt = (l2tp: Layer): number => (has(l2tp, LENGTH) ? 4 : 2);
const offsetAt = (l2tp: Layer): number => idsAt(l2tp) + 4 + (has(l2tp, SEQUENCE) ? 4 : 0);
const fixedLength = (l2tp: Layer): number => offsetAt(l2tp) + (has(l2tp, OFFSET) ? 2 : 0);

const tunnel = (l2tp: Layer): number => u16(l2tp.bytes, l2tp.start + idsAt(l2tp));
const session = (l2tp: Layer): number => u16(l2tp.bytes, l2tp.start + idsAt(l2tp) + 2);

/** A row whose place depends on the flags. */
const part = (id: string, label: string, read: (l2tp: Layer) => number | null): Row => ({
  id,
  label,
  kind: 'uint',
  read: (l2tp) =>
    l2tp.captured(2) && version(l2tp) === VERSION && l2tp.captured(fixedLength(l2tp)) ? read(l2tp) : null,
});

export const l2tp: Protocol = {
  id: 'l2tp',
  name: 'Layer Two Tunneling Protocol',
  column: 'L2TP',
  spec: 'RFC 2661 §3.1',
  fields: [
    { id: 'l2tp.flags', label: 'Flags', kind: 'hex', bit: 0, bits: 16, read: flags },
    {
      id: 'l2tp.type',
      label: 'Type',
      kind: 'uint',
      bit: 0,
      bits: 1,
      read: (layer) => (isControl(layer) ? 1 : 0),
      show: (value: number) => (value === 1 ? 'Control message' : 'Data message'),
      level: 1,
    },
    { id: 'l2tp.version', label: 'Version', kind: 'uint', bit: 12, bits: 4, read: version, level: 1 },
    part('l2tp.length', 'Length', (layer) => (has(layer, LENGTH) ? u16(layer.bytes, layer.start + 2) : null)),
    part('l2tp.tunnel', 'Tunnel id', tunnel),
    part('l2tp.session', 'Session id', session),
  ],
  decode(layer, packet) {
    if (!layer.captured(2)) return packet.short(layer, 'header', 2);
    if (version(layer) !== VERSION) return data;
    let length = fixedLength(layer);
    if (!layer.captured(length)) return packet.short(layer, 'header', length, 'l2tp.flags');
    if (has(layer, OFFSET)) length += u16(layer.bytes, layer.start + offsetAt(layer));
    if (!layer.captured(length)) return packet.short(layer, 'offset', length, 'l2tp.offset');
    layer.headerEnd = layer.start + length;
    return isControl(layer) ? data : ppp;
  },
  info(layer, _packet, out) {
    if (!layer.captured(2) || version(layer) !== VERSION || !layer.captured(fixedLength(layer))) return;
    out.ascii(isControl(layer) ? 'Control Message' : 'Data Message');
    out.ascii(` (tunnel id=${tunnel(layer)}, session id=${session(layer)})`);
  },
  card(layer, _packet, out) {
    out.ascii(isControl(layer) ? 'L2TP  control message' : 'L2TP  data message');
    if (!layer.captured(2) || version(layer) !== VERSION || !layer.captured(fixedLength(layer))) return;
    out.text(`\ntunnel ${tunnel(layer)} · session ${session(layer)}`);
  },
};
