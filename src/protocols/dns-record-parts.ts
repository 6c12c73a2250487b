import { u8, u16, u32 } from '../core/bytes.ts';
import { dateText } from '../core/date.ts';
import { gatherRows, type Kind, type Row, type Visit } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';
import { nameEnd, nameText } from './dns-names.ts';
import { className, typeName } from './dns-types.ts';

/**
 * What every question and record has, and what the data of a record may consist of: numbers, names, counted octets, each
 * with its row. RFC 1035 §3.2, §3.3.
 */

/** Place in a record's data, moved by the parts that are read. One object, used again for every record. */
export class RecordData {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the message begins: pointers in names count from here. */
  message = 0;
  at = 0;
  end = 0;
  /** False when the data goes on beyond `end`: what is computed over all of it cannot be told. */
  whole = true;
  visit: Visit = () => {};

  has(length: number): boolean {
    return this.at + length <= this.end;
  }
}

/** Reads one part; false when the data end before it does. */
export type Part = (data: RecordData) => boolean;

/** Every row of questions and records, as they are made. */
export const rows: Row[] = [];
export const row = gatherRows(rows, 'dns.');

export const QUERY_NAME = row('qry.name', 'Query name', 'text');
export const QUERY_NAME_LENGTH = row('qry.name.len', 'Name length', 'uint');
export const LABEL_COUNT = row('count.labels', 'Labels', 'uint');
export const QUERY_TYPE = row('qry.type', 'Type', 'uint', { show: typeName });
export const QUERY_CLASS = row('qry.class', 'Class', 'hex', { bits: 16, show: className });
export const QUERY_UNICAST = row('qry.qu', 'Unicast answer wanted', 'bool', { about: 'mDNS only: RFC 6762 §5.4.' });
export const RECORD_NAME = row('resp.name', 'Record name', 'text');
export const RECORD_TYPE = row('resp.type', 'Type', 'uint', { show: typeName });
export const RECORD_CLASS = row('resp.class', 'Class', 'hex', { bits: 16, show: className });
export const CACHE_FLUSH = row('resp.cache_flush', 'Cache flush', 'bool', { about: 'mDNS only: RFC 6762 §10.2.' });
export const TTL = row('resp.ttl', 'Time to live', 'uint');
export const DATA_LENGTH = row('resp.len', 'Data length', 'uint');
export const SERVICE = row('srv.service', 'Service', 'text');
export const SERVICE_PROTOCOL = row('srv.proto', 'Protocol', 'text');
export const SERVICE_NAME = row('srv.name', 'Name', 'text');

export const LEVEL = 1;

/** A number of 1, 2 or 4 octets. */
export function number(octets: 1 | 2 | 4, id: string, label: string, more: Partial<Row> & { kind?: Kind } = {}): Part {
  const made = row(id, label, more.kind ?? 'uint', { bits: octets * 8, ...more });
  return (data) => {
    if (!data.has(octets)) return false;
    const { bytes, at } = data;
    const value = octets === 1 ? u8(bytes, at) : octets === 2 ? u16(bytes, at) : u32(bytes, at);
    data.visit(made, at, octets, value, LEVEL);
    data.at += octets;
    return true;
  };
}

/** Bits of the number that stands `back` octets before: shown below it. */
export function bit(id: string, label: string, back: 1 | 2, mask: number): Part {
  const made = row(id, label, 'bool');
  return (data) => {
    const value = back === 1 ? u8(data.bytes, data.at - 1) : u16(data.bytes, data.at - 2);
    data.visit(made, data.at - back, back, value & mask ? 1 : 0, LEVEL + 1);
    return true;
  };
}

export function name(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    // Names may point out of the data, anywhere before; in place they must end inside.
    const end = nameEnd(data.bytes, data.at, data.end);
    if (end < 0) return false;
    data.visit(made, data.at, end - data.at, nameText(data.bytes, data.message, data.at, data.end), LEVEL);
    data.at = end;
    return true;
  };
}

/** Octets to the end of the data. */
export function rest(id: string, label: string, kind: 'bytes' | 'text' = 'bytes'): Part {
  const made = row(id, label, kind);
  return (data) => {
    const { at, end } = data;
    if (at < end) data.visit(made, at, end - at, kind === 'bytes' ? at : textOf(data.bytes, at, end), LEVEL);
    data.at = end;
    return true;
  };
}

/** Octets whose number stands in the octet before them. */
export function counted(lengthId: string, id: string, label: string, kind: 'bytes' | 'text' = 'bytes'): Part {
  const length = row(lengthId, 'Length', 'uint');
  const made = row(id, label, kind);
  return (data) => {
    if (!data.has(1)) return false;
    const octets = u8(data.bytes, data.at);
    data.visit(length, data.at, 1, octets, LEVEL);
    if (!data.has(1 + octets)) return false;
    const at = data.at + 1;
    data.at = at + octets;
    if (kind === 'text') data.visit(made, at, octets, textOf(data.bytes, at, data.at), LEVEL);
    else if (octets > 0) data.visit(made, at, octets, at, LEVEL);
    return true;
  };
}

/** A <character-string>: one octet of length, then text (RFC 1035 §3.3). */
export const text = (lengthId: string, id: string, label: string): Part => counted(lengthId, id, label, 'text');

export function address(id: string, label: string, kind: 'ipv4' | 'ipv6' | 'mac'): Part {
  const made = row(id, label, kind);
  const size = kind === 'ipv4' ? 4 : kind === 'ipv6' ? 16 : 6;
  return (data) => {
    if (!data.has(size)) return false;
    data.visit(made, data.at, size, data.at, LEVEL);
    data.at += size;
    return true;
  };
}

/** A point in time in seconds since 1970 (RFC 4034 §3.1.5), as a date. */
export function time(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    if (!data.has(4)) return false;
    data.visit(made, data.at, 4, dateText(u32(data.bytes, data.at)), LEVEL);
    data.at += 4;
    return true;
  };
}

/** The same parts until the data end. */
export const repeated =
  (part: Part): Part =>
  (data) => {
    while (data.at < data.end) if (!part(data)) return false;
    return true;
  };

/** As `counted`, with a length of two octets. */
export function countedWide(lengthId: string, id: string, label: string): Part {
  const length = number(2, lengthId, 'Length');
  const made = row(id, label, 'bytes');
  return (data) => {
    if (!length(data)) return false;
    const octets = u16(data.bytes, data.at - 2);
    if (!data.has(octets)) return false;
    if (octets > 0) data.visit(made, data.at, octets, data.at, LEVEL);
    data.at += octets;
    return true;
  };
}

export function runParts(parts: readonly Part[], data: RecordData): boolean {
  for (const part of parts) if (!part(data)) return false;
  return true;
}
