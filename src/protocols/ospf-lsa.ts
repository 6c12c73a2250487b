import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import { Writer } from '../core/writer.ts';

/**
 * Link state advertisements: what a router tells of its links, flooded to all others. Header RFC 2328 §A.4.1 (OSPFv2) and
 * RFC 5340 §A.4.2 (OSPFv3).
 *
 *   0                   1                   2                   3
 *  |             age               |   options     |     type      |   (v3: a type of 16 bits)
 *  |                        link state id                          |
 *  |                     advertising router                        |
 *  |                    sequence number                            |
 *  |           checksum            |            length             |
 */
export const LSA_HEADER = 20;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', more: Partial<Row> = {}): Row => ({
  id: `ospf.${id}`,
  label,
  kind,
  ...more,
});

const AGE = row('lsa.age', 'LS age (s)');
const DO_NOT_AGE = row('lsa.donotage', 'Do not age', 'bool');
const DO_NOT_AGE_V3 = row('v3.lsa.do_not_age', 'Do not age', 'bool');
const OPTIONS = row('v2.options', 'Options', 'hex', { digits: 2 });
export const TYPE = row('lsa', 'LS type', 'uint', { show: (type: number) => TYPES[type] ?? '' });
export const TYPE_V3 = row('v3.lsa', 'LS type', 'hex', {
  digits: 4,
  show: (type: number) => TYPES_V3[type & 0x1fff] ?? '',
});
const ID_V2 = row('lsa.id', 'Link state id', 'ipv4');
export const LINK_STATE_ID = row('link_state_id', 'Link state id', 'ipv4');
export const ADVERTISER = row('advrouter', 'Advertising router', 'ipv4');
const SEQUENCE = row('lsa.seqnum', 'Sequence number', 'hex', { digits: 8 });
const CHECKSUM = row('lsa.chksum', 'Checksum', 'hex', { digits: 4 });
const LENGTH = row('lsa.length', 'Length');
const NETWORK_MASK = row('lsa.network.netmask', 'Network mask', 'ipv4');
const SUMMARY_MASK = row('lsa.asbr.netmask', 'Network mask', 'ipv4');
const EXTERNAL_MASK = row('lsa.asext.netmask', 'Network mask', 'ipv4');
const METRIC = row('metric', 'Metric');
const LINKS = row('lsa.number_of_links', 'Links');
const LINK_ID = row('lsa.router.linkid', 'Link id', 'ipv4');
const LINK_DATA = row('lsa.router.linkdata', 'Link data', 'ipv4');
const LINK_TYPE = row('lsa.router.linktype', 'Link type', 'uint', { show: (type: number) => LINK_TYPES[type] ?? '' });
const LINK_METRIC = row('lsa.router.metric0', 'Metric');
const ATTACHED = row('lsa.network.attchrtr', 'Attached router', 'ipv4');
const FORWARDING = row('lsa.asext.fwdaddr', 'Forwarding address', 'ipv4');
const EXTERNAL_TYPE = row('lsa.asext.type', 'External type is 2', 'bool');
const TAG = row('lsa.asext.extrttag', 'External route tag', 'hex', { digits: 8 });
const ROUTER_FLAGS = row('v3.router.lsa.flags', 'Flags', 'hex', { digits: 2 });
export const OPTIONS_V3 = row('v3.options', 'Options', 'hex', { digits: 6 });
const LINK_TYPE_V3 = row('v3.lsa.type', 'Link type', 'uint', { show: (type: number) => LINK_TYPES[type] ?? '' });
const INTERFACE = row('v3.lsa.interface_id', 'Interface id');
const NEIGHBOR_INTERFACE = row('v3.lsa.neighbor_interface_id', 'Neighbor interface id');
const NEIGHBOR_ROUTER = row('v3.lsa.neighbor_router_id', 'Neighbor router id', 'ipv4');
const ATTACHED_V3 = row('v3.lsa.attached_router', 'Attached router', 'ipv4');
const PREFIXES = row('v3.lsa.num_prefixes', 'Prefixes');
const REFERENCED_TYPE = row('v3.lsa.referenced_ls_type', 'Referenced LS type', 'hex', { digits: 4 });
const REFERENCED_ID = row('v3.lsa.referenced_link_state_id', 'Referenced link state id', 'ipv4');
const REFERENCED_ROUTER = row('v3.lsa.referenced_advertising_router', 'Referenced router', 'ipv4');
const PRIORITY_V3 = row('v3.lsa.router_priority', 'Router priority');
const LINK_LOCAL = row('v3.lsa.link_local_interface_address.ipv6', 'Link-local address', 'ipv6');
const PREFIX_LENGTH = row('prefix_length', 'Prefix length');
const PREFIX_OPTIONS = row('v3.prefix.options', 'Prefix options', 'hex', { digits: 2 });
const PREFIX = row('v3.address_prefix.ipv6', 'Prefix', 'text');
const BODY: Row = { id: 'dissect.ospf.lsa.body', label: 'Content', kind: 'bytes' };

