import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressText } from '../flows/address-evidence.ts';
import {
  answerCount,
  dns,
  dnsOverHttps,
  HEADER,
  isResponse,
  llmnr,
  MessageCursor,
  mdns,
  opcode,
  rcode,
  recordText,
} from '../protocols/dns.ts';
import { rcodeName, typeName } from '../protocols/dns-types.ts';
import { type LookupStep, type Moment, momentOf } from './journey.ts';
import { type Hop, hopOf, isGroup, networkAddress } from './link.ts';
import type { Resolution, Resolutions } from './resolutions.ts';

/** Lookups, and pairs of client and address, that are remembered; the oldest are forgotten first. */
const MOST = 1 << 14;
/** Questions of one lookup, names or addresses of one answer, and lookups that led to one address. */
const FEW = 16;
/** Questions for one name by one client within so many nanoseconds are one lookup. */
const TOGETHER = 5e9;

const A = 1;
const CNAME = 5;
const AAAA = 28;
const ANY = 255;

/** One type of one name. */
interface Question {
  readonly type: string;
  readonly server: string;
  asked: Moment | null;
  times: number;
  answered: Moment | null;
  result: string | null;
  failed: boolean;
  by: string | null;
  readonly addresses: string[];
  ttl: number | null;
}

/** One name that was asked for, with all types that were asked for together. */
export class Lookup {
  readonly protocol: LookupStep['protocol'];
  readonly transport: LookupStep['transport'];
  readonly client: string;
  readonly server: string;
  readonly name: string;
  readonly first: Moment;
  last: Moment;
  readonly questions: Question[] = [];
  readonly aliases: string[] = [];
  /** MAC addresses of the first question, and who is asked for by them. */
  readonly hop: Hop | null;
  /** How the question found its way. */
  readonly resolution: Resolution | null;
  /** Conversations that used it. */
  used = 0;
  wanted = false;
  packets = 0;

  constructor(
    like: Pick<Lookup, 'protocol' | 'transport' | 'client' | 'server' | 'name' | 'first' | 'hop' | 'resolution'>,
  ) {
    this.protocol = like.protocol;
    this.transport = like.transport;
    this.client = like.client;
    this.server = like.server;
    this.name = like.name;
    this.first = this.last = like.first;
    this.hop = like.hop;
    this.resolution = like.resolution;
  }

  /** The question that was answered with this address, before that time. */
  answerWith(address: string, before: number): Question | null {
    const fits = ({ answered, addresses }: Question) =>
      answered !== null && answered.time <= before && addresses.includes(address);
    return this.questions.find(fits) ?? null;
  }
}

/** Which names were asked for, by whom, and which addresses were the answer. */
export class Lookups {
  /** How many were forgotten. */
  left = 0;
  /** By protocol, client and name: the one at hand. */
  private readonly open = new Map<string, Lookup>();
  /** By client and address, and by MAC address of the card and address: those that led there. */
  private readonly byAddress = new Map<string, Lookup[]>();
  private readonly all = new Set<Lookup>();
  private readonly cursor = new MessageCursor();
  private readonly resolutions: Resolutions;
  /** Of the message at hand. */
  private stream = '';

  constructor(resolutions: Resolutions) {
    this.resolutions = resolutions;
  }

  static isMessage(protocol: Protocol): boolean {
    return protocol === dns || protocol === dnsOverHttps || protocol === mdns || protocol === llmnr;
  }

  /** In the order in which they began. */
  [Symbol.iterator](): Iterator<Lookup> {
    return this.all.values();
  }

  /**
   * Takes a message in, and answers with the lookup that it is of. `wanted`: this packet was asked for.
   * `stream`: the TCP connection that it came over, of which its lookups are.
   */
  message(layer: Layer, packet: Packet, wanted: boolean, stream: number | null): Lookup | null {
    if (!layer.captured(HEADER) || layer.network === null || opcode(layer) !== 0) return null;
    this.cursor.begin(layer);
    this.stream = stream === null ? '' : String(stream);
    return isResponse(layer) ? this.answered(layer, packet, wanted) : this.asked(layer, packet, wanted);
  }

  /** Those whose answer held the address, the youngest first: of the client itself, or else of its network card. */
  leadingTo(client: string, address: string, mac: string | null): readonly Lookup[] {
    const own = this.byAddress.get(`${client} ${address}`);
    const found = own ?? (mac === null ? undefined : this.byAddress.get(`${mac} ${address}`));
    return found === undefined ? [] : found.slice().reverse();
  }

  private asked(layer: Layer, packet: Packet, wanted: boolean): Lookup | null {
    const network = layer.network!;
    const { cursor } = this;
    const client = networkAddress(network, 'source');
    const server = networkAddress(network, 'destination');
    const at = momentOf(packet);
    let found: Lookup | null = null;
    while (cursor.next() && cursor.section === 0) {
      // Who asks for all there is makes sure that nobody has its name (RFC 6762 §8.1).
      if (layer.protocol === mdns && cursor.type === ANY) continue;
      const lookup = this.lookupFor(layer, packet, client, server, cursor.name, true);
      const question = questionOf(lookup, typeName(cursor.type), server);
      if (question === null) continue;
      question.asked ??= at;
      question.times++;
      note(lookup, at, wanted);
      found = lookup;
    }
    return found;
  }

