import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { quic } from '../protocols/quic.ts';
import { CRYPTO } from '../protocols/quic-frame-forms.ts';
import { FrameCursor } from '../protocols/quic-frames.ts';
import { writeDatagram } from '../protocols/quic-line.ts';
import { TlsState, tlsMessages } from '../protocols/tls.ts';
import { findApplication, isRetryRequest, MESSAGE_HEADER, messageLength, Place } from '../protocols/tls-hello.ts';
import { CLIENT_HELLO, ENCRYPTED_EXTENSIONS, SERVER_HELLO, TLS13 } from '../protocols/tls-names.ts';
import type { KeyLog } from './key-log.ts';
import { type OffsetBudget, OffsetStream } from './offset-stream.ts';
import type { QuicConnection, Space } from './quic-connection.ts';
import type { QuicArrival } from './quic-connections.ts';
import { QuicOpener } from './quic-opener.ts';

/** A handshake message in CRYPTO frames: the line speaks of the datagram that carried it. */
class CryptoState extends TlsState {
  override readonly column = quic.column;
  info(_layer: Layer, packet: Packet, out: Parameters<typeof writeDatagram>[1]): void {
    writeDatagram(packet, out);
  }
}
const IN_CRYPTO = new CryptoState(TLS13, false);

/** Handshakes of TLS in CRYPTO frames, put together, and what connections learn from them. RFC 9001 §4. */
export class QuicHandshakes {
  private readonly secrets: KeyLog;
  private readonly budget: OffsetBudget;
  private readonly frames = new FrameCursor();

  constructor(secrets: KeyLog, budget: OffsetBudget) {
    this.secrets = secrets;
    this.budget = budget;
  }

  /** Takes the CRYPTO frames of a packet. Answers with the messages that became whole; null where none did. */
  messages({ connection, packet, direction }: QuicArrival, frames: Layer, space: Space): Layer | null {
    const end = connection.ends[direction];
    const frame = this.frames.open(frames.bytes, frames.start, frames.capturedEnd);
    while (frame.next()) {
      if (frame.type !== CRYPTO) continue;
      end.crypto[space] ??= new OffsetStream(this.budget);
      end.crypto[space].add(frame.integer(0), frame.bytes, frame.dataAt, frame.dataEnd);
    }
    const crypto = end.crypto[space];
    if (crypto === null) return null;
    const { bytes } = crypto;
    const length = this.learnMessages(connection, bytes, crypto.ready);
    if (length === 0) return null;
    const index = packet.count;
    packet.decode(tlsMessages, bytes, 0, length, length);
    crypto.take(length);
    if (packet.count === index) return null;
    const layer = packet.layers[index]!;
    layer.context = IN_CRYPTO;
    return layer;
  }

  /** Octets of messages that are whole, of those that are ready. */
  private learnMessages(connection: QuicConnection, bytes: Uint8Array, ready: number): number {
    let at = 0;
    while (at + MESSAGE_HEADER <= ready && at + messageLength(bytes, at) <= ready) {
      const end = at + messageLength(bytes, at);
      this.learnMessage(connection, bytes, at, end);
      at = end;
    }
    return at;
  }

  /** What a message settles: keys, and the protocol in the streams. */
  private learnMessage(connection: QuicConnection, bytes: Uint8Array, at: number, end: number): void {
    const type = bytes[at]!;
    if (type === CLIENT_HELLO) {
      if (this.secrets.size === 0) return;
      connection.opener ??= new QuicOpener(this.secrets);
      connection.opener.clientHello(bytes, at, end);
    }
    if (type === SERVER_HELLO && !isRetryRequest(bytes, at, end)) connection.opener?.serverHello(bytes, at, end);
    // What a client offers first counts until the server has chosen: early data is of it (RFC 8446 §4.2.10).
    if (type !== CLIENT_HELLO && type !== ENCRYPTED_EXTENSIONS) return;
    if (findApplication(bytes, at, end, place)) connection.application = stringOf(bytes, place.at, place.end);
  }
}

const place = new Place();
