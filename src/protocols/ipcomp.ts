import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { inflated } from './content-coding.ts';
import { data } from './data.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { ipProtocols, nextHeaders } from './tables.ts';

/**
 * IP Payload Compression. RFC 3173 §3. The index says which algorithm; hosts that have agreed on one number them as they
 * like from 256 on, and nearly always mean DEFLATE (RFC 2394).
 *
 *   0                   1                   2                   3
 *  |  Next Header  |     Flags     | Compression Parameter Index   |
 */
const HEADER = 4;
/** The largest payload that IP has a length for. */
const LARGEST = 65535;
const DEFLATE = 2;
/** Below these, numbers of other algorithms (RFC 3173 §3.3). */
const FIRST_NEGOTIATED = 256;

const nextHeader = (header: Layer): number => u8(header.bytes, header.start);
export const index = (header: Layer): number => u16(header.bytes, header.start + 2);
const mayBeDeflate = (header: Layer): boolean => index(header) === DEFLATE || index(header) >= FIRST_NEGOTIATED;

export const ipcomp: Protocol = {
  id: 'ipcomp',
  name: 'IP Payload Compression',
  column: 'IPComp',
  spec: 'RFC 3173 §3',
  fields: [
    {
      id: 'ipcomp.next_header',
      label: 'Next header',
      kind: 'hex',
      bit: 0,
      bits: 8,
      read: nextHeader,
      show: ipProtocolName,
    },
    {
      id: 'ipcomp.flags',
      label: 'Flags',
      kind: 'hex',
      bit: 8,
      bits: 8,
      read: (header) => u8(header.bytes, header.start + 1),
    },
    {
      id: 'ipcomp.cpi',
      label: 'Compression parameter index',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: index,
      show: (value: number) => ALGORITHMS.get(value) ?? '',
    },
  ],
  decode(header, packet) {
    if (!header.captured(HEADER)) return packet.short(header, 'header', HEADER);
    header.headerEnd = header.start + HEADER;
    const { bytes, headerEnd, capturedEnd, wireEnd } = header;
    const whole = capturedEnd === wireEnd && mayBeDeflate(header);
    const inner = whole ? inflated(bytes.subarray(headerEnd, capturedEnd), LARGEST) : null;
    if (inner === null) return data;
    const six = header.network?.protocol.addresses?.kind === 'ipv6';
    const next = packet.follow(six ? nextHeaders : ipProtocols, nextHeader(header), data);
    packet.decode(next, inner, 0, inner.length, inner.length);
    return null;
  },
  info(header, _packet, out) {
    out.ascii('IPComp (CPI=0x');
    out.hex(index(header), 4);
    out.byte(41);
  },
  card(header, _packet, out) {
    out.ascii('IPComp  CPI 0x');
    out.hex(index(header), 4);
    out.ascii(`\nnext ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};

const ALGORITHMS = new Map([
  [1, 'OUI'],
  [DEFLATE, 'DEFLATE'],
  [3, 'LZS'],
  [4, 'LZJH'],
]);
