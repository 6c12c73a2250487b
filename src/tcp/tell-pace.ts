import type { Layer } from '../core/layer.ts';
import { concluded } from '../events/event.ts';
import { FIN, headerLength, SYN } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION, LOST_SEGMENT } from './analysis.ts';
import {
  type FlowControl,
  TOLD_FLIGHT,
  TOLD_FULL_SEGMENTS,
  TOLD_JOINED_SEGMENTS,
  TOLD_SLOW_START,
} from './flow-control.ts';
import type { Segment } from './segment.ts';
import { frame, seconds, type Telling } from './telling.ts';

/** What sets the pace: the application, the window, the two delays against small segments, slow start. */

/** A silence of this many round trips, and this long, is no waiting for the network. In nanoseconds. */
const SILENT_TRIPS = 3;
const SILENT = 100_000_000;

/** A held segment follows the ACK that it waited for within this part of the time that the ACK took. */
const RELEASED = 1 / 20;
const HELD_AT_LEAST = 5_000_000;

/** Timers for delayed ACKs: 40 ms at least on Linux, 500 ms at most anywhere (RFC 9293 §3.8.6.3). */
const DELAY_AT_LEAST = 35_000_000;
const DELAY_AT_MOST = 500_000_000;

/** Round trips shorter than this are a wire or no wire at all: what is sent in one is up to the machines. In nanoseconds. */
const WORTH_COUNTING = 2_000_000;
/**
 * What an ACK lets go comes one round trip behind what it acknowledges, wherever between both ends the packets were
 * captured. It begins the next round, be the way a little faster than in the handshake; what comes much later had another
 * reason to wait.
 */
const ROUND_OVER = 9 / 10;
const ROUND_MISSED = 2;
/** Every ACK lets as much more follow as it acknowledges (RFC 5681 §3.1), or half of that where each acknowledges two segments. */
const GROWS_AT_LEAST = 1.4;
const GROWS_AT_MOST = 2.4;
const ROUNDS = 3;
/** Octets of options that a segment of full size may lose to them. */
const OPTIONS = 20;

/** New data. */
export function tellDataPace(t: Telling): void {
  const { segment } = t;
  if ((segment.analysis & LOST_SEGMENT) === 0) tellPause(t);
  tellNagle(t);
  tellSize(t);
  tellFlight(t);
  tellSlowStart(t, t.mine);
  countInRound(t.mine, segment);
}

/** Silence, with nothing unacknowledged and an open window: neither window nor network made it wait. */
function tellPause(t: Telling): void {
  const { segment } = t;
  const { receiver, sinceLast, initialRtt } = segment;
  const { window } = t.theirs;
  if (initialRtt <= 0 || window < segment.length || receiver.lastAck !== segment.expectedSeq) return;
  if (sinceLast < SILENT || sinceLast < SILENT_TRIPS * initialRtt) return;
  t.raise('tcp.pause', {
    ...t.ends,
    pause: seconds(sinceLast, segment.frame),
    window: concluded(window, receiver.lastFrame, 'tcp.window_size'),
  });
}

/** A small segment right behind the ACK of another small one (RFC 896). Told only where the packets were captured at its sender. */
function tellNagle(t: Telling): void {
  const { segment, mine } = t;
  const { receiver, now } = segment;
  const waited = mine.emptiedAfter;
  if (mine.emptiedFrame === 0 || mine.emptiedFrame !== receiver.lastFrame || segment.flags & FIN) return;
  if (waited < HELD_AT_LEAST || now - mine.emptiedTime > waited * RELEASED) return;
  if (receiver.mss === 0 || segment.length >= receiver.mss / 2) return;
  const after = seconds(now - mine.emptiedTime, mine.emptiedFrame);
  t.raise('tcp.nagle', {
    sender: t.sender,
    length: t.length,
    ack: frame(mine.emptiedFrame),
    waited: seconds(waited, mine.emptiedFrame),
    after,
  });
}

/** Segments cut at the MSS, or larger: not cut yet, or joined again. */
function tellSize(t: Telling): void {
  const { segment, layer, mine } = t;
  const { receiver, length } = segment;
  if (receiver.mss === 0) return;
  const options = headerLength(layer) - 20;
  const mss = concluded(receiver.mss, receiver.synFrame, 'tcp.options.mss_val');
  const full = fullLength(segment, layer);
  if (length > receiver.mss) {
    if (!t.firstTime(mine, TOLD_JOINED_SEGMENTS)) return;
    t.raise('tcp.segments.joined', { ...t.ends, length: t.length, mss, pieces: t.here(Math.ceil(length / full)) });
  } else if (length === full && t.firstTime(mine, TOLD_FULL_SEGMENTS)) {
    t.raise('tcp.segments.full', { ...t.ends, length: t.length, mss, options: t.here(options) });
  }
}

