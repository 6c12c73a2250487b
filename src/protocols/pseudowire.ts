import { u16, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { pseudowires } from './tables.ts';

/**
 * Control word of an Ethernet pseudowire: below an MPLS label stack, before a whole frame without its FCS. RFC 4385 §3,
 * RFC 4448 §4.6.
 *
 *  | 0 (4) | Flags (4) | FRG (2) | Length (6) | Sequence number (16) |
 */
const HEADER = 4;
const ETHERNET_HEADER = 14;

const sequence = (word: Layer): number => u16(word.bytes, word.start + 2);

export const ethernetPseudowire: Protocol = {
  id: 'pwethcw',
  name: 'PW Ethernet Control Word',
  column: 'PW',
  spec: 'RFC 4448 §4.6',
  fields: [
    { id: 'pweth.cw.sequence_number', label: 'Sequence number', kind: 'uint', bit: 16, bits: 16, read: sequence },
  ],
  decode(word, packet) {
    if (!word.captured(HEADER)) return packet.short(word, 'header', HEADER);
    word.headerEnd = word.start + HEADER;
    return packet.follow(pseudowires, ETHERNET, data);
  },
  info(word, _packet, out) {
    out.ascii('Sequence number ');
    out.uint(sequence(word));
  },
};

/** Pseudowire type 5 is Ethernet (RFC 4446 §3.2); it is signalled by LDP, never said in the packet. */
const ETHERNET = 5;

/** True when what stands at the end of `below` reads as a control word without flags, and as Ethernet behind it. */
export function looksLikeEthernet(below: Layer): boolean {
  const at = below.headerEnd;
  if (at + HEADER + ETHERNET_HEADER > below.capturedEnd) return false;
  if (u32(below.bytes, at) >>> 16 !== 0) return false;
  const type = u16(below.bytes, at + HEADER + 12);
  const group = below.bytes[at + HEADER + 6]! & 1;
  return group === 0 && (type >= 1536 || type <= below.wireEnd - at - HEADER - ETHERNET_HEADER);
}
