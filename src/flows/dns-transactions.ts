import { elapsed as elapsedTime } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import {
  dnsOverQuic,
  HEADER,
  hasQuestion,
  id,
  isResponse,
  MessageCursor,
  opcode,
  questionCount,
  rcode,
  recordText,
  wasTruncated,
} from '../protocols/dns.ts';
import { rcodeName, typeName } from '../protocols/dns-types.ts';
import { http2, streamId } from '../protocols/http2.ts';
import { quic } from '../protocols/quic.ts';
import { tls } from '../protocols/tls.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import { addressOf } from './address-evidence.ts';
import { Conversations } from './conversations.ts';
import type { Follower } from './follower.ts';
import { QueryTable } from './query-table.ts';

/** Seconds after which the same query is a new one, not one sent again: Wireshark's bound. */
const AGAIN_WITHIN = 5;
/** Queries remembered; beyond, the oldest are forgotten. */
const LIMIT = 1 << 16;

/** Brings DNS queries and their answers together: same endpoints, same transaction id (RFC 1035 §7.3). */
export class DnsTransactions implements Follower {
  private readonly events: EventLog;
  private readonly conversations = new Conversations();
  private readonly queries = new QueryTable(LIMIT);
  /** By depth in the packet, used again from packet to packet. */
  private readonly answers: Answer[] = [];

  constructor(events: EventLog) {
    this.events = events;
  }

  follow(layer: Layer, packet: Packet): void {
    const transport = transportOf(layer, packet);
    if (transport === null || layer.network === null || !layer.captured(HEADER)) return;
    // An id alone proves little: the question must have been captured too.
    if (questionCount(layer) > 0 && !hasQuestion(layer)) return;
    // TCP and UDP ports stand at the same place.
    const conversation = this.conversations.find(layer.network, srcPort(transport), dstPort(transport));
    const exchange = exchangeOf(layer, packet);
    const slot = this.queries.find(conversation, exchange, id(layer));
    if (isResponse(layer)) this.answered(slot, layer, packet);
    else this.asked(slot, conversation, exchange, layer, packet);
  }

  private asked(known: number, conversation: number, exchange: number, layer: Layer, packet: Packet): void {
    const { queries } = this;
    if (known >= 0 && queries.answer[known] === 0 && this.elapsed(known, packet) < AGAIN_WITHIN * 1e9) {
      layer.context = new QueryAgain(queries.frame[known]!);
    } else {
      if (known >= 0) queries.renew(known);
      const slot = known >= 0 ? known : queries.add(conversation, exchange, id(layer));
      queries.frame[slot] = packet.frame.number;
      queries.seconds[slot] = packet.frame.seconds;
      queries.nanoseconds[slot] = packet.frame.nanoseconds;
    }
    if (this.tells(layer)) this.raiseQuery(layer, packet);
  }

  private answered(slot: number, layer: Layer, packet: Packet): void {
    const { queries } = this;
    if (slot < 0) {
      layer.context = UNASKED;
    } else if (queries.answer[slot] === 0) {
      queries.answer[slot] = packet.frame.number;
      const answer = this.answerAt(layer.index);
      answer.query = queries.frame[slot]!;
      answer.time = this.elapsed(slot, packet);
      layer.context = answer;
    } else {
      layer.context = new AnswerAgain(queries.answer[slot]!);
    }
    if (this.tells(layer)) this.raiseAnswer(layer, packet, slot);
  }

  /** What mDNS and LLMNR say has notes of its own. */
  private tells(layer: Layer): boolean {
    return this.events.enabled && layer.protocol.id === 'dns';
  }

  private answerAt(depth: number): Answer {
    while (this.answers.length <= depth) this.answers.push(new Answer());
    return this.answers[depth]!;
  }

  private elapsed(slot: number, packet: Packet): number {
    const { seconds, nanoseconds } = packet.frame;
    return (seconds - this.queries.seconds[slot]!) * 1e9 + (nanoseconds - this.queries.nanoseconds[slot]!);
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

  private raiseAnswer(layer: Layer, packet: Packet, slot: number): void {
    const question = questionOf(layer);
    if (opcode(layer) !== 0 || question === null) return;
    const server = addressOf(packet, layer.network!, 'source');
    const client = addressOf(packet, layer.network!, 'destination');
    const name = nameOf(question, layer, packet);
    const type = typeOf(question, layer, packet);
    const query = slot < 0 ? null : this.queries.frame[slot]!;
    const asked = query === null ? null : concluded(query, query);
    const took = query === null ? null : concluded(this.elapsed(slot, packet) / 1e9, packet.frame.number, 'dns.time');
    if (wasTruncated(layer)) {
      this.events.raise('dns.truncated', layer, null, { client, server, name, type, query: asked });
    } else if (rcode(layer) === 3) {
      this.events.raise('dns.no-such-name', layer, null, { server, name, type, query: asked });
    } else if (rcode(layer) === 0) {
      const answer = answerOf(question.type, layer, packet);
      if (answer === null) {
        this.events.raise('dns.no-record', layer, null, { server, name, type, query: asked });
        return;
      }
      const { value, ttl } = answer;
      this.events.raise('dns.answer', layer, null, { client, server, name, type, value, ttl, query: asked, took });
    } else {
      const reason = concluded(rcodeName(rcode(layer)), packet.frame.number);
      this.events.raise('dns.failed', layer, null, { client, server, name, type, reason, query: asked });
    }
  }
}

/** The stream that the message came in, which knows its answer better than the id does (RFC 8484 §4.1, RFC 9250 §4.2.1). */
function exchangeOf(layer: Layer, packet: Packet): number {
  if (layer.protocol === dnsOverQuic) return layer.selector;
  const below = packet.layers[layer.index - 1]!;
  return below.protocol === http2 ? streamId(below.bytes, below.start) : NO_EXCHANGE;
}

const NO_EXCHANGE = -1;

/** The layer with the ports that carried the message, below other messages of the same segment. */
function transportOf(layer: Layer, packet: Packet): Layer | null {
  for (let i = layer.index - 1; i > 0; i--) {
    const below = packet.layers[i]!;
    const { protocol } = below;
    if (protocol !== layer.protocol && protocol !== http2 && protocol.id !== tls.id && protocol.id !== quic.id)
      return below.captured(4) ? below : null;
  }
  return null;
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
function answerOf(asked: number, layer: Layer, packet: Packet): { value: Evidence | null; ttl: Evidence } | null {
  while (cursor.next() && cursor.section === 1) {
    if (cursor.type !== asked) continue;
    const { dataAt, dataLength } = cursor;
    const field = VALUE_FIELDS.get(asked) ?? 'dns.resp.type';
    const text = recordText(layer, cursor);
    return {
      value: text === '' ? null : seen(packet, layer, field, dataAt, dataLength, text),
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
  query = 0;
  time = 0;
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
