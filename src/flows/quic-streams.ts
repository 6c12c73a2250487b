import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { endsStream } from '../protocols/quic-frame-forms.ts';
import type { FrameCursor } from '../protocols/quic-frames.ts';
import { type OffsetBudget, OffsetStream } from './offset-stream.ts';

/** Streams of one connection that are remembered, each direction by itself; beyond, the oldest are forgotten. */
const MOST_STREAMS = 1024;

/** What came in one direction of a stream just now. */
export interface StreamArrival {
  readonly packet: Packet;
  /** The datagram that brought it. */
  readonly udp: Layer;
  readonly stream: number;
  /** It goes from the client to the server. */
  readonly fromClient: boolean;
}

/** Reads one direction of a stream. */
export interface StreamReader {
  /**
   * Shows what is whole of `bytes[0, ready)`, the octets that come next in the stream; what is taken is not given again.
   * `ended`: nothing follows. Answers with how many it took.
   */
  take(bytes: Uint8Array, ready: number, ended: boolean, arrival: StreamArrival): number;
}

/** Reads the streams of one connection. */
export interface StreamApplication {
  /** For a stream's first octets in this direction. */
  open(stream: number, fromClient: boolean): StreamReader;
}

/** Who reads streams of a protocol by this name (RFC 7301); null where nobody does. */
export type OpenApplication = (name: string) => StreamApplication | null;

interface Reading {
  readonly octets: OffsetStream;
  readonly reader: StreamReader;
  /** Its length, or -1 while nobody has said it. */
  size: number;
  taken: number;
}

/** The streams of one connection, put in order and handed to who reads them. RFC 9000 §2. */
export class QuicStreams {
  private readonly application: StreamApplication;
  private readonly budget: OffsetBudget;
  /** By twice the stream's number, and one more for what the server sends. */
  private readonly readings = new Map<number, Reading>();
  /** Numbers as above of streams that are over: what is sent again of them is not new. Up to the limit, too. */
  private readonly over = new Set<number>();

  constructor(application: StreamApplication, budget: OffsetBudget) {
    this.application = application;
    this.budget = budget;
  }

  /** Takes a STREAM frame, and shows what became whole with it. */
  take(frame: FrameCursor, packet: Packet, udp: Layer, fromClient: boolean): void {
    const stream = frame.integer(0);
    const key = stream * 2 + (fromClient ? 0 : 1);
    if (this.over.has(key)) return;
    const reading = this.readings.get(key) ?? this.begin(key, stream, fromClient);
    const { octets, reader } = reading;
    octets.add(frame.streamOffset, frame.bytes, frame.dataAt, frame.dataEnd);
    if (endsStream(frame.type)) reading.size = frame.streamOffset + frame.dataEnd - frame.dataAt;
    const ended = reading.size === reading.taken + octets.ready;
    if (octets.ready > 0) {
      const taken = reader.take(octets.bytes, octets.ready, ended, { packet, udp, stream, fromClient });
      if (taken > 0) octets.take(taken);
      reading.taken += taken;
    }
    if (ended || octets.overrun) this.end(key, reading);
  }

  private begin(key: number, stream: number, fromClient: boolean): Reading {
    const reader = this.application.open(stream, fromClient);
    const reading = { octets: new OffsetStream(this.budget), reader, size: -1, taken: 0 };
    this.readings.set(key, reading);
    if (this.readings.size > MOST_STREAMS) {
      const [oldest] = this.readings;
      this.end(oldest![0], oldest![1]);
    }
    return reading;
  }

  /** Nothing more is read of it: it is over, or something of it is missing for good. */
  private end(key: number, reading: Reading): void {
    reading.octets.close();
    this.readings.delete(key);
    this.over.add(key);
    if (this.over.size > MOST_STREAMS) this.over.delete(this.over.values().next().value!);
  }

  close(): void {
    for (const { octets } of this.readings.values()) octets.close();
    this.readings.clear();
  }
}
