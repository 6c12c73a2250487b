import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Ending, Flow, FlowEnd } from '../flows/flow.ts';
import { serviceOf } from '../flows/service.ts';
import { checksumVerdict, dstPort, RST, srcPort, tcp } from '../protocols/tcp.ts';
import {
  ANY_RETRANSMISSION,
  DUPLICATE_ACK,
  KEEP_ALIVE,
  LOST_SEGMENT,
  OUT_OF_ORDER,
  ZERO_WINDOW,
  ZERO_WINDOW_PROBE_ACK,
} from './analysis.ts';
import { COMPLETE_SYN, type Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { SentSegments, Summary } from './counts.ts';
import type { End } from './end.ts';
import { Segment } from './segment.ts';
import { provenState } from './sockets.ts';

/** Takes a tracked packet in: counts each of its segments. `wanted`: this frame was asked for. */
export function summarize(packet: Packet, wanted: boolean): void {
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.protocol === tcp && layer.context instanceof Segment) count(layer.context, layer, packet, wanted);
  }
}

function count(segment: Segment, layer: Layer, packet: Packet, wanted: boolean): void {
  const { connection, sender, length, analysis } = segment;
  connection.summary ??= connection.newSummary();
  const { summary } = connection;
  const fromA = sender === connection.a;
  const sent = fromA ? summary.a : summary.b;
  summary.span.mark(packet.frame, wanted);
  sent.count(packet.frame, length);
  // A keep-alive repeats an octet to get an answer, not because it was lost.
  if (analysis & ANY_RETRANSMISSION && (analysis & KEEP_ALIVE) === 0) sent.retransmissions++;
  if (analysis & OUT_OF_ORDER) sent.outOfOrder++;
  if (analysis & LOST_SEGMENT) sent.lostSegments++;
  if (analysis & DUPLICATE_ACK) sent.duplicateAcks++;
  if (analysis & (ZERO_WINDOW | ZERO_WINDOW_PROBE_ACK)) sent.zeroWindows++;
  if (segment.flags & RST) noteReset(segment, summary, fromA);
  summary.service ??= serviceOf(layer, packet);
  if (checksumVerdict(layer) === 'bad') sent.badChecksums++;
  const whole = layer.capturedEnd >= layer.wireEnd;
  summary.zeek.segment(segment, fromA, whole, srcPort(layer), dstPort(layer));
}

/** The first reset that ended a connection which both ends had not closed before. */
function noteReset(segment: Segment, summary: Summary, fromA: boolean): void {
  const { connection, sender, receiver } = segment;
  if (summary.resetFrame > 0 || isClosed(connection)) return;
  if (sender.state !== 'CLOSED' && receiver.state !== 'CLOSED') return;
  summary.resetFrame = segment.frame;
  summary.resetByA = fromA;
  summary.refused = receiver.synSeen && !sender.synSeen && receiver.role === 'client';
  summary.cause = segment.reset?.causes[0] ?? null;
}

const isClosed = ({ a, b }: Connection): boolean => a.finSeen && b.finSeen && a.finAcked && b.finAcked;

/** The connections that were counted, in the order in which they began. */
export function* tcpFlows(connections: Connections): Generator<Flow> {
  for (const connection of connections.inTurn()) {
    if (connection.summary !== null) yield flowOf(connection, connection.summary);
  }
}

function flowOf(connection: Connection, summary: Summary): Flow {
  const { a, b, nameA, nameB, initialRtt } = connection;
  const [endedBy, endedFrame] = endOf(connection, summary);
  const ending = endingOf(connection, summary);
  return {
    protocol: 'tcp',
    stream: connection.stream,
    span: summary.span,
    service: summary.service,
    a: flowEnd(a, nameA, summary.a),
    b: flowEnd(b, nameB, summary.b),
    initialRtt: initialRtt > 0 ? initialRtt : null,
    reusedPorts: connection.reusedPorts,
    midStream: (connection.completeness & COMPLETE_SYN) === 0,
    ending,
    endedBy: endedBy === null ? null : endedBy === a ? nameA : nameB,
    endedFrame,
    cause: summary.cause,
    connState: summary.zeek.state,
    history: summary.zeek.history.text,
  };
}

const flowEnd = (end: End, name: string, sent: SentSegments): FlowEnd => ({
  name,
  role: end.role,
  sent,
  trouble: sent,
  state: provenState(end),
});

function endingOf(connection: Connection, summary: Summary): Ending {
  const { a, b } = connection;
  if (summary.resetFrame > 0) return summary.refused ? 'refused' : 'reset';
  if (isClosed(connection)) return 'closed';
  if (a.finSeen && b.finSeen) return 'closing';
  if (a.finSeen || b.finSeen) return 'half-closed';
  if (summary.b.packets === 0 && a.synSeen) return 'unanswered';
  return connection.succeeded ? 'superseded' : 'open';
}

/** Who ended it, and where. */
function endOf({ a, b }: Connection, { resetFrame, resetByA }: Summary): [End | null, number | null] {
  if (resetFrame > 0) return [resetByA ? a : b, resetFrame];
  if (!a.finSeen && !b.finSeen) return [null, null];
  const first = a.finSeen && (!b.finSeen || a.finFrame < b.finFrame) ? a : b;
  return [first, first.finFrame];
}
