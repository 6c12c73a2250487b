import { isGroup, isIPv4Embedded } from './endpoint.ts';
import { OTHER } from './kept.ts';
import type { Sightings } from './sightings.ts';

/**
 * One conversation as the first place saw it, and one as the second place saw it, that have packets in common. Where their
 * endpoints differ, something between the places translates.
 */
export class Crossing {
  readonly kind: number;
  /** The conversation's number at either place. */
  readonly atFirst: number;
  readonly atSecond: number;
  /** The packets that go with the first one at the first place go against it at the second. */
  readonly flipped: boolean;
  /** Which ends have other addresses or ports: of a packet that goes with the first one at the first place. */
  readonly sourceChanged: boolean;
  readonly destinationChanged: boolean;
  /** One side speaks IPv4 and the other IPv6, with the IPv4 address in the IPv6 one (RFC 6052 §2.2). */
  readonly embedded: boolean;
  /** Both were seen at one place, by one capture. */
  readonly within: boolean;
  /** It goes to a group or to everybody: hosts with several addresses send such packets from each, and nobody translates them. */
  private readonly toGroup: boolean;
  twins = 0;
  /** Of all twins, by direction at the first place: the least and the most that TTL or hop limit was lower at the second. */
  private readonly leastLowered = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  private readonly mostLowered = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  /** Twins whose checksums tell that nothing but addresses and ports changed. */
  proven = 0;
  /** Twins whose checksums differ by something else: doubtful until both are known to be right, then settled. */
  doubtful = 0;
  /** Settled: what they carry was changed; or only their headers were, by more than addresses and ports. */
  touched = 0;
  rewritten = 0;
  /** Rows of the first and the last packet at the first place, and of their twins. */
  firstRow = -1;
  firstTwin = -1;
  lastRow = -1;
  lastTwin = -1;
  /** The longest silence that the translation outlived, in nanoseconds. */
  longestSilence = 0;
  /** The direction, at the first place, of the packet that opened the conversation; -1 when none was seen to. */
  opener = -1;

  constructor(first: Sightings, row: number, second: Sightings, twin: number) {
    this.kind = first.kinds[row]!;
    this.within = first === second;
    this.atFirst = first.conversations[row]!;
    this.atSecond = second.conversations[twin]!;
    this.flipped = first.directions[row] !== second.directions[twin];
    const here = [first.endpointOf(this.kind, this.atFirst, 0), first.endpointOf(this.kind, this.atFirst, 1)];
    const there = [0, 1].map((side) =>
      second.endpointOf(this.kind, this.atSecond, (this.flipped ? 1 - side : side) as 0 | 1),
    );
    this.sourceChanged = here[0] !== there[0];
    this.destinationChanged = here[1] !== there[1];
    this.toGroup = here.some(isGroup) || there.some(isGroup);
    this.embedded = isIPv4Embedded(here[0]!, there[0]!) || isIPv4Embedded(here[1]!, there[1]!);
  }

  get translates(): boolean {
    return this.sourceChanged || this.destinationChanged;
  }

  /** Counts a packet and its twin. */
  add(first: Sightings, row: number, second: Sightings, twin: number): void {
    const direction = first.directions[row]!;
    const lowered = first.hops[row]! - second.hops[twin]!;
    this.leastLowered[direction] = Math.min(this.leastLowered[direction]!, lowered);
    this.mostLowered[direction] = Math.max(this.mostLowered[direction]!, lowered);
    this.judge(first, row, second, twin);
    if (this.twins++ === 0) {
      this.firstRow = row;
      this.firstTwin = twin;
    } else {
      this.longestSilence = Math.max(this.longestSilence, first.times[row]! - first.times[this.lastRow]!);
    }
    this.lastRow = row;
    this.lastTwin = twin;
    if (this.opener < 0 && first.opens[row]) this.opener = direction;
  }

