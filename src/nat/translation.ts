import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { addressOf, endpointOf, outermost, outermostOf } from '../flows/address-evidence.ts';
import type { Observer } from '../flows/observer.ts';
import type { Binding } from './bindings.ts';
import { type Crossing, isProven } from './crossing.ts';
import type { Join } from './join.ts';
import { ECHO, ERROR, isDependent } from './kept.ts';
import type { Sightings } from './sightings.ts';

/**
 * Tells of each packet of one capture what became of it on the other side of a translator, while somebody explains. The
 * capture is one of the two that were joined.
 */
export class Translation implements Observer {
  readonly about = ['ip', 'ipv6'];
  private readonly events: EventLog;
  private readonly join: Join;
  /** Which place is explained: 0 the first, 1 the second. */
  private readonly place: 0 | 1;
  /** The row of the packet at hand: frames come in order. */
  private row = 0;
  /** What proves that a router did it, and nothing else, is told of one packet. */
  private toldHops = false;
  private toldChecksum = false;
  private readonly bindings: ReadonlyMap<Crossing, Binding>;
  /** Conversations that are translated, by kind and number at this place. */
  private readonly translated = new Map<string, Crossing>();

  constructor(events: EventLog, join: Join, place: 0 | 1) {
    this.events = events;
    this.join = join;
    this.place = place;
    this.bindings = new Map(join.bindings.map((binding) => [binding.crossing, binding]));
    for (const { crossing } of join.bindings) {
      this.translated.set(`${crossing.kind} ${place === 0 ? crossing.atFirst : crossing.atSecond}`, crossing);
    }
  }

  observe(packet: Packet): void {
    const { twins } = this.join;
    const here = this.place === 0 ? twins.first : twins.second;
    while (this.row < here.count && here.frames[this.row]! < packet.frame.number) this.row++;
    const network = outermost(packet, 'ip', 'ipv6');
    if (network === null || here.frames[this.row] !== packet.frame.number) return;
    const twin = (this.place === 0 ? twins.ofFirst : twins.ofSecond)[this.row]!;
    if (twin >= 0) this.tellTwin(packet, network, twin);
    else this.tellMissing(packet, network);
  }

  private tellTwin(packet: Packet, network: Layer, twin: number): void {
    const { twins } = this.join;
    const first = this.place === 0 ? this.row : twin;
    const crossing = twins.crossingOf(first);
    const [here, there] = this.place === 0 ? [twins.first, twins.second] : [twins.second, twins.first];
    const capture = concluded(there.name);
    const frame = concluded(there.frames[twin]!);
    if (here.kinds[this.row] === ERROR) this.tellQuoted(packet, network, twin, capture, frame);
    const binding = crossing === null ? undefined : this.bindings.get(crossing);
    if (crossing === null || binding === undefined) return;
    const toSecond = crossing.toSecond(twins.first.directions[first]!);
    const isInside = binding.insidePlace === this.place;
    const isOutward = toSecond === (binding.insidePlace === 0);
    const carried = outermostOf(packet, ['tcp', 'udp']);
    const side = (which: 'source' | 'destination'): Evidence =>
      carried === null ? addressOf(packet, network, which) : endpointOf(packet, carried, which);
    const own = side(isOutward ? 'source' : 'destination');
    const remote = side(isOutward ? 'destination' : 'source');
    const other = concluded(withoutIdentifier(isInside ? binding.outside : binding.inside, carried));
    const isFirst = this.row === (this.place === 0 ? crossing.firstRow : crossing.firstTwin);
    if (isFirst && binding.translation === 'destination') {
      const [inside, outside] = isInside ? [own, other] : [other, own];
      this.events.raise('nat.forwarded', carried ?? network, null, { inside, outside, remote });
    }
    this.events.raise(KINDS[isInside ? 0 : 1][isOutward ? 0 : 1], carried ?? network, null, {
      inside: isInside ? own : other,
      outside: isInside ? other : own,
      remote,
      capture,
      twin: frame,
    });
    const more = there.lengths[twin]! - here.lengths[this.row]!;
    if (more !== 0) this.tellResized(packet, network, more, capture, frame);
    if (!this.toldHops) this.tellHops(packet, network, twin, capture, frame);
    if (!this.toldChecksum && carried !== null) this.tellChecksum(packet, carried, first, capture, frame);
  }

