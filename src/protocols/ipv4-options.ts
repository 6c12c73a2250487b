import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/**
 * IPv4 options (RFC 791 §3.1; IANA "IP Option Numbers"): one octet for end of list and no-operation, else type, length,
 * content. The type's bits say whether fragments carry a copy, the class, and the number.
 */
const MIN_HEADER = 20;
const END = 0;
const NOP = 1;
const RECORD_ROUTE = 7;
const MTU_PROBE = 11;
const MTU_REPLY = 12;
const TIMESTAMP = 68;
const TRACEROUTE = 82;
const SECURITY = 130;
const LOOSE_SOURCE_ROUTE = 131;
const EXTENDED_SECURITY = 133;
const CIPSO = 134;
const STREAM_ID = 136;
const STRICT_SOURCE_ROUTE = 137;
const ROUTER_ALERT = 148;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', level = 2): Row => ({ id, label, kind, level });

const TYPE: Row = { ...row('ip.opt.type', 'Option', 'uint', 1), show: optionName as Row['show'] } as Row;
const COPY = row('ip.opt.type.copy', 'Copied into fragments', 'bool');
const CLASS = row('ip.opt.type.class', 'Class');
const NUMBER = row('ip.opt.type.number', 'Number');
const LENGTH = row('ip.opt.len', 'Length');
const POINTER = row('ip.opt.ptr', 'Pointer');
const RECORDED = row('ip.rec_rt', 'Recorded', 'ipv4');
const EMPTY = row('ip.empty_rt', 'Room for an address', 'ipv4');
const CURRENT = row('ip.cur_rt', 'Next hop', 'ipv4');
const TO_COME = row('ip.src_rt', 'Hop to come', 'ipv4');
const OVERFLOW = row('ip.opt.overflow', 'Routers without room');
const FLAG: Row = { ...row('ip.opt.flag', 'Flag', 'hex'), digits: 2 };
const TIME = row('ip.opt.time_stamp', 'Milliseconds since midnight UTC');
const TIME_ADDRESS = row('ip.opt.time_stamp_addr', 'Address', 'ipv4');
const ALERT = row('ip.opt.ra', 'Router alert');
const STREAM = row('ip.opt.sid', 'Stream identifier');
const MTU = row('ip.opt.mtu', 'MTU');
const TRACE_ID = row('ip.opt.id_number', 'Identifier');
const OUTBOUND_HOPS = row('ip.opt.ohc', 'Outbound hop count');
const RETURN_HOPS = row('ip.opt.rhc', 'Return hop count');
const ORIGINATOR = row('ip.opt.originator', 'Originator', 'ipv4');
const CLASSIFICATION: Row = { ...row('ip.opt.sec_cl', 'Classification level', 'hex'), digits: 2 };
const AUTHORITY: Row = { ...row('ip.opt.sec_prot_auth_flags', 'Protection authority flags', 'hex'), digits: 2 };
const FORMAT: Row = { ...row('ip.opt.ext_sec_add_sec_info_format_code', 'Format code', 'hex'), digits: 2 };
const DOI = row('ip.cipso.doi', 'Domain of interpretation');
const TAG = row('ip.cipso.tag_type', 'Tag type');
const SENSITIVITY = row('ip.cipso.sensitivity_level', 'Sensitivity level');
const CONTENT = row('dissect.ip.opt.data', 'Content', 'bytes');

export const IPV4_OPTION_ROWS: readonly Row[] = [
  TYPE,
  COPY,
  CLASS,
  NUMBER,
  LENGTH,
  POINTER,
  RECORDED,
  EMPTY,
  CURRENT,
  TO_COME,
  OVERFLOW,
  FLAG,
  TIME,
  TIME_ADDRESS,
  ALERT,
  STREAM,
  MTU,
  TRACE_ID,
  OUTBOUND_HOPS,
  RETURN_HOPS,
  ORIGINATOR,
  CLASSIFICATION,
  AUTHORITY,
  FORMAT,
  DOI,
  TAG,
  SENSITIVITY,
  CONTENT,
];

