import { u8, u16 } from '../core/bytes.ts';
import { addWords, fold, type Verdict } from '../core/checksum.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Internet Group Management Protocol: hosts tell their router which multicast groups they want. Version 1 RFC 1112, 2 RFC
 * 2236, 3 RFC 3376 §4.
 *
 *   0                   1                   2                   3
 *  |     type      | max resp time |           checksum            |
 *  |                   group address (queries, v1, v2)             |
 *  |  v3 query:   resv |S| QRV | QQIC |   number of sources        |
 *  |  v3 report:      reserved        |   number of group records  |
 */
const HEADER = 8;
const V3_QUERY = 12;
const RECORD_HEADER = 8;

export const QUERY = 0x11;
export const REPORT_V1 = 0x12;
export const REPORT_V2 = 0x16;
export const LEAVE = 0x17;
export const REPORT_V3 = 0x22;

export const EXCLUDE = 2;
export const TO_INCLUDE = 3;
export const TO_EXCLUDE = 4;

export const type = (igmp: Layer): number => u8(igmp.bytes, igmp.start);
const maxResponse = (igmp: Layer): number => u8(igmp.bytes, igmp.start + 1);
const checksum = (igmp: Layer): number => u16(igmp.bytes, igmp.start + 2);
export const groupAt = (igmp: Layer): number => igmp.start + 4;
/** Records of a report of version 3, as it says itself. */
const recordCount = (igmp: Layer): number => u16(igmp.bytes, igmp.start + 6);

/** A longer query is version 3's; version 1 has no time in it (RFC 3376 §7.1). */
function version(igmp: Layer): number {
  if (type(igmp) === REPORT_V3) return 3;
  if (type(igmp) === REPORT_V1) return 1;
  if (type(igmp) !== QUERY) return 2;
  if (igmp.wireEnd - igmp.start >= V3_QUERY) return 3;
  return maxResponse(igmp) === 0 ? 1 : 2;
}

const hasGroup = (igmp: Layer): boolean => type(igmp) !== REPORT_V3;

function checksumVerdict(igmp: Layer): Verdict {
  if (igmp.wireEnd > igmp.capturedEnd) return 'unverifiable';
  return fold(addWords(igmp.bytes, igmp.start, igmp.capturedEnd, 0)) === 0xffff ? 'good' : 'bad';
}

const MAX_RESPONSE: Row = { id: 'igmp.max_resp', label: 'Max response time (1/10 s)', kind: 'uint' };
const SUPPRESS: Row = { id: 'igmp.s', label: 'Suppress router-side processing', kind: 'bool' };
const ROBUSTNESS: Row = { id: 'igmp.qrv', label: 'Robustness variable', kind: 'uint' };
const INTERVAL: Row = { id: 'igmp.qqic', label: 'Query interval (s)', kind: 'uint' };
const SOURCES: Row = { id: 'igmp.num_src', label: 'Sources', kind: 'uint' };
const SOURCE: Row = { id: 'igmp.saddr', label: 'Source', kind: 'ipv4' };
const RECORDS: Row = { id: 'igmp.num_grp_recs', label: 'Group records', kind: 'uint' };
const RECORD_TYPE: Row = { id: 'igmp.record_type', label: 'Record', kind: 'uint', show: recordName };
const AUXILIARY: Row = { id: 'igmp.aux_data_len', label: 'Auxiliary data length', kind: 'uint' };
const GROUP: Row = { id: 'igmp.maddr', label: 'Multicast address', kind: 'ipv4' };

export const igmp: Protocol = {
  id: 'igmp',
  name: 'Internet Group Management Protocol',
  column: 'IGMP',
  spec: 'RFC 3376 §4',
  fields: [
    {
      id: 'igmp.version',
      label: 'Version',
      kind: 'uint',
      read: (igmp) => (igmp.captured(HEADER) ? version(igmp) : null),
    },
    { id: 'igmp.type', label: 'Type', kind: 'hex', bit: 0, bits: 8, read: type, show: typeName },
    { id: 'igmp.checksum', label: 'Checksum', kind: 'hex', bit: 16, bits: 16, read: checksum },
    { id: 'dissect.igmp.checksum', label: 'Checksum verdict', kind: 'text', read: checksumVerdict, level: 1 },
  ],
  walked: [MAX_RESPONSE, GROUP, SUPPRESS, ROBUSTNESS, INTERVAL, SOURCES, SOURCE, RECORDS, RECORD_TYPE, AUXILIARY],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.capturedEnd;
    layer.protocol = VERSIONS[version(layer)]!;
    return null;
  },
  walk: walkBody,
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('IGMPv');
    out.uint(version(layer));
    out.ascii('  ');
    writeInfo(layer, packet, out);
  },
};

