import type { Packet } from '../core/packet.ts';
import { Conversations } from '../flows/conversations.ts';
import { isDependent, Kept, NONE, OTHER } from './kept.ts';

/** Packets that one vantage point is remembered for; what comes later is counted only. Some 70 octets each. */
const MOST_SIGHTINGS = 4_000_000;

/**
 * Every IP packet that was seen at one place, one row of numbers each: enough to find it again where it came by with other
 * addresses. A place is one interface of one capture.
 */
export class Sightings {
  /** How people call the place: a file, or an interface of it. */
  readonly name: string;
  /** Rows so far. */
  count = 0;
  /** Packets that came when there was no room any more. */
  left = 0;
  /** Seconds since 1970 of the capture's first frame: `times` count from there. */
  epoch = 0;
  epochNanoseconds = 0;
  frames = new Uint32Array(FIRST_ROWS);
  /** Nanoseconds since the capture's first frame. */
  times = new Float64Array(FIRST_ROWS);
  kinds = new Uint8Array(FIRST_ROWS);
  /** Number of the conversation among those of its kind, and 1 for packets against the direction of its first one. */
  conversations = new Int32Array(FIRST_ROWS);
  directions = new Uint8Array(FIRST_ROWS);
  lows = new Int32Array(FIRST_ROWS);
  highs = new Int32Array(FIRST_ROWS);
  hops = new Uint8Array(FIRST_ROWS);
  ids = new Int32Array(FIRST_ROWS);
  residues = new Int32Array(FIRST_ROWS);
  checksums = new Int32Array(FIRST_ROWS);
  segmentSizes = new Int32Array(FIRST_ROWS);
  opens = new Uint8Array(FIRST_ROWS);
  /** Of TCP, as `Kept` has them; the connection's number is that of the tracker, as `tcp.stream` is. */
  seqs = new Uint32Array(FIRST_ROWS);
  acks = new Uint32Array(FIRST_ROWS);
  flags = new Uint8Array(FIRST_ROWS);
  lengths = new Int32Array(FIRST_ROWS);
  streams = new Int32Array(FIRST_ROWS);
  /** Of errors: the row in `quotes`. */
  quoted = new Int32Array(FIRST_ROWS);
  /** What errors quote: kind, conversation and direction in turn. */
  readonly quotes: number[] = [];
  /** The endpoints of each kind. Errors and fragments have addresses only, as other protocols have. */
  private readonly endpoints = [new Conversations(), new Conversations(), new Conversations(), new Conversations()];
  private readonly kept = new Kept();

  constructor(name: string) {
    this.name = name;
  }

  /** Takes a decoded packet in; what is no IP is none of a translator's business. */
  add(packet: Packet): void {
    const { kept } = this;
    if (!kept.read(packet)) return;
    if (this.count === MOST_SIGHTINGS) {
      this.left++;
      return;
    }
    const { frame } = packet;
    if (this.count === 0) this.setEpoch(packet);
    if (this.count === this.frames.length) this.grow();
    const row = this.count++;
    const endpoints = this.endpointsOf(kept.kind);
    this.frames[row] = frame.number;
    this.times[row] = frame.relativeSeconds * 1e9 + frame.relativeNanoseconds;
    this.kinds[row] = kept.kind;
    this.conversations[row] = endpoints.find(kept.network, kept.sourcePort, kept.destinationPort);
    this.directions[row] = endpoints.lastDirection;
    this.lows[row] = kept.low;
    this.highs[row] = kept.high;
    this.hops[row] = kept.hops;
    this.ids[row] = kept.id;
    this.residues[row] = kept.residue;
    this.checksums[row] = kept.checksum;
    this.segmentSizes[row] = kept.mss;
    this.opens[row] = kept.opens ? 1 : 0;
    this.seqs[row] = kept.seq;
    this.acks[row] = kept.ack;
    this.flags[row] = kept.flags;
    this.lengths[row] = kept.length;
    this.streams[row] = kept.stream;
    this.quoted[row] = this.quote();
  }

  /** `203.0.113.1:40001`: of a row's packet, where it came from (side 0) or went to (1). */
  endpoint(row: number, side: 0 | 1): string {
    return this.endpointOf(this.kinds[row]!, this.conversations[row]!, side === this.directions[row] ? 0 : 1);
  }

  /** Of a conversation: side 0 is where its first packet came from. */
  endpointOf(kind: number, conversation: number, side: 0 | 1): string {
    const name = this.endpointsOf(kind).endpointName(conversation, side);
    return kind >= OTHER ? name.slice(0, name.lastIndexOf(':')) : name;
  }

  private endpointsOf(kind: number): Conversations {
    return this.endpoints[isDependent(kind) ? OTHER : kind]!;
  }

  private quote(): number {
    const { quoted, quotedKind, quotedSource, quotedDestination } = this.kept;
    if (quoted === null) return NONE;
    const endpoints = this.endpointsOf(quotedKind);
    const conversation = endpoints.find(quoted.network!, quotedSource, quotedDestination);
    this.quotes.push(quotedKind, conversation, endpoints.lastDirection);
    return this.quotes.length - 3;
  }

  private setEpoch({ frame }: Packet): void {
    this.epoch = frame.seconds - frame.relativeSeconds;
    this.epochNanoseconds = frame.nanoseconds - frame.relativeNanoseconds;
  }

  private grow(): void {
    this.frames = doubled(this.frames);
    this.times = doubled(this.times);
    this.kinds = doubled(this.kinds);
    this.conversations = doubled(this.conversations);
    this.directions = doubled(this.directions);
    this.lows = doubled(this.lows);
    this.highs = doubled(this.highs);
    this.hops = doubled(this.hops);
    this.ids = doubled(this.ids);
    this.residues = doubled(this.residues);
    this.checksums = doubled(this.checksums);
    this.segmentSizes = doubled(this.segmentSizes);
    this.opens = doubled(this.opens);
    this.seqs = doubled(this.seqs);
    this.acks = doubled(this.acks);
    this.flags = doubled(this.flags);
    this.lengths = doubled(this.lengths);
    this.streams = doubled(this.streams);
    this.quoted = doubled(this.quoted);
  }
}

const FIRST_ROWS = 1024;

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

function doubled<T extends Column>(column: T): T {
  const grown = new (column.constructor as new (length: number) => T)(column.length * 2);
  grown.set(column);
  return grown;
}
