import type { Packet } from '../../core/packet.ts';
import type { RaisedEvent } from '../../events/event.ts';
import { SEVERITIES } from '../model.ts';
import { severityOf } from './happenings.ts';

/** Frames before and behind one in which something happens. */
const NEIGHBOURS = 2;
/** Frames at the beginning that are always there. */
const FIRST = 20;
/** Frames that are remembered of each weight. */
const REMEMBERED = 100_000;

/** Begins and ends of connections. */
const TURNING = /^tcp\.(open|close|reset|refused)\b/;

/** Finds the frames that are worth seeing: errors first, then warnings, then where connections begin and end. */
export class Interest {
  private readonly byWeight: readonly number[][] = [[], [], []];

  packet(packet: Packet, raised: readonly RaisedEvent[]): void {
    const weight = weightOf(packet, raised);
    if (weight < 0) return;
    const frames = this.byWeight[weight]!;
    if (frames.length < REMEMBERED) frames.push(packet.frame.number);
  }

  /** So many frames of `all` at the most, with their neighbours. */
  choose(all: number, most: number): ReadonlySet<number> {
    const chosen = new Set<number>();
    const add = (from: number, to: number): void => {
      for (let n = Math.max(1, from); n <= Math.min(all, to) && chosen.size < most; n++) chosen.add(n);
    };
    add(1, FIRST);
    for (const frames of this.byWeight) for (const frame of frames) add(frame - NEIGHBOURS, frame + NEIGHBOURS);
    add(1, most);
    return chosen;
  }
}

/** 0 for the weightiest; -1 for what is ordinary. */
function weightOf({ issues }: Packet, raised: readonly RaisedEvent[]): number {
  let severity = issues.length > 0 ? SEVERITIES.indexOf('warn') : -1;
  let turning = false;
  for (const { id } of raised) {
    severity = Math.max(severity, SEVERITIES.indexOf(severityOf(id)));
    turning ||= TURNING.test(id);
  }
  if (severity === SEVERITIES.indexOf('error')) return 0;
  if (severity === SEVERITIES.indexOf('warn')) return 1;
  return turning ? 2 : -1;
}
