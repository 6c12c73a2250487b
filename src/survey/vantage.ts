import type { CaptureInterface } from '../core/frame.ts';
import { type Host, unfilledHosts } from './hosts.ts';
import type { Survey } from './survey.ts';

/** Where the capture was taken. `machine` is one machine's inside: several hosts on it talk with each other. */
export type Place = 'loopback' | 'host' | 'machine' | 'client-side' | 'server-side' | 'between' | 'unknown';

/** What tells it. Hosts are addresses. */
export type Clue =
  | { readonly kind: 'loopback-link' }
  | { readonly kind: 'zero-addresses'; readonly count: number; readonly frames: readonly number[] }
  | { readonly kind: 'loopback-addresses'; readonly count: number; readonly frames: readonly number[] }
  | { readonly kind: ClueOfHost; readonly host: string; readonly count: number; readonly frames: readonly number[] }
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
export interface RoutedHost {
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
/** Hosts that are named in one list. */
const NAMED = 4;

export function vantageOf(survey: Survey, interfaces: readonly CaptureInterface[]): Vantage {
  const loopback = loopbackClues(survey, interfaces);
  const local = localClues(survey);
  const hosts = [...new Set(local.map(({ host }) => host))];
  const ways = wayClues(survey);
  const clues = [...loopback, ...local, ...ways];
  if (loopback.length > 0) return { place: 'loopback', hosts: [], clues };
  if (hosts.length > 0) return { place: isOneHost(hosts) ? 'host' : 'machine', hosts, clues };
  return { place: placeOnTheWay(survey), hosts: [], clues };
}

/** All frames must be so: a capture of all interfaces has loopback traffic among other traffic. */
function loopbackClues(survey: Survey, interfaces: readonly CaptureInterface[]): Clue[] {
  const { extent, zeroAddresses, loopbackAddresses } = survey;
  const { frames } = extent;
  if (frames === 0) return [];
  const clues: Clue[] = [];
  const used = survey.interfaces.map((_, id) => interfaces[id]?.linkType ?? -1);
  const addresses = loopbackAddresses.count === frames;
  if (used.every((type) => LOOPBACK_LINKS.has(type)) && loopbackAddresses.count > 0)
    clues.push({ kind: 'loopback-link' });
  if (zeroAddresses.count === frames) {
    clues.push({ kind: 'zero-addresses', count: frames, frames: zeroAddresses.frames });
  }
  if (addresses) clues.push({ kind: 'loopback-addresses', count: frames, frames: loopbackAddresses.frames });
  return clues;
}

type HostClue = Extract<Clue, { readonly host: string }>;

function localClues(survey: Survey): HostClue[] {
  const hosts = [...survey.hosts];
  const unfilled = new Set(unfilledHosts(survey.hosts));
  const someArePadded = hosts.some(({ padded, unpadded }) => padded > 0 && unpadded.count === 0);
  const clues: HostClue[] = [];
  for (const host of hosts) {
    const { address, partialAlone, bad, unpadded, padded, sentHere } = host;
    const add = (kind: ClueOfHost, { count, frames }: { count: number; frames: readonly number[] }) =>
      clues.push({ kind, host: address, count, frames });
    if (partialAlone.count > 0) add('partial', partialAlone);
    if (unfilled.has(host)) add('unfilled', bad);
    if (someArePadded && unpadded.count > 0 && padded === 0) add('unpadded', unpadded);
    if (sentHere.count > 0 && isUntouched(host)) add('sent-here', sentHere);
  }
  return clues;
}

/** A host may have an address of each family. */
const isOneHost = (hosts: readonly string[]): boolean =>
  hosts.filter((address) => address.includes(':')).length < 2 &&
  hosts.filter((address) => !address.includes(':')).length < 2;

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
  const named = (hosts: readonly Host[]) => hosts.slice(0, NAMED);
  if (direct.length > 0) {
    clues.push({ kind: 'direct', hosts: named(direct).map(({ address }) => address), count: direct.length });
  }
  if (routed.length > 0) {
    const hosts = named(routed).map(({ address, mostHops }) => ({
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
