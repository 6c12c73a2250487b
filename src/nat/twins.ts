import { ClockComparison, type ClockOffset, RoughClock } from './clocks.ts';
import { Crossing, isDoubtful } from './crossing.ts';
import { hostOf } from './endpoint.ts';
import { ERROR, isDependent, NONE, TCP } from './kept.ts';
import { KeyIndex } from './key-index.ts';
import { ShiftedConnection } from './shifted.ts';
import type { Sightings } from './sightings.ts';

/** How long a packet may stay in a translator of which both sides are in one capture, with one clock. */
const LONGEST_STAY = 1e9;

/** Packets alike of which each is compared with all others; of more, with its neighbours in time. */
const NEIGHBOURS = 8;

/** What the octets of a packet tell: whether its checksum is right, and a number made of what it carries. */
export interface Content {
  readonly good: boolean;
  readonly digest: number;
}

/**
 * Packets that were seen at two places, joined: by what a translator keeps of them, then by time. `second` may be the first
 * place itself: there, a packet that goes out where it came in (hairpin), or a capture of all interfaces of a router.
 */
export class Twins {
  readonly first: Sightings;
  readonly second: Sightings;
  /** By row of the first place: the twin's row at the second, or -1; and the other way round. */
  readonly ofFirst: Int32Array;
  readonly ofSecond: Int32Array;
  /** Packets that have several twins of which none is more likely: not joined. */
  ambiguous = 0;
  /** Packets that look like twins with other addresses, but whose TTL says that no router translated them. */
  alike = 0;
  /** Errors and fragments that were joined with what they belong to. */
  dependents = 0;
  /** Rows of the first place whose twin carries something else, and checksums prove it: known once doubts are settled. */
  readonly touched = new Set<number>();
  /** Conversations that have packets in common, those of copies and replays left out. */
  readonly crossings: Crossing[] = [];
  readonly clock: ClockOffset;
  /** What the second capture's times are to be taken from to count as the first one's do, without its clock's error. */
  private readonly base: number;
  /** By kind and both conversations' numbers. */
  private readonly byConversations = new Map<string, Crossing>();
  private rough: RoughClock;

  constructor(first: Sightings, second: Sightings) {
    this.first = first;
    this.second = second;
    this.base = (second.epoch - first.epoch) * 1e9 + (second.epochNanoseconds - first.epochNanoseconds);
    this.ofFirst = new Int32Array(first.count).fill(NONE);
    this.ofSecond = new Int32Array(second.count).fill(NONE);
    this.rough = new RoughClock([], []);
    if (first === second) this.joinWithin();
    else this.joinBetween();
    this.weigh();
    this.joinDependents();
    this.clock = this.compareClocks();
  }

  /** Nanoseconds that the second place saw the twin of `row` later, both by their own clocks. */
  difference(row: number, twin: number): number {
    return this.second.times[twin]! + this.base - this.first.times[row]!;
  }

  /** A time of the second place as the first one's clock has it. Both count nanoseconds since the first frame of their own. */
  atFirst(time: number): number {
    const { ahead, drift } = this.clock;
    return (time + this.base - (ahead ?? 0)) / (1 + (drift ?? 0) * 1e-6);
  }

  /** True of a row of a place (0 the first, 1 the second) from while the other place was captured, too. */
  bothRan(place: 0 | 1, row: number): boolean {
    const [here, there] = place === 0 ? [this.first, this.second] : [this.second, this.first];
    if (there.count === 0) return false;
    const [from, to] = [there.times[0]!, there.times[there.count - 1]!];
    const time = here.times[row]!;
    if (place === 1) return this.atFirst(time) >= from && this.atFirst(time) <= to;
    return time >= this.atFirst(from) && time <= this.atFirst(to);
  }

  /** The crossing that a joined row belongs to; null for errors and fragments, which follow another one's. */
  crossingOf(row: number): Crossing | null {
    const twin = this.ofFirst[row]!;
    return twin < 0 ? null : (this.byConversations.get(this.nameOf(row, twin)) ?? null);
  }

  /** Frames whose twins' checksums differ by more than addresses and ports, at either place: `settle` wants to know more. */
  get doubts(): { readonly first: Set<number>; readonly second: Set<number> } {
    const doubts = { first: new Set<number>(), second: new Set<number>() };
    this.eachDoubtful((row, twin) => {
      doubts.first.add(this.first.frames[row]!);
      doubts.second.add(this.second.frames[twin]!);
    });
    return doubts;
  }

