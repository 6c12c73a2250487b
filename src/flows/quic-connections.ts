import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import {
  destinationIdAt,
  destinationIdLength,
  HANDSHAKE,
  INITIAL,
  isLong,
  ONE_RTT,
  ofDatagram,
  packetEnd,
  packetNumberAt,
  packetType,
  QuicState,
  quic,
  RETRY,
  sourceIdAt,
  sourceIdLength,
  VERSION_NEGOTIATION,
  version,
  writeDatagram,
  ZERO_RTT,
} from '../protocols/quic.ts';
import { CRYPTO, FrameCursor, quicFrames } from '../protocols/quic-frames.ts';
import { initialKeys, isRetryFor, openLongPacket, type PacketKeys } from '../protocols/quic-protection.ts';
import { TlsState, tlsMessages } from '../protocols/tls.ts';
import { MESSAGE_HEADER, messageLength } from '../protocols/tls-handshake.ts';
import { TLS13 } from '../protocols/tls-names.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import { CryptoBudget, CryptoStream } from './crypto-stream.ts';
import type { Follower } from './follower.ts';
import { QuicTelling } from './quic-telling.ts';
import { type DatagramTaker, UdpStream } from './udp-streams.ts';

/** Connections remembered; beyond, the oldest are forgotten. */
const LIMIT = 1 << 16;
/** Octets of handshakes that are not whole, of all connections together. */
const CRYPTO_LIMIT = 1 << 24;
/** Connections of which keys are kept; those of others are made again where they are needed. */
const KEYED = 1 << 10;
/** One connection may change its version (RFC 9368 §2): keys of either side, for so many versions together. */
const MOST_KEYS = 8;
/** A shorter connection ID proves nothing where the addresses are others (RFC 9000 §7.2 has the same bound). */
const TELLING_ID = 8;
const NONE = new Uint8Array(0);

/** What one end of a connection showed of itself. */
class QuicEnd {
  /** The connection ID that it wants to be called by; null before it said one. */
  id: Uint8Array | null = null;
  /** Another one that it is called by, which it said where nobody can read it. */
  calledBy: Uint8Array | null = null;
  /**
   * What may be one: where an ID would stand, with the length that the first one has. Proven when it comes again; a stateless
   * reset (RFC 9000 §10.3) has chance there.
   */
  candidate: Uint8Array | null = null;
  candidateFrame = 0;
  /** The number after the greatest that was read. */
  expected = 0;
  /** Null before its first CRYPTO frame. */
  crypto: CryptoStream | null = null;
}

/** One connection, from its first Initial on. `direction` is that of the UDP stream in which it began. */
export class QuicConnection {
  readonly number: number;
  /** The direction in which the client sends. */
  client: 0 | 1;
  /** The connection ID that keys of Initial packets come from: the client's first, or the one that Retry told. */
  keyId: Uint8Array;
  /** Bits of QuicTelling. */
  told = 0;
  readonly ends: readonly [QuicEnd, QuicEnd] = [new QuicEnd(), new QuicEnd()];
  /** By the version and the side that sends; null while there are none. */
  keys: Map<number, PacketKeys | null> | null = null;

  constructor(number: number, client: 0 | 1, keyId: Uint8Array) {
    this.number = number;
    this.client = client;
    this.keyId = keyId;
  }

  /** What it takes to read an Initial of this version that goes in `direction`; null where nobody knows. */
  keysFor(version: number, direction: 0 | 1): PacketKeys | null {
    const isClient = direction === this.client;
    const which = version * 2 + (isClient ? 1 : 0);
    this.keys ??= new Map();
    const known = this.keys.get(which);
    if (known !== undefined) return known;
    if (this.keys.size >= MOST_KEYS) return null;
    const keys = initialKeys(version, this.keyId, isClient ? 'client' : 'server');
    this.keys.set(which, keys);
    return keys;
  }

  /** From now on, keys come out of another connection ID. */
  rekey(id: Uint8Array): void {
    this.keyId = id;
    this.keys = null;
  }

  close(): void {
    for (const { crypto } of this.ends) crypto?.close();
  }
}

/** A connection ID by which one end of a connection is called. */
interface Known {
  readonly id: Uint8Array;
  readonly connection: QuicConnection;
  /** The direction in which that end sends. */
  readonly receiver: 0 | 1;
}

