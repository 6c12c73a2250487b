import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { chap, nameOf, REQUEST, RESPONSE } from '../protocols/ppp-authentication.ts';
import * as control from '../protocols/ppp-control.ts';
import { code, identifier } from '../protocols/ppp-packet.ts';
import { code as discoveryCode, sessionId } from '../protocols/pppoe.ts';
import { addressOf, outermost, outermostOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const TOLD_OF = ['pppoed', 'lcp', 'pap', 'chap', 'ipcp', 'ipv6cp', 'ccp'];
const PADI = 0x09;
const PADS = 0x65;
const PADT = 0xa7;
const IP_ADDRESS = 3;

/** Tells how a PPP link comes up and goes down: search, agreement on the link, who is there, addresses, the end. */
export class PppLinks implements Observer {
  readonly about = TOLD_OF;
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermostOf(packet, TOLD_OF);
    if (layer === null) return;
    if (layer.protocol.id === 'pppoed') this.discovery(layer, packet);
    else if (layer.protocol.id === 'pap') this.password(layer, packet);
    else if (layer.protocol.id === 'chap') this.challenge(layer, packet);
    else this.control(layer, packet);
  }

  private discovery(layer: Layer, packet: Packet): void {
    const sender = senderOf(packet);
    const session = seen(
      packet,
      layer,
      'pppoe.session_id',
      layer.start + 2,
      2,
      `0x${sessionId(layer).toString(16).padStart(4, '0')}`,
    );
    if (discoveryCode(layer) === PADI) this.events.raise('pppoe.search', layer, null, { host: sender });
    else if (discoveryCode(layer) === PADS)
      this.events.raise('pppoe.session', layer, null, { server: sender, session });
    else if (discoveryCode(layer) === PADT) this.events.raise('pppoe.end', layer, null, { host: sender, session });
  }

  private control(layer: Layer, packet: Packet): void {
    const said = code(layer);
    const sender = senderOf(packet);
    if (layer.protocol === control.lcp && said === control.CONFIGURE_REQUEST) {
      this.events.raise('ppp.link', layer, null, { sender });
    } else if (layer.protocol === control.lcp && said === control.TERMINATE_REQUEST) {
      this.events.raise('ppp.terminate', layer, null, { sender });
    } else if (layer.protocol === control.ipcp && said === control.CONFIGURE_NAK) {
      const address = addressIn(layer, packet);
      if (address !== null) this.events.raise('ppp.address', layer, null, { sender, address });
      else this.goesOn(layer, packet, sender);
    } else this.goesOn(layer, packet, sender);
  }

  /** The rest of the agreement, and what keeps the link in sight. */
  private goesOn(layer: Layer, packet: Packet, sender: Evidence | null): void {
    const { number } = packet.frame;
    const message = control.codeName(code(layer));
    if (message === '') return;
    this.events.raise('ppp.control', layer, null, {
      sender,
      protocol: concluded(layer.protocol.column.replace('PPP ', ''), number),
      message: concluded(message, number, 'ppp.code'),
      id: seen(packet, layer, 'ppp.identifier', layer.start + 1, 1, identifier(layer)),
    });
  }

  private password(layer: Layer, packet: Packet): void {
    if (code(layer) !== REQUEST) return;
    const at = nameOf(layer);
    if (at === null) return;
    const name = stringOf(layer.bytes, at.from, at.to);
    this.events.raise('ppp.password', layer, null, {
      sender: senderOf(packet),
      name: seen(packet, layer, 'pap.peer_id', at.from, at.to - at.from, name),
    });
  }

  private challenge(layer: Layer, packet: Packet): void {
    if (layer.protocol !== chap || code(layer) !== RESPONSE) return;
    this.events.raise('ppp.challenge', layer, null, { sender: senderOf(packet) });
  }
}

/** The Ethernet address below where there is one; a serial line has no addresses. */
function senderOf(packet: Packet): Evidence | null {
  const link = outermost(packet, 'eth');
  return link === null ? null : addressOf(packet, link, 'source');
}

/** The first IP address among the options of IPCP. */
function addressIn(layer: Layer, packet: Packet): Evidence | null {
  const { bytes, capturedEnd } = layer;
  for (let at = layer.start + 4; at + 6 <= capturedEnd; at += Math.max(2, bytes[at + 1]!)) {
    if (bytes[at] !== IP_ADDRESS || bytes[at + 1] !== 6) continue;
    const text = [2, 3, 4, 5].map((i) => bytes[at + i]).join('.');
    return seen(packet, layer, 'ipcp.opt.ip_address', at + 2, 4, text);
  }
  return null;
}
