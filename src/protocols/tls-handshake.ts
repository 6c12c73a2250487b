import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';
import { parameterRows, visitParameters } from './quic-parameters.ts';
import { certificateRows, visitCertificate } from './tls-certificate.ts';
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  ENCRYPTED_EXTENSIONS,
  extensionName,
  groupName,
  handshakeName,
  isUnknownExtension,
  KEY_UPDATE,
  NEW_SESSION_TICKET,
  SERVER_HELLO,
  SERVER_KEY_EXCHANGE,
  signatureName,
  suiteName,
  TLS12,
  TLS13,
  versionName,
} from './tls-names.ts';

/**
 * Messages of TLS's handshake. RFC 8446 §4, RFC 5246 §7.4. They stand in records, and in QUIC without them (RFC 9001 §4).
 *
 *   0                   1                   2                   3
 *  |     Type      |                    Length                     |
 *  |  Content ...
 */
export const MESSAGE_HEADER = 4;
const RANDOM = 32;

/** Length of the message that begins at `at`, with its header. The caller has proved that this is there. */
export const messageLength = (bytes: Uint8Array, at: number): number => MESSAGE_HEADER + u24(bytes, at + 1);

/** What a server sends in place of a random number when it asks for another hello (RFC 8446 §4.1.3). */
const RETRY = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
  0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

export function isRetryRequest(bytes: Uint8Array, at: number, end: number): boolean {
  const random = at + MESSAGE_HEADER + 2;
  if (bytes[at] !== SERVER_HELLO || random + RANDOM > end) return false;
  return RETRY.every((octet, i) => bytes[random + i] === octet);
}

export const messageName = (bytes: Uint8Array, at: number, end: number): string =>
  isRetryRequest(bytes, at, end) ? 'Hello Retry Request' : handshakeName(u8(bytes, at));

/** A list of the hello and where it ends: `[at, end)`. Stands still where the bytes end before the hello does. */
class Part {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  open(bytes: Uint8Array, at: number, end: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    return this;
  }

  has(octets: number): boolean {
    return this.at + octets <= this.end;
  }

  /** Where the list ends that is behind a length of so many octets; -1 when it is not there whole. */
  listEnd(octets: 1 | 2): number {
    if (!this.has(octets)) return -1;
    const length = octets === 1 ? u8(this.bytes, this.at) : u16(this.bytes, this.at);
    const end = this.at + octets + length;
    return end <= this.end ? end : -1;
  }
}

/** Places in a hello, found without making anything. Each is -1 where the message ends before it. */
export class Hello {
  randomAt = -1;
  sessionAt = -1;
  sessionEnd = -1;
  suitesAt = -1;
  suitesEnd = -1;
  compressionAt = -1;
  compressionEnd = -1;
  extensionsAt = -1;
  extensionsEnd = -1;
  private readonly part = new Part();

  /** Finds the parts of the hello whose message begins at `at`. */
  read(bytes: Uint8Array, at: number, end: number): this {
    if (bytes[at] === ENCRYPTED_EXTENSIONS) return this.extensions(bytes, at, end);
    const part = this.part.open(bytes, at + MESSAGE_HEADER + 2, end);
    this.randomAt = this.sessionAt = this.suitesAt = this.compressionAt = this.extensionsAt = -1;
    if (!part.has(RANDOM)) return this;
    this.randomAt = part.at;
    part.at += RANDOM;
    this.sessionEnd = part.listEnd(1);
    if (this.sessionEnd < 0) return this;
    this.sessionAt = part.at + 1;
    part.at = this.sessionEnd;
    if (!(bytes[at] === CLIENT_HELLO ? this.offered(part) : this.chosen(part))) return this;
    this.extensionsEnd = part.listEnd(2);
    if (this.extensionsEnd >= 0) this.extensionsAt = part.at + 2;
    return this;
  }

  /** What the server says behind its hello has extensions only (RFC 8446 §4.3.1). */
  private extensions(bytes: Uint8Array, at: number, end: number): this {
    const part = this.part.open(bytes, at + MESSAGE_HEADER, end);
    this.randomAt = this.sessionAt = this.suitesAt = this.compressionAt = this.extensionsAt = -1;
    this.extensionsEnd = part.listEnd(2);
    if (this.extensionsEnd >= 0) this.extensionsAt = part.at + 2;
    return this;
  }

