import { u16 } from '../core/bytes.ts';
import { seen } from '../events/event.ts';
import { SYN } from '../protocols/tcp.ts';
import {
  type FlowControl,
  PACKET_ACK,
  PACKET_FLAGS,
  PACKET_FRAME,
  PACKET_ID,
  PACKET_LENGTH,
  PACKET_NUMBERS,
  PACKET_SEQ,
  PACKET_TIME,
} from './flow-control.ts';
import type { Segment } from './segment.ts';
import { frame, seconds, type Telling } from './telling.ts';

/** A copy that comes later than this may as well have been sent again under its old number. In nanoseconds. */
const COPY_WITHIN = 100_000_000;
/** Packets of an end that a copy is looked for in. */
const REMEMBERED = 8;
const IDENTIFICATION = 4;

/**
 * The same packet a second time: IPv4's identification is the same, where each packet of this sender has another. It was
 * captured at two places or doubled on the way, and nothing that Wireshark says of it (retransmission, duplicate ACK) is
 * its sender's doing. IPv6 has no such number.
 */
export function tellTwice(t: Telling): boolean {
  const { segment, mine, layer, packet } = t;
  const network = layer.network!;
  if (network.protocol.addresses!.size !== 4) return false;
  const at = network.start + IDENTIFICATION;
  const id = u16(network.bytes, at);
  const { recent } = mine;
  const first = id === 0 ? -1 : findCopy(mine, segment, id);
  // The very first packet has none to differ from; but no SYN is sent again this soon (RFC 6298 §2.1).
  if (first < 0 || !((segment.flags & SYN) !== 0 || hasOther(mine, id))) {
    remember(recent, mine.recentNext * PACKET_NUMBERS, segment, id);
    mine.recentEnd = Math.max(mine.recentEnd, (mine.recentNext + 1) * PACKET_NUMBERS);
    mine.recentNext = (mine.recentNext + 1) % REMEMBERED;
    return false;
  }
  mine.copyFrame = segment.frame;
  t.raise('tcp.twice', {
    sender: t.sender,
    id: seen(packet, network, 'ip.id', at, 2, `0x${id.toString(16).padStart(4, '0')}`),
    first: frame(recent[first + PACKET_FRAME]!),
    after: seconds(segment.now - recent[first + PACKET_TIME]!, recent[first + PACKET_FRAME]),
  });
  return true;
}

/** Where the packet stands that this one is a copy of; -1 for none. */
function findCopy({ recent, recentEnd }: FlowControl, { seq, ack, flags, length, now }: Segment, id: number): number {
  for (let i = 0; i < recentEnd; i += PACKET_NUMBERS) {
    if (recent[i + PACKET_ID] !== id || recent[i + PACKET_SEQ] !== seq || recent[i + PACKET_ACK] !== ack) continue;
    if (
      recent[i + PACKET_FLAGS] === flags &&
      recent[i + PACKET_LENGTH] === length &&
      isSoon(now - recent[i + PACKET_TIME]!)
    )
      return i;
  }
  return -1;
}

function hasOther({ recent, recentEnd }: FlowControl, id: number): boolean {
  for (let i = 0; i < recentEnd; i += PACKET_NUMBERS) if (recent[i + PACKET_ID] !== id) return true;
  return false;
}

function remember(recent: number[], at: number, segment: Segment, id: number): void {
  recent[at + PACKET_ID] = id;
  recent[at + PACKET_SEQ] = segment.seq;
  recent[at + PACKET_ACK] = segment.ack;
  recent[at + PACKET_FLAGS] = segment.flags;
  recent[at + PACKET_LENGTH] = segment.length;
  recent[at + PACKET_FRAME] = segment.frame;
  recent[at + PACKET_TIME] = segment.now;
}

/** Time stamps may go backwards between two interfaces. */
const isSoon = (elapsed: number): boolean => Math.abs(elapsed) < COPY_WITHIN;
