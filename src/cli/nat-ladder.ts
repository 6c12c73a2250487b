import { connectionsOf, type TranslatedConnection } from '../nat/connections.ts';
import type { Sightings } from '../nat/sightings.ts';
import type { NatLadder, PlaceSeen } from '../output/nat-ladder.ts';
import { natLadder as merged } from '../output/nat-ladder-merge.ts';
import { natLadderTexts } from '../output/nat-ladder-notes.ts';
import { NatPlaceBuilder } from '../output/nat-ladder-place.ts';
import { writeNatLadderSvg } from '../output/nat-ladder-svg.ts';
import { writeNatLadder } from '../output/nat-ladder-text.ts';
import { run } from '../run.ts';
import { Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import { noSuch } from './follow.ts';
import { openPath } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { printDrawn, scaleOf, wantedConnections } from './one-connection.ts';
import type { Arguments } from './parse.ts';
import { type JoinOfPlaces, joinPlaces } from './places.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/**
 * `dissect ladder INSIDE OUTSIDE`, and `dissect ladder BOTH --nat`: one connection from the client through the router to the
 * server. Answers with the exit status.
 */
export async function natLadder(paths: readonly string[], given: Arguments): Promise<number> {
  const [path] = paths;
  if (path === undefined) throw new UsageFault('--nat wants a capture of both sides of a translator');
  if (paths.length > 2) throw new UsageFault(`two captures at the most, not ${paths.length}: ${paths.join(', ')}`);
  const timeWait = timeWaitOf(given);
  const draw = drawerOf(given);
  const { asked, matching } = await wantedConnections(given, timeWait, path);
  const { joins, status } = await joinPlaces(paths, given);
  const chosen = new Choice(paths, joins).choose(asked, matching);
  const seen = await seenOf(chosen, timeWait, given);
  draw(merged(chosen.connection, seen, !given.has('all')));
  return status;
}

/** A connection, and the places that saw it. */
interface Found extends JoinOfPlaces {
  readonly connection: TranslatedConnection;
}

/** Which connection is drawn. Numbers are those of the capture that was named first. */
class Choice {
  private readonly paths: readonly string[];
  private readonly joins: readonly JoinOfPlaces[];
  private readonly found: readonly Found[];

  constructor(paths: readonly string[], joins: readonly JoinOfPlaces[]) {
    this.paths = paths;
    this.joins = joins;
    this.found = joins.flatMap((places) => connectionsOf(places.join).map((connection) => ({ ...places, connection })));
  }

  choose(asked: number | null, matching: readonly number[] | null): Found {
    const { found, paths } = this;
    if (found.length === 0) throw new UsageFault(this.none());
    const wanted = asked === null ? matching : [asked];
    const taken = wanted === null ? found : found.filter((one) => this.numbers(one).some((n) => wanted.includes(n)));
    const [first] = taken;
    if (first === undefined) {
      throw new UsageFault(
        asked === null ? 'no TCP connection that the filter takes is translated' : this.other(asked),
      );
    }
    const number = this.numbers(first).find((n) => wanted === null || wanted.includes(n))!;
    const same = found.filter((one) => this.numbers(one).includes(number));
    if (same.length > 1) throw new UsageFault(this.several(number, same));
    if (asked === null && taken.length > 1) {
      const of = `the first of ${taken.length} that ${matching === null ? 'are translated' : 'match'}`;
      warn(`this is TCP connection ${number} of ${paths[0]}, ${of}; --stream shows another one`);
    }
    return first;
  }

  /** In a capture of both sides a connection has two. */
  private numbers({ one, other, connection }: Found): number[] {
    return [one, other].flatMap(({ path }, place) => (path === this.paths[0] ? [connection.streams[place]!] : []));
  }

  private none(): string {
    const [first, second] = this.paths;
    const where =
      second === undefined
        ? `no TCP connection of ${first} was seen on both sides of a translator`
        : `no TCP connection of ${first} has a translated twin in ${second}`;
    const sum = (of: 'ambiguous' | 'alike'): number =>
      this.joins.reduce((count, { join }) => count + join.twins[of], 0);
    const [ambiguous, alike] = [sum('ambiguous'), sum('alike')];
    if (ambiguous > 0) return `${where}; packets with several possible twins: ${ambiguous}`;
    if (alike > 0) return `${where}; packets that look alike, but were made by no translator: ${alike}`;
    return where;
  }

  private other(asked: number): string {
    const places = this.joins.flatMap(({ one, other }) => [one, other]).filter(({ path }) => path === this.paths[0]);
    const streams = Math.max(...places.map(({ sightings }) => streamsOf(sightings)));
    if (asked >= streams) return noSuch(asked, streams, 'TCP connection');
    const others = [...new Set(this.found.map((one) => this.numbers(one)[0]!))].sort((a, b) => a - b);
    const shown = others.slice(0, MOST_NAMED).join(', ') + (others.length > MOST_NAMED ? ', …' : '');
    return `TCP connection ${asked} of ${this.paths[0]} is not translated, as far as these packets tell; these are: ${shown}`;
  }

  private several(number: number, same: readonly Found[]): string {
    const names = same.slice(0, MOST_NAMED).map(({ one, other, connection }) => {
      const place = one.path === this.paths[0] && connection.streams[0] === number ? 1 : 0;
      return `${connection.streams[place]} of ${(place === 1 ? other : one).sightings.name}`;
    });
    return `TCP connection ${number} of ${this.paths[0]} has several twins, and none is more likely: ${names.join(', ')}`;
  }
}

/** How many connections there are up to the last that this place saw. */
function streamsOf({ streams, count }: Sightings): number {
  let most = -1;
  for (let row = 0; row < count; row++) most = Math.max(most, streams[row]!);
  return most + 1;
}

/** Numbers that a sentence names at the most. */
const MOST_NAMED = 8;

/** Reads the captures once more, with both ends' states this time. */
async function seenOf({ one, other, connection }: Found, timeWait: number, given: Arguments): Promise<Both> {
  const both = [new NatPlaceBuilder(connection, 0, timeWait), new NatPlaceBuilder(connection, 1, timeWait)] as const;
  for (const path of new Set([one.path, other.path])) {
    const here = both.filter((_, place) => (place === 0 ? one : other).path === path);
    const { source } = await openPath(path, given);
    const tracker = new Tracker({ timeWait, explain: false, changes: true, keys: keysOf(given) });
    try {
      await run(source, tracker, {
        packet(packet) {
          for (const builder of here) builder.packet(packet, tracker.changes);
          return true;
        },
        pause() {},
      });
    } finally {
      source.close();
    }
  }
  return [both[0].seen, both[1].seen];
}

type Both = [PlaceSeen, PlaceSeen];

/** Judges the options before the captures are read. */
function drawerOf(given: Arguments): (ladder: NatLadder) => void {
  const language = languagesOf(given, process.env)[0] ?? 'en';
  const texts = natLadderTexts(language);
  const scale = scaleOf(given);
  if (given.has('svg')) return (drawn) => printDrawn(given, (out) => writeNatLadderSvg(drawn, texts, { scale }, out));
  const [width, palette] = [widthOf(given), paletteOf(given)];
  return (drawn) => printDrawn(given, (out) => writeNatLadder(drawn, texts, width, out, palette));
}
