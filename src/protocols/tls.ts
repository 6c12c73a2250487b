import { u8, u16, u24 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { gatherTlsRows } from './tls-extensions.ts';
import { handshakeRows, visitMessage } from './tls-handshake.ts';
import { findServerName, MESSAGE_HEADER, messageLength, messageName, Place } from './tls-hello.ts';
import {
  ALERT,
  APPLICATION_DATA,
  alertLevelName,
  alertName,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  contentTypeName,
  HANDSHAKE,
  HEARTBEAT,
  handshakeName,
  isContentType,
  isHandshakeType,
  SSL2,
  SSL3,
  suiteName,
  TLS12,
  TLS13,
  versionColumn,
  versionName,
} from './tls-names.ts';

/**
 * TLS, one record. RFC 8446 §5.1; the form is that of SSL 3.0 (RFC 6101 §5.2.1), and all versions in between.
 *
 *   0                   1                   2                   3
 *  |     Type      |            Version            |    Length
 *                  |  Content ...
 *
 * A handshake message may be cut over several records, and one record may hold several (§5.1): src/streams/tls.ts puts
 * together what was cut, and knows from where on everything is encrypted. An old client greets in SSL 2.0's form
 * (RFC 5246 appendix E.2), which has a layer of its own kind here.
 */
export const HEADER = 5;
/** What a record may hold, with what encryption adds at the most (RFC 5246 §6.2.3). */
const LONGEST_CONTENT = (1 << 14) + (1 << 11);

export const contentType = (layer: Layer): number => u8(layer.bytes, layer.start);
export const contentLength = (bytes: Uint8Array, at: number): number => u16(bytes, at + 3);

/** Header and message of SSL 2.0's greeting up to its lists. */
const V2_HEADER = 2;
const V2_HELLO = 11;
const V2_SPEC = 3;

/** SSL 2.0's greeting as clients of later versions send it (RFC 5246 appendix E.2). */
export function looksLikeV2Hello(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + V2_HELLO > end || (bytes[at]! & 0x80) === 0 || bytes[at + 2] !== CLIENT_HELLO) return false;
  const version = u16(bytes, at + 3);
  if (version !== SSL2 && (version < SSL3 || version > TLS12)) return false;
  const [specs, session, challenge] = [u16(bytes, at + 5), u16(bytes, at + 7), u16(bytes, at + 9)];
  if (specs === 0 || specs % V2_SPEC !== 0) return false;
  return (u16(bytes, at) & 0x7fff) === V2_HELLO - V2_HEADER + specs + session + challenge;
}

/** Length of that greeting with its header. */
export const v2Length = (bytes: Uint8Array, at: number): number => V2_HEADER + (u16(bytes, at) & 0x7fff);

/** True when a record's header stands at `at`, or as much of one as there is. */
export function looksLikeRecord(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end || !isContentType(bytes[at]!)) return false;
  if (at + 1 < end && bytes[at + 1] !== 3) return false;
  if (at + 2 < end && bytes[at + 2]! > (TLS12 & 0xff)) return false;
  return at + HEADER > end || contentLength(bytes, at) <= LONGEST_CONTENT;
}

/** What the connection knows of a record. The same object serves all records of which the same is known. */
export class TlsState implements Context {
  readonly rows: readonly Row[] = [];
  readonly column: string;
  /** That of the connection; of a hello before anything was agreed on, the record's. */
  readonly version: number;
  /** A handshake message that is encrypted. */
  readonly sealed: boolean;
  /** What application data carries, in words; empty when that is not known. */
  readonly application: string;
  /** Octets of the content that belong to a message which began in an earlier record. */
  readonly skipped: number;
  /** Type of the message of which this record has a part that is not its last; -1 for none. */
  readonly fragment: number;
  /** Type of the content of a record that was opened with its keys; -1 of one that was not. */
  readonly opened: number;

