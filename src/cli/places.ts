import { basename } from 'node:path';
import { Frame } from '../core/frame.ts';
import { Packet } from '../core/packet.ts';
import { contentOf } from '../nat/changes.ts';
import { type Join, judge } from '../nat/join.ts';
import { Sightings } from '../nat/sightings.ts';
import { type Content, Twins } from '../nat/twins.ts';
import { decodeFrame, run } from '../run.ts';
import { unread } from '../streams/transcript.ts';
import { Tracker } from '../track.ts';
import { DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { openPath } from './input.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { TIME_WAIT } from './time-wait.ts';

/** Interfaces of all captures at the most: each is compared with several others. */
const MOST_PLACES = 8;

/** One interface of one capture. */
export interface Place {
  readonly path: string;
  readonly interfaceId: number;
  readonly sightings: Sightings;
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
  for (const [one, other] of pairsOf(places, paths)) joins.push(await joinTwo(one, other, given));
  return { places, joins, status };
}

/** Joins what two places saw. */
export async function joinTwo(one: Place, other: Place, given: Arguments): Promise<JoinOfPlaces> {
  const twins = new Twins(one.sightings, other.sightings);
  await settle(twins, one, other, given);
  return { one, other, join: judge(twins) };
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
  const { source } = await openPath(path, given);
  const here: (Place | undefined)[] = [];
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false, payload: () => unread });
  try {
    await run(source, tracker, {
      packet(packet) {
        const { interfaceId } = packet.frame;
        let place = here[interfaceId];
        if (place === undefined) {
          const { interfaces } = source;
          const label = interfaces.length < 2 ? name : `${name} ${interfaces[interfaceId]?.name ?? interfaceId}`;
          place = { path, interfaceId, sightings: new Sightings(label) };
          here[interfaceId] = place;
          places.push(place);
          if (places.length > MOST_PLACES)
            throw new UsageFault(`more than ${MOST_PLACES} interfaces cannot be compared`);
        }
        place.sightings.add(packet);
        return true;
      },
      pause() {},
    });
  } finally {
    source.close();
  }
  // Of what is no capture, nothing is to be told.
  if (here.length === 0 && source.problem !== null) throw new InputOutputFault(`${path}: ${source.problem.sentence}`);
  if (here.length === 0) places.push({ path, interfaceId: 0, sightings: new Sightings(name) });
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

/** Looks again at packets whose checksums tell of more than addresses. */
async function settle(twins: Twins, one: Place, other: Place, given: Arguments): Promise<void> {
  const { first, second } = twins.doubts;
  if (first.size === 0) return;
  twins.settle(await contents(one, first, given), await contents(other, second, given));
}

async function contents(place: Place, frames: ReadonlySet<number>, given: Arguments): Promise<Map<number, Content>> {
  const found = new Map<number, Content>();
  for await (const packet of framesOf(place, given)) {
    if (frames.has(packet.frame.number)) found.set(packet.frame.number, contentOf(packet));
  }
  return found;
}

/** The frames of a place, decoded and not tracked. */
export async function* framesOf(place: Place, given: Arguments): AsyncGenerator<Packet, void> {
  const { source } = await openPath(place.path, given);
  const frame = new Frame();
  const packet = new Packet();
  try {
    do {
      while (source.next(frame)) {
        if (frame.interfaceId !== place.interfaceId) continue;
        decodeFrame(packet, frame);
        yield packet;
      }
    } while (await source.refill());
  } finally {
    source.close();
  }
}
