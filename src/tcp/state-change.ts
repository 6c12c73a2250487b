import type { Stimulus } from './states.ts';

/** The states of RFC 9293 §3.3.2, as netstat writes them, and ours for an end whose beginning was not captured. */
export type TcpState =
  | 'CLOSED'
  | 'LISTEN'
  | 'SYN_SENT'
  | 'SYN_RECEIVED'
  | 'ESTABLISHED'
  | 'FIN_WAIT_1'
  | 'FIN_WAIT_2'
  | 'CLOSE_WAIT'
  | 'CLOSING'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'UNKNOWN';

/** What shows a state that no row of the table leads to: where the capture began late, or missed something. */
export type Inference =
  | 'data-both-ways'
  | 'peer-not-closed'
  | 'not-closed'
  | 'fin-sent-first'
  | 'fin-received-first'
  | 'fin-one-direction'
  | 'acked-not-captured'
  | 'direction-not-captured'
  | 'reset-behind-missed'
  | 'ports-reused';

/** One step of one end, made by the packet at hand or, with `frame` null, by a timer. */
export interface StateChange {
  readonly stream: number;
  /** `address:port` of the end, and of the other one. */
  readonly end: string;
  readonly peer: string;
  /** What the end is in this connection, where the packets tell. */
  readonly role: 'client' | 'server' | null;
  readonly from: TcpState;
  readonly to: TcpState;
  /** What made it, a stimulus of the table: `sent SYN`, `received FIN`, `timer`. Or what shows it. */
  readonly by: Stimulus | Inference;
  /** The sender's change is seen; the receiver's is inferred: it happens when the segment arrives. */
  readonly certainty: 'seen' | 'inferred';
  readonly frame: number | null;
  /** Nanoseconds since the capture's first frame: the segment's, or when the timer ended. */
  readonly time: number;
}
