import type { TcpState } from './state-change.ts';

/**
 * RFC 9293 §3.3.2, figure 5, as rows: what an end in state `from` becomes when `on` happens to it. A segment gives several
 * stimuli in the order of §3.10.7: RST, SYN, ACK, FIN. What has no row has no effect.
 */
export type Stimulus =
  | 'sent SYN'
  | 'sent SYN+ACK'
  | 'sent FIN'
  | 'sent RST'
  | 'received SYN'
  | 'received SYN+ACK'
  | 'received ACK of SYN'
  | 'received ACK of FIN'
  | 'received FIN'
  | 'received RST'
  | 'timer';

export interface StateRow {
  readonly from: TcpState;
  readonly on: Stimulus;
  readonly to: TcpState;
}

const row = (from: TcpState, on: Stimulus, to: TcpState): StateRow => ({ from, on, to });

const SYNCHRONIZED: readonly TcpState[] = [
  'ESTABLISHED',
  'FIN_WAIT_1',
  'FIN_WAIT_2',
  'CLOSE_WAIT',
  'CLOSING',
  'LAST_ACK',
];

/** True where both ends know each other's numbers (RFC 9293 §3.10.7.4), TIME_WAIT apart: a SYN may end that. */
export const isSynchronized = (state: TcpState): boolean => SYNCHRONIZED.includes(state);

/** States of an end that has a connection to lose: a reset ends it from any of them (§3.10.7.4, first and second check). */
const OPEN: readonly TcpState[] = ['UNKNOWN', 'SYN_SENT', 'SYN_RECEIVED', ...SYNCHRONIZED];

export const rows: readonly StateRow[] = [
  row('CLOSED', 'sent SYN', 'SYN_SENT'),
  row('LISTEN', 'sent SYN', 'SYN_SENT'), // nobody outside sees that it listened before
  row('LISTEN', 'received SYN', 'SYN_RECEIVED'),
  row('SYN_SENT', 'received SYN+ACK', 'ESTABLISHED'),
  row('SYN_SENT', 'received SYN', 'SYN_RECEIVED'), // simultaneous open
  row('SYN_RECEIVED', 'received SYN+ACK', 'ESTABLISHED'), // simultaneous open, both answered
  row('SYN_RECEIVED', 'received ACK of SYN', 'ESTABLISHED'),
  row('SYN_RECEIVED', 'sent FIN', 'FIN_WAIT_1'),
  row('ESTABLISHED', 'sent FIN', 'FIN_WAIT_1'),
  row('ESTABLISHED', 'received FIN', 'CLOSE_WAIT'),
  row('FIN_WAIT_1', 'received ACK of FIN', 'FIN_WAIT_2'),
  row('FIN_WAIT_1', 'received FIN', 'CLOSING'),
  row('FIN_WAIT_2', 'received FIN', 'TIME_WAIT'),
  row('CLOSE_WAIT', 'sent FIN', 'LAST_ACK'),
  row('CLOSING', 'received ACK of FIN', 'TIME_WAIT'),
  row('LAST_ACK', 'received ACK of FIN', 'CLOSED'),
  row('TIME_WAIT', 'timer', 'CLOSED'),
  row('TIME_WAIT', 'received RST', 'CLOSED'), // §3.10.7.4, second check; RFC 1337 tells why some wait on
  ...OPEN.map((from) => row(from, 'sent RST', 'CLOSED')),
  ...OPEN.map((from) => row(from, 'received RST', 'CLOSED')),
];

const table = new Map<TcpState, Map<Stimulus, TcpState>>();
for (const { from, on, to } of rows) {
  const known = table.get(from) ?? new Map<Stimulus, TcpState>();
  if (known.has(on)) throw new Error(`two rows for ${from} on ${on}`);
  table.set(from, known.set(on, to));
}

/** The state after `on`, or null when it has no effect on an end in `from`. */
export const next = (from: TcpState, on: Stimulus): TcpState | null => table.get(from)?.get(on) ?? null;