  /** Of an ICMP error: which end of the packet that it quotes was translated. */
  private tellQuoted(packet: Packet, network: Layer, twin: number, capture: Evidence, frame: Evidence): void {
    const { twins } = this.join;
    const [here, there] = this.place === 0 ? [twins.first, twins.second] : [twins.second, twins.first];
    const transports = packet.layers.slice(0, packet.count);
    const quoted = transports.find(
      ({ quoted: isQuoted, protocol: { id } }) => isQuoted && (id === 'tcp' || id === 'udp'),
    );
    if (quoted === undefined) return;
    for (const which of ['source', 'destination'] as const) {
      const other = quotedEnd(there, twin, which);
      if (other === quotedEnd(here, this.row, which)) continue;
      this.events.raise('nat.quoted', network, null, {
        quoted: endpointOf(packet, quoted, which),
        there: concluded(other),
        destination: addressOf(packet, network, 'destination'),
        capture,
        twin: frame,
      });
      return;
    }
  }

  /** What a translator reads and rewrites need not stay as long as it was. */
  private tellResized(packet: Packet, network: Layer, more: number, capture: Evidence, frame: Evidence): void {
    const isFour = network.protocol.id === 'ip';
    const at = network.start + (isFour ? 2 : 4);
    const length = u16(network.bytes, at);
    this.events.raise('nat.resized', network, null, {
      here: seen(packet, network, isFour ? 'ip.len' : 'ipv6.plen', at, 2, length),
      there: concluded(length + more),
      capture,
      twin: frame,
    });
  }

  private tellHops(packet: Packet, network: Layer, twin: number, capture: Evidence, frame: Evidence): void {
    const { twins } = this.join;
    this.toldHops = true;
    this.events.raise('nat.ttl', network, null, {
      here: hopsOf(packet, network),
      there: concluded((this.place === 0 ? twins.second : twins.first).hops[twin]!),
      capture,
      twin: frame,
    });
  }

  /** Both checksums, where they prove that nothing else was changed. */
  private tellChecksum(packet: Packet, carried: Layer, first: number, capture: Evidence, frame: Evidence): void {
    const { twins } = this.join;
    const second = twins.ofFirst[first]!;
    if (!isProven(twins.first, first, twins.second, second)) return;
    const isTcp = carried.protocol.id === 'tcp';
    const at = carried.start + (isTcp ? 16 : 6);
    const value = u16(carried.bytes, at);
    const there = (this.place === 0 ? twins.second.checksums[second] : twins.first.checksums[first])!;
    // One that was left to the network card is no proof to show.
    if (value === there || value === 0 || there <= 0) return;
    this.toldChecksum = true;
    this.events.raise('nat.checksum', carried, null, {
      here: seen(packet, carried, isTcp ? 'tcp.checksum' : 'udp.checksum', at, 2, hexadecimal(value)),
      there: concluded(hexadecimal(there)),
      capture,
      twin: frame,
    });
  }

  /** Of a conversation that is translated, and from while both captures ran, but not seen on the other side. */
  private tellMissing(packet: Packet, network: Layer): void {
    const { twins } = this.join;
    const here = this.place === 0 ? twins.first : twins.second;
    const kind = here.kinds[this.row]!;
    if (isDependent(kind) || !twins.bothRan(this.place, this.row)) return;
    const crossing = this.translated.get(`${kind} ${here.conversations[this.row]}`);
    if (crossing === undefined) return;
    const carried = kind === ECHO ? null : outermostOf(packet, ['tcp', 'udp']);
    const side = (which: 'source' | 'destination'): Evidence =>
      carried === null ? addressOf(packet, network, which) : endpointOf(packet, carried, which);
    const told = {
      source: side('source'),
      destination: side('destination'),
      capture: concluded((this.place === 0 ? twins.second : twins.first).name),
    };
    const isFrom = crossing.leaves(this.place, here.directions[this.row]!);
    if (isFrom) this.events.raise('nat.missing', carried ?? network, null, told);
    else this.events.raise('nat.appeared', carried ?? network, null, { ...told, hops: hopsOf(packet, network) });
  }
}

/** TTL, or hop limit. */
function hopsOf(packet: Packet, network: Layer): Evidence {
  const isFour = network.protocol.id === 'ip';
  const at = network.start + (isFour ? 8 : 7);
  return seen(packet, network, isFour ? 'ip.ttl' : 'ipv6.hlim', at, 1, network.bytes[at]!);
}

/** An end of the packet that an error quotes. */
function quotedEnd(place: Sightings, row: number, which: 'source' | 'destination'): string {
  const [kind, conversation, direction] = place.quotes.slice(place.quoted[row]!);
  return place.endpointOf(kind!, conversation!, (which === 'source' ? direction! : 1 - direction!) as 0 | 1);
}

/** By whether this capture is inside, then by whether the packet goes outward. */
const KINDS = [
  ['nat.leaves', 'nat.returns'],
  ['nat.left', 'nat.arrives'],
] as const;

/** ICMP's identifier is no port. */
const withoutIdentifier = (endpoint: string, carried: Layer | null): string =>
  carried === null ? endpoint.replace(/:\d+$/, '') : endpoint;

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
