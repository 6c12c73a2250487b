import { basename } from 'node:path';
import { Frame } from '../core/frame.ts';
import { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import type { Observer } from '../flows/observer.ts';
import { contentOf } from '../nat/changes.ts';
import { type Join, judge } from '../nat/join.ts';
import { Sightings } from '../nat/sightings.ts';
import { Translation } from '../nat/translation.ts';
import { type Content, Twins } from '../nat/twins.ts';
import { writeBindingNdjson, writeNat, writeNatJson } from '../output/nat.ts';
import { writeTwinNdjson, writeTwinText } from '../output/nat-packets.ts';
import { natWords } from '../output/nat-words.ts';
import { decodeFrame, run } from '../run.ts';
import { unread } from '../streams/transcript.ts';
import { Tracker } from '../track.ts';
import { DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { openPath } from './input.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { TIME_WAIT } from './time-wait.ts';

/** Interfaces of all captures at the most: each is compared with several others. */
const MOST_PLACES = 8;

/** One interface of one capture. */
interface Place {
  readonly path: string;
  readonly interfaceId: number;
  readonly sightings: Sightings;
}

/** `dissect nat INSIDE OUTSIDE`: what a translator between captures did. Answers with the exit status. */
export async function nat(given: Arguments): Promise<number> {
  const paths = [...given.all('r'), ...given.operands];
  if (paths.length === 0)
    throw new UsageFault('name the captures of both sides of the translator: inside, then outside');
  if (paths.includes('-')) throw new UsageFault('captures are read twice here: name files instead of standard input');
  const words = natWords[languagesOf(given, process.env)[0] ?? 'en'];
  const [width, palette, form] = [widthOf(given), paletteOf(given), given.get('T') ?? 'text'];
  if (given.has('packets') && form === 'json') throw new UsageFault('--packets is for -T text and ndjson');
  const places: Place[] = [];
  let status = DONE;
  for (const [i, path] of paths.entries()) {
    if (paths.indexOf(path) < i) throw new UsageFault(`${path} is named twice`);
    status = Math.max(status, await readPlaces(path, nameOf(path, paths), given, places, warn));
  }
  const joins: JoinOfPlaces[] = [];
  for (const [one, other] of pairsOf(places, paths)) joins.push(await joined(one, other, given));
  const output = new StandardOutput(false);
  const { writer } = output;
  const sightings = places.map((place) => place.sightings);
  const judged = joins.map(({ join }) => join);
  if (given.has('packets')) {
    const write: TwinWriter = (twins, row, here, there) =>
      form === 'text'
        ? writeTwinText(twins, row, here, there, words, palette, width, writer)
        : writeTwinNdjson(twins, row, here, there, writer);
    for (const pair of joins) await writePackets(pair, given, output, write);
  } else if (form === 'ndjson') {
    for (const join of judged) {
      for (const binding of join.bindings) {
        writeBindingNdjson(binding, join, writer);
        output.flushWhenLarge();
      }
    }
  } else if (form === 'json') {
    writeNatJson(sightings, judged, writer);
  } else {
    writeNat(sightings, judged, words, palette, width, writer);
  }
  output.flush();
  return status;
}

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
  const { join } = await joined(one!, two!, given);
  if (join.bindings.length === 0) warn(`no packet of ${path} has a translated twin in ${other}`);
  return { beside: (events) => new Translation(events, join, 0), status };
}

async function joined(one: Place, other: Place, given: Arguments): Promise<JoinOfPlaces> {
  const twins = new Twins(one.sightings, other.sightings);
  await settle(twins, one, other, given);
  return { one, other, join: judge(twins) };
}

interface JoinOfPlaces {
  readonly one: Place;
  readonly other: Place;
  readonly join: Join;
}

/** Reads one capture; each of its interfaces is a place of its own. Answers with the exit status. */
async function readPlaces(
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
const nameOf = (path: string, paths: readonly string[]): string =>
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
async function* framesOf(place: Place, given: Arguments): AsyncGenerator<Packet, void> {
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

/** Frames that are kept until the other capture comes to their twin. */
const MOST_WAITING = 10_000;

/** Prints a packet, of a row of the first place, and its twin. */
type TwinWriter = (twins: Twins, row: number, here: Packet, there: Packet) => void;

/** Each packet beside its twin, in the order of the first place. */
async function writePackets(
  { one, other, join }: JoinOfPlaces,
  given: Arguments,
  output: StandardOutput,
  write: TwinWriter,
): Promise<void> {
  const { twins } = join;
  if (join.bindings.length === 0) return;
  const waiting = new WaitingFrames(framesOf(other, given), twins);
  let row = 0;
  for await (const packet of framesOf(one, given)) {
    while (row < twins.first.count && twins.first.frames[row]! < packet.frame.number) row++;
    if (twins.first.frames[row] !== packet.frame.number) continue;
    const twin = twins.ofFirst[row]!;
    if (twin < 0 || twins.crossingOf(row)?.translates === false) continue;
    const there = await waiting.take(twins.second.frames[twin]!);
    if (there === null) continue;
    write(twins, row, packet, there);
    output.flushWhenLarge();
  }
  await waiting.close();
}

/** Copies of frames of the second place, from when they were read until their twins are printed. */
class WaitingFrames {
  private readonly frames: AsyncGenerator<Packet, void>;
  private readonly wanted: ReadonlySet<number>;
  private readonly kept = new Map<number, Packet>();
  private last = 0;

  constructor(frames: AsyncGenerator<Packet, void>, { ofSecond, second }: Twins) {
    this.frames = frames;
    const wanted = new Set<number>();
    for (let row = 0; row < second.count; row++) if (ofSecond[row]! >= 0) wanted.add(second.frames[row]!);
    this.wanted = wanted;
  }

  /** The frame of this number; null when it is too far from where its twin is. */
  async take(number: number): Promise<Packet | null> {
    while (this.last < number) {
      const { value, done } = await this.frames.next();
      if (done) return null;
      this.last = value.frame.number;
      if (this.last === number) return value;
      if (this.wanted.has(this.last)) this.keep(value);
    }
    const found = this.kept.get(number) ?? null;
    this.kept.delete(number);
    return found;
  }

  async close(): Promise<void> {
    await this.frames.return();
  }

  private keep(packet: Packet): void {
    if (this.kept.size >= MOST_WAITING) {
      for (const oldest of this.kept.keys()) {
        this.kept.delete(oldest);
        break;
      }
    }
    const { frame } = packet;
    const bytes = frame.bytes.slice(frame.start, frame.start + frame.capturedLength);
    const copy = new Packet();
    decodeFrame(copy, Object.assign(new Frame(), frame, { bytes, start: 0 }));
    this.kept.set(frame.number, copy);
  }
}
