import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { http } from '../protocols/http.ts';
import { http2 } from '../protocols/http2.ts';
import { ACK, FIN, RST, SYN } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION, KEEP_ALIVE, ZERO_WINDOW_PROBE } from '../tcp/analysis.ts';
import type { Connection } from '../tcp/connection.ts';
import type { Segment } from '../tcp/segment.ts';
import type { TcpState } from '../tcp/state-change.ts';
import { type Moment, momentOf } from './journey.ts';
import type { Lookup } from './lookups.ts';
import type { Reported } from './reported.ts';
import { RequestList } from './requests.ts';
import type { Resolution } from './resolutions.ts';
import { Securing } from './securing.ts';
import { Turns } from './turns.ts';

/** What one side of a conversation did. */
export class Side {
  /** Octets of payload, and segments that were sent again. */
  octets = 0;
  again = 0;
  packets = 0;
  /** Its last new data. */
  lastData: Moment | null = null;
  fin: Moment | null = null;
  finAcknowledged: Moment | null = null;
  /** When it came into TIME_WAIT. */
  waits: Moment | null = null;
  state: TcpState = 'UNKNOWN';
  /** The first segment since its last whole message. */
  pending: Moment | null = null;
  /** How its packets found their way on this link. */
  resolution: Resolution | null = null;
}

/** What is known of any conversation. Sides: 0 is who sent the first packet, 1 the other. */
export class Talk {
  readonly stream: number | null;
  /** Names of both sides, with their ports. */
  readonly names: readonly [string, string];
  readonly first: Moment;
  last: Moment;
  packets = 0;
  readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  service: string | null = null;
  wanted = false;
  /** False where the link has no MAC addresses. */
  linked = false;
  /** Lookups that led to the address of side 1, and to that of side 0: who is the client shows later. */
  lookups: readonly [readonly Lookup[], readonly Lookup[]] = [[], []];
  readonly errors: Reported[] = [];
  /** One side's address belongs to a private network, and the other's does not. */
  crossesTranslator = false;

  constructor(stream: number | null, names: readonly [string, string], packet: Packet) {
    this.stream = stream;
    this.names = names;
    this.first = this.last = momentOf(packet);
  }
}

/** A window that is closed. */
interface Stall {
  readonly side: 0 | 1;
  readonly begin: Moment;
  end: Moment | null;
  probes: number;
}

/** Windows that were closed that are remembered of one connection. */
const MOST_STALLS = 32;

/** One TCP connection. */
export class TcpTalk extends Talk {
  syn: Moment | null = null;
  /** The side that sent the first SYN without ACK; null where none was seen. */
  opener: 0 | 1 | null = null;
  syns = 0;
  synAck: Moment | null = null;
  ack: Moment | null = null;
  /** The side that reset it, and why. */
  reset: {
    readonly side: 0 | 1;
    readonly moment: Moment;
    readonly reasons: readonly string[];
    readonly answers: number | null;
  } | null = null;
  refused = false;
  lastAck: Moment | null = null;
  securing: Securing | null = null;
  /** What the tracker makes of the roles; null while it does not know. */
  client: 0 | 1 | null = null;
  readonly requests = new RequestList();
  readonly turns = new Turns();
  readonly stalls: Stall[] = [];
  /** Names that were asked for over it. */
  readonly carried = new Set<Lookup>();

  /** A segment of it, tracked, with the layers that it carries behind it. */
  segment(segment: Segment, tcp: Layer, packet: Packet): void {
    const at = momentOf(packet);
    const side = sideOf(segment);
    this.last = at;
    this.packets++;
    this.sides[side].packets++;
    this.opening(segment, side, at);
    this.data(segment, side, at, tcp, packet);
    this.window(segment, side, at);
    this.closing(segment, side, at);
    this.states(segment.connection, at);
  }

  private opening({ flags, acksSyn, analysis }: Segment, side: 0 | 1, at: Moment): void {
    if ((flags & (SYN | ACK)) === SYN) {
      if (this.opener === null) {
        this.opener = side;
        this.syn = at;
      }
      if (side === this.opener) this.syns++;
    } else if ((flags & (SYN | ACK)) === (SYN | ACK)) this.synAck ??= at;
    else if (acksSyn && side === this.opener && (analysis & KEEP_ALIVE) === 0) this.ack ??= at;
  }

