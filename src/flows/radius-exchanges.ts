import { u32 } from '../core/bytes.ts';
import { elapsed } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type Evidence, seen } from '../events/event.ts';
import {
  ACCESS_ACCEPT,
  ACCESS_CHALLENGE,
  ACCESS_REJECT,
  ACCESS_REQUEST,
  ACCOUNTING_REQUEST,
  ACCOUNTING_RESPONSE,
  AttributeCursor,
  authenticatorAt,
  COA_REQUEST,
  code,
  DISCONNECT_REQUEST,
  identifier,
  isRequest,
  radius,
  STATUS_SERVER,
} from '../protocols/radius.ts';
import { CALLING_STATION_ID, STATE, USER_NAME } from '../protocols/radius-attributes.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import type { Side } from './address-evidence.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';
import { QueryTable } from './query-table.ts';

/** Requests remembered; beyond, the oldest are forgotten. An identifier has eight bits, so each port has 256 at most. */
const LIMIT = 1 << 14;
/** Values of State whose session is remembered; then it begins anew. */
const MOST_STATES = 1 << 14;

/** What is remembered of a request. */
interface Asked {
  /** The first octets of its authenticator: those of one sent again are the same (RFC 5080 §2.2.2). */
  readonly mark: number;
  /** The authentication that it belongs to, which goes on from request to request. */
  readonly session: number;
  readonly user: string;
  /** Where the user comes from, as the request has it; empty for nothing. */
  readonly station: string;
  /** True when it only asks whether the server is there. */
  readonly isStatus: boolean;
  /** How often it was sent so far. */
  times: number;
}

/**
 * Brings requests and responses of RADIUS together: the same ends, the same identifier (RFC 2865 §3). Requests of one
 * authentication belong together by the State that the response before gave (RFC 2865 §5.24).
 */
export class RadiusExchanges implements Follower {
  private readonly conversations = new Conversations();
  private readonly requests = new QueryTable(LIMIT);
  /** By the slot of a request. */
  private readonly asked: Asked[] = [];
  private readonly sessions = new Map<string, number>();
  private sessionCount = 0;

  follow(layer: Layer, packet: Packet): void {
    const transport = packet.layers[layer.index - 1]!;
    if (transport.network === null || !transport.captured(4)) return;
    const exchange = requestOf(code(layer));
    if (exchange === 0) return;
    const conversation = this.conversations.find(transport.network, srcPort(transport), dstPort(transport));
    const slot = this.requests.find(conversation, exchange, identifier(layer));
    if (!isRequest(layer)) this.answered(slot, layer, packet);
    else if (slot >= 0 && this.asked[slot]!.mark === markOf(layer)) this.again(slot, layer);
    else this.ask(slot, conversation, exchange, layer, packet);
  }

  private ask(known: number, conversation: number, exchange: number, layer: Layer, packet: Packet): void {
    const { requests } = this;
    const slot = known >= 0 ? known : requests.add(conversation, exchange, identifier(layer));
    if (known >= 0) requests.renew(known);
    requests.frame[slot] = packet.frame.number;
    requests.seconds[slot] = packet.frame.seconds;
    requests.nanoseconds[slot] = packet.frame.nanoseconds;
    const asked: Asked = {
      mark: markOf(layer),
      session: this.sessionOf(layer),
      user: textOf(layer, USER_NAME),
      station: textOf(layer, CALLING_STATION_ID),
      isStatus: code(layer) === STATUS_SERVER,
      times: 1,
    };
    this.asked[slot] = asked;
    layer.context = new Request(asked);
  }

  /** Sent again, because no response came, or because it was lost. */
  private again(slot: number, layer: Layer): void {
    const asked = this.asked[slot]!;
    asked.times++;
    layer.context = new RequestAgain(asked, this.requests.frame[slot]!, this.requests.answer[slot]!, identifier(layer));
  }

  private answered(slot: number, layer: Layer, packet: Packet): void {
    if (slot < 0) return;
    const { requests } = this;
    const asked = this.asked[slot]!;
    const { seconds, nanoseconds } = packet.frame;
    const time = (seconds - requests.seconds[slot]!) * 1e9 + (nanoseconds - requests.nanoseconds[slot]!);
    const again = requests.answer[slot] !== 0 ? identifier(layer) : null;
    if (again === null) requests.answer[slot] = packet.frame.number;
    layer.context = new Response(asked, requests.frame[slot]!, time, again);
    const state = textOf(layer, STATE);
    if (state !== '') this.remember(state, asked.session);
  }

  private sessionOf(request: Layer): number {
    const state = textOf(request, STATE);
    return (state === '' ? undefined : this.sessions.get(state)) ?? ++this.sessionCount;
  }

  private remember(state: string, session: number): void {
    if (this.sessions.size >= MOST_STATES) this.sessions.clear();
    this.sessions.set(state, session);
  }
}

/** What is known of a packet of RADIUS, or null: its request was not captured. */
export const radiusExchange = (radius: Layer): RadiusContext | null => radius.context as RadiusContext | null;

/**
 * Who proves what the packet says in EAP: not the device that asks, but the host at its port, by the address that the request
 * gives, or by the user's name. Null where nothing tells it, and for the server's side.
 */
