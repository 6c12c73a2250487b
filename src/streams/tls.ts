import type { Context, Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import type { EventLog } from '../events/event.ts';
import { data } from '../protocols/data.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import {
  contentLength,
  HEADER,
  looksLikeRecord,
  looksLikeV2Hello,
  TlsState,
  tls,
  tlsMessages,
  v2Length,
} from '../protocols/tls.ts';
import { chosenVersion, findApplication, MESSAGE_HEADER, messageLength, Place } from '../protocols/tls-handshake.ts';
import {
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  FINISHED,
  HANDSHAKE,
  isContentType,
  isHandshakeType,
  SERVER_HELLO,
  SSL2,
  SSL3,
  TLS13,
} from '../protocols/tls-names.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';
import { TlsTelling } from './tls-telling.ts';

/** Ports that are TLS's by registration, and what it carries there. On others the bytes must look like a hello. */
const APPLICATIONS = new Map([
  [443, 'Hypertext Transfer Protocol'],
  [465, 'Simple Mail Transfer Protocol'],
  [636, 'Lightweight Directory Access Protocol'],
  [853, 'Domain Name System'],
  [993, 'Internet Message Access Protocol'],
  [995, 'Post Office Protocol'],
  [5061, 'Session Initiation Protocol'],
  [5671, 'Advanced Message Queuing Protocol'],
  [8883, 'MQ Telemetry Transport Protocol'],
]);

/** Applications that a server's choice names (RFC 7301 §6). */
const BY_NAME = new Map([
  ['http/1.0', 'Hypertext Transfer Protocol'],
  ['http/1.1', 'Hypertext Transfer Protocol'],
  ['h2', 'HyperText Transfer Protocol 2'],
  ['ftp', 'File Transfer Protocol (FTP)'],
  ['imap', 'Internet Message Access Protocol'],
  ['pop3', 'Post Office Protocol'],
]);

/** TLS in a byte stream: records, messages cut over several of them, and from where on all is encrypted. */
export class TlsProtocol implements StreamProtocol {
  readonly events: EventLog;
  readonly budget: StreamBudget;

  constructor(events: EventLog, budget: StreamBudget) {
    this.events = events;
    this.budget = budget;
  }

  recognise(bytes: Uint8Array, from: number, to: number, portA: number, portB: number): boolean {
    if (looksLikeV2Hello(bytes, from, to)) return true;
    if (!looksLikeRecord(bytes, from, to)) return false;
    if (APPLICATIONS.has(portA) || APPLICATIONS.has(portB)) return true;
    if (to - from < HEADER || contentLength(bytes, from) === 0) return false;
    return bytes[from] === HANDSHAKE || bytes[from] === APPLICATION_DATA;
  }

  open(): StreamDecoder {
    return new TlsStream(this);
  }
}

/** Octets of one message that are kept until it is whole; of a longer one they are counted. */
const LONGEST_MESSAGE = 1 << 16;
/** Versions of TLS 1.3 before it was one. */
const DRAFTS = 0x7f;
/** Smaller than anything encrypted: a nonce and a tag need more (RFC 5288 §3). */
const SMALLEST_SEALED = 16;

/** A message that is cut over records. */
class Cut {
  /** Its octets so far; they stay where they are when another one begins. */
  bytes: Uint8Array = NOTHING;
  /** Octets that have come. */
  length = 0;
  /** Octets of the whole, or of its header while that has not come. 0 when nothing is cut. */
  need = 0;
  private readonly budget: StreamBudget;

  constructor(budget: StreamBudget) {
    this.budget = budget;
  }

  get open(): boolean {
    return this.need > 0;
  }

  begin(): void {
    this.need = MESSAGE_HEADER;
  }

  get type(): number {
    return this.bytes[0] ?? -1;
  }