/** Octets of data that fill a segment with options such as this one's; 0 where no MSS was seen. */
export function fullLength({ sender, receiver }: Segment, layer: Layer): number {
  if (receiver.mss === 0) return 0;
  return Math.min(receiver.mss, sender.mss || receiver.mss) - (headerLength(layer) - 20);
}

/** What is under way, beside what the window allows: once for each end, when it is more than this segment. */
function tellFlight(t: Telling): void {
  const { segment, mine } = t;
  const { window } = t.theirs;
  const room = window - segment.bytesInFlight;
  if (segment.bytesInFlight <= segment.length || window < 0 || room <= 0 || !t.firstTime(mine, TOLD_FLIGHT)) return;
  t.raise('tcp.window.flight', {
    ...t.ends,
    inFlight: concluded(segment.bytesInFlight, segment.frame, 'tcp.analysis.bytes_in_flight'),
    window: concluded(window, segment.receiver.lastFrame, 'tcp.window_size'),
    room: t.here(room),
  });
}

/** Adds new data to the round trip at hand, or begins one with it. */
function countInRound(flow: FlowControl, { now, initialRtt, length }: Segment): void {
  if (flow.inRound === 0) {
    if (now - flow.roundTime > ROUND_MISSED * initialRtt) flow.rounds.length = flow.roundTimes.length = 0;
    flow.roundTime = now;
  }
  flow.inRound += length;
}

/** An ACK. */
export function tellAckPace(t: Telling): void {
  if (t.segment.acked === 0) return;
  tellDelayed(t);
  rememberEmptied(t);
  tellSlowStart(t, t.theirs);
}

/** One segment acknowledged later than the way takes: its receiver waited for data of its own to send along. */
function tellDelayed(t: Telling): void {
  const { segment } = t;
  const { sender, receiver, rtt, initialRtt } = segment;
  if (segment.length > 0 || segment.flags & FIN || receiver.lastTcpFlags & SYN || sender.sacks.length > 0) return;
  if (segment.acksFrame === 0 || segment.acksFrame !== receiver.lastFrame) return;
  if (receiver.lastFlags & ANY_RETRANSMISSION) return;
  const usual = sender.shortestRtt > 0 ? Math.min(sender.shortestRtt, initialRtt) : initialRtt;
  if (usual <= 0 || rtt < 2 * usual || rtt - usual < DELAY_AT_LEAST || rtt - usual > DELAY_AT_MOST) return;
  t.raise('tcp.ack.delayed', {
    sender: t.sender,
    of: frame(segment.acksFrame),
    rtt: seconds(rtt, segment.acksFrame),
    usual: seconds(usual, segment.frame),
  });
}

/** An ACK without data that leaves nothing under way: what is sent right behind it may have waited for it. */
function rememberEmptied({ segment, theirs }: Telling): void {
  const { receiver } = segment;
  const emptied = segment.length === 0 && segment.ack === receiver.sndNxt && receiver.lastLength === segment.acked;
  theirs.emptiedFrame = emptied && segment.rtt > 0 && segment.acked < receiver.mss ? segment.frame : 0;
  theirs.emptiedTime = segment.now;
  theirs.emptiedAfter = segment.rtt;
}

/** Asked with every segment, whether it ends a round trip of the data of either end, the third in a row that grew. */
function tellSlowStart(t: Telling, flow: FlowControl): void {
  const { now, initialRtt, sender, receiver, frame: number } = t.segment;
  if (flow.hasRepaired || flow.told & TOLD_SLOW_START || initialRtt < WORTH_COUNTING) return;
  if (flow.inRound === 0 || now - flow.roundTime < ROUND_OVER * initialRtt) return;
  flow.rounds.push(flow.inRound);
  flow.roundTimes.push(flow.roundTime);
  flow.inRound = 0;
  if (flow.rounds.length > ROUNDS) {
    flow.rounds.shift();
    flow.roundTimes.shift();
  }
  const mine = flow === t.mine;
  const [first = 0, second = 0, third = 0] = flow.rounds;
  const { mss } = mine ? receiver : sender;
  if (mss === 0 || first < 2 * (mss - OPTIONS) || !grows(first, second) || !grows(second, third)) return;
  if (!t.firstTime(flow, TOLD_SLOW_START)) return;
  t.raise('tcp.slow-start', {
    sender: mine ? t.sender : t.receiver,
    first: t.here(first),
    second: t.here(second),
    third: t.here(third),
    took: seconds(now - flow.roundTimes[0]!, number),
  });
}

const grows = (before: number, after: number): boolean =>
  after >= before * GROWS_AT_LEAST && after <= before * GROWS_AT_MOST;
