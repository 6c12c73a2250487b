import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import { HANDSHAKE, ONE_RTT, packetType, ZERO_RTT } from '../protocols/quic-header.ts';
import { QuicState } from '../protocols/quic-rows.ts';
import { ACK, FIN, RST, SYN } from '../protocols/tcp.ts';
import { staysClosed } from '../protocols/tls.ts';
import { HEADER as UDP_HEADER } from '../protocols/udp.ts';
import { ACK_LOST_SEGMENT } from '../tcp/analysis.ts';
import type { Segment } from '../tcp/segment.ts';
import { Tally } from './tally.ts';

const FROM_A = 1;
const FROM_B = 2;
/** One end answers what the other said, whether or not that was captured. */
const ANSWERS = 4;
const BEGINNING = 8;
const ENDED = 16;
const GAP = 32;
/** It speaks TLS; something of what is inside could be read; something could not. */
const TLS = 64;
const OPENED = 128;
const CLOSED = 256;

/** Protocols whose content nobody reads without keys. */
const ENCRYPTED: ReadonlySet<string> = new Set(['tls', 'ssh', 'quic', 'dtls', 'wg', 'esp']);
/** Layers that say nothing of what is in the payload. */
const SILENT: ReadonlySet<string> = new Set(['data']);

/** What can be read of a conversation's payload. */
const UNKNOWN = 0;
const CLEAR = 1;
const SECRET = 2;

/** Payload, in octets as they were sent. */
export interface Readable {
  clear: number;
  encrypted: number;
  unknown: number;
}

/** Conversations as wholes: which ends were heard, where they begin and end, and whether they can be read. */
export class Talks {
  /** TCP connections, and those of which only one end was heard although it answers the other. */
  connections = 0;
  /** The capture has no beginning of them. By the first frame. */
  readonly begun = new Tally();
  /** Acknowledgments of data that is not in the capture, and connections with such. */
  readonly unseen = new Tally();
  unseenConnections = 0;
  private marks = new Uint16Array(FIRST_ROOM);
  /** What is known of the payload, and how much of it nobody has put into a class. */
  private kinds = new Uint8Array(FIRST_ROOM);
  private waiting = new Float64Array(FIRST_ROOM);
  private firstFrames = new Int32Array(FIRST_ROOM);
  /** Connections of QUIC, which TLS protects: the same marks, by their number, and the first frame of each. */
  private readonly quic = new Map<number, { marks: number; readonly frame: number }>();
  private readonly read: Readable = { clear: 0, encrypted: 0, unknown: 0 };

  segment(segment: Segment, tcp: Layer, packet: Packet): void {
    const { connection, sender, flags, length, frame } = segment;
    const { stream } = connection;
    if (stream >= this.marks.length) this.grow(stream);
    const before = this.marks[stream]!;
    let marks = before | (sender === connection.a ? FROM_A : FROM_B);
    if (before === 0) {
      this.connections++;
      this.firstFrames[stream] = frame;
      if ((flags & (SYN | ACK)) !== SYN) this.begun.add(frame);
      else marks |= BEGINNING;
    }
    if (flags & ACK) marks |= ANSWERS;
    if (flags & RST || (flags & (FIN | ACK) && connection.a.finSeen && connection.b.finSeen)) marks |= ENDED;
    if (segment.analysis & ACK_LOST_SEGMENT) {
      this.unseen.add(frame);
      if ((before & GAP) === 0) this.unseenConnections++;
      marks |= GAP;
    }
    this.marks[stream] = marks | tlsMarks(tcp, packet);
    this.kind(stream, tcp, packet);
    this.waiting[stream]! += length;
  }

  datagram(udp: Layer, packet: Packet): void {
    if (!(udp.context instanceof UdpStream)) return;
    const octets = Math.max(0, udp.wireEnd - udp.start - UDP_HEADER);
    const marks = quicMarks(udp, packet);
    const isOpened = (marks & (OPENED | CLOSED)) === OPENED;
    this.put(isOpened ? CLEAR : kindAbove(udp, packet), octets);
    if (marks !== 0) this.markQuic(udp, packet, marks);
  }

  private markQuic(udp: Layer, packet: Packet, marks: number): void {
    const { context } = packet.layers[udp.index + 1]!;
    const connection = context instanceof QuicState ? context.connection : -1;
    if (connection < 0) return;
    const known = this.quic.get(connection);
    if (known === undefined) this.quic.set(connection, { marks, frame: packet.frame.number });
    else known.marks |= marks;
  }

