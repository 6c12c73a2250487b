import type { Protocol } from './core/layer.ts';
import type { Packet } from './core/packet.ts';
import { EventLog } from './events/event.ts';
import type { Follower } from './flows/follower.ts';
import { Timeline } from './flows/timeline.ts';
import type { StateChange } from './tcp/state-change.ts';

export interface TrackOptions {
  /** Seconds that TIME_WAIT lasts: 240 is RFC 9293's 2×MSL, Linux takes 60. */
  readonly timeWait: number;
}

/** The memory of one capture: what earlier packets taught, and what happened in the one at hand. */
export class Tracker {
  readonly events = new EventLog();
  /** State changes that the packet at hand made, and timers that ran out before it. */
  readonly changes: StateChange[] = [];
  private readonly timeline = new Timeline();
  private readonly followers = new Map<Protocol, Follower>();

  constructor(_options: TrackOptions) {}

  /** Takes a decoded packet in. Layers that followers add (reassembled datagrams, messages) are followed in turn. */
  track(packet: Packet): void {
    this.events.reset();
    this.timeline.mark(packet.frame);
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (!layer.quoted) this.followers.get(layer.protocol)?.follow(layer, packet);
    }
  }
}
