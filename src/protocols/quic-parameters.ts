import { u16, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import { varint, varintEnd, varintValue } from './quic-varint.ts';
import { versionName } from './quic-versions.ts';

/**
 * Transport parameters of QUIC, which each end tells the other in an extension of its hello. RFC 9000 §18.
 *
 *   { Parameter ID (i), Length (i), Value } ...
 */
const walked: Row[] = [];
const row = gatherRows(walked, 'tls.quic.parameter.');
const TYPE = row('type', 'Parameter', 'uint', { show: parameterName });
const LENGTH = row('length', 'Length', 'uint');
const VALUE = row('value', 'Value', 'bytes');
const CHOSEN_VERSION = row('vi.chosen_version', 'Chosen version', 'hex', { digits: 8, show: versionName });
const OTHER_VERSION = row('vi.other_version', 'Available version', 'hex', { digits: 8, show: versionName });
const ADDRESS_4 = row('preferred_address.ipv4address', 'IPv4 address', 'ipv4');
const PORT_4 = row('preferred_address.ipv4port', 'IPv4 port', 'uint');
const ADDRESS_6 = row('preferred_address.ipv6address', 'IPv6 address', 'ipv6');
const PORT_6 = row('preferred_address.ipv6port', 'IPv6 port', 'uint');

/** Parameters whose value is an integer, by number, and what they are called in Wireshark's ids. RFC 9000 §18.2, RFC 9221 §3. */
const INTEGERS = new Map<number, Row>([
  [0x01, row('max_idle_timeout', 'Milliseconds', 'uint')],
  [0x03, row('max_udp_payload_size', 'Bytes', 'uint')],
  [0x04, row('initial_max_data', 'Bytes', 'uint')],
  [0x05, row('initial_max_stream_data_bidi_local', 'Bytes', 'uint')],
  [0x06, row('initial_max_stream_data_bidi_remote', 'Bytes', 'uint')],
  [0x07, row('initial_max_stream_data_uni', 'Bytes', 'uint')],
  [0x08, row('initial_max_streams_bidi', 'Streams', 'uint')],
  [0x09, row('initial_max_streams_uni', 'Streams', 'uint')],
  [0x0a, row('ack_delay_exponent', 'Exponent', 'uint')],
  [0x0b, row('max_ack_delay', 'Milliseconds', 'uint')],
  [0x0e, row('active_connection_id_limit', 'Connection IDs', 'uint')],
  [0x20, row('max_datagram_frame_size', 'Bytes', 'uint')],
]);

/** Parameters whose value is so many octets as they are. */
const OCTETS = new Map<number, Row>([
  [0x00, row('original_destination_connection_id', 'Connection ID', 'bytes')],
  [0x02, row('stateless_reset_token', 'Token', 'bytes')],
  [0x0f, row('initial_source_connection_id', 'Connection ID', 'bytes')],
  [0x10, row('retry_source_connection_id', 'Connection ID', 'bytes')],
]);

const PREFERRED_ADDRESS = 0x0d;
/** RFC 9368 §3. */
const VERSION_INFORMATION = 0x11;
/** The same before it had a number of its own. */
const VERSION_INFORMATION_DRAFT = 0xff73db;

const NAMES = new Map<number, string>([
  ...[...INTEGERS, ...OCTETS].map(([type, { id }]) => [type, id.slice(id.lastIndexOf('.') + 1)] as const),
  [0x0c, 'disable_active_migration'],
  [PREFERRED_ADDRESS, 'preferred_address'],
  [VERSION_INFORMATION, 'version_information'],
  [VERSION_INFORMATION_DRAFT, 'version_information (draft)'],
  [0x2ab2, 'grease_quic_bit'],
  [0x7158, 'enable_time_stamp'],
  [0x4752, 'google_quic_version'],
  [0x3128, 'google_connection_options'],
  [0xff04de1b, 'min_ack_delay (draft)'],
]);

export const parameterRows: readonly Row[] = walked;

/** Numbers that are there to be passed over (RFC 9000 §18.1). */
const isReserved = (type: number | bigint): boolean => BigInt(type) % 31n === 27n;

function parameterName(type: number | bigint): string {
  const name = typeof type === 'number' ? NAMES.get(type) : undefined;
  return name ?? (isReserved(type) ? 'GREASE' : 'Unknown');
}

/** Visits the parameters in `[from, end)`, as far as they go. */
export function visitParameters(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  for (let at = from; at < end; ) {
    const lengthAt = varintEnd(bytes, at, end);
    const valueAt = varintEnd(bytes, lengthAt, end);
    if (valueAt < 0) return;
    const valueEnd = valueAt + varint(bytes, lengthAt);
    visit(TYPE, at, lengthAt - at, varintValue(bytes, at), 2);
    visit(LENGTH, lengthAt, valueAt - lengthAt, varintValue(bytes, lengthAt), 3);
    if (valueEnd > end) return;
    visit(VALUE, valueAt, valueEnd - valueAt, valueAt, 3);
    visitValue(varint(bytes, at), bytes, valueAt, valueEnd, visit);
    at = valueEnd;
  }
}

function visitValue(type: number, bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const integer = INTEGERS.get(type);
  if (integer !== undefined && varintEnd(bytes, at, end) === end)
    visit(integer, at, end - at, varintValue(bytes, at), 3);
  const octets = OCTETS.get(type);
  if (octets !== undefined) visit(octets, at, end - at, at, 3);
  if (type === PREFERRED_ADDRESS) visitPreferredAddress(bytes, at, end, visit);
  if (type !== VERSION_INFORMATION) return;
  for (let i = at; i + 4 <= end; i += 4) visit(i === at ? CHOSEN_VERSION : OTHER_VERSION, i, 4, u32(bytes, i), 3);
}

/** RFC 9000 §18.2: both addresses with their ports; behind them, a connection ID and a token. */
function visitPreferredAddress(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + 24 > end) return;
  visit(ADDRESS_4, at, 4, at, 3);
  visit(PORT_4, at + 4, 2, u16(bytes, at + 4), 3);
  visit(ADDRESS_6, at + 6, 16, at + 6, 3);
  visit(PORT_6, at + 22, 2, u16(bytes, at + 22), 3);
}
