import { safeText, type Writer } from '../core/writer.ts';
import { CLOSE, closeCode, opcodeName, statusName } from '../protocols/websocket.ts';
import type { Place, TranscriptReader } from '../streams/transcript.ts';
import type { MessageReader } from '../streams/websocket-transcript.ts';
import type { GapCause } from '../tcp/reassembly.ts';
import type { Palette } from './color.ts';
import type { FollowWords } from './follow-words.ts';
import { writeHexRows } from './hex.ts';
import { writeJson } from './json-text.ts';

/** The two ends of what is followed; A is the one that was seen first. */
export interface FollowedConversation {
  readonly protocol: 'tcp' | 'udp';
  readonly stream: number;
  /** `address:port` of A and of B. */
  readonly names: readonly [string, string];
  /** Who is client and who is server, once the packets have shown it. */
  role(direction: 0 | 1): 'client' | 'server' | null;
  /** True when the direction's first byte was captured. */
  begun(direction: 0 | 1): boolean;
}

/** Octets of one direction that were shown, and that are missing. */
interface Carried {
  readonly shown: number;
  readonly lost: number;
}

/** What a printer has that shows the messages of WebSocket, and not the bytes that carry them. */
type MessageForm = 'upgraded' | 'message' | 'unframed';

/** A form in which a conversation's bytes are printed. */
export interface FollowPrinter extends TranscriptReader, Partial<Pick<MessageReader, MessageForm>> {
  /** Called before anything else, as soon as the conversation is found. */
  begin(conversation: FollowedConversation): void;
  /** `carried` has null for a side that was not asked for. */
  end(carried: readonly [Carried | null, Carried | null]): void;
}

/** Behind every printer for people: a heading whenever the other end speaks, remarks in brackets, a sum at the end. */
abstract class TurnPrinter implements FollowPrinter {
  protected readonly out: Writer;
  protected readonly colors: Palette;
  protected conversation!: FollowedConversation;
  protected readonly words: FollowWords;
  private turn: 0 | 1 | null = null;
  private readonly opened = [false, false];

  constructor(out: Writer, colors: Palette, words: FollowWords) {
    this.out = out;
    this.colors = colors;
    this.words = words;
  }

  protected abstract piece(place: Place, bytes: Uint8Array, from: number, to: number): void;
  /** Ends the line that was begun. */
  protected abstract settle(): void;

  begin(conversation: FollowedConversation): void {
    this.conversation = conversation;
    const { protocol, stream, names } = conversation;
    const ends = [0, 1].map((direction) => this.called(direction as 0 | 1));
    const known = ends[0] !== names[0];
    const said = names.map((name, i) => (known ? `${name} (${ends[i]})` : name)).join(' ↔ ');
    this.line(this.colors.title(`${protocol.toUpperCase()} ${stream}: ${said}`));
  }

  bytes(place: Place, bytes: Uint8Array, from: number, to: number): void {
    const { direction } = place;
    if (this.turn !== direction || this.conversation.protocol === 'udp') this.heading(place);
    if (!this.opened[direction]) {
      this.opened[direction] = true;
      if (!this.conversation.begun(direction)) this.remark(this.words.middle);
    }
    this.piece(place, bytes, from, to);
  }

  missing(place: Place, length: number, cause: GapCause): void {
    this.aside(place, this.words.missing(length, cause, place.frame));
  }

  late(place: Place, length: number): void {
    this.aside(place, this.words.late(length, place.frame));
  }

  differs(place: Place, length: number): void {
    this.aside(place, this.words.differs(place.offset, length, place.frame));
  }

  end(carried: readonly [Carried | null, Carried | null]): void {
    this.settle();
    this.out.line();
    const sums = carried.flatMap((side, i) => (side === null ? [] : [this.sum(i as 0 | 1, side)]));
    const silent = carried.every((side) => side === null || side.shown + side.lost === 0);
    this.line(this.colors.rule(ruled(silent ? [this.words.nothing] : sums)));
  }

  private sum(direction: 0 | 1, { shown, lost }: Carried): string {
    const who = this.called(direction);
    const unseen = shown + lost === 0 && !this.conversation.begun(direction);
    return unseen ? this.words.unseen(who) : this.words.sent(who, shown, lost);
  }

  /** By its role, else by its address. */
  private called(direction: 0 | 1): string {
    const role = this.conversation.role(direction);
    return role === null ? this.conversation.names[direction] : this.words[role];
  }

  /** `what` is said of it beside who says it. */
  protected heading({ direction, frame }: Place, what = ''): void {
    const { names } = this.conversation;
    this.settle();
    this.turn = direction;
    const who = this.called(direction);
    const way = `${names[direction]} → ${names[1 - direction]!}`;
    const parts = [who === names[direction] ? way : `${who} ${way}`];
    if (frame !== null) parts.push(this.words.frame(frame));
    if (what !== '') parts.push(what);
    this.out.line();
    this.line(this.colors.ends[direction](ruled(parts)));
  }

  private aside(place: Place, sentence: string): void {
    if (this.turn !== place.direction) this.heading(place);
    this.remark(sentence);
  }

  protected remark(sentence: string): void {
    this.settle();
    this.line(this.colors.warn(`[${sentence}]`));
  }

  private line(text: string): void {
    this.out.text(text);
    this.out.line();
  }
}

const ruled = (parts: readonly string[]): string => `── ${parts.join(' ── ')} ──`;

/** `-T text`: UTF-8 where it is, everything that could drive a terminal made harmless. */
export class FollowTextPrinter extends TurnPrinter {
  private readonly decoders = [decoder(), decoder()] as const;
  /** A carriage return that waits for its line feed. */
  private pending: string = '';
  private speaking: 0 | 1 = 0;
  private lineOpen = false;

