import type { Binding } from './bindings.ts';
import type { Join } from './join.ts';
import { ERROR, TCP } from './kept.ts';
import type { Sightings } from './sightings.ts';

/** One TCP connection that is translated, as either place saw it. */
export interface TranslatedConnection {
  readonly join: Join;
  readonly binding: Binding;
  /** Its number at the first place and at the second, as the trackers of their captures count (`tcp.stream`). */
  readonly streams: readonly [number, number];
  /** The first row at the first place that has a twin. */
  readonly firstRow: number;
  /** Segments that both places saw. */
  readonly twins: number;
}

/**
 * Every translated TCP connection, in the order of the first packets with a twin. Ports that are used again make several
 * of one binding. The packets of both places have to have been tracked.
 */
export function connectionsOf(join: Join): TranslatedConnection[] {
  const { first, second, ofFirst } = join.twins;
  const bindings = new Map(join.bindings.map((binding) => [binding.crossing, binding]));
  const found = new Map<string, { -readonly [K in keyof TranslatedConnection]: TranslatedConnection[K] }>();
  for (let row = 0; row < first.count; row++) {
    const twin = ofFirst[row]!;
    if (twin < 0 || first.kinds[row] !== TCP) continue;
    const binding = bindings.get(join.twins.crossingOf(row)!);
    if (binding === undefined) continue;
    const streams = [first.streams[row]!, second.streams[twin]!] as const;
    const name = streams.join(' ');
    const known = found.get(name);
    if (known === undefined) found.set(name, { join, binding, streams, firstRow: row, twins: 1 });
    else known.twins++;
  }
  return [...found.values()];
}

/** One end of a conversation: what the first place takes it for, and what the second does; and which place it is nearer to. */
export interface TranslatedEnd {
  readonly names: readonly [string, string];
  readonly near: 0 | 1;
}

/** Both ends; the first is where the conversation's first packet at the first place came from. */
export function endsOf({ join, binding: { crossing } }: TranslatedConnection): readonly [TranslatedEnd, TranslatedEnd] {
  const { first, second } = join.twins;
  const { kind, atFirst, atSecond, flipped } = crossing;
  const end = (side: 0 | 1): TranslatedEnd => ({
    names: [
      first.endpointOf(kind, atFirst, side),
      second.endpointOf(kind, atSecond, flipped ? ((1 - side) as 0 | 1) : side),
    ],
    // What it sends goes away from it.
    near: (crossing.toSecond(side) ?? !crossing.toSecond(1 - side)) ? 0 : 1,
  });
  return [end(0), end(1)];
}

/**
 * The rows of a place whose packets are ICMP errors about a segment of the connection: what they quote has its endpoints,
 * and they came when it, and no later one on the same ports, was there.
 */
export function errorsAbout({ join, binding, streams }: TranslatedConnection, place: 0 | 1): number[] {
  const sightings = place === 0 ? join.twins.first : join.twins.second;
  const { atFirst, atSecond } = binding.crossing;
  const conversation = place === 0 ? atFirst : atSecond;
  const rows: number[] = [];
  let stream = -1;
  for (let row = 0; row < sightings.count; row++) {
    if (sightings.kinds[row] === TCP && sightings.conversations[row] === conversation) stream = sightings.streams[row]!;
    if (sightings.kinds[row] === ERROR && stream === streams[place] && quotes(sightings, row, conversation))
      rows.push(row);
  }
  return rows;
}

function quotes(place: Sightings, row: number, conversation: number): boolean {
  const at = place.quoted[row]!;
  return at >= 0 && place.quotes[at] === TCP && place.quotes[at + 1] === conversation;
}