  /** A client's lists of cipher suites and compression methods. */
  private offered(part: Part): boolean {
    this.suitesEnd = part.listEnd(2);
    if (this.suitesEnd < 0) return false;
    this.suitesAt = part.at + 2;
    part.at = this.suitesEnd;
    this.compressionEnd = part.listEnd(1);
    if (this.compressionEnd < 0) return false;
    this.compressionAt = part.at + 1;
    part.at = this.compressionEnd;
    return true;
  }

  /** The server's choice of each. */
  private chosen(part: Part): boolean {
    if (!part.has(3)) return false;
    this.suitesAt = part.at;
    this.suitesEnd = this.compressionAt = part.at + 2;
    this.compressionEnd = part.at = part.at + 3;
    return true;
  }

  /** Where the content of an extension of this type begins, or -1. */
  find(bytes: Uint8Array, type: number): number {
    if (this.extensionsAt < 0) return -1;
    for (let at = this.extensionsAt; at + EXTENSION_HEADER <= this.extensionsEnd; ) {
      const content = at + EXTENSION_HEADER;
      const end = content + u16(bytes, at + 2);
      if (end > this.extensionsEnd) return -1;
      if (u16(bytes, at) === type) return content;
      at = end;
    }
    return -1;
  }
}

const EXTENSION_HEADER = 4;
const SERVER_NAME = 0;
const STATUS_REQUEST = 5;
const SUPPORTED_GROUPS = 10;
const EC_POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const PADDING = 21;
const RECORD_SIZE_LIMIT = 28;
const SESSION_TICKET = 35;
const PRE_SHARED_KEY = 41;
const EARLY_DATA = 42;
const SUPPORTED_VERSIONS = 43;
const COOKIE = 44;
const PSK_MODES = 45;
const SIGNATURE_ALGORITHMS_CERT = 50;
const KEY_SHARE = 51;
const QUIC_PARAMETERS = 57;
const APPLICATION_SETTINGS = 17613;
const ENCRYPTED_CLIENT_HELLO = 65037;
const RENEGOTIATION_INFO = 65281;

const hello = new Hello();

/** The version that the server chose: that of the extension where there is one (RFC 8446 §4.2.1); 0 where it ends before. */
export function chosenVersion(bytes: Uint8Array, at: number, end: number): number {
  if (at + MESSAGE_HEADER + 2 > end) return 0;
  const content = hello.read(bytes, at, end).find(bytes, SUPPORTED_VERSIONS);
  if (content >= 0 && u16(bytes, content - 2) === 2) return u16(bytes, content);
  return u16(bytes, at + MESSAGE_HEADER);
}

/** Which field of a hello says its version: those after 1.2 are said by an extension only (RFC 8446 §4.2.1). */
export const versionField = (version: number): string =>
  version > TLS12 ? 'tls.handshake.extensions.supported_version' : 'tls.handshake.version';

/** A text in a hello: [at, end), and -1 where it is not there. */
export class Place {
  at = -1;
  end = -1;
}

/** The name of the server that the client asks for (RFC 6066 §3). */
export function findServerName(bytes: Uint8Array, at: number, end: number, found: Place): boolean {
  const content = hello.read(bytes, at, end).find(bytes, SERVER_NAME);
  found.at = -1;
  if (content < 0) return false;
  const limit = content + u16(bytes, content - 2);
  if (content + 5 > limit || bytes[content + 2] !== 0) return false;
  found.at = content + 5;
  found.end = found.at + u16(bytes, content + 3);
  return found.end <= limit;
}

/** The first protocol of the list (RFC 7301 §3.1): the client's favourite, or the one that the server chose. */
export function findApplication(bytes: Uint8Array, at: number, end: number, found: Place): boolean {
  const content = hello.read(bytes, at, end).find(bytes, ALPN);
  found.at = -1;
  if (content < 0) return false;
  const limit = content + u16(bytes, content - 2);
  if (content + 3 > limit) return false;
  found.at = content + 3;
  found.end = found.at + bytes[content + 2]!;
  return found.end <= limit;
}