export function hostBehind(packet: Packet, side: Side): Evidence | null {
  const layer = packet.find(radius);
  if (layer === null || isRequest(layer) !== (side === 'source')) return null;
  const known = radiusExchange(layer);
  if (known instanceof Response) {
    if (known.station !== '') return concluded(known.station, known.request, STATION_FIELD);
    return known.user === '' ? null : concluded(known.user, known.request, USER_FIELD);
  }
  for (const [type, field] of HOST_NAMES) {
    if (!cursor.seek(layer, type) || cursor.at === cursor.end) continue;
    const { at, end } = cursor;
    return seen(packet, layer, field, at, end - at, stringOf(layer.bytes, at, end));
  }
  return null;
}

const STATION_FIELD = 'radius.Calling_Station_Id';
const USER_FIELD = 'radius.User_Name';
const HOST_NAMES = [
  [CALLING_STATION_ID, STATION_FIELD],
  [USER_NAME, USER_FIELD],
] as const;

/** The code of the request that a code asks or answers; 0 for those that nobody pairs. */
function requestOf(value: number): number {
  return PAIRS.get(value) ?? 0;
}

/** A server answers Status-Server as it would a request of the port (RFC 5997 §3). */
const PAIRS = new Map([
  [ACCESS_REQUEST, ACCESS_REQUEST],
  [ACCESS_ACCEPT, ACCESS_REQUEST],
  [ACCESS_REJECT, ACCESS_REQUEST],
  [ACCESS_CHALLENGE, ACCESS_REQUEST],
  [STATUS_SERVER, ACCESS_REQUEST],
  [ACCOUNTING_REQUEST, ACCOUNTING_REQUEST],
  [ACCOUNTING_RESPONSE, ACCOUNTING_REQUEST],
  ...[0, 1, 2].map((i) => [DISCONNECT_REQUEST + i, DISCONNECT_REQUEST] as const),
  ...[0, 1, 2].map((i) => [COA_REQUEST + i, COA_REQUEST] as const),
]);

/** 52 bits of the authenticator, which is random or a hash. */
function markOf(request: Layer): number {
  const at = authenticatorAt(request);
  return u32(request.bytes, at) * 0x100000 + (u32(request.bytes, at + 4) >>> 12);
}

const cursor = new AttributeCursor();

/** The first attribute of that type, an octet a character where it is no text; empty where there is none. */
function textOf(radius: Layer, type: number): string {
  if (!cursor.seek(radius, type)) return '';
  if (type === STATE) return String.fromCharCode(...radius.bytes.subarray(cursor.at, cursor.end));
  return stringOf(radius.bytes, cursor.at, cursor.end);
}

/** What a packet of RADIUS is in its exchange. */
abstract class RadiusContext implements Context {
  abstract readonly rows: readonly Row[];
  protected readonly asked: Asked;

  constructor(asked: Asked) {
    this.asked = asked;
  }

  /** Numbers authentications from 1 on. */
  get session(): number {
    return this.asked.session;
  }

  /** The name that the request gave; empty for none. */
  get user(): string {
    return this.asked.user;
  }

  get station(): string {
    return this.asked.station;
  }

  get isStatus(): boolean {
    return this.asked.isStatus;
  }

  /** How often the request was sent so far. */
  get times(): number {
    return this.asked.times;
  }
}

class Request extends RadiusContext {
  readonly rows = NO_ROWS;
}

/** The same request once more. */
export class RequestAgain extends RadiusContext {
  readonly rows = AGAIN_ROWS;
  /** Frames of the first one, and of its response, or 0. */
  readonly first: number;
  readonly answer: number;
  readonly id: number;

  constructor(asked: Asked, first: number, answer: number, id: number) {
    super(asked);
    this.first = first;
    this.answer = answer;
    this.id = id;
  }
}

/** The response to a request that was captured. */
export class Response extends RadiusContext {
  readonly rows = RESPONSE_ROWS;
  readonly request: number;
  /** Nanoseconds since then. */
  readonly time: number;
  /** The identifier when it was answered before, else null. */
  readonly again: number | null;

  constructor(asked: Asked, request: number, time: number, again: number | null) {
    super(asked);
    this.request = request;
    this.time = time;
    this.again = again;
  }
}

const of = <T extends Context>(layer: Layer): T => layer.context as T;

const NO_ROWS: readonly Row[] = [];
const AGAIN_ROWS: readonly Row[] = [
  { id: 'radius.dup', label: 'Sent again', kind: 'uint', read: (layer) => of<RequestAgain>(layer).id },
  {
    id: 'dissect.radius.first',
    label: 'First sent in frame',
    kind: 'uint',
    read: (layer) => of<RequestAgain>(layer).first,
  },
];
const RESPONSE_ROWS: readonly Row[] = [
  { id: 'radius.reqframe', label: 'Request in frame', kind: 'uint', read: (layer) => of<Response>(layer).request },
  { id: 'radius.time', label: 'Time since the request', ...elapsed((layer) => of<Response>(layer).time) },
  { id: 'radius.dup', label: 'Sent again', kind: 'uint', read: (layer) => of<Response>(layer).again },
];

/** All of them, for the field reference. */
export const radiusExchangeRows: readonly Row[] = [...AGAIN_ROWS, ...RESPONSE_ROWS];
