import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Extensible Authentication Protocol: an authenticator asks, a peer answers, until it says success or failure. RFC 3748 §4.
 * It travels in EAPOL, in PPP and in RADIUS.
 *
 *   0                   1                   2                   3
 *  |     Code      |  Identifier   |            Length             |
 *  |     Type      |  Type-Data ...          (requests and responses)
 *
 * Methods that carry TLS begin with flags (EAP-TLS RFC 5216 §3.1, EAP-TTLS RFC 5281 §9.1, EAP-FAST RFC 4851 §4.1.1, TEAP
 * RFC 7170 §4.1), and cut long TLS messages into pieces:
 *
 *  |L M S O R| V (3) |  TLS Message Length (32, if L)  |  TLS Data ...
 */
const HEADER = 4;
export const REQUEST = 1;
export const RESPONSE = 2;
export const SUCCESS = 3;
export const FAILURE = 4;

export const IDENTITY = 1;
export const NOTIFICATION = 2;
export const NAK = 3;
const MD5 = 4;
const TLS = 13;
const MS_CHAP_V2 = 26;
const TEAP = 55;
const EXPANDED = 254;

const LENGTH_INCLUDED = 0x80;
const MORE_FRAGMENTS = 0x40;
const START = 0x20;

export const code = (eap: Layer): number => u8(eap.bytes, eap.start);
export const identifier = (eap: Layer): number => u8(eap.bytes, eap.start + 1);
const length = (eap: Layer): number => u16(eap.bytes, eap.start + 2);
/** True when there is a type: in requests and responses that were captured so far. */
export const hasType = (eap: Layer): boolean =>
  (code(eap) === REQUEST || code(eap) === RESPONSE) && eap.captured(HEADER + 1);
/** Only where `hasType`. */
export const type = (eap: Layer): number => u8(eap.bytes, eap.start + HEADER);

/** True when the method runs TLS; the layer's payload is then a piece of a TLS stream of the sender's. */
export const carriesTls = (eap: Layer): boolean =>
  hasType(eap) && TLS_METHODS.has(type(eap)) && eap.captured(HEADER + 2);
const tlsFlags = (eap: Layer): number => u8(eap.bytes, eap.start + HEADER + 1);
/** Only where `carriesTls`, as the next two. */
export const startsTls = (eap: Layer): boolean => (tlsFlags(eap) & START) !== 0;
export const moreFragments = (eap: Layer): boolean => (tlsFlags(eap) & MORE_FRAGMENTS) !== 0;
/** Octets of the whole TLS message that this is a piece of, or null when this piece does not say it. */
export const tlsLength = (eap: Layer): number | null =>
  (tlsFlags(eap) & LENGTH_INCLUDED) !== 0 && eap.captured(TLS_LENGTH_AT + 4)
    ? u32(eap.bytes, eap.start + TLS_LENGTH_AT)
    : null;
const TLS_LENGTH_AT = 6;
const tlsAt = (eap: Layer): number => eap.start + TLS_LENGTH_AT + ((tlsFlags(eap) & LENGTH_INCLUDED) !== 0 ? 4 : 0);

const row = (id: string, label: string, kind: Row['kind'], more: Partial<Row> = {}): Row => ({
  id: `eap.${id}`,
  label,
  kind,
  ...more,
});

