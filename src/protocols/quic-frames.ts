import { u8 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import {
  ACK,
  ACK_ECN,
  ALERT,
  CONNECTION_CLOSE,
  COUNTED,
  CRYPTO,
  DIRECTION,
  ERROR,
  type Form,
  formOf,
  formRows,
  GAP,
  hasOffset,
  INITIATOR,
  isAlert,
  isStream,
  PADDING,
  type Part,
  PING,
  RANGE,
  REST,
  STREAM_BITS,
} from './quic-frame-forms.ts';
import { varint, varintEnd, varintValue } from './quic-varint.ts';

/**
 * What a QUIC packet carries when its encryption is taken off: frames, one behind the other, each a type (i) and what
 * belongs to it. RFC 9000 §12.4, §19. src/protocols/quic-frame-forms.ts has the form of each.
 */
const NOTHING: Form = { name: '', column: '', parts: [] };

/** Goes through the frames of a packet's content. Stands still where one is cut, or its type is not known. */
export class FrameCursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** The frame is `[at, end)`. */
  at = 0;
  end = 0;
  limit = 0;
  type = 0;
  form: Form = NOTHING;
  /** Where its parts begin, behind the type. */
  partsAt = 0;
  /** Its first octets: those of a stream, an ID, a reason. */
  dataAt = 0;
  dataEnd = 0;
  private readonly integers: number[] = [];
  private count = 0;

  open(bytes: Uint8Array, from: number, limit: number): this {
    this.bytes = bytes;
    this.at = this.end = from;
    this.limit = limit;
    return this;
  }

  /** True where there is another whole frame. A run of PADDING counts as one. */
  next(): boolean {
    this.at = this.end;
    const { bytes, limit } = this;
    if (this.at >= limit) return false;
    this.type = u8(bytes, this.at);
    if (this.type === PADDING) {
      this.form = formOf(PADDING)!;
      this.partsAt = this.at + 1;
      while (this.end < limit && bytes[this.end] === PADDING) this.end++;
      return true;
    }
    this.partsAt = varintEnd(bytes, this.at, limit);
    if (this.partsAt < 0) return false;
    this.type = varint(bytes, this.at);
    const form = formOf(this.type);
    if (form === null) return false;
    this.form = form;
    const end = this.measure(form.parts);
    if (end < 0) return false;
    this.end = end;
    return true;
  }

  /** True where octets are left that are no frame. */
  get isStuck(): boolean {
    return this.at < this.limit;
  }

  /** The `index`th integer behind the type. */
  integer(index: number): number {
    return this.integers[index] ?? 0;
  }

  /** Where data of a STREAM frame belongs in its stream. RFC 9000 §19.8. */
  get streamOffset(): number {
    return hasOffset(this.type) ? this.integer(1) : 0;
  }

  /** Where the frame ends, or -1 where it is not there whole. */
  private measure(parts: readonly Part[]): number {
    this.count = 0;
    let at = this.partsAt;
    let octets = 0;
    for (const part of parts) {
      const end = this.partEnd(part, at);
      if (end < 0 || end > this.limit) return -1;
      if (part.kind === 'octets' && octets++ === 0) {
        this.dataAt = at;
        this.dataEnd = end;
      }
      at = end;
    }
    return at;
  }

  private partEnd(part: Part, at: number): number {
    switch (part.kind) {
      case 'integer':
        return this.take(at, varintEnd(this.bytes, at, this.limit));
      case 'octet':
        if (at >= this.limit) return -1;
        this.integers[this.count++] = u8(this.bytes, at);
        return at + 1;
      case 'octets':
        return octetsEnd(part.length, at, this.integer(this.count - 1), this.limit);
      case 'ranges':
        return this.rangesEnd(at);
    }
  }

  private take(at: number, end: number): number {
    if (end >= 0) this.integers[this.count++] = varint(this.bytes, at);
    return end;
  }

  /** Two integers for each range behind the first. */
  private rangesEnd(from: number): number {
    let at = from;
    for (let left = 2 * this.integer(2); left > 0 && at >= 0; left--) at = varintEnd(this.bytes, at, this.limit);
    return at;
  }
}

function octetsEnd(length: number, at: number, before: number, limit: number): number {
  if (length === REST) return limit;
  return at + (length === COUNTED ? before : length);
}

const walked: Row[] = [];
const row = gatherRows(walked, 'quic.');

const FRAME = row('frame', 'Frame', 'none');
const TYPE = row('frame_type', 'Frame type', 'uint', { show: (n: number) => formOf(n)?.name ?? 'Unknown' });
const PADDING_LENGTH = row('padding_length', 'Padding length', 'uint');

