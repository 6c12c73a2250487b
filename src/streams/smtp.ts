import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import { type EventLog, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import {
  COMMANDS,
  CONTENT,
  CREDENTIALS,
  commandEnd,
  LAST_CONTENT,
  PASSWORD,
  type Part,
  REPLIES,
  smtp,
  USERNAME,
} from '../protocols/smtp.ts';
import { srcPort } from '../protocols/tcp.ts';
import { isCommand, replyCode, TextLine } from '../protocols/text-line.ts';
import { type Arrival, NEED_MORE, type StreamDecoder, type StreamProtocol } from './stream.ts';
import { beginsText, LONGEST_LINE, wholeLines } from './text-lines.ts';

/** Between servers, and from a client that hands in its mail (RFC 6409 §3.1). */
const PORTS = [25, 587];
const isServer = (port: number): boolean => PORTS.includes(port);

/** SMTP in a byte stream: what is command, what content of a message, and where TLS takes over (RFC 3207). */
export function smtpProtocol(events: EventLog): StreamProtocol {
  const protocol: StreamProtocol = {
    recognise: (bytes, from, _to, portA, portB) => (isServer(portA) || isServer(portB)) && beginsText(bytes[from]!),
    open: () => new SmtpStream(protocol, events),
  };
  return protocol;
}

const NOBODY = -1;

/** What the client's next line answers, in AUTH. */
const NO_AUTH = 0;
const AUTH_USERNAME = 1;
const AUTH_PASSWORD = 2;
const AUTH_BOTH = 3;
const ANSWERS: readonly Part[] = [COMMANDS, USERNAME, PASSWORD, CREDENTIALS];

const line = new TextLine();

class SmtpStream implements StreamDecoder {
  readonly protocol: StreamProtocol;
  readonly kept = 0;
  readonly anew = true;
  opaque = false;
  private readonly events: EventLog;
  /** Who sends the content of a message now, and which octets of a counted one are to come (RFC 3030 §2). */
  private sender: 0 | 1 | typeof NOBODY = NOBODY;
  private counted = 0;
  /** The server agreed to take it. */
  private agreed = false;
  /** Who sends commands, once it is known. */
  private client: 0 | 1 | typeof NOBODY = NOBODY;
  /** The last octet of the content ended a line. */
  private lineBegins = true;
  private auth = NO_AUTH;
  private asksTls = false;

  constructor(protocol: StreamProtocol, events: EventLog) {
    this.protocol = protocol;
    this.events = events;
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    if (direction === this.client && this.counted > 0) return Math.min(this.counted, to - from);
    if (direction === this.sender) return this.measureContent(bytes, from, to);
    return this.measureCommands(bytes, from, to);
  }

  /** Whole lines, up to one behind which something else comes. */
  private measureCommands(bytes: Uint8Array, from: number, to: number): number {
    line.begin(from);
    while (line.step(bytes, to) && line.whole) if (endsCommands(bytes, line.at, line.end)) return line.next - from;
    return wholeLines(bytes, from, to);
  }

  /** All that is there, up to the dot on a line of its own (RFC 5321 §4.1.1.4); what may become one is waited for. */
  private measureContent(bytes: Uint8Array, from: number, to: number): number {
    line.begin(from);
    let begins = this.lineBegins;
    let some = false;
    for (; line.step(bytes, to); begins = true) {
      const { at, end, next, whole } = line;
      const dot = begins && bytes[at] === DOT;
      if (whole && dot && end === at + 1) return next - from;
      if (!whole && dot && isCutDot(bytes, at, to)) return some ? at - from : NEED_MORE;
      some ||= whole;
    }
    return some || to - from >= LONGEST_LINE ? to - from : NEED_MORE;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet, tcp } = arrival;
    const before = packet.count;
    packet.decode(smtp, bytes, from, to, wireEnd);
    const layer = packet.count > before ? packet.layers[before]! : null;
    const part = isServer(srcPort(tcp)) ? REPLIES : this.partOf(direction, bytes, from, to);
    if (layer !== null) layer.context = part;
    if (part === REPLIES) this.replies(layer, bytes, from, to, arrival);
    else if (part === COMMANDS) this.commands(direction, layer, bytes, from, to, arrival);
    else if (part === CONTENT || part === LAST_CONTENT) this.content(part, bytes, from, to);
    else this.credentials(layer, arrival);
  }

  private partOf(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): Part {
    if (this.counted > 0) return CONTENT;
    if (direction !== this.sender) return ANSWERS[this.auth]!;
    let begins = this.lineBegins;
    line.begin(from);
    for (; line.step(bytes, to); begins = true) {
      if (begins && line.whole && line.end === line.at + 1 && bytes[line.at] === DOT) return LAST_CONTENT;
    }
    return CONTENT;
  }

  private content(part: Part, bytes: Uint8Array, from: number, to: number): void {
    if (this.counted > 0) {
      this.counted = Math.max(0, this.counted - (to - from));
      return;
    }
    this.lineBegins = part === LAST_CONTENT || bytes[to - 1] === LF;
    if (part === LAST_CONTENT) this.sender = NOBODY;
  }

  private commands(
    direction: 0 | 1,
    layer: Layer | null,
    bytes: Uint8Array,
    from: number,
    to: number,
    arrival: Arrival,
  ): void {
    this.client = direction;
    line.begin(from);
    while (line.step(bytes, to)) {
      const { at, end } = line;
      const is = (word: string): boolean => isCommand(bytes, at, end, word);
      if (is('DATA')) this.expectContent(direction);
      else if (is('BDAT')) this.counted = sizeOf(bytes, at, end);
      else if (is('STARTTLS')) this.asksTls = true;
      else if (is('AUTH')) this.authentication(layer, bytes, at, end, arrival);
      else if (is('MAIL') && layer !== null && this.events.enabled) this.raiseMail(layer, at, end, arrival);
    }
  }

  private expectContent(direction: 0 | 1): void {
    this.sender = direction;
    this.agreed = false;
    this.lineBegins = true;
  }

  private authentication(layer: Layer | null, bytes: Uint8Array, at: number, end: number, arrival: Arrival): void {
    const method = at + 'AUTH '.length;
    const behind = commandEnd(bytes, Math.min(method, end), end);
    const complete = behind < end;
    if (isCommand(bytes, method, end, 'LOGIN')) this.auth = complete ? AUTH_PASSWORD : AUTH_USERNAME;
    else this.auth = complete ? NO_AUTH : AUTH_BOTH;
    if (complete && layer !== null) this.raisePassword(layer, arrival);
  }

  private credentials(layer: Layer | null, arrival: Arrival): void {
    const last = this.auth !== AUTH_USERNAME;
    this.auth = last ? NO_AUTH : AUTH_PASSWORD;
    if (last && layer !== null) this.raisePassword(layer, arrival);
  }

  private replies(layer: Layer | null, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    line.begin(from);
    while (line.step(bytes, to)) {
      const { at, end } = line;
      const code = replyCode(bytes, at, end);
      if (code < 0 || bytes[at + 3] === HYPHEN) continue;
      if (code !== CHALLENGE) this.auth = NO_AUTH;
      if (code === SEND_MESSAGE) this.agree();
      else if (code >= FAILURES && !this.agreed) this.sender = NOBODY;
      if (code >= FAILURES) this.counted = 0;
      if (this.asksTls && code >= READY) this.answerTls(code, layer, arrival);
      if (code >= FAILURES && layer !== null && this.events.enabled) this.raiseRefused(layer, code, at, end, arrival);
    }
  }

  private agree(): void {
    if (this.sender === NOBODY) {
      if (this.client === NOBODY) return;
      this.expectContent(this.client);
    }
    this.agreed = true;
  }

  private answerTls(code: number, layer: Layer | null, { packet, tcp, about }: Arrival): void {
    if (code === READY) {
      this.opaque = true;
      if (layer !== null && this.events.enabled) {
        this.events.raise('smtp.tls', layer, about, { server: addressOf(packet, tcp.network!, 'source') });
      }
    }
    if (code === READY || code >= FAILURES) this.asksTls = false;
  }

  private raiseMail(layer: Layer, at: number, end: number, { packet, tcp, about }: Arrival): void {
    const { bytes } = layer;
    const from = Math.min(end, at + 'MAIL FROM:'.length);
    this.events.raise('smtp.mail', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
      sender: seen(packet, layer, 'smtp.req.parameter', from, end - from, stringOf(bytes, from, end)),
    });
  }

  private raisePassword(layer: Layer, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    this.events.raise('smtp.password', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
    });
  }

  private raiseRefused(layer: Layer, code: number, at: number, end: number, { packet, tcp, about }: Arrival): void {
    const text = Math.min(end, at + 4);
    this.events.raise('smtp.refused', layer, about, {
      server: addressOf(packet, tcp.network!, 'source'),
      code: seen(packet, layer, 'smtp.response.code', at, 3, code),
      text: seen(packet, layer, 'smtp.rsp.parameter', text, end - text, stringOf(layer.bytes, text, end)),
    });
  }

  /** Lines may be lost: whatever comes is looked at as a line again. */
  forget(direction: 0 | 1): void {
    if (direction !== this.sender) this.auth = NO_AUTH;
    this.counted = 0;
    this.lineBegins = true;
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.opaque);
    out.number(this.sender);
    out.number(this.counted);
    out.flag(this.agreed);
    out.number(this.client);
    out.flag(this.lineBegins);
    out.number(this.auth);
    out.flag(this.asksTls);
  }

  wake(left: OctetStringReader): void {
    this.opaque = left.flag();
    this.sender = left.number() as typeof this.sender;
    this.counted = left.number();
    this.agreed = left.flag();
    this.client = left.number() as typeof this.client;
    this.lineBegins = left.flag();
    this.auth = left.number();
    this.asksTls = left.flag();
  }

  close(): void {}
}

const DOT = 46;
const LF = 10;
const CR = 13;
const HYPHEN = 45;
/** Codes of replies (RFC 5321 §4.2.3, RFC 4954 §4). */
const READY = 220;
const CHALLENGE = 334;
const SEND_MESSAGE = 354;
const FAILURES = 400;

/** Behind DATA comes content, behind AUTH an answer, behind BDAT octets. */
const endsCommands = (bytes: Uint8Array, at: number, end: number): boolean =>
  isCommand(bytes, at, end, 'DATA') || isCommand(bytes, at, end, 'BDAT') || isCommand(bytes, at, end, 'AUTH');

/** A dot, or a dot and CR, that may end the content once the LF is there. */
const isCutDot = (bytes: Uint8Array, at: number, to: number): boolean =>
  to - at === 1 || (to - at === 2 && bytes[at + 1] === CR);

/** The number behind `BDAT`; 0 where there is none. */
function sizeOf(bytes: Uint8Array, at: number, end: number): number {
  let size = 0;
  for (let i = at + 'BDAT '.length; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    size = size * 10 + digit;
    if (size > LARGEST_CHUNK) return 0;
  }
  return size;
}

/** What says that more comes at once is not believed. */
const LARGEST_CHUNK = 2 ** 40;
