import { u8, u16, u32 } from '../core/bytes.ts';
import { gatherRows, type Kind, type Row, type Visit } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';
import { visitParameters } from './quic-parameters.ts';
import { ALPN, EXTENSION_HEADER, KEY_SHARE, PRE_SHARED_KEY, SERVER_NAME, SUPPORTED_VERSIONS } from './tls-hello.ts';
import { extensionName, groupName, isUnknownExtension, signatureName, versionName } from './tls-names.ts';

/** Extensions of hellos and of messages behind them, as rows. RFC 8446 §4.2, RFC 6066. */
const STATUS_REQUEST = 5;
const SUPPORTED_GROUPS = 10;
const EC_POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const PADDING = 21;
const RECORD_SIZE_LIMIT = 28;
const SESSION_TICKET = 35;
const EARLY_DATA = 42;
const COOKIE = 44;
const PSK_MODES = 45;
const SIGNATURE_ALGORITHMS_CERT = 50;
const QUIC_PARAMETERS = 57;
const APPLICATION_SETTINGS = 17613;
const ENCRYPTED_CLIENT_HELLO = 65037;
const RENEGOTIATION_INFO = 65281;

export const extensionRows: Row[] = [];

/** Makes rows of TLS, most of which are numbers, and gathers them. */
export function gatherTlsRows(rows: Row[]) {
  const row = gatherRows(rows, 'tls.');
  return (id: string, label: string, kind: Kind = 'uint', more: Partial<Row> = {}): Row => row(id, label, kind, more);
}

const row = gatherTlsRows(extensionRows);

export const hexOf = (show: (n: number) => string): Partial<Row> => ({ digits: 4, show });

export const EXTENSIONS_LENGTH = row('handshake.extensions_length', 'Extensions length');
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
export const SIGNATURES_LENGTH = row('handshake.sig_hash_alg_len', 'Signature algorithms length');
export const SIGNATURE = row('handshake.sig_hash_alg', 'Signature algorithm', 'hex', hexOf(signatureName));
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
/** What a server says of extensions behind its hello (RFC 8446 §4.3.1), and of those of a ticket (§4.6.1). */
export function visitExtensions(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + 2 > end) return;
  visit(EXTENSIONS_LENGTH, at, 2, u16(bytes, at), 1);
  for (let from = at + 2; from + EXTENSION_HEADER <= end; ) {
    const to = Math.min(from + EXTENSION_HEADER + u16(bytes, from + 2), end);
    visitExtension(bytes, from, to, false, false, visit);
    from = to;
  }
}

export function visitExtension(
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
export function visitPairs(length: Row, each: Row, bytes: Uint8Array, from: number, limit: number, visit: Visit): void {
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
