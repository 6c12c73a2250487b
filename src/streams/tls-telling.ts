import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { hopAddress, type Side } from '../flows/address-evidence.ts';
import { certificateEvidence } from '../flows/certificate-evidence.ts';
import type { FoundSecret } from '../flows/key-log.ts';
import { hostBehind } from '../flows/radius-exchanges.ts';
import { contentLength, contentType, HEADER, isClearAlert } from '../protocols/tls.ts';
import {
  chosenSuite,
  chosenVersion,
  findApplication,
  findServerName,
  hasPreSharedKey,
  isRetryRequest,
  MESSAGE_HEADER,
  messageLength,
  offeredVersion,
  Place,
  versionField,
  wantedGroup,
} from '../protocols/tls-hello.ts';
import {
  ALERT,
  alertLevelName,
  alertName,
  CERTIFICATE,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  groupName,
  isHandshakeType,
  KEY_UPDATE,
  SERVER_HELLO,
  suiteName,
  TLS13,
  versionName,
} from '../protocols/tls-names.ts';
import type { Arrival } from './stream.ts';

/** What was told of a connection, or seen of it. */
const SEALED = 1;
const CERTIFIED = 2;
const GREETED = 4;
const RESUMED = 8;
const UNOPENED = 16;
const EARLY = 32;
/** By direction. */
const OPENED = [64, 128] as const;
const ASKED = 256;

/** What else is known of a connection. */
interface Known {
  /** 0 while nobody has said it. */
  readonly version: number;
  /** A secret of it, where there is one at all. */
  readonly found: FoundSecret | null;
}

const NOTHING_KNOWN: Known = { version: 0, found: null };

/** Tells what happens in one TLS connection. Asked only while somebody explains. */
export class TlsTelling {
  /** The bits above. */
  told = 0;
  private known: Known = NOTHING_KNOWN;
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  /** Whole messages in `[from, to)` of the layer's bytes, of a connection of which so much is known. */
  messages(layer: Layer, from: number, to: number, known: Known, arrival: Arrival): void {
    const { bytes } = layer;
    this.known = known;
    for (let at = from; at + MESSAGE_HEADER <= to && isHandshakeType(bytes[at]!); ) {
      const end = at + messageLength(bytes, at);
      if (end > to) return;
      this.message(layer, at, end, arrival);
      at = end;
    }
  }

  private message(layer: Layer, at: number, end: number, arrival: Arrival): void {
    const type = u8(layer.bytes, at);
    if (type === CLIENT_HELLO) this.clientHello(layer, at, end, arrival);
    else if (type === CERTIFICATE) this.certificate(layer, at, end, arrival);
    else if (type === SERVER_HELLO && isRetryRequest(layer.bytes, at, end)) this.retry(layer, at, end, arrival);
    else if (type === SERVER_HELLO) this.serverHello(layer, at, end, arrival);
    else if (type === KEY_UPDATE) this.keyUpdate(layer, arrival);
  }

  private clientHello(layer: Layer, at: number, end: number, arrival: Arrival): void {
    const { packet, about } = arrival;
    const { bytes } = layer;
    const version = offeredVersion(bytes, at, end);
    this.told |= ASKED;
    this.events.raise('tls.client-hello', first(arrival, layer), about, {
      client: whose(arrival, 'source'),
      server: whose(arrival, 'destination'),
      version: concluded(versionName(version), packet.frame.number, versionField(version)),
      name: findServerName(bytes, at, end, place) ? text(packet, layer, NAME, place) : null,
      application: findApplication(bytes, at, end, place) ? text(packet, layer, ALPN, place) : null,
    });
    if (this.known.found !== null) this.keys(layer, at, this.known.found, arrival);
  }

  /** The client's random number is the name by which its secrets are found. */
  private keys(layer: Layer, at: number, { embedded }: FoundSecret, arrival: Arrival): void {
    const { packet, about } = arrival;
    const randomAt = at + MESSAGE_HEADER + 2;
    const begin = u32(layer.bytes, randomAt);
    this.events.raise(embedded ? 'tls.keys.capture' : 'tls.keys.log', first(arrival, layer), about, {
      client: whose(arrival, 'source'),
      server: whose(arrival, 'destination'),
      random: seen(packet, layer, 'tls.handshake.random', randomAt, 4, `0x${begin.toString(16).padStart(8, '0')}`),
    });
  }

  private keyUpdate(layer: Layer, arrival: Arrival): void {
    const { about } = arrival;
    this.events.raise('tls.key-update', first(arrival, layer), about, {
      sender: whose(arrival, 'source'),
    });
  }

  private retry(layer: Layer, at: number, end: number, arrival: Arrival): void {
    const { packet, about } = arrival;
    const group = wantedGroup(layer.bytes, at, end);
    this.events.raise('tls.retry', first(arrival, layer), about, {
      server: whose(arrival, 'source'),
      client: whose(arrival, 'destination'),
      group: group === 0 ? null : concluded(groupName(group), packet.frame.number, SELECTED_GROUP),
    });
  }

  private serverHello(layer: Layer, at: number, end: number, arrival: Arrival): void {
    const { packet, about } = arrival;
    const { bytes } = layer;
    const { number } = packet.frame;
    const version = chosenVersion(bytes, at, end);
    this.told |= GREETED;
    this.events.raise('tls.server-hello', first(arrival, layer), about, {
      client: whose(arrival, 'destination'),
      server: whose(arrival, 'source'),
      version: concluded(versionName(version), number, versionField(version)),
      suite: concluded(suiteName(chosenSuite(bytes, at, end)), number, 'tls.handshake.ciphersuite'),
      application: findApplication(bytes, at, end, place) ? text(packet, layer, ALPN, place) : null,
    });
    if (version === TLS13 && hasPreSharedKey(bytes, at, end)) this.resumed(layer, arrival);
  }

