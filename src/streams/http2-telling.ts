import { u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { addressOf, secondsOf } from '../flows/address-evidence.ts';
import { statusMeaning } from '../protocols/http-status.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  errorName,
  flags,
  GOAWAY,
  HEADER,
  HEADERS,
  HeaderLines,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  payloadLength,
  RST_STREAM,
  SETTINGS,
  streamId,
  type,
  WINDOW_UPDATE,
} from '../protocols/http2.ts';
import type { Arrival } from './stream.ts';

/** Requests of one connection that are remembered for their responses; the oldest are forgotten first. */
const MOST_REQUESTS = 256;
const SETTING = 6;
const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;
const NO_ERROR = 0;

/** When something was, in seconds since the capture's first frame, and where. */
interface Moment {
  readonly frame: number;
  readonly at: number;
}

/** Tells what happens in one HTTP/2 connection. Asked only while somebody explains. */
export class Http2Telling {
  private readonly events: EventLog;
  private readonly requests = new Map<number, Moment>();
  /** The last ping of each direction. */
  private readonly pings: [Moment | null, Moment | null] = [null, null];

  constructor(events: EventLog) {
    this.events = events;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.requests.size);
    for (const [stream, moment] of this.requests) {
      out.number(stream);
      restMoment(moment, out);
    }
    for (const ping of this.pings) {
      out.flag(ping !== null);
      if (ping !== null) restMoment(ping, out);
    }
  }

  wake(left: OctetStringReader): void {
    for (let requests = left.number(); requests > 0; requests--) this.requests.set(left.number(), wakeMoment(left));
    for (const direction of [0, 1] as const) this.pings[direction] = left.flag() ? wakeMoment(left) : null;
  }

  preface(layer: Layer, { packet, tcp, about }: Arrival): void {
    this.events.raise('http2.preface', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
    });
  }

  /** One whole frame, whose header block was read. */
  frame(direction: 0 | 1, layer: Layer, arrival: Arrival): void {
    const { bytes, start } = layer;
    const has = (length: number): boolean => layer.captured(HEADER + length);
    switch (type(bytes, start)) {
      case SETTINGS:
        this.settings(layer, arrival);
        return;
      case HEADERS:
        this.headers(layer, arrival);
        return;
      case DATA:
        this.raiseLength('http2.data', layer, arrival);
        return;
      case CONTINUATION:
        this.raiseLength('http2.continuation', layer, arrival);
        this.headers(layer, arrival);
        return;
      case PUSH_PROMISE:
        this.promise(layer, arrival);
        return;
      case PRIORITY:
        this.events.raise('http2.priority', layer, arrival.about, {
          sender: sender(arrival),
          stream: streamOf(layer, arrival.packet),
        });
        return;
      case PING:
        this.ping(direction, layer, arrival);
        return;
      case WINDOW_UPDATE:
        if (has(4)) this.window(layer, arrival);
        return;
      case RST_STREAM:
        if (has(4)) this.reset(layer, arrival);
        return;
      case GOAWAY:
        if (has(8)) this.goAway(layer, arrival);
        return;
    }
  }

  private settings(layer: Layer, arrival: Arrival): void {
    const { bytes, start, capturedEnd } = layer;
    const { packet, about } = arrival;
    if (flags(bytes, start) & ACK) {
      this.events.raise('http2.settings.acknowledged', layer, about, { sender: sender(arrival) });
      return;
    }
    const value = (id: number, field: string): Evidence | null => {
      for (let at = start + HEADER; at + SETTING <= capturedEnd; at += SETTING) {
        if (u16(bytes, at) === id) return seen(packet, layer, `http2.settings.${field}`, at + 2, 4, u32(bytes, at + 2));
      }
      return null;
    };
    this.events.raise('http2.settings', layer, about, {
      sender: sender(arrival),
      count: concluded(Math.floor(payloadLength(bytes, start) / SETTING), packet.frame.number),
      streams: value(MAX_CONCURRENT_STREAMS, 'max_concurrent_streams'),
      window: value(INITIAL_WINDOW_SIZE, 'initial_window_size'),
    });
  }

  /** The frame that ends a header block has its fields: of a request, a response, or what follows a content. */
  private headers(layer: Layer, arrival: Arrival): void {
    if (!(layer.context instanceof HeaderLines)) return;
    const lines = layer.context;
    const { packet, about } = arrival;
    const said = (name: string, field: string): Evidence | null => {
      const value = lines.value(name);
      return value === null ? null : concluded(value, packet.frame.number, field);
    };
    const method = said(':method', 'http2.headers.method');
    const status = lines.value(':status');
    const stream = streamOf(layer, packet);
    const id = streamId(layer.bytes, layer.start);
    if (method !== null) {
      this.remember(id, packet);
      this.events.raise('http2.request', layer, about, {
        client: sender(arrival),
        server: receiver(arrival),
        stream,
        method,
        path: said(':path', 'http2.headers.path'),
        authority: said(':authority', 'http2.headers.authority'),
        octets: concluded(payloadLength(layer.bytes, layer.start), packet.frame.number, 'http2.length'),
        length: concluded(lengthOf(lines), packet.frame.number),
      });
    } else if (status !== null && /^\d{3}$/.test(status)) {
      const request = this.requests.get(id) ?? null;
      const meaning = statusMeaning(Number(status));
      this.events.raise('http2.response', layer, about, {
        server: sender(arrival),
        stream,
        status: concluded(Number(status), packet.frame.number, 'http2.headers.status'),
        meaning: meaning === '' ? null : concluded(meaning, packet.frame.number),
        ...since(request, packet, 'request'),
      });
    }
  }

  private remember(id: number, packet: Packet): void {
    if (this.requests.size >= MOST_REQUESTS) this.requests.delete(this.requests.keys().next().value!);
    this.requests.set(id, momentOf(packet));
  }

  private raiseLength(event: 'http2.data' | 'http2.continuation', layer: Layer, arrival: Arrival): void {
    const { bytes, start } = layer;
    this.events.raise(event, layer, arrival.about, {
      sender: sender(arrival),
      stream: streamOf(layer, arrival.packet),
      length: seen(arrival.packet, layer, 'http2.length', start, 3, payloadLength(bytes, start)),
    });
  }

  private promise(layer: Layer, arrival: Arrival): void {
    const lines = layer.context instanceof HeaderLines ? layer.context : null;
    const { packet, about } = arrival;
    const { bytes, start } = layer;
    const at = start + HEADER + (flags(bytes, start) & PADDED ? 1 : 0);
    if (at + 4 > layer.capturedEnd) return;
    const promised = u32(bytes, at) & 0x7fffffff;
    this.remember(promised, packet);
    const path = lines?.value(':path') ?? null;
    this.events.raise('http2.promise', layer, about, {
      server: sender(arrival),
      stream: streamOf(layer, packet),
      promised: seen(packet, layer, 'http2.push_promise.promised_stream_id', at, 4, promised),
      path: path === null ? null : concluded(path, packet.frame.number, 'http2.headers.path'),
    });
  }

  private ping(direction: 0 | 1, layer: Layer, arrival: Arrival): void {
    const { packet, about } = arrival;
    if (flags(layer.bytes, layer.start) & ACK) {
      const asker = direction === 0 ? 1 : 0;
      const asked = this.pings[asker];
      this.events.raise('http2.pong', layer, about, { sender: sender(arrival), ...since(asked, packet, 'ping') });
      this.pings[asker] = null;
      return;
    }
    this.pings[direction] = momentOf(packet);
    this.events.raise('http2.ping', layer, about, { sender: sender(arrival), receiver: receiver(arrival) });
  }

  private window(layer: Layer, arrival: Arrival): void {
    const { bytes, start } = layer;
    const at = start + HEADER;
    const increment = u32(bytes, at) & 0x7fffffff;
    this.events.raise('http2.window', layer, arrival.about, {
      sender: sender(arrival),
      stream: streamId(bytes, start) === 0 ? null : streamOf(layer, arrival.packet),
      increment: seen(arrival.packet, layer, 'http2.window_update.window_size_increment', at, 4, increment),
    });
  }

  private reset(layer: Layer, arrival: Arrival): void {
    const { bytes, start } = layer;
    const request = this.requests.get(streamId(bytes, start)) ?? null;
    this.events.raise('http2.reset', layer, arrival.about, {
      sender: sender(arrival),
      stream: streamOf(layer, arrival.packet),
      error: concluded(errorName(u32(bytes, start + HEADER)), arrival.packet.frame.number, 'http2.rst_stream.error'),
      request: request === null ? null : concluded(request.frame, request.frame),
    });
  }

  private goAway(layer: Layer, arrival: Arrival): void {
    const { bytes, start } = layer;
    const { packet, about } = arrival;
    const at = start + HEADER;
    const error = u32(bytes, at + 4);
    this.events.raise(error === NO_ERROR ? 'http2.goaway' : 'http2.goaway.error', layer, about, {
      sender: sender(arrival),
      last: seen(packet, layer, 'http2.goaway.last_stream_id', at, 4, u32(bytes, at) & 0x7fffffff),
      error: concluded(errorName(error), packet.frame.number, 'http2.goaway.error'),
    });
  }
}

