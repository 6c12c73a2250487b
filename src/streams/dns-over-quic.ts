import { u16 } from '../core/bytes.ts';
import { concluded, type EventLog } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import type { StreamApplication, StreamArrival, StreamReader } from '../flows/quic-streams.ts';
import { dnsOverQuic, HEADER } from '../protocols/dns.ts';

/** Octets of a message's length before it, as over TCP. */
const PREFIX = 2;

/** DNS over QUIC: each query has a stream of its own, and its answers come back in it. RFC 9250 §4.2. */
export class DnsOverQuic implements StreamApplication {
  private readonly events: EventLog;
  private told = false;

  constructor(events: EventLog) {
    this.events = events;
  }

  open(): StreamReader {
    return this;
  }

  take(bytes: Uint8Array, ready: number, _ended: boolean, arrival: StreamArrival): number {
    let at = 0;
    while (at + PREFIX <= ready) {
      const end = at + PREFIX + u16(bytes, at);
      if (end > ready) return at;
      if (end - at >= PREFIX + HEADER) this.message(bytes, at + PREFIX, end, arrival);
      at = end;
    }
    return at;
  }

  /** The stream tells which answer is whose, for the message's ID is always 0 (RFC 9250 §4.2.1). */
  private message(bytes: Uint8Array, from: number, to: number, arrival: StreamArrival): void {
    const { packet, stream } = arrival;
    const before = packet.count;
    packet.decode(dnsOverQuic, bytes, from, to, to);
    if (packet.count === before) return;
    const layer = packet.layers[before]!;
    layer.selectedBy = 'quic.stream.stream_id';
    layer.selector = stream;
    if (!this.events.enabled || this.told) return;
    this.told = true;
    this.events.once(() => {
      this.told = false;
    });
    const network = arrival.udp.network!;
    this.events.raise('dns.over-quic', layer, null, {
      sender: addressOf(packet, network, 'source'),
      receiver: addressOf(packet, network, 'destination'),
      stream: concluded(stream, packet.frame.number, 'quic.stream.stream_id'),
    });
  }
}