  /** Takes what belongs to it of `bytes[from, to)`. Answers how much that was. */
  add(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && this.length < this.need) {
      const part = Math.min(this.need - this.length, to - at);
      if (!this.keep(bytes, at, part)) this.lost = true;
      this.length += part;
      at += part;
      if (this.length === MESSAGE_HEADER && !this.lost) this.need = messageLength(this.bytes, 0);
    }
    return at - from;
  }

  /** Too long, or there is no room: it is only counted. */
  lost = false;

  private keep(bytes: Uint8Array, from: number, count: number): boolean {
    if (this.lost) return false;
    if (this.length + count > LONGEST_MESSAGE) return false;
    if (this.length + count > this.bytes.length && !this.grow(this.length + count)) return false;
    this.bytes.set(bytes.subarray(from, from + count), this.length);
    return true;
  }

  private grow(need: number): boolean {
    const size = Math.min(LONGEST_MESSAGE, Math.max(need, this.bytes.length * 2, FIRST_ROOM));
    const more = size - this.bytes.length;
    if (this.budget.used + more > this.budget.limit) return false;
    const grown = new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.length));
    this.budget.used += more;
    this.bytes = grown;
    return true;
  }

  get whole(): boolean {
    return this.length >= this.need && this.length >= MESSAGE_HEADER;
  }

  drop(): void {
    this.budget.used -= this.bytes.length;
    this.bytes = NOTHING;
    this.length = this.need = 0;
    this.lost = false;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.need);
    if (this.need === 0) return;
    out.number(this.length);
    out.flag(this.lost);
    out.bytes(this.bytes, 0, Math.min(this.length, this.bytes.length));
  }

  wake(left: OctetStringReader): void {
    this.need = left.number();
    if (this.need === 0) return;
    this.length = left.number();
    this.lost = left.flag();
    this.bytes = left.bytes();
    this.budget.used += this.bytes.length;
  }
}

const NOTHING = new Uint8Array(0);
const FIRST_ROOM = 1 << 10;

/** What one end sent. */
class Side {
  readonly cut: Cut;
  /** It said that all that follows is encrypted. */
  changed = false;
  /** Type of the record that was measured last. */
  measured = 0;

  constructor(budget: StreamBudget) {
    this.cut = new Cut(budget);
  }
}

class TlsStream implements StreamDecoder {
  readonly protocol: TlsProtocol;
  /** It was asked whether it goes on in a tunnel, and does not. */
  opaque = false;
  /** 0 while nobody has said it who may. */
  private version = 0;
  /** A record was seen. */
  private spoken = false;
  /** The protocol that the server chose. */
  private chosen = '';
  private readonly sides: readonly [Side, Side];
  private readonly events: EventLog;
  private readonly telling: TlsTelling;

  constructor(protocol: TlsProtocol) {
    this.protocol = protocol;
    this.events = protocol.events;
    this.telling = new TlsTelling(protocol.events);
    this.sides = [new Side(protocol.budget), new Side(protocol.budget)];
  }

