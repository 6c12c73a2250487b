import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import * as radius from '../protocols/radius.ts';
import * as attributes from '../protocols/radius-attributes.ts';
import { radiusValueName } from '../protocols/radius-values.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';
import { RequestAgain, Response, radiusExchange } from './radius-exchanges.ts';

const START = 1;
const STOP = 2;
const INTERIM = 3;

/** Tells who asks a server whom to let in, what it answers, and what was used of the network then. */
export class RemoteAccess implements Observer {
  readonly about = ['radius'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'radius');
    if (layer === null || layer.network === null) return;
    const known = radiusExchange(layer);
    if (known instanceof RequestAgain) {
      this.again(known, layer, packet);
      return;
    }
    if (radius.isRequest(layer)) this.request(layer, packet);
    else this.response(known instanceof Response ? known : null, layer, packet);
  }

  private again(known: RequestAgain, layer: Layer, packet: Packet): void {
    this.events.raise('radius.again', layer, null, {
      ...asking(layer, packet),
      times: concluded(known.times, packet.frame.number),
      first: concluded(known.first, known.first),
      answer: known.answer === 0 ? null : concluded(known.answer, known.answer),
    });
  }

  private request(layer: Layer, packet: Packet): void {
    const ends = asking(layer, packet);
    const user = text(layer, packet, attributes.USER_NAME);
    switch (radius.code(layer)) {
      case radius.ACCESS_REQUEST:
        this.access(layer, packet);
        return;
      case radius.ACCOUNTING_REQUEST:
        this.accounting(layer, packet);
        return;
      case radius.STATUS_SERVER:
        this.events.raise('radius.status', layer, null, ends);
        return;
      case radius.DISCONNECT_REQUEST:
      case radius.COA_REQUEST: {
        const id = radius.code(layer) === radius.COA_REQUEST ? 'radius.change' : 'radius.disconnect';
        // Here the server is the one that asks (RFC 5176 §2).
        const [server, client] = [ends.client, ends.server];
        const session = text(layer, packet, attributes.ACCT_SESSION_ID);
        this.events.raise(id, layer, null, { server, client, user, session });
        return;
      }
    }
  }

  private access(layer: Layer, packet: Packet): void {
    const ends = asking(layer, packet);
    const user = text(layer, packet, attributes.USER_NAME);
    const station = text(layer, packet, attributes.CALLING_STATION_ID);
    this.events.raise('radius.request', layer, null, { ...ends, user, station });
    if (cursor.seek(layer, attributes.USER_PASSWORD)) {
      this.events.raise('radius.password', layer, null, { ...ends, user });
    }
  }

  private accounting(layer: Layer, packet: Packet): void {
    const ends = asking(layer, packet);
    const user = text(layer, packet, attributes.USER_NAME);
    const session = text(layer, packet, attributes.ACCT_SESSION_ID);
    const status = number(layer, packet, attributes.ACCT_STATUS_TYPE);
    const used = {
      seconds: number(layer, packet, attributes.ACCT_SESSION_TIME),
      received: number(layer, packet, attributes.ACCT_INPUT_OCTETS),
      sent: number(layer, packet, attributes.ACCT_OUTPUT_OCTETS),
    };
    if (status === null) return;
    switch (status.value) {
      case START:
        this.events.raise('radius.accounting.start', layer, null, { ...ends, user, session });
        return;
      case INTERIM:
        this.events.raise('radius.accounting.interim', layer, null, { client: ends.client, user, ...used });
        return;
      case STOP: {
        const cause = named(layer, packet, attributes.ACCT_TERMINATE_CAUSE);
        this.events.raise('radius.accounting.stop', layer, null, { client: ends.client, user, ...used, cause });
        return;
      }
    }
    const word = named(layer, packet, attributes.ACCT_STATUS_TYPE)!;
    if (user === null) this.events.raise('radius.accounting.device', layer, null, { ...ends, status: word });
  }

  private response(known: Response | null, layer: Layer, packet: Packet): void {
    const { client: server, server: client } = asking(layer, packet);
    const request = known === null ? null : concluded(known.request, known.request);
    const took = known === null ? null : concluded(known.time / 1e9, packet.frame.number, 'radius.time');
    const user = known === null || known.user === '' ? null : concluded(known.user, known.request, 'radius.User_Name');
    if (request !== null && took !== null && known!.isStatus) {
      this.events.raise('radius.alive', layer, null, { server, request, took });
      return;
    }
    const common = { client, server, user, request, took };
    switch (radius.code(layer)) {
      case radius.ACCESS_CHALLENGE:
        this.events.raise('radius.challenge', layer, null, common);
        break;
      case radius.ACCESS_ACCEPT:
        this.events.raise('radius.accept', layer, null, { ...common, ...granted(layer, packet) });
        break;
      case radius.ACCESS_REJECT:
        this.events.raise('radius.reject', layer, null, {
          ...common,
          reason: text(layer, packet, attributes.REPLY_MESSAGE),
        });
        break;
      case radius.ACCOUNTING_RESPONSE:
        this.events.raise('radius.accounting.recorded', layer, null, { client, server, request, took });
        return;
      default:
        this.dynamic(request, layer, packet);
        return;
    }
    if (cursor.seek(layer, attributes.MESSAGE_AUTHENTICATOR)) return;
    this.events.raise('radius.unsigned', layer, null, { client, server, answer: codeOf(layer, packet) });
  }

  /** What a session that runs was to do, and whether it did (RFC 5176 §2). */
  private dynamic(request: Evidence | null, layer: Layer, packet: Packet): void {
    const { client, server } = asking(layer, packet);
    const common = { client, server, answer: codeOf(layer, packet), request };
    if (radius.isRefusal(layer)) {
      const cause = named(layer, packet, attributes.ERROR_CAUSE);
      this.events.raise('radius.refused', layer, null, { client, answer: common.answer, request, cause });
    } else if (radius.isDone(layer)) this.events.raise('radius.done', layer, null, common);
  }
}

