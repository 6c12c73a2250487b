import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes, llcSaps } from './tables.ts';

/**
 * Logical Link Control (IEEE 802.2) behind an 802.3 length, with the Subnetwork Access Protocol (IEEE 802) where both SAPs
 * are 0xaa.
 *
 *  | DSAP (8) | SSAP (8) | Control (8 or 16) |  SNAP: OUI (24) | protocol id (16) |
 */
const SNAP = 0xaa;

export const dsap = (layer: Layer): number => u8(layer.bytes, layer.start);
export const ssap = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
const control = (layer: Layer): number => u8(layer.bytes, layer.start + 2);
const oui = (layer: Layer): number => u24(layer.bytes, layer.start + 3);
const snapType = (layer: Layer): number => u16(layer.bytes, layer.start + 6);

const isSnap = (layer: Layer): boolean => dsap(layer) === SNAP && ssap(layer) === SNAP;

export const llc: Protocol = {
  id: 'llc',
  name: 'Logical Link Control',
  column: 'LLC',
  spec: 'IEEE 802.2',
  fields: [
    { id: 'llc.dsap', label: 'DSAP', kind: 'hex', bit: 0, bits: 8, read: dsap },
    { id: 'llc.ssap', label: 'SSAP', kind: 'hex', bit: 8, bits: 8, read: ssap },
    { id: 'llc.control', label: 'Control', kind: 'hex', bit: 16, bits: 8, read: control },
    {
      id: 'llc.oui',
      label: 'Organization code',
      kind: 'uint',
      bit: 24,
      bits: 24,
      read: (layer) => (isSnap(layer) ? oui(layer) : null),
    },
    {
      id: 'llc.type',
      label: 'Type',
      kind: 'hex',
      bit: 48,
      bits: 16,
      read: (layer) => (isSnap(layer) && oui(layer) === 0 ? snapType(layer) : null),
      show: etherTypeName,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(3)) return packet.short(layer, 'header', 3);
    // I and S frames have a control field of two octets, U frames (low bits 11) of one (IEEE 802.2 §5.2).
    layer.headerEnd = layer.start + ((control(layer) & 3) === 3 ? 3 : 4);
    if (!isSnap(layer)) return packet.follow(llcSaps, dsap(layer), data);
    if (!layer.captured(8)) return packet.short(layer, 'snap', 8);
    layer.headerEnd = layer.start + 8;
    return oui(layer) === 0 ? packet.follow(etherTypes, snapType(layer), data) : data;
  },
  info(layer, _packet, out) {
    out.ascii('DSAP 0x');
    out.hex(dsap(layer), 2);
    out.ascii(', SSAP 0x');
    out.hex(ssap(layer), 2);
  },
  card(layer, _packet, out) {
    out.ascii('LLC  DSAP 0x');
    out.hex(dsap(layer), 2);
    out.ascii(', SSAP 0x');
    out.hex(ssap(layer), 2);
    if (!isSnap(layer)) return;
    out.ascii('\nSNAP OUI 0x');
    out.hex(oui(layer), 6);
  },
};
