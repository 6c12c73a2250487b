import { elapsed as elapsedTime } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import {
  HEADER,
  id,
  isResponse,
  MessageCursor,
  opcode,
  questionCount,
  rcode,
  recordText,
  wasTruncated,
} from '../protocols/dns.ts';
import { typeName } from '../protocols/dns-types.ts';
import { http2, streamId } from '../protocols/http2.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import { addressOf } from './address-evidence.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';

/** A query, what is known of its answer, and when it was asked. */
interface Transaction {
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  answer: number;
}

/** Seconds after which the same query is a new one, not one sent again: Wireshark's bound. */
const AGAIN_WITHIN = 5;
/** Queries remembered; beyond, the oldest are forgotten. */
const LIMIT = 1 << 16;

/** Brings DNS queries and their answers together: same endpoints, same transaction id (RFC 1035 §7.3). */
export class DnsTransactions implements Follower {
  private readonly events: EventLog;
  private readonly conversations = new Conversations();
  private readonly transactions = new Map<Key, Transaction>();

  constructor(events: EventLog) {
    this.events = events;
  }

  follow(layer: Layer, packet: Packet): void {
    const transport = transportOf(layer, packet);
    if (transport === null || layer.network === null || !layer.captured(HEADER)) return;
    // An id alone proves little: the question must have been captured too.
    if (questionCount(layer) > 0 && questionOf(layer) === null) return;
    // TCP and UDP ports stand at the same place.
    const conversation = this.conversations.find(layer.network, srcPort(transport), dstPort(transport));
    const exchange = exchangeOf(layer, packet);
    const key = exchange === null ? conversation * 0x10000 + id(layer) : `${conversation}/${exchange}/${id(layer)}`;
    if (isResponse(layer)) this.answered(key, layer, packet);
    else this.asked(key, layer, packet);
  }

  private asked(key: Key, layer: Layer, packet: Packet): void {
    const { frame } = packet;
    const known = this.transactions.get(key);
    const again = known !== undefined && known.answer === 0 && elapsed(known, packet) < AGAIN_WITHIN * 1e9;
    if (again) {
      layer.context = new QueryAgain(known.frame);
    } else {
      const { number, seconds, nanoseconds } = frame;
      this.transactions.delete(key);
      this.transactions.set(key, { frame: number, seconds, nanoseconds, answer: 0 });
      if (this.transactions.size > LIMIT) this.transactions.delete(this.transactions.keys().next().value!);
    }
    if (this.events.enabled) this.raiseQuery(layer, packet);
  }

  private answered(key: Key, layer: Layer, packet: Packet): void {
    const query = this.transactions.get(key) ?? null;
    if (query === null) {
      layer.context = UNASKED;
    } else if (query.answer === 0) {
      query.answer = packet.frame.number;
      layer.context = new Answer(query.frame, elapsed(query, packet));
    } else {
      layer.context = new AnswerAgain(query.answer);
    }
    if (this.events.enabled) this.raiseAnswer(layer, packet, query);
  }

  private raiseQuery(layer: Layer, packet: Packet): void {
    const question = questionOf(layer);
    if (opcode(layer) !== 0 || question === null) return;
    this.events.raise('dns.query', layer, null, {
      client: addressOf(packet, layer.network!, 'source'),
      server: addressOf(packet, layer.network!, 'destination'),
      name: nameOf(question, layer, packet),
      type: typeOf(question, layer, packet),
    });
  }

  private raiseAnswer(layer: Layer, packet: Packet, query: Transaction | null): void {
    const question = questionOf(layer);
    if (opcode(layer) !== 0 || question === null) return;
    const server = addressOf(packet, layer.network!, 'source');
    const client = addressOf(packet, layer.network!, 'destination');
    const name = nameOf(question, layer, packet);
    const type = typeOf(question, layer, packet);
    const asked = query === null ? null : concluded(query.frame, query.frame);
    const took = query === null ? null : concluded(elapsed(query, packet) / 1e9, packet.frame.number, 'dns.time');
    if (wasTruncated(layer)) {
      this.events.raise('dns.truncated', layer, null, { client, server, name, type, query: asked });
    } else if (rcode(layer) === 3) {
      this.events.raise('dns.no-such-name', layer, null, { client, server, name, type, query: asked, took });
    } else if (rcode(layer) === 0) {
      const answer = answerOf(question.type, layer, packet);
      if (answer === null) return;
      const { value, ttl } = answer;
      this.events.raise('dns.answer', layer, null, { client, server, name, type, value, ttl, query: asked, took });
    }
  }
}

/** Endpoints and transaction id as one number, or with the stream of HTTP/2 as text. */
type Key = number | string;