export const LSA_ROWS: readonly Row[] = [
  AGE,
  DO_NOT_AGE,
  DO_NOT_AGE_V3,
  OPTIONS,
  TYPE,
  TYPE_V3,
  ID_V2,
  LINK_STATE_ID,
  ADVERTISER,
  SEQUENCE,
  CHECKSUM,
  LENGTH,
  NETWORK_MASK,
  SUMMARY_MASK,
  EXTERNAL_MASK,
  METRIC,
  LINKS,
  LINK_ID,
  LINK_DATA,
  LINK_TYPE,
  LINK_METRIC,
  ATTACHED,
  EXTERNAL_TYPE,
  FORWARDING,
  TAG,
  ROUTER_FLAGS,
  OPTIONS_V3,
  LINK_TYPE_V3,
  INTERFACE,
  NEIGHBOR_INTERFACE,
  NEIGHBOR_ROUTER,
  ATTACHED_V3,
  PREFIXES,
  REFERENCED_TYPE,
  REFERENCED_ID,
  REFERENCED_ROUTER,
  PRIORITY_V3,
  LINK_LOCAL,
  PREFIX_LENGTH,
  PREFIX_OPTIONS,
  PREFIX,
  BODY,
];

const ROUTER = 1;
const NETWORK = 2;
const SUMMARY = 3;
const SUMMARY_ROUTER = 4;
const EXTERNAL = 5;
const NSSA = 7;
/** Function codes of OSPFv3, below the three bits of scope. */
const INTER_AREA_PREFIX = 3;
const LINK = 8;
const INTRA_AREA_PREFIX = 9;

/** Visits one header; answers the length it names, header counted. The caller has proved that the header is there. */
export function visitLsaHeader(bytes: Uint8Array, at: number, version: number, visit: Visit): number {
  const age = u16(bytes, at);
  visit(AGE, at, 2, age & 0x7fff, 0);
  visit(version === 2 ? DO_NOT_AGE : DO_NOT_AGE_V3, at, 2, age >>> 15, 1);
  if (version === 2) {
    visit(OPTIONS, at + 2, 1, u8(bytes, at + 2), 1);
    visit(TYPE, at + 3, 1, u8(bytes, at + 3), 1);
  } else {
    visit(TYPE_V3, at + 2, 2, u16(bytes, at + 2), 1);
  }
  visit(version === 2 ? ID_V2 : LINK_STATE_ID, at + 4, 4, at + 4, 1);
  visit(ADVERTISER, at + 8, 4, at + 8, 1);
  visit(SEQUENCE, at + 12, 4, u32(bytes, at + 12), 1);
  visit(CHECKSUM, at + 16, 2, u16(bytes, at + 16), 1);
  visit(LENGTH, at + 18, 2, u16(bytes, at + 18), 1);
  return u16(bytes, at + 18);
}

/** Visits what stands behind a header, up to `to`. The common kinds are told apart; others show their octets. */
export function visitLsaBody(bytes: Uint8Array, header: number, to: number, version: number, visit: Visit): void {
  const at = header + LSA_HEADER;
  if (at >= to) return;
  if (version === 2) visitBodyV2(u8(bytes, header + 3), bytes, at, to, visit);
  else visitBodyV3(u16(bytes, header + 2) & 0x1fff, bytes, at, to, visit);
}

function visitBodyV2(type: number, bytes: Uint8Array, at: number, to: number, visit: Visit): void {
  if (type === ROUTER && at + 4 <= to) visitRouterLinks(bytes, at, to, visit);
  else if (type === NETWORK && at + 4 <= to) visitNetwork(at, to, visit);
  else if ((type === SUMMARY || type === SUMMARY_ROUTER) && at + 8 <= to) visitSummary(bytes, at, visit);
  else if ((type === EXTERNAL || type === NSSA) && at + 16 <= to) visitExternal(bytes, at, visit);
  else visit(BODY, at, to - at, at, 1);
}

/** RFC 5340 §A.4.3 to §A.4.10. */
function visitBodyV3(type: number, bytes: Uint8Array, at: number, to: number, visit: Visit): void {
  if (type === ROUTER && at + 4 <= to) visitInterfaces(bytes, at, to, visit);
  else if (type === NETWORK && at + 4 <= to) visitNetworkV3(bytes, at, to, visit);
  else if (type === INTER_AREA_PREFIX && at + 8 <= to) visitInterArea(bytes, at, to, visit);
  else if (type === LINK && at + 24 <= to) visitLink(bytes, at, to, visit);
  else if (type === INTRA_AREA_PREFIX && at + 12 <= to) visitIntraArea(bytes, at, to, visit);
  else visit(BODY, at, to - at, at, 1);
}

function visitInterfaces(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(ROUTER_FLAGS, from, 1, u8(bytes, from), 1);
  visit(OPTIONS_V3, from + 1, 3, u24(bytes, from + 1), 1);
  for (let at = from + 4; at + 16 <= to; at += 16) {
    visit(LINK_TYPE_V3, at, 1, u8(bytes, at), 1);
    visit(METRIC, at + 2, 2, u16(bytes, at + 2), 2);
    visit(INTERFACE, at + 4, 4, u32(bytes, at + 4), 2);
    visit(NEIGHBOR_INTERFACE, at + 8, 4, u32(bytes, at + 8), 2);
    visit(NEIGHBOR_ROUTER, at + 12, 4, at + 12, 2);
  }
}