/** Whether a hello speaks of keys that both ends have from before (RFC 8446 §4.2.11). */
export const hasPreSharedKey = (bytes: Uint8Array, at: number, end: number): boolean =>
  hello.read(bytes, at, end).find(bytes, PRE_SHARED_KEY) >= 0;

const walked: Row[] = [];

function row(id: string, label: string, kind: Row['kind'] = 'uint', more: Partial<Row> = {}): Row {
  const made: Row = { id: `tls.${id}`, label, kind, ...more };
  walked.push(made);
  return made;
}

const hexOf = (show: (n: number) => string): Partial<Row> => ({ digits: 4, show });

const TYPE = row('handshake.type', 'Handshake message', 'uint', { show: handshakeName });
const LENGTH = row('handshake.length', 'Length');
const VERSION = row('handshake.version', 'Version', 'hex', hexOf(versionName));
const RANDOM_OCTETS = row('handshake.random', 'Random', 'bytes');
const SESSION_LENGTH = row('handshake.session_id_length', 'Session ID length');
const SESSION_ID = row('handshake.session_id', 'Session ID', 'bytes');
const SUITES_LENGTH = row('handshake.cipher_suites_length', 'Cipher suites length');
const SUITES = row('handshake.ciphersuites', 'Cipher suites', 'none');
const SUITE = row('handshake.ciphersuite', 'Cipher suite', 'hex', hexOf(suiteName));
const METHODS_LENGTH = row('handshake.comp_methods_length', 'Compression methods length');
const METHODS = row('handshake.comp_methods', 'Compression methods', 'none');
const METHOD = row('handshake.comp_method', 'Compression method', 'uint', {
  show: (n: number) => (n === 0 ? 'null' : n === 1 ? 'DEFLATE' : n === 64 ? 'LZS' : 'Unknown'),
});
const EXTENSIONS_LENGTH = row('handshake.extensions_length', 'Extensions length');
const EXTENSION_TYPE = row('handshake.extension.type', 'Extension', 'uint', { show: extensionName });
const EXTENSION_LENGTH = row('handshake.extension.len', 'Length');
const EXTENSION_DATA = row('handshake.extension.data', 'Data', 'bytes');
const NAMES_LENGTH = row('handshake.extensions_server_name_list_len', 'Server names length');
const NAME_TYPE = row('handshake.extensions_server_name_type', 'Server name type', 'uint', {
  show: (n: number) => (n === 0 ? 'host_name' : 'Unknown'),
});
const NAME_LENGTH = row('handshake.extensions_server_name_len', 'Server name length');
const NAME = row('handshake.extensions_server_name', 'Server name', 'text');
const STATUS_TYPE = row('handshake.extensions_status_request_type', 'Certificate status type');
const GROUPS_LENGTH = row('handshake.extensions_supported_groups_length', 'Supported groups length');
const GROUP = row('handshake.extensions_supported_group', 'Supported group', 'hex', hexOf(groupName));
const POINTS_LENGTH = row('handshake.extensions_ec_point_formats_length', 'Point formats length');
const POINT = row('handshake.extensions_ec_point_format', 'Point format');
const SIGNATURES_LENGTH = row('handshake.sig_hash_alg_len', 'Signature algorithms length');
const SIGNATURE = row('handshake.sig_hash_alg', 'Signature algorithm', 'hex', hexOf(signatureName));
const ALPN_LENGTH = row('handshake.extensions_alpn_len', 'Protocols length');
const ALPN_NAME_LENGTH = row('handshake.extensions_alpn_str_len', 'Protocol length');
const ALPN_NAME = row('handshake.extensions_alpn_str', 'Protocol', 'text');
const PADDING_DATA = row('handshake.extensions_padding_data', 'Padding', 'bytes');
const SIZE_LIMIT = row('record_size_limit', 'Record size limit');
const VERSIONS_LENGTH = row('handshake.extensions.supported_versions_len', 'Supported versions length');
const SUPPORTED_VERSION = row('handshake.extensions.supported_version', 'Supported version', 'hex', hexOf(versionName));
const COOKIE_LENGTH = row('handshake.extensions.cookie_len', 'Cookie length');
const COOKIE_OCTETS = row('handshake.extensions.cookie', 'Cookie', 'bytes');
const MODES_LENGTH = row('extension.psk_ke_modes_length', 'PSK modes length');
const MODE = row('extension.psk_ke_mode', 'PSK mode', 'uint', {
  show: (n: number) => (n === 0 ? 'psk_ke' : n === 1 ? 'psk_dhe_ke' : 'Unknown'),
});
const SHARES_LENGTH = row('handshake.extensions_key_share_client_length', 'Key shares length');
const SHARE_GROUP = row('handshake.extensions_key_share_group', 'Key share group', 'uint', { show: groupName });
const SHARE_LENGTH = row('handshake.extensions_key_share_key_exchange_length', 'Key exchange length');
const SHARE = row('handshake.extensions_key_share_key_exchange', 'Key exchange', 'bytes');
const SELECTED_GROUP = row('handshake.extensions_key_share_selected_group', 'Selected group', 'uint', {
  show: groupName,
});
const IDENTITIES_LENGTH = row('handshake.extensions.psk.identities.length', 'PSK identities length');
const SELECTED_IDENTITY = row('handshake.extensions.psk.identity.selected', 'Selected PSK identity');
const EARLY_DATA_SIZE = row('early_data.max_early_data_size', 'Early data at most');
const RENEGOTIATION_LENGTH = row('handshake.extensions_reneg_info_len', 'Renegotiation info length');
const TICKET_LIFETIME = row('handshake.session_ticket_lifetime_hint', 'Session ticket lifetime');
const TICKET_AGE = row('handshake.session_ticket_age_add', 'Session ticket age add');
const TICKET_NONCE_LENGTH = row('handshake.session_ticket_nonce_length', 'Session ticket nonce length');
const TICKET_NONCE = row('handshake.session_ticket_nonce', 'Session ticket nonce', 'bytes');
const TICKET_LENGTH = row('handshake.session_ticket_length', 'Session ticket length');
const TICKET = row('handshake.session_ticket', 'Session ticket', 'bytes');
const PROOF_LENGTH = row('handshake.client_cert_vrfy.sig_len', 'Signature length');
const PROOF = row('handshake.client_cert_vrfy.sig', 'Signature', 'bytes');
const UPDATE_REQUEST = row('handshake.key_update.request_update', 'Key update request', 'uint', {
  show: (n: number) => (n === 0 ? 'update_not_requested' : n === 1 ? 'update_requested' : 'Unknown'),
});
const CERTIFICATES_LENGTH = row('handshake.certificates_length', 'Certificates length');
const CERTIFICATES = row('handshake.certificates', 'Certificates', 'none');
const CERTIFICATE_LENGTH = row('handshake.certificate_length', 'Certificate length');
const CERTIFICATE_OCTETS = row('handshake.certificate', 'Certificate', 'bytes');