/** A handshake message in CRYPTO frames: the line speaks of the datagram that carried it. */
class CryptoState extends TlsState {
  override readonly column = quic.column;
  info(_layer: Layer, packet: Packet, out: Parameters<typeof writeDatagram>[1]): void {
    writeDatagram(packet, out);
  }
}
const IN_CRYPTO = new CryptoState(TLS13, false);

/**
 * Connections of QUIC: who is the client, how connection IDs change, and what Initial packets say, whose keys anybody has who
 * saw the first (RFC 9001 §5.2). Datagrams that begin with a short header are known by those before them only.
 */
export class QuicConnections implements Follower, DatagramTaker {
  private readonly events: EventLog;
  private readonly telling: QuicTelling;
  private readonly budget = new CryptoBudget(CRYPTO_LIMIT);
  /** By the number of the UDP stream. */
  private readonly byStream = new Map<number, QuicConnection>();
  /** Streams whose first datagram went the other way than that of the stream in which their connection began. */
  private readonly turned = new Set<number>();
  /** By the connection ID that an end is called by, for datagrams from other addresses: the first eight octets. */
  private readonly byId = new Map<number, Known>();
  /** Lengths that those have: one bit each. */
  private lengths = 0;
  private count = 0;
  /** The connections that have keys, in the order in which they got them, over and over. */
  private readonly keyed: (QuicConnection | null)[] = new Array(KEYED).fill(null);
  private nextKeyed = 0;
  /** By depth in the packet, reused from packet to packet. */
  private readonly states: QuicState[] = [];
  private readonly frames = new FrameCursor();

  constructor(events: EventLog) {
    this.events = events;
    this.telling = new QuicTelling(events);
  }

  follow(layer: Layer, packet: Packet): void {
    const below = datagramOf(layer, packet);
    if (below === null) return;
    const { stream } = below.context as UdpStream;
    const direction = this.directionOf(below.context as UdpStream);
    const state = this.stateAt(layer.index);
    layer.context = state;
    if (!layer.whole) return;
    const connection = this.connectionOf(layer, packet, below, stream, direction);
    if (connection === null) return;
    if (packet.layers[layer.index - 1] === below) state.connection = connection.number;
    this.packet(connection, layer, packet, below, direction);
  }

  private directionOf({ stream, direction }: UdpStream): 0 | 1 {
    return this.turned.size > 0 && this.turned.has(stream) ? opposite(direction) : direction;
  }

  get waits(): boolean {
    return this.count > 0;
  }

  /** Takes bytes for QUIC that came in a connection's UDP stream, or to the connection ID of one. */
  take(layer: Layer, packet: Packet, below: Layer, stream: number): boolean {
    if (!this.byStream.has(stream) && !this.adopt(layer, packet, below)) return false;
    layer.protocol = quic;
    layer.selectedBy = '';
    layer.headerEnd = layer.start;
    const next = quic.decode(layer, packet);
    if (next !== null) packet.decode(next, layer.bytes, layer.headerEnd, layer.capturedEnd, layer.wireEnd);
    return true;
  }

  /** A UDP stream in which a connection goes on that began in another one. RFC 9000 §9. */
  private adopt(layer: Layer, packet: Packet, below: Layer): boolean {
    const known = this.byDestination(layer);
    if (known === null) return false;
    const { connection, id, receiver } = known;
    const { stream, direction } = below.context as UdpStream;
    this.remember(stream, connection);
    if (direction === receiver) this.turned.add(stream);
    if (this.events.enabled) this.telling.moved(layer, packet, below, id.length);
    return true;
  }

  /** The connection to one of whose ends a short header is addressed. */
  private byDestination({ bytes, start, capturedEnd }: Layer): Known | null {
    if ((bytes[start]! & 0x80) !== 0) return null;
    for (let length = TELLING_ID; length <= LONGEST_ID; length++) {
      if ((this.lengths & (1 << length)) === 0 || start + 1 + length > capturedEnd) continue;
      const found = this.byId.get(hashOf(bytes, start + 1));
      if (found?.id.length === length && isAt(found.id, bytes, start + 1)) return found;
    }
    return null;
  }

