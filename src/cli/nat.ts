import { Frame } from '../core/frame.ts';
import { Packet } from '../core/packet.ts';
import type { Twins } from '../nat/twins.ts';
import { writeBindingNdjson, writeNat, writeNatJson } from '../output/nat.ts';
import { writeTwinNdjson, writeTwinText } from '../output/nat-packets.ts';
import { natWords } from '../output/nat-words.ts';
import { framesOf } from '../places.ts';
import { decodeFrame } from '../run.ts';
import { UsageFault } from './fault.ts';
import { languagesOf } from './language.ts';
import type { Arguments } from './parse.ts';
import { type JoinOfPlaces, joinPlaces } from './places.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';

/** `dissect nat INSIDE OUTSIDE`: what a translator between captures did. Answers with the exit status. */
export async function nat(given: Arguments): Promise<number> {
  const paths = [...given.all('r'), ...given.operands];
  if (paths.length === 0)
    throw new UsageFault('name the captures of both sides of the translator: inside, then outside');
  const words = natWords[languagesOf(given, process.env)[0] ?? 'en'];
  const [width, palette, form] = [widthOf(given), paletteOf(given), given.get('T') ?? 'text'];
  if (given.has('packets') && form === 'json') throw new UsageFault('--packets is for -T text and ndjson');
  const { places, joins, status } = await joinPlaces(paths, given);
  const output = new StandardOutput(false);
  const { writer } = output;
  const sightings = places.map((place) => place.sightings);
  const judged = joins.map(({ join }) => join);
  if (given.has('packets')) {
    const write: TwinWriter = (twins, row, here, there) =>
      form === 'text'
        ? writeTwinText(twins, row, here, there, words, palette, width, writer)
        : writeTwinNdjson(twins, row, here, there, writer);
    for (const pair of joins) await writePackets(pair, output, write);
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

/** Frames that are kept until the other capture comes to their twin. */
const MOST_WAITING = 10_000;

/** Prints a packet, of a row of the first place, and its twin. */
type TwinWriter = (twins: Twins, row: number, here: Packet, there: Packet) => void;

/** Each packet beside its twin, in the order of the first place. */
async function writePackets(
  { one, other, join }: JoinOfPlaces,
  output: StandardOutput,
  write: TwinWriter,
): Promise<void> {
  const { twins } = join;
  if (join.bindings.length === 0) return;
  const waiting = new WaitingFrames(framesOf(other), twins);
  let row = 0;
  for await (const packet of framesOf(one)) {
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
