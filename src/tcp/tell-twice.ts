import { u16 } from '../core/bytes.ts';
import { seen } from '../events/event.ts';
import { SYN } from '../protocols/tcp.ts';
import type { Recent } from './flow-control.ts';
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
  const first = id === 0 ? undefined : mine.recent.find((earlier) => isCopy(t, earlier, id));
  // The very first packet has none to differ from; but no SYN is sent again this soon (RFC 6298 §2.1).
  const numbers = (segment.flags & SYN) !== 0 || mine.recent.some((earlier) => earlier.id !== id);
  if (first === undefined || !numbers) {
    const { seq, ack, flags, length, frame: number, now: time } = segment;
    mine.recent[mine.recentNext] = { id, seq, ack, flags, length, frame: number, time };
    mine.recentNext = (mine.recentNext + 1) % REMEMBERED;
    return false;
  }
  mine.copyFrame = segment.frame;
  t.raise('tcp.twice', {
    sender: t.sender,
    id: seen(packet, network, 'ip.id', at, 2, `0x${id.toString(16).padStart(4, '0')}`),
    first: frame(first.frame),
    after: seconds(segment.now - first.time, first.frame),
  });
  return true;
}

function isCopy({ segment }: Telling, earlier: Recent, id: number): boolean {
  if (earlier.id !== id || earlier.seq !== segment.seq || earlier.ack !== segment.ack) return false;
  return earlier.flags === segment.flags && earlier.length === segment.length && isSoon(segment.now - earlier.time);
}

/** Time stamps may go backwards between two interfaces. */
const isSoon = (elapsed: number): boolean => Math.abs(elapsed) < COPY_WITHIN;