export const handshakeRows: readonly Row[] = [...walked, ...certificateRows, ...parameterRows];

/**
 * Visits one message, which ends at `end`; what it says beyond is not there. `version` is that of the connection: TLS 1.3
 * has other certificates and tickets.
 */
export function visitMessage(bytes: Uint8Array, at: number, end: number, visit: Visit, version = 0): void {
  const type = u8(bytes, at);
  visit(TYPE, at, 1, type, 0);
  visit(LENGTH, at + 1, 3, u24(bytes, at + 1), 1);
  if (type === CLIENT_HELLO || type === SERVER_HELLO) visitHello(bytes, at, end, visit);
  else if (type === CERTIFICATE) visitCertificates(bytes, at + MESSAGE_HEADER, end, visit, version);
  else if (type === NEW_SESSION_TICKET) visitTicket(bytes, at + MESSAGE_HEADER, end, visit, version);
  else if (type === ENCRYPTED_EXTENSIONS) visitExtensions(bytes, at + MESSAGE_HEADER, end, visit);
  else if (type === CERTIFICATE_VERIFY && version >= TLS12) visitSignature(bytes, at + MESSAGE_HEADER, end, visit);
  else if (type === SERVER_KEY_EXCHANGE && version === TLS12) visitServerKey(bytes, at + MESSAGE_HEADER, end, visit);
  else if (type === CERTIFICATE_REQUEST && version === TLS12) visitWanted(bytes, at + MESSAGE_HEADER, end, visit);
  else if (type === KEY_UPDATE && at + MESSAGE_HEADER < end) {
    visit(UPDATE_REQUEST, at + MESSAGE_HEADER, 1, u8(bytes, at + MESSAGE_HEADER), 1);
  }
}

