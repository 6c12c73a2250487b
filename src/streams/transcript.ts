import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Payload } from '../tcp/payload.ts';
import { type GapCause, HOLE_PATIENCE, type StreamBudget, StreamBuffer, type StreamReader } from '../tcp/reassembly.ts';

/** Where something stands in a conversation. Valid until the next call: printers keep nothing of it. */
export interface Place {
  /** 0 for what end A sent, 1 for end B. */
  readonly direction: 0 | 1;
  /** Octets since the stream's first one, or since the first one captured. */
  readonly offset: number;
  /** The frame that carried it or shows it; null at the end of the capture. */
  readonly frame: number | null;
}

/** What is made of a conversation's bytes, in the order of the capture. */
export interface TranscriptReader {
  /** Bytes that have become contiguous. */
  bytes(place: Place, bytes: Uint8Array, from: number, to: number): void;
  /** `length` bytes are not there, and will not come any more. */
  missing(place: Place, length: number, cause: GapCause): void;
  /** Bytes came after they had been given up: they are not shown. */
  late(place: Place, length: number): void;
  /** Bytes came again with another content: what was shown is the first copy. */
  differs(place: Place, length: number): void;
}

/** Both directions of one TCP connection, in the order in which they become contiguous. */
export class Transcript implements Payload {
  readonly directions: readonly [TranscriptSide, TranscriptSide];

  constructor(reader: TranscriptReader, budget: StreamBudget) {
    this.directions = [new TranscriptSide(0, reader, budget), new TranscriptSide(1, reader, budget)];
  }

  begin(direction: 0 | 1): void {
    this.directions[direction].begin();
  }

  segment(direction: 0 | 1, offset: number, tcp: Layer, packet: Packet): void {
    this.directions[direction].segment(offset, tcp, packet.frame.number);
  }

  acknowledged(direction: 0 | 1, offset: number): void {
    this.directions[direction].acknowledged(offset);
  }

  end(direction: 0 | 1, offset: number): void {
    this.directions[direction].endsAt(offset);
  }

  /** Segments that come behind a RST are shown as well: they were sent. */
  drop(): void {}

  /** Nothing more comes: what stood behind holes is shown. */
  finish(): void {
    for (const side of this.directions) side.finish();
  }
}

/** A connection whose bytes nobody asks for. */
export const unread: Payload = {
  begin() {},
  segment() {},
  acknowledged() {},
  end() {},
  drop() {},
};

/** From where to where, in octets of the stream. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** One direction. */
class TranscriptSide implements StreamReader {
  /** Octets shown, octets missing, and whether its first octet is the connection's. */
  shown = 0;
  lost = 0;
  begun = false;
  private readonly direction: 0 | 1;
  private readonly reader: TranscriptReader;
  private readonly buffer: StreamBuffer;
  private readonly history = new History();
  private readonly early = new EarlySegments();
  private readonly gaps: Span[] = [];
  private frame: number | null = null;
  private acknowledgedTo = 0;
  private finAt = -1;

  constructor(direction: 0 | 1, reader: TranscriptReader, budget: StreamBudget) {
    this.direction = direction;
    this.reader = reader;
    this.buffer = new StreamBuffer(this, budget);
  }

  begin(): void {
    this.begun = true;
    this.buffer.start(0);
  }

  segment(offset: number, tcp: Layer, frame: number): void {
    const from = tcp.headerEnd;
    const to = Math.max(from, tcp.capturedEnd);
    this.frame = frame;
    // Offset 0 is the first number that was seen of this end, whether or not that segment carried anything.
    this.buffer.start(0);
    if (!this.begun && offset < 0) this.beforeFirst(offset, to - from);
    this.compareShown(offset, tcp.bytes, from, to);
    if (offset > this.buffer.next) this.early.add({ from: offset, to: offset + to - from, frame });
    this.buffer.add(offset, tcp.bytes, from, to, Math.max(0, tcp.wireEnd - to));
    this.early.forgetBefore(this.buffer.next);
  }

  acknowledged(offset: number): void {
    this.buffer.acknowledge(offset);
    if (offset > this.acknowledgedTo) this.acknowledgedTo = offset;
  }

  endsAt(offset: number): void {
    if (this.finAt < 0) this.finAt = offset;
  }

  finish(): void {
    this.frame = null;
    this.buffer.acknowledge(Number.MAX_SAFE_INTEGER);
    if (this.buffer.next < 0) return;
    this.buffer.add(this.buffer.next, NOTHING, 0, 0);
    const { next } = this.buffer;
    // A FIN takes a number, too: one number more than bytes is no gap where the FIN itself was not captured.
    const acknowledged = this.acknowledgedTo > next + 1 ? this.acknowledgedTo : next;
    const end = this.finAt >= 0 ? this.finAt : acknowledged;
    if (end > next) this.lose(next, end - next, 'hole');
  }