  constructor(version: number, sealed: boolean, application = '', skipped = 0, fragment = -1, opened = -1) {
    this.version = version;
    this.column = versionColumn(version);
    this.sealed = sealed;
    this.application = application;
    this.skipped = skipped;
    this.fragment = fragment;
    this.opened = opened;
  }
}

const state = (layer: Layer): TlsState | null => (layer.context instanceof TlsState ? layer.context : null);

const isV2 = (layer: Layer): boolean => looksLikeV2Hello(layer.bytes, layer.start, layer.capturedEnd);
/** Anything else: bytes between records, or of a record whose beginning is not there. */
const isRecord = (layer: Layer): boolean => layer.captured(HEADER) && isContentType(contentType(layer));
/** In TLS 1.3 the true type of a record is encrypted (RFC 8446 §5.2). */
const isOpaque = (layer: Layer): boolean => contentType(layer) === APPLICATION_DATA && state(layer)?.version === TLS13;
/** Type of the content of a record that was opened, or -1: then its messages stand in a layer of their own. */
const opened = (layer: Layer): number => state(layer)?.opened ?? -1;

const ofRecord =
  (read: (layer: Layer) => number) =>
  (layer: Layer): number | null =>
    isRecord(layer) ? read(layer) : null;

const typeRow = { kind: 'uint', bit: 0, bits: 8, show: contentTypeName } as const;

const fields: readonly Row[] = [
  {
    id: 'tls.record.content_type',
    label: 'Content type',
    ...typeRow,
    read: (layer) => (isRecord(layer) && !isOpaque(layer) ? contentType(layer) : null),
  },
  {
    id: 'tls.record.opaque_type',
    label: 'Opaque type',
    ...typeRow,
    read: (layer) => (isOpaque(layer) ? contentType(layer) : null),
    about: 'What every encrypted record of TLS 1.3 says that it is; its true type is encrypted.',
  },
  {
    id: 'tls.record.version',
    label: 'Version',
    kind: 'hex',
    bit: 8,
    bits: 16,
    read: ofRecord((layer) => u16(layer.bytes, layer.start + 1)),
    show: versionName,
  },
  {
    id: 'tls.record.length',
    label: 'Length',
    kind: 'uint',
    bit: 24,
    bits: 16,
    read: ofRecord((layer) => contentLength(layer.bytes, layer.start)),
  },
];

const walked: Row[] = [];

const row = gatherTlsRows(walked);

const CHANGE = row('change_cipher_spec', 'Change Cipher Spec', 'none');
const LEVEL = row('alert_message.level', 'Level', 'uint', { show: (n: number) => alertLevelName(n) || 'Unknown' });
const DESCRIPTION = row('alert_message.desc', 'Description', 'uint', {
  show: (n: number) => alertName(n) || 'Unknown',
});
const HEARTBEAT_TYPE = row('heartbeat_message.type', 'Heartbeat', 'uint', {
  show: (n: number) => (n === 1 ? 'Request' : n === 2 ? 'Response' : 'Unknown'),
});
const CONTENT = row('app_data', 'Encrypted application data', 'bytes');
const APPLICATION = row('app_data_proto', 'Application', 'text');
/** Of a record of TLS 1.3 that was opened. */
const TRUE_TYPE: Row = { id: 'tls.record.content_type', label: 'Content type', kind: 'uint', show: contentTypeName };
const V2_LENGTH: Row = { id: 'tls.record.length', label: 'Length', kind: 'uint' };
const V2_VERSION: Row = { id: 'tls.record.version', label: 'Version', kind: 'hex', digits: 4, show: versionName };
const V2_TYPE: Row = { id: 'tls.handshake.type', label: 'Handshake message', kind: 'uint', show: handshakeName };
const V2_CLIENT_VERSION: Row = { ...V2_VERSION, id: 'tls.handshake.version' };
const V2_SPECS_LENGTH = row('handshake.cipher_spec_len', 'Cipher specs length');
const V2_SESSION_LENGTH: Row = { id: 'tls.handshake.session_id_length', label: 'Session ID length', kind: 'uint' };
const V2_CHALLENGE_LENGTH = row('handshake.challenge_length', 'Challenge length');
const V2_SPEC_ROW = row('handshake.cipherspec', 'Cipher spec', 'hex', {
  digits: 6,
  show: (n: number) => (n > 0xffff ? 'SSL 2.0' : suiteName(n)),
});

