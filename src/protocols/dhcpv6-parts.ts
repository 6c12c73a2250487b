import { u8, u16, u32 } from '../core/bytes.ts';
import { gatherRows, type Kind, type Row, type Visit } from '../core/field.ts';
import { stringOf, textOf } from '../core/octet-text.ts';
import { Writer } from '../core/writer.ts';

/*
 * What options of DHCPv6 consist of (RFC 8415 §21): parts, each of which reads what it is about and moves on to the next.
 */

/** Place in an option's content, moved by the parts that are read. */
export class OptionData {
  readonly bytes: Uint8Array;
  readonly visit: Visit;
  at: number;
  /** Where the content ends, or the capture before it. */
  readonly end: number;
  /** False when the content goes on beyond `end`. */
  readonly whole: boolean;
  readonly level: number;
  /** Of the message that the option stands in. */
  readonly messageType: number;

  constructor(from: Place, at: number, stated: number) {
    this.bytes = from.bytes;
    this.visit = from.visit;
    this.messageType = from.messageType;
    this.level = from.level + 1;
    this.at = at;
    this.end = Math.min(stated, from.to);
    this.whole = stated <= from.to;
  }

  has(length: number): boolean {
    return this.at + length <= this.end;
  }
}

/** Where options stand, and who wants to know of them. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly visit: Visit;
  readonly from: number;
  readonly to: number;
  readonly level: number;
  readonly messageType: number;
  /** Visits the message that a relay hands on. */
  readonly message: (from: number, to: number, level: number) => void;
}

/** Reads one part; false when the content ends before it does. */
export type Part = (data: OptionData) => boolean;

/** Every row that a part may have, in the order in which they were made. */
export const rows: Row[] = [];
const gather = gatherRows(rows);

/** Wireshark's ids begin with the protocol; what it has no word for is under `dissect.`. */
export const row: typeof gather = (id, ...more) => gather(id.startsWith('dissect.') ? id : `dhcpv6.${id}`, ...more);

/** A number of 1, 2 or 4 octets. */
export function number(octets: 1 | 2 | 4, id: string, label: string, more: Partial<Row> & { kind?: Kind } = {}): Part {
  const made = row(id, label, more.kind ?? 'uint', { digits: octets * 2, ...more });
  return (data) => {
    if (!data.has(octets)) return false;
    const { bytes, at } = data;
    const value = octets === 1 ? u8(bytes, at) : octets === 2 ? u16(bytes, at) : u32(bytes, at);
    data.visit(made, at, octets, value, data.level);
    data.at += octets;
    return true;
  };
}

const ELAPSED = row('elapsed_time', 'Elapsed time', 'uint', { show: (value: number) => `${value} ms` });

/** Told in hundredths of a second (RFC 8415 §21.9), shown in milliseconds. */
export function elapsedTime(data: OptionData): boolean {
  if (!data.has(2)) return false;
  data.visit(ELAPSED, data.at, 2, u16(data.bytes, data.at) * 10, data.level);
  data.at += 2;
  return true;
}

/** All bits set mean for ever (RFC 8415 §7.7). */
const inWords = (seconds: number): string => (seconds === 0xffffffff ? 'infinity' : `${seconds} s`);
export const seconds = (id: string, label: string): Part => number(4, id, label, { show: inWords });

/** A bit of the number of one octet that stands before: shown below it. */
export function bit(made: Row, mask: number, when: (data: OptionData) => boolean): Part {
  return (data) => {
    if (when(data)) data.visit(made, data.at - 1, 1, u8(data.bytes, data.at - 1) & mask ? 1 : 0, data.level + 1);
    return true;
  };
}

export function address(id: string, label: string, kind: 'ipv6' | 'ipv4' = 'ipv6'): Part {
  const made = row(id, label, kind);
  const size = kind === 'ipv6' ? 16 : 4;
  return (data) => {
    if (!data.has(size)) return false;
    data.visit(made, data.at, size, data.at, data.level);
    data.at += size;
    return true;
  };
}

