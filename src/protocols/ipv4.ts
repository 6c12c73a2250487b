import { u8, u16 } from '../core/bytes.ts';
import { addWords, fold, VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { dscpName, ECN_NAMES } from './dscp.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { IPV4_OPTION_ROWS, lastStop, walkIpv4Options } from './ipv4-options.ts';
import { ipProtocols } from './tables.ts';

/**
 * Internet Protocol version 4, one packet's header. RFC 791 §3.1; DSCP RFC 2474, ECN RFC 3168 §5.
 *
 *   0                   1                   2                   3
 *  |Version|  IHL  |   DSCP    |ECN|         Total Length          |
 *  |         Identification        |R|D|M|     Fragment Offset     |
 *  |  Time to Live |    Protocol   |        Header Checksum        |
 *  |                       Source Address                          |
 *  |                    Destination Address                        |
 *  |                  Options (0 to 40 bytes) ...                  |
 */
export const MIN_HEADER = 20;

export const version = (ip: Layer): number => u8(ip.bytes, ip.start) >>> 4;
export const headerLength = (ip: Layer): number => (u8(ip.bytes, ip.start) & 0x0f) * 4;
const dsfield = (ip: Layer): number => u8(ip.bytes, ip.start + 1);
const dscp = (ip: Layer): number => u8(ip.bytes, ip.start + 1) >>> 2;
const ecn = (ip: Layer): number => u8(ip.bytes, ip.start + 1) & 3;
export const totalLength = (ip: Layer): number => u16(ip.bytes, ip.start + 2);
export const identification = (ip: Layer): number => u16(ip.bytes, ip.start + 4);
export const flags = (ip: Layer): number => u8(ip.bytes, ip.start + 6) >>> 5;
const reservedBit = (ip: Layer): number => u8(ip.bytes, ip.start + 6) >>> 7;
const dontFragment = (ip: Layer): number => (u8(ip.bytes, ip.start + 6) >>> 6) & 1;
export const moreFragments = (ip: Layer): number => (u8(ip.bytes, ip.start + 6) >>> 5) & 1;
/** In octets; the header counts in units of 8. */
export const fragmentOffset = (ip: Layer): number => (u16(ip.bytes, ip.start + 6) & 0x1fff) * 8;
export const ttl = (ip: Layer): number => u8(ip.bytes, ip.start + 8);
export const protocolNumber = (ip: Layer): number => u8(ip.bytes, ip.start + 9);
export const checksum = (ip: Layer): number => u16(ip.bytes, ip.start + 10);
export const sourceAt = (ip: Layer): number => ip.start + 12;
export const destinationAt = (ip: Layer): number => ip.start + 16;

/** Where the packet goes in the end: with a source route that is its last stop (RFC 1122 §4.1.3.4). */
function finalDestinationAt(ip: Layer): number {
  const stop = ip.headerEnd - ip.start > MIN_HEADER ? lastStop(ip) : -1;
  return stop < 0 ? destinationAt(ip) : stop;
}

export const isFragment = (ip: Layer): boolean => (u16(ip.bytes, ip.start + 6) & 0x3fff) !== 0;

/** Sums the header with its checksum: all ones when it is right (RFC 1071 §1). */
export function checksumVerdict(ip: Layer): Verdict {
  const end = ip.start + headerLength(ip);
  if (end > ip.capturedEnd) return 'unverifiable';
  if (checksum(ip) === 0) return 'zero';
  return fold(addWords(ip.bytes, ip.start, end, 0)) === 0xffff ? 'good' : 'bad';
}

export const ipv4: Protocol = {
  id: 'ip',
  name: 'Internet Protocol Version 4',
  column: 'IPv4',
  spec: 'RFC 791 §3.1',
  addresses: { kind: 'ipv4', size: 4, source: sourceAt, destination: finalDestinationAt },
  byUnit: true,
  fields: [
    { id: 'ip.version', label: 'Version', kind: 'uint', bit: 0, bits: 4, read: version },
    { id: 'ip.hdr_len', label: 'Header length', kind: 'uint', bit: 4, bits: 4, scale: 4, read: headerLength },
    { id: 'ip.dsfield', label: 'Differentiated services', kind: 'hex', bit: 8, bits: 8, read: dsfield },
    { id: 'ip.dsfield.dscp', label: 'DSCP', kind: 'uint', bit: 8, bits: 6, read: dscp, show: dscpName, level: 1 },
    {
      id: 'ip.dsfield.ecn',
      label: 'ECN',
      kind: 'uint',
      bit: 14,
      bits: 2,
      read: ecn,
      show: (value: number) => ECN_NAMES[value]!,
      level: 1,
    },
    {
      id: 'ip.len',
      label: 'Total length',
      kind: 'uint',
      bit: 16,
      bits: 16,
      read: totalLength,
      show: (value: number) => (value === 0 ? 'left to the network card' : ''),
    },
    { id: 'ip.id', label: 'Identification', kind: 'hex', bit: 32, bits: 16, read: identification },
    { id: 'ip.flags', label: 'Flags', kind: 'hex', bit: 48, bits: 3, read: flags },
    { id: 'ip.flags.rb', label: 'Reserved', kind: 'bool', bit: 48, bits: 1, read: reservedBit, level: 1 },
    { id: 'ip.flags.df', label: 'Do not fragment', kind: 'bool', bit: 49, bits: 1, read: dontFragment, level: 1 },
    { id: 'ip.flags.mf', label: 'More fragments', kind: 'bool', bit: 50, bits: 1, read: moreFragments, level: 1 },
    {
      id: 'ip.frag_offset',
      label: 'Fragment offset',
      kind: 'uint',
      bit: 51,
      bits: 13,
      read: (ip) => fragmentOffset(ip) / 8,
      show: (value: number) => (value === 0 ? '' : `${value * 8} bytes`),
      about: 'In units of 8 octets, as the header has it.',
    },
    { id: 'ip.ttl', label: 'Time to live', kind: 'uint', bit: 64, bits: 8, read: ttl },
    {
      id: 'ip.proto',
      label: 'Protocol',
      kind: 'uint',
      bit: 72,
      bits: 8,
      read: protocolNumber,
      show: ipProtocolName,
    },
    { id: 'ip.checksum', label: 'Header checksum', kind: 'hex', bit: 80, bits: 16, read: checksum },
    {
      id: 'dissect.ip.checksum',
      label: 'Checksum verdict',
      kind: 'text',
      read: checksumVerdict,
      level: 1,
      about: 'good, bad, zero, or unverifiable because the header was not captured whole.',
    },
    { id: 'ip.src', label: 'Source', kind: 'ipv4', bit: 96, bits: 32, read: sourceAt },
    { id: 'ip.dst', label: 'Destination', kind: 'ipv4', bit: 128, bits: 32, read: destinationAt },
  ],
  walked: IPV4_OPTION_ROWS,
  decode(ip, packet) {
    if (!ip.captured(MIN_HEADER)) return packet.short(ip, 'header', MIN_HEADER);
    if (version(ip) !== 4) return packet.malformed(ip, 'version', 4, version(ip), 'ip.version');
    const header = headerLength(ip);
    if (header < MIN_HEADER) {
      ip.headerEnd = ip.start + MIN_HEADER;
      return packet.malformed(ip, 'headerLength', MIN_HEADER, header, 'ip.hdr_len');
    }
    ip.headerEnd = ip.start + header;
    if (!narrow(ip, packet, header)) return null;
    if (!ip.captured(header)) return packet.short(ip, 'options', header, 'ip.hdr_len');
    if (isFragment(ip) && !readAlone(ip)) return data;
    return packet.follow(ipProtocols, protocolNumber(ip), data);
  },
  walk: walkIpv4Options,
  info(ip, _packet, out) {
    if (isFragment(ip)) {
      out.ascii('Fragmented IP protocol (proto=');
      out.ascii(ipProtocolName(protocolNumber(ip)));
      out.byte(32);
      out.uint(protocolNumber(ip));
      out.ascii(', off=');
      out.uint(fragmentOffset(ip));
      out.ascii(', ID=');
      out.hex(identification(ip), 4);
      out.byte(41);
      return;
    }
    out.ascii(ipProtocolName(protocolNumber(ip)));
    out.ascii(' (');
    out.uint(protocolNumber(ip));
    out.byte(41);
  },
  card(ip, _packet, out) {
    out.literal(CARD_TITLE);
    out.ipv4(ip.bytes, sourceAt(ip));
    out.literal(CARD_ARROW);
    out.ipv4(ip.bytes, destinationAt(ip));
    out.literal(CARD_TTL);
    out.uint(ttl(ip));
    out.literal(CARD_ID);
    out.hex(identification(ip), 4);
    if (dontFragment(ip)) out.literal(CARD_DF);
    if (moreFragments(ip)) out.text(' · MF');
    if (fragmentOffset(ip) > 0) out.text(` · offset ${fragmentOffset(ip)}`);
    out.literal(CARD_CHECKSUM);
    out.ascii(VERDICT_TEXT[checksumVerdict(ip)]);
    out.literal(CARD_DOT);
    out.ascii(ipProtocolName(protocolNumber(ip)));
    out.ascii(' (');
    out.uint(protocolNumber(ip));
    out.byte(CLOSING_PARENTHESIS);
  },
};

const CARD_TITLE = Literal.of('IPv4  ');
const CARD_ARROW = Literal.of(' → ');
const CARD_TTL = Literal.of('\nttl ');
const CARD_ID = Literal.of(' · id 0x');
const CARD_DF = Literal.of(' · DF');
const CARD_CHECKSUM = Literal.of(' · checksum ');
const CARD_DOT = Literal.of(' · ');
const CLOSING_PARENTHESIS = 41;

/** True when all octets of this packet or fragment that its header speaks of were captured. */
export const isWhole = (ip: Layer): boolean => ip.start + totalLength(ip) <= ip.capturedEnd;

/**
 * A fragment is put together with the others (flows/fragments.ts) before it is read. What cannot be put together, because
 * it was not captured whole or is only quoted, is read as far as it goes when it is the first.
 */
const readAlone = (ip: Layer): boolean => fragmentOffset(ip) === 0 && (ip.quoted || !isWhole(ip));

/**
 * The total length ends the packet: what lies behind it is padding, trailer or FCS. Zero means that the sending host left
 * it to its network card (TCP segmentation offload): the captured length stands in.
 */
function narrow(ip: Layer, packet: Packet, header: number): boolean {
  const total = totalLength(ip);
  if (total === 0) return true;
  if (total < header) {
    packet.malformed(ip, 'totalLength', header, total, 'ip.len');
    return false;
  }
  const end = ip.start + total;
  if (end > ip.wireEnd) {
    packet.report('malformed', ip, 'totalLength', total, ip.wireEnd - ip.start, 'ip.len');
    return true;
  }
  ip.endAt(end);
  return true;
}
