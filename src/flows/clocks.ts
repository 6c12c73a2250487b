import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { mode, refersTo, stratum, timestampAt, timestampText } from '../protocols/ntp.ts';
import { addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Nanoseconds that a client's clock may be wrong and still be taken for one: a day. */
const WRONG_CLOCK = 86_400e9;
const CLIENT = 3;
const SERVER = 4;

/** Tells how a clock is set by another (RFC 5905): who asks whom, and what an answer says of its own time. */
export class Clocks implements Observer {
  readonly about = ['ntp'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const ntp = outermost(packet, 'ntp');
    if (ntp === null || ntp.network === null) return;
    if (mode(ntp) === CLIENT) this.asked(ntp, packet);
    else if (mode(ntp) === SERVER) this.answered(ntp, packet);
  }

  private asked(ntp: Layer, packet: Packet): void {
    this.events.raise('ntp.request', ntp, null, {
      client: addressOf(packet, ntp.network!, 'source'),
      server: addressOf(packet, ntp.network!, 'destination'),
      sent: sentAt(ntp, packet),
    });
  }

  private answered(ntp: Layer, packet: Packet): void {
    const server = addressOf(packet, ntp.network!, 'source');
    const client = addressOf(packet, ntp.network!, 'destination');
    if (stratum(ntp) === 0) {
      this.events.raise('ntp.refused', ntp, null, {
        client,
        server,
        code: seen(packet, ntp, 'ntp.refid', ntp.start + 12, 4, refersTo(ntp)),
      });
      return;
    }
    const received = timestampAt(ntp, 'receive');
    const sent = timestampAt(ntp, 'transmit');
    this.events.raise('ntp.response', ntp, null, {
      server,
      time: seen(packet, ntp, 'ntp.xmt', ntp.start + 40, 8, timestampText(ntp.bytes, ntp.start + 40)),
      stratum: seen(packet, ntp, 'ntp.stratum', ntp.start + 1, 1, stratum(ntp)),
      took: sent < received ? null : concluded((sent - received) / 1e9, packet.frame.number),
    });
  }
}

/** The client's clock, or null where the number cannot be one: clients that give nothing away send a random one. */
function sentAt(ntp: Layer, packet: Packet): Evidence | null {
  const captured = (packet.frame.seconds + 2_208_988_800) * 1e9;
  if (Math.abs(timestampAt(ntp, 'transmit') - captured) > WRONG_CLOCK) return null;
  const at = ntp.start + 40;
  return seen(packet, ntp, 'ntp.xmt', at, 8, timestampText(ntp.bytes, at));
}