/** What is left of the content, or `length` octets of it. */
export function octets(id: string, label: string, length = -1): Part {
  const made = row(id, label, 'bytes');
  return (data) => {
    const size = length < 0 ? data.end - data.at : length;
    if (!data.has(size) || (length < 0 && !data.whole)) return false;
    if (size > 0) data.visit(made, data.at, size, data.at, data.level);
    data.at += size;
    return true;
  };
}

/** The rest of the content as text. */
export function text(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    if (!data.whole) return false;
    const { bytes, at, end } = data;
    if (end > at) data.visit(made, at, end - at, stringOf(bytes, at, end), data.level);
    data.at = end;
    return true;
  };
}

/** Four octets as eight hexadecimal digits: a number that only its owner knows the meaning of. */
export function identifier(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    if (!data.has(4)) return false;
    const { bytes, at } = data;
    data.visit(made, at, 4, u32(bytes, at).toString(16).padStart(8, '0'), data.level);
    data.at += 4;
    return true;
  };
}

/** The same part again and again, up to the end. */
export const each =
  (part: Part): Part =>
  (data) => {
    while (data.at < data.end) if (!part(data)) return false;
    return true;
  };

/** Parts one behind the other. */
export const all =
  (...parts: Part[]): Part =>
  (data) =>
    parts.every((part) => part(data));

/** Two octets of length, then so many as text or as octets. */
export function counted(lengthRow: Row | null, made: Row): Part {
  return (data) => {
    if (!data.has(2)) return false;
    const { bytes, at } = data;
    // Some count more than there is: their text ends with the option then.
    const length = data.whole ? Math.min(u16(bytes, at), data.end - at - 2) : u16(bytes, at);
    if (!data.has(2 + length)) return false;
    if (lengthRow !== null) data.visit(lengthRow, at, 2, u16(bytes, at), data.level);
    const value = made.kind === 'text' ? stringOf(bytes, at + 2, at + 2 + length) : at + 2;
    data.visit(made, at + 2, length, value, data.level);
    data.at += 2 + length;
    return true;
  };
}

/**
 * Labels of a domain name, parted by dots; a dot ends a name that has its root label, and one without goes on as its
 * reader knows (RFC 8415 §10, RFC 4704 §4.2). Answers with its end, or -1.
 */
function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const label = u8(bytes, next);
    if (label > 63 || next + 1 + label > end) return -1;
    next += 1 + label;
    if (label === 0) return next;
  }
  return next;
}

function nameText(bytes: Uint8Array, at: number, end: number): string {
  let name = '';
  for (let next = at; next < end; next += 1 + u8(bytes, next)) {
    const label = u8(bytes, next);
    if (label === 0) return `${name}.`;
    name += (name === '' ? '' : '.') + textOf(bytes, next + 1, next + 1 + label);
  }
  return name;
}

/** A domain name; `top` is for one of a single label that ends in the root. */
export function domainName(made: Row, top: Row = made): Part {
  return (data) => {
    if (!data.whole) return false;
    const { bytes, at } = data;
    const end = nameEnd(bytes, at, data.end);
    if (end < 0 || end === at) return false;
    const name = nameText(bytes, at, end);
    data.visit(/^[^.]+\.$/.test(name) ? top : made, at, end - at, name, data.level);
    data.at = end;
    return true;
  };
}

export const names = (id: string, label: string): Part => each(domainName(row(id, label, 'text')));

/** Colons between the octets: Wireshark's field of it is text. */
export function linkAddress(made: Row): Part {
  return (data) => {
    if (!data.whole || data.at === data.end) return false;
    const { at, end } = data;
    const out = new Writer(64);
    out.octets(data.bytes, at, end, 58);
    data.visit(made, at, end - at, out.toString(), data.level);
    data.at = end;
    return true;
  };
}
