import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import { parameterRows } from './quic-parameters.ts';
import { certificateRows, visitCertificate } from './tls-certificate.ts';
import {
  EXTENSIONS_LENGTH,
  extensionRows,
  gatherTlsRows,
  hexOf,
  SIGNATURE,
  SIGNATURES_LENGTH,
  visitExtension,
  visitExtensions,
  visitPairs,
} from './tls-extensions.ts';
import { EXTENSION_HEADER, Hello, isRetryRequest, MESSAGE_HEADER, type Place, RANDOM } from './tls-hello.ts';
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  ENCRYPTED_EXTENSIONS,
  handshakeName,
  KEY_UPDATE,
  NEW_SESSION_TICKET,
  SERVER_HELLO,
  SERVER_KEY_EXCHANGE,
  suiteName,
  TLS12,
  TLS13,
  versionName,
} from './tls-names.ts';

/**
 * Messages of TLS's handshake as rows. RFC 8446 §4, RFC 5246 §7.4. They stand in records, and in QUIC without them (RFC 9001
 * §4). src/protocols/tls-hello.ts has their form.
 */
const hello = new Hello();

const walked: Row[] = [];

const row = gatherTlsRows(walked);

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

export const handshakeRows: readonly Row[] = [...walked, ...extensionRows, ...certificateRows, ...parameterRows];

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
