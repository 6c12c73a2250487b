import { u8, u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';

/**
 * Multicast listener discovery: version 1 RFC 2710 §3, version 2 RFC 3810 §5. A query of 24 octets is version 1, a longer
 * one version 2 (RFC 3810 §8.1).
 *
 *  | Response delay (16) | Reserved (16) | Multicast address (128) | v2: flags, interval, sources ... |
 *  | v2 report: Reserved (16) | Number of records (16) | records: type, aux length, sources, address ... |
 */
export const LISTENER_QUERY = 130;
export const LISTENER_REPORT = 131;
export const LISTENER_DONE = 132;
export const LISTENER_REPORT_2 = 143;
/** Kinds of records (RFC 3810 §5.2.12). */
export const EXCLUDE = 2;
export const TO_INCLUDE = 3;
export const TO_EXCLUDE = 4;
const V1_LENGTH = 24;
const V2_LENGTH = 28;
const RECORD = 20;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', level = 0): Row => ({ id, label, kind, level });

const DELAY = row('icmpv6.mld.maximum_response_delay', 'Maximum response delay (ms)');
const DELAY_CODE = row('icmpv6.mld.maximum_response_code', 'Maximum response code');
const ADDRESS = row('icmpv6.mld.multicast_address', 'Multicast address', 'ipv6');
const FLAGS: Row = { ...row('icmpv6.mld.flag', 'Flags', 'hex'), digits: 2 };
const SUPPRESS = row('icmpv6.mld.flag.s', 'Suppress router-side processing', 'bool', 1);
const ROBUSTNESS = row('icmpv6.mld.flag.qrv', 'Robustness variable', 'uint', 1);
const INTERVAL = row('icmpv6.mld.qqi', 'Query interval code');
const SOURCES = row('icmpv6.mld.nb_sources', 'Sources');
const SOURCE = row('icmpv6.mld.source_address', 'Source', 'ipv6', 1);
const RECORDS = row('icmpv6.mldr.nb_mcast_records', 'Records');
const RECORD_TYPE: Row = {
  ...row('icmpv6.mldr.mar.record_type', 'Record', 'uint'),
  show: (value: number) => RECORD_NAMES[value] ?? '',
};
const AUXILIARY = row('icmpv6.mldr.mar.aux_data_len', 'Auxiliary data length', 'uint', 1);
const RECORD_SOURCES = row('icmpv6.mldr.mar.nb_sources', 'Sources', 'uint', 1);
const RECORD_ADDRESS = row('icmpv6.mldr.mar.multicast_address', 'Multicast address', 'ipv6', 1);
const RECORD_SOURCE = row('icmpv6.mldr.mar.source_address', 'Source', 'ipv6', 1);

export const LISTENER_ROWS: readonly Row[] = [
  DELAY,
  DELAY_CODE,
  ADDRESS,
  FLAGS,
  SUPPRESS,
  ROBUSTNESS,
  INTERVAL,
  SOURCES,
  SOURCE,
  RECORDS,
  RECORD_TYPE,
  AUXILIARY,
  RECORD_SOURCES,
  RECORD_ADDRESS,
  RECORD_SOURCE,
];

export function walkListeners(icmp: Layer, type: number, visit: Visit): void {
  if (type === LISTENER_REPORT_2) walkReport(icmp, visit);
  else if (type === LISTENER_QUERY && icmp.wireEnd - icmp.start >= V2_LENGTH) walkQuery(icmp, visit);
  else if (
    (type === LISTENER_QUERY || type === LISTENER_REPORT || type === LISTENER_DONE) &&
    icmp.captured(V1_LENGTH)
  ) {
    visit(DELAY, icmp.start + 4, 2, u16(icmp.bytes, icmp.start + 4), 0);
    visit(ADDRESS, icmp.start + 8, 16, icmp.start + 8, 0);
  }
}

function walkQuery(icmp: Layer, visit: Visit): void {
  if (!icmp.captured(V2_LENGTH)) return;
  const { bytes, start } = icmp;
  const flags = u8(bytes, start + 24);
  visit(DELAY_CODE, start + 4, 2, u16(bytes, start + 4), 0);
  visit(ADDRESS, start + 8, 16, start + 8, 0);
  visit(FLAGS, start + 24, 1, flags, 0);
  visit(SUPPRESS, start + 24, 1, (flags >>> 3) & 1, 1);
  visit(ROBUSTNESS, start + 24, 1, flags & 7, 1);
  visit(INTERVAL, start + 25, 1, u8(bytes, start + 25), 0);
  const count = u16(bytes, start + 26);
  visit(SOURCES, start + 26, 2, count, 0);
  visitSources(icmp, start + V2_LENGTH, count, SOURCE, visit);
}

function walkReport(icmp: Layer, visit: Visit): void {
  if (!icmp.captured(8)) return;
  const { bytes, start, capturedEnd } = icmp;
  const count = u16(bytes, start + 6);
  visit(RECORDS, start + 6, 2, count, 0);
  let at = start + 8;
  for (let i = 0; i < count && at + RECORD <= capturedEnd; i++) {
    const sources = u16(bytes, at + 2);
    const length = recordEnd(icmp, at) - at;
    visit(RECORD_TYPE, at, Math.min(length, capturedEnd - at), u8(bytes, at), 0);
    visit(AUXILIARY, at + 1, 1, u8(bytes, at + 1), 1);
    visit(RECORD_SOURCES, at + 2, 2, sources, 1);
    visit(RECORD_ADDRESS, at + 4, 16, at + 4, 1);
    visitSources(icmp, at + RECORD, sources, RECORD_SOURCE, visit);
    at += length;
  }
}

/** Where the record behind this one begins. */
export const recordEnd = ({ bytes }: Layer, at: number): number =>
  at + RECORD + u16(bytes, at + 2) * 16 + u8(bytes, at + 1) * 4;

function visitSources(icmp: Layer, from: number, count: number, row: Row, visit: Visit): void {
  const end = Math.min(from + count * 16, icmp.capturedEnd);
  for (let at = from; at + 16 <= end; at += 16) visit(row, at, 16, at, 1);
}

const RECORD_NAMES = [
  '',
  'Mode is include',
  'Mode is exclude',
  'Changed to include',
  'Changed to exclude',
  'Allow new sources',
  'Block old sources',
];