/** Of a key on a named curve, what it is signed with stands behind the point (RFC 8422 §5.4). */
function visitServerKey(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + 4 > end || u8(bytes, at) !== NAMED_CURVE) return;
  const signedAt = at + 4 + u8(bytes, at + 3);
  if (signedAt + 2 <= end) visit(SIGNATURE, signedAt, 2, u16(bytes, signedAt), 1);
}

const NAMED_CURVE = 3;

/** What a server wants of a client's certificate: behind the types, the algorithms (RFC 5246 §7.4.4). */
function visitWanted(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at < end) visitPairs(SIGNATURES_LENGTH, SIGNATURE, bytes, at + 1 + u8(bytes, at), end, visit);
}

/** RFC 8446 §4.4.3, RFC 5246 §7.4.8. */
function visitSignature(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + 4 > end) return;
  visit(SIGNATURE, at, 2, u16(bytes, at), 1);
  visit(PROOF_LENGTH, at + 2, 2, u16(bytes, at + 2), 1);
  visit(PROOF, at + 4, end - at - 4, at + 4, 1);
}

/** What a server says of extensions behind its hello (RFC 8446 §4.3.1), and of those of a ticket (§4.6.1). */
function visitExtensions(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + 2 > end) return;
  visit(EXTENSIONS_LENGTH, at, 2, u16(bytes, at), 1);
  for (let from = at + 2; from + EXTENSION_HEADER <= end; ) {
    const to = Math.min(from + EXTENSION_HEADER + u16(bytes, from + 2), end);
    visitExtension(bytes, from, to, false, false, visit);
    from = to;
  }
}

function visitHello(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const version = at + MESSAGE_HEADER;
  if (version + 2 > end) return;
  visit(VERSION, version, 2, u16(bytes, version), 1);
  const { randomAt, sessionAt, sessionEnd, suitesAt, compressionAt } = hello.read(bytes, at, end);
  const { extensionsAt, extensionsEnd } = hello;
  if (randomAt >= 0) visit(RANDOM_OCTETS, randomAt, RANDOM, randomAt, 1);
  if (sessionAt >= 0) {
    visit(SESSION_LENGTH, sessionAt - 1, 1, sessionEnd - sessionAt, 1);
    if (sessionEnd > sessionAt) visit(SESSION_ID, sessionAt, sessionEnd - sessionAt, sessionAt, 1);
  }
  const isClient = u8(bytes, at) === CLIENT_HELLO;
  if (isClient) visitOffers(bytes, visit);
  else {
    if (suitesAt >= 0) visit(SUITE, suitesAt, 2, u16(bytes, suitesAt), 1);
    if (compressionAt >= 0) visit(METHOD, compressionAt, 1, u8(bytes, compressionAt), 1);
  }
  if (extensionsAt < 0) return;
  visit(EXTENSIONS_LENGTH, extensionsAt - 2, 2, extensionsEnd - extensionsAt, 1);
  const retry = isRetryRequest(bytes, at, end);
  for (let from = extensionsAt; from + EXTENSION_HEADER <= extensionsEnd; ) {
    const to = Math.min(from + EXTENSION_HEADER + u16(bytes, from + 2), extensionsEnd);
    visitExtension(bytes, from, to, isClient, retry, visit);
    from = to;
  }
}

