import { minus } from '../core/sequence.ts';
import { concluded } from '../events/event.ts';
import { FIN, headerLength, SYN } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION, LOST_SEGMENT } from './analysis.ts';
import {
  type FlowControl,
  firstTime,
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

/** How much more must be under way from one round trip to the next to call it doubling, and how much less than all. */
const DOUBLING = 1.6;
const DOUBLED_AT_MOST = 2.6;
const ROUNDS = 3;

/** New data. */
export function tellDataPace(t: Telling): void {
  const { segment } = t;
  if ((segment.analysis & LOST_SEGMENT) === 0) tellPause(t);
  tellNagle(t);
  tellSize(t);
  tellFlight(t);
  watchRound(t.mine, segment);
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
    pause: seconds(sinceLast),
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
    ...t.ends,
    length: t.length,
    ack: frame(mine.emptiedFrame),
    waited: seconds(waited, mine.emptiedFrame),
    after,
  });
}

/** Segments cut at the MSS, or larger: not cut yet, or joined again. */
function tellSize(t: Telling): void {
  const { segment, layer, mine } = t;
  const { sender, receiver, length } = segment;
  if (receiver.mss === 0) return;
  const options = headerLength(layer) - 20;
  const mss = concluded(receiver.mss, receiver.synFrame, 'tcp.options.mss_val');
  const full = Math.min(receiver.mss, sender.mss || receiver.mss) - options;
  if (length > receiver.mss) {
    if (!firstTime(mine, TOLD_JOINED_SEGMENTS)) return;
    t.raise('tcp.segments.joined', { ...t.ends, length: t.length, mss, pieces: concluded(Math.ceil(length / full)) });
  } else if (length === full && firstTime(mine, TOLD_FULL_SEGMENTS)) {
    t.raise('tcp.segments.full', { ...t.ends, length: t.length, mss, options: concluded(options) });
  }
}

/** What is under way, beside what the window allows: once for each end, when it is more than this segment. */
function tellFlight(t: Telling): void {
  const { segment, mine } = t;
  const { window } = t.theirs;
  const room = window - segment.bytesInFlight;
  if (segment.bytesInFlight <= segment.length || window < 0 || room <= 0 || !firstTime(mine, TOLD_FLIGHT)) return;
  t.raise('tcp.window.flight', {
    ...t.ends,
    inFlight: concluded(segment.bytesInFlight, segment.frame, 'tcp.analysis.bytes_in_flight'),
    window: concluded(window, segment.receiver.lastFrame, 'tcp.window_size'),
    room: concluded(room),
  });
}

/** Round trips in a row, each begun by data behind the ACK of what began the one before. Silence begins them anew. */
function watchRound(flow: FlowControl, segment: Segment): void {
  const idle = segment.receiver.lastAck === segment.expectedSeq && segment.sinceLast > segment.initialRtt;
  if (idle || flow.roundTimes.length === 0) {
    flow.peaks.length = 0;
    flow.peak = 0;
    flow.roundTimes = [segment.now];
    flow.roundEnd = segment.next;
  }
  if (segment.bytesInFlight > flow.peak) flow.peak = segment.bytesInFlight;
}

/** An ACK. */
export function tellAckPace(t: Telling): void {
  if (t.segment.acked === 0) return;
  tellDelayed(t);
  rememberEmptied(t);
  tellSlowStart(t);
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
    ...t.ends,
    of: frame(segment.acksFrame),
    rtt: concluded(rtt / 1e9, segment.acksFrame, 'tcp.analysis.ack_rtt'),
    usual: seconds(usual),
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

/** A round trip is over when what was the last number at its beginning is acknowledged. */
function tellSlowStart(t: Telling): void {
  const { segment, theirs } = t;
  const { receiver } = segment;
  if (theirs.roundTimes.length === 0 || theirs.hasRepaired || theirs.told & TOLD_SLOW_START) return;
  if (minus(segment.ack, theirs.roundEnd) < 0) return;
  theirs.peaks.push(theirs.peak);
  theirs.roundTimes.push(segment.now);
  theirs.roundEnd = receiver.sndNxt;
  theirs.peak = 0;
  if (theirs.peaks.length > ROUNDS) {
    theirs.peaks.shift();
    theirs.roundTimes.shift();
  }
  const [first = 0, second = 0, third = 0] = theirs.peaks;
  if (receiver.mss === 0 || first < 2 * (receiver.mss - 20)) return;
  if (!doubles(first, second) || !doubles(second, third) || !firstTime(theirs, TOLD_SLOW_START)) return;
  t.raise('tcp.slow-start', {
    sender: t.receiver,
    receiver: t.sender,
    first: concluded(first),
    second: concluded(second),
    third: concluded(third),
    took: seconds(segment.now - theirs.roundTimes[0]!),
  });
}

const doubles = (before: number, after: number): boolean =>
  after >= before * DOUBLING && after <= before * DOUBLED_AT_MOST;
