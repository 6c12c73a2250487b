import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Connection } from './connection.ts';

/**
 * Who takes the payload of one connection. The tracker knows sequence numbers and nothing of what the bytes mean;
 * src/streams/ implements this, and src/track.ts brings the two together.
 *
 * `direction` is 0 for bytes that end A sent, 1 for those of end B. Offsets count from ISN + 1, or from the first byte
 * captured when the beginning was not.
 */
export interface Payload {
  /** The beginning of this direction's stream was captured (its SYN): offset 0 is its first byte. */
  begin(direction: 0 | 1): void;
  /** A segment with payload, in whatever order it comes. May add layers to the packet. */
  segment(direction: 0 | 1, offset: number, tcp: Layer, packet: Packet): void;
  /** The other end acknowledged everything before `offset` of this direction. */
  acknowledged(direction: 0 | 1, offset: number): void;
  /** FIN: the stream ends at `offset`. Called after `segment` when the segment carries both. May add layers. */
  end(direction: 0 | 1, offset: number, packet: Packet): void;
  /** The connection is over (RST, or its entry is reused): nothing more will come, everything kept is given back. */
  drop(): void;
}

/** Makes a connection's `Payload`; ports are those of ends A and B. */
export type PayloadOpener = (connection: Connection, portA: number, portB: number) => Payload;
