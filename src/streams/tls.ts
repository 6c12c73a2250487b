import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import type { EventLog } from '../events/event.ts';
import type { KeyLog } from '../flows/key-log.ts';
import { data } from '../protocols/data.ts';
import { dstPort, srcPort, tcp as tcpProtocol } from '../protocols/tcp.ts';
import {
  contentLength,
  HEADER,
  looksLikeRecord,
  looksLikeV2Hello,
  TlsState,
  tls,
  tlsAlert,
  tlsMessages,
  v2Length,
} from '../protocols/tls.ts';
import {
  chosenVersion,
  findApplication,
  isRetryRequest,
  MESSAGE_HEADER,
  messageLength,
  Place,
} from '../protocols/tls-hello.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  ENCRYPTED_EXTENSIONS,
  FINISHED,
  HANDSHAKE,
  isContentType,
  isHandshakeType,
  SERVER_HELLO,
  SSL2,
  SSL3,
  TLS13,
} from '../protocols/tls-names.ts';
import type { Opened } from '../protocols/tls-protection.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import type { ReadingOptions } from './reading.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';
import { APPLICATIONS, BY_NAME } from './tls-applications.ts';
import { Cut } from './tls-cut.ts';
import { type ClearReader, TlsInside } from './tls-inside.ts';
import { showLayer, stateOf } from './tls-layers.ts';
import { TlsOpener } from './tls-opener.ts';
import { CLOSE_NOTIFY, TlsTelling } from './tls-telling.ts';

/** What TLS streams of one capture have in common. */
interface TlsOptions {
  readonly events: EventLog;
  readonly budget: StreamBudget;
  readonly keys: KeyLog;
  readonly clearReader: ClearReader | null;
}

/** TLS in a byte stream: records, messages cut over several of them, and from where on all is encrypted. */
export class TlsProtocol implements StreamProtocol {
  readonly options: TlsOptions;
  /** Who reads what is inside; null where nobody does. */
  inside: ReadingOptions | null = null;

