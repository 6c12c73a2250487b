import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { destinationIdAt, destinationIdLength, sourceIdAt, sourceIdLength, version } from '../protocols/quic.ts';
import { CONNECTION_CLOSE, errorName, FrameCursor } from '../protocols/quic-frames.ts';
import { RETRY_TAG } from '../protocols/quic-protection.ts';
import { isReserved, versionName } from '../protocols/quic-versions.ts';
import {
  chosenSuite,
  chosenVersion,
  findApplication,
  findServerName,
  isRetryRequest,
  MESSAGE_HEADER,
  messageLength,
  offeredVersion,
  Place,
  versionField,
  wantedGroup,
} from '../protocols/tls-handshake.ts';
import {
  CLIENT_HELLO,
  groupName,
  SERVER_HELLO,
  suiteName,
  versionName as tlsVersionName,
} from '../protocols/tls-names.ts';
import { HEADER as UDP_HEADER } from '../protocols/udp.ts';
import { addressOf } from './address-evidence.ts';
import type { QuicConnection } from './quic-connections.ts';

/** What was told of a connection. */
const HANDSHAKE = 1;
const PROTECTED = 2;
const EARLY = 4;

/** What a client has to fill a datagram up to that carries an Initial (RFC 9000 §14.1). */
const SMALLEST = 1200;

/** Tells what happens in connections of QUIC. Asked only while somebody explains. */
export class QuicTelling {
  private readonly events: EventLog;
  private readonly cursor = new FrameCursor();

  constructor(events: EventLog) {
    this.events = events;
  }

  /** The first Initial of a connection. */
  began(layer: Layer, packet: Packet, below: Layer, isClient: boolean): void {
    const [client, server] = ends(packet, below, isClient);
    this.events.raise('quic.initial', layer, null, {
      client,
      server,
      version: concluded(nameOf(version(layer)), packet.frame.number, 'quic.version'),
      id: idSeen(packet, layer, 'quic.dcid', destinationIdAt(layer), destinationIdLength(layer)),
    });
  }

  /** An Initial of the client: the datagram is large, or the server drops it. */
  small(layer: Layer, packet: Packet, below: Layer): void {
    const length = below.wireEnd - below.start - UDP_HEADER;
    if (length >= SMALLEST) return;
    const [client, server] = ends(packet, below, true);
    this.events.raise('quic.initial.small', layer, null, {
      client,
      server,
      length: concluded(length, packet.frame.number),
    });
  }

  versionNegotiation(layer: Layer, packet: Packet, below: Layer): void {
    const [server, client] = ends(packet, below, true);
    const at = sourceIdAt(layer) + sourceIdLength(layer);
    const names: string[] = [];
    for (let i = at; i + 4 <= layer.capturedEnd && names.length < MOST_VERSIONS; i += 4) {
      names.push(nameOf(u32(layer.bytes, i)));
    }
    this.events.raise('quic.version-negotiation', layer, null, {
      server,
      client,
      versions: seen(packet, layer, 'quic.supported_version', at, layer.capturedEnd - at, names.join(', ')),
    });
  }

  /** `isRight`: the tag is that of an answer to the client's Initial. */
  retry(layer: Layer, packet: Packet, below: Layer, isRight: boolean): void {
    const [server, client] = ends(packet, below, true);
    const at = layer.capturedEnd - RETRY_TAG;
    this.events.raise('quic.retry', layer, null, {
      server,
      client,
      id: idSeen(packet, layer, 'quic.scid', sourceIdAt(layer), sourceIdLength(layer)),
      tag: isRight ? idSeen(packet, layer, 'quic.retry_integrity_tag', at, RETRY_TAG) : null,
    });
  }

  handshake(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer): void {
    if (this.isTold(connection, HANDSHAKE)) return;
    const [sender, receiver] = ends(packet, below, true);
    this.events.raise('quic.handshake', layer, null, { sender, receiver });
  }

  earlyData(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer): void {
    if (this.isTold(connection, EARLY)) return;
    const [client, server] = ends(packet, below, true);
    this.events.raise('quic.early-data', layer, null, { client, server });
  }

  protected(connection: QuicConnection, layer: Layer, packet: Packet, below: Layer): void {
    if (this.isTold(connection, PROTECTED)) return;
    const [sender] = ends(packet, below, true);
    this.events.raise('quic.protected', layer, null, {
      sender,
      spin: concluded((u8(layer.bytes, layer.start) >>> 5) & 1, packet.frame.number, 'quic.spin_bit'),
    });
  }

  /** A short header has another connection ID than before, as that of `frame` had, and as long. */
  idChanged(layer: Layer, packet: Packet, below: Layer, before: Uint8Array, frame: number): void {
    const [sender, receiver] = ends(packet, below, true);
    this.events.raise('quic.connection-id.changed', layer, null, {
      sender,
      receiver,
      before: concluded(idText(before, 0, before.length), frame),
      id: idSeen(packet, layer, 'quic.dcid', layer.start + 1, before.length),
      since: concluded(frame, frame),
    });
  }

