import type { Layer } from '../core/layer.ts';
import { after } from '../core/sequence.ts';
import { ACK, SYN } from '../protocols/tcp.ts';
import type { End } from './end.ts';
import type { Segment } from './segment.ts';
import type { TcpState } from './state-change.ts';

/**
 * Why a RST was sent, as far as packets tell. Asked before the reset moves any state.
 *
 * A stack resets in two ways, which look different. Answering a segment that fits no connection, it takes the RST's number
 * from that segment's acknowledgment and sets no ACK (RFC 9293 §3.10.7.1). Aborting a connection of its own, it sends
 * RST with ACK at SND.NXT, as any other segment (§3.10.5; Linux and BSD alike).
 */
export type ResetCause =
  /** Nobody listens on the port. */
  | 'refused'
  /** Data came for a socket that its application had closed for good. */
  | 'closed-socket'
  /** The end had left the connection behind, in TIME_WAIT or later. */
  | 'time-wait'
  /** The end has reset the connection before, and something was still on its way. */
  | 'again'
  /** The end knows nothing of a connection that the other holds open: it was restarted, or lost its memory. */
  | 'half-open'
  /** The answer to a SYN that the end does not stand by (any more): it gave up, or it never sent one. */
  | 'unexpected-answer'
  /** The application closed while data that had arrived was unread. */
  | 'unread-data'
  /** The application asked for a reset instead of a FIN: SO_LINGER with 0, or its process died. */
  | 'linger'
  /** The other end stopped answering, retransmissions or keep-alive probes in vain, and this one gave up. */
  | 'gave-up'
  /** It did not come from the end whose address it carries. */
  | 'middle';

export interface Reset {
  /** The likely causes, the likeliest first. Empty: these packets cannot tell. */
  readonly causes: readonly ResetCause[];
  /** The frame that it answers, where it answers one. */
  readonly answers: number | null;
}

const CANNOT_TELL: Reset = { causes: [], answers: null };

/** Data this recent may well lie unread; what came earlier has probably been read. In nanoseconds. */
const UNREAD_WITHIN = 1_000_000_000;

/** Repetitions without an answer after which a reset looks like giving up. */
const IN_VAIN = 2;

/** States in which an end has finished with the connection. */
const FINISHED: ReadonlySet<TcpState> = new Set<TcpState>(['TIME_WAIT', 'CLOSED', 'LAST_ACK', 'CLOSING']);

/** @param before the sender's state when it sent the RST */
export function whyReset(segment: Segment, layer: Layer, before: TcpState): Reset {
  const { sender, receiver } = segment;
  if (fromElsewhere(sender, layer) || tooSoon(segment))
    return { causes: ['middle', ...likely(segment, before).causes], answers: null };
  if (receiver.lastFrame === 0) return CANNOT_TELL;
  return likely(segment, before);
}

function likely(segment: Segment, before: TcpState): Reset {
  const { sender, receiver, flags } = segment;
  if (receiver.lastFrame === 0) return CANNOT_TELL;
  const answers = receiver.lastFrame;
  const answersSyn = (receiver.lastTcpFlags & (SYN | ACK)) === SYN;
  if (flags & ACK) {
    if (answersSyn && segment.ack === receiver.lastNext && !sender.hasSent) return { causes: ['refused'], answers };
    const next = segment.seq === sender.sndNxt || (sender.missed && after(segment.seq, sender.sndNxt));
    if (!sender.hasSent || !next) return CANNOT_TELL;
    return { causes: aborted(segment), answers: null };
  }
  if (segment.seq !== receiver.lastAck) return CANNOT_TELL;
  return { causes: [misfit(segment, before)], answers };
}

/** A segment came that fits no connection at the end which answers. */
function misfit({ sender, receiver }: Segment, before: TcpState): ResetCause {
  if ((receiver.lastTcpFlags & (SYN | ACK)) === (SYN | ACK)) return 'unexpected-answer';
  if (before === 'CLOSED' && sender.resetSent) return 'again';
  if (FINISHED.has(before) && receiver.lastLength === 0) return 'time-wait';
  if (sender.finSeen) return 'closed-socket';
  return 'half-open';
}

/** An abort of the end's own: unread data is ruled out when none ever came. */
function aborted({ sender, receiver, now }: Segment): readonly ResetCause[] {
  if (sender.unanswered >= IN_VAIN) return ['gave-up', 'linger'];
  if (receiver.lastDataTime < 0) return ['linger'];
  const recent = now - receiver.lastDataTime < UNREAD_WITHIN;
  const answered = sender.lastDataTime > receiver.lastDataTime;
  return recent && !answered ? ['unread-data', 'linger'] : ['linger', 'unread-data'];
}

/**
 * All earlier packets of the sender came with one TTL (hop limit), and this one with another that no change of route
 * explains.
 */
const ROUTE_CHANGE = 2;

function fromElsewhere(sender: End, layer: Layer): boolean {
  if (sender.hopsSeen < 2 || sender.hopsVary) return false;
  return Math.abs(hopLimit(layer) - sender.hops) > ROUTE_CHANGE;
}

/** Round trips shorter than this are measured at the sender's own side, and say nothing of the way. In nanoseconds. */
const MEANINGFUL = 2_000_000;

/** It acknowledges what it can hardly have got yet: it is a third faster than its sender ever was. */
function tooSoon({ connection, sender, receiver, flags, ack, now }: Segment): boolean {
  if ((flags & ACK) === 0 || receiver.lastLength === 0 || ack !== receiver.lastNext) return false;
  // Data may always be answered late; the handshake is not.
  const shortest = Math.min(sender.shortestRtt, connection.initialRtt);
  return shortest > MEANINGFUL && now - receiver.lastAckTime < (shortest * 2) / 3;
}

/** TTL of IPv4, hop limit of IPv6. */
export function hopLimit(layer: Layer): number {
  const network = layer.network!;
  return network.bytes[network.start + (network.protocol.addresses!.size === 4 ? 8 : 7)]!;
}