  /**
   * Judges the doubtful ones by their octets: only where both checksums are right, something was changed; a bad one, or
   * one of a capture whose addresses were made anonymous, proves nothing.
   */
  settle(first: ReadonlyMap<number, Content>, second: ReadonlyMap<number, Content>): void {
    this.eachDoubtful((row, twin, crossing) => {
      const here = first.get(this.first.frames[row]!);
      const there = second.get(this.second.frames[twin]!);
      if (!here?.good || !there?.good) return;
      if (here.digest === there.digest) {
        crossing.rewritten++;
      } else {
        crossing.touched++;
        this.touched.add(row);
      }
    });
  }

  private eachDoubtful(visit: (row: number, twin: number, crossing: Crossing) => void): void {
    const { first, second } = this;
    for (let row = 0; row < first.count; row++) {
      const crossing = this.crossingOf(row);
      if (crossing === null || crossing.doubtful === 0 || !crossing.translates) continue;
      const twin = this.ofFirst[row]!;
      if (isDoubtful(first, row, second, twin)) visit(row, twin, crossing);
    }
  }

  private joinWithin(): void {
    const { first } = this;
    const index = new KeyIndex(first);
    const rows: number[] = [];
    for (let head = 0; head < first.count; head++) {
      if (!index.isHead(head) || index.next(head) < 0 || isDependent(first.kinds[head]!)) continue;
      index.chain(head, rows);
      for (const [i, row] of rows.entries()) this.findLater(row, rows, i + 1);
    }
    this.count();
    this.joinShifted();
  }

  /**
   * The next of the same packet with other endpoints and a lower TTL. The conversation that came up first, that of the
   * packet which went in, counts as the first place's in both directions.
   */
  private findLater(row: number, rows: readonly number[], from: number): void {
    const { conversations, times, hops } = this.first;
    if (this.isJoined(row)) return;
    for (let i = from; i < rows.length; i++) {
      const later = rows[i]!;
      if (times[later]! - times[row]! > LONGEST_STAY) return;
      if (this.isJoined(later) || conversations[later] === conversations[row] || hops[later]! >= hops[row]!) continue;
      if (conversations[row]! < conversations[later]!) this.join(row, later);
      else this.join(later, row);
      return;
    }
  }

  private isJoined(row: number): boolean {
    return this.ofFirst[row]! >= 0 || this.ofSecond[row]! >= 0;
  }

  private joinBetween(): void {
    const { first, second } = this;
    const here = new KeyIndex(first);
    const there = new KeyIndex(second);
    this.rough = this.roughClock(here, there);
    this.joinUnique(here, there);
    this.count();
    this.joinSeveral(here, there);
    this.count();
    this.joinShifted();
  }

  /** Segments of translated connections whose numbers were changed because content before them was. */
  private joinShifted(): void {
    const { first, second } = this;
    const open = [...this.byConversations.values()].filter(
      (crossing) => crossing.kind === TCP && crossing.isTranslation,
    );
    if (open.length === 0) return;
    const here = rowsWithoutTwin(first, this.ofFirst, new Set(open.map(({ atFirst }) => atFirst)));
    const there = rowsWithoutTwin(second, this.ofSecond, new Set(open.map(({ atSecond }) => atSecond)));
    let found = false;
    for (const { atFirst, atSecond, flipped } of open) {
      const [rows, others] = [here.get(atFirst), there.get(atSecond)];
      if (rows === undefined || others === undefined) continue;
      const groups = new ShiftedConnection(first, second, flipped, others).groups(rows);
      for (const { rows: some, twins } of groups) this.joinNearest(some, twins, () => true);
      found ||= groups.length > 0;
    }
    if (found) this.count();
  }

  /** From packets that came once at each place. */
  private roughClock(here: KeyIndex, there: KeyIndex): RoughClock {
    const times: number[] = [];
    const differences: number[] = [];
    this.eachUnique(here, there, (row, twin) => {
      times.push(this.first.times[row]!);
      differences.push(this.difference(row, twin));
    });
    return new RoughClock(times, differences);
  }

  private joinUnique(here: KeyIndex, there: KeyIndex): void {
    this.eachUnique(here, there, (row, twin) => {
      if (this.rough.isNear(this.first.times[row]!, this.difference(row, twin))) this.join(row, twin);
    });
  }

