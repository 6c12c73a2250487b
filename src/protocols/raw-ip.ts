import { u8 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypes } from './tables.ts';

/** Frames that begin with the IP header itself (LINKTYPE_RAW): its first four bits say which IP it is. */
const version = (layer: Layer): number => u8(layer.bytes, layer.start) >>> 4;

const ETHER_TYPES = new Map([
  [4, 0x0800],
  [6, 0x86dd],
]);

export const rawIp: Protocol = {
  id: 'raw',
  name: 'Raw packet data',
  column: 'RAW',
  spec: 'LINKTYPE_RAW',
  fields: [],
  decode(layer, packet) {
    if (!layer.captured(1)) return packet.short(layer, 'version', 1);
    layer.headerEnd = layer.start;
    const type = ETHER_TYPES.get(version(layer));
    return type === undefined ? data : packet.follow(etherTypes, type, data);
  },
  info(_layer, _packet, out) {
    out.ascii('Raw packet data');
  },
};
