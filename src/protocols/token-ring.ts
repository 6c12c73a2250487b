import { u8, u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { llc } from './llc.ts';

/**
 * Token Ring (IEEE 802.5 §3.1), without delimiters and FCS. The first bit of the source says that a list of the rings and
 * bridges on the way follows (source routing, IEEE 802.1D annex C), whose low five bits are its length.
 *
 *  | Priority (3) | Frame (1) | Monitor (1) | Reservation (3) | Type (2) | 0 0 | Control (4) |
 *  | Destination (48) | Routed (1) | Source (47) |
 *  | Broadcast (3) | Length (5) | Direction (1) | Largest frame (3) | 0 (4) |  ring (12), bridge (4) ...
 */
export const HEADER = 14;
const ROUTE_CONTROL = 2;
const LLC = 1;

const accessControl = (layer: Layer): number => u8(layer.bytes, layer.start);
const frameControl = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
export const priority = (layer: Layer): number => accessControl(layer) >>> 5;
export const destinationAt = (layer: Layer): number => layer.start + 2;
const sourceAt = (layer: Layer): number => layer.start + 8;

/** The source without the bit that says that a route follows, which is no part of the address. */
export function sourceText(layer: Layer): string {
  const out = new Writer(32);
  const at = sourceAt(layer);
  out.hex(u8(layer.bytes, at) & 0x7f, 2);
  out.byte(58);
  out.octets(layer.bytes, at + 1, at + 6, 58);
  return out.toString();
}

const isRouted = (layer: Layer): boolean => (u8(layer.bytes, sourceAt(layer)) & 0x80) !== 0;
/** Octets of the routing information; 0 where there is none. */
const routeLength = (layer: Layer): number => (isRouted(layer) ? u8(layer.bytes, layer.start + HEADER) & 0x1f : 0);

const row = (id: string, label: string, kind: Row['kind'], more: Partial<Row> = {}): Row => ({
  id: `tr.${id}`,
  label,
  kind,
  ...more,
});
const ROUTE_OCTETS = row('rif_bytes', 'Octets of routing information', 'uint');
const BROADCAST = row('broadcast', 'Broadcast', 'uint', { show: broadcastName });
const LARGEST = row('max_frame_size', 'Largest frame', 'uint', { show: (code: number) => LARGEST_FRAMES[code >>> 4]! });
const DIRECTION = row('direction', 'Direction', 'uint', { show: (code: number) => (code === 0 ? 'forward' : 'back') });
const RING = row('rif.ring', 'Ring', 'hex', { digits: 4 });
const BRIDGE = row('rif.bridge', 'Bridge', 'hex', { digits: 2 });
const ROUTE = row('rif', 'Rings and bridges', 'text');

export const tokenRing: Protocol = {
  id: 'tr',
  name: 'Token-Ring',
  column: 'TR',
  spec: 'IEEE 802.5',
  addresses: { kind: 'mac', size: 6, source: sourceAt, destination: destinationAt, link: true },
  fields: [
    { id: 'tr.ac', label: 'Access control', kind: 'hex', bit: 0, bits: 8, read: accessControl },
    { id: 'tr.priority', label: 'Priority', kind: 'uint', bit: 0, bits: 3, read: priority, level: 1 },
    {
      id: 'tr.frame',
      label: 'Frame, not token',
      kind: 'bool',
      bit: 3,
      bits: 1,
      read: (layer) => (accessControl(layer) >>> 4) & 1,
      level: 1,
    },
    {
      id: 'tr.monitor_cnt',
      label: 'Passed the monitor',
      kind: 'uint',
      bit: 4,
      bits: 1,
      read: (layer) => (accessControl(layer) >>> 3) & 1,
      level: 1,
    },
    {
      id: 'tr.priority_reservation',
      label: 'Reserved priority',
      kind: 'uint',
      bit: 5,
      bits: 3,
      read: (layer) => accessControl(layer) & 7,
      level: 1,
    },
    { id: 'tr.fc', label: 'Frame control', kind: 'hex', bit: 8, bits: 8, read: frameControl },
    {
      id: 'tr.frame_type',
      label: 'Frame type',
      kind: 'uint',
      bit: 8,
      bits: 2,
      read: (layer) => frameControl(layer) >>> 6,
      show: (type: number) => TYPES[type]!,
      level: 1,
    },
    {
      id: 'tr.frame_pcf',
      label: 'Control',
      kind: 'uint',
      bit: 12,
      bits: 4,
      read: (layer) => frameControl(layer) & 15,
      level: 1,
    },
    { id: 'tr.dst', label: 'Destination', kind: 'mac', bit: 16, bits: 48, read: destinationAt },
    { id: 'tr.src', label: 'Source', kind: 'mac', bit: 64, bits: 48, read: sourceAt },
    {
      id: 'tr.sr',
      label: 'Source routed',
      kind: 'bool',
      bit: 64,
      bits: 1,
      read: (layer) => u8(layer.bytes, sourceAt(layer)) >>> 7,
      level: 1,
    },
  ],
  walked: [ROUTE_OCTETS, BROADCAST, LARGEST, DIRECTION, RING, BRIDGE, ROUTE],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    if (isRouted(layer) && !layer.captured(HEADER + 1)) return packet.short(layer, 'routing', HEADER + 1);
    const length = HEADER + routeLength(layer);
    if (!layer.captured(length)) return packet.short(layer, 'routing', length);
    layer.headerEnd = layer.start + length;
    return frameControl(layer) >>> 6 === LLC ? llc : data;
  },
  walk(layer, _packet, visit) {
    if (layer.whole && routeLength(layer) >= ROUTE_CONTROL) walkRoute(layer, visit);
  },
  info(layer, _packet, out) {
    if (!layer.whole) return;
    out.ascii(TYPES[frameControl(layer) >>> 6]!);
  },
  card(layer, _packet, out) {
    out.ascii('Token Ring');
    if (!layer.whole) return;
    out.ascii('  ');
    out.ascii(sourceText(layer));
    out.text(' → ');
    out.mac(layer.bytes, destinationAt(layer));
    out.ascii('\npriority ');
    out.uint(priority(layer));
    const route = routeOf(layer);
    if (route === '') return;
    out.ascii('\nby way of ');
    out.ascii(route);
  },
};