  get kept(): number {
    return this.sides[0].cut.bytes.length + this.sides[1].cut.bytes.length;
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.opaque);
    out.flag(this.spoken);
    out.number(this.version);
    out.text(this.chosen);
    out.number(this.telling.told);
    for (const { cut, changed } of this.sides) {
      out.flag(changed);
      cut.rest(out);
    }
  }

  wake(left: OctetStringReader): void {
    this.opaque = left.flag();
    this.spoken = left.flag();
    this.version = left.number();
    this.chosen = left.string();
    this.telling.told = left.number();
    for (const side of this.sides) {
      side.changed = left.flag();
      side.cut.wake(left);
    }
  }

  close(): void {
    for (const { cut } of this.sides) cut.drop();
  }

  forget(direction: 0 | 1): void {
    this.sides[direction].cut.drop();
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    this.sides[direction].measured = bytes[from]!;
    if (looksLikeV2Hello(bytes, from, to)) return v2Length(bytes, from);
    if (looksLikeRecord(bytes, from, to)) {
      return to - from < HEADER ? NEED_MORE : HEADER + contentLength(bytes, from);
    }
    if (!this.spoken) this.opaque = true;
    return NOT_MINE;
  }

  /** Application data is counted, not kept. */
  vital(direction: 0 | 1): number {
    return this.sides[direction].measured === APPLICATION_DATA ? HEADER : Number.POSITIVE_INFINITY;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    this.spoken = true;
    if (!isContentType(bytes[from]!)) {
      this.show(bytes, from, to, wireEnd, stateOf(SSL2, false, ''), arrival);
      return;
    }
    if (to - from < HEADER) {
      this.show(bytes, from, to, wireEnd, stateOf(this.version, false, ''), arrival);
      return;
    }
    this.learnVersion(bytes, from, to);
    const type = bytes[from]!;
    if (type === HANDSHAKE) this.handshake(this.sides[direction], bytes, from, to, wireEnd, arrival);
    else if (type === APPLICATION_DATA) {
      const application = this.application(arrival.tcp);
      const layer = this.show(bytes, from, to, wireEnd, stateOf(this.version, false, application), arrival);
      if (this.events.enabled && layer !== null) this.telling.applicationData(layer, this.version, arrival);
    } else {
      const layer = this.show(bytes, from, to, wireEnd, this.state(bytes, from, to, false), arrival);
      if (this.events.enabled && layer !== null) this.telling.record(layer, this.version, arrival);
    }
    // In TLS 1.3 it stands there for boxes on the way that wait for it (RFC 8446 appendix D.4).
    if (type === CHANGE_CIPHER_SPEC && this.version !== TLS13) this.sides[direction].changed = true;
  }

  /** Everything but a client's hello tells which version was agreed on, until the server's hello says it better. */
  private learnVersion(bytes: Uint8Array, from: number, to: number): void {
    if (this.version !== 0) return;
    if (bytes[from] === HANDSHAKE) {
      const type = from + HEADER < to ? bytes[from + HEADER]! : CLIENT_HELLO;
      if (type === CLIENT_HELLO || !isHandshakeType(type)) return;
    }
    this.version = (bytes[from + 1]! << 8) | bytes[from + 2]!;
  }

  private state(bytes: Uint8Array, from: number, to: number, sealed: boolean): TlsState {
    const own = to - from < 3 ? 0 : (bytes[from + 1]! << 8) | bytes[from + 2]!;
    return stateOf(this.version === 0 ? own : this.version, sealed, '');
  }

  private application(tcp: Layer): string {
    const named = BY_NAME.get(this.chosen);
    return named ?? APPLICATIONS.get(srcPort(tcp)) ?? APPLICATIONS.get(dstPort(tcp)) ?? '';
  }

  private handshake(side: Side, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const content = from + HEADER;
    const { cut } = side;
    // The rest of a message may look like anything.
    if ((side.changed || !cut.open) && isSealed(side.changed, bytes, content, to)) {
      cut.drop();
      this.show(bytes, from, to, wireEnd, this.state(bytes, from, to, true), arrival);
      return;
    }
    const before = cut.open ? cut.add(bytes, content, to) : 0;
    const ended = before > 0 && cut.whole ? this.take(cut) : null;
    const first = content + before;
    const rest = cut.open ? to : this.readMessages(bytes, first, to);
    if (rest < to && to === wireEnd && isHandshakeType(bytes[rest]!)) {
      cut.begin();
      cut.add(bytes, rest, to);
    }
    if (to < wireEnd) cut.drop();
    const fragment = cut.open ? cut.type : -1;
    const { version } = this.state(bytes, from, to, false);
    const clear = stateOf(version, false, '');
    const isPart = before > 0 || fragment >= 0;
    const state = isPart ? new TlsState(version, false, '', before > 0 ? to - content : 0, fragment) : clear;
    this.tell(this.show(bytes, from, to, wireEnd, state, arrival), first, before > 0 ? first : to, arrival);
    if (ended !== null) this.showMessages(ended, 0, ended.length, clear, arrival);
    if (before > 0 && rest > first) this.showMessages(bytes, first, rest, clear, arrival);
  }

  /** The message that is whole now; null when it was only counted. */
  private take(cut: Cut): Uint8Array | null {
    const message = cut.lost ? null : cut.bytes.subarray(0, cut.length);
    cut.drop();
    if (message !== null) this.learn(message, 0, message.length);
    return message;
  }

  /** Where a record holds the end of a message, all that is in it stands in layers of its own behind it. */
  private showMessages(bytes: Uint8Array, from: number, to: number, state: TlsState, arrival: Arrival): void {
    this.tell(showLayer(arrival, tlsMessages, bytes, from, to, to, state), from, to, arrival);
  }

  private tell(layer: Layer | null, from: number, to: number, arrival: Arrival): void {
    if (this.events.enabled && layer !== null) this.telling.messages(layer, from, to, arrival);
  }

  /** Goes through whole messages. Answers with where something begins that is none. */
  private readMessages(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at + MESSAGE_HEADER <= to && isHandshakeType(bytes[at]!)) {
      const end = at + messageLength(bytes, at);
      if (end > to) return at;
      this.learn(bytes, at, end);
      at = end;
    }
    return at;
  }

  /** What a server's hello settles. */
  private learn(bytes: Uint8Array, at: number, end: number): void {
    if (bytes[at] !== SERVER_HELLO) return;
    const version = chosenVersion(bytes, at, end);
    if (version >>> 8 === DRAFTS) this.version = TLS13;
    else if (version >= SSL3 && version <= TLS13) this.version = version;
    if (findApplication(bytes, at, end, place)) this.chosen = stringOf(bytes, place.at, place.end);
  }

  private show(
    bytes: Uint8Array,
    from: number,
    to: number,
    wireEnd: number,
    state: TlsState,
    arrival: Arrival,
  ): Layer | null {
    return showLayer(arrival, tls, bytes, from, to, wireEnd, state);
  }

  /** Nothing that a record begins with: passed over (RFC 5246 §6). */
  piece(bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    if (isContentType(bytes[from]!)) arrival.packet.decode(data, bytes, from, to, to);
    else this.show(bytes, from, to, to, stateOf(this.version, false, ''), arrival);
  }
}

