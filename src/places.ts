import { Frame, type FrameSource } from './core/frame.ts';
import { Packet } from './core/packet.ts';
import { contentOf } from './nat/changes.ts';
import { type Join, judge } from './nat/join.ts';
import type { Sightings } from './nat/sightings.ts';
import { type Content, Twins } from './nat/twins.ts';
import { decodeFrame } from './run.ts';
import { unread } from './streams/transcript.ts';
import { Tracker } from './track.ts';
import { packets } from './walk.ts';

/** One interface of one capture, which can be read again. */
export interface Place {
  readonly open: () => FrameSource | Promise<FrameSource>;
  readonly interfaceId: number;
  readonly sightings: Sightings;
}

/** Reads a capture; `placeOf` is asked once for each of its interfaces. */
export async function sight(source: FrameSource, placeOf: (interfaceId: number) => Place): Promise<void> {
  const here: Place[] = [];
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false, payload: () => unread });
  for await (const packet of packets(source, tracker)) {
    const { interfaceId } = packet.frame;
    here[interfaceId] ??= placeOf(interfaceId);
    here[interfaceId].sightings.add(packet);
  }
}

/** Ends of connections are looked at for nothing here. */
const TIME_WAIT = 240;

/** What two places, or one with itself, tell of a translator between them. */
export async function joinOf(one: Place, other: Place): Promise<Join> {
  const twins = new Twins(one.sightings, other.sightings);
  await settle(twins, one, other);
  return judge(twins);
}

/** Looks again at packets whose checksums tell of more than addresses. */
async function settle(twins: Twins, one: Place, other: Place): Promise<void> {
  const { first, second } = twins.doubts;
  if (first.size === 0) return;
  twins.settle(await contents(one, first), await contents(other, second));
}

async function contents(place: Place, frames: ReadonlySet<number>): Promise<Map<number, Content>> {
  const found = new Map<number, Content>();
  for await (const packet of framesOf(place)) {
    if (frames.has(packet.frame.number)) found.set(packet.frame.number, contentOf(packet));
  }
  return found;
}

/** The frames of a place, decoded and not tracked. */
export async function* framesOf({ open, interfaceId }: Place): AsyncGenerator<Packet, void> {
  const source = await open();
  const frame = new Frame();
  const packet = new Packet();
  try {
    do {
      while (source.next(frame)) {
        if (frame.interfaceId !== interfaceId) continue;
        decodeFrame(packet, frame);
        yield packet;
      }
    } while (await source.refill());
  } finally {
    source.close();
  }
}
