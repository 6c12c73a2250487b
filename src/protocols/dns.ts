import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Value, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import {
  DNSSEC_OK,
  EDNS_RESERVED,
  EDNS_VERSION,
  EDNS_Z,
  EXTENDED_RCODE,
  MDNS_PAYLOAD_SIZE,
  UDP_PAYLOAD_SIZE,
} from './dns-edns.ts';
import { isName, labelCount, nameEnd, nameLength, nameText, ROOT, writeName } from './dns-names.ts';
import {
  CACHE_FLUSH,
  DATA_LENGTH,
  LABEL_COUNT,
  QUERY_CLASS,
  QUERY_NAME,
  QUERY_NAME_LENGTH,
  QUERY_TYPE,
  QUERY_UNICAST,
  RECORD_CLASS,
  RECORD_NAME,
  RECORD_TYPE,
  RecordData,
  SERVICE,
  SERVICE_NAME,
  SERVICE_PROTOCOL,
  TTL,
} from './dns-record-parts.ts';
import { DNS_ROWS, visitRecordData } from './dns-records.ts';
import { opcodeName, rcodeName, typeName } from './dns-types.ts';

/**
 * Domain Name System, one message. RFC 1035 §4.1. Over UDP it is the datagram (§4.2.1); over TCP two octets of length
 * stand before it (§4.2.2), which belong to the stream. Multicast DNS (RFC 6762 §18) and LLMNR (RFC 4795 §2.1) have the
 * same form and give some bits another meaning.
 *
 *   0                   1                   2                   3
 *  |              ID               |Q|OPCODE |A|T|R|R|Z|A|C| RCODE |
 *  |           Questions           |            Answers            |
 *  |       Authority records       |      Additional records       |
 *  |  Question: name, type, class ...                              |
 *  |  Record: name, type, class, TTL, data length, data ...        |
 */
export const HEADER = 12;

export const id = (dns: Layer): number => u16(dns.bytes, dns.start);
export const flags = (dns: Layer): number => u16(dns.bytes, dns.start + 2);
export const isResponse = (dns: Layer): boolean => (u8(dns.bytes, dns.start + 2) & 0x80) !== 0;
export const opcode = (dns: Layer): number => (u8(dns.bytes, dns.start + 2) >>> 3) & 15;
export const rcode = (dns: Layer): number => u8(dns.bytes, dns.start + 3) & 15;
export const questionCount = (dns: Layer): number => u16(dns.bytes, dns.start + 4);
export const answerCount = (dns: Layer): number => u16(dns.bytes, dns.start + 6);
export const authorityCount = (dns: Layer): number => u16(dns.bytes, dns.start + 8);
export const additionalCount = (dns: Layer): number => u16(dns.bytes, dns.start + 10);
/** The answer did not fit (TC): the client should ask again over TCP (RFC 7766 §5). */
export const wasTruncated = (dns: Layer): boolean => (u8(dns.bytes, dns.start + 2) & 2) !== 0;

const UPDATE = 5;
const SRV = 33;
const AUTHENTIC = 0x20;
/** Type of the pseudo-record that carries EDNS (RFC 6891 §6.1.1). */
const OPT = 41;
/** The upper bit of the class, which mDNS uses for itself (RFC 6762 §5.4, §10.2). */
const MDNS_BIT = 0x8000;

const bit = (mask: number) => (dns: Layer) => (flags(dns) & mask ? 1 : 0);
const always = (): boolean => true;
const isLlmnr = (dns: Layer): boolean => dns.protocol === llmnr;
const isMdns = (dns: Layer): boolean => dns.protocol === mdns;

/** One bit of the flags, for the messages in which it means this. */
function flagRow(name: string, label: string, at: number, when: (dns: Layer) => boolean = always): Row {
  const read = bit(0x8000 >>> at);
  return {
    id: `dns.flags.${name}`,
    label,
    kind: 'bool',
    bit: 16 + at,
    bits: 1,
    read: (dns) => (when(dns) ? read(dns) : null),
    level: 1,
  };
}

/** A number of records, which dynamic updates name differently (RFC 2136 §2.2). */
function countRow(name: string, label: string, at: number, read: (dns: Layer) => number, update: boolean | null): Row {
  return {
    id: `dns.count.${name}`,
    label,
    kind: 'uint',
    bit: at,
    bits: 16,
    read: (dns) => (update === null || update === (opcode(dns) === UPDATE) ? read(dns) : null),
  };
}

