import { u8 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import { varint, varintEnd, varintValue } from './quic-varint.ts';
import { alertName } from './tls-names.ts';

/**
 * What a QUIC packet carries when its encryption is taken off: frames, one behind the other. RFC 9000 §12.4, §19. Only those
 * that an Initial packet may carry can be met: of others nobody has the keys.
 *
 *   PADDING (0), PING (1):  Type (i)
 *   ACK (2, 3):             Type (i), Largest Acknowledged (i), ACK Delay (i), ACK Range Count (i), First ACK Range (i),
 *                           { Gap (i), ACK Range Length (i) } ..., and for 3: ECT0, ECT1 and ECN-CE counts (i)
 *   CRYPTO (6):             Type (i), Offset (i), Length (i), Crypto Data
 *   CONNECTION_CLOSE (1c):  Type (i), Error Code (i), Frame Type (i), Reason Phrase Length (i), Reason Phrase
 */
export const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
export const CRYPTO = 0x06;
export const CONNECTION_CLOSE = 0x1c;
const APPLICATION_CLOSE = 0x1d;

/** Integers behind the type of a frame: of ACK's ranges and of those that count ECN, there are more. */
const INTEGERS: Readonly<Record<number, number>> = {
  [PADDING]: 0,
  [PING]: 0,
  [ACK]: 4,
  [ACK_ECN]: 4,
  [CRYPTO]: 2,
  [CONNECTION_CLOSE]: 3,
  [APPLICATION_CLOSE]: 2,
};

const NAMES: Readonly<Record<number, string>> = {
  [PADDING]: 'PADDING',
  [PING]: 'PING',
  [ACK]: 'ACK',
  [ACK_ECN]: 'ACK_ECN',
  [CRYPTO]: 'CRYPTO',
  [CONNECTION_CLOSE]: 'CC',
  [APPLICATION_CLOSE]: 'CC',
};

const FULL_NAMES: Readonly<Record<number, string>> = {
  ...NAMES,
  [CONNECTION_CLOSE]: 'CONNECTION_CLOSE',
  [APPLICATION_CLOSE]: 'CONNECTION_CLOSE (application)',
};

/** Goes through the frames of a packet's content. Stands still where one is cut, or not one of those above. */
export class FrameCursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** The frame is `[at, end)`. */
  at = 0;
  end = 0;
  limit = 0;
  type = 0;
  /** Where its integers begin, and where the rest. */
  integersAt = 0;
  dataAt = 0;
  private integers = 0;

  open(bytes: Uint8Array, from: number, limit: number): this {
    this.bytes = bytes;
    this.at = this.end = from;
    this.limit = limit;
    return this;
  }

  /** True where there is another whole frame. A run of PADDING counts as one. */
  next(): boolean {
    this.at = this.end;
    if (this.at >= this.limit) return false;
    const { bytes, limit } = this;
    this.type = u8(bytes, this.at);
    this.integersAt = this.at + 1;
    if (this.type === PADDING) {
      while (this.end < limit && bytes[this.end] === PADDING) this.end++;
      return true;
    }
    this.integers = INTEGERS[this.type] ?? -1;
    if (this.integers < 0) return false;
    this.dataAt = this.behind(this.integersAt, this.integers);
    const end = this.dataAt < 0 ? -1 : this.frameEnd();
    if (end < 0 || end > limit) return false;
    this.end = end;
    return true;
  }

  /** True where octets are left that are no frame. */
  get isStuck(): boolean {
    return this.at < this.limit;
  }

  private frameEnd(): number {
    switch (this.type) {
      case ACK:
      case ACK_ECN:
        return this.ackEnd();
      case CRYPTO:
      case CONNECTION_CLOSE:
      case APPLICATION_CLOSE:
        return this.dataAt + this.integer(this.integers - 1);
      default:
        return this.dataAt;
    }
  }

  private ackEnd(): number {
    const end = this.behind(this.dataAt, 2 * this.integer(2));
    return end >= 0 && this.type === ACK_ECN ? this.behind(end, 3) : end;
  }

  /** Where `count` integers that begin at `from` end, or -1. */
  private behind(from: number, count: number): number {
    let at = from;
    for (let i = 0; i < count && at >= 0; i++) at = varintEnd(this.bytes, at, this.limit);
    return at;
  }

  /** The `index`th integer behind the type. */
  integer(index: number): number {
    return varint(this.bytes, this.behind(this.integersAt, index));
  }
}

const walked: Row[] = [];
const row = gatherRows(walked, 'quic.');

