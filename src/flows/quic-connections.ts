import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import { quic } from '../protocols/quic.ts';
import { isStream, NEW_CONNECTION_ID } from '../protocols/quic-frame-forms.ts';
import { FrameCursor, quicFrames, reportMisplaced } from '../protocols/quic-frames.ts';
import {
  destinationIdAt,
  destinationIdLength,
  HANDSHAKE,
  INITIAL,
  isLong,
  ONE_RTT,
  packetEnd,
  packetNumberAt,
  packetType,
  RETRY,
  sourceIdAt,
  sourceIdLength,
  VERSION_NEGOTIATION,
  version,
  ZERO_RTT,
} from '../protocols/quic-header.ts';
import { ofDatagram } from '../protocols/quic-line.ts';
import { isRetryFor, type OpenedPacket, openPacket } from '../protocols/quic-protection.ts';
import { QuicState } from '../protocols/quic-rows.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import type { Follower } from './follower.ts';
import type { KeyLog } from './key-log.ts';
import { OffsetBudget } from './offset-stream.ts';
import {
  APPLICATION_SPACE,
  HANDSHAKE_SPACE,
  INITIAL_SPACE,
  isAt,
  QuicConnection,
  type Space,
} from './quic-connection.ts';
import { QuicHandshakes } from './quic-handshakes.ts';
import { QuicIds } from './quic-ids.ts';
import { APPLICATION, EARLY, SHAKING, type Stage } from './quic-opener.ts';
import { type OpenApplication, QuicStreams } from './quic-streams.ts';
import { QuicTelling } from './quic-telling.ts';
import { type DatagramTaker, UdpStream } from './udp-streams.ts';

/** Connections remembered; beyond, the oldest are forgotten. */
const LIMIT = 1 << 16;
/** Octets of handshakes and streams that are not whole, of all connections together. */
const OCTET_LIMIT = 1 << 24;
/** Connections of which keys are kept; those of others are made again where they are needed. */
const KEYED = 1 << 10;
const NONE = new Uint8Array(0);

/** One packet of a connection, and the datagram that brought it. */
export interface QuicArrival {
  readonly connection: QuicConnection;
  readonly layer: Layer;
  readonly packet: Packet;
  readonly below: Layer;
  readonly direction: 0 | 1;
}

/**
 * Connections of QUIC: who is the client, how connection IDs change, and what packets say: Initial ones, whose keys anybody
 * has who saw the first (RFC 9001 §5.2), and others whose keys somebody gave. Datagrams that begin with a short header are
 * known by those before them only.
 */
export class QuicConnections implements Follower, DatagramTaker {
  private readonly events: EventLog;
  private readonly openApplication: OpenApplication;
  private readonly telling: QuicTelling;
  private readonly handshakes: QuicHandshakes;
  private readonly budget = new OffsetBudget(OCTET_LIMIT);
  /** By the number of the UDP stream. */
  private readonly byStream = new Map<number, QuicConnection>();
  /** Streams whose first datagram went the other way than that of the stream in which their connection began. */
  private readonly turned = new Set<number>();
  private readonly ids = new QuicIds();
  private count = 0;
  /** The connections that have keys of Initial packets, in the order in which they got them, over and over. */
  private readonly keyed: (QuicConnection | null)[] = new Array(KEYED).fill(null);
  private nextKeyed = 0;
  /** By depth in the packet, reused from packet to packet. */
  private readonly states: QuicState[] = [];
  private readonly frames = new FrameCursor();