/** Marks a message that came out of a TCP stream, with its length before it. */
const overTcp = (dns: Layer): boolean => dns.selectedBy === 'tcp.port';

const fields: readonly Row[] = [
  {
    id: 'dns.length',
    label: 'Length',
    kind: 'uint',
    read: (dns) => (overTcp(dns) ? u16(dns.bytes, dns.start - 2) : null),
    about: 'The two octets that stand before the message in a TCP stream.',
  },
  { id: 'dns.id', label: 'Transaction id', kind: 'hex', bit: 0, bits: 16, read: id },
  { id: 'dns.flags', label: 'Flags', kind: 'hex', bit: 16, bits: 16, read: flags },
  flagRow('response', 'Response', 0),
  {
    id: 'dns.flags.opcode',
    label: 'Operation',
    kind: 'uint',
    bit: 17,
    bits: 4,
    read: opcode,
    show: opcodeName,
    level: 1,
  },
  flagRow('authoritative', 'Authoritative answer', 5, (dns) => isResponse(dns) && !isLlmnr(dns)),
  flagRow('conflict', 'Conflict', 5, isLlmnr),
  flagRow('truncated', 'Truncated', 6),
  flagRow('recdesired', 'Recursion desired', 7, (dns) => !isLlmnr(dns)),
  flagRow('tentative', 'Tentative', 7, isLlmnr),
  flagRow('recavail', 'Recursion available', 8, (dns) => isResponse(dns) && !isLlmnr(dns)),
  flagRow('z', 'Reserved', 9, (dns) => !isLlmnr(dns)),
  // Set in a query, it asks to be told (RFC 6840 §5.7); clear, it says nothing there.
  flagRow(
    'authenticated',
    'Authentic data',
    10,
    (dns) => !isLlmnr(dns) && (isResponse(dns) || (flags(dns) & AUTHENTIC) !== 0),
  ),
  flagRow('checkdisable', 'Checking disabled', 11, (dns) => !isLlmnr(dns)),
  {
    id: 'dns.flags.rcode',
    label: 'Response code',
    kind: 'uint',
    bit: 28,
    bits: 4,
    read: (dns) => (isResponse(dns) ? rcode(dns) : null),
    show: rcodeName,
    level: 1,
  },
  countRow('queries', 'Questions', 32, questionCount, false),
  countRow('zones', 'Zones', 32, questionCount, true),
  countRow('answers', 'Answers', 48, answerCount, false),
  countRow('prerequisites', 'Prerequisites', 48, answerCount, true),
  countRow('auth_rr', 'Authority records', 64, authorityCount, false),
  countRow('updates', 'Updates', 64, authorityCount, true),
  countRow('add_rr', 'Additional records', 80, additionalCount, null),
];

function messageProtocol(name: string, title: string, column: string, spec: string): Protocol {
  return { id: name, name: title, column, spec, fields, walked: DNS_ROWS, decode, walk, info, card };
}

export const dns = messageProtocol('dns', 'Domain Name System', 'DNS', 'RFC 1035 §4.1');
/** The same message as content of HTTP. */
export const dnsOverHttps = messageProtocol('dns', 'Domain Name System', 'DoH', 'RFC 8484 §6');
/** The same message in a stream of QUIC. */
export const dnsOverQuic = messageProtocol('dns', 'Domain Name System', 'DoQ', 'RFC 9250 §4.2');
export const mdns = messageProtocol('mdns', 'Multicast Domain Name System', 'MDNS', 'RFC 6762 §18');
export const llmnr = messageProtocol('llmnr', 'Link-Local Multicast Name Resolution', 'LLMNR', 'RFC 4795 §2.1');

/** What is wrong with the part that the cursor stopped at. */
type Fault = '' | 'question' | 'record' | 'recordData';

/** Steps through questions and records, without making text of anything. */
export class MessageCursor {
  /** 0 questions, 1 answers, 2 authority, 3 additional. */
  section = 0;
  /** Records of this section that are left behind the current one. */
  left = 0;
  nameAt = 0;
  /** Where type and class stand, right behind the name. */
  typeAt = 0;
  dataAt = 0;
  /** Where the next one begins. */
  end = 0;
  /** Set when `next` answered false before the last record. */
  fault: Fault = '';
  /** Octets of the message that would have been needed. */
  need = 0;
  private dns: Layer | null = null;

