import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { destinationIdAt, destinationIdLength, sourceIdAt, sourceIdLength, version } from '../protocols/quic-header.ts';
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
} from '../protocols/tls-hello.ts';
import {
  CERTIFICATE,
  CLIENT_HELLO,
  groupName,
  SERVER_HELLO,
  suiteName,
  TLS13,
  versionName as tlsVersionName,
} from '../protocols/tls-names.ts';
import { HEADER as UDP_HEADER } from '../protocols/udp.ts';
import { certificateEvidence } from './certificate-evidence.ts';
import type { QuicConnection } from './quic-connection.ts';
import type { QuicArrival } from './quic-connections.ts';
import { ends, idSeen, idText, isTold, QuicFrameTelling } from './quic-frame-telling.ts';

/** What was told of a connection. */
const HANDSHAKE = 1;
const PROTECTED = 2;
const EARLY = 4;
const OPENED = 8;
const UNOPENED = 16;
const KEYS = 32;

/** What a client has to fill a datagram up to that carries an Initial (RFC 9000 §14.1). */
const SMALLEST = 1200;

/** Tells what happens in connections of QUIC. Asked only while somebody explains. */
export class QuicTelling {
  private readonly events: EventLog;
  private readonly frameTelling: QuicFrameTelling;

  constructor(events: EventLog) {
    this.events = events;
    this.frameTelling = new QuicFrameTelling(events);
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

  /** A Handshake or 0-RTT packet. */
  sealed(arrival: QuicArrival, isHandshake: boolean, isOpened: boolean): void {
    const { connection, layer, packet, below } = arrival;
    const [sender, receiver] = ends(packet, below, true);
    if (!isHandshake && !isTold(this.events, connection, EARLY)) {
      this.events.raise('quic.early-data', layer, null, { client: sender, server: receiver });
    }
    if (isOpened) this.opened(arrival);
    else if (this.unopened(arrival)) return;
    else if (isHandshake && !isTold(this.events, connection, HANDSHAKE)) {
      this.events.raise('quic.handshake', layer, null, { sender, receiver });
    }
  }

  /** A packet with a short header. */
  short(arrival: QuicArrival, isOpened: boolean): void {
    const { connection, layer, packet, below, direction } = arrival;
    const [sender, receiver] = ends(packet, below, true);
    const { opener } = connection;
    if (isOpened) {
      this.opened(arrival);
      if (!opener!.updated) return;
      const updates = concluded(
        opener!.updatesOf(direction === connection.client),
        packet.frame.number,
        'quic.key_phase',
      );
      this.events.raise('quic.key-update', layer, null, { sender, receiver, updates });
      return;
    }
    if (this.unopened(arrival) || isTold(this.events, connection, PROTECTED)) return;
    this.events.raise('quic.protected', layer, null, {
      sender,
      spin: concluded((u8(layer.bytes, layer.start) >>> 5) & 1, packet.frame.number, 'quic.spin_bit'),
    });
  }

  /** The first packet of a connection that its secret keys open. */
  private opened({ connection, layer, packet, below }: QuicArrival): void {
    if (isTold(this.events, connection, OPENED)) return;
    const [sender, receiver] = ends(packet, below, true);
    this.events.raise('quic.opened', layer, null, { sender, receiver });
  }

  /** Keys of the connection are there, but this packet does not open with them. False where there are none. */
  private unopened({ connection, layer, packet, below }: QuicArrival): boolean {
    if (connection.opener === null || connection.opener.found === null) return false;
    if (isTold(this.events, connection, UNOPENED)) return true;
    const [sender, receiver] = ends(packet, below, true);
    const length = concluded(layer.capturedEnd - layer.start, packet.frame.number, 'quic.packet_length');
    this.events.raise('quic.unopened', layer, null, { sender, receiver, length });
    return true;
  }

  /** A packet that was opened has another connection ID than those before: perhaps one that its receiver gave in `frame`. */
  idUsed({ layer, packet, below }: QuicArrival, id: Uint8Array, frame: number): void {
    const [sender, receiver] = ends(packet, below, true);
    this.events.raise('quic.connection-id.used', layer, null, {
      sender,
      receiver,
      id: idSeen(packet, layer, 'quic.dcid', layer.start + 1, id.length),
      given: frame === 0 ? null : concluded(frame, frame),
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

  /** The frames of a packet. */
  frames(frames: Layer, arrival: QuicArrival): void {
    this.frameTelling.tell(frames, arrival);
  }

  /** Messages of TLS that became whole with this packet. */
  messages(layer: Layer, { connection, packet, below }: QuicArrival): void {
    const { bytes, start, capturedEnd } = layer;
    for (let at = start; at + MESSAGE_HEADER <= capturedEnd; at += messageLength(bytes, at)) {
      const end = at + messageLength(bytes, at);
      if (bytes[at] === CLIENT_HELLO) {
        this.clientHello(layer, at, end, packet, below);
        this.keys(connection, layer, at, packet, below);
      } else if (bytes[at] === CERTIFICATE) this.certificate(layer, at, end, packet, below);
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

  /** The client's random number is the name by which its secrets are found. */
  private keys(connection: QuicConnection, layer: Layer, at: number, packet: Packet, below: Layer): void {
    const found = connection.opener?.found ?? null;
    if (found === null || isTold(this.events, connection, KEYS)) return;
    const [client, server] = ends(packet, below, true);
    const begin = u32(layer.bytes, at + MESSAGE_HEADER + 2);
    this.events.raise(found.embedded ? 'tls.keys.capture' : 'tls.keys.log', layer, null, {
      client,
      server,
      random: concluded(`0x${begin.toString(16).padStart(8, '0')}`, packet.frame.number),
    });
  }

  private certificate(layer: Layer, at: number, end: number, packet: Packet, below: Layer): void {
    const found = certificateEvidence(packet, layer, at, end, TLS13);
    if (found === null) return;
    const [sender] = ends(packet, below, true);
    this.events.raise('tls.certificate', layer, null, { sender, ...found });
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

function nameOf(number: number): string {
  const name = versionName(number);
  return name === '' || isReserved(number) ? `0x${number.toString(16).padStart(8, '0')}` : name;
}
