import { gatherRows, type Row } from '../core/field.ts';
import { alertName } from './tls-names.ts';

/**
 * Forms of QUIC's frames: what stands behind the type of each. RFC 9000 §19; DATAGRAM is RFC 9221 §4. Acknowledgments on
 * request are drafts (draft-ietf-quic-ack-frequency), and so are timestamps (draft-huitema-quic-ts).
 */
export const PADDING = 0x00;
export const PING = 0x01;
export const ACK = 0x02;
export const ACK_ECN = 0x03;
export const RESET_STREAM = 0x04;
export const STOP_SENDING = 0x05;
export const CRYPTO = 0x06;
const NEW_TOKEN = 0x07;
/** To 0x0f: the last three bits say what is there. */
export const STREAM = 0x08;
const STREAM_OFFSET = 0x04;
const STREAM_LENGTH = 0x02;
const STREAM_END = 0x01;
export const NEW_CONNECTION_ID = 0x18;
export const PATH_CHALLENGE = 0x1a;
export const PATH_RESPONSE = 0x1b;
export const CONNECTION_CLOSE = 0x1c;
export const APPLICATION_CLOSE = 0x1d;
export const HANDSHAKE_DONE = 0x1e;
const DATAGRAM = 0x30;

export const isStream = (type: number): boolean => type >= STREAM && type < STREAM + 8;
export const hasOffset = (type: number): boolean => (type & STREAM_OFFSET) !== 0;
export const endsStream = (type: number): boolean => (type & STREAM_END) !== 0;

/** One part of a frame: an integer of variable length, an octet, octets, or the ranges of ACK. */
export type Part =
  | { readonly kind: 'integer' | 'octet'; readonly row: Row }
  | { readonly kind: 'octets'; readonly row: Row; readonly length: number }
  | { readonly kind: 'ranges' };

/** Of octets: as many as the number before says, or all that is left. */
export const COUNTED = -1;
export const REST = -2;

export interface Form {
  readonly name: string;
  /** What columns call it. */
  readonly column: string;
  readonly parts: readonly Part[];
}

export const formRows: Row[] = [];
const row = gatherRows(formRows, 'quic.');

/** Of integers, one behind the other. */
const integers = (...rows: Row[]): Part[] => rows.map((row) => ({ kind: 'integer', row }));
const counted = (row: Row): Part => ({ kind: 'octets', row, length: COUNTED });
const octets = (row: Row, length: number): Part => ({ kind: 'octets', row, length });
const number = (id: string, label: string, more: Partial<Row> = {}): Row => row(id, label, 'uint', more);

export const GAP = number('ack.gap', 'Gap');
export const RANGE = number('ack.ack_range', 'ACK range');
const ACKNOWLEDGED: readonly Part[] = [
  ...integers(
    number('ack.largest_acknowledged', 'Largest acknowledged'),
    number('ack.ack_delay', 'ACK delay'),
    number('ack.ack_range_count', 'ACK range count'),
    number('ack.first_ack_range', 'First ACK range'),
  ),
  { kind: 'ranges' },
];
const COUNTS = integers(
  number('ack.ect0_count', 'ECT(0) count'),
  number('ack.ect1_count', 'ECT(1) count'),
  number('ack.ecn_ce_count', 'ECN-CE count'),
);

const STREAM_ID = number('stream.stream_id', 'Stream ID');
const OFFSET = number('stream.offset', 'Offset');
const LENGTH = number('stream.length', 'Length');
const DATA = row('stream_data', 'Stream data', 'bytes');

function streamForm(type: number): Form {
  const hasLength = (type & STREAM_LENGTH) !== 0;
  const parts = integers(STREAM_ID, ...(hasOffset(type) ? [OFFSET] : []), ...(hasLength ? [LENGTH] : []));
  return { name: 'STREAM', column: 'STREAM', parts: [...parts, octets(DATA, hasLength ? COUNTED : REST)] };
}

