import { u8 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { llc } from './llc.ts';

/**
 * IEEE 802.11, the header of a frame on a wireless LAN (IEEE 802.11-2020 §9.2, §9.3.2). Data frames in clear are followed
 * into; management, control and protected frames are named and left as they are.
 *
 *  | Frame control (16, low octet first) | Duration (16) | Address 1 (48) | Address 2 (48) | Address 3 (48) |
 *  | Sequence control (16) | Address 4 (48), between access points | QoS (16) | HT control (32) |
 */
const CONTROL_LEAST = 10;
const HEADER = 24;
const DATA = 2;
/** Octets of a WEP initialization vector with its key id. */
const VECTOR = 4;
const NAMES = ['Management', 'Control', 'Data', 'Extension'];

export const type = (layer: Layer): number => (u8(layer.bytes, layer.start) >>> 2) & 3;
const subtype = (layer: Layer): number => u8(layer.bytes, layer.start) >>> 4;
const toDs = (layer: Layer): number => u8(layer.bytes, layer.start + 1) & 1;
const fromDs = (layer: Layer): number => (u8(layer.bytes, layer.start + 1) >>> 1) & 1;
export const moreFragments = (layer: Layer): number => (u8(layer.bytes, layer.start + 1) >>> 2) & 1;
const isProtected = (layer: Layer): number => (u8(layer.bytes, layer.start + 1) >>> 6) & 1;
const order = (layer: Layer): number => u8(layer.bytes, layer.start + 1) >>> 7;
const fragment = (layer: Layer): number => u8(layer.bytes, layer.start + 22) & 0x0f;

const isQos = (layer: Layer): boolean => (subtype(layer) & 8) !== 0;
/** Data frames that carry none: their sender only tells of its power state or QoS. */
const isNull = (layer: Layer): boolean => (subtype(layer) & 4) !== 0;

/** Where the addresses stand depends on which way the frame crosses the distribution system (table 9-30). */
const destinationAt = (layer: Layer): number => layer.start + (toDs(layer) ? 16 : 4);
const sourceAt = (layer: Layer): number => layer.start + (fromDs(layer) ? (toDs(layer) ? 24 : 16) : 10);

const headerLength = (layer: Layer): number => {
  let length = HEADER + (toDs(layer) && fromDs(layer) ? 6 : 0);
  if (isQos(layer)) length += order(layer) ? 6 : 2;
  return length;
};

const whenData =
  (read: (layer: Layer) => number) =>
  (layer: Layer): number | null =>
    type(layer) === DATA && layer.captured(headerLength(layer)) ? read(layer) : null;

export const wlan: Protocol = {
  id: 'wlan',
  name: 'IEEE 802.11 wireless LAN',
  column: '802.11',
  spec: 'IEEE 802.11 §9.2',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
  fields: [
    { id: 'wlan.fc.subtype', label: 'Subtype', kind: 'uint', bit: 0, bits: 4, read: subtype },
    {
      id: 'wlan.fc.type',
      label: 'Type',
      kind: 'uint',
      bit: 4,
      bits: 2,
      read: type,
      show: (value: number) => NAMES[value]!,
    },
    { id: 'wlan.fc.protected', label: 'Protected', kind: 'bool', bit: 9, bits: 1, read: isProtected },
    { id: 'wlan.fc.frag', label: 'More fragments', kind: 'bool', bit: 13, bits: 1, read: moreFragments },
    { id: 'wlan.fc.fromds', label: 'From the distribution system', kind: 'bool', bit: 14, bits: 1, read: fromDs },
    { id: 'wlan.fc.tods', label: 'To the distribution system', kind: 'bool', bit: 15, bits: 1, read: toDs },
    { id: 'wlan.da', label: 'Destination', kind: 'mac', read: whenData(destinationAt) },
    { id: 'wlan.sa', label: 'Source', kind: 'mac', read: whenData(sourceAt) },
  ],
  decode: (layer, packet) => decodeFrame(layer, packet, false),
  info(layer, _packet, out) {
    out.ascii(`${NAMES[type(layer)]}, subtype `);
    out.uint(subtype(layer));
    if (isProtected(layer)) out.ascii(', protected');
  },
  card(layer, _packet, out) {
    out.ascii(`802.11  ${NAMES[type(layer)]}, subtype `);
    out.uint(subtype(layer));
    if (isProtected(layer)) out.ascii('\nprotected: its content cannot be read without the key');
  },
};

/**
 * Frames as the drivers of the Intel Centrino gave them behind an Ethernet header: deciphered already, with the protected
 * bit still set and the initialization vector still in its place.
 */
export const centrino: Protocol = {
  ...wlan,
  id: 'wlan_centrino',
  name: 'IEEE 802.11, Centrino promiscuous',
  spec: 'EtherType 0x2452',
  fields: wlan.fields.filter(({ id }) => id !== 'wlan.da' && id !== 'wlan.sa'),
  decode: (layer, packet) => decodeFrame(layer, packet, true),
};

function decodeFrame(layer: Layer, packet: Packet, deciphered: boolean): Protocol | null {
  if (!layer.captured(CONTROL_LEAST)) return packet.short(layer, 'header', CONTROL_LEAST);
  layer.headerEnd = layer.start + CONTROL_LEAST;
  if (type(layer) !== DATA) return data;
  const length = headerLength(layer) + (deciphered && isProtected(layer) ? VECTOR : 0);
  if (!layer.captured(length)) return packet.short(layer, 'header', length);
  layer.headerEnd = layer.start + length;
  if (isNull(layer)) return null;
  if (isProtected(layer) && !deciphered) return data;
  return moreFragments(layer) || fragment(layer) !== 0 ? data : llc;
}