const IDENTITY_TEXT = row('identity', 'Identity', 'text');
const NOTIFICATION_TEXT = row('notification', 'Notification', 'text');
const DESIRED = row('desired_type', 'Method wanted instead', 'uint', { show: methodName });
const MD5_SIZE = row('md5.value_size', 'MD5 value size', 'uint');
const MD5_VALUE = row('md5.value', 'MD5 value', 'bytes');
const MD5_NAME = row('md5.extra_data', 'Name', 'bytes');
const TLS_FLAGS = row('tls.flags', 'TLS flags', 'hex', { digits: 2 });
const TLS_FLAG_ROWS: readonly (readonly [number, Row])[] = [
  [LENGTH_INCLUDED, row('tls.flags.len_included', 'Length included', 'bool', { level: 1 })],
  [MORE_FRAGMENTS, row('tls.flags.more_fragments', 'More fragments', 'bool', { level: 1 })],
  [START, row('tls.flags.start', 'Start', 'bool', { level: 1 })],
];
const TLS_VERSION = row('tls.flags.version', 'Version of the method', 'uint', { level: 1 });
const TLS_LENGTH = row('tls.len', 'TLS message length', 'uint');
const TLS_PIECE: Row = { id: 'dissect.eap.tls.data', label: 'TLS data', kind: 'bytes' };
const CHAP_OPCODE = row('ms_chap_v2.opcode', 'MS-CHAP-v2 operation', 'uint', { show: operationName });
const CHAP_ID = row('ms_chap_v2.id', 'MS-CHAP-v2 id', 'uint');
const CHAP_LENGTH = row('ms_chap_v2.length', 'MS-CHAP-v2 length', 'uint');
const CHAP_SIZE = row('ms_chap_v2.value_size', 'Value size', 'uint');
const CHAP_CHALLENGE = row('ms_chap_v2.challenge', 'Challenge', 'bytes');
const CHAP_PEER = row('ms_chap_v2.peer_challenge', 'Challenge of the peer', 'bytes');
const CHAP_RESERVED = row('ms_chap_v2.reserved', 'Reserved', 'bytes');
const CHAP_RESPONSE = row('ms_chap_v2.nt_response', 'NT response', 'bytes');
const CHAP_FLAGS = row('ms_chap_v2.flags', 'Flags', 'hex', { digits: 2 });
const CHAP_NAME = row('ms_chap_v2.name', 'Name', 'text');
const CHAP_MESSAGE = row('ms_chap_v2.message', 'Message', 'text');
const CHAP_FAILURE = row('ms_chap_v2.failure_request', 'Message', 'text');
const VENDOR = row('ext.vendor_id', 'Vendor', 'hex', { digits: 4 });
const VENDOR_TYPE = row('ext.vendor_type', "Vendor's type", 'hex', { digits: 2 });
const DATA = row('data', 'Data of the method', 'bytes');
const VENDOR_DATA: Row = { id: 'dissect.eap.vendor_data', label: "Vendor's data", kind: 'bytes' };

export const eap: Protocol = {
  id: 'eap',
  name: 'Extensible Authentication Protocol',
  column: 'EAP',
  spec: 'RFC 3748 §4',
  fields: [
    row('code', 'Code', 'uint', { bit: 0, bits: 8, read: code, show: codeName }),
    row('id', 'Identifier', 'uint', { bit: 8, bits: 8, read: identifier }),
    row('len', 'Length', 'uint', { bit: 16, bits: 16, read: length }),
    row('type', 'Type', 'uint', {
      bit: 32,
      bits: 8,
      read: (layer) => (hasType(layer) ? type(layer) : null),
      show: methodName,
    }),
  ],
  walked: [
    IDENTITY_TEXT,
    NOTIFICATION_TEXT,
    DESIRED,
    MD5_SIZE,
    MD5_VALUE,
    MD5_NAME,
    TLS_FLAGS,
    ...TLS_FLAG_ROWS.map(([, flag]) => flag),
    TLS_VERSION,
    TLS_LENGTH,
    TLS_PIECE,
    CHAP_OPCODE,
    CHAP_ID,
    CHAP_LENGTH,
    CHAP_SIZE,
    CHAP_CHALLENGE,
    CHAP_PEER,
    CHAP_RESERVED,
    CHAP_RESPONSE,
    CHAP_FLAGS,
    CHAP_NAME,
    CHAP_MESSAGE,
    CHAP_FAILURE,
    VENDOR,
    VENDOR_TYPE,
    VENDOR_DATA,
    DATA,
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const said = length(layer);
    const have = layer.wireEnd - layer.start;
    if (said < HEADER || said > have) packet.malformed(layer, 'length', said, have, 'eap.len');
    if (said >= HEADER && said < have) {
      layer.wireEnd = layer.start + said;
      layer.capturedEnd = Math.min(layer.capturedEnd, layer.wireEnd);
    }
    layer.headerEnd = carriesTls(layer) ? Math.min(tlsAt(layer), layer.capturedEnd) : layer.capturedEnd;
    return null;
  },
  walk(layer, _packet, visit) {
    if (!layer.whole || !hasType(layer)) return;
    const at = layer.start + HEADER + 1;
    const end = layer.capturedEnd;
    if (at >= end) return;
    const method = type(layer);
    if (method === IDENTITY) visitText(IDENTITY_TEXT, layer, at, end, visit);
    else if (method === NOTIFICATION) visitText(NOTIFICATION_TEXT, layer, at, end, visit);
    else if (method === NAK) for (let i = at; i < end; i++) visit(DESIRED, i, 1, u8(layer.bytes, i), 0);
    else if (method === MD5) visitMd5(layer, at, end, visit);
    else if (method === MS_CHAP_V2) visitMsChap(layer, at, end, visit);
    else if (method === EXPANDED) visitExpanded(layer, at, end, visit);
    else if (TLS_METHODS.has(method)) visitTls(layer, at, end, visit);
    else visitOctets(DATA, at, end, visit);
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('EAP  ');
    writeInfo(layer, packet, out);
    if (!layer.captured(2)) return;
    out.ascii('\nid ');
    out.uint(identifier(layer));
  },
};

