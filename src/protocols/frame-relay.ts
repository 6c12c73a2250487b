import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes, nlpids } from './tables.ts';

/**
 * Frame Relay (ITU-T Q.922 §3.3), with the encapsulation of RFC 2427 §3, or Cisco's, which has an EtherType in its place.
 *
 *  | DLCI high (6) | C/R | 0 | DLCI low (4) | FECN | BECN | DE | 1 |
 *  | Control 0x03 (8) | NLPID (8) |  or  | EtherType (16) |
 */
const ADDRESS = 2;
const UNNUMBERED = 0x03;
const NLPID_SNAP = 0x80;

const dlci = (layer: Layer): number =>
  ((u8(layer.bytes, layer.start) >>> 2) << 4) | (u8(layer.bytes, layer.start + 1) >>> 4);
export const control = (layer: Layer): number => u8(layer.bytes, layer.start + ADDRESS);
/** Between control and NLPID an octet of zero may pad to an even number (RFC 2427 §3). */
const nlpidAt = (layer: Layer): number => layer.start + 3 + (u8(layer.bytes, layer.start + 3) === 0 ? 1 : 0);
const etherType = (layer: Layer): number => u16(layer.bytes, layer.start + ADDRESS);
const isCisco = (layer: Layer): boolean => control(layer) !== UNNUMBERED;

export const frameRelay: Protocol = {
  id: 'fr',
  name: 'Frame Relay',
  column: 'FR',
  spec: 'RFC 2427 §3',
  fields: [
    { id: 'fr.dlci', label: 'DLCI', kind: 'uint', read: (layer) => (layer.captured(ADDRESS) ? dlci(layer) : null) },
    {
      id: 'fr.control',
      label: 'Control',
      kind: 'hex',
      bit: 16,
      bits: 8,
      read: (layer) => (isCisco(layer) ? null : control(layer)),
    },
    {
      id: 'fr.nlpid',
      label: 'NLPID',
      kind: 'hex',
      digits: 2,
      read: (layer) => (layer.captured(5) && !isCisco(layer) ? u8(layer.bytes, nlpidAt(layer)) : null),
    },
    {
      id: 'fr.chdlctype',
      label: 'Type',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: (layer) => (isCisco(layer) ? etherType(layer) : null),
      show: etherTypeName,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(ADDRESS + 2)) return packet.short(layer, 'header', ADDRESS + 2);
    layer.headerEnd = layer.start + ADDRESS + 2;
    if (isCisco(layer)) return packet.follow(etherTypes, etherType(layer), data);
    const at = nlpidAt(layer);
    if (at >= layer.capturedEnd) return packet.short(layer, 'nlpid', at + 1 - layer.start);
    layer.headerEnd = at + 1;
    const nlpid = u8(layer.bytes, at);
    if (nlpid !== NLPID_SNAP) return packet.follow(nlpids, nlpid, data);
    // OUI and EtherType follow, as in SNAP behind LLC.
    if (at + 6 > layer.capturedEnd) return packet.short(layer, 'snap', at + 6 - layer.start);
    layer.headerEnd = at + 6;
    return u24(layer.bytes, at + 1) === 0 ? packet.follow(etherTypes, u16(layer.bytes, at + 4), data) : data;
  },
  info(layer, _packet, out) {
    out.ascii('DLCI ');
    out.uint(dlci(layer));
  },
};
