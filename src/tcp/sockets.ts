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
  /** Octets sent and not acknowledged; null where the packets do not tell. */
  readonly sendQueue: number | null;
}

/**
 * The TCP sockets as the packets so far show them: ends of connections that are not CLOSED, and those that listen, which
 * an answered SYN proves, until a SYN to the same port is refused. Of an end that has sent nothing and was told nothing,
 * nothing is known.
 */
export function* socketsOf(connections: Iterable<Connection>): Generator<Socket> {
  const listening = new Map<string, boolean>();
  for (const connection of connections) {
    for (const end of [connection.a, connection.b]) noteListener(connection, end, listening);
  }
  for (const [local, listens] of listening) {
    if (listens) yield { local, foreign: null, state: 'LISTEN', sendQueue: null };
  }
  for (const connection of connections) {
    for (const end of [connection.a, connection.b]) {
      const peer = connection.peerOf(end);
      if (end.state === 'CLOSED' || end.state === 'LISTEN') continue;
      if (end.state === 'UNKNOWN' && !end.hasSent) continue;
      const sendQueue = unacknowledged(end, peer);
      yield { local: connection.nameOf(end), foreign: connection.nameOf(peer), state: end.state, sendQueue };
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
