import type { Packet } from '../core/packet.ts';

/**
 * Something that raises events from whole packets: what several layers say together, or what earlier packets taught about
 * this one. Asked only while somebody explains, after all followers.
 */
export interface Observer {
  observe(packet: Packet): void;
}