/** What a client offers, of the hello that was read. */
function visitOffers(bytes: Uint8Array, visit: Visit): void {
  const { suitesAt, suitesEnd, compressionAt, compressionEnd } = hello;
  if (suitesAt < 0) return;
  visit(SUITES_LENGTH, suitesAt - 2, 2, suitesEnd - suitesAt, 1);
  visit(SUITES, suitesAt, suitesEnd - suitesAt, null, 1);
  for (let at = suitesAt; at + 2 <= suitesEnd; at += 2) visit(SUITE, at, 2, u16(bytes, at), 2);
  if (compressionAt < 0) return;
  visit(METHODS_LENGTH, compressionAt - 1, 1, compressionEnd - compressionAt, 1);
  visit(METHODS, compressionAt, compressionEnd - compressionAt, null, 1);
  for (let at = compressionAt; at < compressionEnd; at++) visit(METHOD, at, 1, u8(bytes, at), 2);
}

function visitExtension(
  bytes: Uint8Array,
  from: number,
  end: number,
  isClient: boolean,
  isRetry: boolean,
  visit: Visit,
): void {
  const type = u16(bytes, from);
  const at = from + EXTENSION_HEADER;
  visit(EXTENSION_TYPE, from, 2, type, 1);
  visit(EXTENSION_LENGTH, from + 2, 2, u16(bytes, from + 2), 2);
  switch (type) {
    case SERVER_NAME:
      visitServerNames(bytes, at, end, visit);
      return;
    case STATUS_REQUEST:
      if (at < end) visit(STATUS_TYPE, at, 1, u8(bytes, at), 2);
      return;
    case SUPPORTED_GROUPS:
      visitPairs(GROUPS_LENGTH, GROUP, bytes, at, end, visit);
      return;
    case EC_POINT_FORMATS:
      visitOctetList(POINTS_LENGTH, POINT, bytes, at, end, visit);
      return;
    case SIGNATURE_ALGORITHMS:
    case SIGNATURE_ALGORITHMS_CERT:
      visitPairs(SIGNATURES_LENGTH, SIGNATURE, bytes, at, end, visit);
      return;
    case ALPN:
      visitProtocols(bytes, at, end, visit);
      return;
    case PADDING:
      visit(PADDING_DATA, at, end - at, at, 2);
      return;
    case RECORD_SIZE_LIMIT:
      if (at + 2 <= end) visit(SIZE_LIMIT, at, 2, u16(bytes, at), 2);
      return;
    case SUPPORTED_VERSIONS:
      visitVersions(bytes, at, end, isClient, visit);
      return;
    case COOKIE:
      if (at + 2 > end) return;
      visit(COOKIE_LENGTH, at, 2, u16(bytes, at), 2);
      visit(COOKIE_OCTETS, at + 2, end - at - 2, at + 2, 2);
      return;
    case PSK_MODES:
      visitOctetList(MODES_LENGTH, MODE, bytes, at, end, visit);
      return;
    case KEY_SHARE:
      visitKeyShares(bytes, at, end, isClient, isRetry, visit);
      return;
    case QUIC_PARAMETERS:
      visitParameters(bytes, at, end, visit);
      return;
    case PRE_SHARED_KEY:
      if (at + 2 <= end) visit(isClient ? IDENTITIES_LENGTH : SELECTED_IDENTITY, at, 2, u16(bytes, at), 2);
      return;
    case EARLY_DATA:
      if (at + 4 <= end) visit(EARLY_DATA_SIZE, at, 4, u32(bytes, at), 2);
      return;
    case RENEGOTIATION_INFO:
      if (at < end) visit(RENEGOTIATION_LENGTH, at, 1, u8(bytes, at), 2);
      return;
    case SESSION_TICKET:
    case APPLICATION_SETTINGS:
    case ENCRYPTED_CLIENT_HELLO:
      visit(EXTENSION_DATA, at, end - at, at, 2);
      return;
    default:
      if (isUnknownExtension(type)) visit(EXTENSION_DATA, at, end - at, at, 2);
  }
}