/** The stream of HTTP/2 that the message came in, which knows its answer better than the id does (RFC 8484 §4.1). */
function exchangeOf(layer: Layer, packet: Packet): number | null {
  const below = packet.layers[layer.index - 1]!;
  return below.protocol === http2 ? streamId(below.bytes, below.start) : null;
}

/** The layer with the ports that carried the message, below other messages of the same segment. */
function transportOf(layer: Layer, packet: Packet): Layer | null {
  for (let i = layer.index - 1; i > 0; i--) {
    const below = packet.layers[i]!;
    const { protocol } = below;
    if (protocol !== layer.protocol && protocol !== http2) return below.captured(4) ? below : null;
  }
  return null;
}

function elapsed(since: Transaction, packet: Packet): number {
  const { seconds, nanoseconds } = packet.frame;
  return (seconds - since.seconds) * 1e9 + (nanoseconds - since.nanoseconds);
}

const cursor = new MessageCursor();

/** The first question, or null when there is none. */
function questionOf(layer: Layer): MessageCursor | null {
  cursor.begin(layer);
  return cursor.next() && cursor.section === 0 ? cursor : null;
}

const nameOf = (question: MessageCursor, layer: Layer, packet: Packet): Evidence =>
  seen(packet, layer, 'dns.qry.name', question.nameAt, question.typeAt - question.nameAt, question.name);

const typeOf = (question: MessageCursor, layer: Layer, packet: Packet): Evidence =>
  seen(packet, layer, 'dns.qry.type', question.typeAt, 2, typeName(question.type));

/** The first answer of the type that was asked for: its data as text, and for how long it may be remembered. */
function answerOf(asked: number, layer: Layer, packet: Packet): { value: Evidence; ttl: Evidence } | null {
  while (cursor.next() && cursor.section === 1) {
    if (cursor.type !== asked) continue;
    const { dataAt, dataLength } = cursor;
    const field = VALUE_FIELDS.get(asked) ?? 'dns.resp.type';
    return {
      value: seen(packet, layer, field, dataAt, dataLength, recordText(layer, cursor)),
      ttl: seen(packet, layer, 'dns.resp.ttl', cursor.typeAt + 4, 4, cursor.ttl),
    };
  }
  return null;
}

const VALUE_FIELDS = new Map([
  [1, 'dns.a'],
  [2, 'dns.ns'],
  [5, 'dns.cname'],
  [12, 'dns.ptr.domain_name'],
  [15, 'dns.mx.mail_exchange'],
  [16, 'dns.txt'],
  [28, 'dns.aaaa'],
]);

/** The answer to a query that was captured. */
class Answer implements Context {
  readonly rows: readonly Row[] = ANSWER_ROWS;
  readonly query: number;
  readonly time: number;

  constructor(query: number, time: number) {
    this.query = query;
    this.time = time;
  }
}

/** The same answer once more. */
class AnswerAgain implements Context {
  readonly rows: readonly Row[] = ANSWER_AGAIN_ROWS;
  readonly first: number;

  constructor(first: number) {
    this.first = first;
  }
}

/** The same query once more, without an answer in between. */
class QueryAgain implements Context {
  readonly rows: readonly Row[] = QUERY_AGAIN_ROWS;
  readonly first: number;

  constructor(first: number) {
    this.first = first;
  }
}

const of = <T extends Context>(layer: Layer): T => layer.context as T;

const AGAIN: Row = { id: 'dns.retransmission', label: 'Sent again', kind: 'bool', read: () => 1 };
const ANSWER_ROWS: readonly Row[] = [
  { id: 'dns.response_to', label: 'Query in frame', kind: 'uint', read: (layer) => of<Answer>(layer).query },
  {
    id: 'dns.time',
    label: 'Time since the query',
    ...elapsedTime((layer) => of<Answer>(layer).time),
  },
];
const ANSWER_AGAIN_ROWS: readonly Row[] = [
  AGAIN,
  {
    id: 'dns.retransmit_response_in',
    label: 'First sent in frame',
    kind: 'uint',
    read: (layer) => of<AnswerAgain>(layer).first,
  },
];
const QUERY_AGAIN_ROWS: readonly Row[] = [
  AGAIN,
  {
    id: 'dns.retransmit_request_in',
    label: 'First sent in frame',
    kind: 'uint',
    read: (layer) => of<QueryAgain>(layer).first,
  },
];

/** An answer whose query was not captured. */
const UNASKED: Context = {
  rows: [{ id: 'dns.unsolicited', label: 'Query not captured', kind: 'bool', read: () => 1 }],
};

/** All of them, for the field reference. */
export const dnsTransactionRows: readonly Row[] = [
  ...ANSWER_ROWS,
  ...ANSWER_AGAIN_ROWS,
  ...QUERY_AGAIN_ROWS,
  ...UNASKED.rows,
];