  private resumed(layer: Layer, arrival: Arrival): void {
    const { about } = arrival;
    if (this.told & RESUMED) return;
    this.told |= RESUMED;
    this.events.raise(
      this.known.found === null ? 'tls.resumed' : 'tls.resumed.readable',
      first(arrival, layer),
      about,
      {
        client: whose(arrival, 'destination'),
        server: whose(arrival, 'source'),
      },
    );
  }

  private certificate(layer: Layer, at: number, end: number, arrival: Arrival): void {
    const { packet, about } = arrival;
    this.told |= CERTIFIED;
    const found = certificateEvidence(packet, layer, at, end, this.known.version);
    if (found === null) return;
    this.events.raise('tls.certificate', first(arrival, layer), about, { sender: whose(arrival, 'source'), ...found });
  }

  /** A record that is neither handshake nor application data. */
  record(layer: Layer, version: number, arrival: Arrival): void {
    const type = contentType(layer);
    if (type === ALERT) this.alert(layer, arrival);
    else if (type === CHANGE_CIPHER_SPEC) this.changeCipherSpec(layer, version, arrival);
  }

  private alert(layer: Layer, arrival: Arrival): void {
    const { about } = arrival;
    const { bytes, start, capturedEnd } = layer;
    const sender = whose(arrival, 'source');
    const at = start + HEADER;
    if (!isClearAlert(bytes, start, capturedEnd)) {
      this.events.raise('tls.alert.encrypted', first(arrival, layer), about, { sender });
      return;
    }
    if (u8(bytes, at + 1) !== CLOSE_NOTIFY) this.raiseAlert(layer, at, arrival);
  }

  /** An alert that stands by itself: it was encrypted. */
  openedAlert(layer: Layer, arrival: Arrival): void {
    if (u8(layer.bytes, layer.start + 1) !== CLOSE_NOTIFY) this.raiseAlert(layer, layer.start, arrival);
  }

  private raiseAlert(layer: Layer, at: number, arrival: Arrival): void {
    const { packet, about } = arrival;
    const { bytes } = layer;
    const [level, code] = [u8(bytes, at), u8(bytes, at + 1)];
    const { number } = packet.frame;
    this.events.raise('tls.alert', first(arrival, layer), about, {
      sender: whose(arrival, 'source'),
      receiver: whose(arrival, 'destination'),
      level: concluded(alertLevelName(level).toLowerCase(), number, 'tls.alert_message.level'),
      description: concluded(alertName(code), number, 'tls.alert_message.desc'),
      code: seen(packet, layer, 'tls.alert_message.desc', at + 1, 1, code),
    });
  }

  private changeCipherSpec(layer: Layer, version: number, arrival: Arrival): void {
    const { about } = arrival;
    const sender = whose(arrival, 'source');
    // Before the server has answered there is nothing to change to: early data follows (RFC 8446 appendix D.4).
    if (version === TLS13 || (this.told & (ASKED | GREETED)) === ASKED) {
      this.events.raise('tls.change-cipher-spec.unused', first(arrival, layer), about, { sender });
      return;
    }
    // The server goes on without a certificate: the keys are those of a connection before (RFC 5246 §7.3).
    if ((this.told & (GREETED | CERTIFIED)) === GREETED) this.resumed(layer, arrival);
    this.events.raise('tls.change-cipher-spec', first(arrival, layer), about, { sender });
  }

  /** A record that its keys opened: `early` before the server has answered. */
  opened(layer: Layer, direction: 0 | 1, early: boolean, arrival: Arrival): void {
    const bit = early ? EARLY : OPENED[direction];
    if (this.told & bit) return;
    this.told |= bit;
    this.events.raise(
      early ? 'tls.early-data' : 'tls.opened',
      first(arrival, layer),
      arrival.about,
      ofRecord(layer, arrival),
    );
  }

  /** Keys of the connection are there, but this record does not open with them. */
  unopened(layer: Layer, arrival: Arrival): void {
    if (this.told & UNOPENED) return;
    this.told |= UNOPENED;
    this.events.raise('tls.unopened', first(arrival, layer), arrival.about, ofRecord(layer, arrival));
  }

  applicationData(layer: Layer, version: number, arrival: Arrival): void {
    if (this.told & SEALED) return;
    this.told |= SEALED;
    const id = version === TLS13 ? 'tls.encrypted.all' : 'tls.encrypted';
    this.events.raise(id, first(arrival, layer), arrival.about, ofRecord(layer, arrival));
  }
}

/** Who sent a record, and how long its content is. */
const ofRecord = (layer: Layer, arrival: Arrival) => ({
  sender: whose(arrival, 'source'),
  length: seen(arrival.packet, layer, 'tls.record.length', layer.start + 3, 2, contentLength(layer.bytes, layer.start)),
});

/** Who sends or gets what arrived: nobody follows TLS where this cannot be told. */
const whose = ({ packet, tcp }: Arrival, side: Side): Evidence =>
  hostBehind(packet, side) ?? hopAddress(packet, tcp, side)!;

/** All that one segment brings is told in the order in which it stands there, as if it were of one layer. */
const first = ({ packet, tcp }: Arrival, layer: Layer): Layer => packet.layers[tcp.index + 1] ?? layer;

const text = (packet: Packet, layer: Layer, field: string, { at, end }: Place): Evidence =>
  seen(packet, layer, field, at, end - at, textOf(layer.bytes, at, end));

const place = new Place();
const NAME = 'tls.handshake.extensions_server_name';
const ALPN = 'tls.handshake.extensions_alpn_str';
const SELECTED_GROUP = 'tls.handshake.extensions_key_share_selected_group';
export const CLOSE_NOTIFY = 0;
