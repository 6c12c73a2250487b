import { Frame, type FrameSource } from './core/frame.ts';
import { Packet } from './core/packet.ts';
import { frame as frameProtocol } from './protocols/frame.ts';
// Fills the tables that say what follows what: whoever decodes needs all protocols, named or not.
import './protocols/index.ts';
import type { Tracker } from './track.ts';

/** What becomes of a packet. Answers false when it has seen enough. */
export interface Consumer {
  packet(packet: Packet, tracker: Tracker): boolean;
  /** All frames at hand were given: a person may be watching, so what was written should go out now. */
  pause(): void | Promise<void>;
}

/** The whole way of every frame: read → decode → track → print. */
export async function run(source: FrameSource, tracker: Tracker, consumer: Consumer): Promise<void> {
  const frame = new Frame();
  const packet = new Packet();
  tracker.keys.follow(source);
  for (;;) {
    while (source.next(frame)) {
      decodeFrame(packet, frame);
      tracker.track(packet);
      if (!consumer.packet(packet, tracker)) return;
    }
    const pausing = consumer.pause();
    if (pausing) await pausing;
    const more = source.refill();
    if (more !== true && !(await more)) return;
  }
}

/** Decodes a frame from its link layer up. */
export function decodeFrame(packet: Packet, frame: Frame): void {
  packet.reset(frame);
  const { bytes, start, capturedLength, wireLength } = frame;
  packet.decode(frameProtocol, bytes, start, start + capturedLength, start + Math.max(wireLength, capturedLength));
}