const place = new Place();

/** Whether a handshake record is encrypted: behind ChangeCipherSpec, or with a nonce where nothing else begins so. */
function isSealed(changed: boolean, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < SMALLEST_SEALED) return false;
  // Where the ends agreed on no encryption (RFC 5246 §6.2.3.1), Finished follows as it is.
  if (changed) return bytes[from] !== FINISHED || messageLength(bytes, from) > to - from;
  for (let i = from; i < from + 5; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Adds a layer; null when the packet has as many as it can. */
function showLayer(
  { packet }: Arrival,
  protocol: typeof tls,
  bytes: Uint8Array,
  from: number,
  to: number,
  wireEnd: number,
  context: Context,
): Layer | null {
  const before = packet.count;
  packet.decode(protocol, bytes, from, to, wireEnd);
  if (packet.count === before) return null;
  const layer = packet.layers[before]!;
  layer.context = context;
  return layer;
}

/** States that connections have in common: versions are few, and so are applications. */
const states = new Map<string, Map<number, TlsState>>();

function stateOf(version: number, sealed: boolean, application: string): TlsState {
  let byVersion = states.get(application);
  if (byVersion === undefined) {
    byVersion = new Map();
    states.set(application, byVersion);
  }
  const key = version * 2 + (sealed ? 1 : 0);
  let state = byVersion.get(key);
  if (state === undefined) {
    state = new TlsState(version, sealed, application);
    byVersion.set(key, state);
  }
  return state;
}
