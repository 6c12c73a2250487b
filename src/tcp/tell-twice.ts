import { u16 } from '../core/bytes.ts';
import { seen } from '../events/event.ts';
import { SYN } from '../protocols/tcp.ts';
import type { Segment } from './segment.ts';
import { frame, seconds, type Telling } from './telling.ts';

/** A copy that comes later than this may as well have been sent again under its old number. In nanoseconds. */
const COPY_WITHIN = 100_000_000;
/** Packets of an end that a copy is looked for in. */
const REMEMBERED = 8;
const IDENTIFICATION = 4;

/** A packet in `FlowControl.recent`: so many numbers, in this order. A copy has the same of all but the last two. */
const NUMBERS = 7;
const ID = 0;
const SEQ = 1;
const ACKNOWLEDGED = 2;
const FLAGS = 3;
const LENGTH = 4;
const FRAME = 5;
const TIME = 6;

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
  const first = id === 0 ? -1 : findCopy(recent, segment, id);
  // The very first packet has none to differ from; but no SYN is sent again this soon (RFC 6298 §2.1).
  if (first < 0 || !((segment.flags & SYN) !== 0 || hasOther(recent, id))) {
    remember(recent, mine.recentNext * NUMBERS, segment, id);
    mine.recentNext = (mine.recentNext + 1) % REMEMBERED;
    return false;
  }
  mine.copyFrame = segment.frame;
  t.raise('tcp.twice', {
    sender: t.sender,
    id: seen(packet, network, 'ip.id', at, 2, `0x${id.toString(16).padStart(4, '0')}`),
    first: frame(recent[first + FRAME]!),
    after: seconds(segment.now - recent[first + TIME]!, recent[first + FRAME]),
  });
  return true;
}

/** Where the packet stands that this one is a copy of; -1 for none. */
function findCopy(recent: readonly number[], { seq, ack, flags, length, now }: Segment, id: number): number {
  for (let i = 0; i < recent.length; i += NUMBERS) {
    if (recent[i + ID] !== id || recent[i + SEQ] !== seq || recent[i + ACKNOWLEDGED] !== ack) continue;
    if (recent[i + FLAGS] === flags && recent[i + LENGTH] === length && isSoon(now - recent[i + TIME]!)) return i;
  }
  return -1;
}

function hasOther(recent: readonly number[], id: number): boolean {
  for (let i = 0; i < recent.length; i += NUMBERS) if (recent[i + ID] !== id) return true;
  return false;
}

function remember(recent: number[], at: number, segment: Segment, id: number): void {
  recent[at + ID] = id;
  recent[at + SEQ] = segment.seq;
  recent[at + ACKNOWLEDGED] = segment.ack;
  recent[at + FLAGS] = segment.flags;
  recent[at + LENGTH] = segment.length;
  recent[at + FRAME] = segment.frame;
  recent[at + TIME] = segment.now;
}

/** Time stamps may go backwards between two interfaces. */
const isSoon = (elapsed: number): boolean => Math.abs(elapsed) < COPY_WITHIN;