  constructor(events: EventLog, secrets: KeyLog, openApplication: OpenApplication) {
    this.events = events;
    this.handshakes = new QuicHandshakes(secrets, this.budget);
    this.openApplication = openApplication;
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
    this.packet({ connection, layer, packet, below, direction });
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
    const known = this.ids.byDestination(layer);
    if (known === null) return false;
    const { connection, id, receiver } = known;
    const { stream, direction } = below.context as UdpStream;
    this.remember(stream, connection);
    if (direction === receiver) this.turned.add(stream);
    if (this.events.enabled) this.telling.moved(layer, packet, below, id.length);
    return true;
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
    const connection = new QuicConnection(this.count++, direction, idOf(layer), version(layer));
    this.remember(stream, connection);
    // Who asks is told by the keys that fit. Where none do, servers have the lower port.
    if (srcPort(below) < dstPort(below) && this.openInitial(connection, layer, direction) === null) {
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

  private packet(arrival: QuicArrival): void {
    const { connection, layer, packet, below, direction } = arrival;
    const { events, telling } = this;
    switch (packetType(layer)) {
      case ONE_RTT:
        this.short(arrival);
        return;
      case VERSION_NEGOTIATION:
        if (events.enabled) telling.versionNegotiation(layer, packet, below);
        return;
      case RETRY:
        this.retry(connection, layer, packet, below);
        return;
    }
    this.learnId(connection, direction, layer);
    if (direction !== connection.client) connection.version = version(layer);
    if (packetType(layer) === INITIAL) this.initial(arrival);
    else if (packetType(layer) === HANDSHAKE || packetType(layer) === ZERO_RTT) this.sealed(arrival);
  }

  /** The connection ID that the sender of a long header wants to be called by. RFC 9000 §7.2. */
  private learnId(connection: QuicConnection, direction: 0 | 1, layer: Layer): void {
    const end = connection.ends[direction];
    const at = sourceIdAt(layer);
    const length = sourceIdLength(layer);
    if (end.id !== null && end.id.length === length && isAt(end.id, layer.bytes, at)) return;
    end.id = length === 0 ? NONE : layer.bytes.slice(at, at + length);
    end.calledBy = end.candidate = null;
    this.ids.add({ id: end.id, connection, receiver: direction });
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

  private initial(arrival: QuicArrival): void {
    const { connection, layer, packet, below, direction } = arrival;
    if (this.events.enabled && direction === connection.client) this.telling.small(layer, packet, below);
    const opened = this.openInitial(connection, layer, direction);
    if (opened !== null) this.opened(arrival, opened, INITIAL_SPACE);
  }

  private openInitial(connection: QuicConnection, layer: Layer, direction: 0 | 1): OpenedPacket | null {
    const end = packetEnd(layer);
    const numberAt = packetNumberAt(layer);
    if (packetType(layer) !== INITIAL || numberAt < 0 || end > layer.capturedEnd) return null;
    if (connection.keys === null) this.noteKeys(connection);
    const keys = connection.keysFor(version(layer), direction);
    if (keys === null) return null;
    const expected = connection.ends[direction].expected[INITIAL_SPACE];
    return openPacket(keys, layer.bytes, layer.start, numberAt, end, expected);
  }

  /** Whoever got keys longest ago loses them. */
  private noteKeys(connection: QuicConnection): void {
    const oldest = this.keyed[this.nextKeyed]!;
    if (oldest !== null) oldest.keys = null;
    this.keyed[this.nextKeyed] = connection;
    this.nextKeyed = (this.nextKeyed + 1) % KEYED;
  }

  /** Handshake and 0-RTT packets: only the two ends have their keys, and whom they gave them to. */
  private sealed(arrival: QuicArrival): void {
    const { layer } = arrival;
    const isHandshake = packetType(layer) === HANDSHAKE;
    const end = packetEnd(layer);
    const numberAt = packetNumberAt(layer);
    const isWhole = numberAt >= 0 && end <= layer.capturedEnd;
    const stage = isHandshake ? SHAKING : EARLY;
    const opened = isWhole ? this.open(arrival, stage, version(layer), numberAt, end) : null;
    if (this.events.enabled) this.telling.sealed(arrival, isHandshake, opened !== null);
    if (opened !== null) this.opened(arrival, opened, isHandshake ? HANDSHAKE_SPACE : APPLICATION_SPACE);
  }

  private open(
    { connection, layer, direction }: QuicArrival,
    stage: Stage,
    version: number,
    numberAt: number,
    end: number,
  ): OpenedPacket | null {
    const { opener } = connection;
    if (opener === null) return null;
    const { bytes, start } = layer;
    const expected = connection.ends[direction].expected[stage === SHAKING ? HANDSHAKE_SPACE : APPLICATION_SPACE];
    return opener.open(stage, direction === connection.client, version, { bytes, start, numberAt, end, expected });
  }

  /** Shows what was in a packet. */
  private opened(arrival: QuicArrival, { first, number, payload }: OpenedPacket, space: Space): void {
    const { connection, layer, packet, direction } = arrival;
    const end = connection.ends[direction];
    end.expected[space] = Math.max(end.expected[space], number + 1);
    const state = layer.context as QuicState;
    state.first = first;
    state.number = number;
    const index = packet.count;
    packet.decode(quicFrames, payload, 0, payload.length, payload.length);
    if (packet.count === index) return;
    state.frames = index;
    const frames = packet.layers[index]!;
    frames.context = ofDatagram;
    if (space !== APPLICATION_SPACE) reportMisplaced(frames, packet);
    if (this.events.enabled) this.telling.frames(frames, arrival);
    const messages = this.handshakes.messages(arrival, frames, space);
    if (this.events.enabled && messages !== null) this.telling.messages(messages, arrival);
    if (space === APPLICATION_SPACE) this.applicationFrames(arrival, frames);
    packet.decryptedFrom(index);
  }

  /** Frames that only packets of this space may have and that are remembered. */
  private applicationFrames(arrival: QuicArrival, frames: Layer): void {
    const { connection, packet, below, direction } = arrival;
    const frame = this.frames.open(frames.bytes, frames.start, frames.capturedEnd);
    while (frame.next()) {
      if (frame.type === NEW_CONNECTION_ID) this.learnGivenId(arrival, frame);
      else if (isStream(frame.type)) {
        connection.streams ??= this.streamsOf(connection);
        connection.streams?.take(frame, packet, below, direction === connection.client);
      }
    }
  }

  private streamsOf({ application }: QuicConnection): QuicStreams | null {
    const reads = this.openApplication(application);
    return reads === null ? null : new QuicStreams(reads, this.budget);
  }

  /** RFC 9000 §5.1.1, §19.15. */
  private learnGivenId({ connection, packet, direction }: QuicArrival, frame: FrameCursor): void {
    const id = frame.bytes.slice(frame.dataAt, frame.dataEnd);
    if (!connection.ends[direction].give(id, packet.frame.number)) return;
    this.ids.add({ id, connection, receiver: direction });
  }

  private short(arrival: QuicArrival): void {
    const { connection, layer, direction } = arrival;
    const receiver = connection.ends[opposite(direction)];
    const at = layer.start + 1;
    const given = receiver.givenAt(layer.bytes, at, layer.capturedEnd);
    const length = given?.id.length ?? receiver.id?.length ?? -1;
    const opened =
      length < 0 ? null : this.open(arrival, APPLICATION, connection.version, at + length, layer.capturedEnd);
    if (this.events.enabled) this.telling.short(arrival, opened !== null);
    if (receiver.id === null || at + length > layer.capturedEnd) return;
    if (opened === null) {
      this.guessId(arrival, receiver.id);
      return;
    }
    (layer.context as QuicState).idLength = length;
    const before = receiver.calledBy ?? receiver.id;
    if (before.length !== length || !isAt(before, layer.bytes, at)) {
      receiver.calledBy = layer.bytes.slice(at, at + length);
      receiver.candidate = null;
      this.ids.add({ id: receiver.calledBy, connection, receiver: opposite(direction) });
      if (this.events.enabled) this.telling.idUsed(arrival, receiver.calledBy, given?.frame ?? 0);
    }
    this.opened(arrival, opened, APPLICATION_SPACE);
  }

  /** Of a short header that is not opened: what stands where an ID would, with the length that the first one has. */
  private guessId({ connection, layer, packet, below, direction }: QuicArrival, id: Uint8Array): void {
    const receiver = connection.ends[opposite(direction)];
    const at = layer.start + 1;
    const state = layer.context as QuicState;
    const before = receiver.calledBy ?? id;
    if (at + before.length > layer.capturedEnd) return;
    if (isAt(before, layer.bytes, at)) {
      state.idLength = before.length;
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
    this.ids.add({ id: candidate, connection, receiver: opposite(direction) });
    if (this.events.enabled) this.telling.idChanged(layer, packet, below, before, receiver.candidateFrame);
  }

  private stateAt(depth: number): QuicState {
    while (this.states.length <= depth) this.states.push(new QuicState());
    return this.states[depth]!.reset();
  }
}

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