export const quicFrames: Protocol = {
  id: 'quic',
  name: 'QUIC frames',
  column: 'QUIC',
  spec: 'RFC 9000 §19',
  fields: [],
  walked: [...walked, ...formRows],
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

/** What packets of the handshake may carry (RFC 9000 §12.4): all else waits until the handshake is over. */
const OF_HANDSHAKE = new Set([PADDING, PING, ACK, ACK_ECN, CRYPTO, CONNECTION_CLOSE]);

/** Reports the first frame that an Initial or Handshake packet may not carry. */
export function reportMisplaced(layer: Layer, packet: Packet): void {
  const { bytes, start, capturedEnd } = layer;
  const frames = cursor.open(bytes, start, capturedEnd);
  while (frames.next()) {
    if (OF_HANDSHAKE.has(frames.type)) continue;
    packet.malformed(layer, 'frame', frames.at + 1 - start, capturedEnd - start, 'quic.frame_type');
    return;
  }
}

/** Short names of all frames, as tshark has them in its Info column. */
export function frameNames({ bytes, start, capturedEnd }: Layer): string {
  const names: string[] = [];
  const frames = cursor.open(bytes, start, capturedEnd);
  while (frames.next()) names.push(isStream(frames.type) ? `STREAM(${frames.integer(0)})` : frames.form.column);
  return names.length <= MANY ? names.join(', ') : `${names.slice(0, MANY).join(', ')}, …`;
}

/** Frames that a line has room for. */
const MANY = 64;

function walk({ bytes, start, capturedEnd }: Layer, _packet: unknown, visit: Visit): void {
  const frames = new FrameCursor().open(bytes, start, capturedEnd);
  while (frames.next()) visitFrame(frames, visit);
}

function visitFrame(frame: FrameCursor, visit: Visit): void {
  const { at, end, type, partsAt } = frame;
  visit(FRAME, at, end - at, null, 0);
  visit(TYPE, at, partsAt - at, type, 1);
  if (type === PADDING) visit(PADDING_LENGTH, -1, 0, end - at, 1);
  if (isStream(type)) visitStreamType(frame, visit);
  let from = partsAt;
  for (const part of frame.form.parts) from = visitPart(frame, part, from, visit);
}

/** What the type and the stream's number say by their bits (RFC 9000 §2.1, §19.8). */
function visitStreamType(frame: FrameCursor, visit: Visit): void {
  const { at, type, partsAt } = frame;
  for (const [row, mask] of STREAM_BITS) visit(row, at, 1, type & mask ? 1 : 0, 2);
  const id = frame.integer(0);
  visit(INITIATOR, partsAt, 1, id % 2, 2);
  visit(DIRECTION, partsAt, 1, Math.floor(id / 2) % 2, 2);
}

/** Answers with where the next part begins. */
function visitPart(frame: FrameCursor, part: Part, at: number, visit: Visit): number {
  const { bytes, limit } = frame;
  if (part.kind === 'ranges') return visitRanges(frame, at, visit);
  if (part.kind === 'octets') return visitOctets(frame, part.row, part.length, at, visit);
  const { row } = part;
  if (part.kind === 'octet') {
    visit(row, at, 1, u8(bytes, at), 1);
    return at + 1;
  }
  const end = varintEnd(bytes, at, limit);
  visit(row, at, end - at, varintValue(bytes, at), 1);
  if (row === ERROR && isAlert(frame.integer(0))) visit(ALERT, -1, 0, frame.integer(0) & 0xff, 1);
  return end;
}

function visitOctets(frame: FrameCursor, row: Row, length: number, at: number, visit: Visit): number {
  const { bytes, limit, dataAt, dataEnd } = frame;
  const end = at === dataAt ? dataEnd : octetsEnd(length, at, 0, limit);
  if (end === at && row.kind !== 'bytes') return end;
  visit(row, at, end - at, row.kind === 'none' ? null : row.kind === 'text' ? textOf(bytes, at, end) : at, 1);
  return end;
}

function visitRanges(frame: FrameCursor, from: number, visit: Visit): number {
  const { bytes, limit } = frame;
  let at = from;
  for (let left = frame.integer(2); left > 0; left--) {
    for (const row of [GAP, RANGE]) {
      const end = varintEnd(bytes, at, limit);
      visit(row, at, end - at, varintValue(bytes, at), 1);
      at = end;
    }
  }
  return at;
}