  private judge(first: Sightings, row: number, second: Sightings, twin: number): void {
    if (isProven(first, row, second, twin)) this.proven++;
    else if (isDoubtful(first, row, second, twin)) this.doubtful++;
  }

  /**
   * Which way packets of a direction went: true for from the first place to the second. Each hop lowers the TTL (RFC 791
   * §3.2, RFC 8200 §3); null when it is the same on both sides, or some packets say this and some that.
   */
  toSecond(direction: number): boolean | null {
    if (this.leastLowered[direction]! > 0 && Number.isFinite(this.leastLowered[direction]!)) return true;
    if (this.mostLowered[direction]! < 0 && Number.isFinite(this.mostLowered[direction]!)) return false;
    return null;
  }

  /** Whether packets of a direction, as a place counts it (0 the first, 1 the second), go from there to the other place. */
  leaves(place: 0 | 1, direction: number): boolean {
    const atFirst = place === 1 && this.flipped ? 1 - direction : direction;
    const toSecond = this.toSecond(atFirst) ?? !(this.toSecond(1 - atFirst) ?? false);
    return toSecond === (place === 0);
  }

  /** By how much TTL or hop limit was lowered: the least and the most. */
  get lowered(): readonly [number, number] {
    const all = [...this.leastLowered, ...this.mostLowered].filter(Number.isFinite).map(Math.abs);
    return [Math.min(...all), Math.max(...all)];
  }

  /**
   * Whether these packets crossed one router which translates them. What only looks alike has the same numbers, too: a copy
   * with other addresses, a replay, a scan. But a router lowers the TTL, both ways and in opposite directions, by a little;
   * and mostly one end keeps its address. Where both ends change, or the checksums prove nothing, one packet is no proof.
   */
  get isTranslation(): boolean {
    if (!this.translates || this.toGroup) return false;
    const seen = [0, 1].filter((direction) => Number.isFinite(this.leastLowered[direction]!));
    const ways = seen.map((direction) => this.toSecond(direction));
    if (ways.includes(null) || (ways.length === 2 && ways[0] === ways[1])) return false;
    if (this.lowered[1] > (this.within ? MOST_HOPS_WITHIN : MOST_HOPS)) return false;
    const answered = seen.length === 2;
    if (this.proven === 0 && !(answered && this.twins >= UNPROVEN_TWINS)) return false;
    const bothChanged = this.sourceChanged && this.destinationChanged;
    return !bothChanged || this.embedded || (answered && this.kind !== OTHER);
  }
}

/** Routers between the two sides of a translator: at two places, and at one. */
const MOST_HOPS = 64;
const MOST_HOPS_WITHIN = 3;
/** Packets there and back that are proof where no checksum is: a capture's addresses may have been changed afterwards. */
const UNPROVEN_TWINS = 4;

/** True for twins whose checksums differ by what the new addresses and ports make, and by nothing else (RFC 1624 §3). */
export const isProven = (first: Sightings, row: number, second: Sightings, twin: number): boolean =>
  isTold(first, row, second, twin) &&
  (first.residues[row] === second.residues[twin] || isClamped(first, row, second, twin));

/** True for twins whose checksums differ by more. */
export const isDoubtful = (first: Sightings, row: number, second: Sightings, twin: number): boolean =>
  isTold(first, row, second, twin) && !isProven(first, row, second, twin);

const isTold = (first: Sightings, row: number, second: Sightings, twin: number): boolean =>
  first.residues[row]! >= 0 && second.residues[twin]! >= 0;

/** A middlebox that lowers the maximum segment size lowers the checksum's sum by as much, and by nothing else. */
function isClamped(first: Sightings, row: number, second: Sightings, twin: number): boolean {
  const [here, there] = [first.segmentSizes[row]!, second.segmentSizes[twin]!];
  if (here < 0 || there < 0 || here === there) return false;
  return (first.residues[row]! - here + there - second.residues[twin]!) % 0xffff === 0;
}