const FRAME = row('frame', 'Frame', 'none');
const TYPE = row('frame_type', 'Frame type', 'uint', { show: (n: number) => FULL_NAMES[n] ?? 'Unknown' });
const PADDING_LENGTH = row('padding_length', 'Padding length', 'uint');
const LARGEST = row('ack.largest_acknowledged', 'Largest acknowledged', 'uint');
const DELAY = row('ack.ack_delay', 'ACK delay', 'uint');
const RANGES = row('ack.ack_range_count', 'ACK range count', 'uint');
const FIRST_RANGE = row('ack.first_ack_range', 'First ACK range', 'uint');
const GAP = row('ack.gap', 'Gap', 'uint');
const RANGE = row('ack.ack_range', 'ACK range', 'uint');
const ECT_0 = row('ack.ect0_count', 'ECT(0) count', 'uint');
const ECT_1 = row('ack.ect1_count', 'ECT(1) count', 'uint');
const CONGESTION = row('ack.ecn_ce_count', 'ECN-CE count', 'uint');
const OFFSET = row('crypto.offset', 'Offset', 'uint');
const CRYPTO_LENGTH = row('crypto.length', 'Length', 'uint');
const CRYPTO_DATA = row('crypto.crypto_data', 'Crypto data', 'none');
const ERROR = row('cc.error_code', 'Error code', 'uint', { show: errorName });
const ALERT = row('cc.error_code.tls_alert', 'TLS alert', 'uint', { show: alertName });
const APPLICATION_ERROR = row('cc.error_code.app', 'Application error code', 'uint');
const CAUSE = row('cc.frame_type', 'Frame type', 'uint', { show: (n: number) => FULL_NAMES[n] ?? '' });
const REASON_LENGTH = row('cc.reason_phrase.length', 'Reason phrase length', 'uint');
const REASON = row('cc.reason_phrase', 'Reason phrase', 'text');

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

const isAlert = (error: number): boolean => error >>> 8 === FIRST_ALERT >>> 8;

export function errorName(error: number): string {
  if (isAlert(error)) return `CRYPTO_ERROR (${alertName(error & 0xff) || 'unknown alert'})`;
  return ERRORS[error] ?? 'Unknown';
}

export const quicFrames: Protocol = {
  id: 'quic',
  name: 'QUIC, decrypted',
  column: 'QUIC',
  spec: 'RFC 9000 §19',
  fields: [],
  walked,
  decode(layer, packet) {
    const { bytes, start, capturedEnd } = layer;
    layer.headerEnd = capturedEnd;
    const frames = cursor.open(bytes, start, capturedEnd);
    while (frames.next());
    if (!frames.isStuck) return null;
    return packet.malformed(layer, 'frame', frames.at + 1 - start, capturedEnd - start, 'quic.frame_type');
  },
  walk,
  card(layer, _packet, out) {
    out.ascii('QUIC  ');
    out.ascii(frameNames(layer));
  },
};

const cursor = new FrameCursor();

/** Short names of all frames, as tshark has them in its Info column. */
export function frameNames({ bytes, start, capturedEnd }: Layer): string {
  const names: string[] = [];
  const frames = cursor.open(bytes, start, capturedEnd);
  while (frames.next()) names.push(NAMES[frames.type]!);
  return names.length <= MANY ? names.join(', ') : `${names.slice(0, MANY).join(', ')}, …`;
}

/** Frames that a line has room for. */
const MANY = 64;

function walk({ bytes, start, capturedEnd }: Layer, _packet: unknown, visit: Visit): void {
  const frames = new FrameCursor().open(bytes, start, capturedEnd);
  while (frames.next()) visitFrame(frames, visit);
}

function visitFrame(frame: FrameCursor, visit: Visit): void {
  const { at, end, type } = frame;
  visit(FRAME, at, end - at, null, 0);
  visit(TYPE, at, 1, type, 1);
  const integers = new Integers(frame, visit);
  switch (type) {
    case PADDING:
      visit(PADDING_LENGTH, -1, 0, end - at, 1);
      return;
    case ACK:
    case ACK_ECN:
      for (const row of [LARGEST, DELAY, RANGES, FIRST_RANGE]) integers.take(row);
      for (let left = frame.integer(2); left > 0; left--) for (const row of [GAP, RANGE]) integers.take(row);
      if (type === ACK_ECN) for (const row of [ECT_0, ECT_1, CONGESTION]) integers.take(row);
      return;
    case CRYPTO:
      for (const row of [OFFSET, CRYPTO_LENGTH]) integers.take(row);
      visit(CRYPTO_DATA, integers.at, end - integers.at, null, 1);
      return;
    case CONNECTION_CLOSE:
      integers.take(ERROR);
      if (isAlert(frame.integer(0))) visit(ALERT, -1, 0, frame.integer(0) & 0xff, 1);
      integers.take(CAUSE);
      break;
    case APPLICATION_CLOSE:
      integers.take(APPLICATION_ERROR);
      break;
    default:
      return;
  }
  integers.take(REASON_LENGTH);
  if (end > integers.at) visit(REASON, integers.at, end - integers.at, textOf(frame.bytes, integers.at, end), 1);
}

/** Visits the integers of a frame one after the other. */
class Integers {
  at: number;
  private readonly frame: FrameCursor;
  private readonly visit: Visit;

  constructor(frame: FrameCursor, visit: Visit) {
    this.frame = frame;
    this.visit = visit;
    this.at = frame.integersAt;
  }

  take(row: Row): void {
    const { bytes, limit } = this.frame;
    const end = varintEnd(bytes, this.at, limit);
    this.visit(row, this.at, end - this.at, varintValue(bytes, this.at), 1);
    this.at = end;
  }
}