const TYPES = ['MAC', 'LLC', 'reserved', 'reserved'];
/** Octets of content that all bridges on the way let pass, by their code (IEEE 802.1D §C.3.3.2). */
const LARGEST_FRAMES = ['516', '1500', '2052', '4472', '8144', '11407', '17800', 'any, 65535'];

function broadcastName(code: number): string {
  if (code === 0) return 'along the route';
  return code < 0xc0 ? 'all routes' : 'one route';
}

/** Where the pairs of ring and bridge stand, and how many octets they have; of an odd number the last is none. */
const routeAt = (layer: Layer): number => layer.start + HEADER + ROUTE_CONTROL;
export const routeOctets = (layer: Layer): number => Math.max(0, routeLength(layer) - ROUTE_CONTROL) & ~1;

/** Rings and the bridges between them: `001-1-002`; empty where no list was sent. Behind the last ring stands no bridge. */
export function routeOf(layer: Layer): string {
  const from = routeAt(layer);
  const to = from + routeOctets(layer);
  let text = '';
  for (let at = from; at < to; at += 2) {
    const pair = u16(layer.bytes, at);
    text += (pair >>> 4).toString(16).toUpperCase().padStart(3, '0');
    if (at + 2 < to) text += `-${(pair & 15).toString(16).toUpperCase()}-`;
  }
  return text;
}

function walkRoute(layer: Layer, visit: Visit): void {
  const { bytes } = layer;
  const control = layer.start + HEADER;
  visit(ROUTE_OCTETS, control, 1, routeLength(layer), 0);
  visit(BROADCAST, control, 1, u8(bytes, control) & 0xe0, 0);
  visit(LARGEST, control + 1, 1, u8(bytes, control + 1) & 0x70, 0);
  visit(DIRECTION, control + 1, 1, u8(bytes, control + 1) & 0x80, 0);
  const from = routeAt(layer);
  const length = routeOctets(layer);
  if (length === 0) return;
  visit(ROUTE, from, length, routeOf(layer), 0);
  for (let at = from; at < from + length; at += 2) {
    visit(RING, at, 2, u16(bytes, at) >>> 4, 1);
    if (at + 2 < from + length) visit(BRIDGE, at + 1, 1, u8(bytes, at + 1) & 15, 1);
  }
}
