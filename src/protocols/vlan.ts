import { u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { llc } from './llc.ts';
import { etherTypes } from './tables.ts';
import { carriedEnd, visitTrailer } from './trailer.ts';

/**
 * IEEE 802.1Q VLAN tag (§9.6): stands behind the addresses, and an EtherType of its own names it. Tags stack.
 *
 *  | PCP (3) | DEI (1) | VLAN id (12) | Type or length (16) |
 */
export const HEADER = 4;

export const priority = (tag: Layer): number => u16(tag.bytes, tag.start) >>> 13;
const dropEligible = (tag: Layer): number => (u16(tag.bytes, tag.start) >>> 12) & 1;
export const vlanId = (tag: Layer): number => u16(tag.bytes, tag.start) & 0x0fff;
export const typeOrLength = (tag: Layer): number => u16(tag.bytes, tag.start + 2);
const isLength = (tag: Layer): boolean => typeOrLength(tag) <= 1500;

export const vlan: Protocol = {
  id: 'vlan',
  name: '802.1Q Virtual LAN',
  column: 'VLAN',
  spec: 'IEEE 802.1Q §9.6',
  fields: [
    { id: 'vlan.priority', label: 'Priority', kind: 'uint', bit: 0, bits: 3, read: priority, show: priorityName },
    { id: 'vlan.dei', label: 'Drop eligible', kind: 'bool', bit: 3, bits: 1, read: dropEligible },
    { id: 'vlan.id', label: 'VLAN', kind: 'uint', bit: 4, bits: 12, read: vlanId },
    {
      id: 'vlan.etype',
      label: 'Type',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: (tag) => (isLength(tag) ? null : typeOrLength(tag)),
      show: etherTypeName,
    },
    {
      id: 'vlan.len',
      label: 'Length',
      kind: 'uint',
      bit: 16,
      bits: 16,
      read: (tag) => (isLength(tag) ? typeOrLength(tag) : null),
    },
  ],
  walked: [
    { id: 'eth.padding', label: 'Padding', kind: 'bytes' },
    { id: 'vlan.trailer', label: 'Trailer', kind: 'bytes' },
  ],
  decode(tag, packet) {
    if (!tag.captured(HEADER)) return packet.short(tag, 'header', HEADER);
    tag.headerEnd = tag.start + HEADER;
    const value = typeOrLength(tag);
    if (!isLength(tag)) return packet.follow(etherTypes, value, data);
    const end = tag.headerEnd + value;
    if (end > tag.wireEnd) {
      packet.report('malformed', tag, 'length', value, tag.wireEnd - tag.headerEnd, 'vlan.len');
      return llc;
    }
    tag.endAt(end);
    return llc;
  },
  walk: (tag, packet, visit) => walkTrailer(TRAILER_ROWS, tag, packet, visit),
  info: writeTag,
  card(tag, _packet, out) {
    out.ascii('802.1Q  VLAN ');
    out.uint(vlanId(tag));
    out.ascii(`\npriority ${priority(tag)} ${priorityName(priority(tag))}`);
    if (dropEligible(tag)) out.text(' · drop eligible');
    if (!isLength(tag)) out.text(` · type ${etherTypeName(typeOrLength(tag)) || typeOrLength(tag)}`);
  },
};

const [PADDING, TRAILER] = vlan.walked as [Row, Row];
const TRAILER_ROWS = { padding: PADDING, trailer: TRAILER };

/** A provider's tag around its customer's (IEEE 802.1ad, now 802.1Q clause 15): the same four octets. */
export const serviceVlan: Protocol = {
  id: 'ieee8021ad',
  name: 'IEEE 802.1ad Service VLAN',
  column: '802.1ad',
  spec: 'IEEE 802.1Q §9.6',
  fields: [
    { id: 'ieee8021ad.priority', label: 'Priority', kind: 'uint', bit: 0, bits: 3, read: priority, show: priorityName },
    { id: 'ieee8021ad.dei', label: 'Drop eligible', kind: 'uint', bit: 3, bits: 1, read: dropEligible },
    { id: 'ieee8021ad.id', label: 'VLAN', kind: 'uint', bit: 4, bits: 12, read: vlanId },
    {
      id: 'ieee8021ah.etype',
      label: 'Type',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: typeOrLength,
      show: etherTypeName,
    },
  ],
  walked: [
    { id: 'eth.padding', label: 'Padding', kind: 'bytes' },
    { id: 'ieee8021ah.trailer', label: 'Trailer', kind: 'bytes' },
  ],
  decode: vlan.decode,
  walk: (tag, packet, visit) => walkTrailer(SERVICE_TRAILER_ROWS, tag, packet, visit),
  info: writeTag,
  card(tag, _packet, out) {
    out.ascii('802.1ad  service VLAN ');
    out.uint(vlanId(tag));
    out.ascii(`\npriority ${priority(tag)} ${priorityName(priority(tag))}`);
    if (dropEligible(tag)) out.text(' · drop eligible');
  },
};

const [SERVICE_PADDING, SERVICE_TRAILER] = serviceVlan.walked as [Row, Row];
const SERVICE_TRAILER_ROWS = { padding: SERVICE_PADDING, trailer: SERVICE_TRAILER };

/** What stands behind the payload is told where its length was told last: here, not at the Ethernet header. */
function walkTrailer(rows: { padding: Row; trailer: Row }, tag: Layer, packet: Packet, visit: Visit): void {
  if (!tag.captured(HEADER)) return;
  const unit = tag.unitWireEnd;
  const from = isLength(tag) ? Math.min(unit, tag.headerEnd + typeOrLength(tag)) : carriedEnd(tag, packet, unit);
  visitTrailer(rows, tag, packet, from, tag.unitCapturedEnd, visit);
}

function writeTag(tag: Layer, _packet: Packet, out: Parameters<NonNullable<Protocol['info']>>[2]): void {
  out.ascii('PRI: ');
  out.uint(priority(tag));
  out.ascii('  DEI: ');
  out.uint(dropEligible(tag));
  out.ascii('  ID: ');
  out.uint(vlanId(tag));
}

/** IEEE 802.1Q table I-2: what the priorities are meant for. */
function priorityName(value: number): string {
  return PRIORITIES[value] ?? '';
}

const PRIORITIES = [
  'Best effort',
  'Background',
  'Excellent effort',
  'Critical applications',
  'Video',
  'Voice',
  'Internetwork control',
  'Network control',
];
