import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/**
 * Something that remembers across packets. It is called for each layer of its protocols, from the outside in, and may add
 * layers to the packet (what fragments or a stream gave), which are then followed in turn. `quoted` layers are not live:
 * nobody follows them unless it asks to.
 */
export interface Follower {
  /** True to be called for quoted layers too. */
  readonly followsQuoted?: boolean;
  follow(layer: Layer, packet: Packet): void;
}