  constructor(options: TlsOptions) {
    this.options = options;
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

/** Versions of TLS 1.3 before it was one. */
const DRAFTS = 0x7f;
/** Smaller than anything encrypted: a nonce and a tag need more (RFC 5288 §3). */
const SMALLEST_SEALED = 16;

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
  private readonly options: TlsOptions;
  private readonly telling: TlsTelling;
  /** Null while there are no keys at all. */
  private opener: TlsOpener | null = null;
  private readonly inside: TlsInside;

  constructor(protocol: TlsProtocol) {
    const { options } = protocol;
    this.protocol = protocol;
    this.options = options;
    this.telling = new TlsTelling(options.events);
    this.inside = new TlsInside(protocol.inside, options.clearReader);
    this.sides = [new Side(options.budget), new Side(options.budget)];
  }

  get kept(): number {
    return this.sides[0].cut.bytes.length + this.sides[1].cut.bytes.length + this.inside.kept;
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
    out.flag(this.opener !== null);
    this.opener?.rest(out);
    this.inside.rest(out);
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
    if (left.flag()) {
      this.opener = new TlsOpener(this.options.keys);
      this.opener.wake(left);
    }
    this.inside.wake(left);
  }

  close(): void {
    for (const { cut } of this.sides) cut.drop();
    this.inside.close();
  }

  forget(direction: 0 | 1): void {
    this.sides[direction].cut.drop();
  }

  missed(direction: 0 | 1, length: number, arrival: Arrival): void {
    this.opener?.lose(direction);
    this.inside.missing(direction, length, this.opener !== null, arrival);
  }

  ended(direction: 0 | 1, arrival: Arrival): void {
    this.inside.ended(direction, arrival);
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

  /** Application data is counted, not kept, unless it can be opened. */
  vital(direction: 0 | 1): number {
    if (this.opener !== null) return Number.POSITIVE_INFINITY;
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
    const opened = this.open(direction, bytes, from, to, wireEnd, arrival);
    if (opened !== null) {
      this.opened(direction, opened, bytes, from, to, arrival);
      return;
    }
    if (type === HANDSHAKE) this.handshake(direction, bytes, from, to, wireEnd, arrival);
    else if (type === APPLICATION_DATA) {
      const application = this.application(arrival.tcp);
      const layer = this.show(bytes, from, to, wireEnd, stateOf(this.version, false, application), arrival);
      if (this.options.events.enabled && layer !== null) this.tellSealed(layer, to === wireEnd, arrival);
    } else {
      const layer = this.show(bytes, from, to, wireEnd, this.state(bytes, from, to, false), arrival);
      if (this.options.events.enabled && layer !== null) this.telling.record(layer, this.version, arrival);
    }
    // In TLS 1.3 it stands there for boxes on the way that wait for it (RFC 8446 appendix D.4).
    if (type === CHANGE_CIPHER_SPEC && this.version !== TLS13) this.change(direction);
  }

  private tellSealed(layer: Layer, isWhole: boolean, arrival: Arrival): void {
    const { found } = this.opener ?? { found: null };
    if (found === null) this.telling.applicationData(layer, this.version, arrival);
    else if (isWhole) this.telling.unopened(layer, arrival);
  }

  private change(direction: 0 | 1): void {
    this.sides[direction].changed = true;
    this.opener?.changeCipherSpec(direction);
  }

  /** What is in the record, where it is encrypted and its keys are at hand. */
  private open(
    direction: 0 | 1,
    bytes: Uint8Array,
    from: number,
    to: number,
    wireEnd: number,
    arrival: Arrival,
  ): Opened | null {
    const { opener } = this;
    const isSealed = this.sides[direction].changed || bytes[from] === APPLICATION_DATA;
    if (opener === null || !isSealed) return null;
    const length = opener.contentOf(direction, wireEnd - from);
    if (to < wireEnd) opener.skip(direction);
    const opened = to < wireEnd ? null : opener.open(direction, bytes, from, to);
    if (opened === null) this.inside.missing(direction, length, this.opener !== null, arrival);
    return opened;
  }

  /** A record that was opened, and behind it what was in it. */
  private opened(
    direction: 0 | 1,
    { type, bytes: content, end }: Opened,
    bytes: Uint8Array,
    from: number,
    to: number,
    arrival: Arrival,
  ): void {
    const application = type === APPLICATION_DATA ? this.application(arrival.tcp) : '';
    const isEarly = !this.opener!.answered;
    if (isEarly) this.version = TLS13;
    const { packet } = arrival;
    const layer = this.show(bytes, from, to, to, stateOf(this.version, false, application, type), arrival);
    if (this.options.events.enabled && layer !== null) this.telling.opened(layer, direction, isEarly, arrival);
    const inside = packet.count;
    if (type === HANDSHAKE) this.openedMessages(direction, content, end, arrival);
    else if (type === ALERT) this.openedAlert(direction, content, end, arrival);
    else if (type === APPLICATION_DATA) this.inside.carry(direction, content, end, this.chosen, arrival);
    else if (type === CHANGE_CIPHER_SPEC) this.change(direction);
    packet.decryptedFrom(inside);
  }

  private openedMessages(direction: 0 | 1, content: Uint8Array, end: number, arrival: Arrival): void {
    const { cut } = this.sides[direction];
    const before = cut.open ? cut.add(content, 0, end) : 0;
    const ended = before > 0 && cut.whole ? this.take(direction, cut) : null;
    const rest = cut.open ? end : this.readMessages(direction, content, before, end);
    if (rest < end && isHandshakeType(content[rest]!)) {
      cut.begin();
      cut.add(content, rest, end);
    }
    const state = stateOf(this.version, false, '');
    if (ended !== null) this.showMessages(ended, 0, ended.length, state, arrival);
    if (rest > before) this.showMessages(content, before, rest, state, arrival);
  }

  private openedAlert(direction: 0 | 1, content: Uint8Array, end: number, arrival: Arrival): void {
    const layer = showLayer(arrival, tlsAlert, content, 0, end, end, stateOf(this.version, false, ''));
    if (end < 2) return;
    if (this.options.events.enabled && layer !== null) this.telling.openedAlert(layer, arrival);
    // Nothing is missing before it (RFC 8446 §6.1).
    if (content[1] === CLOSE_NOTIFY) this.inside.ended(direction, arrival);
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
    if (tcp.protocol !== tcpProtocol) return named ?? '';
    return named ?? APPLICATIONS.get(srcPort(tcp)) ?? APPLICATIONS.get(dstPort(tcp)) ?? '';
  }

  private handshake(
    direction: 0 | 1,
    bytes: Uint8Array,
    from: number,
    to: number,
    wireEnd: number,
    arrival: Arrival,
  ): void {
    const content = from + HEADER;
    const side = this.sides[direction];
    const { cut } = side;
    // The rest of a message may look like anything.
    if ((side.changed || !cut.open) && isSealed(side.changed, bytes, content, to)) {
      cut.drop();
      this.show(bytes, from, to, wireEnd, this.state(bytes, from, to, true), arrival);
      return;
    }
    const before = cut.open ? cut.add(bytes, content, to) : 0;
    const ended = before > 0 && cut.whole ? this.take(direction, cut) : null;
    const first = content + before;
    const rest = cut.open ? to : this.readMessages(direction, bytes, first, to);
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
  private take(direction: 0 | 1, cut: Cut): Uint8Array | null {
    const message = cut.lost ? null : cut.bytes.subarray(0, cut.length);
    cut.drop();
    if (message !== null) this.learn(direction, message, 0, message.length);
    return message;
  }

  /** Where a record holds the end of a message, all that is in it stands in layers of its own behind it. */
  private showMessages(bytes: Uint8Array, from: number, to: number, state: TlsState, arrival: Arrival): void {
    this.tell(showLayer(arrival, tlsMessages, bytes, from, to, to, state), from, to, arrival);
  }

  private tell(layer: Layer | null, from: number, to: number, arrival: Arrival): void {
    if (!this.options.events.enabled || layer === null) return;
    this.telling.messages(layer, from, to, { version: this.version, found: this.opener?.found ?? null }, arrival);
  }

  /** Goes through whole messages. Answers with where something begins that is none. */
  private readMessages(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at + MESSAGE_HEADER <= to && isHandshakeType(bytes[at]!)) {
      const end = at + messageLength(bytes, at);
      if (end > to) return at;
      this.learn(direction, bytes, at, end);
      at = end;
    }
    return at;
  }

  /** What a message settles: versions, the protocol inside, keys. */
  private learn(direction: 0 | 1, bytes: Uint8Array, at: number, end: number): void {
    const type = bytes[at]!;
    if (type === CLIENT_HELLO) this.learnClient(direction, bytes, at, end);
    else if (type === SERVER_HELLO) this.learnServer(bytes, at, end);
    else if (type === ENCRYPTED_EXTENSIONS) this.learnApplication(bytes, at, end);
    else this.opener?.message(direction, type);
  }

  private learnClient(direction: 0 | 1, bytes: Uint8Array, at: number, end: number): void {
    const { keys } = this.options;
    if (this.opener === null && keys.size === 0) return;
    this.opener ??= new TlsOpener(keys);
    this.opener.clientHello(direction, bytes, at, end);
  }

  private learnServer(bytes: Uint8Array, at: number, end: number): void {
    const version = chosenVersion(bytes, at, end);
    if (version >>> 8 === DRAFTS) this.version = TLS13;
    else if (version >= SSL3 && version <= TLS13) this.version = version;
    this.learnApplication(bytes, at, end);
    if (!isRetryRequest(bytes, at, end)) this.opener?.serverHello(bytes, at, end, this.version);
  }

  private learnApplication(bytes: Uint8Array, at: number, end: number): void {
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