export function walkIpv4Options(ip: Layer, _packet: Packet, visit: Visit): void {
  const end = Math.min(ip.headerEnd, ip.capturedEnd);
  let at = ip.start + MIN_HEADER;
  while (at < end) {
    const type = u8(ip.bytes, at);
    if (type === END || type === NOP) {
      visitType(type, at, 1, visit);
      at++;
      if (type === END) return;
      continue;
    }
    if (at + 2 > end) return;
    const length = u8(ip.bytes, at + 1);
    visitType(type, at, Math.min(length, end - at), visit);
    visit(LENGTH, at + 1, 1, length, 2);
    if (length < 2 || at + length > end) return;
    visitContent(ip.bytes, type, at, length, visit);
    at += length;
  }
}

function visitType(type: number, at: number, length: number, visit: Visit): void {
  visit(TYPE, at, length, type, 1);
  visit(COPY, at, 1, type >>> 7, 2);
  visit(CLASS, at, 1, (type >>> 5) & 3, 2);
  visit(NUMBER, at, 1, type & 31, 2);
}

function visitContent(bytes: Uint8Array, type: number, at: number, length: number, visit: Visit): void {
  if ((type === RECORD_ROUTE || type === LOOSE_SOURCE_ROUTE || type === STRICT_SOURCE_ROUTE) && length >= 3) {
    visitRoute(bytes, type, at, length, visit);
  } else if (type === TIMESTAMP && length >= 4) {
    visitTimes(bytes, at, length, visit);
  } else if (type === ROUTER_ALERT && length === 4) {
    visit(ALERT, at + 2, 2, u16(bytes, at + 2), 2);
  } else if (type === STREAM_ID && length === 4) {
    visit(STREAM, at + 2, 2, u16(bytes, at + 2), 2);
  } else if ((type === MTU_PROBE || type === MTU_REPLY) && length === 4) {
    visit(MTU, at + 2, 2, u16(bytes, at + 2), 2);
  } else if (type === TRACEROUTE && length === 12) {
    visit(TRACE_ID, at + 2, 2, u16(bytes, at + 2), 2);
    visit(OUTBOUND_HOPS, at + 4, 2, u16(bytes, at + 4), 2);
    visit(RETURN_HOPS, at + 6, 2, u16(bytes, at + 6), 2);
    visit(ORIGINATOR, at + 8, 4, at + 8, 2);
  } else if (type === SECURITY && length >= 3) {
    // RFC 1108 §2.2: the level, then authority octets whose lowest bit says that another one follows.
    visit(CLASSIFICATION, at + 2, 1, u8(bytes, at + 2), 2);
    for (let i = at + 3; i < at + length; i++) visit(AUTHORITY, i, 1, u8(bytes, i), 2);
  } else if (type === EXTENDED_SECURITY && length >= 3) {
    visit(FORMAT, at + 2, 1, u8(bytes, at + 2), 2);
    if (length > 3) visit(CONTENT, at + 3, length - 3, at + 3, 2);
  } else if (type === CIPSO && length >= 6) {
    visitCipso(bytes, at, length, visit);
  } else if (length > 2) {
    visit(CONTENT, at + 2, length - 2, at + 2, 2);
  }
}

/**
 * Addresses behind a pointer that counts from 1 at the option's first octet: those before it are filled in, the one it
 * points at is next (RFC 791 §3.1).
 */
function visitRoute(bytes: Uint8Array, type: number, at: number, length: number, visit: Visit): void {
  const pointer = u8(bytes, at + 2);
  visit(POINTER, at + 2, 1, pointer, 2);
  const next = at + pointer - 1;
  for (let i = at + 3; i + 4 <= at + length; i += 4) {
    const row = i < next ? RECORDED : type === RECORD_ROUTE ? EMPTY : i === next ? CURRENT : TO_COME;
    visit(row, i, 4, i, 2);
  }
}

