import { readCapture } from '../../src/index.ts';
import { connectionsOf, type TranslatedConnection } from '../../src/nat/connections.ts';
import { type Join, judge } from '../../src/nat/join.ts';
import { Twins } from '../../src/nat/twins.ts';
import type { NatLadder } from '../../src/output/nat-ladder.ts';
import { natLadder } from '../../src/output/nat-ladder-merge.ts';
import { NatPlaceBuilder } from '../../src/output/nat-ladder-place.ts';
import { Tracker } from '../../src/track.ts';
import { packets } from '../../src/walk.ts';
import { placesIn } from './lab.ts';

/** One connection of two recordings, or of one that holds both sides, and its ladder. */
export interface Laddered {
  readonly connection: TranslatedConnection;
  readonly ladder: NatLadder;
}

/** Every connection that crosses the translator, unfolded; of many, these. */
export async function laddersOf(
  captures: readonly Uint8Array[],
  most = 20,
): Promise<{ readonly join: Join; readonly all: readonly Laddered[] }> {
  const places = (await Promise.all(captures.map((bytes, i) => placesIn(bytes, `capture ${i}`)))).flat();
  const join = judge(new Twins(places[0]!, places[1] ?? places[0]!));
  const all: Laddered[] = [];
  for (const connection of connectionsOf(join).slice(0, most)) {
    all.push({ connection, ladder: await ladderOf(captures, connection) });
  }
  return { join, all };
}

/** The ladder of one connection; `folding` as `ladder` does without `--all`. */
export async function ladderOf(
  captures: readonly Uint8Array[],
  connection: TranslatedConnection,
  folding = false,
): Promise<NatLadder> {
  const builders = [new NatPlaceBuilder(connection, 0, 240), new NatPlaceBuilder(connection, 1, 240)] as const;
  for (const [i, bytes] of captures.entries()) {
    const tracker = new Tracker({ timeWait: 240, explain: false, changes: true });
    for await (const packet of packets(readCapture(bytes), tracker)) {
      if (captures.length === 2) builders[i]!.packet(packet, tracker.changes);
      else for (const builder of builders) builder.packet(packet, tracker.changes);
    }
  }
  return natLadder(connection, [builders[0].seen, builders[1].seen], folding);
}