const PADDED = 0x08;

const sender = ({ packet, tcp }: Arrival): Evidence => addressOf(packet, tcp.network!, 'source');
const receiver = ({ packet, tcp }: Arrival): Evidence => addressOf(packet, tcp.network!, 'destination');

const streamOf = (layer: Layer, packet: Packet): Evidence =>
  seen(packet, layer, 'http2.streamid', layer.start + 5, 4, streamId(layer.bytes, layer.start));

const momentOf = (packet: Packet): Moment => ({ frame: packet.frame.number, at: secondsOf(packet) });

/** The frame that was answered, and how long that took. */
function since<K extends string>(asked: Moment | null, packet: Packet, name: K): Record<K | 'took', Evidence | null> {
  const frame = asked === null ? null : concluded(asked.frame, asked.frame);
  const took = asked === null ? null : concluded(secondsOf(packet) - asked.at, packet.frame.number);
  return { [name]: frame, took } as Record<K | 'took', Evidence | null>;
}

/** Octets that the fields would have in HTTP/1.1: names, values, and four for what parts them. */
const lengthOf = ({ lines }: HeaderLines): number =>
  lines.reduce((sum, { name, value }) => sum + name.length + value.length + 4, 0);

function restMoment({ frame, at }: Moment, out: OctetStringWriter): void {
  out.number(frame);
  out.number(Math.max(0, Math.round(at * 1e9)));
}

function wakeMoment(left: OctetStringReader): Moment {
  return { frame: left.number(), at: left.number() / 1e9 };
}