  private answered(layer: Layer, packet: Packet, wanted: boolean): Lookup | null {
    const network = layer.network!;
    const { cursor } = this;
    const from = networkAddress(network, 'source');
    const to = networkAddress(network, 'destination');
    if (!cursor.next()) return null;
    // In mDNS nobody repeats the question (RFC 6762 §6): the records tell the name.
    const hasQuestion = cursor.section === 0;
    if (!hasQuestion && layer.protocol !== mdns) return null;
    if (!hasQuestion && cursor.section !== 1) return null;
    const { name } = cursor;
    const type = typeName(cursor.type);
    const lookup =
      layer.protocol === mdns ? this.open.get(`mdns ${name}`) : this.lookupFor(layer, packet, to, from, name, false);
    if (lookup === undefined) return null;
    const known = lookup.questions.find((one) => one.type === type && (isGroup(one.server) || one.server === from));
    const question = known ?? (hasQuestion ? questionOf(lookup, type, from) : null);
    if (question === null) return null;
    note(lookup, momentOf(packet), wanted);
    if (question.answered !== null) return lookup;
    question.answered = momentOf(packet);
    question.result = rcodeName(rcode(layer));
    question.failed = rcode(layer) !== 0;
    question.by = from;
    if (answerCount(layer) > 0) this.records(lookup, question, layer);
    return lookup;
  }

  private records(lookup: Lookup, question: Question, layer: Layer): void {
    const { cursor } = this;
    cursor.begin(layer);
    while (cursor.next() && cursor.section <= 1) {
      if (cursor.section === 0) continue;
      const { type, dataAt, dataLength } = cursor;
      if (dataAt + dataLength > layer.capturedEnd) return;
      question.ttl = question.ttl === null ? cursor.ttl : Math.min(question.ttl, cursor.ttl);
      const kind = type === A && dataLength === 4 ? 'ipv4' : type === AAAA && dataLength === 16 ? 'ipv6' : null;
      if (kind !== null) {
        const address = addressText(kind, layer.bytes, dataAt);
        if (question.addresses.length >= FEW || question.addresses.includes(address)) continue;
        question.addresses.push(address);
        this.remember(lookup, `${lookup.client} ${address}`);
        if (lookup.hop !== null) this.remember(lookup, `${lookup.hop.source} ${address}`);
      } else if (type === CNAME && lookup.aliases.length < FEW) {
        const alias = recordText(layer, cursor);
        if (!lookup.aliases.includes(alias)) lookup.aliases.push(alias);
      }
    }
  }

  private remember(lookup: Lookup, key: string): void {
    const known = this.byAddress.get(key);
    if (known === undefined) {
      if (this.byAddress.size >= 2 * MOST) this.byAddress.delete(this.byAddress.keys().next().value!);
      this.byAddress.set(key, [lookup]);
      return;
    }
    if (known.includes(lookup)) return;
    if (known.length >= FEW) known.shift();
    known.push(lookup);
  }

  private lookupFor(layer: Layer, packet: Packet, client: string, server: string, name: string, asks: boolean): Lookup {
    const protocol = protocolOf(layer);
    const key =
      protocol === 'mdns'
        ? `mdns ${name}`
        : protocol === 'llmnr'
          ? `llmnr ${client} ${name}`
          : `dns ${this.stream} ${client} ${name}`;
    const known = this.open.get(key);
    const at = momentOf(packet);
    if (known !== undefined && (!asks || at.time - known.last.time < TOGETHER)) return known;
    const hop = asks ? hopOf(layer.network!, packet) : turned(hopOf(layer.network!, packet));
    const transport = transportOf(layer, packet);
    const resolution = hop === null || !asks ? null : this.resolutions.of(hop);
    const lookup = new Lookup({ protocol, transport, client, server, name, first: at, hop, resolution });
    this.open.delete(key);
    this.open.set(key, lookup);
    this.all.add(lookup);
    if (this.open.size > MOST) this.open.delete(this.open.keys().next().value!);
    if (this.all.size > MOST) {
      this.all.delete(this.all.values().next().value!);
      this.left++;
    }
    return lookup;
  }
}

const turned = (hop: Hop | null): Hop | null =>
  hop === null ? null : { source: hop.destination, destination: hop.source };

function note(lookup: Lookup, at: Moment, wanted: boolean): void {
  lookup.last = at;
  lookup.packets++;
  lookup.wanted ||= wanted;
}

/** The lookup's question for this type, made where there was none; null where there are too many. */
function questionOf(lookup: Lookup, type: string, server: string): Question | null {
  const known = lookup.questions.find((question) => question.type === type && question.server === server);
  if (known !== undefined) return known;
  if (lookup.questions.length >= FEW) return null;
  const question: Question = {
    type,
    server,
    asked: null,
    times: 0,
    answered: null,
    result: null,
    failed: false,
    by: null,
    addresses: [],
    ttl: null,
  };
  lookup.questions.push(question);
  return question;
}

const protocolOf = ({ protocol }: Layer): LookupStep['protocol'] =>
  protocol === mdns ? 'mdns' : protocol === llmnr ? 'llmnr' : 'dns';

/** What carries the message, by the layers between it and the network. */
function transportOf(layer: Layer, packet: Packet): LookupStep['transport'] {
  if (layer.protocol === dnsOverHttps) return 'https';
  let found: LookupStep['transport'] = 'udp';
  for (let i = layer.index - 1; i > 0; i--) {
    const { id } = packet.layers[i]!.protocol;
    if (id === 'quic' || id === 'tls') return id;
    if (id === 'tcp') found = 'tcp';
  }
  return found;
}