function visitText(text: Row, layer: Layer, at: number, end: number, visit: Visit): void {
  if (end > at) visit(text, at, end - at, stringOf(layer.bytes, at, end), 0);
}

function visitOctets(octets: Row, at: number, end: number, visit: Visit): void {
  if (end > at) visit(octets, at, end - at, at, 0);
}

/** RFC 3748 §5.4, after CHAP's RFC 1994 §4.1. */
function visitMd5(layer: Layer, at: number, end: number, visit: Visit): void {
  const size = u8(layer.bytes, at);
  visit(MD5_SIZE, at, 1, size, 0);
  const name = at + 1 + size;
  if (name > end) return;
  visitOctets(MD5_VALUE, at + 1, name, visit);
  visitOctets(MD5_NAME, name, end, visit);
}

/** What stands behind the flags is a layer of its own once its pieces are together. */
function visitTls(layer: Layer, at: number, end: number, visit: Visit): void {
  const flags = u8(layer.bytes, at);
  visit(TLS_FLAGS, at, 1, flags, 0);
  for (const [mask, flag] of TLS_FLAG_ROWS) visit(flag, at, 1, (flags & mask) === 0 ? 0 : 1, 1);
  if (type(layer) !== TLS) visit(TLS_VERSION, at, 1, flags & 7, 1);
  if (tlsLength(layer) !== null) visit(TLS_LENGTH, at + 1, 4, tlsLength(layer), 0);
  visitOctets(TLS_PIECE, tlsAt(layer), end, visit);
}

const CHAP_HEADER = 4;
const CHAP_SUCCESS = 3;
/** Challenge of the peer, reserved, NT response, flags: RFC 2759 §4. */
const CHAP_VALUE = 49;

/** MS-CHAP-v2 (RFC 2759) in EAP, as Microsoft put it there: operation, id and length before each message. */
function visitMsChap(layer: Layer, at: number, end: number, visit: Visit): void {
  const { bytes } = layer;
  const operation = u8(bytes, at);
  visit(CHAP_OPCODE, at, 1, operation, 0);
  const content = at + CHAP_HEADER;
  if (content > end) return; // the answer to success and failure is the operation alone
  visit(CHAP_ID, at + 1, 1, u8(bytes, at + 1), 0);
  visit(CHAP_LENGTH, at + 2, 2, u16(bytes, at + 2), 0);
  if (operation >= CHAP_SUCCESS) {
    visitText(operation === CHAP_SUCCESS ? CHAP_MESSAGE : CHAP_FAILURE, layer, content, end, visit);
    return;
  }
  if (content === end) return;
  const size = u8(bytes, content);
  visit(CHAP_SIZE, content, 1, size, 0);
  const value = content + 1;
  const name = value + size;
  if (name > end) return;
  if (operation === REQUEST || size !== CHAP_VALUE) visitOctets(CHAP_CHALLENGE, value, name, visit);
  else visitResponse(layer, value, visit);
  visitText(CHAP_NAME, layer, name, end, visit);
}

