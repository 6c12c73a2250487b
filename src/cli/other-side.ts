import type { EventLog } from '../events/event.ts';
import type { Observer } from '../flows/observer.ts';
import { Translation } from '../nat/translation.ts';
import { UsageFault } from './fault.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { joinTwo, nameOf, type Place, readPlaces } from './places.ts';

/** What the capture of the other side of a translator tells, and the exit status of having read both. */
interface OtherSide {
  readonly beside: (events: EventLog) => Observer;
  readonly status: number;
}

/** Joins a capture with the one of the other side, for who explains the first. */
export async function otherSideOf(path: string, other: string, given: Arguments): Promise<OtherSide> {
  const places: Place[] = [];
  const paths = [path, other];
  // What is wrong with the first is told when it is explained.
  await readPlaces(path, nameOf(path, paths), given, places, () => undefined);
  const status = await readPlaces(other, nameOf(other, paths), given, places, warn);
  const [one, two, more] = places;
  if (more !== undefined) throw new UsageFault('--nat wants captures of one interface each; dissect nat takes several');
  const { join } = await joinTwo(one!, two!);
  if (join.bindings.length === 0) warn(`no packet of ${path} has a translated twin in ${other}`);
  return { beside: (events) => new Translation(events, join, 0), status };
}
