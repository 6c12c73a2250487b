import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { SequenceReference } from '../protocols/tcp-options.ts';
import type { Connection } from './connection.ts';
import type { End } from './end.ts';
import { segmentRows } from './fields.ts';
import { writeSegmentCard, writeSegmentInfo } from './info.ts';
import type { Reset } from './resets.ts';

/** Of a time that this segment does not tell. Not a number of its own: clocks that go backwards measure less than 0. */
export const NOT_MEASURED = Number.NEGATIVE_INFINITY;

/**
 * One segment in its connection: what the tracker found out about it. Reused; holds for the packet at hand only.
 * Times are nanoseconds since the connection's first segment.
 */
export class Segment implements Context, SequenceReference {
  readonly rows: readonly Row[] = segmentRows;
  column: string = 'TCP';
  connection!: Connection;
  /** Who sent it, who gets it. */
  sender!: End;
  receiver!: End;
  frame = 0;
  now = 0;
  seq = 0;
  ack = 0;
  flags = 0;
  /** Octets of payload as sent. */
  length = 0;
  /** One past the last number that it occupies: SYN and FIN count one each. */
  next = 0;
  /** As it stands in the header, and scaled where the shift is known. */
  rawWindow = 0;
  window = 0;
  /** Since the first segment of the connection, and since the one before. */
  sinceFirst = 0;
  sinceLast = 0;

  /** Findings of `classify`, one bit each. */
  analysis = 0;
  duplicateNumber = 0;
  duplicateOf = 0;
  /** The frame that it acknowledges exactly, and how long ago that was; 0 for none. */
  acksFrame = 0;
  rtt = NOT_MEASURED;
  initialRtt = -1;
  bytesInFlight = -1;
  pushBytes = -1;
  rto = -1;
  rtoFrame = 0;
  /** True when Wireshark would give it an analysis tree: that is where it prints the initial RTT. */
  analysed = false;
  completeness = 0;
  /** It acknowledges octets that no frame has. */
  unseen = false;

  /** What was expected next from the sender, before this segment. */
  expectedSeq = 0;
  /** Numbers that this segment acknowledges for the first time. */
  acked = 0;
  /** It is the first to acknowledge the receiver's SYN, or its FIN. */
  acksSyn = false;
  acksFin = false;
  /** Why it resets the connection; null for a segment without RST. */
  reset: Reset | null = null;
  /** Of a SYN on ports of an older connection: how long its sender has been in TIME_WAIT for that one; -1 for not at all. */
  waited = -1;
  /** TTL or hop limit that its sender's segments had before it. */
  usualHops = 0;

  get relativeSeq(): number {
    return (this.seq - this.sender.base) >>> 0;
  }

  get relativeAck(): number {
    return (this.ack - this.receiver.base) >>> 0;
  }

  relativeToReceiver(number: number): number {
    return (number - this.receiver.base) >>> 0;
  }

  info(layer: Layer, packet: Packet, out: Writer): void {
    writeSegmentInfo(this, layer, packet, out);
  }

  card(layer: Layer, packet: Packet, out: Writer): void {
    writeSegmentCard(this, layer, packet, out);
  }
}
