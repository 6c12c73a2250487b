import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import * as dhcpv6 from '../protocols/dhcpv6.ts';
import {
  CLIENT_ID,
  eachOption,
  findOption,
  HEADER,
  IA_ADDRESS,
  IA_NA,
  IA_PD,
  IA_PREFIX,
  isRelayed,
  NAME_SERVER,
  optionEnd,
  RAPID_COMMIT,
  SERVER_ID,
  STATUS,
  statusName,
} from '../protocols/dhcpv6-options.ts';
import { addressAt, addressOf, addressText, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Transactions that are waited for, and servers that are known, at the most. */
const MOST = 4096;
/** A lifetime of all ones never ends (RFC 8415 §7.7). */
const INFINITY = 0xffffffff;

interface Question {
  readonly type: number;
  readonly frame: number;
}

/** What the options of one message say, each where it stands first; -1 for what is not there. */
interface Terms {
  association: number;
  delegation: number;
  address: number;
  prefix: number;
  resolver: number;
  /** Codes that are no success, by where they stand. */
  readonly faults: { readonly from: number; readonly to: number }[];
}

/**
 * Tells how hosts and routers get IPv6 addresses and prefixes (RFC 8415 §18): what a reply means depends on what it
 * answers, so the question of each transaction is remembered, and under which address each server is known.
 */
export class Ipv6Leases implements Observer {
  readonly about = ['dhcpv6'];
  private readonly events: EventLog;
  private readonly questions = new Map<string, Question>();
  private readonly servers = new Map<string, Evidence>();
  private readonly message = new dhcpv6.Message();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const dhcp = outermost(packet, 'dhcpv6');
    const { message } = this;
    if (dhcp === null || dhcp.network === null || !message.read(dhcp)) return;
    if (isRelayed(dhcpv6.messageType(dhcp))) this.relayed(dhcp, packet);
    if (message.type === dhcpv6.ADVERTISE || message.type === dhcpv6.REPLY) this.answered(dhcp, packet);
    else this.asked(dhcp, packet);
  }

  private relayed(dhcp: Layer, packet: Packet): void {
    const forward = dhcpv6.messageType(dhcp) === dhcpv6.RELAY_FORWARD;
    const relay = addressOf(packet, dhcp.network!, forward ? 'source' : 'destination');
    const server = addressOf(packet, dhcp.network!, forward ? 'destination' : 'source');
    const client = addressAt(packet, dhcp, 'ipv6', 'dhcpv6.peeraddr', this.message.peerAt);
    if (!forward) {
      this.events.raise('dhcpv6.relay.reply', dhcp, null, { relay, server, client });
      return;
    }
    const link = addressAt(packet, dhcp, 'ipv6', 'dhcpv6.linkaddr', dhcpv6.linkAddressAt(dhcp));
    this.events.raise('dhcpv6.relay.forward', dhcp, null, { relay, server, client, link });
  }

  private asked(dhcp: Layer, packet: Packet): void {
    const { message } = this;
    this.remember(dhcp, packet);
    const terms = termsOf(dhcp, message);
    const client = this.client(dhcp, packet, 'source');
    const address = addressOfTerms(dhcp, packet, terms);
    const prefix = prefixOfTerms(dhcp, packet, terms);
    switch (message.type) {
      case dhcpv6.SOLICIT:
        this.events.raise('dhcpv6.solicit', dhcp, null, {
          client,
          association: identifierAt(dhcp, packet, terms.association),
          delegation: identifierAt(dhcp, packet, terms.delegation),
          rapid: this.rapidCommit(dhcp, packet),
        });
        return;
      case dhcpv6.REQUEST:
        this.events.raise('dhcpv6.request', dhcp, null, { client, server: this.named(dhcp), address, prefix });
        return;
      case dhcpv6.RENEW:
        this.events.raise('dhcpv6.renew', dhcp, null, { client, server: this.named(dhcp), address, prefix });
        return;
      case dhcpv6.REBIND:
        this.events.raise('dhcpv6.rebind', dhcp, null, { client, address, prefix });
        return;
      case dhcpv6.CONFIRM:
        this.events.raise('dhcpv6.confirm', dhcp, null, { client, address });
        return;
      case dhcpv6.RELEASE:
        this.events.raise('dhcpv6.release', dhcp, null, { client, address, prefix });
        return;
      case dhcpv6.DECLINE:
        this.events.raise('dhcpv6.decline', dhcp, null, { client, address });
        return;
      case dhcpv6.INFORMATION_REQUEST:
        this.events.raise('dhcpv6.information-request', dhcp, null, { client });
        return;
    }
  }

  private answered(dhcp: Layer, packet: Packet): void {
    const { message } = this;
    const terms = termsOf(dhcp, message);
    const client = this.client(dhcp, packet, 'destination');
    const server = addressOf(packet, dhcp.network!, 'source');
    this.know(dhcp, server);
    if (message.type === dhcpv6.ADVERTISE) {
      const address = addressOfTerms(dhcp, packet, terms);
      const prefix = prefixOfTerms(dhcp, packet, terms);
      this.events.raise('dhcpv6.advertise', dhcp, null, { client, server, address, prefix });
    } else this.replied(dhcp, packet, terms, client, server);
    this.faults(dhcp, packet, terms, client, server);
  }

  private replied(dhcp: Layer, packet: Packet, terms: Terms, client: Evidence, server: Evidence): void {
    const question = this.questions.get(this.transaction(dhcp)) ?? null;
    const request = question === null ? null : concluded(question.frame, question.frame);
    const resolver = resolverAt(dhcp, packet, terms.resolver);
    if (this.rapidCommit(dhcp, packet) !== null) {
      this.events.raise('dhcpv6.rapid-commit', dhcp, null, { client, server, request });
    }
    const address = addressOfTerms(dhcp, packet, terms);
    if (address !== null) {
      this.events.raise('dhcpv6.reply', dhcp, null, {
        client,
        address,
        preferred: lifetimeAt(dhcp, packet, 'dhcpv6.iaaddr.pref_lifetime', terms.address + 16),
        valid: lifetimeAt(dhcp, packet, 'dhcpv6.iaaddr.valid_lifetime', terms.address + 20),
        renew: lifetimeAt(dhcp, packet, 'dhcpv6.iaid.t1', terms.association < 0 ? -1 : terms.association + 4),
        rebind: lifetimeAt(dhcp, packet, 'dhcpv6.iaid.t2', terms.association < 0 ? -1 : terms.association + 8),
        resolver,
        request,
      });
    }
    const prefix = prefixOfTerms(dhcp, packet, terms);
    if (prefix !== null) {
      const valid = lifetimeAt(dhcp, packet, 'dhcpv6.iaprefix.valid_lifetime', terms.prefix + 4);
      this.events.raise('dhcpv6.prefix', dhcp, null, { client, server, prefix, valid, request });
    }
    if (address !== null || prefix !== null || terms.faults.length > 0) return;
    if (question !== null && question.type !== dhcpv6.INFORMATION_REQUEST) {
      const asked = concluded(question.frame, question.frame);
      this.events.raise('dhcpv6.acknowledged', dhcp, null, { client, server, request: asked });
    } else if (terms.association < 0 && terms.delegation < 0) {
      this.events.raise('dhcpv6.informed', dhcp, null, { client, server, resolver, request });
    }
  }

  /** Each status that is no success: of the message, of an association, of an address. */
  private faults(dhcp: Layer, packet: Packet, terms: Terms, client: Evidence, server: Evidence): void {
    const { bytes } = dhcp;
    for (const { from, to } of terms.faults) {
      const code = u16(bytes, from);
      const length = to - from - 2;
      const text = stringOf(bytes, from + 2, to);
      this.events.raise('dhcpv6.status', dhcp, null, {
        client,
        server,
        code: seen(packet, dhcp, 'dhcpv6.status_code', from, 2, code),
        name: concluded(statusName(code) || String(code), packet.frame.number, 'dhcpv6.status_code'),
        message: text === '' ? null : seen(packet, dhcp, 'dhcpv6.status_msg', from + 2, length, text),
      });
    }
  }

  /** Whom the message is from or for: the relay has written it down, else the IPv6 header says it. */
  private client(dhcp: Layer, packet: Packet, side: 'source' | 'destination'): Evidence {
    const { peerAt } = this.message;
    if (peerAt >= 0) return addressAt(packet, dhcp, 'ipv6', 'dhcpv6.peeraddr', peerAt);
    return addressOf(packet, dhcp.network!, side);
  }

  private rapidCommit(dhcp: Layer, packet: Packet): Evidence | null {
    const at = findOption(dhcp.bytes, this.message.from, this.message.to, RAPID_COMMIT);
    return at < 0 ? null : seen(packet, dhcp, 'dhcpv6.option.type', at, 2, RAPID_COMMIT);
  }

  private remember(dhcp: Layer, packet: Packet): void {
    if (this.questions.size >= MOST) this.questions.clear();
    this.questions.set(this.transaction(dhcp), { type: this.message.type, frame: packet.frame.number });
  }

  /** The number alone is chosen by each client for itself: its identifier belongs to it. */
  private transaction(dhcp: Layer): string {
    return `${this.message.transaction} ${this.identity(dhcp, CLIENT_ID)}`;
  }

  private know(dhcp: Layer, server: Evidence): void {
    const identity = this.identity(dhcp, SERVER_ID);
    if (identity === '') return;
    if (this.servers.size >= MOST) this.servers.clear();
    this.servers.set(identity, server);
  }

  /** The server that the message is for, by the address under which it was heard; null when it was not. */
  private named(dhcp: Layer): Evidence | null {
    return this.servers.get(this.identity(dhcp, SERVER_ID)) ?? null;
  }

  private identity({ bytes }: Layer, code: number): string {
    const at = findOption(bytes, this.message.from, this.message.to, code);
    if (at < 0) return '';
    out.clear();
    out.octets(bytes, at + HEADER, optionEnd(bytes, at));
    return out.toString();
  }
}