  /** Connections of which one end was heard only, although it answers the other one. */
  get oneSided(): Tally {
    return this.those((marks) => (marks & (FROM_A | FROM_B)) !== (FROM_A | FROM_B) && (marks & ANSWERS) !== 0);
  }

  /** Connections that neither both FINs nor a RST ended. */
  get open(): Tally {
    return this.those((marks) => (marks & ENDED) === 0 && (marks & ANSWERS) !== 0);
  }

  /** The payload by what can be read of it. */
  get readable(): Readable {
    const { clear, encrypted, unknown } = this.read;
    const all: Readable = { clear, encrypted, unknown };
    for (let stream = 0; stream < this.waiting.length; stream++) {
      all[NAMES[this.kinds[stream]!]!] += this.waiting[stream]!;
    }
    return all;
  }

  /** Connections that speak TLS of which nothing, a part or all of what is inside could be read. */
  get closedTls(): Tally {
    return this.those((marks) => (marks & (TLS | OPENED)) === TLS);
  }

  get partlyOpenedTls(): Tally {
    return this.those((marks) => (marks & OPENED) !== 0 && (marks & CLOSED) !== 0);
  }

  get openedTls(): Tally {
    return this.those((marks) => (marks & OPENED) !== 0 && (marks & CLOSED) === 0);
  }

  private those(are: (marks: number) => boolean): Tally {
    const found = new Tally();
    for (let stream = 0; stream < this.marks.length; stream++) {
      if (this.marks[stream] !== 0 && are(this.marks[stream]!)) found.add(this.firstFrames[stream]!);
    }
    for (const { marks, frame } of this.quic.values()) if (are(marks)) found.add(frame);
    return found;
  }

  /** A message shows what the connection carries; what came before it was a part of it, unless encryption begins here. */
  private kind(stream: number, tcp: Layer, packet: Packet): void {
    const kind = kindAbove(tcp, packet);
    const before = this.kinds[stream]!;
    if (kind === UNKNOWN || kind === before) return;
    if (before !== UNKNOWN) {
      this.put(before, this.waiting[stream]!);
      this.waiting[stream] = 0;
    }
    this.kinds[stream] = kind;
  }

  private put(kind: number, octets: number): void {
    this.read[NAMES[kind]!] += octets;
  }

  private grow(stream: number): void {
    const size = Math.max(stream + 1, this.marks.length * 2);
    this.marks = grown(this.marks, new Uint16Array(size));
    this.kinds = grown(this.kinds, new Uint8Array(size));
    this.waiting = grown(this.waiting, new Float64Array(size));
    this.firstFrames = grown(this.firstFrames, new Int32Array(size));
  }
}

const FIRST_ROOM = 1 << 10;

const NAMES: readonly (keyof Readable)[] = ['unknown', 'clear', 'encrypted'];

function tlsMarks(tcp: Layer, packet: Packet): number {
  let marks = 0;
  for (let i = tcp.index + 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted) break;
    if (layer.protocol.id === 'tls') marks |= TLS;
    if (layer.decrypted) marks |= OPENED;
    else if (staysClosed(layer)) marks |= CLOSED;
  }
  return marks;
}

/** Whether packets of QUIC behind those that everybody can read were opened. */
function quicMarks(udp: Layer, packet: Packet): number {
  let marks = 0;
  for (let i = udp.index + 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted || !(layer.context instanceof QuicState)) break;
    marks |= TLS;
    if (!layer.whole || !OF_SECRET_KEYS.has(packetType(layer))) continue;
    marks |= layer.context.number < 0 ? CLOSED : OPENED;
  }
  return marks;
}

const OF_SECRET_KEYS: ReadonlySet<number> = new Set([ZERO_RTT, HANDSHAKE, ONE_RTT]);

/** What the layers above a transport say; what stands decrypted above an encrypted one is in the clear. */
function kindAbove(transport: Layer, packet: Packet): number {
  let kind = UNKNOWN;
  for (let i = transport.index + 1; i < packet.count; i++) {
    const { protocol, quoted } = packet.layers[i]!;
    if (quoted) break;
    if (ENCRYPTED.has(protocol.id)) kind = SECRET;
    else if (!SILENT.has(protocol.id)) return CLEAR;
  }
  return kind;
}

function grown<T extends Uint8Array | Uint16Array | Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
