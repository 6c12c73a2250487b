import { u8 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { extensionRows, following, headerLength, nextHeader, takeExtension } from './ipv6-extension.ts';

/**
 * Routing header: stops that the packet makes before its last destination. RFC 8200 §4.4; type 0 RFC 2460 (forbidden by
 * RFC 5095), type 2 RFC 6275 §6.4, type 3 RFC 6554, type 4 (segment routing) RFC 8754.
 *
 *  | Next Header (8) | Length (8) | Type (8) | Segments Left (8) | content ... |
 */
const SOURCE_ROUTE = 0;
const HOME_ADDRESS = 2;
const SEGMENTS = 4;
const CONTENT = 8;

const routingType = (header: Layer): number => u8(header.bytes, header.start + 2);
const segmentsLeft = (header: Layer): number => u8(header.bytes, header.start + 3);

export const ipv6Routing: Protocol = {
  id: 'ipv6.routing',
  name: 'IPv6 Routing Header',
  column: 'IPv6',
  spec: 'RFC 8200 §4.4',
  fields: [
    ...extensionRows('ipv6.routing'),
    {
      id: 'ipv6.routing.type',
      label: 'Type',
      kind: 'uint',
      bit: 16,
      bits: 8,
      read: routingType,
      show: (value: number) => TYPE_NAMES.get(value) ?? '',
    },
    { id: 'ipv6.routing.segleft', label: 'Segments left', kind: 'uint', bit: 24, bits: 8, read: segmentsLeft },
  ],
  walked: [
    { id: 'ipv6.routing.src.addr', label: 'Stop', kind: 'ipv6' },
    { id: 'ipv6.routing.mipv6.home_address', label: 'Home address', kind: 'ipv6' },
    { id: 'ipv6.routing.srh.last_entry', label: 'Last entry', kind: 'uint' },
    { id: 'ipv6.routing.srh.flags', label: 'Flags', kind: 'hex', digits: 2 },
    { id: 'ipv6.routing.srh.tag', label: 'Tag', kind: 'bytes' },
    { id: 'ipv6.routing.srh.addr', label: 'Segment', kind: 'ipv6' },
    { id: 'ipv6.routing.unknown_data', label: 'Content', kind: 'bytes' },
  ],
  decode(header, packet) {
    return takeExtension(header, packet) ? following(packet, nextHeader(header)) : null;
  },
  walk,
  info(header, _packet, out) {
    out.ascii(`IPv6 routing header type ${routingType(header)}, segments left ${segmentsLeft(header)}`);
  },
  card(header, _packet, out) {
    out.text(`Routing header  type ${routingType(header)} · segments left ${segmentsLeft(header)}\n`);
    out.ascii(`next ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};

const [STOP, HOME, LAST_ENTRY, FLAGS, TAG, SEGMENT, UNKNOWN] = ipv6Routing.walked as [
  Row,
  Row,
  Row,
  Row,
  Row,
  Row,
  Row,
];

function walk(header: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start } = header;
  if (!header.captured(CONTENT) || !header.captured(headerLength(header))) return;
  const end = start + headerLength(header);
  const from = start + CONTENT;
  const type = routingType(header);
  if (type === SOURCE_ROUTE) {
    for (let at = from; at + 16 <= end; at += 16) visit(STOP, at, 16, at, 0);
  } else if (type === HOME_ADDRESS && from + 16 <= end) {
    visit(HOME, from, 16, from, 0);
  } else if (type === SEGMENTS && from <= end) {
    const last = u8(bytes, start + 4);
    visit(LAST_ENTRY, start + 4, 1, last, 0);
    visit(FLAGS, start + 5, 1, u8(bytes, start + 5), 0);
    visit(TAG, start + 6, 2, start + 6, 0);
    for (let at = from; at + 16 <= end && at <= from + last * 16; at += 16) visit(SEGMENT, at, 16, at, 0);
  } else if (start + 4 < end) {
    visit(UNKNOWN, start + 4, end - start - 4, start + 4, 0);
  }
}

/**
 * Where the last destination of a packet stands whose routing header begins at `at`, or -1 when the packet is on its last
 * leg, or the type does not tell (RFC 8200 §8.1). Segment routing lists its stops from the last to the first.
 */
export function lastStop(bytes: Uint8Array, at: number, end: number): number {
  if (at + CONTENT > end || u8(bytes, at + 3) === 0) return -1;
  const type = u8(bytes, at + 2);
  const length = 8 + u8(bytes, at + 1) * 8;
  if (length < CONTENT + 16 || at + length > end) return -1;
  if (type === SOURCE_ROUTE) return at + CONTENT + (((length - CONTENT) >>> 4) - 1) * 16;
  return type === HOME_ADDRESS || type === SEGMENTS ? at + CONTENT : -1;
}

const TYPE_NAMES = new Map([
  [SOURCE_ROUTE, 'Source route (deprecated)'],
  [1, 'Nimrod (deprecated)'],
  [HOME_ADDRESS, 'Mobile IPv6'],
  [3, 'RPL source route'],
  [SEGMENTS, 'Segment routing'],
  [5, 'CRH-16'],
  [6, 'CRH-32'],
]);
