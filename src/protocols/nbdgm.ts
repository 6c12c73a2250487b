import { u8, u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { nameEnd } from './dns-names.ts';
import { netbiosName } from './netbios-names.ts';

/**
 * NetBIOS Datagram Service. RFC 1002 §4.4: datagrams between NetBIOS names, over UDP.
 *
 *   0                   1                   2                   3
 *  |   MSG_TYPE    | 0 0 0 0|SNT|F|M|          DGM_ID               |
 *  |                           SOURCE_IP                           |
 *  |          SOURCE_PORT          |          DGM_LENGTH           |
 *  |         PACKET_OFFSET         |  SOURCE_NAME, DESTINATION_NAME, data ...
 */
const QUERY_HEADER = 10;
const HEADER = 14;
const ERROR = 0x13;

export const type = (layer: Layer): number => u8(layer.bytes, layer.start);
const flags = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
/** Carries something from one name to others: datagrams to one name, to a group, to everybody. */
const isDatagram = (kind: number): boolean => kind >= 0x10 && kind <= 0x12;
const isQuery = (kind: number): boolean => kind >= 0x14 && kind <= 0x16;

const TYPES = new Map([
  [0x10, 'Direct_unique datagram'],
  [0x11, 'Direct_group datagram'],
  [0x12, 'Broadcast datagram'],
  [ERROR, 'Datagram error'],
  [0x14, 'Datagram query request'],
  [0x15, 'Datagram positive query response'],
  [0x16, 'Datagram negative query response'],
]);
const typeName = (kind: number): string => TYPES.get(kind) ?? '';
const NODES = ['B node', 'P node', 'M node', 'NBDD'];

const SOURCE_NAME: Row = { id: 'nbdgm.source_name', label: 'Source name', kind: 'text' };
const DESTINATION_NAME: Row = { id: 'nbdgm.destination_name', label: 'Destination name', kind: 'text' };

const bitRow = (id: string, label: string, mask: number): Row => ({
  id: `nbdgm.${id}`,
  label,
  kind: 'bool',
  bit: mask === 1 ? 15 : 14,
  bits: 1,
  read: (layer) => (flags(layer) & mask ? 1 : 0),
  level: 1,
});

/** Where the name that begins at `at` ends, or -1 when it was not captured. */
const endOf = (layer: Layer, at: number): number => (at < 0 ? -1 : nameEnd(layer.bytes, at, layer.capturedEnd));

/** Where the names stand; -1 for one that is not there. */
export const sourceNameAt = (layer: Layer): number => (isDatagram(type(layer)) ? layer.start + HEADER : -1);
export function destinationNameAt(layer: Layer): number {
  if (isQuery(type(layer))) return layer.start + QUERY_HEADER;
  return endOf(layer, sourceNameAt(layer));
}

/** The name at `at`, which has been captured. */
export const nameAt = (layer: Layer, at: number): string =>
  netbiosName(layer.bytes, layer.start, at, layer.capturedEnd);

/** A name that was captured whole, or null. */
const named = (layer: Layer, at: number): string | null => (endOf(layer, at) < 0 ? null : nameAt(layer, at));

export const nbdgm: Protocol = {
  id: 'nbdgm',
  name: 'NetBIOS Datagram Service',
  column: 'NBDS',
  spec: 'RFC 1002 §4.4',
  fields: [
    { id: 'nbdgm.type', label: 'Message type', kind: 'uint', bit: 0, bits: 8, read: type, show: typeName },
    { id: 'nbdgm.flags', label: 'Flags', kind: 'hex', bit: 8, bits: 8, read: flags },
    bitRow('next', 'More fragments follow', 1),
    bitRow('first', 'First fragment', 2),
    {
      id: 'nbdgm.node_type',
      label: 'Sender is',
      kind: 'uint',
      bit: 12,
      bits: 2,
      read: (layer) => (flags(layer) >>> 2) & 3,
      show: (value: number) => NODES[value]!,
      level: 1,
    },
    {
      id: 'nbdgm.dgram_id',
      label: 'Datagram id',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: (layer) => u16(layer.bytes, layer.start + 2),
    },
    {
      id: 'nbdgm.src.ip',
      label: 'Source address',
      kind: 'ipv4',
      bit: 32,
      bits: 32,
      read: (layer) => layer.start + 4,
      about: 'Of the name that sends; a server that hands datagrams on leaves it as it was.',
    },
    {
      id: 'nbdgm.src.port',
      label: 'Source port',
      kind: 'uint',
      bit: 64,
      bits: 16,
      read: (layer) => u16(layer.bytes, layer.start + 8),
    },
    {
      id: 'nbdgm.dgram_len',
      label: 'Datagram length',
      kind: 'uint',
      bit: 80,
      bits: 16,
      read: (layer) => (isDatagram(type(layer)) ? u16(layer.bytes, layer.start + 10) : null),
    },
    {
      id: 'nbdgm.pkt_offset',
      label: 'Offset of the fragment',
      kind: 'uint',
      bit: 96,
      bits: 16,
      read: (layer) => (isDatagram(type(layer)) ? u16(layer.bytes, layer.start + 12) : null),
    },
    {
      id: 'nbdgm.error_code',
      label: 'Error code',
      kind: 'hex',
      bit: 80,
      bits: 8,
      read: (layer) => (type(layer) === ERROR ? u8(layer.bytes, layer.start + QUERY_HEADER) : null),
      show: (code: number) => ERRORS.get(code) ?? '',
    },
  ],
  walked: [SOURCE_NAME, DESTINATION_NAME],
  decode(layer, packet) {
    if (!layer.captured(QUERY_HEADER)) return packet.short(layer, 'header', QUERY_HEADER);
    const kind = type(layer);
    const header = isDatagram(kind) ? HEADER : QUERY_HEADER + (kind === ERROR ? 1 : 0);
    if (!layer.captured(header)) return packet.short(layer, 'header', header);
    layer.headerEnd = layer.start + header;
    if (!isDatagram(kind) && !isQuery(kind)) return null;
    const end = endOf(layer, destinationNameAt(layer));
    if (end < 0) return packet.short(layer, 'options', layer.capturedEnd - layer.start + 1, 'nbdgm.destination_name');
    layer.headerEnd = end;
    return isDatagram(kind) ? data : null;
  },
  walk(layer, _packet, visit) {
    if (!layer.captured(QUERY_HEADER)) return;
    visitName(layer, SOURCE_NAME, sourceNameAt(layer), visit);
    visitName(layer, DESTINATION_NAME, destinationNameAt(layer), visit);
  },
  info(layer, _packet, out) {
    if (!layer.captured(QUERY_HEADER)) return;
    out.ascii(typeName(type(layer)) || `Message type ${type(layer)}`);
    const source = named(layer, sourceNameAt(layer));
    const destination = named(layer, destinationNameAt(layer));
    if (source !== null) out.safe(` ${source}`);
    if (destination !== null) out.text(' → ');
    if (destination !== null) out.safe(destination);
  },
  card(layer, packet, out) {
    out.ascii('NBDS  ');
    nbdgm.info!(layer, packet, out);
  },
};

const ERRORS = new Map([
  [0x82, 'Destination name not present'],
  [0x83, 'Invalid source name format'],
  [0x84, 'Invalid destination name format'],
]);

function visitName(layer: Layer, row: Row, at: number, visit: Visit): void {
  const end = endOf(layer, at);
  if (end >= 0) visit(row, at, end - at, nameAt(layer, at), 0);
}
