import { joined } from '../protocols/content-coding.ts';
import {
  agreementOf,
  COMPRESSED,
  CONTINUATION,
  headerLength,
  isControl,
  isFinal,
  opcode,
  payloadLength,
  reserved,
  unmasked,
} from '../protocols/websocket.ts';
import type { GapCause } from '../tcp/reassembly.ts';
import { Inflation } from './inflation.ts';
import type { Place, TranscriptReader } from './transcript.ts';

/** Octets of a head of HTTP, and of a message of WebSocket, that are kept until they are whole. */
const LONGEST_HEAD = 1 << 16;
const LONGEST_MESSAGE = 1 << 24;

/** A transcript of what WebSocket carries, beside the bytes that are not of it. */
export interface MessageReader extends TranscriptReader {
  /** From here on both ends send messages. */
  upgraded(place: Place): void;
  /**
   * A message, or a frame that steers the connection: without mask, put together. `compressed` where it could not be inflated.
   * The place is that of its first frame, the frame the one that brought its end.
   */
  message(place: Place, code: number, compressed: boolean, bytes: Uint8Array): void;
  /** What comes from here on cannot be told apart: it is shown as it was sent. */
  unframed(place: Place): void;
}

/**
 * Takes the frames of WebSocket off, behind a first request of HTTP/1.1 that asked for it and an answer that agreed (RFC
 * 6455 §4). What is anything else passes by as it is.
 */
export class WebSocketTranscript implements TranscriptReader {
  private readonly reader: MessageReader;
  private readonly sides: readonly [Speaker, Speaker];

  constructor(reader: MessageReader) {
    this.reader = reader;
    this.sides = [new Speaker(reader, 0), new Speaker(reader, 1)];
  }

  bytes(place: Place, bytes: Uint8Array, from: number, to: number): void {
    const side = this.sides[place.direction];
    const used = side.state === HEAD ? side.readHead(bytes, from, to) : 0;
    const headEnd = from + used;
    if (side.state !== FRAMES && headEnd > from) this.reader.bytes(place, bytes, from, headEnd);
    if (side.state === ANSWERED) this.agree(side, this.sides[1 - place.direction]!, place);
    if (headEnd === to) return;
    const behind = { ...place, offset: place.offset + used };
    if (side.state === FRAMES) side.frames(behind, bytes, headEnd, to);
    else {
      side.state = OTHER;
      this.reader.bytes(behind, bytes, headEnd, to);
    }
  }

  /** The answer came: both ends speak WebSocket now, or neither ever does. */
  private agree(server: Speaker, client: Speaker, place: Place): void {
    const agreed = client.state === ASKED;
    server.state = client.state = agreed ? FRAMES : OTHER;
    if (!agreed) return;
    const { compression, clientRefersBack, serverRefersBack } = agreementOf(extensionsOf(server.head));
    client.begin(compression, clientRefersBack);
    server.begin(compression, serverRefersBack);
    this.reader.upgraded(place);
  }

  missing(place: Place, length: number, cause: GapCause): void {
    this.sides[place.direction].lose(place);
    this.reader.missing(place, length, cause);
  }

  late(place: Place, length: number): void {
    this.reader.late(place, length);
  }

  differs(place: Place, length: number): void {
    this.reader.differs(place, length);
  }

  /** Nothing more comes: a frame that is not whole is shown as it was sent. */
  finish(): void {
    for (const side of this.sides) side.finish();
  }
}

/** A head is read; it asks for WebSocket; it agrees to it; frames; anything else. */
const HEAD = 0;
const ASKED = 1;
const ANSWERED = 2;
const FRAMES = 3;
const OTHER = 4;

const extensionsOf = (head: string): string => /^sec-websocket-extensions:(.*)$/im.exec(head)?.[1] ?? '';

/** What one end sends. */
class Speaker {
  state = HEAD;
  head = '';
  private readonly reader: MessageReader;
  private readonly direction: 0 | 1;
  /** A frame that is not whole, and where it stands in the stream. */
  private held: Uint8Array = NOTHING;
  private heldLength = 0;
  private heldAt = 0;
  private frame: number | null = null;
  private compression = false;
  private refersBack = true;
  private readonly inflation = new Inflation();
  /** The message in pieces that has not ended. */
  private message: Message | null = null;

  constructor(reader: MessageReader, direction: 0 | 1) {
    this.reader = reader;
    this.direction = direction;
  }

  begin(compression: boolean, refersBack: boolean): void {
    this.compression = compression;
    this.refersBack = refersBack;
  }

