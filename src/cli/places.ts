import { basename } from 'node:path';
import type { Join } from '../nat/join.ts';
import { Sightings } from '../nat/sightings.ts';
import { joinOf, type Place as SeenPlace, sight } from '../places.ts';
import { DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { openPath } from './input.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';

/** Interfaces of all captures at the most: each is compared with several others. */
const MOST_PLACES = 8;

/** One interface of one capture that was named. */
export interface Place extends SeenPlace {
  readonly path: string;
}

/** What was seen at every place, and what each two of them that may have a translator in between tell of it. */
interface Joined {
  readonly places: readonly Place[];
  readonly joins: readonly JoinOfPlaces[];
  readonly status: number;
}

/** Reads captures of one or more places, from inside to outside, and joins what they saw. */
export async function joinPlaces(paths: readonly string[], given: Arguments): Promise<Joined> {
  if (paths.includes('-')) throw new UsageFault('captures are read twice here: name files instead of standard input');
  const places: Place[] = [];
  let status = DONE;
  for (const [i, path] of paths.entries()) {
    if (paths.indexOf(path) < i) throw new UsageFault(`${path} is named twice`);
    status = Math.max(status, await readPlaces(path, nameOf(path, paths), given, places, warn));
  }
  const joins: JoinOfPlaces[] = [];
  for (const [one, other] of pairsOf(places, paths)) joins.push(await joinTwo(one, other));
  return { places, joins, status };
}

/** Joins what two places saw. */
export async function joinTwo(one: Place, other: Place): Promise<JoinOfPlaces> {
  return { one, other, join: await joinOf(one, other) };
}

/** Two places, or one with itself, and what they tell. */
export interface JoinOfPlaces {
  readonly one: Place;
  readonly other: Place;
  readonly join: Join;
}

/** Reads one capture; each of its interfaces is a place of its own. Answers with the exit status. */
export async function readPlaces(
  path: string,
  name: string,
  given: Arguments,
  places: Place[],
  report: (sentence: string) => void,
): Promise<number> {
  const open = async () => (await openPath(path, given)).source;
  const source = await open();
  const here: Place[] = [];
  const placeOf = (interfaceId: number): Place => {
    const { interfaces } = source;
    const label = interfaces.length < 2 ? name : `${name} ${interfaces[interfaceId]?.name ?? interfaceId}`;
    const place = { path, open, interfaceId, sightings: new Sightings(label) };
    here.push(place);
    places.push(place);
    if (places.length > MOST_PLACES) throw new UsageFault(`more than ${MOST_PLACES} interfaces cannot be compared`);
    return place;
  };
  await sight(source, placeOf);
  // Of what is no capture, nothing is to be told.
  if (here.length === 0 && source.problem !== null) throw new InputOutputFault(`${path}: ${source.problem.sentence}`);
  if (here.length === 0) places.push({ path, open, interfaceId: 0, sightings: new Sightings(name) });
  if (source.problem === null) return DONE;
  report(`${path}: ${source.problem.sentence}`);
  return UNREADABLE;
}

/** The file's name, or its whole path where that is not enough to tell one from another. */
export const nameOf = (path: string, paths: readonly string[]): string =>
  paths.filter((other) => basename(other) === basename(path)).length > 1 ? path : basename(path);

/**
 * Which places are compared: those of captures that follow each other on the command line, from inside to outside; the
 * interfaces of one capture; and each place with itself, where a packet may go out where it came in.
 */
function* pairsOf(places: readonly Place[], paths: readonly string[]): Generator<readonly [Place, Place]> {
  const order = (place: Place): number => paths.indexOf(place.path);
  for (const one of places) {
    for (const other of places) {
      const isLater = places.indexOf(other) > places.indexOf(one);
      if (isLater && order(other) - order(one) <= 1) yield [one, other];
    }
  }
  for (const place of places) yield [place, place];
}
