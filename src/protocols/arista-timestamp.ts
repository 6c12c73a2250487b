import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes } from './tables.ts';

/**
 * Arista's switches put the time at which a frame arrived between its addresses and its type (EtherType 0xd28b).
 *
 *  | Subtype (16) | Timescale (8) | Format (4) | Hardware (4) | Seconds (32 or 16) | Nanoseconds (32) | Type (16) |
 */
const FIXED = 4;
const TIMESTAMP = 1;
/** Formats: how many octets the seconds have. */
const SECONDS_32 = 1;
const SECONDS_16 = 2;

const subtype = (layer: Layer): number => u16(layer.bytes, layer.start);
const version = (layer: Layer): number => u16(layer.bytes, layer.start + 2);
const format = (layer: Layer): number => u8(layer.bytes, layer.start + 3) >>> 4;
const secondsLength = (layer: Layer): number => (format(layer) === SECONDS_32 ? 4 : 2);
const nanosecondsAt = (layer: Layer): number => layer.start + FIXED + secondsLength(layer);
const typeAt = (layer: Layer): number => nanosecondsAt(layer) + 4;

/** A row of one of the two formats, which has no fixed place for that reason. */
const timed = (of: number, id: string, label: string, read: (layer: Layer) => number): Row => ({
  id,
  label,
  kind: 'uint',
  read: (layer) => (layer.headerEnd > layer.start + FIXED && format(layer) === of ? read(layer) : null),
});

export const aristaTimestamp: Protocol = {
  id: 'avsp',
  name: 'Arista Vendor Specific Protocol',
  column: 'AVSP',
  spec: 'EtherType 0xd28b',
  fields: [
    {
      id: 'avsp.sub_type',
      label: 'Subtype',
      kind: 'uint',
      bit: 0,
      bits: 16,
      read: subtype,
      show: (value: number) => (value === TIMESTAMP ? 'timestamp' : ''),
    },
    { id: 'avsp.ver', label: 'Version', kind: 'hex', bit: 16, bits: 16, read: version },
    timed(SECONDS_32, 'avsp.64sec', 'Seconds', (layer) => u32(layer.bytes, layer.start + FIXED)),
    timed(SECONDS_32, 'avsp.64ns', 'Nanoseconds', (layer) => u32(layer.bytes, nanosecondsAt(layer))),
    timed(SECONDS_16, 'avsp.48sec', 'Seconds', (layer) => u16(layer.bytes, layer.start + FIXED)),
    timed(SECONDS_16, 'avsp.48ns', 'Nanoseconds', (layer) => u32(layer.bytes, nanosecondsAt(layer))),
    {
      id: 'avsp.etype',
      label: 'Type',
      kind: 'hex',
      digits: 4,
      read: (layer) => (layer.headerEnd > layer.start + FIXED ? u16(layer.bytes, typeAt(layer)) : null),
      show: etherTypeName,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(FIXED)) return packet.short(layer, 'header', FIXED);
    layer.headerEnd = layer.start + FIXED;
    if (subtype(layer) !== TIMESTAMP || (format(layer) !== SECONDS_32 && format(layer) !== SECONDS_16)) return data;
    const length = typeAt(layer) + 2 - layer.start;
    if (!layer.captured(length)) return packet.short(layer, 'timestamp', length, 'avsp.ver');
    layer.headerEnd = layer.start + length;
    return packet.follow(etherTypes, u16(layer.bytes, typeAt(layer)), data);
  },
  info(_layer, _packet, out) {
    out.ascii('Time of arrival at the switch');
  },
};