  private connectionOf(
    layer: Layer,
    packet: Packet,
    below: Layer,
    stream: number,
    direction: 0 | 1,
  ): QuicConnection | null {
    const known = this.byStream.get(stream) ?? null;
    if (!isLong(layer)) return known;
    const type = packetType(layer);
    if (known !== null && !(type === INITIAL && isNew(known, layer, direction))) return known;
    if (type === VERSION_NEGOTIATION || type === RETRY) return null;
    known?.close();
    const connection = new QuicConnection(this.count++, direction, idOf(layer));
    this.remember(stream, connection);
    // Who asks is told by the keys that fit. Where none do, servers have the lower port.
    if (srcPort(below) < dstPort(below) && this.open(connection, layer, direction) === null) {
      connection.client = opposite(direction);
    }
    if (this.events.enabled && type === INITIAL)
      this.telling.began(layer, packet, below, connection.client === direction);
    return connection;
  }

  private remember(stream: number, connection: QuicConnection): void {
    this.byStream.delete(stream);
    this.byStream.set(stream, connection);
    if (this.byStream.size <= LIMIT) return;
    const [oldest] = this.byStream.keys();
    this.byStream.get(oldest!)!.close();
    this.byStream.delete(oldest!);
    this.turned.delete(oldest!);
  }

  private packet(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer, direction: 0 | 1): void {
    const type = packetType(layer);
    if (type === ONE_RTT) {
      this.short(connection, layer, packet, below, direction);
      return;
    }
    const { events, telling } = this;
    if (type === VERSION_NEGOTIATION) {
      if (events.enabled) telling.versionNegotiation(layer, packet, below);
      return;
    }
    if (type === RETRY) {
      this.retry(connection, layer, packet, below);
      return;
    }
    this.learnId(connection, direction, layer);
    if (type === INITIAL) this.initial(connection, layer, packet, below, direction);
    else if (events.enabled && type === HANDSHAKE) telling.handshake(connection, layer, packet, below);
    else if (events.enabled && type === ZERO_RTT) telling.earlyData(connection, layer, packet, below);
  }

  /** The connection ID that the sender of a long header wants to be called by. RFC 9000 §7.2. */
  private learnId(connection: QuicConnection, direction: 0 | 1, layer: Layer): void {
    const end = connection.ends[direction];
    const at = sourceIdAt(layer);
    const length = sourceIdLength(layer);
    if (end.id !== null && end.id.length === length && isAt(end.id, layer.bytes, at)) return;
    end.id = length === 0 ? NONE : layer.bytes.slice(at, at + length);
    end.calledBy = end.candidate = null;
    this.addId({ id: end.id, connection, receiver: direction });
  }

  private addId(known: Known): void {
    const { id } = known;
    if (id.length < TELLING_ID) return;
    this.lengths |= 1 << id.length;
    const hash = hashOf(id, 0);
    this.byId.delete(hash);
    this.byId.set(hash, known);
    if (this.byId.size > LIMIT) this.byId.delete(this.byId.keys().next().value!);
  }

  private retry(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer): void {
    const { bytes, start, capturedEnd, wireEnd } = layer;
    const isWhole = capturedEnd === wireEnd;
    const right = isWhole ? isRetryFor(version(layer), connection.keyId, bytes, start, capturedEnd) : null;
    if (right !== null) (layer.context as QuicState).tag = right ? 'good' : 'bad';
    if (this.events.enabled) this.telling.retry(layer, packet, below, right === true);
    if (right === false) return;
    connection.rekey(bytes.slice(sourceIdAt(layer), sourceIdAt(layer) + sourceIdLength(layer)));
  }

  private initial(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer, direction: 0 | 1): void {
    const { events, telling } = this;
    if (events.enabled && direction === connection.client) telling.small(layer, packet, below);
    const opened = this.open(connection, layer, direction);
    if (opened === null) return;
    const end = connection.ends[direction];
    end.expected = Math.max(end.expected, opened.number + 1);
    const state = layer.context as QuicState;
    state.first = opened.first;
    state.number = opened.number;
    const { payload } = opened;
    const index = packet.count;
    packet.decode(quicFrames, payload, 0, payload.length, payload.length);
    if (packet.count === index) return;
    state.frames = index;
    const frames = packet.layers[index]!;
    frames.context = ofDatagram;
    if (events.enabled) telling.frames(frames, packet, below);
    this.messages(end, frames, packet, below);
  }

  private open(connection: QuicConnection, layer: Layer, direction: 0 | 1) {
    const end = packetEnd(layer);
    const numberAt = packetNumberAt(layer);
    if (packetType(layer) !== INITIAL || numberAt < 0 || end > layer.capturedEnd) return null;
    if (connection.keys === null) this.noteKeys(connection);
    const keys = connection.keysFor(version(layer), direction);
    if (keys === null) return null;
    return openLongPacket(keys, layer.bytes, layer.start, numberAt, end, connection.ends[direction].expected);
  }

