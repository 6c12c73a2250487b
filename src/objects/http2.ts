import { u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { withoutCoding } from '../protocols/content-coding.ts';
import {
  content,
  DATA,
  END_STREAM,
  flags,
  HEADER,
  HEADERS,
  type HeaderLines,
  headerLines,
  PUSH_PROMISE,
  prefaceLength,
  RST_STREAM,
  streamId,
  type,
} from '../protocols/http2.ts';
import type { Cut, Reading } from '../streams/reading.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import type { Take } from './carried.ts';
import { dispositionName } from './disposition.ts';
import { hostOf } from './http.ts';
import { Parts } from './parts.ts';

/** Streams of one connection that are remembered in each direction; the oldest are given up first. */
const STREAM_COUNT = 1024;

/** Requests that are remembered in all; a header of one octet may stand for a long one (RFC 7541 §2.3). */
const MOST_ASKED = 1 << 16;
/** Letters of a field's value that are kept. */
const LONGEST_VALUE = 2048;

const kept = (head: HeaderLines, name: string): string | null => head.value(name)?.slice(0, LONGEST_VALUE) ?? null;

/** One direction of one stream, from its header on. */
class Body {
  readonly isRequest: boolean;
  readonly type: string | null;
  readonly disposition: string | null;
  readonly coding: string | null;
  readonly range: string | null;
  readonly parts: Parts;
  frame = 0;
  cut: Cut | null = null;

  constructor(head: HeaderLines, budget: StreamBudget) {
    this.isRequest = head.value(':method') !== null;
    this.type = kept(head, 'content-type');
    this.disposition = kept(head, 'content-disposition');
    this.coding = kept(head, 'content-encoding');
    this.range = this.isRequest ? null : kept(head, 'content-range');
    this.parts = new Parts(budget);
  }
}

/** One connection. */
class Connection {
  /** By the number of the stream: what was asked for. */
  readonly asked = new Map<number, string>();
  readonly bodies = [new Map<number, Body>(), new Map<number, Body>()] as const;
  /** The stream and the flags of a header block whose end has not come, in each direction. */
  readonly open = [NO_BLOCK, NO_BLOCK];
}

interface OpenBlock {
  readonly id: number;
  readonly ends: boolean;
}

const NO_BLOCK: OpenBlock = { id: 0, ends: false };

/** Contents of HTTP/2 messages, put together from the DATA frames of each stream (RFC 9113 §8.1). */
export class Http2Objects {
  private readonly connections = new Map<number, Connection>();
  /** How many requests are remembered. */
  private asked = 0;
  private readonly budget: StreamBudget;
  private readonly take: Take;

  constructor(budget: StreamBudget, take: Take) {
    this.budget = budget;
    this.take = take;
  }

  frame(layer: Layer, packet: Packet, reading: Reading, direction: 0 | 1): void {
    const { bytes, start, capturedEnd } = layer;
    if (capturedEnd - start < HEADER || prefaceLength(bytes, start, capturedEnd) === capturedEnd - start) return;
    const connection = this.connectionOf(reading);
    const id = streamId(bytes, start);
    const kind = type(bytes, start);
    const ends = (flags(bytes, start) & END_STREAM) !== 0;
    const cut = reading.cuts[layer.index] ?? null;
    if (kind === DATA) this.data(connection, layer, packet, reading, direction, cut);
    else if (kind === RST_STREAM) {
      for (const side of SIDES) this.finish(connection, id, packet.frame.number, reading, side, 'reset');
    } else if (kind === HEADERS || kind === PUSH_PROMISE)
      connection.open[direction] = { id: headedStream(layer), ends };
    const lines = headerLines(layer);
    if (lines === null) return;
    const block = connection.open[direction]!;
    this.head(connection, block.id, lines, direction);
    if (block.ends) this.finish(connection, block.id, packet.frame.number, reading, direction, null);
  }

  /** Octets of this direction are lost: of which streams, nobody knows. */
  lost(reading: Reading, direction: 0 | 1, why: Cut): void {
    const connection = this.connections.get(reading.about);
    for (const body of connection?.bodies[direction].values() ?? []) body.cut ??= why;
  }

  over(reading: Reading, why: Cut): void {
    const connection = this.connections.get(reading.about);
    if (connection === undefined) return;
    for (const side of SIDES) {
      for (const [id, { frame }] of connection.bodies[side]) this.finish(connection, id, frame, reading, side, why);
    }
    this.asked -= connection.asked.size;
    this.connections.delete(reading.about);
  }

  private connectionOf({ about }: Reading): Connection {
    let connection = this.connections.get(about);
    if (connection === undefined) {
      connection = new Connection();
      this.connections.set(about, connection);
    }
    return connection;
  }

  /** A second block without a status or a method is the trailer; a status from 100 to 199 announces the real one. */
  private head(connection: Connection, id: number, lines: HeaderLines, direction: 0 | 1): void {
    if (lines.value(':method') !== null) this.ask(connection, id, lines);
    else if (/^1\d\d$|^$/.test(lines.value(':status') ?? '')) return;
    const bodies = connection.bodies[direction];
    if (bodies.has(id)) return;
    remember(bodies, id, new Body(lines, this.budget))?.parts.take();
  }

  private ask({ asked }: Connection, id: number, lines: HeaderLines): void {
    const uri = uriOf(lines);
    if (uri === null || this.asked >= MOST_ASKED) return;
    this.asked -= asked.size;
    remember(asked, id, uri);
    this.asked += asked.size;
  }

  private data(
    connection: Connection,
    { bytes, start, capturedEnd, wireEnd }: Layer,
    { frame }: Packet,
    reading: Reading,
    direction: 0 | 1,
    cut: Cut | null,
  ): void {
    const id = streamId(bytes, start);
    const body = connection.bodies[direction].get(id);
    if (body === undefined) return;
    body.frame = frame.number;
    const inside = content(bytes, start, capturedEnd);
    if (capturedEnd < wireEnd || inside === null) body.cut ??= cut ?? 'hole';
    else body.cut ??= body.parts.add(bytes, inside[0], inside[1]);
    if (flags(bytes, start) & END_STREAM) this.finish(connection, id, frame.number, reading, direction, null);
  }

  private finish(
    { asked, bodies }: Connection,
    id: number,
    frame: number,
    reading: Reading,
    direction: 0 | 1,
    why: Cut | null,
  ): void {
    const body = bodies[direction].get(id);
    if (body === undefined) return;
    bodies[direction].delete(id);
    const octets = body.parts.take();
    if (octets.length === 0) return;
    const { isRequest, coding } = body;
    const uri = asked.get(id) ?? null;
    const plain = coding === null ? octets : withoutCoding(octets, coding);
    this.take({
      protocol: 'http2',
      frame,
      stream: reading.about,
      sender: isRequest ? 'client' : 'server',
      host: hostOf(uri),
      uri,
      type: body.type,
      named: dispositionName(body.disposition),
      content: plain ?? octets,
      coding: plain === null ? coding : null,
      range: body.range,
      cut: body.cut ?? why,
    });
  }
}

const SIDES = [0, 1] as const;

/** A promise is about another stream than the one it comes in (§6.6). */
function headedStream({ bytes, start, capturedEnd }: Layer): number {
  if (type(bytes, start) !== PUSH_PROMISE) return streamId(bytes, start);
  const inside = content(bytes, start, capturedEnd);
  const at = (inside?.[0] ?? capturedEnd) - 4;
  return at >= start + HEADER ? u32(bytes, at) & 0x7fffffff : 0;
}

function uriOf(head: HeaderLines): string | null {
  const path = kept(head, ':path');
  const authority = kept(head, ':authority') ?? kept(head, 'host');
  if (path === null || authority === null) return path;
  return `${kept(head, ':scheme') ?? 'http'}://${authority}${path}`;
}

/** Answers with the eldest one, where it had to go. */
function remember<T>(map: Map<number, T>, id: number, value: T): T | null {
  map.set(id, value);
  if (map.size <= STREAM_COUNT) return null;
  const [eldest, gone] = map.entries().next().value!;
  map.delete(eldest);
  return gone;
}
