import type { Layer } from '../core/layer.ts';
import { concluded, type EventLog } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import type { StreamArrival } from '../flows/quic-streams.ts';
import { statusMeaning } from '../protocols/http-status.ts';
import type { Http3Frame } from '../protocols/http3.ts';

/** Requests of one connection whose answers are waited for; beyond, the oldest are forgotten. */
const MOST_REQUESTS = 256;

/** A request, by the stream that it came in. */
interface Asked {
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Tells what happens in one connection of HTTP/3. Asked only while somebody explains. */
export class Http3Telling {
  private readonly events: EventLog;
  private readonly asked = new Map<number, Asked>();

  constructor(events: EventLog) {
    this.events = events;
  }

  get tells(): boolean {
    return this.events.enabled;
  }

  settings(layer: Layer, { packet, udp, stream }: StreamArrival): void {
    this.events.raise('http3.settings', layer, null, {
      sender: addressOf(packet, udp.network!, 'source'),
      receiver: addressOf(packet, udp.network!, 'destination'),
      stream: concluded(stream, packet.frame.number, STREAM),
    });
  }

  /** A header block of which this was read, in so many octets. */
  headers(layer: Layer, frame: Http3Frame, octets: number, arrival: StreamArrival): void {
    const method = frame.value(':method');
    const status = frame.value(':status');
    if (method !== null) this.request(layer, frame, method, octets, arrival);
    else if (status !== null) this.response(layer, frame, Number(status), arrival);
  }

  private request(layer: Layer, frame: Http3Frame, method: string, octets: number, arrival: StreamArrival): void {
    const { packet, udp } = arrival;
    const { number, seconds, nanoseconds } = packet.frame;
    const said = (name: string) => {
      const value = frame.value(name);
      return value === null ? null : concluded(value, number, VALUE);
    };
    this.asked.set(frame.stream, { frame: number, seconds, nanoseconds });
    if (this.asked.size > MOST_REQUESTS) this.asked.delete(this.asked.keys().next().value!);
    this.events.raise('http3.request', layer, null, {
      client: addressOf(packet, udp.network!, 'source'),
      server: addressOf(packet, udp.network!, 'destination'),
      stream: concluded(frame.stream, number, STREAM),
      method: concluded(method, number, VALUE),
      path: said(':path'),
      authority: said(':authority'),
      octets: concluded(octets, number, 'http3.frame_length'),
    });
  }

  private response(layer: Layer, frame: Http3Frame, status: number, { packet, udp }: StreamArrival): void {
    const { number, seconds, nanoseconds } = packet.frame;
    const meaning = statusMeaning(status);
    const asked = this.asked.get(frame.stream) ?? null;
    const took = asked === null ? 0 : seconds - asked.seconds + (nanoseconds - asked.nanoseconds) / 1e9;
    this.events.raise('http3.response', layer, null, {
      server: addressOf(packet, udp.network!, 'source'),
      stream: concluded(frame.stream, number, STREAM),
      status: concluded(status, number, VALUE),
      meaning: meaning === '' ? null : concluded(meaning, number),
      request: asked === null ? null : concluded(asked.frame, asked.frame),
      took: asked === null ? null : concluded(took, number),
    });
  }
}

const STREAM = 'dissect.http3.stream';
const VALUE = 'dissect.http3.header.value';