  /** Whoever got keys longest ago loses them. */
  private noteKeys(connection: QuicConnection): void {
    const oldest = this.keyed[this.nextKeyed]!;
    if (oldest !== null) oldest.keys = null;
    this.keyed[this.nextKeyed] = connection;
    this.nextKeyed = (this.nextKeyed + 1) % KEYED;
  }

  /** Puts the handshake together, and shows the messages that became whole. */
  private messages(end: QuicEnd, frames: Layer, packet: Packet, below: Layer): void {
    end.crypto ??= new CryptoStream(this.budget);
    const { crypto } = end;
    const frame = this.frames.open(frames.bytes, frames.start, frames.capturedEnd);
    while (frame.next()) if (frame.type === CRYPTO) crypto.add(frame.integer(0), frame.bytes, frame.dataAt, frame.end);
    const { bytes } = crypto;
    const length = wholeMessages(bytes, crypto.ready);
    if (length === 0) return;
    const index = packet.count;
    packet.decode(tlsMessages, bytes, 0, length, length);
    crypto.take(length);
    if (packet.count === index) return;
    const layer = packet.layers[index]!;
    layer.context = IN_CRYPTO;
    if (this.events.enabled) this.telling.messages(layer, packet, below);
  }

  private short(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer, direction: 0 | 1): void {
    const { events, telling } = this;
    if (events.enabled) telling.protected(connection, layer, packet, below);
    const receiver = connection.ends[opposite(direction)];
    const { id } = receiver;
    const at = layer.start + 1;
    if (id === null || at + id.length > layer.capturedEnd) return;
    const state = layer.context as QuicState;
    const before = receiver.calledBy ?? id;
    if (isAt(before, layer.bytes, at)) {
      state.idLength = id.length;
      return;
    }
    const { candidate } = receiver;
    if (candidate === null || !isAt(candidate, layer.bytes, at)) {
      receiver.candidate = layer.bytes.slice(at, at + id.length);
      receiver.candidateFrame = packet.frame.number;
      return;
    }
    state.idLength = id.length;
    receiver.calledBy = candidate;
    receiver.candidate = null;
    this.addId({ id: candidate, connection, receiver: opposite(direction) });
    if (events.enabled) telling.idChanged(layer, packet, below, before, receiver.candidateFrame);
  }

  private stateAt(depth: number): QuicState {
    while (this.states.length <= depth) this.states.push(new QuicState());
    return this.states[depth]!.reset();
  }
}

const LONGEST_ID = 20;
const opposite = (direction: 0 | 1): 0 | 1 => (direction === 0 ? 1 : 0);

/** The datagram that carried the packet, perhaps behind others. */
function datagramOf(layer: Layer, packet: Packet): Layer | null {
  for (let i = layer.index - 1; i > 0; i--) {
    const below = packet.layers[i]!;
    if (below.protocol === quic) continue;
    return below.context instanceof UdpStream ? below : null;
  }
  return null;
}

const idOf = (layer: Layer): Uint8Array =>
  layer.bytes.slice(destinationIdAt(layer), destinationIdAt(layer) + destinationIdLength(layer));

/**
 * An Initial from the client's side to a connection ID that nobody gave it begins another connection (RFC 9000 §7.2), as it
 * does behind Version Negotiation.
 */
function isNew(connection: QuicConnection, layer: Layer, direction: 0 | 1): boolean {
  if (direction !== connection.client) return false;
  const { id } = connection.ends[opposite(direction)];
  for (const known of [connection.keyId, id]) {
    if (known?.length === destinationIdLength(layer) && isAt(known, layer.bytes, destinationIdAt(layer))) return false;
  }
  return true;
}

const isAt = (id: Uint8Array, bytes: Uint8Array, at: number): boolean => {
  for (let i = 0; i < id.length; i++) if (bytes[at + i] !== id[i]) return false;
  return true;
};

/** Of the first eight octets of a connection ID. */
function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < TELLING_ID; i++) hash = Math.imul(hash ^ bytes[at + i]!, 0x01000193);
  return hash;
}

/** Octets of messages that are whole, of those that are ready. */
function wholeMessages(bytes: Uint8Array, ready: number): number {
  let at = 0;
  while (at + MESSAGE_HEADER <= ready && at + messageLength(bytes, at) <= ready) at += messageLength(bytes, at);
  return at;
}