function visitResponse(layer: Layer, at: number, visit: Visit): void {
  visit(CHAP_PEER, at, 16, at, 0);
  visit(CHAP_RESERVED, at + 16, 8, at + 16, 0);
  visit(CHAP_RESPONSE, at + 24, 24, at + 24, 0);
  visit(CHAP_FLAGS, at + 48, 1, u8(layer.bytes, at + 48), 0);
}

/** RFC 3748 §5.7: a number of the vendor's own. */
function visitExpanded(layer: Layer, at: number, end: number, visit: Visit): void {
  if (at + 7 > end) return;
  visit(VENDOR, at, 3, u24(layer.bytes, at), 0);
  visit(VENDOR_TYPE, at + 3, 4, u32(layer.bytes, at + 3), 0);
  visitOctets(VENDOR_DATA, at + 7, end, visit);
}

/** `Request, EAP-TLS, start` */
function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(1)) return;
  out.ascii(codeName(code(layer)) || 'Unknown code');
  if (!hasType(layer)) return;
  out.ascii(', ');
  out.ascii(methodName(type(layer)) || 'Unknown type');
  const at = layer.start + HEADER + 1;
  if (type(layer) === IDENTITY && layer.capturedEnd > at) {
    out.safe(` (${stringOf(layer.bytes, at, layer.capturedEnd)})`);
  } else if (type(layer) === NAK && layer.capturedEnd > at) {
    out.ascii(' (');
    out.ascii(methodName(u8(layer.bytes, at)) || 'no other');
    out.ascii(' instead)');
  } else if (type(layer) === MS_CHAP_V2 && layer.capturedEnd > at) {
    out.ascii(', ');
    out.ascii(operationName(u8(layer.bytes, at)) || 'Unknown operation');
  } else if (carriesTls(layer)) writePiece(layer, out);
}

function writePiece(layer: Layer, out: Writer): void {
  if (startsTls(layer)) out.ascii(', start');
  const octets = layer.wireEnd - layer.headerEnd;
  if (octets === 0) {
    if (!startsTls(layer)) out.ascii(', go on');
    return;
  }
  out.ascii(', ');
  out.uint(octets);
  const whole = tlsLength(layer);
  if (whole !== null && whole > octets) {
    out.ascii(' of ');
    out.uint(whole);
  }
  out.ascii(' bytes of TLS');
  if (moreFragments(layer)) out.ascii(', more follow');
}

function codeName(value: number): string {
  return CODES[value] ?? '';
}

const CODES = ['', 'Request', 'Response', 'Success', 'Failure', 'Initiate', 'Finish'];

/** Names as the registry of EAP types has them, or as everybody calls them. */
export function methodName(value: number): string {
  return METHODS.get(value) ?? '';
}

const TLS_METHODS: ReadonlySet<number> = new Set([TLS, 21, 25, 43, TEAP]);

const METHODS = new Map([
  [IDENTITY, 'Identity'],
  [NOTIFICATION, 'Notification'],
  [NAK, 'Legacy Nak'],
  [MD5, 'EAP-MD5'],
  [5, 'One-Time Password'],
  [6, 'Generic Token Card'],
  [TLS, 'EAP-TLS'],
  [17, 'LEAP'],
  [18, 'EAP-SIM'],
  [21, 'EAP-TTLS'],
  [23, 'EAP-AKA'],
  [25, 'PEAP'],
  [MS_CHAP_V2, 'EAP-MSCHAPv2'],
  [29, 'MS-CHAP-v2'],
  [32, 'EAP-POTP'],
  [43, 'EAP-FAST'],
  [46, 'EAP-PAX'],
  [47, 'EAP-PSK'],
  [48, 'EAP-SAKE'],
  [49, 'EAP-IKEv2'],
  [50, "EAP-AKA'"],
  [51, 'EAP-GPSK'],
  [52, 'EAP-pwd'],
  [53, 'EAP-EKE'],
  [TEAP, 'TEAP'],
  [EXPANDED, 'Expanded'],
  [255, 'Experimental'],
]);

function operationName(value: number): string {
  return OPERATIONS[value] ?? '';
}

const OPERATIONS = ['', 'Challenge', 'Response', 'Success', 'Failure', '', '', 'Change-Password'];
