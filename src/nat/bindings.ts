import type { Crossing } from './crossing.ts';
import { portOf } from './endpoint.ts';
import { ECHO, TCP, UDP } from './kept.ts';
import type { Sightings } from './sightings.ts';
import type { Twins } from './twins.ts';

/** What a translator remembers of one conversation, proven by packets on both of its sides. */
export interface Binding {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'other';
  /** Of the end whose address is translated: where it lives, and what the other side takes it for. ICMP: the identifier behind the colon. */
  readonly inside: string;
  readonly outside: string;
  /** The other end, as the one inside knows it; and as it is on the other side, where that differs (twice NAT, hairpin, NAT64). */
  readonly remote: string;
  readonly remoteTranslated: string | null;
  /** Which place is inside: 0 for the first, 1 for the second. */
  readonly insidePlace: 0 | 1;
  /** Who began: `source` translation for the end inside, `destination` translation (port forwarding) for the remote one. */
  readonly translation: 'source' | 'destination';
  readonly twins: number;
  readonly portPreserved: boolean;
  /** True where checksums prove that what it carries is the same on both sides; null where none can. */
  readonly payloadUnchanged: boolean | null;
  readonly lowered: readonly [number, number];
  readonly longestSilence: number;
  readonly crossing: Crossing;
}

/** Every binding that the twins prove, in the order of their first packets. */
export function bindingsOf(twins: Twins): Binding[] {
  return twins.crossings.filter(({ translates }) => translates).map((crossing) => binding(crossing, twins));
}

function binding(crossing: Crossing, { first, second }: Twins): Binding {
  const { kind, sourceChanged, destinationChanged } = crossing;
  // Ends 0 and 1: where the first packet at the first place came from, and went to.
  const here = ends(first, kind, crossing.atFirst, false);
  const there = ends(second, kind, crossing.atSecond, crossing.flipped);
  const opener = crossing.opener >= 0 ? crossing.opener : first.directions[crossing.firstRow]!;
  // Both ends change: the one that began is the one inside.
  const end = sourceChanged && destinationChanged ? opener : sourceChanged ? 0 : 1;
  // It lives where its packets come from: at the first place, when they go to the second.
  const insidePlace = (crossing.toSecond(end) ?? !crossing.toSecond(1 - end)) ? 0 : 1;
  const [inner, outer] = insidePlace === 0 ? [here, there] : [there, here];
  const remote = inner[1 - end]!;
  const [inside, outside] = [inner[end]!, outer[end]!];
  return {
    protocol: kind === TCP ? 'tcp' : kind === UDP ? 'udp' : kind === ECHO ? 'icmp' : 'other',
    inside,
    outside,
    remote,
    remoteTranslated: outer[1 - end] === remote ? null : outer[1 - end]!,
    insidePlace,
    translation: opener === end ? 'source' : 'destination',
    twins: crossing.twins,
    portPreserved: portOf(inside) === portOf(outside),
    payloadUnchanged: crossing.touched > 0 ? false : crossing.proven > 0 ? true : null,
    lowered: crossing.lowered,
    longestSilence: crossing.longestSilence,
    crossing,
  };
}

function ends(place: Sightings, kind: number, conversation: number, flipped: boolean): [string, string] {
  const pair: [string, string] = [place.endpointOf(kind, conversation, 0), place.endpointOf(kind, conversation, 1)];
  return flipped ? [pair[1], pair[0]] : pair;
}