  private eachUnique(here: KeyIndex, there: KeyIndex, visit: (row: number, twin: number) => void): void {
    const { first } = this;
    for (let row = 0; row < first.count; row++) {
      if (!here.isHead(row) || here.next(row) >= 0 || isDependent(first.kinds[row]!)) continue;
      const twin = there.find(first.lows[row]!, first.highs[row]!);
      if (twin >= 0 && there.next(twin) < 0) visit(row, twin);
    }
  }

  /**
   * Packets that came several times: sent again, or alike. Conversations that have other packets in common come first, then
   * what nothing else could be; the nearest in time are twins.
   */
  private joinSeveral(here: KeyIndex, there: KeyIndex): void {
    const { first } = this;
    const rows: number[] = [];
    const twins: number[] = [];
    for (let head = 0; head < first.count; head++) {
      if (!here.isHead(head) || isDependent(first.kinds[head]!)) continue;
      const twin = there.find(first.lows[head]!, first.highs[head]!);
      if (twin < 0 || (here.next(head) < 0 && there.next(twin) < 0)) continue;
      here.chain(head, rows);
      there.chain(twin, twins);
      this.joinNearest(rows, twins, (row, other) => this.byConversations.has(this.nameOf(row, other)));
      this.joinRest(rows, twins);
    }
  }

  /** Those of no conversation that is known: one on either side, or the same identification, or nobody can tell. */
  private joinRest(rows: readonly number[], twins: readonly number[]): void {
    const { first, second } = this;
    const left = rows.filter((row) => this.ofFirst[row]! < 0);
    const others = twins.filter((twin) => this.ofSecond[twin]! < 0);
    if (left.length === 0 || others.length === 0) return;
    const isOne = (place: Sightings, some: readonly number[]) =>
      some.every((row) => place.conversations[row] === place.conversations[some[0]!]);
    if (isOne(first, left) && isOne(second, others)) {
      this.joinNearest(left, others, () => true);
      return;
    }
    this.joinNearest(left, others, (row, twin) => first.ids[row]! > 0 && first.ids[row] === second.ids[twin]);
    const open = left.filter((row) => this.ofFirst[row]! < 0 && others.some((twin) => this.couldBe(row, twin)));
    this.ambiguous += open.length;
  }

  private couldBe(row: number, twin: number): boolean {
    return this.ofSecond[twin]! < 0 && this.rough.isNear(this.first.times[row]!, this.difference(row, twin));
  }

  /** Joins those that may be twins, the nearest in time first. Both lists stand in the order of time. */
  private joinNearest(
    rows: readonly number[],
    twins: readonly number[],
    may: (row: number, twin: number) => boolean,
  ): void {
    const { first } = this;
    const pairs: { row: number; twin: number; distance: number }[] = [];
    let from = 0;
    for (const row of rows) {
      if (this.ofFirst[row]! >= 0) continue;
      const time = first.times[row]!;
      const distanceOf = (i: number) => this.rough.distance(time, this.difference(row, twins[i]!));
      while (from + NEIGHBOURS < twins.length && distanceOf(from + NEIGHBOURS) <= distanceOf(from)) from++;
      const to = Math.min(twins.length, from + 2 * NEIGHBOURS);
      for (let i = Math.max(0, from - NEIGHBOURS); i < to; i++) {
        const twin = twins[i]!;
        if (this.couldBe(row, twin) && may(row, twin)) pairs.push({ row, twin, distance: distanceOf(i) });
      }
    }
    pairs.sort((one, other) => one.distance - other.distance);
    for (const { row, twin } of pairs) if (this.ofFirst[row]! < 0 && this.ofSecond[twin]! < 0) this.join(row, twin);
  }

  private join(row: number, twin: number): void {
    this.ofFirst[row] = twin;
    this.ofSecond[twin] = row;
    if (isDependent(this.first.kinds[row]!)) this.dependents++;
  }

  /** Counts all that are joined so far into crossings, anew. */
  private count(): void {
    const { first, second, byConversations } = this;
    byConversations.clear();
    for (let row = 0; row < first.count; row++) {
      const twin = this.ofFirst[row]!;
      if (twin < 0 || isDependent(first.kinds[row]!)) continue;
      const name = this.nameOf(row, twin);
      let crossing = byConversations.get(name);
      if (crossing === undefined) {
        crossing = new Crossing(first, row, second, twin);
        byConversations.set(name, crossing);
      }
      crossing.add(first, row, second, twin);
    }
  }