  begin(message: Layer): void {
    this.dns = message;
    this.section = 0;
    this.left = questionCount(message);
    this.end = message.start + HEADER;
    this.fault = '';
  }

  next(): boolean {
    const message = this.dns!;
    while (this.left === 0) {
      if (this.section === 3) return false;
      this.section++;
      this.left = u16(message.bytes, message.start + 4 + 2 * this.section);
    }
    this.left--;
    this.nameAt = this.end;
    this.typeAt = nameEnd(message.bytes, this.nameAt, message.capturedEnd);
    const part = this.section === 0 ? 'question' : 'record';
    if (this.typeAt < 0) return this.stop(part, message.capturedEnd + 1);
    const fixed = this.section === 0 ? 4 : 10;
    this.dataAt = this.typeAt + fixed;
    if (this.dataAt > message.capturedEnd) return this.stop(part, this.dataAt);
    this.end = this.section === 0 ? this.dataAt : this.dataAt + u16(message.bytes, this.typeAt + 8);
    if (this.end > message.capturedEnd) {
      this.fault = 'recordData';
      this.need = this.end - message.start;
      this.left = 0;
      this.section = 3;
    }
    return true;
  }

  get type(): number {
    return u16(this.dns!.bytes, this.typeAt);
  }

  get class(): number {
    return u16(this.dns!.bytes, this.typeAt + 2);
  }

  get ttl(): number {
    return u32(this.dns!.bytes, this.typeAt + 4);
  }

  get dataLength(): number {
    return u16(this.dns!.bytes, this.typeAt + 8);
  }

  get name(): string {
    const message = this.dns!;
    return nameText(message.bytes, message.start, this.nameAt, message.capturedEnd);
  }

  get nameLength(): number {
    const message = this.dns!;
    return nameLength(message.bytes, message.start, this.nameAt, message.capturedEnd);
  }

  /** True when the name can be read. */
  get named(): boolean {
    const message = this.dns!;
    return isName(message.bytes, message.start, this.nameAt, message.capturedEnd);
  }

  /** Writes the name, without making text of it. */
  writeName(out: Writer): void {
    const message = this.dns!;
    writeName(message.bytes, message.start, this.nameAt, message.capturedEnd, out);
  }

  private stop(fault: Fault, need: number): boolean {
    this.fault = fault;
    this.need = need - this.dns!.start;
    return false;
  }
}

/** For what is over before the next message is looked at. */
const scan = new MessageCursor();

function decode(layer: Layer, packet: Packet): null {
  if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
  layer.headerEnd = layer.capturedEnd;
  let named = true;
  scan.begin(layer);
  while (scan.next()) if (named) named = scan.named;
  if (scan.fault === '') return named ? null : packet.malformed(layer, 'name', 0, 0, 'dns.qry.name');
  return packet.short(layer, scan.fault, scan.need, scan.fault === 'recordData' ? 'dns.resp.len' : 'header');
}

/** True when the first question was captured. */
export function hasQuestion({ bytes, start, capturedEnd }: Layer): boolean {
  const end = nameEnd(bytes, start + HEADER, capturedEnd);
  return end >= 0 && end + 4 <= capturedEnd;
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.captured(HEADER)) return;
  const cursor = new MessageCursor();
  cursor.begin(layer);
  while (cursor.next()) {
    if (cursor.section === 0) visitQuestion(layer, cursor, visit);
    else visitRecord(layer, cursor, visit);
  }
}

function visitQuestion(layer: Layer, question: MessageCursor, visit: Visit): void {
  const { name, nameAt, typeAt } = question;
  visit(QUERY_NAME, nameAt, typeAt - nameAt, name, 0);
  visit(QUERY_NAME_LENGTH, -1, 0, question.nameLength, 1);
  visit(LABEL_COUNT, -1, 0, labelCount(name), 1);
  visit(QUERY_TYPE, typeAt, 2, question.type, 1);
  const own = isMdns(layer) ? MDNS_BIT : 0;
  visit(QUERY_CLASS, typeAt + 2, 2, question.class & ~own, 1);
  if (own) visit(QUERY_UNICAST, typeAt + 2, 2, question.class & own ? 1 : 0, 1);
}