/** The same protocol by the name of its version, which the line shows. */
const VERSIONS: readonly Protocol[] = [igmp, ...[1, 2, 3].map((n) => ({ ...igmp, column: `IGMPv${n}` }))];

function walkBody(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  if (!layer.captured(HEADER)) return;
  if (hasGroup(layer)) {
    if (type(layer) !== REPORT_V1 && version(layer) > 1) visit(MAX_RESPONSE, start + 1, 1, maxResponse(layer), 0);
    visit(GROUP, groupAt(layer), 4, groupAt(layer), 0);
    if (type(layer) === QUERY && version(layer) === 3 && layer.captured(V3_QUERY)) walkQuery(layer, visit);
    return;
  }
  visit(RECORDS, start + 6, 2, recordCount(layer), 0);
  for (let at = start + HEADER; at + RECORD_HEADER <= capturedEnd; at = recordEnd(layer, at)) {
    visit(RECORD_TYPE, at, 1, u8(bytes, at), 0);
    visit(AUXILIARY, at + 1, 1, u8(bytes, at + 1), 1);
    visit(SOURCES, at + 2, 2, u16(bytes, at + 2), 1);
    visit(GROUP, at + 4, 4, at + 4, 1);
    walkSources(layer, at + RECORD_HEADER, u16(bytes, at + 2), visit);
  }
}

function walkQuery(layer: Layer, visit: Visit): void {
  const { bytes, start } = layer;
  visit(SUPPRESS, start + 8, 1, (u8(bytes, start + 8) >>> 3) & 1, 0);
  visit(ROBUSTNESS, start + 8, 1, u8(bytes, start + 8) & 7, 0);
  visit(INTERVAL, start + 9, 1, u8(bytes, start + 9), 0);
  visit(SOURCES, start + 10, 2, u16(bytes, start + 10), 0);
  walkSources(layer, start + V3_QUERY, u16(bytes, start + 10), visit);
}

function walkSources(layer: Layer, from: number, count: number, visit: Visit): void {
  const to = Math.min(layer.capturedEnd, from + count * 4);
  for (let at = from; at + 4 <= to; at += 4) visit(SOURCE, at, 4, at, 1);
}

/** Where the record behind this one begins. */
export const recordEnd = (igmp: Layer, at: number): number =>
  at + RECORD_HEADER + u16(igmp.bytes, at + 2) * 4 + u8(igmp.bytes, at + 1) * 4;

/** Records that one line tells. */
const TOLD = 8;

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(HEADER)) return;
  out.ascii(typeName(type(layer)) || 'Unknown type');
  if (type(layer) === QUERY) {
    if (layer.bytes[groupAt(layer)] === 0) {
      out.ascii(', general');
      return;
    }
    out.ascii(', specific for group ');
    out.ipv4(layer.bytes, groupAt(layer));
  } else if (hasGroup(layer)) {
    out.ascii(type(layer) === LEAVE ? ' ' : ' group ');
    out.ipv4(layer.bytes, groupAt(layer));
  } else {
    writeRecords(layer, out);
  }
}

function writeRecords(layer: Layer, out: Writer): void {
  let told = 0;
  for (let at = layer.start + HEADER; at + RECORD_HEADER <= layer.capturedEnd; at = recordEnd(layer, at)) {
    if (++told > TOLD) {
      out.text(' / …');
      return;
    }
    out.ascii(' / ');
    writeRecord(layer, at, out);
  }
}

/** Excluding no source is joining for any; including none is leaving (RFC 3376 §5.1). */
function writeRecord(layer: Layer, at: number, out: Writer): void {
  const kind = u8(layer.bytes, at);
  const sources = u16(layer.bytes, at + 2);
  const leaves = kind === TO_INCLUDE && sources === 0;
  const named = leaves ? 'Leave group ' : kind === EXCLUDE || kind === TO_EXCLUDE ? 'Join group ' : 'Group ';
  out.ascii(named);
  out.ipv4(layer.bytes, at + 4);
  if (leaves) return;
  if (sources === 0) {
    out.ascii(' for any sources');
    return;
  }
  out.ascii(kind === EXCLUDE || kind === TO_EXCLUDE ? ' except ' : ' from ');
  out.uint(sources);
  out.ascii(' sources');
}

function typeName(value: number): string {
  if (value === QUERY) return 'Membership Query';
  if (value === LEAVE) return 'Leave Group';
  return value === REPORT_V1 || value === REPORT_V2 || value === REPORT_V3 ? 'Membership Report' : '';
}

/** RFC 3376 §4.2.12. */
function recordName(value: number): string {
  return RECORD_NAMES[value] ?? '';
}

const RECORD_NAMES = [
  '',
  'Mode Is Include',
  'Mode Is Exclude',
  'Change To Include Mode',
  'Change To Exclude Mode',
  'Allow New Sources',
  'Block Old Sources',
];
