import { Frame, type FrameSource } from './core/frame.ts';
import { Packet } from './core/packet.ts';
import { decodeFrame } from './run.ts';
import { REMEMBERED, Tracker } from './track.ts';

/**
 * Packet after packet, decoded and tracked. The packet is one object that is filled again and again: read what you need
 * of it before you ask for the next. The source is closed at the end, and when the loop is left early.
 *
 * ```ts
 * for await (const packet of packets(source)) console.log(packet.frame.number, packet.last.protocol.name);
 * ```
 */
export async function* packets(
  source: FrameSource,
  tracker: Tracker = new Tracker(QUIET),
): AsyncGenerator<Packet, void> {
  const frame = new Frame();
  const packet = new Packet();
  tracker.keys.follow(source);
  try {
    do {
      while (source.next(frame)) {
        decodeFrame(packet, frame);
        tracker.track(packet);
        yield packet;
      }
    } while (await source.refill());
  } finally {
    source.close();
  }
}

const QUIET = { timeWait: 240, explain: false, remembered: REMEMBERED };
