import type { Binding } from './bindings.ts';
import type { Crossing } from './crossing.ts';
import { hostOf } from './endpoint.ts';
import { isDependent } from './kept.ts';
import type { Sightings } from './sightings.ts';
import type { Twins } from './twins.ts';

/** How a translator maps an endpoint that speaks with several others (RFC 4787 §4.1). */
export type Mapping = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent';

/** What kind of translator it is, as far as these packets tell. Times in nanoseconds. */
export interface Behaviour {
  /** Bindings of TCP and UDP, and those of them that keep the port. */
  readonly ports: { readonly bindings: number; readonly preserved: number };
  /**
   * Null when no endpoint inside spoke with two others; `unclear` when all that did kept their port, which a translator of
   * any kind may do.
   */
  readonly mapping: Mapping | 'unclear' | null;
  /** What it takes from TTL or hop limit: the least and the most. */
  readonly lowered: readonly [number, number];
  /** The longest silence after which a binding still was the same, and how long after its last packet one was another. */
  readonly outlived: number | null;
  readonly renewedAfter: number | null;
  /** SYNs whose maximum segment size it lowered, and to what. */
  readonly clamped: { readonly segments: number; readonly to: number } | null;
  /**
   * Twins whose checksums prove that nothing but addresses and ports changed; those of which more of the header was
   * changed; those whose content was; and those of which the checksums prove nothing.
   */
  readonly checksums: Checksums;
  /** Packets of translated conversations that were seen on one side only while both captures ran: lost between, or dropped. */
  readonly lost: { readonly outward: number; readonly inward: number };
  /** What came from outside for an address of the translator and belongs to no binding. */
  readonly unsolicited: { readonly packets: number; readonly conversations: number; readonly answered: number };
}

interface Checksums {
  readonly proven: number;
  readonly rewritten: number;
  readonly touched: number;
  readonly silent: number;
}

/** Judges what stands between the places of `twins`; null where nothing is translated. */
export function behaviourOf(twins: Twins, bindings: readonly Binding[]): Behaviour | null {
  if (bindings.length === 0) return null;
  const withPorts = bindings.filter(({ protocol }) => protocol === 'tcp' || protocol === 'udp');
  const sources = withPorts.filter(({ translation }) => translation === 'source');
  return {
    ports: { bindings: withPorts.length, preserved: withPorts.filter(({ portPreserved }) => portPreserved).length },
    mapping: mappingOf(sources),
    lowered: [
      Math.min(...bindings.map(({ lowered }) => lowered[0])),
      Math.max(...bindings.map(({ lowered }) => lowered[1])),
    ],
    outlived: bindings.reduce((longest, { longestSilence }) => Math.max(longest, longestSilence), 0) || null,
    renewedAfter: renewedAfter(twins, sources),
    clamped: clampedBy(twins),
    checksums: checksumsOf(twins),
    lost: lostBetween(twins),
    unsolicited: unsolicitedFrom(twins, bindings),
  };
}

/** Compares what endpoints became that spoke with several others. One that lost its binding in between looks dependent. */
function mappingOf(bindings: readonly Binding[]): Behaviour['mapping'] {
  let found: Behaviour['mapping'] = null;
  for (const group of grouped(bindings, ({ protocol, inside }) => `${protocol} ${inside}`)) {
    if (new Set(group.map(({ remote }) => remote)).size < 2) continue;
    const outsides = new Set(group.map(({ outside }) => outside));
    if (outsides.size === 1) {
      const kept = group.every(({ portPreserved }) => portPreserved);
      if (found === null || found === 'unclear') found = kept ? 'unclear' : 'endpoint-independent';
      continue;
    }
    const byHost = grouped(group, ({ remote }) => hostOf(remote));
    const sameForHost = byHost.every((some) => new Set(some.map(({ outside }) => outside)).size === 1);
    const proven = sameForHost && byHost.some((some) => some.length > 1);
    if (!sameForHost) return 'address-and-port-dependent';
    if (proven) found = 'address-dependent';
    else if (found !== 'address-dependent') found = 'address-and-port-dependent';
  }
  return found;
}

