import type { TcpState } from '../tcp/state-change.ts';

/** A box of the diagram. CLOSED is there twice, as in the RFC: where connections begin, and where they end. */
export type Node = TcpState | 'CLOSED again';

/** Column and row of each box of RFC 9293 §3.3.2, figure 5; `UNKNOWN` is ours, and stands beside it. */
export const NODES: Readonly<Record<Node, readonly [column: 0 | 1 | 2, row: number]>> = {
  UNKNOWN: [0, 0],
  CLOSED: [1, 0],
  LISTEN: [1, 1],
  SYN_RECEIVED: [0, 2],
  SYN_SENT: [2, 2],
  ESTABLISHED: [1, 3],
  FIN_WAIT_1: [0, 4],
  CLOSE_WAIT: [2, 4],
  FIN_WAIT_2: [0, 5],
  CLOSING: [1, 5],
  LAST_ACK: [2, 5],
  TIME_WAIT: [1, 6],
  'CLOSED again': [2, 6],
};

export interface Edge {
  readonly from: Node;
  readonly to: Node;
  /** What happens, and what the end does for it: the RFC's words. Empty for a way that the figure does not have. */
  readonly label: readonly string[];
  /** Where the label stands: on which side of the middle of the edge. */
  readonly side: 'left' | 'right' | 'above' | 'below';
  /** How far its middle is pushed to its left, in rows. */
  readonly bow: number;
}

const edge = (from: Node, to: Node, label: string, side: Edge['side'] = 'right', bow = 0): Edge => ({
  from,
  to,
  label: label.split('/'),
  side,
  bow,
});

/** The arrows of the figure. */
export const EDGES: readonly Edge[] = [
  edge('CLOSED', 'LISTEN', 'passive OPEN', 'left'),
  edge('LISTEN', 'CLOSED', 'CLOSE'),
  edge('CLOSED', 'SYN_SENT', 'active OPEN/snd SYN'),
  edge('SYN_SENT', 'CLOSED', ''),
  edge('LISTEN', 'SYN_RECEIVED', 'rcv SYN/snd SYN,ACK', 'above'),
  edge('SYN_RECEIVED', 'LISTEN', ''),
  edge('LISTEN', 'SYN_SENT', 'SEND/snd SYN', 'below'),
  edge('SYN_SENT', 'SYN_RECEIVED', 'rcv SYN, snd SYN,ACK', 'above'),
  edge('SYN_RECEIVED', 'ESTABLISHED', 'rcv ACK/of SYN', 'below'),
  edge('SYN_SENT', 'ESTABLISHED', 'rcv SYN,ACK/snd ACK', 'below'),
  edge('SYN_RECEIVED', 'FIN_WAIT_1', 'CLOSE/snd FIN', 'left'),
  edge('ESTABLISHED', 'FIN_WAIT_1', 'CLOSE/snd FIN', 'above'),
  edge('ESTABLISHED', 'CLOSE_WAIT', 'rcv FIN/snd ACK', 'above'),
  edge('FIN_WAIT_1', 'FIN_WAIT_2', 'rcv ACK/of FIN', 'left'),
  edge('FIN_WAIT_1', 'CLOSING', 'rcv FIN/snd ACK', 'above'),
  edge('FIN_WAIT_2', 'TIME_WAIT', 'rcv FIN/snd ACK', 'below'),
  edge('CLOSING', 'TIME_WAIT', 'rcv ACK/of FIN'),
  edge('CLOSE_WAIT', 'LAST_ACK', 'CLOSE/snd FIN'),
  edge('LAST_ACK', 'CLOSED again', 'rcv ACK/of FIN'),
  edge('TIME_WAIT', 'CLOSED again', 'Timeout=2MSL', 'above'),
];

/** Bows of ways that the figure does not have, so that they keep clear of other boxes. */
const BOWS: Readonly<Record<string, number>> = {
  'FIN_WAIT_1>CLOSED again': 1,
  'CLOSE_WAIT>CLOSED again': 1,
  'UNKNOWN>FIN_WAIT_1': -1.2,
  'UNKNOWN>FIN_WAIT_2': -1.2,
  'FIN_WAIT_1>UNKNOWN': 1.2,
  'FIN_WAIT_2>UNKNOWN': 1.2,
};

/** A reset before the connection is established leads back to where it began; what ends later, ends below. */
const BEFORE: readonly TcpState[] = ['UNKNOWN', 'CLOSED', 'LISTEN', 'SYN_SENT', 'SYN_RECEIVED'];

/** The arrow for a step: the figure's, or one of its own. */
export function edgeOf(from: TcpState, to: TcpState): Edge {
  const target = to === 'CLOSED' && !BEFORE.includes(from) ? 'CLOSED again' : to;
  const drawn = EDGES.find((edge) => edge.from === from && edge.to === target);
  return drawn ?? edge(from, target, '', 'right', BOWS[`${from}>${target}`] ?? 0);
}

/** True of arrows beside which another one leads back. */
export const hasReturn = ({ from, to, label }: Edge): boolean =>
  label[0] === '' || EDGES.some((other) => other.from === to && other.to === from);
