import type { CaptureInterface } from '../core/frame.ts';
import { addresses, type Host, NAMED, unfilledHosts } from './hosts.ts';
import type { Survey } from './survey.ts';
import { first, type Tally } from './tally.ts';

/** Where the capture was taken. `machine` is one machine's inside: several hosts on it talk with each other. */
type Place = 'loopback' | 'host' | 'machine' | 'client-side' | 'server-side' | 'between' | 'unknown';

/** What tells it. Hosts are addresses. */
export type Clue =
  | { readonly kind: 'loopback-link' }
  | { readonly kind: 'inside' | 'zero-addresses'; readonly count: number; readonly frames: readonly number[] }
  | {
      readonly kind: ClueOfHost;
      readonly hosts: readonly string[];
      /** Of hosts, and of their packets that show it. */
      readonly hostCount: number;
      readonly count: number;
      readonly frames: readonly number[];
    }
  | { readonly kind: 'marks'; readonly sent: number; readonly received: number; readonly others: number }
  | {
      readonly kind: 'handshakes';
      readonly nearClient: number;
      readonly nearServer: number;
      readonly between: number;
      readonly untold: number;
      readonly frames: readonly number[];
    }
  | { readonly kind: 'direct'; readonly hosts: readonly string[]; readonly count: number }
  | { readonly kind: 'routed'; readonly hosts: readonly RoutedHost[]; readonly count: number };

/** Proofs that what a host sent was recorded on the machine that sent it. */
export type ClueOfHost = 'partial' | 'unfilled' | 'unpadded' | 'sent-here';

/** Its TTL when it passed, and the routers that have lowered it since. */
interface RoutedHost {
  readonly address: string;
  readonly ttl: number;
  readonly routers: number;
}

export interface Vantage {
  readonly place: Place;
  /** Whose machine it is; empty where the place is no host's. */
  readonly hosts: readonly string[];
  readonly clues: readonly Clue[];
}

const LOOPBACK_LINKS: ReadonlySet<number> = new Set([0, 108]);

export function vantageOf(survey: Survey, interfaces: readonly CaptureInterface[]): Vantage {
  const loopback = loopbackClues(survey, interfaces);
  const local = [...localHosts(survey)].filter(([, hosts]) => hosts.length > 0);
  const hosts = [...new Set(local.flatMap(([, some]) => some))];
  const clues = [...loopback, ...local.map(([kind, some]) => hostClue(kind, some)), ...wayClues(survey)];
  if (loopback.length > 0) return { place: 'loopback', hosts: [], clues };
  if (hosts.length > 0) {
    return { place: isOneHost(hosts) ? 'host' : 'machine', hosts: hosts.map(({ address }) => address), clues };
  }
  return { place: placeOnTheWay(survey), hosts: [], clues };
}

/**
 * All packets must be so: a capture of all interfaces has loopback traffic among other traffic. Neither a link type nor
 * addresses of zeros prove it alone, for tunnels have the one, and who hides addresses writes the others.
 */
function loopbackClues(survey: Survey, interfaces: readonly CaptureInterface[]): Clue[] {
  const { extent, packets, inside, zeroAddresses } = survey;
  if (packets === 0 || inside.count < packets) return [];
  const clues: Clue[] = [{ kind: 'inside', count: inside.count, frames: inside.frames }];
  const used = survey.interfaces.map((_, id) => interfaces[id]?.linkType ?? -1);
  if (used.every((type) => LOOPBACK_LINKS.has(type))) clues.push({ kind: 'loopback-link' });
  if (zeroAddresses.count === extent.frames) {
    clues.push({ kind: 'zero-addresses', count: zeroAddresses.count, frames: zeroAddresses.frames });
  }
  return clues;
}

