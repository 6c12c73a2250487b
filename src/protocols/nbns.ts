import { u8, u16, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import {
  additionalCount,
  answerCount,
  authorityCount,
  flags,
  HEADER,
  id,
  isResponse,
  MessageCursor,
  opcode,
  questionCount,
  rcode,
} from './dns.ts';
import { isNetbiosName, netbiosName, printable, suffixAt, suffixName } from './netbios-names.ts';

/**
 * NetBIOS Name Service. RFC 1002 §4.2: the form of a DNS message (RFC 1035 §4.1), with other operations, names that stand
 * for 16 octets, and records of its own.
 *
 *   0                   1                   2                   3
 *  |          NAME_TRN_ID          |R| OPCODE|A|T|D|R|0|0|B| RCODE |
 *  |            QDCOUNT            |            ANCOUNT            |
 *  |            NSCOUNT            |            ARCOUNT            |
 *  |  NB record: |G|ONT|   reserved (13)   |  address (32) |  ...
 *  |  NBSTAT record: names (8) | name (128), flags (16) ... | statistics
 */
export const NB = 32;
export const NBSTAT = 33;
export const QUERY = 0;
export const REGISTRATION = 5;
export const RELEASE = 6;
export const WAIT = 7;
export const REFRESH = 8;
/** Written by some from the RFC's other table (§4.2.4 says 9, §4.2.1.1 says 8). */
export const REFRESH_TOO = 9;
export const MULTIHOMED = 15;

const OPERATIONS = new Map([
  [QUERY, 'Name query'],
  [REGISTRATION, 'Registration'],
  [RELEASE, 'Release'],
  [WAIT, 'Wait for acknowledgment'],
  [REFRESH, 'Refresh'],
  [REFRESH_TOO, 'Refresh (alternate opcode)'],
  [MULTIHOMED, 'Multi-homed registration'],
]);
const operationName = (code: number): string => OPERATIONS.get(code) ?? '';

/** RFC 1002 §4.2.6, §4.2.11, §4.2.14. */
const FAULTS = [
  'No error',
  'Request was invalidly formatted',
  'Server failure',
  'Requested name does not exist',
  'Request is not implemented',
  'Request was refused',
  'Name is owned by another node',
  'Name is in conflict',
];
const faultName = (code: number): string => FAULTS[code] ?? '';

const TYPES = new Map([
  [1, 'A'],
  [2, 'NS'],
  [10, 'NULL'],
  [NB, 'NB'],
  [NBSTAT, 'NBSTAT'],
]);
const typeName = (type: number): string => TYPES.get(type) ?? '';
const NODES = ['B-node', 'P-node', 'M-node', 'H-node'];
const nodeName = (kind: number): string => NODES[kind] ?? '';

function flagRow(name: string, label: string, at: number, inQueries: boolean): Row {
  const mask = 0x8000 >>> at;
  return {
    id: `nbns.flags.${name}`,
    label,
    kind: 'bool',
    bit: 16 + at,
    bits: 1,
    read: (nbns) => (inQueries || isResponse(nbns) ? (flags(nbns) & mask ? 1 : 0) : null),
    level: 1,
  };
}

const countRow = (name: string, label: string, at: number, read: (nbns: Layer) => number): Row => ({
  id: `nbns.count.${name}`,
  label,
  kind: 'uint',
  bit: at,
  bits: 16,
  read,
});

const rows: Row[] = [];
const row = gatherRows(rows, 'nbns.');

const NAME = row('name', 'Name', 'text');
const TYPE = row('type', 'Type', 'uint', { show: typeName });
const CLASS = row('class', 'Class', 'uint', { show: (value: number) => (value === 1 ? 'IN' : '') });
const TTL = row('ttl', 'Time to live', 'uint', { show: (seconds: number) => `${seconds} s` });
const DATA_LENGTH = row('data_length', 'Data length', 'uint');
const ADDRESS_FLAGS = row('nb_flags', 'Flags of the name', 'hex', { digits: 4 });
const ADDRESS_GROUP = row('nb_flags.group', 'Group name', 'bool');
const ADDRESS_NODE = row('nb_flags.ont', 'Owner is', 'uint', { show: nodeName });
const ADDRESS = row('addr', 'Address', 'ipv4');
const NAME_COUNT = row('number_of_names', 'Number of names', 'uint');
const OWNED_NAME = row('netbios_name', 'Name', 'text');
const NAME_FLAGS = row('name_flags', 'Flags of the name', 'hex', { digits: 4 });
const NAME_GROUP = row('name_flags.group', 'Group name', 'bool');
const NAME_NODE = row('name_flags.ont', 'Owner is', 'uint', { show: nodeName });
const NAME_BITS: readonly (readonly [Row, number])[] = [
  [row('name_flags.drg', 'Being given up', 'bool'), 0x1000],
  [row('name_flags.cnf', 'In conflict', 'bool'), 0x0800],
  [row('name_flags.act', 'Active', 'bool'), 0x0400],
  [row('name_flags.prm', 'Permanent', 'bool'), 0x0200],
];
const UNIT_ID = row('unit_id', 'Unit id', 'mac');
const DATA = row('data', 'Data', 'bytes');

/** Statistics behind the MAC address, in their order: octets, and whether they are a number of something. */
const STATISTICS: readonly (readonly [Row, 1 | 2 | 4])[] = [
  [row('jumpers', 'Jumpers', 'hex', { digits: 2 }), 1],
  [row('test_result', 'Test result', 'hex', { digits: 2 }), 1],
  [row('version_number', 'Version', 'hex', { digits: 4 }), 2],
  [row('period_of_statistics', 'Period of statistics', 'hex', { digits: 4 }), 2],
  [row('num_crcs', 'CRC errors', 'uint'), 2],
  [row('num_alignment_errors', 'Alignment errors', 'uint'), 2],
  [row('num_collisions', 'Collisions', 'uint'), 2],
  [row('num_send_aborts', 'Sends given up', 'uint'), 2],
  [row('num_good_sends', 'Good sends', 'uint'), 4],
  [row('num_good_receives', 'Good receives', 'uint'), 4],
  [row('numretransmits', 'Retransmissions', 'uint'), 2],
  [row('num_no_resource_conditions', 'Times without resources', 'uint'), 2],
  [row('numcommand_blocks', 'Free command blocks', 'uint'), 2],
  [row('numpending_sessions', 'Pending sessions', 'uint'), 2],
  [row('max_num_pending_sessions', 'Most pending sessions', 'uint'), 2],
  [row('max_total_sessions_possible', 'Most sessions', 'uint'), 2],
  [row('session_data_packet_size', 'Packet size of a session', 'uint'), 2],
];

export const nbns: Protocol = {
  id: 'nbns',
  name: 'NetBIOS Name Service',
  column: 'NBNS',
  spec: 'RFC 1002 §4.2',
  fields: [
    { id: 'nbns.id', label: 'Transaction id', kind: 'hex', bit: 0, bits: 16, read: id },
    { id: 'nbns.flags', label: 'Flags', kind: 'hex', bit: 16, bits: 16, read: flags },
    flagRow('response', 'Response', 0, true),
    {
      id: 'nbns.flags.opcode',
      label: 'Operation',
      kind: 'uint',
      bit: 17,
      bits: 4,
      read: opcode,
      show: operationName,
      level: 1,
    },
    flagRow('authoritative', 'Authoritative answer', 5, false),
    flagRow('truncated', 'Truncated', 6, true),
    flagRow('recdesired', 'Recursion desired', 7, true),
    flagRow('recavail', 'Recursion available', 8, false),
    flagRow('broadcast', 'Broadcast', 11, true),
    {
      id: 'nbns.flags.rcode',
      label: 'Response code',
      kind: 'uint',
      bit: 28,
      bits: 4,
      read: (nbns) => (isResponse(nbns) ? rcode(nbns) : null),
      show: faultName,
      level: 1,
    },
    countRow('queries', 'Questions', 32, questionCount),
    countRow('answers', 'Answers', 48, answerCount),
    countRow('auth_rr', 'Authority records', 64, authorityCount),
    countRow('add_rr', 'Additional records', 80, additionalCount),
  ],
  walked: rows,
  decode,
  walk,
  info: writeInfo,
  card: writeCard,
};

/** For what is over before the next message is looked at. */
const scan = new MessageCursor();

function decode(layer: Layer, packet: Packet): null {
  if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
  layer.headerEnd = layer.capturedEnd;
  const { bytes, start, capturedEnd } = layer;
  let named = true;
  scan.begin(layer);
  while (scan.next()) named &&= isNetbiosName(bytes, start, scan.nameAt, capturedEnd);
  if (scan.fault === '') return named ? null : packet.malformed(layer, 'name', 0, 0, 'nbns.name');
  return packet.short(layer, scan.fault, scan.need, scan.fault === 'recordData' ? 'nbns.data_length' : 'header');
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.captured(HEADER)) return;
  const cursor = new MessageCursor();
  cursor.begin(layer);
  while (cursor.next()) {
    visitNamed(layer, cursor, visit);
    if (cursor.section > 0) visitRecord(layer, cursor, visit);
  }
}

