import { u8, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ethernetPseudowire, looksLikeEthernet } from './pseudowire.ts';
import { etherTypes } from './tables.ts';

/**
 * One entry of an MPLS label stack. RFC 3032 §2.1.
 *
 *  | Label (20) | Traffic class (3) | Bottom of stack (1) | TTL (8) |
 */
const ENTRY = 4;

export const label = (entry: Layer): number => u32(entry.bytes, entry.start) >>> 12;
const trafficClass = (entry: Layer): number => (u8(entry.bytes, entry.start + 2) >>> 1) & 7;
const isBottom = (entry: Layer): number => u8(entry.bytes, entry.start + 2) & 1;
export const ttl = (entry: Layer): number => u8(entry.bytes, entry.start + 3);

export const mpls: Protocol = {
  id: 'mpls',
  name: 'Multiprotocol Label Switching',
  column: 'MPLS',
  spec: 'RFC 3032 §2.1',
  fields: [
    { id: 'mpls.label', label: 'Label', kind: 'uint', bit: 0, bits: 20, read: label, show: labelName },
    { id: 'mpls.exp', label: 'Traffic class', kind: 'uint', bit: 20, bits: 3, read: trafficClass },
    { id: 'mpls.bottom', label: 'Bottom of stack', kind: 'bool', bit: 23, bits: 1, read: isBottom },
    { id: 'mpls.ttl', label: 'Time to live', kind: 'uint', bit: 24, bits: 8, read: ttl },
  ],
  decode(entry, packet) {
    if (!entry.captured(ENTRY)) return packet.short(entry, 'entry', ENTRY);
    entry.headerEnd = entry.start + ENTRY;
    if (!isBottom(entry)) return mpls;
    if (!entry.captured(ENTRY + 1)) return null;
    // Nothing names what stands below the stack; its first four bits are those of an IP header (RFC 4928 §3), or none.
    const version = u8(entry.bytes, entry.headerEnd) >>> 4;
    if (version === 4) return packet.follow(etherTypes, 0x0800, data);
    if (version === 6) return packet.follow(etherTypes, 0x86dd, data);
    return looksLikeEthernet(entry) ? ethernetPseudowire : data;
  },
  info(entry, _packet, out) {
    out.ascii('MPLS Label ');
    out.uint(label(entry));
    out.ascii(`, TTL ${ttl(entry)}`);
  },
  card(entry, _packet, out) {
    out.ascii('MPLS  label ');
    out.uint(label(entry));
    out.text(
      `\nttl ${ttl(entry)} · traffic class ${trafficClass(entry)}${isBottom(entry) ? ' · bottom of stack' : ''}`,
    );
  },
};

/** RFC 3032 §2.1 and IANA "Special-Purpose MPLS Label Values". */
function labelName(value: number): string {
  return LABELS.get(value) ?? '';
}

const LABELS = new Map([
  [0, 'IPv4 explicit null'],
  [1, 'Router alert'],
  [2, 'IPv6 explicit null'],
  [3, 'Implicit null'],
  [7, 'Entropy label indicator'],
  [13, 'Generic associated channel'],
  [14, 'OAM alert'],
]);
