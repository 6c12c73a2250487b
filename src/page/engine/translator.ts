import { Writer } from '../../core/writer.ts';
import type { EventLog } from '../../events/event.ts';
import type { Observer } from '../../flows/observer.ts';
import type { Journey } from '../../journey/journey.ts';
import { Journeys } from '../../journey/journeys.ts';
import { translated } from '../../journey/translations.ts';
import { connectionsOf } from '../../nat/connections.ts';
import type { Join } from '../../nat/join.ts';
import { Sightings } from '../../nat/sightings.ts';
import { Translation } from '../../nat/translation.ts';
import type { Language } from '../../notes/note.ts';
import type { PlaceSeen } from '../../output/nat-ladder.ts';
import { natLadder } from '../../output/nat-ladder-merge.ts';
import { natLadderTexts } from '../../output/nat-ladder-notes.ts';
import { NatPlaceBuilder } from '../../output/nat-ladder-place.ts';
import { writeNatLadderSvg } from '../../output/nat-ladder-svg.ts';
import { behaviourRemarks, bindingRemarks, joinRemarks } from '../../output/nat-remarks.ts';
import { natWords } from '../../output/nat-words.ts';
import { joinOf, type Place, sight } from '../../places.ts';
import type { NatBinding, NatStory } from '../model.ts';
import type { Reading } from './reading.ts';

/** What two captures tell of the translator between them. */
export class Translator {
  private readonly join: Join;
  /** Which place the shown capture is of. */
  private readonly place: 0 | 1;
  private readonly there: readonly Journey[];

  /** Both captures, the inside first. */
  private readonly readings: readonly [Reading, Reading];

  private constructor(join: Join, place: 0 | 1, there: readonly Journey[], readings: readonly [Reading, Reading]) {
    this.join = join;
    this.place = place;
    this.there = there;
    this.readings = readings;
  }

  /** Joins both captures; `place` is the one of the capture that is shown, 0 the inside. */
  static async between(shown: Reading, other: Reading, place: 0 | 1): Promise<Translator> {
    const both = place === 0 ? ([shown, other] as const) : ([other, shown] as const);
    const [one, two] = [await placeOf(both[0]), await placeOf(both[1])];
    return new Translator(await joinOf(one, two), place, await journeysOf(other), both);
  }

  /** Tells of each packet what it becomes on the other side. */
  readonly beside = (events: EventLog): Observer => new Translation(events, this.join, this.place);

  tell(journeys: readonly Journey[]): readonly Journey[] {
    return translated(journeys, this.join, this.place, this.there);
  }

  /** A connection of the shown capture with the router in the middle, as SVG; null where it did not cross one. */
  async ladder(stream: number, scale: 'even' | 'time', language: Language): Promise<string | null> {
    const connection = connectionsOf(this.join).find(({ streams }) => streams[this.place] === stream);
    if (connection === undefined) return null;
    const { timeWait } = this.readings[0].options;
    const seen = async (place: 0 | 1): Promise<PlaceSeen> => {
      const builder = new NatPlaceBuilder(connection, place, timeWait);
      const reading = this.readings[place];
      const tracker = reading.tracker({ explain: false, changes: true });
      for await (const packet of reading.walk(tracker)) builder.packet(packet, tracker.changes);
      return builder.seen;
    };
    const ladder = natLadder(connection, [await seen(0), await seen(1)], true);
    const out = new Writer(1 << 14);
    writeNatLadderSvg(ladder, natLadderTexts(language), { scale, id: `nat-ladder-${stream}` }, out);
    return out.toString();
  }

  story(language: Language): NatStory {
    const { join } = this;
    const words = natWords[language];
    return {
      remarks: joinRemarks(join, words),
      columns: [words.protocol, words.inside, words.outside, words.remote, words.packets, words.remarks],
      bindings: join.bindings.map((binding): NatBinding => {
        const { protocol, inside, outside, remote, twins, crossing, insidePlace } = binding;
        const { first, second } = join.twins;
        const frame = this.place === 0 ? first.frames[crossing.firstRow]! : second.frames[crossing.firstTwin]!;
        const remarks = bindingRemarks(binding, words);
        return {
          protocol,
          inside,
          outside,
          remote,
          packets: twins,
          frame,
          isInside: insidePlace === this.place,
          remarks,
        };
      }),
      kind: words.kind,
      behaviour: join.behaviour === null ? [] : behaviourRemarks(join.behaviour, words),
      none: words.none([join.twins.first.name, join.twins.second.name].join(', ')),
    };
  }
}

/** What was seen at the capture's first interface. */
async function placeOf({ file }: Reading): Promise<Place> {
  const places: Place[] = [];
  const { open, name } = file;
  await sight(await open(), (interfaceId) => {
    const place = { open, interfaceId, sightings: new Sightings(name) };
    places.push(place);
    return place;
  });
  return places[0] ?? { open, interfaceId: 0, sightings: new Sightings(name) };
}

async function journeysOf(reading: Reading): Promise<readonly Journey[]> {
  const journeys = new Journeys();
  for await (const packet of reading.walk(reading.tracker({ explain: false, contents: false })))
    journeys.packet(packet);
  return journeys.finish().journeys;
}
