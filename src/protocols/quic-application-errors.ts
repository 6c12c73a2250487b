/** Errors that protocols over QUIC close connections and streams with: HTTP/3 (RFC 9114 §8.1), DNS (RFC 9250 §8.4). */
const HTTP3 = [
  'H3_NO_ERROR',
  'H3_GENERAL_PROTOCOL_ERROR',
  'H3_INTERNAL_ERROR',
  'H3_STREAM_CREATION_ERROR',
  'H3_CLOSED_CRITICAL_STREAM',
  'H3_FRAME_UNEXPECTED',
  'H3_FRAME_ERROR',
  'H3_EXCESSIVE_LOAD',
  'H3_ID_ERROR',
  'H3_SETTINGS_ERROR',
  'H3_MISSING_SETTINGS',
  'H3_REQUEST_REJECTED',
  'H3_REQUEST_CANCELLED',
  'H3_REQUEST_INCOMPLETE',
  'H3_MESSAGE_ERROR',
  'H3_CONNECT_ERROR',
  'H3_VERSION_FALLBACK',
];
/** Those of HTTP/3 begin here, and those of QPACK behind them (RFC 9204 §6). */
const FIRST_OF_HTTP3 = 0x100;
const FIRST_OF_QPACK = 0x200;
const QPACK = ['QPACK_DECOMPRESSION_FAILED', 'QPACK_ENCODER_STREAM_ERROR', 'QPACK_DECODER_STREAM_ERROR'];
const DNS = [
  'DOQ_NO_ERROR',
  'DOQ_INTERNAL_ERROR',
  'DOQ_PROTOCOL_ERROR',
  'DOQ_REQUEST_CANCELLED',
  'DOQ_EXCESSIVE_LOAD',
  'DOQ_UNSPECIFIED_ERROR',
];

/** What the protocol of this name (RFC 7301) calls an error; empty where that is not known. */
export function applicationErrorName(application: string, code: number): string {
  if (application === 'h3') return HTTP3[code - FIRST_OF_HTTP3] ?? QPACK[code - FIRST_OF_QPACK] ?? '';
  return application === 'doq' ? (DNS[code] ?? '') : '';
}

/** True of a close that only says that all is done: what it says where the protocol is not known, 0 does. */
export const isOrderly = (application: string, code: number): boolean =>
  code === 0 || (application === 'h3' && code === FIRST_OF_HTTP3);