/** The name as a sentence says it. */
export const nameOf = ({ bytes, start, capturedEnd }: Layer, { nameAt }: MessageCursor): string =>
  netbiosName(bytes, start, nameAt, capturedEnd);

/** What the name is for. */
export const purposeOf = ({ bytes, start, capturedEnd }: Layer, { nameAt }: MessageCursor): string =>
  suffixName(suffixAt(bytes, start, nameAt, capturedEnd));

function visitNamed(layer: Layer, cursor: MessageCursor, visit: Visit): void {
  const { nameAt, typeAt, type, section } = cursor;
  const name = nameOf(layer, cursor);
  const purpose = section > 0 && type === NB ? ` (${purposeOf(layer, cursor)})` : '';
  visit(NAME, nameAt, typeAt - nameAt, name + purpose, 0);
  visit(TYPE, typeAt, 2, type, 1);
  visit(CLASS, typeAt + 2, 2, cursor.class, 1);
}

function visitRecord(layer: Layer, record: MessageCursor, visit: Visit): void {
  const { typeAt, dataAt, type } = record;
  const end = Math.min(record.end, layer.capturedEnd);
  visit(TTL, typeAt + 4, 4, record.ttl, 1);
  visit(DATA_LENGTH, typeAt + 8, 2, record.dataLength, 1);
  if (type === NB && opcode(layer) !== WAIT) visitAddresses(layer, dataAt, end, visit);
  else if (type === NBSTAT) visitStatus(layer, dataAt, end, visit);
  else if (record.end <= layer.capturedEnd) visit(DATA, dataAt, end - dataAt, dataAt, 1);
}