  private data(segment: Segment, side: 0 | 1, at: Moment, tcp: Layer, packet: Packet): void {
    const sender = this.sides[side];
    if (segment.analysis & ANY_RETRANSMISSION && (segment.analysis & KEEP_ALIVE) === 0) sender.again++;
    const isNew = segment.length > 0 && (segment.analysis & (ANY_RETRANSMISSION | KEEP_ALIVE)) === 0;
    if (isNew) {
      sender.octets += segment.length;
      sender.lastData = at;
      sender.pending ??= at;
    }
    // What lasts until its sender closes ended with the last segment before the FIN.
    const ended = segment.length > 0 ? at : (sender.lastData ?? at);
    const ofHandshake = this.layers(side, ended, tcp, packet, isNew);
    if (!isNew || ofHandshake) return;
    if (this.securing === null || this.securing.done !== null) this.turns.data(side, this.asker[0], segment.length, at);
  }

  /** What the segment completes. Answers whether all of that is of the handshake of TLS. */
  private layers(side: 0 | 1, at: Moment, tcp: Layer, packet: Packet, isNew: boolean): boolean {
    const sender = this.sides[side];
    let handshake = 0;
    let others = 0;
    for (let i = tcp.index + 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted) break;
      if (!Securing.isPart(layer)) others += layer.protocol.id === 'data' ? 0 : 1;
      else if (this.secures().layer(layer, side, at)) handshake++;
      else others++;
    }
    const ofHandshake = handshake > 0 && others === 0;
    if (ofHandshake) sender.pending = null;
    else if (isNew) this.requests.data(side, at);
    for (let i = tcp.index + 1; i < packet.count; i++) this.message(packet.layers[i]!, side, at);
    return ofHandshake;
  }

  private message(layer: Layer, side: 0 | 1, at: Moment): void {
    const { protocol, quoted } = layer;
    if (quoted || protocol.id === 'data') return;
    // What is inside of TLS says more than that there is TLS.
    if (this.service === null || this.service === 'tls') this.service = protocol.id;
    if (protocol === http && layer.headerEnd > layer.start) {
      this.requests.message(layer, side, this.sides[side].pending ?? at, at);
      this.sides[side].pending = null;
    } else if (protocol === http2 && layer.captured(HTTP2_HEADER)) this.requests.frame(layer, side, at);
  }

  /** The side that asks, as far as the packets so far tell, and whether they do: by the ports it is a guess. */
  get asker(): readonly [0 | 1, boolean] {
    const { opener, requests, securing, client, names } = this;
    if (opener !== null) return [opener, true];
    if (requests.client !== null) return [requests.client, true];
    if (securing !== null && securing.hello !== null) return [securing.client, true];
    if (client !== null) return [client, true];
    const [one, other] = names.map((name) => Number(name.slice(name.lastIndexOf(':') + 1))) as [number, number];
    return [one < other ? 1 : 0, false];
  }

  private secures(): Securing {
    if (this.securing === null) this.turns.end();
    this.securing ??= new Securing();
    return this.securing;
  }

  private window({ flags, window, analysis }: Segment, side: 0 | 1, at: Moment): void {
    if (flags & (SYN | RST | FIN)) return;
    const closed = this.stalls.findLast((stall) => stall.side === side && stall.end === null);
    const other = this.stalls.findLast((stall) => stall.side !== side && stall.end === null);
    if (other !== undefined && analysis & (ZERO_WINDOW_PROBE | KEEP_ALIVE)) other.probes++;
    if (window > 0) {
      if (closed !== undefined) closed.end = at;
    } else if (closed === undefined && this.stalls.length < MOST_STALLS) {
      this.stalls.push({ side, begin: at, end: null, probes: 0 });
    }
  }

  private closing(segment: Segment, side: 0 | 1, at: Moment): void {
    const { flags, acksFin } = segment;
    const other = this.sides[side === 0 ? 1 : 0];
    if (acksFin && other.fin !== null) {
      other.finAcknowledged ??= at;
      if (this.sides[side].fin !== null) this.lastAck = at;
    }
    if (flags & FIN) this.sides[side].fin ??= at;
    if ((flags & RST) === 0 || this.reset !== null) return;
    const reasons = segment.reset?.causes ?? [];
    this.refused = reasons[0] === 'refused';
    this.reset = { side, moment: at, reasons, answers: segment.reset?.answers ?? null };
  }

  private states({ a, b }: Connection, at: Moment): void {
    const [first, second] = this.sides;
    first.state = a.state;
    second.state = b.state;
    if (a.state === 'TIME_WAIT') first.waits ??= at;
    if (b.state === 'TIME_WAIT') second.waits ??= at;
    if (a.role !== null) this.client = a.role === 'client' ? 0 : 1;
  }
}

export const sideOf = ({ connection, sender }: Segment): 0 | 1 => (sender === connection.a ? 0 : 1);

const HTTP2_HEADER = 9;
