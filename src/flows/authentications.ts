import { u8, u64 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import * as eap from '../protocols/eap.ts';
import * as eapol from '../protocols/eapol.ts';
import { isRequest, radius } from '../protocols/radius.ts';
import { wlan } from '../protocols/wlan.ts';
import { addressOf, outermost, outermostOf, type Side, wirelessAddress } from './address-evidence.ts';
import type { Observer } from './observer.ts';
import { hostBehind } from './radius-exchanges.ts';

/** Pairs of access point and station that are remembered; then it begins anew. */
const MOST_PAIRS = 1024;
/** Type-Data of EAP stands behind code, identifier, length and type. */
const TYPE_DATA = 5;
const NONCE_LENGTH = 32;
/** Beyond the four of the handshake between the two. */
const GROUP_STEP = 5;
const MD5 = 4;

/** The last key message of an access point to a station. */
interface KeyMessage {
  readonly nonce: string;
  readonly step: number;
  readonly counter: bigint;
  readonly frame: number;
}

/** Events of the four-way handshake and of the group key handshake, in the order of their messages. */
const HANDSHAKE = ['eapol.key.nonce', 'eapol.key.proof', 'eapol.key.install', 'eapol.key.confirmed'] as const;
const GROUP_HANDSHAKE = ['eapol.key.group', 'eapol.key.group-confirmed'] as const;

/** Tells how a host proves who it is before a port opens (EAP), and how it and an access point agree on keys. */
export class Authentications implements Observer {
  readonly about = ['eap', 'eapol'];
  private readonly events: EventLog;
  private readonly keyMessages = new Map<string, KeyMessage>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const exchange = outermost(packet, 'eap');
    if (exchange !== null) {
      this.exchange(exchange, packet);
      return;
    }
    const layer = outermost(packet, 'eapol');
    if (layer === null) return;
    if (eapol.isKeyMessage(layer)) this.key(layer, packet);
    else if (eapol.type(layer) === eapol.START) this.events.raise('eapol.start', layer, null, { host: sender(packet) });
    else if (eapol.type(layer) === eapol.LOGOFF)
      this.events.raise('eapol.logoff', layer, null, { host: sender(packet) });
  }

  private exchange(layer: Layer, packet: Packet): void {
    switch (eap.code(layer)) {
      case eap.REQUEST:
        if (eap.hasType(layer)) this.request(layer, packet);
        return;
      case eap.RESPONSE:
        if (eap.hasType(layer)) this.response(layer, packet);
        return;
      case eap.SUCCESS:
        this.events.raise('eap.success', layer, null, { asker: sender(packet) });
        return;
      case eap.FAILURE:
        this.events.raise('eap.failure', layer, null, { asker: sender(packet) });
        return;
    }
  }

  private request(layer: Layer, packet: Packet): void {
    const asker = sender(packet);
    const type = eap.type(layer);
    if (type === eap.IDENTITY) this.events.raise('eap.who', layer, null, { asker });
    else if (type === eap.NOTIFICATION) return;
    else if (type === MD5) this.events.raise('eap.md5', layer, null, { asker });
    else if (!eap.carriesTls(layer))
      this.events.raise('eap.method', layer, null, { asker, method: method(layer, packet) });
    else if (eap.startsTls(layer)) this.events.raise('eap.tls', layer, null, { asker, method: method(layer, packet) });
    else this.piece(layer, packet);
  }

  private response(layer: Layer, packet: Packet): void {
    const at = layer.start + TYPE_DATA;
    const length = layer.capturedEnd - at;
    const type = eap.type(layer);
    if (type === eap.IDENTITY && length > 0) {
      const name = seen(packet, layer, 'eap.identity', at, length, stringOf(layer.bytes, at, layer.capturedEnd));
      this.events.raise('eap.identity', layer, null, { peer: sender(packet), name });
    } else if (type === eap.NAK && length > 0) {
      const wanted = eap.methodName(u8(layer.bytes, at));
      this.events.raise('eap.refused', layer, null, {
        peer: sender(packet),
        wanted: concluded(wanted || String(u8(layer.bytes, at)), packet.frame.number, 'eap.desired_type'),
      });
    } else if (eap.carriesTls(layer)) this.piece(layer, packet);
  }

  private piece(layer: Layer, packet: Packet): void {
    if (!eap.moreFragments(layer)) return;
    const whole = eap.tlsLength(layer);
    this.events.raise('eap.piece', layer, null, {
      sender: sender(packet),
      octets: concluded(layer.wireEnd - layer.headerEnd, packet.frame.number),
      whole: whole === null ? null : seen(packet, layer, 'eap.tls.len', layer.start + TYPE_DATA + 1, 4, whole),
    });
  }

  private key(layer: Layer, packet: Packet): void {
    const message = eapol.messageNumber(layer);
    if (message === 0) return;
    const isPairwise = eapol.isPairwise(layer);
    const at = eapol.replayCounterAt(layer);
    const from = sender(packet);
    const to = end(packet, 'destination');
    const counter = seen(packet, layer, 'eapol.keydes.replay_counter', at, 8, Number(u64(layer.bytes, at)));
    const fromAccessPoint = message === 1 || message === 3;
    const last = fromAccessPoint ? this.remember(layer, packet, `${from?.value} ${to?.value}`) : null;
    if (last !== null) {
      const which = concluded(message, packet.frame.number, 'wlan_rsna_eapol.keydes.msgnr');
      const before = concluded(last.frame, last.frame, 'frame.number');
      const highest = concluded(Number(last.counter), last.frame, 'eapol.keydes.replay_counter');
      const told = { message: which, counter, highest, before };
      if (u64(layer.bytes, at) > last.counter)
        this.events.raise('eapol.key.again', layer, null, { sender: from, ...told });
      else this.events.raise('eapol.key.replayed', layer, null, { receiver: to, ...told });
      return;
    }
    const event = (isPairwise ? HANDSHAKE : GROUP_HANDSHAKE)[message - 1]!;
    if (event === 'eapol.key.nonce' || event === 'eapol.key.group') {
      this.events.raise(event, layer, null, { sender: from, receiver: to });
    } else this.events.raise(event, layer, null, { sender: from });
  }

  /**
   * The message before it from the same access point to the same station, when this is that one again, or has a counter
   * that is not beyond its. A nonce that is new begins another handshake.
   */
  private remember(layer: Layer, packet: Packet, pair: string): KeyMessage | null {
    const last = this.keyMessages.get(pair) ?? null;
    const counter = u64(layer.bytes, eapol.replayCounterAt(layer));
    const nonce = eapol.isPairwise(layer) ? nonceOf(layer) : (last?.nonce ?? '');
    const step = eapol.isPairwise(layer) ? eapol.messageNumber(layer) : GROUP_STEP;
    const isSame = last !== null && last.nonce === nonce;
    if (isSame && counter <= last.counter) return last;
    if (this.keyMessages.size >= MOST_PAIRS) this.keyMessages.clear();
    this.keyMessages.set(pair, { nonce, step, counter, frame: packet.frame.number });
    return isSame && step !== GROUP_STEP && last.step === step ? last : null;
  }
}

const nonceOf = (layer: Layer): string => {
  const at = eapol.nonceAt(layer);
  return String.fromCharCode(...layer.bytes.subarray(at, at + NONCE_LENGTH));
};

const sender = (packet: Packet): Evidence | null => end(packet, 'source');

/**
 * Who sends it over this hop: EAP's own ends have no addresses, and neither has a serial line. What a peer says comes to the
 * server of RADIUS from the device that it wants to use.
 */
function end(packet: Packet, side: Side): Evidence | null {
  const carrier = packet.find(radius);
  if (carrier !== null && isRequest(carrier) === (side === 'source')) return hostBehind(packet, side);
  for (let i = outermostOf(packet, ['eap', 'eapol'])!.index - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    if (ADDRESSED.includes(layer.protocol.id)) return addressOf(packet, layer, side);
    if (layer.protocol === wlan) return wirelessAddress(packet, layer, side);
  }
  return null;
}

const ADDRESSED = ['eth', 'ip', 'ipv6'];

const method = (layer: Layer, packet: Packet): Evidence =>
  concluded(eap.methodName(eap.type(layer)) || `type ${eap.type(layer)}`, packet.frame.number, 'eap.type');