function visitAddresses({ bytes }: Layer, from: number, end: number, visit: Visit): void {
  for (let at = from; at + 6 <= end; at += 6) {
    const flags = u16(bytes, at);
    visit(ADDRESS_FLAGS, at, 2, flags, 1);
    visit(ADDRESS_GROUP, at, 2, flags >>> 15, 2);
    visit(ADDRESS_NODE, at, 2, (flags >>> 13) & 3, 2);
    visit(ADDRESS, at + 2, 4, at + 2, 1);
  }
}

const OWNED = 18;

function visitStatus({ bytes }: Layer, from: number, end: number, visit: Visit): void {
  if (from >= end) return;
  const count = u8(bytes, from);
  visit(NAME_COUNT, from, 1, count, 1);
  let at = from + 1;
  for (let i = 0; i < count; i++, at += OWNED) {
    if (at + OWNED > end) return;
    const flags = u16(bytes, at + 16);
    visit(OWNED_NAME, at, 16, printable(bytes, at, at + 15), 1);
    visit(NAME_FLAGS, at + 16, 2, flags, 1);
    visit(NAME_GROUP, at + 16, 2, flags >>> 15, 2);
    visit(NAME_NODE, at + 16, 2, (flags >>> 13) & 3, 2);
    for (const [row, mask] of NAME_BITS) visit(row, at + 16, 2, flags & mask ? 1 : 0, 2);
  }
  if (at + 6 > end) return;
  visit(UNIT_ID, at, 6, at, 1);
  at += 6;
  for (const [row, octets] of STATISTICS) {
    if (at + octets > end) return;
    const value = octets === 1 ? u8(bytes, at) : octets === 2 ? u16(bytes, at) : u32(bytes, at);
    visit(row, at, octets, value, 1);
    at += octets;
  }
}

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(HEADER)) return;
  const answered = isResponse(layer);
  out.ascii(operationName(opcode(layer)) || `Operation ${opcode(layer)}`);
  if (answered) out.ascii(' response');
  if (answered && rcode(layer) !== 0) {
    out.ascii(', ');
    out.ascii(faultName(rcode(layer)) || `code ${rcode(layer)}`);
  }
  const cursor = new MessageCursor();
  cursor.begin(layer);
  while (cursor.next() && cursor.section <= 1) {
    out.byte(32);
    out.ascii(cursor.type === NB || cursor.type === NBSTAT ? typeName(cursor.type) : 'Unknown');
    if (cursor.section === 0) {
      out.byte(32);
      out.safe(nameOf(layer, cursor));
    } else if (cursor.type === NB) writeAddresses(layer, cursor, out);
  }
}

function writeAddresses(layer: Layer, { dataAt, end }: MessageCursor, out: Writer): void {
  if (opcode(layer) === WAIT) return;
  for (let at = dataAt; at + 6 <= Math.min(end, layer.capturedEnd); at += 6) {
    out.byte(32);
    out.ipv4(layer.bytes, at + 2);
  }
}

function writeCard(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('NBNS');
  if (!layer.captured(HEADER)) return;
  out.ascii('  ');
  out.ascii(operationName(opcode(layer)) || `operation ${opcode(layer)}`);
  if (isResponse(layer)) {
    out.text(' · ');
    out.ascii(faultName(rcode(layer)) || `code ${rcode(layer)}`);
  }
  out.text(' · id 0x');
  out.hex(id(layer), 4);
  const cursor = new MessageCursor();
  cursor.begin(layer);
  if (!cursor.next()) return;
  out.byte(10);
  out.safe(nameOf(layer, cursor));
  out.text(' · ');
  out.ascii(purposeOf(layer, cursor));
}
