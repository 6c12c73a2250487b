import { u8 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { HEADER, isResponse, MessageCursor, opcode, rcode } from '../protocols/dns.ts';
import * as nbdgm from '../protocols/nbdgm.ts';
import * as nbns from '../protocols/nbns.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const NO_SUCH_NAME = 3;

/** Tells how NetBIOS names are claimed, looked up and given up (RFC 1002 §5), and who sends datagrams between them. */
export class Netbios implements Observer {
  readonly about = ['nbns', 'nbdgm'];
  private readonly events: EventLog;
  private readonly cursor = new MessageCursor();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'nbns', 'nbdgm');
    if (layer === null || layer.network === null) return;
    if (layer.protocol.id === 'nbdgm') this.datagram(layer, packet);
    else if (layer.captured(HEADER)) this.message(layer, packet);
  }

  /** The first question or record names what the message is about. */
  private message(layer: Layer, packet: Packet): void {
    const { cursor } = this;
    cursor.begin(layer);
    if (!cursor.next()) return;
    if (isResponse(layer)) this.answered(layer, packet);
    else if (cursor.section === 0) this.asked(layer, packet);
  }

  private asked(layer: Layer, packet: Packet): void {
    const sender = addressOf(packet, layer.network!, 'source');
    const target = addressOf(packet, layer.network!, 'destination');
    const name = this.name(layer, packet);
    const purpose = concluded(nbns.purposeOf(layer, this.cursor), packet.frame.number);
    switch (opcode(layer)) {
      case nbns.QUERY:
        if (this.cursor.type === nbns.NBSTAT) {
          this.events.raise('nbns.status-query', layer, null, { asker: sender, target });
        } else this.events.raise('nbns.query', layer, null, { asker: sender, target, name, purpose });
        return;
      case nbns.REGISTRATION:
      case nbns.MULTIHOMED:
        this.events.raise('nbns.register', layer, null, { owner: sender, target, name, purpose });
        return;
      case nbns.REFRESH:
      case nbns.REFRESH_TOO:
        this.events.raise('nbns.refresh', layer, null, { owner: sender, server: target, name });
        return;
      case nbns.RELEASE:
        this.events.raise('nbns.release', layer, null, { owner: sender, target, name });
        return;
    }
  }

  private answered(layer: Layer, packet: Packet): void {
    const { cursor } = this;
    if (cursor.section !== 1) return;
    const sender = addressOf(packet, layer.network!, 'source');
    const owner = addressOf(packet, layer.network!, 'destination');
    const name = this.name(layer, packet);
    switch (opcode(layer)) {
      case nbns.QUERY:
        this.queryAnswered(layer, packet, sender, name);
        return;
      case nbns.REGISTRATION:
      case nbns.MULTIHOMED:
        if (rcode(layer) !== 0) {
          const code = seen(packet, layer, 'nbns.flags.rcode', layer.start + 3, 1, rcode(layer));
          this.events.raise('nbns.refused', layer, null, { sender, owner, name, code });
          return;
        }
        this.events.raise('nbns.registered', layer, null, {
          server: sender,
          owner,
          name,
          lifetime: cursor.ttl === 0 ? null : this.lifetime(layer, packet),
        });
        return;
      case nbns.WAIT:
        this.events.raise('nbns.wait', layer, null, {
          server: sender,
          owner,
          name,
          time: this.lifetime(layer, packet),
        });
        return;
      case nbns.RELEASE:
        if (rcode(layer) === 0) this.events.raise('nbns.released', layer, null, { server: sender, owner, name });
        return;
    }
  }

  private queryAnswered(layer: Layer, packet: Packet, sender: Evidence, name: Evidence): void {
    const { type, dataAt, dataLength } = this.cursor;
    if (rcode(layer) === NO_SUCH_NAME) {
      this.events.raise('nbns.no-such-name', layer, null, { server: sender, name });
      return;
    }
    if (rcode(layer) !== 0 || dataAt + dataLength > layer.capturedEnd) return;
    if (type === nbns.NBSTAT && dataLength > 0) {
      const names = seen(packet, layer, 'nbns.number_of_names', dataAt, 1, u8(layer.bytes, dataAt));
      this.events.raise('nbns.status', layer, null, { sender, names });
    } else if (type === nbns.NB && dataLength >= 6) {
      const address = addressAt(packet, layer, 'ipv4', 'nbns.addr', dataAt + 2);
      this.events.raise('nbns.answer', layer, null, { sender, name, address });
    }
  }

  private name(layer: Layer, packet: Packet): Evidence {
    const { nameAt, typeAt } = this.cursor;
    return seen(packet, layer, 'nbns.name', nameAt, typeAt - nameAt, nbns.nameOf(layer, this.cursor));
  }

  private lifetime(layer: Layer, packet: Packet): Evidence {
    return seen(packet, layer, 'nbns.ttl', this.cursor.typeAt + 4, 4, this.cursor.ttl);
  }

  private datagram(layer: Layer, packet: Packet): void {
    const from = nbdgm.sourceNameAt(layer);
    const to = nbdgm.destinationNameAt(layer);
    if (from < 0 || to < 0 || layer.headerEnd <= to) return;
    this.events.raise('nbdgm.datagram', layer, null, {
      sender: addressOf(packet, layer.network!, 'source'),
      source: seen(packet, layer, 'nbdgm.source_name', from, to - from, nbdgm.nameAt(layer, from)),
      destination: seen(packet, layer, 'nbdgm.destination_name', to, layer.headerEnd - to, nbdgm.nameAt(layer, to)),
    });
  }
}
