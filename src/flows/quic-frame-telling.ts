import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { applicationErrorName, isOrderly } from '../protocols/quic-application-errors.ts';
import {
  APPLICATION_CLOSE,
  CONNECTION_CLOSE,
  errorName,
  HANDSHAKE_DONE,
  isStream,
  NEW_CONNECTION_ID,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  RESET_STREAM,
  STOP_SENDING,
} from '../protocols/quic-frame-forms.ts';
import { FrameCursor } from '../protocols/quic-frames.ts';
import { INITIAL, packetType } from '../protocols/quic-header.ts';
import { addressOf } from './address-evidence.ts';
import type { QuicConnection } from './quic-connection.ts';
import type { QuicArrival } from './quic-connections.ts';

/** What was told of a connection: bits of its `told`, above those of QuicTelling. */
const STREAM = 256;
const GIVEN = 512;
const DONE = 1024;

/** Tells what frames say. Asked only while somebody explains. */
export class QuicFrameTelling {
  private readonly events: EventLog;
  private readonly cursor = new FrameCursor();

  constructor(events: EventLog) {
    this.events = events;
  }

  tell(layer: Layer, arrival: QuicArrival): void {
    const frame = this.cursor.open(layer.bytes, layer.start, layer.capturedEnd);
    while (frame.next()) this.frame(frame, layer, arrival);
  }

  private frame(frame: FrameCursor, layer: Layer, arrival: QuicArrival): void {
    if (isStream(frame.type)) {
      this.stream(frame, layer, arrival);
      return;
    }
    switch (frame.type) {
      case CONNECTION_CLOSE:
      case APPLICATION_CLOSE:
        this.close(frame, layer, arrival);
        return;
      case RESET_STREAM:
      case STOP_SENDING:
        this.reset(frame, layer, arrival);
        return;
      case NEW_CONNECTION_ID:
        this.givenId(frame, layer, arrival);
        return;
      case PATH_CHALLENGE:
        this.challenge(frame, layer, arrival);
        return;
      case PATH_RESPONSE:
        this.response(frame, layer, arrival);
        return;
      case HANDSHAKE_DONE:
        this.done(layer, arrival);
    }
  }

  /** The first stream of a connection. RFC 9000 §2.1. */
  private stream(frame: FrameCursor, layer: Layer, { connection, packet, below }: QuicArrival): void {
    if (isTold(this.events, connection, STREAM)) return;
    const [sender, receiver] = ends(packet, below, true);
    const { number } = packet.frame;
    this.events.raise('quic.stream', layer, null, {
      sender,
      receiver,
      stream: concluded(frame.integer(0), number, 'quic.stream.stream_id'),
      length: concluded(frame.dataEnd - frame.dataAt, number),
    });
  }

  private close(frame: FrameCursor, layer: Layer, { connection, layer: carrier, packet, below }: QuicArrival): void {
    const [sender, receiver] = ends(packet, below, true);
    const { number } = packet.frame;
    const isApplication = frame.type === APPLICATION_CLOSE;
    const code = frame.integer(0);
    const field = isApplication ? 'quic.cc.error_code.app' : 'quic.cc.error_code';
    const reason = textOf(frame.bytes, frame.dataAt, frame.dataEnd);
    const said = {
      sender,
      receiver,
      code: concluded(code, number, field),
      reason: reason === '' ? null : concluded(reason, number, 'quic.cc.reason_phrase'),
    };
    if (packetType(carrier) === INITIAL && !isApplication) {
      const error = concluded(errorName(code), number, field);
      this.events.raise('quic.close', layer, null, { ...said, error });
      return;
    }
    const name = isApplication ? applicationErrorName(connection.application, code) : errorName(code);
    const isEnd = isApplication ? isOrderly(connection.application, code) : code === 0;
    const error = name === '' ? null : concluded(name, number);
    this.events.raise(isEnd ? 'quic.closed' : 'quic.closed.error', layer, null, { ...said, error });
  }

