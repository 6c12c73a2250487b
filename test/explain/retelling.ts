import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../src/capture/from-bytes.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { RaisedEvent } from '../../src/events/event.ts';
import { judge } from '../../src/nat/join.ts';
import { Sightings } from '../../src/nat/sightings.ts';
import { Translation } from '../../src/nat/translation.ts';
import { Twins } from '../../src/nat/twins.ts';
import { run } from '../../src/run.ts';
import { Tracker, type TrackOptions } from '../../src/track.ts';
import { packets } from '../../src/walk.ts';
import { FIXTURES, readBytes } from '../golden/cases.ts';
import { TIME_WAIT } from '../golden/print.ts';

/** All captures of the fixtures that are explained: of translators, some sides that are explained beside the other. */
export const captures: readonly string[] = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter(
    (name) =>
      /capture\.pcap(ng)?$/.test(name) ||
      /^nat.(errors|ftp-port|loss|port-forwarding|router-answers).(inside|outside)\.pcap$/.test(name),
  )
  .sort();

/** What happened in one frame. */
export interface Told {
  readonly frame: number;
  readonly events: readonly RaisedEvent[];
}

/** A capture that can be read again and again, with other bytes or times. */
export class Retelling {
  /** The whole file. Whoever changes it puts it back. */
  readonly bytes: Uint8Array;
  /** The capture of the other side of a translator, likewise. */
  readonly otherSide: Uint8Array | null;

  private constructor(bytes: Uint8Array, otherSide: Uint8Array | null) {
    this.bytes = bytes;
    this.otherSide = otherSide;
  }

  static open(name: string): Retelling {
    const path = join(FIXTURES, name);
    const other = path.replace(/(inside|outside)(?=\.pcap$)/, (side) => (side === 'inside' ? 'outside' : 'inside'));
    return new Retelling(readBytes(path), other === path ? null : readBytes(other));
  }

  /** What happens in each frame, up to frame `last`. `retime` may give a frame another time. */
  async tell(last = Infinity, retime: ((frame: Frame) => void) | null = null): Promise<Told[]> {
    const source = readCapture(this.bytes);
    if (retime !== null) {
      const next = source.next.bind(source);
      source.next = (frame) => {
        const more = next(frame);
        if (more) retime(frame);
        return more;
      };
    }
    const tracker = new Tracker({ timeWait: TIME_WAIT, explain: true, ...(await this.beside()) });
    const told: Told[] = [];
    await run(source, tracker, {
      packet({ frame }) {
        told.push({ frame: frame.number, events: [...tracker.events.raised] });
        return frame.number < last;
      },
      pause() {},
    });
    return told;
  }

  private async beside(): Promise<Pick<TrackOptions, 'beside'>> {
    if (this.otherSide === null) return {};
    const here = await sightingsOf(this.bytes, 'here');
    const there = await sightingsOf(this.otherSide, 'there');
    return { beside: (events) => new Translation(events, judge(new Twins(here, there)), 0) };
  }
}

async function sightingsOf(capture: Uint8Array, name: string): Promise<Sightings> {
  const sightings = new Sightings(name);
  for await (const packet of packets(readCapture(capture))) sightings.add(packet);
  return sightings;
}