/**
 * Where the last destination of a source-routed packet stands, or -1 when it is on its last leg or is not routed so. Until
 * then the header's destination is the next stop (RFC 791 §3.1).
 */
export function lastStop(ip: Layer): number {
  const end = Math.min(ip.headerEnd, ip.capturedEnd);
  let at = ip.start + MIN_HEADER;
  while (at + 2 < end) {
    const type = u8(ip.bytes, at);
    if (type === END) return -1;
    if (type === NOP) {
      at++;
      continue;
    }
    const length = u8(ip.bytes, at + 1);
    if (length < 2 || at + length > end) return -1;
    if (type === LOOSE_SOURCE_ROUTE || type === STRICT_SOURCE_ROUTE) {
      const full = u8(ip.bytes, at + 2) > length;
      return full || length < 7 ? -1 : at + 3 + (((length - 3) >>> 2) - 1) * 4;
    }
    at += length;
  }
  return -1;
}

/** Flag 0: times alone; 1 and 3: each with an address (RFC 791 §3.1, RFC 781). */
function visitTimes(bytes: Uint8Array, at: number, length: number, visit: Visit): void {
  const flag = u8(bytes, at + 3) & 15;
  visit(POINTER, at + 2, 1, u8(bytes, at + 2), 2);
  visit(OVERFLOW, at + 3, 1, u8(bytes, at + 3) >>> 4, 2);
  visit(FLAG, at + 3, 1, flag, 2);
  const addressed = flag === 1 || flag === 3;
  const step = addressed ? 8 : 4;
  for (let i = at + 4; i + step <= at + length; i += step) {
    if (addressed) visit(TIME_ADDRESS, i, 4, i, 2);
    visit(TIME, i + step - 4, 4, u32(bytes, i + step - 4), 2);
  }
}

/** The Commercial IP Security Option (FIPS 188): a domain, then tags of type, length, sensitivity, categories. */
function visitCipso(bytes: Uint8Array, at: number, length: number, visit: Visit): void {
  visit(DOI, at + 2, 4, u32(bytes, at + 2), 2);
  const end = at + length;
  let tag = at + 6;
  while (tag + 2 <= end) {
    const size = u8(bytes, tag + 1);
    if (size < 2 || tag + size > end) return;
    const type = u8(bytes, tag);
    visit(TAG, tag, size, type, 2);
    if ((type === 1 || type === 2 || type === 5) && size >= 4) visit(SENSITIVITY, tag + 3, 1, u8(bytes, tag + 3), 3);
    tag += size;
  }
}

const NAMES = new Map([
  [END, 'End of option list'],
  [NOP, 'No-operation'],
  [RECORD_ROUTE, 'Record route'],
  [10, 'Experimental measurement'],
  [MTU_PROBE, 'MTU probe (obsolete)'],
  [MTU_REPLY, 'MTU reply (obsolete)'],
  [25, 'Quick-start'],
  [30, 'Experiment'],
  [TIMESTAMP, 'Timestamp'],
  [TRACEROUTE, 'Traceroute (obsolete)'],
  [94, 'Experiment'],
  [SECURITY, 'Security'],
  [LOOSE_SOURCE_ROUTE, 'Loose source route'],
  [EXTENDED_SECURITY, 'Extended security'],
  [CIPSO, 'Commercial security (CIPSO)'],
  [STREAM_ID, 'Stream identifier (obsolete)'],
  [STRICT_SOURCE_ROUTE, 'Strict source route'],
  [144, 'IMI traffic descriptor'],
  [145, 'Extended Internet Protocol'],
  [147, 'Address extension'],
  [ROUTER_ALERT, 'Router alert'],
  [149, 'Selective directed broadcast'],
  [151, 'Dynamic packet state'],
  [152, 'Upstream multicast packet'],
  [158, 'Experiment'],
  [222, 'Experiment'],
]);

function optionName(type: number): string {
  return NAMES.get(type) ?? 'unknown';
}