  /** How many of the octets are the head's. */
  readHead(bytes: Uint8Array, from: number, to: number): number {
    const before = this.head.length;
    const most = Math.min(to, from + LONGEST_HEAD - before);
    for (let at = from; at < most; at++) {
      this.head += String.fromCharCode(bytes[at]!);
      if (bytes[at] === LINE_FEED && this.head.endsWith('\r\n\r\n')) {
        this.state = stateOf(this.head);
        return at + 1 - from;
      }
    }
    if (most < to || !mayBegin(this.head)) this.state = OTHER;
    return to - from;
  }

  frames(place: Place, bytes: Uint8Array, from: number, to: number): void {
    this.frame = place.frame;
    if (this.heldLength === 0) this.heldAt = place.offset;
    this.hold(bytes, from, to);
    let at = 0;
    for (let next = this.frameEnd(at); next > 0; next = this.frameEnd(at)) {
      this.whole(at, next);
      at = next;
    }
    this.held.copyWithin(0, at, this.heldLength);
    this.heldLength -= at;
    this.heldAt += at;
    if (this.heldLength > LONGEST_MESSAGE) this.lose(place);
  }

  private hold(bytes: Uint8Array, from: number, to: number): void {
    const length = this.heldLength + to - from;
    if (length > this.held.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.held.length));
      grown.set(this.held.subarray(0, this.heldLength));
      this.held = grown;
    }
    this.held.set(bytes.subarray(from, to), this.heldLength);
    this.heldLength = length;
  }

  /** Where the frame at `at` ends, or 0 when it is not whole. */
  private frameEnd(at: number): number {
    const header = headerLength(this.held, at, this.heldLength);
    if (header === 0) return 0;
    const end = at + header + payloadLength(this.held, at);
    return end <= this.heldLength ? end : 0;
  }

  private whole(at: number, end: number): void {
    const { held } = this;
    const from = at + headerLength(held, at, end);
    const content = unmasked(held, at, from, end);
    const code = opcode(held, at);
    const place = this.place(this.heldAt + at);
    if (isControl(code)) {
      this.reader.message(place, code, false, content);
      return;
    }
    if (code !== CONTINUATION) {
      const compressed = this.compression && (reserved(held, at) & COMPRESSED) !== 0;
      this.message = { code, compressed, offset: place.offset, parts: [], length: 0 };
    }
    const { message } = this;
    if (message === null) return; // a piece of one whose beginning nobody saw
    message.parts.push(content);
    message.length += content.length;
    if (message.length > LONGEST_MESSAGE) this.lose(place);
    else if (isFinal(held, at)) this.tell(message);
  }

  private tell(message: Message): void {
    this.message = null;
    const { code, compressed, offset, parts, length } = message;
    const carried = joined(parts, length);
    const content = compressed ? this.inflation.inflate(carried, this.refersBack) : carried;
    this.reader.message(this.place(offset), code, content === null, content ?? carried);
  }

  /** Where frames begin is not known any more. */
  lose(place: Place): void {
    if (this.state === HEAD || this.state === ASKED) this.state = OTHER;
    if (this.state !== FRAMES) return;
    this.state = OTHER;
    this.message = null;
    this.reader.unframed(place);
    this.release();
  }

  finish(): void {
    if (this.state !== FRAMES || this.heldLength === 0) return;
    this.reader.unframed(this.place(this.heldAt));
    this.release();
  }

  private release(): void {
    if (this.heldLength > 0) this.reader.bytes(this.place(this.heldAt), this.held, 0, this.heldLength);
    this.held = NOTHING;
    this.heldLength = 0;
  }

  private place(offset: number): Place {
    return { direction: this.direction, offset, frame: this.frame };
  }
}

const NOTHING = new Uint8Array(0);
const LINE_FEED = 10;

interface Message {
  readonly code: number;
  readonly compressed: boolean;
  readonly offset: number;
  readonly parts: Uint8Array[];
  length: number;
}

/** RFC 6455 §4.1, §4.2.2. */
function stateOf(head: string): number {
  if (!/^upgrade:[^\r\n]*\bwebsocket\b/im.test(head)) return OTHER;
  if (/^GET [^\r\n]* HTTP\/1\.1\r\n/.test(head)) return ASKED;
  return /^HTTP\/1\.1 101[ \r]/.test(head) ? ANSWERED : OTHER;
}

const mayBegin = (head: string): boolean => BEGINNINGS.some((begin) => head.startsWith(begin.slice(0, head.length)));

const BEGINNINGS = ['GET ', 'HTTP/1.1 101'];