export const tls: Protocol = {
  id: 'tls',
  name: 'Transport Layer Security',
  column: 'TLS',
  spec: 'RFC 8446 §5.1',
  fields,
  walked: [...handshakeRows, ...walked, TRUE_TYPE],
  decode,
  walk,
  info,
  card,
};

/** Content without a record around it. */
const content: Protocol = {
  ...tls,
  fields: [],
  decode(layer) {
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
};

/** Handshake messages without records around them: put together from several, or decrypted. */
export const tlsMessages: Protocol = {
  ...content,
  spec: 'RFC 8446 §4',
  walked: handshakeRows,
  walk: (layer, _packet, visit) => visitMessages(layer, layer.start, layer.capturedEnd, visit),
};

/** An alert that was decrypted. */
export const tlsAlert: Protocol = {
  ...content,
  spec: 'RFC 8446 §6',
  walked: [LEVEL, DESCRIPTION],
  walk({ bytes, start, capturedEnd }, _packet, visit) {
    if (start + 2 > capturedEnd) return;
    visit(LEVEL, start, 1, u8(bytes, start), 0);
    visit(DESCRIPTION, start + 1, 1, u8(bytes, start + 1), 0);
  },
};

function decode(layer: Layer, packet: Packet): null {
  const { bytes, start, capturedEnd, wireEnd } = layer;
  layer.headerEnd = capturedEnd;
  if (start < capturedEnd && !isContentType(contentType(layer))) return null;
  if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
  const length = HEADER + contentLength(bytes, start);
  const have = capturedEnd - start;
  if (have >= length) {
    layer.capturedEnd = layer.wireEnd = layer.headerEnd = start + length;
    return null;
  }
  // Of what nobody can read, the length is all there is to tell.
  if (contentType(layer) === APPLICATION_DATA) return null;
  const fault = wireEnd - start >= length ? 'truncated' : 'malformed';
  packet.report(fault, layer, 'record', length, have, 'tls.record.length');
  return null;
}

/** True of content that nobody opened. */
export const staysClosed = (layer: Layer): boolean =>
  layer.protocol === tls && isRecord(layer) && contentType(layer) === APPLICATION_DATA && opened(layer) < 0;

/** Where the content's own messages begin: behind the rest of one from an earlier record. */
const messagesAt = (layer: Layer): number => layer.start + HEADER + (state(layer)?.skipped ?? 0);

/** True of handshake messages that can be read. */
function isClear(layer: Layer): boolean {
  const at = messagesAt(layer);
  return !state(layer)?.sealed && opened(layer) < 0 && at < layer.capturedEnd && isHandshakeType(layer.bytes[at]!);
}

/** RFC 8446 §6: two octets. A longer alert, or one of which the numbers mean nothing, is encrypted. */
export function isClearAlert(bytes: Uint8Array, at: number, end: number): boolean {
  if (contentLength(bytes, at) !== 2 || at + HEADER + 2 > end) return false;
  return alertLevelName(bytes[at + HEADER]!) !== '' && alertName(bytes[at + HEADER + 1]!) !== '';
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  if (isV2(layer)) {
    visitV2(bytes, start, capturedEnd, visit);
    return;
  }
  if (!isRecord(layer)) return;
  if (isOpaque(layer) && opened(layer) >= 0) visit(TRUE_TYPE, -1, 0, opened(layer), 0);
  const at = start + HEADER;
  switch (contentType(layer)) {
    case CHANGE_CIPHER_SPEC:
      if (at < capturedEnd) visit(CHANGE, at, 1, null, 0);
      return;
    case ALERT:
      if (opened(layer) >= 0 || !isClearAlert(bytes, start, capturedEnd)) return;
      visit(LEVEL, at, 1, u8(bytes, at), 0);
      visit(DESCRIPTION, at + 1, 1, u8(bytes, at + 1), 0);
      return;
    case HANDSHAKE:
      if (isClear(layer)) visitMessages(layer, messagesAt(layer), capturedEnd, visit);
      return;
    case APPLICATION_DATA:
      visitApplicationData(layer, visit);
      return;
    case HEARTBEAT:
      if (isClearHeartbeat(layer)) visit(HEARTBEAT_TYPE, at, 1, u8(bytes, at), 0);
  }
}

/** Whole messages; what is cut off stands in the next record. */
function visitMessages(layer: Layer, from: number, end: number, visit: Visit): void {
  const { bytes } = layer;
  const version = state(layer)?.version ?? 0;
  for (let at = from; at + MESSAGE_HEADER <= end; ) {
    const to = at + messageLength(bytes, at);
    if (to > end || !isHandshakeType(bytes[at]!)) return;
    visitMessage(bytes, at, to, visit, version);
    at = to;
  }
}

function visitApplicationData(layer: Layer, visit: Visit): void {
  const at = layer.start + HEADER;
  // What is no content of applications was opened, and stands behind.
  if (opened(layer) >= 0 && opened(layer) !== APPLICATION_DATA) return;
  if (at < layer.capturedEnd) visit(CONTENT, at, layer.capturedEnd - at, at, 0);
  const application = state(layer)?.application ?? '';
  if (application !== '') visit(APPLICATION, -1, 0, application, 0);
}

/** RFC 6520 §4: type, a length, and 16 octets of padding at least. */
function isClearHeartbeat({ bytes, start, capturedEnd }: Layer): boolean {
  const at = start + HEADER;
  if (at + 3 > capturedEnd || bytes[at]! < 1 || bytes[at]! > 2) return false;
  return u16(bytes, at + 1) + 19 <= contentLength(bytes, start);
}

function visitV2(bytes: Uint8Array, start: number, end: number, visit: Visit): void {
  const specs = u16(bytes, start + 5);
  visit(V2_VERSION, -1, 0, SSL2, 0);
  visit(V2_LENGTH, start, 2, u16(bytes, start) & 0x7fff, 0);
  visit(V2_TYPE, start + 2, 1, CLIENT_HELLO, 0);
  visit(V2_CLIENT_VERSION, start + 3, 2, u16(bytes, start + 3), 1);
  visit(V2_SPECS_LENGTH, start + 5, 2, specs, 1);
  visit(V2_SESSION_LENGTH, start + 7, 2, u16(bytes, start + 7), 1);
  visit(V2_CHALLENGE_LENGTH, start + 9, 2, u16(bytes, start + 9), 1);
  const to = Math.min(start + V2_HELLO + specs, end);
  for (let at = start + V2_HELLO; at + V2_SPEC <= to; at += V2_SPEC) visit(V2_SPEC_ROW, at, V2_SPEC, u24(bytes, at), 1);
}

/** Writes what a record says, each part behind a comma unless it is the first. Answers whether there was anything. */
function writeParts(layer: Layer, begun: boolean, out: Writer): boolean {
  let some = begun;
  const part = (text: string): void => {
    if (some) out.ascii(', ');
    out.ascii(text);
    some = true;
  };
  const { bytes, start, capturedEnd } = layer;
  if (layer.protocol === tlsMessages) writeMessages(bytes, start, capturedEnd, part);
  else if (layer.protocol === tlsAlert) part(alertText(bytes, start));
  else if (isV2(layer)) part('Client Hello');
  else if (isRecord(layer)) writeRecord(layer, part);
  else part(isIgnored(layer) ? 'Ignored Unknown Record' : 'Continuation Data');
  return some;
}

/** Records of a type that nobody knows are to be passed over up to TLS 1.2 (RFC 5246 §6). */
const isIgnored = (layer: Layer): boolean => {
  const version = state(layer)?.version ?? 0;
  return version > SSL3 && version <= TLS12;
};

function writeRecord(layer: Layer, part: (text: string) => void): void {
  const { bytes, start, capturedEnd } = layer;
  const at = start + HEADER;
  // What was opened stands behind it and speaks for itself; of content, this is all that is said here.
  if (opened(layer) >= 0 && opened(layer) !== APPLICATION_DATA) return;
  switch (contentType(layer)) {
    case CHANGE_CIPHER_SPEC:
      part('Change Cipher Spec');
      return;
    case ALERT:
      part(isClearAlert(bytes, start, capturedEnd) ? alertText(bytes, at) : 'Encrypted Alert');
      return;
    case HANDSHAKE:
      writeHandshake(layer, part);
      return;
    case APPLICATION_DATA:
      part('Application Data');
      return;
    case HEARTBEAT:
      if (!isClearHeartbeat(layer)) part('Encrypted Heartbeat');
      else part(bytes[at] === 1 ? 'Heartbeat Request' : 'Heartbeat Response');
  }
}

const alertText = (bytes: Uint8Array, at: number): string =>
  `Alert (Level: ${alertLevelName(bytes[at]!)}, Description: ${alertName(bytes[at + 1]!)})`;

function writeHandshake(layer: Layer, part: (text: string) => void): void {
  const at = messagesAt(layer);
  const fragment = state(layer)?.fragment ?? -1;
  if (at < layer.capturedEnd && !isClear(layer)) part('Encrypted Handshake Message');
  else if (at < layer.capturedEnd) writeMessages(layer.bytes, at, layer.capturedEnd, part);
  if (fragment >= 0) part(`[${handshakeName(fragment)} Fragment]`);
}

function writeMessages(bytes: Uint8Array, from: number, end: number, part: (text: string) => void): void {
  for (let at = from; at + MESSAGE_HEADER <= end; ) {
    const to = at + messageLength(bytes, at);
    if (to > end || !isHandshakeType(bytes[at]!)) return;
    part(messageName(bytes, at, to));
    at = to;
  }
}

/** All records of the segment: the line has room for one layer only. */
function info(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol.id === tls.id) some = writeParts(other, some, out);
  }
}

