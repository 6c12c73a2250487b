import { u8, u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { authorityCount, HEADER, id, isResponse, MessageCursor, opcode, rcode, recordText } from '../protocols/dns.ts';
import { nameText } from '../protocols/dns-names.ts';
import { typeName } from '../protocols/dns-types.ts';
import { addressAt, addressOf, outermost, secondsOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const A = 1;
const PTR = 12;
const AAAA = 28;
const SRV = 33;
const ANY = 255;
/** Questions and probes remembered at the most. */
const MOST = 4096;
/** Seconds in which an answer belongs to a question: RFC 6762 §6 lets responders wait half a second at the most. */
const ANSWERED_WITHIN = 2;

/** A question that was asked, or a name that was probed for. */
interface Asked {
  readonly frame: number;
  readonly at: number;
  readonly by: string;
}

/**
 * Tells how hosts of a link find each other without a server: multicast DNS (RFC 6762), services in it (RFC 6763), and
 * LLMNR (RFC 4795). Responses of mDNS repeat no question, so the questions are remembered by name.
 */
export class LinkNames implements Observer {
  readonly about = ['mdns', 'llmnr'];
  private readonly events: EventLog;
  private readonly questions = new Map<string, Asked>();
  private readonly probes = new Map<string, Asked>();
  private readonly cursor = new MessageCursor();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const message = outermost(packet, 'mdns', 'llmnr');
    if (message === null || message.network === null || !message.captured(HEADER) || opcode(message) !== 0) return;
    if (message.protocol.id === 'llmnr') this.llmnr(message, packet);
    else if (isResponse(message)) this.mdnsResponse(message, packet);
    else this.mdnsQuery(message, packet);
  }

  private mdnsQuery(mdns: Layer, packet: Packet): void {
    const probing = authorityCount(mdns) > 0;
    const sender = addressOf(packet, mdns.network!, 'source');
    const { cursor } = this;
    let told = false;
    cursor.begin(mdns);
    while (cursor.next() && cursor.section === 0) {
      const name = nameOf(mdns, packet, cursor, 'dns.qry.name');
      remember(probing ? this.probes : this.questions, String(name.value), packet, sender);
      // Names of addresses are probed for too, and say less.
      if (told || (probing && String(name.value).endsWith('.arpa'))) continue;
      told = true;
      if (probing) this.events.raise('mdns.probe', mdns, null, { host: sender, name });
      else this.events.raise('mdns.query', mdns, null, { asker: sender, name, type: typeOf(mdns, packet, cursor) });
    }
  }

  /** The first record of each kind is told: a message often carries all that a host knows. */
  private mdnsResponse(mdns: Layer, packet: Packet): void {
    const { cursor } = this;
    const sender = addressOf(packet, mdns.network!, 'source');
    const found = new Set<string>();
    cursor.begin(mdns);
    while (cursor.next()) {
      if (cursor.section === 0 || cursor.end > mdns.capturedEnd) continue;
      const kind = this.kindOf(mdns, packet, sender);
      if (kind === '' || found.has(kind)) continue;
      found.add(kind);
      const name = nameOf(mdns, packet, cursor, 'dns.resp.name');
      if (kind === 'goodbye') this.events.raise('mdns.goodbye', mdns, null, { sender, name });
      else if (kind === 'conflict') this.conflict(mdns, sender, name);
      else if (kind === 'service') this.service(mdns, packet, sender, name);
      else this.value(mdns, packet, sender, name, kind === 'answer');
    }
  }

  private kindOf(mdns: Layer, packet: Packet, sender: Evidence): string {
    const { cursor } = this;
    if (cursor.ttl === 0) return 'goodbye';
    const probe = asked(this.probes, cursor.name, packet);
    if (probe !== null && probe.by !== sender.value) return 'conflict';
    if (cursor.type === SRV && cursor.dataLength >= 7) return 'service';
    // Records that come along with others answer nothing.
    if (cursor.section !== 1 || !hasAddressOrName(mdns, cursor)) return '';
    if (asked(this.questions, cursor.name, packet) !== null) return 'answer';
    return cursor.name.endsWith('.arpa') ? '' : 'announce';
  }

  private conflict(mdns: Layer, owner: Evidence, name: Evidence): void {
    const probe = this.probes.get(String(name.value))!;
    const host = concluded(probe.by, probe.frame);
    this.events.raise('mdns.conflict', mdns, null, { owner, host, name, probe: concluded(probe.frame, probe.frame) });
  }

  private service(mdns: Layer, packet: Packet, sender: Evidence, service: Evidence): void {
    const { dataAt } = this.cursor;
    const host = nameText(mdns.bytes, mdns.start, dataAt + 6, mdns.capturedEnd);
    this.events.raise('mdns.service', mdns, null, {
      sender,
      service,
      port: seen(packet, mdns, 'dns.srv.port', dataAt + 4, 2, u16(mdns.bytes, dataAt + 4)),
      host: concluded(host, packet.frame.number, 'dns.srv.target'),
    });
  }

  private value(mdns: Layer, packet: Packet, sender: Evidence, name: Evidence, answers: boolean): void {
    const value = recordValue(mdns, packet, this.cursor);
    if (!answers) {
      this.events.raise('mdns.announce', mdns, null, { sender, name, value });
      return;
    }
    const { frame } = this.questions.get(String(name.value))!;
    this.events.raise('mdns.answer', mdns, null, { sender, name, value, query: concluded(frame, frame) });
  }

  /** Queries and responses have the question, and the response the id of the query. */
  private llmnr(llmnr: Layer, packet: Packet): void {
    const { cursor } = this;
    cursor.begin(llmnr);
    if (!cursor.next() || cursor.section !== 0) return;
    const sender = addressOf(packet, llmnr.network!, 'source');
    const target = addressOf(packet, llmnr.network!, 'destination');
    const name = nameOf(llmnr, packet, cursor, 'dns.qry.name');
    if (isResponse(llmnr)) {
      const question = asked(this.questions, `${id(llmnr)} ${name.value} ${target.value}`, packet);
      const query = question === null ? null : concluded(question.frame, question.frame);
      if (rcode(llmnr) !== 0 || !cursor.next() || !hasAddressOrName(llmnr, cursor)) return;
      const value = recordValue(llmnr, packet, cursor);
      this.events.raise('llmnr.answer', llmnr, null, { sender, asker: target, name, value, query });
      return;
    }
    remember(this.questions, `${id(llmnr)} ${name.value} ${sender.value}`, packet, sender);
    if (cursor.type === ANY) this.events.raise('llmnr.check', llmnr, null, { host: sender, name });
    else this.events.raise('llmnr.query', llmnr, null, { asker: sender, name, type: typeOf(llmnr, packet, cursor) });
  }
}

function remember(table: Map<string, Asked>, key: string, packet: Packet, sender: Evidence): void {
  if (table.size >= MOST) table.clear();
  table.set(key, { frame: packet.frame.number, at: secondsOf(packet), by: String(sender.value) });
}

function asked(table: Map<string, Asked>, key: string, packet: Packet): Asked | null {
  const found = table.get(key);
  return found !== undefined && secondsOf(packet) - found.at <= ANSWERED_WITHIN ? found : null;
}

/** A name that stands whole is evidence by its octets; one that points elsewhere is not. */
function nameOf(message: Layer, packet: Packet, { name, nameAt, typeAt }: MessageCursor, field: string): Evidence {
  const points = typeAt - nameAt >= 2 && u8(message.bytes, typeAt - 2) >= 0xc0;
  if (points || name.startsWith('<')) return concluded(name, packet.frame.number);
  return seen(packet, message, field, nameAt, typeAt - nameAt, name);
}

const typeOf = (message: Layer, packet: Packet, { type, typeAt }: MessageCursor): Evidence =>
  seen(packet, message, 'dns.qry.type', typeAt, 2, typeName(type));

function hasAddressOrName(message: Layer, { type, dataLength, end }: MessageCursor): boolean {
  if (end > message.capturedEnd) return false;
  return (type === A && dataLength === 4) || (type === AAAA && dataLength === 16) || (type === PTR && dataLength > 0);
}

function recordValue(message: Layer, packet: Packet, cursor: MessageCursor): Evidence {
  if (cursor.type === A) return addressAt(packet, message, 'ipv4', 'dns.a', cursor.dataAt);
  if (cursor.type === AAAA) return addressAt(packet, message, 'ipv6', 'dns.aaaa', cursor.dataAt);
  return concluded(recordText(message, cursor), packet.frame.number, 'dns.ptr.domain_name');
}