/** Rows of a STREAM frame's bits, each with its mask. */
export const STREAM_BITS = [
  [row('stream.fin', 'Ends the stream', 'bool'), STREAM_END],
  [row('stream.len', 'With its length', 'bool'), STREAM_LENGTH],
  [row('stream.off', 'With an offset', 'bool'), STREAM_OFFSET],
] as const;
export const INITIATOR = number('stream.initiator', 'Opened by', {
  show: (n: number) => (n === 0 ? 'the client' : 'the server'),
});
export const DIRECTION = number('stream.direction', 'Direction', {
  show: (n: number) => (n === 0 ? 'both ways' : 'one way'),
});

const MAX_STREAMS = number('ms.max_streams', 'Streams at most');
const DATA_LIMIT = number('sb.stream_data_limit', 'Limit');
const STREAM_LIMIT = number('sib.stream_limit', 'Limit');
const DATAGRAM_OCTETS = row('dg', 'Datagram', 'bytes');

export const ERROR = number('cc.error_code', 'Error code', { show: errorName });
export const ALERT = number('cc.error_code.tls_alert', 'TLS alert', { show: alertName });
const REASON: readonly Part[] = [
  ...integers(number('cc.reason_phrase.length', 'Reason phrase length')),
  counted(row('cc.reason_phrase', 'Reason phrase', 'text')),
];

const FORMS = new Map<number, Form>();

function form(type: number, name: string, column: string, ...parts: Part[]): void {
  FORMS.set(type, { name, column, parts });
}

form(PADDING, 'PADDING', 'PADDING');
form(PING, 'PING', 'PING');
form(ACK, 'ACK', 'ACK', ...ACKNOWLEDGED);
form(ACK_ECN, 'ACK_ECN', 'ACK_ECN', ...ACKNOWLEDGED, ...COUNTS);
form(
  RESET_STREAM,
  'RESET_STREAM',
  'RS',
  ...integers(
    number('rsts.stream_id', 'Stream ID'),
    number('rsts.application_error_code', 'Application error code'),
    number('rsts.final_size', 'Final size'),
  ),
);
form(
  STOP_SENDING,
  'STOP_SENDING',
  'SS',
  ...integers(number('ss.stream_id', 'Stream ID'), number('ss.application_error_code', 'Application error code')),
);
form(
  CRYPTO,
  'CRYPTO',
  'CRYPTO',
  ...integers(number('crypto.offset', 'Offset'), number('crypto.length', 'Length')),
  counted(row('crypto.crypto_data', 'Crypto data', 'none')),
);
form(
  NEW_TOKEN,
  'NEW_TOKEN',
  'NT',
  ...integers(number('nt.length', 'Token length')),
  counted(row('nt.token', 'Token', 'bytes')),
);
for (let type = STREAM; isStream(type); type++) FORMS.set(type, streamForm(type));
form(0x10, 'MAX_DATA', 'MD', ...integers(number('md.maximum_data', 'Data at most')));
form(
  0x11,
  'MAX_STREAM_DATA',
  'MSD',
  ...integers(number('msd.stream_id', 'Stream ID'), number('msd.maximum_stream_data', 'Data at most')),
);
form(0x12, 'MAX_STREAMS', 'MS', ...integers(MAX_STREAMS));
form(0x13, 'MAX_STREAMS (one way)', 'MS', ...integers(MAX_STREAMS));
form(0x14, 'DATA_BLOCKED', 'DB', ...integers(DATA_LIMIT));
form(0x15, 'STREAM_DATA_BLOCKED', 'SDB', ...integers(number('sdb.stream_id', 'Stream ID'), DATA_LIMIT));
form(0x16, 'STREAMS_BLOCKED', 'SB', ...integers(STREAM_LIMIT));
form(0x17, 'STREAMS_BLOCKED (one way)', 'SB', ...integers(STREAM_LIMIT));
form(
  NEW_CONNECTION_ID,
  'NEW_CONNECTION_ID',
  'NCI',
  ...integers(number('nci.sequence', 'Sequence'), number('nci.retire_prior_to', 'Retire prior to')),
  { kind: 'octet', row: number('nci.connection_id.length', 'Connection ID length') },
  counted(row('nci.connection_id', 'Connection ID', 'bytes')),
  octets(row('nci.stateless_reset_token', 'Stateless reset token', 'bytes'), 16),
);
form(0x19, 'RETIRE_CONNECTION_ID', 'RC', ...integers(number('rci.sequence', 'Sequence')));
form(PATH_CHALLENGE, 'PATH_CHALLENGE', 'PC', octets(row('path_challenge.data', 'Data', 'bytes'), 8));
form(PATH_RESPONSE, 'PATH_RESPONSE', 'PR', octets(row('path_response.data', 'Data', 'bytes'), 8));
form(
  CONNECTION_CLOSE,
  'CONNECTION_CLOSE',
  'CC',
  ...integers(ERROR, number('cc.frame_type', 'Frame type', { show: (n: number) => formOf(n)?.name ?? '' })),
  ...REASON,
);
form(
  APPLICATION_CLOSE,
  'CONNECTION_CLOSE (application)',
  'CC',
  ...integers(number('cc.error_code.app', 'Application error code')),
  ...REASON,
);
form(HANDSHAKE_DONE, 'HANDSHAKE_DONE', 'DONE');
form(DATAGRAM, 'DATAGRAM', 'DG', octets(DATAGRAM_OCTETS, REST));
form(DATAGRAM + 1, 'DATAGRAM', 'DG', ...integers(number('dg.length', 'Datagram length')), counted(DATAGRAM_OCTETS));
form(0xac, 'IMMEDIATE_ACK', 'IMMEDIATE_ACK');
form(
  0xaf,
  'ACK_FREQUENCY',
  'AF',
  ...integers(
    number('af.sequence_number', 'Sequence number'),
    number('af.ack_eliciting_threshold', 'Packets until an ACK'),
    number('af.request_max_ack_delay', 'ACK delay at most'),
    row('af.last_byte', 'Reordering threshold', 'hex', { digits: 2 }),
  ),
);
form(0x2f5, 'TIME_STAMP', 'TS', ...integers(number('ts', 'Time stamp')));