function visitRecord(layer: Layer, record: MessageCursor, visit: Visit): void {
  const { name, nameAt, typeAt, type } = record;
  if (type === SRV) visitServiceName(name, nameAt, typeAt, visit);
  else visit(RECORD_NAME, nameAt, typeAt - nameAt, name, 0);
  visit(RECORD_TYPE, typeAt, 2, type, 1);
  if (type === OPT) visitEdns(layer, record, visit);
  else visitClassAndTtl(layer, record, visit);
  visit(DATA_LENGTH, typeAt + 8, 2, record.dataLength, 1);
  visitRecordData(type, dataOf(layer, record, visit));
}

/** `_http._tcp.example.test`: service, protocol, domain (RFC 2782). */
function visitServiceName(name: string, at: number, end: number, visit: Visit): void {
  const [, service, protocol, domain] = /^([^.]*)\.([^.]*)\.(.*)$/s.exec(name) ?? [];
  if (service === undefined) {
    visit(RECORD_NAME, at, end - at, name, 0);
    return;
  }
  visit(SERVICE, at, end - at, service, 0);
  visit(SERVICE_PROTOCOL, at, end - at, protocol!, 1);
  visit(SERVICE_NAME, at, end - at, domain!, 1);
}

function visitClassAndTtl(layer: Layer, record: MessageCursor, visit: Visit): void {
  const at = record.typeAt;
  const own = isMdns(layer) ? MDNS_BIT : 0;
  visit(RECORD_CLASS, at + 2, 2, record.class & ~own, 1);
  if (own) visit(CACHE_FLUSH, at + 2, 2, record.class & own ? 1 : 0, 1);
  visit(TTL, at + 4, 4, record.ttl, 1);
}

/** EDNS gives class and TTL another meaning (RFC 6891 §6.1.2, §6.1.3). */
function visitEdns(layer: Layer, record: MessageCursor, visit: Visit): void {
  const at = record.typeAt;
  const own = isMdns(layer) ? MDNS_BIT : 0;
  visit(own ? MDNS_PAYLOAD_SIZE : UDP_PAYLOAD_SIZE, at + 2, 2, record.class & ~own, 1);
  if (own) visit(CACHE_FLUSH, at + 2, 2, record.class & own ? 1 : 0, 1);
  visit(EXTENDED_RCODE, at + 4, 1, record.ttl >>> 24, 1);
  visit(EDNS_VERSION, at + 5, 1, (record.ttl >>> 16) & 0xff, 1);
  const z = record.ttl & 0xffff;
  visit(EDNS_Z, at + 6, 2, z, 1);
  visit(DNSSEC_OK, at + 6, 2, z >>> 15, 2);
  visit(EDNS_RESERVED, at + 6, 2, z & 0x7fff, 2);
}

const data = new RecordData();

function dataOf(layer: Layer, record: MessageCursor, visit: Visit): RecordData {
  data.bytes = layer.bytes;
  data.message = layer.start;
  data.at = record.dataAt;
  data.end = Math.min(record.end, layer.capturedEnd);
  data.whole = record.end <= layer.capturedEnd;
  data.visit = visit;
  return data;
}

/** Octets of info text, behind which no more records are told. */
const INFO_LIMIT = 4000;

/** Parts of a record that the one-line form tells. */
const TOLD = new Set(
  `dns.a dns.aaaa dns.ns dns.cname dns.dname dns.ptr.domain_name dns.soa.mname dns.mx.preference dns.mx.mail_exchange
  dns.srv.priority dns.srv.weight dns.srv.port dns.srv.target dns.hinfo.cpu dns.hinfo.os dns.nsec.next_domain_name
  dns.naptr.order dns.naptr.preference dns.naptr.flags dns.md dns.mf dns.mb dns.mg dns.mr dns.minfo.r dns.minfo.e
  dns.rp.mailbox dns.rp.txt_rr dns.afsdb.subtype dns.afsdb.hostname`.split(/\s+/),
);

function writeValue(row: Row, layer: Layer, value: Value, out: Writer): void {
  if (row.kind === 'ipv4') out.ipv4(layer.bytes, value as number);
  else if (row.kind === 'ipv6') out.ipv6(layer.bytes, value as number);
  else out.safe(String(value));
}