function visitServerNames(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  if (from + 2 > end) return;
  visit(NAMES_LENGTH, from, 2, u16(bytes, from), 2);
  for (let at = from + 2; at + 3 <= end; ) {
    const to = Math.min(at + 3 + u16(bytes, at + 1), end);
    visit(NAME_TYPE, at, 1, u8(bytes, at), 2);
    visit(NAME_LENGTH, at + 1, 2, u16(bytes, at + 1), 2);
    visit(NAME, at + 3, to - at - 3, textOf(bytes, at + 3, to), 2);
    at = to;
  }
}

/** A list of numbers of two octets. */
function visitPairs(length: Row, each: Row, bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
  if (from + 2 > limit) return;
  visit(length, from, 2, u16(bytes, from), 2);
  const end = Math.min(from + 2 + u16(bytes, from), limit);
  for (let at = from + 2; at + 2 <= end; at += 2) visit(each, at, 2, u16(bytes, at), 2);
}

/** A list of numbers of one octet. */
function visitOctetList(length: Row, each: Row, bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
  if (from >= limit) return;
  visit(length, from, 1, u8(bytes, from), 2);
  const end = Math.min(from + 1 + u8(bytes, from), limit);
  for (let at = from + 1; at < end; at++) visit(each, at, 1, u8(bytes, at), 2);
}

function visitProtocols(bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
  if (from + 2 > limit) return;
  visit(ALPN_LENGTH, from, 2, u16(bytes, from), 2);
  const end = Math.min(from + 2 + u16(bytes, from), limit);
  for (let at = from + 2; at < end; ) {
    const to = Math.min(at + 1 + u8(bytes, at), end);
    visit(ALPN_NAME_LENGTH, at, 1, u8(bytes, at), 2);
    visit(ALPN_NAME, at + 1, to - at - 1, textOf(bytes, at + 1, to), 2);
    at = to;
  }
}

/** A client lists what it speaks, the server names one (RFC 8446 §4.2.1). */
function visitVersions(bytes: Uint8Array, from: number, limit: number, isClient: boolean, visit: Visit): void {
  if (!isClient) {
    if (from + 2 <= limit) visit(SUPPORTED_VERSION, from, 2, u16(bytes, from), 2);
    return;
  }
  if (from >= limit) return;
  visit(VERSIONS_LENGTH, from, 1, u8(bytes, from), 2);
  const end = Math.min(from + 1 + u8(bytes, from), limit);
  for (let at = from + 1; at + 2 <= end; at += 2) visit(SUPPORTED_VERSION, at, 2, u16(bytes, at), 2);
}

/** RFC 8446 §4.2.8: a list from the client, one from the server, the name of a group alone from who wants another. */
function visitKeyShares(
  bytes: Uint8Array,
  from: number,
  limit: number,
  isClient: boolean,
  isRetry: boolean,
  visit: Visit,
): void {
  if (from + 2 > limit) return;
  if (isRetry) {
    visit(SELECTED_GROUP, from, 2, u16(bytes, from), 2);
    return;
  }
  if (isClient) visit(SHARES_LENGTH, from, 2, u16(bytes, from), 2);
  for (let at = isClient ? from + 2 : from; at + 4 <= limit; ) {
    const to = Math.min(at + 4 + u16(bytes, at + 2), limit);
    visit(SHARE_GROUP, at, 2, u16(bytes, at), 2);
    visit(SHARE_LENGTH, at + 2, 2, u16(bytes, at + 2), 3);
    visit(SHARE, at + 4, to - at - 4, at + 4, 3);
    at = to;
  }
}

/** RFC 5077 §3.3. That of TLS 1.3 says more (RFC 8446 §4.6.1), and is encrypted. */
function visitTicket(bytes: Uint8Array, at: number, end: number, visit: Visit, version: number): void {
  if (at + 6 > end) return;
  visit(TICKET_LIFETIME, at, 4, u32(bytes, at), 1);
  if (version === TLS13) {
    visitNewTicket(bytes, at + 4, end, visit);
    return;
  }
  visit(TICKET_LENGTH, at + 4, 2, u16(bytes, at + 4), 1);
  visit(TICKET, at + 6, end - at - 6, at + 6, 1);
}