function visitNetworkV3(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(OPTIONS_V3, from + 1, 3, u24(bytes, from + 1), 1);
  for (let at = from + 4; at + 4 <= to; at += 4) visit(ATTACHED_V3, at, 4, at, 1);
}

function visitInterArea(bytes: Uint8Array, at: number, to: number, visit: Visit): void {
  visit(METRIC, at + 1, 3, u24(bytes, at + 1), 1);
  visitPrefix(bytes, at + 4, to, false, visit);
}

function visitLink(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(PRIORITY_V3, from, 1, u8(bytes, from), 1);
  visit(OPTIONS_V3, from + 1, 3, u24(bytes, from + 1), 1);
  visit(LINK_LOCAL, from + 4, 16, from + 4, 1);
  visit(PREFIXES, from + 20, 4, u32(bytes, from + 20), 1);
  for (let at = from + 24; at + 4 <= to; ) at = visitPrefix(bytes, at, to, false, visit);
}

function visitIntraArea(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(PREFIXES, from, 2, u16(bytes, from), 1);
  visit(REFERENCED_TYPE, from + 2, 2, u16(bytes, from + 2), 1);
  visit(REFERENCED_ID, from + 4, 4, from + 4, 1);
  visit(REFERENCED_ROUTER, from + 8, 4, from + 8, 1);
  for (let at = from + 12; at + 4 <= to; ) at = visitPrefix(bytes, at, to, true, visit);
}

/** RFC 5340 §A.4.1: as many words of the address as its length needs. Answers where the next one begins. */
function visitPrefix(bytes: Uint8Array, at: number, to: number, metric: boolean, visit: Visit): number {
  const length = u8(bytes, at);
  const octets = Math.ceil(length / 32) * 4;
  visit(PREFIX_LENGTH, at, 1, length, 1);
  visit(PREFIX_OPTIONS, at + 1, 1, u8(bytes, at + 1), 2);
  if (metric) visit(METRIC, at + 2, 2, u16(bytes, at + 2), 2);
  if (length > 128 || at + 4 + octets > to) return to;
  const address = new Uint8Array(16);
  address.set(bytes.subarray(at + 4, at + 4 + octets));
  const text = new Writer(40);
  text.ipv6(address, 0);
  visit(PREFIX, at + 4, octets, text.toString(), 2);
  return at + 4 + octets;
}

/** RFC 2328 §A.4.2: each link with its metric, and metrics by TOS, which nobody sends any more. */
function visitRouterLinks(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(LINKS, from + 2, 2, u16(bytes, from + 2), 1);
  for (let at = from + 4; at + 12 <= to; at += 12 + 4 * u8(bytes, at + 9)) {
    visit(LINK_ID, at, 4, at, 1);
    visit(LINK_DATA, at + 4, 4, at + 4, 2);
    visit(LINK_TYPE, at + 8, 1, u8(bytes, at + 8), 2);
    visit(LINK_METRIC, at + 10, 2, u16(bytes, at + 10), 2);
  }
}

function visitNetwork(from: number, to: number, visit: Visit): void {
  visit(NETWORK_MASK, from, 4, from, 1);
  for (let at = from + 4; at + 4 <= to; at += 4) visit(ATTACHED, at, 4, at, 1);
}

function visitSummary(bytes: Uint8Array, at: number, visit: Visit): void {
  visit(SUMMARY_MASK, at, 4, at, 1);
  visit(METRIC, at + 5, 3, u24(bytes, at + 5), 1);
}

function visitExternal(bytes: Uint8Array, at: number, visit: Visit): void {
  visit(EXTERNAL_MASK, at, 4, at, 1);
  visit(EXTERNAL_TYPE, at + 4, 1, u8(bytes, at + 4) >>> 7, 1);
  visit(METRIC, at + 5, 3, u24(bytes, at + 5), 1);
  visit(FORWARDING, at + 8, 4, at + 8, 1);
  visit(TAG, at + 12, 4, u32(bytes, at + 12), 1);
}

/** RFC 2328 §A.4.1; NSSA RFC 3101; opaque RFC 5250. */
const TYPES = [
  '',
  'Router-LSA',
  'Network-LSA',
  'Summary-LSA (IP network)',
  'Summary-LSA (ASBR)',
  'AS-External-LSA (ASBR)',
  'Group Membership LSA',
  'NSSA AS-External-LSA',
  '',
  'Opaque LSA, Link-local scope',
  'Opaque LSA, Area-local scope',
  'Opaque LSA, AS-local scope',
];

/** RFC 5340 §A.4.2.1: function codes. */
const TYPES_V3 = [
  '',
  'Router-LSA',
  'Network-LSA',
  'Inter-Area-Prefix-LSA',
  'Inter-Area-Router-LSA',
  'AS-External-LSA',
  '',
  'NSSA-LSA',
  'Link-LSA',
  'Intra-Area-Prefix-LSA',
];

const LINK_TYPES = ['', 'Point-to-point', 'Transit network', 'Stub network', 'Virtual link'];