  private nameOf(row: number, twin: number): string {
    return `${this.first.kinds[row]} ${this.first.conversations[row]} ${this.second.conversations[twin]}`;
  }

  /** Parts what looks alike from its twins. */
  private weigh(): void {
    for (const [name, crossing] of this.byConversations) {
      if (!crossing.translates || crossing.isTranslation) this.crossings.push(crossing);
      else this.byConversations.delete(name);
    }
    for (let row = 0; row < this.first.count; row++) {
      const twin = this.ofFirst[row]!;
      if (twin < 0 || this.byConversations.has(this.nameOf(row, twin))) continue;
      this.ofFirst[row] = this.ofSecond[twin] = NONE;
      this.alike++;
    }
    this.crossings.sort((one, other) => one.firstRow - other.firstRow);
  }

  /** Errors go with the conversation that they quote, fragments with their addresses. */
  private joinDependents(): void {
    if (!this.crossings.some(({ translates }) => translates)) return;
    const { first, second } = this;
    const here = new KeyIndex(first);
    const there = new KeyIndex(second);
    const hosts = this.translatedHosts();
    const rows: number[] = [];
    const twins: number[] = [];
    for (let head = 0; head < first.count; head++) {
      if (!here.isHead(head) || !isDependent(first.kinds[head]!)) continue;
      const twin = there.find(first.lows[head]!, first.highs[head]!);
      if (twin < 0) continue;
      here.chain(head, rows);
      there.chain(twin, twins);
      this.joinNearest(rows, twins, (row, other) =>
        first.kinds[row] === ERROR ? this.quotesTwins(row, other) : hosts.has(this.hostsOf(row, other)),
      );
    }
  }

  private quotesTwins(row: number, twin: number): boolean {
    const { first, second } = this;
    const [here, there] = [first.quoted[row]!, second.quoted[twin]!];
    if (here < 0 || there < 0 || first.quotes[here] !== second.quotes[there]) return false;
    const name = `${first.quotes[here]} ${first.quotes[here + 1]} ${second.quotes[there + 1]}`;
    const crossing = this.byConversations.get(name);
    if (crossing === undefined) return false;
    return (first.quotes[here + 2] !== second.quotes[there + 2]) === crossing.flipped;
  }

  /** Addresses at both places, of both directions of all that is translated. */
  private translatedHosts(): Set<string> {
    const hosts = new Set<string>();
    for (const { kind, atFirst, atSecond, flipped } of this.crossings) {
      const here = [this.first.endpointOf(kind, atFirst, 0), this.first.endpointOf(kind, atFirst, 1)].map(hostOf);
      const there = [this.second.endpointOf(kind, atSecond, 0), this.second.endpointOf(kind, atSecond, 1)].map(hostOf);
      if (flipped) there.reverse();
      hosts.add([...here, ...there].join(' '));
      hosts.add([...here.reverse(), ...there.reverse()].join(' '));
    }
    return hosts;
  }

  private hostsOf(row: number, twin: number): string {
    const { first, second } = this;
    const here = [first.endpoint(row, 0), first.endpoint(row, 1)];
    return [...here, second.endpoint(twin, 0), second.endpoint(twin, 1)].join(' ');
  }

  private compareClocks(): ClockOffset {
    if (this.first === this.second) return { ahead: 0, within: 0, drift: null };
    const comparison = new ClockComparison(this.first.times[this.first.count - 1] ?? 0);
    for (let row = 0; row < this.first.count; row++) {
      const crossing = this.crossingOf(row);
      const toSecond = crossing?.toSecond(this.first.directions[row]!) ?? null;
      if (toSecond === null) continue;
      comparison.add(this.first.times[row]!, this.difference(row, this.ofFirst[row]!), toSecond);
    }
    return comparison.offset;
  }
}

/** Of these TCP conversations: the rows without a twin, and those that open a connection. */
function rowsWithoutTwin(place: Sightings, joined: Int32Array, wanted: ReadonlySet<number>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let row = 0; row < place.count; row++) {
    const conversation = place.conversations[row]!;
    if (place.kinds[row] !== TCP || !wanted.has(conversation)) continue;
    if (joined[row]! >= 0 && !place.opens[row]) continue;
    const rows = found.get(conversation);
    if (rows === undefined) found.set(conversation, [row]);
    else rows.push(row);
  }
  return found;
}