/** Null for a type that is not known: its length is not, either, so that nothing behind it can be read. */
export const formOf = (type: number): Form | null => FORMS.get(type) ?? null;

/** Errors of the transport. RFC 9000 §20.1, RFC 9368 §6. */
const ERRORS = [
  'NO_ERROR',
  'INTERNAL_ERROR',
  'CONNECTION_REFUSED',
  'FLOW_CONTROL_ERROR',
  'STREAM_LIMIT_ERROR',
  'STREAM_STATE_ERROR',
  'FINAL_SIZE_ERROR',
  'FRAME_ENCODING_ERROR',
  'TRANSPORT_PARAMETER_ERROR',
  'CONNECTION_ID_LIMIT_ERROR',
  'PROTOCOL_VIOLATION',
  'INVALID_TOKEN',
  'APPLICATION_ERROR',
  'CRYPTO_BUFFER_EXCEEDED',
  'KEY_UPDATE_ERROR',
  'AEAD_LIMIT_REACHED',
  'NO_VIABLE_PATH',
  'VERSION_NEGOTIATION_ERROR',
];
/** Alerts of TLS are errors from here on (RFC 9001 §4.8). */
const FIRST_ALERT = 0x100;

export const isAlert = (error: number): boolean => error >>> 8 === FIRST_ALERT >>> 8;

export function errorName(error: number): string {
  if (isAlert(error)) return `CRYPTO_ERROR (${alertName(error & 0xff) || 'unknown alert'})`;
  return ERRORS[error] ?? 'Unknown';
}
