import { visitLayer } from '../core/field.ts';
import { writeValue } from '../core/field-value.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { declarations } from '../events/catalogue.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { isFragment } from '../protocols/ipv4.ts';
import { HEADER } from '../protocols/udp.ts';
import { endpointOf, hopAddress, secondsOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';
import { UdpStream } from './udp-streams.ts';

/** Directions of conversations that are remembered; then it begins anew. */
const MOST = 1 << 16;

/** The datagram before. */
interface Before {
  readonly frame: number;
  readonly at: number;
}

/**
 * Tells of packets of which nothing else was told what they carry, and who to whom: what they mean is between the two
 * programs, but the headers around it do say something. Asked last.
 */
export class Contents implements Observer {
  readonly about = ['data', 'udp', 'udplite'];
  private readonly events: EventLog;
  private readonly before = new Map<number, Before>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const carrier = carrierOf(packet);
    if (carrier === null) return;
    const datagram = datagramOf(carrier, packet);
    const before = datagram === null ? null : this.follow(datagram, packet);
    if (this.events.raised.some(({ id }) => declarations[id]?.introduces !== true)) return;
    if (datagram === null) this.unknown(carrier, packet);
    else this.datagram(carrier === datagram ? 'udp.data' : 'quic.packet', datagram, packet, before);
  }

  /** Takes the datagram in, and answers with the one before it in its direction. */
  private follow({ context }: Layer, packet: Packet): Before | null {
    if (!(context instanceof UdpStream)) return null;
    const key = context.stream * 2 + context.direction;
    const before = this.before.get(key) ?? null;
    if (this.before.size >= MOST) this.before.clear();
    this.before.set(key, { frame: packet.frame.number, at: secondsOf(packet) });
    return before;
  }

  private datagram(event: 'udp.data' | 'quic.packet', udp: Layer, packet: Packet, before: Before | null): void {
    this.events.raise(event, udp, null, {
      sender: endpointOf(packet, udp, 'source'),
      receiver: endpointOf(packet, udp, 'destination'),
      length: concluded(Math.max(0, udp.wireEnd - udp.start - HEADER), packet.frame.number),
      gap: before === null ? null : concluded(secondsOf(packet) - before.at, before.frame),
      before: before === null ? null : concluded(before.frame, before.frame, 'frame.number'),
    });
  }

  /** A number that names no decoder, or no number at all. */
  private unknown(carrier: Layer, packet: Packet): void {
    if (carrier.index + 1 >= packet.count) return;
    const content = packet.layers[carrier.index + 1]!;
    const named = nameOf(carrier, content, packet);
    this.events.raise('payload.unknown', content, null, {
      source: hopAddress(packet, content, 'source'),
      destination: hopAddress(packet, content, 'destination'),
      carrier: concluded(carrier.protocol.column, packet.frame.number),
      length: concluded(content.wireEnd - content.start, packet.frame.number),
      field: named === null ? null : concluded(content.selectedBy, packet.frame.number),
      number: named === null ? null : named.number,
      name: named === null || named.name === '' ? null : concluded(named.name, packet.frame.number),
    });
  }
}

/** The header around what is not decoded; null where all is, or where it is a piece of something. */
function carrierOf(packet: Packet): Layer | null {
  const { last } = packet;
  const carrier = last.protocol.id === 'data' ? packet.layers[last.index - 1]! : last;
  // Before the first header there is only the record; what an error quotes did not pass now.
  if (carrier.index === 0 || carrier.quoted || !carrier.whole || carrier.reassembled) return null;
  if (carrier.protocol.id === 'ip' && isFragment(carrier)) return null;
  return carrier.protocol.id === 'ipv6.fraghdr' || carrier.protocol.id === 'tcp' ? null : carrier;
}

/** The datagram that is all that can be told of: its content is not decoded, or encrypted. */
function datagramOf(carrier: Layer, packet: Packet): Layer | null {
  let layer = carrier;
  while (layer.protocol.id === 'quic') layer = packet.layers[layer.index - 1]!;
  return layer.protocol.id === 'udp' || layer.protocol.id === 'udplite' ? layer : null;
}

/** The number that says what the content is, where it stands, and the name that it has. */
function nameOf(carrier: Layer, content: Layer, packet: Packet): { number: Evidence; name: string } | null {
  let found: { number: Evidence; name: string } | null = null;
  visitLayer(carrier, packet, (row, at, length, value) => {
    const isIt = row.id === content.selectedBy || (row.id === 'llc.type' && content.selectedBy === 'eth.type');
    if (!isIt || found !== null || at < 0 || Number(value) !== content.selector) return;
    text.clear();
    writeValue(row, carrier, at, length, value, text);
    const number = seen(packet, carrier, row.id, at, length, text.toString());
    found = { number, name: row.show?.(value as never, carrier) ?? '' };
  });
  return found;
}

const text = new Writer(64);