/** The shortest time after which the same two endpoints got another binding. */
function renewedAfter({ first }: Twins, bindings: readonly Binding[]): number | null {
  let shortest: number | null = null;
  for (const group of grouped(bindings, ({ protocol, inside, remote }) => `${protocol} ${inside} ${remote}`)) {
    for (let i = 1; i < group.length; i++) {
      const before = group[i - 1]!;
      if (before.outside === group[i]!.outside) continue;
      const silence = first.times[group[i]!.crossing.firstRow]! - first.times[before.crossing.lastRow]!;
      if (silence > 0 && (shortest === null || silence < shortest)) shortest = silence;
    }
  }
  return shortest;
}

function clampedBy(twins: Twins): Behaviour['clamped'] {
  const { first, second } = twins;
  let segments = 0;
  let to = 0;
  eachTranslated(twins, (row, twin) => {
    const [here, there] = [first.segmentSizes[row]!, second.segmentSizes[twin]!];
    if (here < 0 || there < 0 || here === there) return;
    segments++;
    to = Math.min(here, there);
  });
  return segments === 0 ? null : { segments, to };
}

function checksumsOf({ crossings }: Twins): Checksums {
  const counted = { proven: 0, rewritten: 0, touched: 0, silent: 0 };
  for (const { translates, proven, rewritten, touched, twins } of crossings) {
    if (!translates) continue;
    counted.proven += proven;
    counted.rewritten += rewritten;
    counted.touched += touched;
    counted.silent += twins - proven - rewritten - touched;
  }
  return counted;
}

function eachTranslated(twins: Twins, visit: (row: number, twin: number) => void): void {
  for (let row = 0; row < twins.first.count; row++) {
    const crossing = twins.crossingOf(row);
    if (crossing?.translates) visit(row, twins.ofFirst[row]!);
  }
}

/** Packets without a twin, of conversations that are translated, from while both captures ran. */
function lostBetween(twins: Twins): Behaviour['lost'] {
  const lost = { outward: 0, inward: 0 };
  if (twins.first === twins.second) return lost;
  for (const place of [0, 1] as const) {
    const sightings = place === 0 ? twins.first : twins.second;
    const joined = place === 0 ? twins.ofFirst : twins.ofSecond;
    const crossings = translatedConversations(twins, place);
    for (let row = 0; row < sightings.count; row++) {
      if (joined[row]! >= 0 || isDependent(sightings.kinds[row]!) || !twins.bothRan(place, row)) continue;
      const crossing = crossings.get(conversationOf(sightings, row));
      if (crossing === undefined) continue;
      // What was on its way here was not lost in between.
      if (!crossing.leaves(place, sightings.directions[row]!)) continue;
      if (place === 0) lost.outward++;
      else lost.inward++;
    }
  }
  return lost;
}

function translatedConversations({ crossings }: Twins, place: 0 | 1): Map<number, Crossing> {
  const found = new Map<number, Crossing>();
  for (const crossing of crossings) {
    if (crossing.translates)
      found.set(numbered(crossing.kind, place === 0 ? crossing.atFirst : crossing.atSecond), crossing);
  }
  return found;
}

const conversationOf = (place: Sightings, row: number): number =>
  numbered(place.kinds[row]!, place.conversations[row]!);
/** Kinds are few. */
const numbered = (kind: number, conversation: number): number => conversation * 8 + kind;
/** Conversations that somebody outside began with an address which is the translator's, and that nobody inside ever saw. */
function unsolicitedFrom(twins: Twins, bindings: readonly Binding[]): Behaviour['unsolicited'] {
  const outside = bindings[0]!.insidePlace === 0 ? twins.second : twins.first;
  const known = translatedConversations(twins, outside === twins.second ? 1 : 0);
  const addresses = new Set(bindings.map((binding) => hostOf(binding.outside)));
  const conversations = new Map<number, boolean>();
  let packets = 0;
  if (twins.first === twins.second) return { packets: 0, conversations: 0, answered: 0 };
  for (let row = 0; row < outside.count; row++) {
    const conversation = conversationOf(outside, row);
    if (isDependent(outside.kinds[row]!) || known.has(conversation)) continue;
    const answered = conversations.get(conversation);
    if (answered === undefined) {
      if (outside.directions[row] !== 0 || !addresses.has(hostOf(outside.endpoint(row, 1)))) continue;
      conversations.set(conversation, false);
    } else if (outside.directions[row] === 1) {
      conversations.set(conversation, true);
      continue;
    }
    packets++;
  }
  const answered = [...conversations.values()].filter(Boolean).length;
  return { packets, conversations: conversations.size, answered };
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
