import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { Tracker } from '../track.ts';

/** A form in which packets are printed. */
export interface Printer {
  /** What stands before the first packet. */
  begin?(out: Writer): void;
  packet(packet: Packet, tracker: Tracker, out: Writer): void;
  /** Nothing comes for a while, and somebody may be watching: says what was held back. */
  pause?(out: Writer): void;
  /** What stands behind the last packet, even when the capture broke off. */
  end?(out: Writer): void;
}
