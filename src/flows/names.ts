import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { answerCount, isResponse, MessageCursor, rcode } from '../protocols/dns.ts';
import { ACK, flags, SYN } from '../protocols/tcp.ts';
import { addressOf, addressText, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const A = 1;
const AAAA = 28;
/** Addresses remembered at the most. */
const MOST = 65_536;

/** Remembers which name each address was the answer for, and says so when a connection to the address is opened. */
export class Names implements Observer {
  readonly about = ['dns', 'mdns', 'llmnr', 'tcp'];
  private readonly events: EventLog;
  private readonly byAddress = new Map<string, Evidence>();
  private readonly cursor = new MessageCursor();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const dns = outermost(packet, 'dns', 'mdns', 'llmnr');
    if (dns !== null) {
      if (dns.captured(12) && isResponse(dns) && rcode(dns) === 0 && answerCount(dns) > 0) this.learn(dns, packet);
      return;
    }
    const tcp = outermost(packet, 'tcp');
    if (tcp?.captured(20) && (flags(tcp) & (SYN | ACK)) === SYN) this.used(tcp, packet);
  }

  private learn(dns: Layer, packet: Packet): void {
    const { cursor } = this;
    cursor.begin(dns);
    let asked: Evidence | null = null;
    while (cursor.next() && cursor.section <= 1) {
      if (cursor.section === 0) {
        asked ??= seen(packet, dns, 'dns.qry.name', cursor.nameAt, cursor.typeAt - cursor.nameAt, cursor.name);
        continue;
      }
      const kind = cursor.type === A ? 'ipv4' : cursor.type === AAAA ? 'ipv6' : null;
      if (kind === null || cursor.dataLength !== (kind === 'ipv4' ? 4 : 16)) continue;
      if (cursor.dataAt + cursor.dataLength > dns.capturedEnd) return;
      // Where an alias was followed, the name that the program asked for says more than the record's own.
      asked ??= seen(packet, dns, 'dns.resp.name', cursor.nameAt, cursor.typeAt - cursor.nameAt, cursor.name);
      if (this.byAddress.size >= MOST) this.byAddress.clear();
      this.byAddress.set(addressText(kind, dns.bytes, cursor.dataAt), asked);
    }
  }

  private used(tcp: Layer, packet: Packet): void {
    if (tcp.network === null) return;
    const address = addressOf(packet, tcp.network, 'destination');
    const name = this.byAddress.get(String(address.value));
    if (name === undefined || name.frame === undefined) return;
    this.events.raise('dns.name-used', tcp, null, {
      name,
      address,
      answer: concluded(name.frame, name.frame, 'frame.number'),
    });
  }
}
