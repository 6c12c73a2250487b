import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { headerOf, methodOf, partyOf, sequenceMethod, sip, statusAt, statusOf } from '../protocols/sip.ts';
import { addressOf, secondsOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Calls that are remembered; the oldest are forgotten first. */
const MOST_CALLS = 4096;

/** What is known of one call, by its Call-ID. */
interface Call {
  /** Where it was first asked for, and when it was answered: seconds since the capture's first frame. */
  invite: number;
  invited: number;
  answered: number;
}

/** Tells how a call is set up, answered and ended (RFC 3261 §4), request by request and response by response. */
export class Calls implements Observer {
  readonly about = ['sip'];
  private readonly events: EventLog;
  private readonly calls = new Map<string, Call>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted) return;
      if (layer.protocol !== sip || !layer.whole || layer.network === null || layer.headerEnd === layer.start) continue;
      const method = methodOf(layer);
      if (method === null) this.response(layer, packet);
      else this.request(method, layer, packet);
    }
  }

  private request(method: string, layer: Layer, packet: Packet): void {
    const ends = endsOf(layer, packet);
    switch (method) {
      case 'INVITE':
        this.invited(layer, packet);
        return;
      case 'ACK':
        this.events.raise('sip.ack', layer, null, { sender: ends.sender });
        return;
      case 'CANCEL':
        this.events.raise('sip.cancel', layer, null, ends);
        return;
      case 'BYE':
        this.events.raise('sip.bye', layer, null, { ...ends, lasted: this.lasted(layer, packet) });
        return;
      case 'REGISTER': {
        const who = partyEvidence(layer, packet, 'to');
        if (who !== null) this.events.raise('sip.register', layer, null, { ...ends, who });
        return;
      }
      default:
        this.events.raise('sip.request', layer, null, {
          ...ends,
          method: seen(packet, layer, 'sip.Method', layer.start, method.length, method),
        });
    }
  }

  private invited(layer: Layer, packet: Packet): void {
    const ends = endsOf(layer, packet);
    const known = this.callOf(layer);
    if (known !== null && known.answered >= 0) {
      this.events.raise('sip.reinvite', layer, null, ends);
      return;
    }
    const caller = partyEvidence(layer, packet, 'from');
    const callee = partyEvidence(layer, packet, 'to');
    if (caller === null || callee === null) return;
    this.remember(layer, { invite: packet.frame.number, invited: secondsOf(packet), answered: -1 });
    this.events.raise('sip.invite', layer, null, { ...ends, caller, callee });
  }

  private response(layer: Layer, packet: Packet): void {
    const code = statusOf(layer);
    const method = sequenceMethod(layer);
    if (method === null) return;
    const { sender, receiver } = endsOf(layer, packet);
    const status = seen(packet, layer, 'sip.Status-Code', statusAt(layer), 3, code);
    if (code === 401 || code === 407) {
      this.events.raise('sip.challenge', layer, null, {
        sender,
        receiver,
        code: status,
        method: concluded(method, packet.frame.number, 'sip.CSeq.method'),
      });
    } else if (code >= 300) {
      const phrase = phraseOf(layer, packet);
      this.events.raise('sip.refused', layer, null, {
        sender,
        method: concluded(method, packet.frame.number, 'sip.CSeq.method'),
        code: status,
        phrase,
      });
    } else if (method === 'INVITE' && code < 200) {
      this.events.raise('sip.progress', layer, null, { sender, code: status, phrase: phraseOf(layer, packet) });
    } else if (method === 'INVITE') this.answered(layer, packet, sender);
    else if (code >= 200) {
      const what = concluded(method, packet.frame.number, 'sip.CSeq.method');
      this.events.raise('sip.done', layer, null, {
        sender,
        method: what,
        code: status,
        phrase: phraseOf(layer, packet),
      });
    }
  }

  private answered(layer: Layer, packet: Packet, sender: Evidence): void {
    const call = this.callOf(layer);
    const first = call !== null && call.answered < 0;
    const took = first ? concluded(secondsOf(packet) - call.invited, call.invite) : null;
    const invite = first ? concluded(call.invite, call.invite) : null;
    if (first) call.answered = secondsOf(packet);
    this.events.raise('sip.answered', layer, null, { sender, took, invite });
  }

  /** Since it was answered; null where that was not seen. */
  private lasted(layer: Layer, packet: Packet): Evidence | null {
    const call = this.callOf(layer);
    return call === null || call.answered < 0
      ? null
      : concluded(secondsOf(packet) - call.answered, packet.frame.number);
  }

  private callOf(layer: Layer): Call | null {
    return this.calls.get(headerOf(layer, 'call-id')?.value ?? '') ?? null;
  }

  private remember(layer: Layer, call: Call): void {
    const id = headerOf(layer, 'call-id')?.value;
    if (id === undefined || this.calls.has(id)) return; // sent again, or with a password: it began before
    this.calls.set(id, call);
    if (this.calls.size <= MOST_CALLS) return;
    for (const oldest of this.calls.keys()) {
      this.calls.delete(oldest);
      return;
    }
  }
}

const endsOf = (layer: Layer, packet: Packet) => ({
  sender: addressOf(packet, layer.network!, 'source'),
  receiver: addressOf(packet, layer.network!, 'destination'),
});

/** The address that a From or To names. */
function partyEvidence(layer: Layer, packet: Packet, name: 'from' | 'to'): Evidence | null {
  const found = partyOf(layer, name);
  if (found === null) return null;
  const [at, end] = found;
  return seen(packet, layer, `sip.${name}.addr`, at, end - at, stringOf(layer.bytes, at, end));
}

/** The phrase behind the code, to the end of the line. */
function phraseOf(layer: Layer, packet: Packet): Evidence {
  const at = statusAt(layer) + 4;
  let end = at;
  while (end < layer.headerEnd && layer.bytes[end]! >= 32) end++;
  return seen(packet, layer, 'sip.Status-Line', at, end - at, stringOf(layer.bytes, at, end));
}