const out = new Writer(512);

function termsOf({ bytes }: Layer, message: dhcpv6.Message): Terms {
  const terms: Terms = { association: -1, delegation: -1, address: -1, prefix: -1, resolver: -1, faults: [] };
  eachOption(bytes, message.from, message.to, (code, from, to) => {
    const length = to - from;
    if (code === IA_NA && length >= 12 && terms.association < 0) terms.association = from;
    else if (code === IA_PD && length >= 12 && terms.delegation < 0) terms.delegation = from;
    else if (code === IA_ADDRESS && length >= 24 && terms.address < 0) terms.address = from;
    else if (code === IA_PREFIX && length >= 25 && terms.prefix < 0) terms.prefix = from;
    else if (code === NAME_SERVER && length >= 16 && terms.resolver < 0) terms.resolver = from;
    else if (code === STATUS && length >= 2 && u16(bytes, from) !== 0) terms.faults.push({ from, to });
  });
  return terms;
}

const addressOfTerms = (dhcp: Layer, packet: Packet, { address }: Terms): Evidence | null =>
  address < 0 ? null : addressAt(packet, dhcp, 'ipv6', 'dhcpv6.iaaddr.ip', address);

function prefixOfTerms(dhcp: Layer, packet: Packet, { prefix }: Terms): Evidence | null {
  if (prefix < 0) return null;
  const text = `${addressText('ipv6', dhcp.bytes, prefix + 9)}/${u8(dhcp.bytes, prefix + 8)}`;
  return seen(packet, dhcp, 'dhcpv6.iaprefix.pref_addr', prefix + 9, 16, text);
}

const resolverAt = (dhcp: Layer, packet: Packet, at: number): Evidence | null =>
  at < 0 ? null : addressAt(packet, dhcp, 'ipv6', 'dhcpv6.dns_server', at);

function identifierAt(dhcp: Layer, packet: Packet, at: number): Evidence | null {
  if (at < 0) return null;
  return seen(packet, dhcp, 'dhcpv6.iaid', at, 4, `0x${u32(dhcp.bytes, at).toString(16).padStart(8, '0')}`);
}

/** Zero leaves the choice to the client (RFC 8415 §21.4), and all ones never end: neither is a duration. */
function lifetimeAt(dhcp: Layer, packet: Packet, field: string, at: number): Evidence | null {
  if (at < 0) return null;
  const value = u32(dhcp.bytes, at);
  return value === 0 || value === INFINITY ? null : seen(packet, dhcp, field, at, 4, value);
}