  protected piece({ direction }: Place, bytes: Uint8Array, from: number, to: number): void {
    this.speaking = direction;
    const text = this.pending + this.decoders[direction].decode(bytes.subarray(from, to), { stream: true });
    this.pending = text.endsWith('\r') ? '\r' : '';
    this.write(this.pending === '' ? text : text.slice(0, -1));
  }

  upgraded(place: Place): void {
    this.settle();
    if (this.speaking !== place.direction) this.heading(place);
    this.remark(this.words.upgraded);
  }

  unframed(place: Place): void {
    this.heading(place);
    this.remark(this.words.unframed);
  }

  /** Each under a heading of its own: nothing else parts them. */
  message(place: Place, code: number, compressed: boolean, bytes: Uint8Array): void {
    this.heading(place, opcodeName(code) || String(code));
    const status = code === CLOSE ? closeCode(bytes, 0, bytes.length) : null;
    if (compressed) this.remark(this.words.compressed(bytes.length));
    else if (status === null) this.piece(place, bytes, 0, bytes.length);
    else {
      this.speaking = place.direction;
      this.write(`${status} ${statusName(status)}`.trimEnd());
      if (bytes.length > 2) this.write(`: ${new TextDecoder().decode(bytes.subarray(2))}`);
    }
    this.settle();
  }

  protected settle(): void {
    this.write(this.pending + this.decoders[this.speaking].decode());
    this.pending = '';
    if (this.lineOpen) this.out.line();
    this.lineOpen = false;
  }

  private write(text: string): void {
    if (text === '') return;
    const paint = this.colors.ends[this.speaking];
    const lines = text.split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      if (index > 0) this.out.line();
      this.out.text(paint(line.split('\t').map(safeText).join('\t')));
    }
    this.lineOpen = lines.at(-1) !== '' || (lines.length === 1 && this.lineOpen);
  }
}

const decoder = (): TextDecoder => new TextDecoder('utf-8', { ignoreBOM: true });

/** `-T hex`: rows of 16 octets with their place in the stream, those of end B set in. */
export class FollowHexPrinter extends TurnPrinter {
  protected piece({ direction, offset }: Place, bytes: Uint8Array, from: number, to: number): void {
    const digits = offset + to - from > 0xffffffff ? 12 : 8;
    writeHexRows(bytes, from, to, offset, digits, this.out, direction === 1 ? '    ' : '');
  }

  protected settle(): void {}
}

/** `-T raw`: the bytes and nothing else; what is to be said of them goes another way. */
export class FollowRawPrinter implements FollowPrinter {
  private readonly out: Writer;
  private readonly words: FollowWords;
  private readonly say: (sentence: string) => void;
  private conversation!: FollowedConversation;

  constructor(out: Writer, words: FollowWords, say: (sentence: string) => void) {
    this.out = out;
    this.words = words;
    this.say = say;
  }

  begin(conversation: FollowedConversation): void {
    this.conversation = conversation;
  }

  bytes(_place: Place, bytes: Uint8Array, from: number, to: number): void {
    const { out } = this;
    out.ensure(to - from);
    out.bytes.set(bytes.subarray(from, to), out.at);
    out.at += to - from;
  }

  missing(place: Place, length: number, cause: GapCause): void {
    this.remark(place, this.words.missing(length, cause, place.frame));
  }

  late(place: Place, length: number): void {
    this.remark(place, this.words.late(length, place.frame));
  }

  differs(place: Place, length: number): void {
    this.remark(place, this.words.differs(place.offset, length, place.frame));
  }

  end(): void {}

  private remark({ direction }: Place, sentence: string): void {
    this.say(`${this.conversation.names[direction]}: ${sentence}`);
  }
}

/** `-T ndjson`: an object a piece. */
export class FollowNdjsonPrinter implements FollowPrinter {
  private readonly out: Writer;
  private conversation!: FollowedConversation;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(out: Writer) {
    this.out = out;
  }

  begin(conversation: FollowedConversation): void {
    this.conversation = conversation;
  }

  bytes(place: Place, bytes: Uint8Array, from: number, to: number): void {
    const piece = bytes.subarray(from, to);
    this.object('data', place, to - from, this.content(piece));
  }

  upgraded(): void {}

  message(place: Place, code: number, compressed: boolean, bytes: Uint8Array): void {
    const said = compressed ? { compressed, hex: hexOf(bytes) } : this.content(bytes);
    this.object('message', place, bytes.length, { opcode: code, ...said });
  }

  unframed(place: Place): void {
    this.object('unframed', place, 0, {});
  }

  missing(place: Place, length: number, cause: GapCause): void {
    this.object('missing', place, length, { cause: CAUSES[cause] });
  }

  late(place: Place, length: number): void {
    this.object('late', place, length, {});
  }

  differs(place: Place, length: number): void {
    this.object('differs', place, length, {});
  }

  end(): void {}

  private object(kind: string, { direction, frame, offset }: Place, length: number, more: object): void {
    const { protocol, stream, names } = this.conversation;
    const ends = { from: names[direction], to: names[1 - direction] };
    writeJson({ schema: 1, kind, protocol, stream, ...ends, frame, offset, length, ...more }, this.out);
    this.out.line();
  }

  /** As text where the piece is whole UTF-8, so that nothing is lost either way. */
  private content(piece: Uint8Array): { text: string } | { hex: string } {
    try {
      return { text: this.decoder.decode(piece) };
    } catch {
      return { hex: hexOf(piece) };
    }
  }
}

const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

const CAUSES: Readonly<Record<GapCause, string>> = { hole: 'not captured', snapped: 'cut off', memory: 'dropped' };