const name = new Place();

function card(layer: Layer, _packet: Packet, out: Writer): void {
  const known = state(layer);
  out.ascii(known === null ? 'TLS' : versionColumn(known.version));
  out.ascii('  ');
  const said = writeParts(layer, false, out);
  const { bytes, start, capturedEnd } = layer;
  if (layer.protocol === tlsAlert) return;
  const isMessages = layer.protocol === tlsMessages;
  if (!isMessages && !isRecord(layer)) return;
  // The end of a message that is shown above.
  if (!said) out.ascii(contentTypeName(contentType(layer)));
  const at = isMessages ? start : start + HEADER;
  const isHello = at + MESSAGE_HEADER < capturedEnd && bytes[at] === CLIENT_HELLO;
  if (isMessages || (contentType(layer) === HANDSHAKE && isClear(layer))) {
    if (!isHello || !findServerName(bytes, at, capturedEnd, name)) return;
    out.ascii('\nserver name: ');
    out.safe(String.fromCharCode(...bytes.subarray(name.at, Math.min(name.end, name.at + LONGEST_NAME))));
    return;
  }
  if (contentType(layer) !== APPLICATION_DATA) return;
  out.ascii('\n');
  out.uint(contentLength(bytes, start));
  out.ascii(opened(layer) < 0 ? ' bytes, encrypted' : ' bytes, opened with its keys');
}

/** Octets of a name that a card has room for. */
const LONGEST_NAME = 255;
