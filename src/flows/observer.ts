import type { Packet } from '../core/packet.ts';

/**
 * Something that raises events from whole packets: what several layers say together, or what earlier packets taught about
 * this one. Asked only while somebody explains, after all followers, and only of packets that have a layer it is about.
 */
export interface Observer {
  /** Ids of protocols. */
  readonly about: readonly string[];
  observe(packet: Packet): void;
}