  read(bytes: Uint8Array, from: number, to: number, offset: number): number {
    this.shown += to - from;
    this.early.forgetBefore(offset);
    this.history.add(offset, bytes, from, to);
    this.reader.bytes(this.at(offset, this.early.frameOf(offset) ?? this.frame), bytes, from, to);
    return to - from;
  }

  gap(_bytes: Uint8Array, _from: number, _to: number, offset: number, length: number, cause: GapCause): void {
    this.lose(offset, length, cause);
  }

  end(): void {}

  differs(offset: number, length: number): void {
    this.reader.differs(this.at(offset, this.frame), length);
  }

  private lose(offset: number, length: number, cause: GapCause): void {
    this.lost += length;
    this.gaps.push({ from: offset, to: offset + length });
    if (this.gaps.length > REMEMBERED_GAPS) this.gaps.shift();
    this.reader.missing(this.at(offset, this.frame), length, cause);
  }

  /** The capture began behind bytes that come now: their place has no number. */
  private beforeFirst(offset: number, length: number): void {
    this.reader.late(this.at(offset, this.frame), Math.min(-offset, length));
  }

  /** Bytes of the past: compared with what was shown, or told when they fill a gap too late. */
  private compareShown(offset: number, bytes: Uint8Array, from: number, to: number): void {
    const end = Math.min(offset + to - from, this.buffer.next);
    if (offset >= end) return;
    for (const gap of this.gaps) {
      const first = Math.max(gap.from, offset);
      const last = Math.min(gap.to, end);
      if (first < last) this.reader.late(this.at(first, this.frame), last - first);
    }
    const different = this.history.difference(offset, bytes, from, end - offset);
    if (different !== null) this.reader.differs(this.at(different, this.frame), end - different);
  }

  private at(offset: number, frame: number | null): Place {
    return { direction: this.direction, offset, frame };
  }
}

const NOTHING = new Uint8Array(0);
/** Gaps that a late segment is held against. */
const REMEMBERED_GAPS = 256;
/** Octets that are kept at least, so that what comes again can be compared. */
const COMPARED = 1 << 20;

/** The last bytes that were shown. */
class History {
  private bytes = new Uint8Array(1 << 12);
  /** Where `bytes[0]` stands in the stream, and how many follow without a gap. */
  private offset = 0;
  private length = 0;

  add(offset: number, bytes: Uint8Array, from: number, to: number): void {
    if (offset !== this.offset + this.length) {
      this.offset = offset;
      this.length = 0;
    }
    const more = to - from;
    if (this.length + more > this.bytes.length) this.makeRoom(more);
    this.bytes.set(bytes.subarray(from, to), this.length);
    this.length += more;
  }

  /** Where `bytes[from, from + length)` at `offset` differ from what is remembered; null where they agree. */
  difference(offset: number, bytes: Uint8Array, from: number, length: number): number | null {
    const first = Math.max(offset, this.offset);
    const last = Math.min(offset + length, this.offset + this.length);
    for (let at = first; at < last; at++) {
      if (this.bytes[at - this.offset] !== bytes[from + at - offset]) return at;
    }
    return null;
  }

  private makeRoom(more: number): void {
    const kept = Math.min(this.length, COMPARED);
    const grown = new Uint8Array(Math.max(kept + more, Math.min(this.bytes.length * 2, 2 * COMPARED)));
    grown.set(this.bytes.subarray(this.length - kept, this.length));
    this.offset += this.length - kept;
    this.length = kept;
    this.bytes = grown;
  }
}

/** As many as the pieces are that a stream keeps behind a hole; copies of them beyond it are not told apart. */
const REMEMBERED_EARLY = HOLE_PATIENCE >>> 7;

interface EarlySegment extends Span {
  readonly frame: number;
}

/** Which frame brought bytes that wait behind a hole. */
class EarlySegments {
  /** In the order of their places. */
  private segments: EarlySegment[] = [];

  add(segment: EarlySegment): void {
    if (this.segments.length >= REMEMBERED_EARLY) return;
    let at = this.segments.length;
    while (at > 0 && this.segments[at - 1]!.from > segment.from) at--;
    this.segments.splice(at, 0, segment);
  }

  /** The frame that brought the byte at `offset` first; null when it did not wait. */
  frameOf(offset: number): number | null {
    let frame: number | null = null;
    for (const segment of this.segments) {
      if (segment.from > offset) break;
      if (segment.to > offset && (frame === null || segment.frame < frame)) frame = segment.frame;
    }
    return frame;
  }

  forgetBefore(offset: number): void {
    let gone = 0;
    while (gone < this.segments.length && this.segments[gone]!.to <= offset) gone++;
    if (gone > 0) this.segments.splice(0, gone);
  }
}