/** ` A 203.0.113.80`: a record's type, and what the line tells of its data. */
function writeRecord(layer: Layer, record: MessageCursor, out: Writer): void {
  const { type } = record;
  out.byte(32);
  out.ascii(typeName(type));
  if (isMdns(layer) && type !== OPT && record.class & MDNS_BIT) out.ascii(', cache flush');
  if (!writeCommonData(type, layer, record, out)) writeToldData(layer, record, out);
}

/** What the line tells of a record's data, as text of its own. */
export function recordText(layer: Layer, record: MessageCursor): string {
  const out = new Writer(256);
  writeToldData(layer, record, out);
  return out.toString().trimStart();
}

/** The data of records that are one address or one name, which most are; false for others. */
function writeCommonData(type: number, layer: Layer, record: MessageCursor, out: Writer): boolean {
  const { bytes, start, capturedEnd } = layer;
  const { dataAt } = record;
  const end = Math.min(record.end, capturedEnd);
  switch (type) {
    case OPT:
      return true;
    case A:
      if (dataAt + 4 > end) return true;
      out.byte(32);
      out.ipv4(bytes, dataAt);
      return true;
    case AAAA:
      if (dataAt + 16 > end) return true;
      out.byte(32);
      out.ipv6(bytes, dataAt);
      return true;
    case NS:
    case CNAME:
    case PTR:
      if (nameEnd(bytes, dataAt, end) < 0) return true;
      out.byte(32);
      writeName(bytes, start, dataAt, end, out);
      return true;
    default:
      return false;
  }
}

const [A, NS, CNAME, PTR, AAAA] = [1, 2, 5, 12, 28];

/** Where `tell` writes, and of what layer. */
let toldOut: Writer;
let toldLayer: Layer;

const tell: Visit = (row, _at, _length, value) => {
  if (!TOLD.has(row.id)) return;
  toldOut.byte(32);
  writeValue(row, toldLayer, value, toldOut);
};

function writeToldData(layer: Layer, record: MessageCursor, out: Writer): void {
  toldOut = out;
  toldLayer = layer;
  visitRecordData(record.type, dataOf(layer, record, tell));
}

function writeQuestion(layer: Layer, question: MessageCursor, out: Writer): void {
  out.byte(32);
  out.ascii(typeName(question.type));
  out.byte(32);
  question.writeName(out);
  if (isMdns(layer)) out.ascii(question.class & MDNS_BIT ? ', "QU" question' : ', "QM" question');
}

function info(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(HEADER)) return;
  const from = out.at;
  out.ascii(opcodeName(opcode(layer)));
  if (isResponse(layer)) out.ascii(' response');
  out.ascii(' 0x');
  out.hex(id(layer), 4);
  if (isResponse(layer) && rcode(layer) !== 0) out.ascii(` ${rcodeName(rcode(layer))}`);
  scan.begin(layer);
  while (scan.next() && out.at - from < INFO_LIMIT) {
    if (scan.section === 0) writeQuestion(layer, scan, out);
    else writeRecord(layer, scan, out);
  }
}

/** Records that a card has room for. */
const CARD_RECORDS = 4;

function card(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii(layer.protocol.column);
  if (!layer.captured(HEADER)) return;
  out.text(`  ${isResponse(layer) ? `answer · ${rcodeName(rcode(layer))}` : 'query'} · id 0x`);
  out.hex(id(layer), 4);
  if (opcode(layer) !== 0) out.text(` · ${opcodeName(opcode(layer))}`);
  if (wasTruncated(layer)) out.text(' · truncated');
  const cursor = new MessageCursor();
  cursor.begin(layer);
  let records = 0;
  while (cursor.next()) {
    if (cursor.section === 0) writeCardQuestion(cursor, out);
    else if (cursor.type !== OPT && ++records <= CARD_RECORDS) writeCardRecord(layer, cursor, out);
  }
  if (records > CARD_RECORDS) out.text(`\n… ${records - CARD_RECORDS} more records`);
}

function writeCardQuestion(question: MessageCursor, out: Writer): void {
  out.ascii(`\n${typeName(question.type)}? `);
  question.writeName(out);
}

function writeCardRecord(layer: Layer, record: MessageCursor, out: Writer): void {
  out.line();
  out.safe(record.name === ROOT ? '.' : record.name);
  writeRecord(layer, record, out);
  out.text(` · ttl ${record.ttl} s`);
}
