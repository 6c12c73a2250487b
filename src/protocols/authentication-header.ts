import { u8, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { ipProtocols, nextHeaders } from './tables.ts';

/**
 * IP Authentication Header. RFC 4302 §2. The length counts units of 4 octets, two of them not.
 *
 *   0                   1                   2                   3
 *  |  Next Header  |    Length     |           Reserved            |
 *  |               Security Parameters Index (SPI)                 |
 *  |                       Sequence Number                         |
 *  |              Integrity Check Value (variable) ...             |
 */
const MIN_HEADER = 12;

const nextHeader = (header: Layer): number => u8(header.bytes, header.start);
const lengthField = (header: Layer): number => u8(header.bytes, header.start + 1);
const headerLength = (header: Layer): number => (lengthField(header) + 2) * 4;
const spi = (header: Layer): number => u32(header.bytes, header.start + 4);
const sequence = (header: Layer): number => u32(header.bytes, header.start + 8);

export const authenticationHeader: Protocol = {
  id: 'ah',
  name: 'Authentication Header',
  column: 'AH',
  spec: 'RFC 4302 §2',
  fields: [
    {
      id: 'ah.next_header',
      label: 'Next header',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: nextHeader,
      show: ipProtocolName,
    },
    {
      id: 'ah.length',
      label: 'Length field',
      kind: 'uint',
      bit: 8,
      bits: 8,
      read: lengthField,
      show: (value: number) => `${(value + 2) * 4} bytes`,
    },
    { id: 'ah.reserved', label: 'Reserved', kind: 'bytes', bit: 16, bits: 16, read: (header) => header.start + 2 },
    { id: 'ah.spi', label: 'SPI', kind: 'hex', bit: 32, bits: 32, read: spi },
    { id: 'ah.sequence', label: 'Sequence number', kind: 'uint', bit: 64, bits: 32, read: sequence },
    {
      id: 'ah.icv',
      label: 'Integrity check value',
      kind: 'bytes',
      read: (header) => (icvLength(header) > 0 ? header.start + MIN_HEADER : null),
      length: icvLength,
    },
  ],
  decode(header, packet) {
    if (!header.captured(MIN_HEADER)) return packet.short(header, 'header', MIN_HEADER);
    const length = headerLength(header);
    // Some senders write zero: what follows stands where the length says, all the same.
    if (length < MIN_HEADER) packet.malformed(header, 'length', MIN_HEADER, length, 'ah.length');
    if (!header.captured(length)) return packet.short(header, 'icv', length, 'ah.length');
    header.headerEnd = header.start + length;
    const six = header.network?.protocol.addresses?.kind === 'ipv6';
    return packet.follow(six ? nextHeaders : ipProtocols, nextHeader(header), data);
  },
  info(header, _packet, out) {
    out.ascii('AH (SPI=0x');
    out.hex(spi(header), 8);
    out.byte(41);
  },
  card(header, _packet, out) {
    out.ascii('AH  SPI 0x');
    out.hex(spi(header), 8);
    out.text(`\nsequence ${sequence(header)} · next ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};

function icvLength(header: Layer): number {
  if (!header.captured(2)) return 0;
  const end = Math.min(header.start + headerLength(header), header.capturedEnd);
  return Math.max(0, end - header.start - MIN_HEADER);
}