function visitNewTicket(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const nonceAt = at + 5;
  if (nonceAt > end) return;
  visit(TICKET_AGE, at, 4, u32(bytes, at), 1);
  const nonceLength = u8(bytes, nonceAt - 1);
  visit(TICKET_NONCE_LENGTH, nonceAt - 1, 1, nonceLength, 1);
  const lengthAt = nonceAt + nonceLength;
  if (lengthAt + 2 > end) return;
  visit(TICKET_NONCE, nonceAt, nonceLength, nonceAt, 1);
  const length = u16(bytes, lengthAt);
  visit(TICKET_LENGTH, lengthAt, 2, length, 1);
  const extensionsAt = lengthAt + 2 + length;
  if (extensionsAt > end) return;
  visit(TICKET, lengthAt + 2, length, lengthAt + 2, 1);
  visitExtensions(bytes, extensionsAt, end, visit);
}

/**
 * RFC 5246 §7.4.2. Those of TLS 1.3 answer a request, each has extensions behind it (RFC 8446 §4.4.2), and all of it is
 * encrypted.
 */
function visitCertificates(bytes: Uint8Array, start: number, limit: number, visit: Visit, version: number): void {
  const from = certificatesAt(bytes, start, limit, version);
  if (from < 0 || from + 3 > limit) return;
  const length = u24(bytes, from);
  visit(CERTIFICATES_LENGTH, from, 3, length, 1);
  const end = Math.min(from + 3 + length, limit);
  if (from + 3 < end) visit(CERTIFICATES, from + 3, end - from - 3, null, 1);
  for (let at = from + 3; at + 3 <= end; ) {
    const to = Math.min(at + 3 + u24(bytes, at), end);
    visit(CERTIFICATE_LENGTH, at, 3, u24(bytes, at), 2);
    visit(CERTIFICATE_OCTETS, at + 3, to - at - 3, at + 3, 2);
    visitCertificate(bytes, at + 3, to, visit);
    at = to;
    if (version !== TLS13 || at + 2 > end) continue;
    at = Math.min(to + 2 + u16(bytes, to), end);
    visitExtensions(bytes, to, at, visit);
  }
}

/** Where the length of the list of certificates stands, or -1. */
function certificatesAt(bytes: Uint8Array, at: number, end: number, version: number): number {
  if (version !== TLS13) return at;
  return at < end ? at + 1 + u8(bytes, at) : -1;
}

/** Where the first certificate of the message stands, the sender's own; false where there is none. */
export function findCertificate(bytes: Uint8Array, at: number, end: number, found: Place, version = 0): boolean {
  const from = certificatesAt(bytes, at + MESSAGE_HEADER, end, version) + 3;
  found.at = -1;
  if (bytes[at] !== CERTIFICATE || from < at || from + 3 > end) return false;
  found.at = from + 3;
  found.end = found.at + u24(bytes, from);
  return found.end <= end;
}

/** The suite that a server chose, or 0. */
export function chosenSuite(bytes: Uint8Array, at: number, end: number): number {
  const { suitesAt } = hello.read(bytes, at, end);
  return suitesAt < 0 ? 0 : u16(bytes, suitesAt);
}

/** The group of which a server that asks for another hello wants a key (RFC 8446 §4.2.8); 0 where it names none. */
export function wantedGroup(bytes: Uint8Array, at: number, end: number): number {
  const content = hello.read(bytes, at, end).find(bytes, KEY_SHARE);
  return content >= 0 && u16(bytes, content - 2) === 2 ? u16(bytes, content) : 0;
}

/** The greatest version that a client offers (RFC 8446 §4.2.1); 0 where the message ends before. */
export function offeredVersion(bytes: Uint8Array, at: number, end: number): number {
  if (at + MESSAGE_HEADER + 2 > end) return 0;
  let greatest = u16(bytes, at + MESSAGE_HEADER);
  const content = hello.read(bytes, at, end).find(bytes, SUPPORTED_VERSIONS);
  if (content < 0) return greatest;
  const limit = content + u16(bytes, content - 2);
  for (let i = content + 1; i + 2 <= limit; i += 2) {
    const version = u16(bytes, i);
    if (version >>> 8 === TLS12 >>> 8 && version > greatest) greatest = version;
  }
  return greatest;
}
