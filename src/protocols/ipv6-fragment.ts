import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { ipv6, isWhole } from './ipv6.ts';
import { following } from './ipv6-extension.ts';

/**
 * Fragment header. RFC 8200 §4.5; a fragment that is the whole packet ("atomic") RFC 6946.
 *
 *   0                   1                   2                   3
 *  |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|
 *  |                         Identification                        |
 */
export const HEADER = 8;

export const nextHeader = (header: Layer): number => u8(header.bytes, header.start);
/** As the header has it, in units of 8 octets: Wireshark shows it so. */
const offsetUnits = (header: Layer): number => u16(header.bytes, header.start + 2) >>> 3;
/** In octets. */
export const fragmentOffset = (header: Layer): number => u16(header.bytes, header.start + 2) & 0xfff8;
export const moreFragments = (header: Layer): number => u16(header.bytes, header.start + 2) & 1;
export const identification = (header: Layer): number => u32(header.bytes, header.start + 4);

export const isFragment = (header: Layer): boolean => (u16(header.bytes, header.start + 2) & 0xfff9) !== 0;

export const ipv6Fragment: Protocol = {
  id: 'ipv6.fraghdr',
  name: 'IPv6 Fragment Header',
  column: 'IPv6',
  spec: 'RFC 8200 §4.5',
  fields: [
    {
      id: 'ipv6.fraghdr.nxt',
      label: 'Next header',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: nextHeader,
      show: ipProtocolName,
    },
    {
      id: 'ipv6.fraghdr.reserved_octet',
      label: 'Reserved',
      kind: 'hex',
      bit: 8,
      bits: 8,
      read: (header) => u8(header.bytes, header.start + 1),
    },
    {
      id: 'ipv6.fraghdr.offset',
      label: 'Offset',
      kind: 'uint',
      bit: 16,
      bits: 13,
      read: offsetUnits,
      show: (value: number) => `${value * 8} bytes`,
    },
    {
      id: 'ipv6.fraghdr.reserved_bits',
      label: 'Reserved bits',
      kind: 'uint',
      bit: 29,
      bits: 2,
      read: (header) => (u8(header.bytes, header.start + 3) >>> 1) & 3,
    },
    { id: 'ipv6.fraghdr.more', label: 'More fragments', kind: 'bool', bit: 31, bits: 1, read: moreFragments },
    { id: 'ipv6.fraghdr.ident', label: 'Identification', kind: 'hex', bit: 32, bits: 32, read: identification },
  ],
  decode(header, packet) {
    if (!header.captured(HEADER)) return packet.short(header, 'header', HEADER);
    header.headerEnd = header.start + HEADER;
    if (isFragment(header) && !readAlone(header)) return data;
    return following(packet, nextHeader(header));
  },
  info(header, _packet, out) {
    out.ascii('IPv6 fragment (off=');
    out.uint(fragmentOffset(header));
    out.ascii(moreFragments(header) ? ' more=y ident=0x' : ' more=n ident=0x');
    out.hex(identification(header), 8);
    out.ascii(' nxt=');
    out.uint(nextHeader(header));
    out.byte(41);
  },
  card(header, _packet, out) {
    out.text(`Fragment  offset ${fragmentOffset(header)} · ${moreFragments(header) ? 'more follow' : 'the last'}\n`);
    out.ascii('id 0x');
    out.hex(identification(header), 8);
    out.text(` · ${ipProtocolName(nextHeader(header))} (${nextHeader(header)})`);
  },
};

/** True when the fragment can be put together with others: it was captured as long as its packet says. */
export const isFragmentWhole = (header: Layer): boolean =>
  header.network !== null && header.network.protocol === ipv6 && isWhole(header.network);

/** As in IPv4: what cannot be put together is read as far as it goes when it is the first. */
const readAlone = (header: Layer): boolean =>
  fragmentOffset(header) === 0 && (header.quoted || !isFragmentWhole(header));