/** Who sends it, and to whom. */
const asking = (layer: Layer, packet: Packet) => ({
  client: addressOf(packet, layer.network!, 'source'),
  server: addressOf(packet, layer.network!, 'destination'),
});

const codeOf = (layer: Layer, packet: Packet): Evidence =>
  concluded(radius.codeName(radius.code(layer)), packet.frame.number, 'radius.code');

/** What an Access-Accept gives beside the permission. */
const granted = (layer: Layer, packet: Packet) => ({
  address: address(layer, packet),
  vlan: vlan(layer, packet),
  timeout: number(layer, packet, attributes.SESSION_TIMEOUT),
});

const cursor = new radius.AttributeCursor();
const fieldOf = (type: number): string => attributes.radiusAttributes.get(type)!.row.id;

function text(layer: Layer, packet: Packet, type: number): Evidence | null {
  if (!cursor.seek(layer, type) || cursor.end === cursor.at) return null;
  const { at, end } = cursor;
  return seen(packet, layer, fieldOf(type), at, end - at, stringOf(layer.bytes, at, end));
}

function number(layer: Layer, packet: Packet, type: number): Evidence | null {
  if (!cursor.seek(layer, type) || cursor.end - cursor.at !== 4) return null;
  return seen(packet, layer, fieldOf(type), cursor.at, 4, u32(layer.bytes, cursor.at));
}

/** A number as the word that it stands for. */
function named(layer: Layer, packet: Packet, type: number): Evidence | null {
  const found = number(layer, packet, type);
  if (found === null) return null;
  const { name } = attributes.radiusAttributes.get(type)!;
  const word = radiusValueName(name, found.value as number) || String(found.value);
  return concluded(word, packet.frame.number, found.field);
}

/** All bits but the last set ask the client to choose (RFC 2865 §5.8). */
function address(layer: Layer, packet: Packet): Evidence | null {
  if (!cursor.seek(layer, attributes.FRAMED_IP_ADDRESS) || cursor.end - cursor.at !== 4) return null;
  if (u32(layer.bytes, cursor.at) >= CHOOSE) return null;
  return addressAt(packet, layer, 'ipv4', fieldOf(attributes.FRAMED_IP_ADDRESS), cursor.at);
}

const CHOOSE = 0xfffffffe;
const HIGHEST_TAG = 0x1f;

/** RFC 3580 §3.31: the VLAN of a port is the group of its tunnel, behind the octet of its tag. */
function vlan(layer: Layer, packet: Packet): Evidence | null {
  if (!cursor.seek(layer, attributes.TUNNEL_PRIVATE_GROUP)) return null;
  const at = cursor.at < cursor.end && u8(layer.bytes, cursor.at) <= HIGHEST_TAG ? cursor.at + 1 : cursor.at;
  const { end } = cursor;
  const field = fieldOf(attributes.TUNNEL_PRIVATE_GROUP);
  return at === end ? null : seen(packet, layer, field, at, end - at, stringOf(layer.bytes, at, end));
}
