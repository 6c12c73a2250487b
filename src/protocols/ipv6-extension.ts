import { u8 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { nextHeaders } from './tables.ts';

/**
 * What the hop-by-hop, routing and destination options headers have in common (RFC 8200 §4): the number of the next
 * header, then their own length in units of 8 octets, the first not counted.
 *
 *  | Next Header (8) | Length (8) | content ... |
 */
export const HOP_BY_HOP = 0;
export const ROUTING = 43;
export const DESTINATION_OPTIONS = 60;

const MIN_HEADER = 8;

export const nextHeader = (header: Layer): number => u8(header.bytes, header.start);
const lengthField = (header: Layer): number => u8(header.bytes, header.start + 1);
export const headerLength = (header: Layer): number => 8 + lengthField(header) * 8;

/** The rows for both, under the header's own prefix. */
export const extensionRows = (id: string): readonly Row[] => [
  { id: `${id}.nxt`, label: 'Next header', kind: 'uint', bit: 0, bits: 8, read: nextHeader, show: ipProtocolName },
  {
    id: `${id}.len`,
    label: 'Length field',
    kind: 'uint',
    bit: 8,
    bits: 8,
    read: lengthField,
    show: (value: number) => `${8 + value * 8} bytes`,
  },
];

/** Checks the length and sets `headerEnd`; false when the header is not all there. */
export function takeExtension(header: Layer, packet: Packet): boolean {
  if (!header.captured(MIN_HEADER)) {
    packet.short(header, 'header', MIN_HEADER);
    return false;
  }
  const length = headerLength(header);
  if (!header.captured(length)) {
    packet.short(header, 'options', length, `${header.protocol.id}.len`);
    return false;
  }
  header.headerEnd = header.start + length;
  return true;
}

export const following = (packet: Packet, number: number): Protocol => packet.follow(nextHeaders, number, data);
