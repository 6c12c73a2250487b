import { concluded, type Evidence } from '../events/event.ts';
import { SYN } from '../protocols/tcp.ts';
import {
  ANY_RETRANSMISSION,
  KEEP_ALIVE,
  KEEP_ALIVE_ACK,
  WINDOW_FULL,
  WINDOW_UPDATE,
  ZERO_WINDOW_PROBE,
} from './analysis.ts';
import { SCALE_UNKNOWN } from './end.ts';
import type { Segment } from './segment.ts';
import { frame, seconds, type Telling } from './telling.ts';

/** Flow control: what the receiver's window allows, and the questions that keep a silent connection alive. */

/** A probe of a closed window, with an octet or (Linux) without one. Wireshark calls the latter a keep-alive. */
const isProbe = ({ analysis, receiver }: Segment): boolean =>
  (analysis & ZERO_WINDOW_PROBE) !== 0 ||
  ((analysis & KEEP_ALIVE) !== 0 && receiver.hasWindow && receiver.window === 0);

/** It repeats an octet that the other end has acknowledged, so that it must answer (RFC 9293 §3.8.4). */
const isKeepAlive = ({ analysis, receiver, expectedSeq }: Segment): boolean =>
  (analysis & KEEP_ALIVE) !== 0 && receiver.hasAcked && receiver.lastAck === expectedSeq;

/** True for a segment that wants nothing but an answer. */
export const isQuestion = (segment: Segment): boolean => isProbe(segment) || isKeepAlive(segment);

export function tellQuestion(t: Telling): void {
  if (isProbe(t.segment)) tellProbe(t);
  else tellKeepAlive(t);
}

function tellProbe(t: Telling): void {
  const { mine, theirs, segment } = t;
  if (theirs.closedFrame === 0) return;
  const before = mine.probeFrame;
  const since = mine.probes === 0 ? theirs.closedTime : mine.probeTime;
  mine.probes++;
  mine.probeFrame = segment.frame;
  mine.probeTime = segment.now;
  t.raise('tcp.window.zero.probe', {
    ...t.ends,
    closed: frame(theirs.closedFrame),
    count: t.here(mine.probes),
    waited: seconds(segment.now - since, mine.probes === 1 ? theirs.closedFrame : before),
    length: t.length,
  });
}

function tellKeepAlive(t: Telling): void {
  const { mine, segment } = t;
  mine.keepAlives++;
  t.raise('tcp.keep-alive', {
    ...t.ends,
    seq: t.at('tcp.seq', 4, 4, segment.relativeSeq),
    idle: seconds(segment.sinceLast, segment.frame),
    count: t.here(mine.keepAlives),
  });
}

/** What an ACK says of its sender's window. */
export function tellWindow(t: Telling): void {
  const { segment, mine, theirs } = t;
  const { receiver, analysis } = segment;
  theirs.keepAlives = 0;
  if (analysis & KEEP_ALIVE_ACK) {
    const took = seconds(segment.now - receiver.lastAckTime, receiver.lastFrame);
    t.raise('tcp.keep-alive.ack', { ...t.ends, probe: frame(receiver.lastFrame), took });
  }
  if (segment.rawWindow === 0) tellClosed(t);
  else if (mine.closedFrame > 0) tellOpened(t);
  else if (analysis & WINDOW_UPDATE) tellUpdate(t);
  if (analysis & WINDOW_FULL && theirs.window > 0 && (analysis & ANY_RETRANSMISSION) === 0) {
    const window = concluded(theirs.window, receiver.lastFrame, 'tcp.window_size');
    t.raise('tcp.window.full', { ...t.ends, window, length: t.length });
  }
}

/** A window in a SYN counts single octets, whatever the scale (RFC 7323 §2.2). */
export function rememberWindow({ segment, mine }: Telling): void {
  mine.windowInSyn = (segment.flags & SYN) !== 0;
  mine.window = !mine.windowInSyn && segment.sender.scale === SCALE_UNKNOWN ? -1 : segment.window;
}

function tellClosed(t: Telling): void {
  const { segment, mine, theirs } = t;
  if (mine.closedFrame === 0) {
    mine.closedFrame = segment.frame;
    mine.closedTime = segment.now;
    t.raise('tcp.window.zero', { ...t.ends, window: t.at('tcp.window_size_value', 14, 2, 0), ack: t.ack });
  } else if (theirs.probeFrame > 0 && theirs.probeFrame === segment.receiver.lastFrame) {
    t.raise('tcp.window.zero.probe-ack', {
      ...t.ends,
      probe: frame(theirs.probeFrame),
      closed: frame(mine.closedFrame),
      since: seconds(segment.now - mine.closedTime, mine.closedFrame),
    });
  }
}

function tellOpened(t: Telling): void {
  const { segment, mine, theirs } = t;
  t.raise('tcp.window.opened', {
    ...t.ends,
    window: newWindow(t),
    closed: frame(mine.closedFrame),
    took: seconds(segment.now - mine.closedTime, mine.closedFrame),
  });
  mine.closedFrame = 0;
  theirs.probes = 0;
  theirs.probeFrame = 0;
}

/** An ACK that repeats its number with a larger window. With SACK blocks it reports a hole, and the window is by the way. */
function tellUpdate(t: Telling): void {
  const { segment, mine } = t;
  if (segment.sender.sacks.length > 0 || mine.windowInSyn || mine.window < 0 || segment.window <= mine.window) return;
  t.raise('tcp.window.update', { sender: t.sender, window: newWindow(t), before: t.here(mine.window) });
}

const newWindow = ({ segment }: Telling): Evidence => concluded(segment.window, segment.frame, 'tcp.window_size');
