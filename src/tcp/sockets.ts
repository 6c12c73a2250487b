import { minus } from '../core/sequence.ts';
import type { Connection } from './connection.ts';
import type { End } from './end.ts';
import type { TcpState } from './state-change.ts';

/** One socket, as its machine would list it. */
export interface Socket {
  /** `address:port` of the end whose machine it is. */
  readonly local: string;
  /** Null for a socket that listens. */
  readonly foreign: string | null;
  readonly state: TcpState;
  /** False where nothing that its machine sent was captured. */
  readonly seen: boolean;
  /** Octets sent and not acknowledged; null where the packets do not tell. */
  readonly sendQueue: number | null;
}

/**
 * Where an end stands as far as anything proves it. That a SYN will find somebody who listens is expected while it is on
 * its way; who looks back on the capture and sees no answer knows nothing of that end.
 */
export const provenState = ({ state, hasSent }: End): TcpState =>
  state === 'SYN_RECEIVED' && !hasSent ? 'UNKNOWN' : state;

/**
 * The TCP sockets as the packets so far show them: ends of connections that are not CLOSED, and those that listen, which
 * an answered SYN proves, until a SYN to the same port is refused. The other end of a SYN without an answer is UNKNOWN; in
 * the middle of a connection, an end that has sent nothing is left out.
 */
export function* socketsOf(connections: Iterable<Connection>): Generator<Socket> {
  const listening = new Map<string, boolean>();
  for (const connection of connections) {
    for (const end of [connection.a, connection.b]) noteListener(connection, end, listening);
  }
  for (const [local, listens] of listening) {
    if (listens) yield { local, foreign: null, state: 'LISTEN', seen: true, sendQueue: null };
  }
  for (const connection of connections) {
    if (connection.succeeded) continue;
    for (const end of [connection.a, connection.b]) {
      const peer = connection.peerOf(end);
      if (end.state === 'CLOSED' || end.state === 'LISTEN') continue;
      if (end.state === 'UNKNOWN' && !end.hasSent) continue;
      const [local, foreign] = [connection.nameOf(end), connection.nameOf(peer)];
      yield { local, foreign, state: provenState(end), seen: end.hasSent, sendQueue: unacknowledged(end, peer) };
    }
  }
}

function noteListener(connection: Connection, end: End, listening: Map<string, boolean>): void {
  if (end.role !== 'server') return;
  const name = connection.nameOf(end);
  if (end.synSeen) listening.set(name, true);
  else if (end.resetSent && !connection.peerOf(end).synAcked) listening.set(name, false);
}

/** What the other end has not acknowledged, FIN and SYN not counted. */
function unacknowledged(end: End, peer: End): number | null {
  if (!peer.hasAcked) return null;
  let octets = Math.max(0, minus(end.sndNxt, peer.lastAck));
  if (end.finSeen && !end.finAcked && octets > 0) octets--;
  return octets;
}