  /** A connection ID that is known, in a datagram between other addresses or ports. */
  moved(layer: Layer, packet: Packet, below: Layer, length: number): void {
    const [sender] = ends(packet, below, true);
    this.events.raise('quic.moved', layer, null, {
      sender,
      id: idSeen(packet, layer, 'quic.dcid', layer.start + 1, length),
    });
  }

  /** The frames of an Initial. */
  frames(frames: Layer, packet: Packet, below: Layer): void {
    const frame = this.cursor.open(frames.bytes, frames.start, frames.capturedEnd);
    while (frame.next()) if (frame.type === CONNECTION_CLOSE) this.close(frame, frames, packet, below);
  }

  /** Remembers that it is told, and answers whether it was before. */
  private isTold(connection: QuicConnection, what: number): boolean {
    if (connection.told & what) return true;
    connection.told |= what;
    this.events.once(() => {
      connection.told &= ~what;
    });
    return false;
  }

  private close(frame: FrameCursor, frames: Layer, packet: Packet, below: Layer): void {
    const [sender, receiver] = ends(packet, below, true);
    const { number } = packet.frame;
    const code = frame.integer(0);
    const reasonAt = frame.end - frame.integer(2);
    const reason = textOf(frame.bytes, reasonAt, frame.end);
    this.events.raise('quic.close', frames, null, {
      sender,
      receiver,
      code: concluded(code, number, 'quic.cc.error_code'),
      error: concluded(errorName(code), number, 'quic.cc.error_code'),
      reason: reason === '' ? null : concluded(reason, number, 'quic.cc.reason_phrase'),
    });
  }

  /** Messages of TLS that became whole with this packet. */
  messages(layer: Layer, packet: Packet, below: Layer): void {
    const { bytes, start, capturedEnd } = layer;
    for (let at = start; at + MESSAGE_HEADER <= capturedEnd; at += messageLength(bytes, at)) {
      const end = at + messageLength(bytes, at);
      if (bytes[at] === CLIENT_HELLO) this.clientHello(layer, at, end, packet, below);
      else if (isRetryRequest(bytes, at, end)) this.helloRetry(layer, at, end, packet, below);
      else if (bytes[at] === SERVER_HELLO) this.serverHello(layer, at, end, packet, below);
    }
  }

  private clientHello(layer: Layer, at: number, end: number, packet: Packet, below: Layer): void {
    const [client, server] = ends(packet, below, true);
    const { bytes } = layer;
    const offered = offeredVersion(bytes, at, end);
    const text = ({ at, end }: Place, field: string): Evidence =>
      concluded(textOf(bytes, at, end), packet.frame.number, `tls.handshake.${field}`);
    this.events.raise('quic.client-hello', layer, null, {
      client,
      server,
      version: concluded(tlsVersionName(offered), packet.frame.number, versionField(offered)),
      name: findServerName(bytes, at, end, place) ? text(place, 'extensions_server_name') : null,
      application: findApplication(bytes, at, end, place) ? text(place, 'extensions_alpn_str') : null,
    });
  }

  private helloRetry(layer: Layer, at: number, end: number, packet: Packet, below: Layer): void {
    const [server, client] = ends(packet, below, true);
    const group = wantedGroup(layer.bytes, at, end);
    const field = 'tls.handshake.extensions_key_share_selected_group';
    this.events.raise('tls.retry', layer, null, {
      server,
      client,
      group: group === 0 ? null : concluded(groupName(group), packet.frame.number, field),
    });
  }

  private serverHello(layer: Layer, at: number, end: number, packet: Packet, below: Layer): void {
    const [server, client] = ends(packet, below, true);
    const { bytes } = layer;
    const { number } = packet.frame;
    const chosen = chosenVersion(bytes, at, end);
    this.events.raise('quic.server-hello', layer, null, {
      server,
      client,
      version: concluded(tlsVersionName(chosen), number, versionField(chosen)),
      suite: concluded(suiteName(chosenSuite(bytes, at, end)), number, 'tls.handshake.ciphersuite'),
    });
  }
}

const place = new Place();
/** Versions of a list that a sentence has room for. */
const MOST_VERSIONS = 6;

/** Who sent the datagram and who gets it, the other way round where the sender is not the first. */
function ends(packet: Packet, { network }: Layer, forward: boolean): readonly [Evidence, Evidence] {
  const sender = addressOf(packet, network!, 'source');
  const receiver = addressOf(packet, network!, 'destination');
  return forward ? [sender, receiver] : [receiver, sender];
}

function nameOf(number: number): string {
  const name = versionName(number);
  return name === '' || isReserved(number) ? `0x${number.toString(16).padStart(8, '0')}` : name;
}

const text = new Writer(64);

/** As hexadecimal digits. */
function idText(bytes: Uint8Array, at: number, length: number): string {
  text.clear();
  text.octets(bytes, at, at + length);
  return text.toString();
}

const idSeen = (packet: Packet, layer: Layer, field: string, at: number, length: number): Evidence =>
  seen(packet, layer, field, at, length, idText(layer.bytes, at, length));