  /** One end gives up what it sends, or asks the other to. RFC 9000 §3.5. */
  private reset(frame: FrameCursor, layer: Layer, { connection, packet, below }: QuicArrival): void {
    const [sender, receiver] = ends(packet, below, true);
    const { number } = packet.frame;
    const isReset = frame.type === RESET_STREAM;
    const prefix = isReset ? 'quic.rsts.' : 'quic.ss.';
    const code = frame.integer(1);
    const name = applicationErrorName(connection.application, code);
    const field = `${prefix}application_error_code`;
    const said = {
      sender,
      receiver,
      stream: concluded(frame.integer(0), number, `${prefix}stream_id`),
      code: concluded(code, number, field),
      error: name === '' ? null : concluded(name, number),
    };
    if (!isReset) this.events.raise('quic.stream.stopped', layer, null, said);
    else {
      const size = concluded(frame.integer(2), number, 'quic.rsts.final_size');
      this.events.raise('quic.stream.reset', layer, null, { ...said, size });
    }
  }

  private givenId(frame: FrameCursor, layer: Layer, { connection, packet, below, direction }: QuicArrival): void {
    const bit = GIVEN << (2 * direction);
    if (isTold(this.events, connection, bit)) return;
    const [sender, receiver] = ends(packet, below, true);
    const { number } = packet.frame;
    this.events.raise('quic.connection-id.given', layer, null, {
      sender,
      receiver,
      id: concluded(idText(frame.bytes, frame.dataAt, frame.dataEnd), number, 'quic.nci.connection_id'),
      sequence: concluded(frame.integer(0), number, 'quic.nci.sequence'),
    });
  }

  private challenge(frame: FrameCursor, layer: Layer, { connection, packet, below }: QuicArrival): void {
    const [sender, receiver] = ends(packet, below, true);
    const { number, seconds, nanoseconds } = packet.frame;
    const octets = frame.bytes.slice(frame.dataAt, frame.dataEnd);
    connection.challenge = { frame: number, seconds, nanoseconds, octets };
    this.events.raise('quic.path.challenge', layer, null, { sender, receiver });
  }

  /** RFC 9000 §8.2.3: it has what the challenge had. */
  private response(frame: FrameCursor, layer: Layer, { connection, packet, below }: QuicArrival): void {
    const [sender, receiver] = ends(packet, below, true);
    const { challenge } = connection;
    const isIts = challenge?.octets.every((octet, i) => frame.bytes[frame.dataAt + i] === octet) ?? false;
    const asked = isIts ? challenge : null;
    this.events.raise('quic.path.response', layer, null, {
      sender,
      receiver,
      challenge: asked === null ? null : concluded(asked.frame, asked.frame),
      took: asked === null ? null : concluded(since(asked, packet), packet.frame.number),
    });
  }

  private done(layer: Layer, { connection, packet, below }: QuicArrival): void {
    if (isTold(this.events, connection, DONE)) return;
    const [server, client] = ends(packet, below, true);
    this.events.raise('quic.handshake.confirmed', layer, null, { server, client });
  }
}

/** Remembers that it is told, and answers whether it was before. */
export function isTold(events: EventLog, connection: QuicConnection, what: number): boolean {
  if (connection.told & what) return true;
  connection.told |= what;
  events.once(() => {
    connection.told &= ~what;
  });
  return false;
}

/** Seconds that have passed. */
const since = ({ seconds, nanoseconds }: { seconds: number; nanoseconds: number }, { frame }: Packet): number =>
  frame.seconds - seconds + (frame.nanoseconds - nanoseconds) / 1e9;

/** Who sent the datagram and who gets it, the other way round where the sender is not the first. */
export function ends(packet: Packet, { network }: Layer, forward: boolean): readonly [Evidence, Evidence] {
  const sender = addressOf(packet, network!, 'source');
  const receiver = addressOf(packet, network!, 'destination');
  return forward ? [sender, receiver] : [receiver, sender];
}

const text = new Writer(64);

/** As hexadecimal digits. */
export function idText(bytes: Uint8Array, at: number, end: number): string {
  text.clear();
  text.octets(bytes, at, end);
  return text.toString();
}

export const idSeen = (packet: Packet, layer: Layer, field: string, at: number, length: number): Evidence =>
  seen(packet, layer, field, at, length, idText(layer.bytes, at, at + length));