/** Hosts of the machine that recorded, by what proves it. */
function localHosts(survey: Survey): ReadonlyMap<ClueOfHost, readonly Host[]> {
  const hosts = [...survey.hosts].filter(({ isLoopback }) => !isLoopback);
  return new Map<ClueOfHost, readonly Host[]>([
    ['partial', hosts.filter(({ partialAlone }) => partialAlone.count > 0)],
    ['unfilled', unfilledHosts(hosts)],
    ['unpadded', unpaddedHosts(hosts)],
    ['sent-here', hosts.filter((host) => host.sentHere.count > 0 && isUntouched(host))],
  ]);
}

/** Frames that are fewer may be made by hand. */
const ENOUGH = 3;

/**
 * A host whose frames are shorter than a wire wants, while those of all others are padded. Where several are so, drivers
 * or captures put together took the padding away.
 */
function unpaddedHosts(hosts: readonly Host[]): readonly Host[] {
  const short = hosts.filter(({ unpadded }) => unpadded.count > 0);
  const padded = hosts.reduce((total, host) => total + host.padded, 0);
  const own = short.every((host) => host.unpadded.count >= ENOUGH && host.padded === 0);
  return own && padded >= ENOUGH && isOneHost(short) ? short : [];
}

const TALLIES: Readonly<Record<ClueOfHost, (host: Host) => Tally>> = {
  partial: ({ partialAlone }) => partialAlone,
  unfilled: ({ bad }) => bad,
  unpadded: ({ unpadded }) => unpadded,
  'sent-here': ({ sentHere }) => sentHere,
};

function hostClue(kind: ClueOfHost, hosts: readonly Host[]): Clue {
  const tally = TALLIES[kind];
  const count = hosts.reduce((total, host) => total + tally(host).count, 0);
  return { kind, hosts: addresses(hosts), hostCount: hosts.length, count, frames: first(hosts, tally) };
}

/** A host may have an address of each family. */
const isOneHost = (hosts: readonly { readonly address: string }[]): boolean =>
  [true, false].every((ipv6) => hosts.filter(({ address }) => address.includes(':') === ipv6).length < 2);

function wayClues(survey: Survey): Clue[] {
  const { handshakes, sentHere, receivedHere, passedBy } = survey;
  const clues: Clue[] = [];
  if (sentHere + receivedHere + passedBy > 0) {
    clues.push({ kind: 'marks', sent: sentHere, received: receivedHere, others: passedBy });
  }
  const { nearClient, nearServer, between, untold } = handshakes;
  if (nearClient.count + nearServer.count + between.count + untold.count > 0) {
    clues.push({
      kind: 'handshakes',
      nearClient: nearClient.count,
      nearServer: nearServer.count,
      between: between.count,
      untold: untold.count,
      frames: [nearClient, nearServer, between, untold].flatMap(({ frames }) => frames.slice(0, 1)),
    });
  }
  const steady = [...survey.hosts].filter(({ leastHops, mostHops }) => mostHops > 0 && leastHops === mostHops);
  const direct = steady.filter(isUntouched);
  const routed = steady.filter((host) => !isUntouched(host));
  if (direct.length > 0) {
    clues.push({ kind: 'direct', hosts: addresses(direct), count: direct.length });
  }
  if (routed.length > 0) {
    const hosts = routed.slice(0, NAMED).map(({ address, mostHops }) => ({
      address,
      ttl: mostHops,
      routers: startOf(mostHops) - mostHops,
    }));
    clues.push({ kind: 'routed', hosts, count: routed.length });
  }
  return clues;
}

/** What hosts put into the TTL: Unix, Windows, routers. */
const STARTS = [64, 128, 255];

const startOf = (ttl: number): number => STARTS.find((start) => start >= ttl)!;

const isUntouched = ({ leastHops, mostHops }: Host): boolean => leastHops === mostHops && STARTS.includes(mostHops);

function placeOnTheWay({ handshakes }: Survey): Place {
  const { nearClient, nearServer, between } = handshakes;
  const kinds = [nearClient, nearServer, between].filter(({ count }) => count > 0);
  if (kinds.length !== 1) return 'unknown';
  if (nearClient.count > 0) return 'client-side';
  return nearServer.count > 0 ? 'server-side' : 'between';
}
