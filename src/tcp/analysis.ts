/** What `classify` finds in a segment, one bit each, with Wireshark's ids and the words of its info column. */
export const RETRANSMISSION = 1 << 0;
export const FAST_RETRANSMISSION = 1 << 1;
export const SPURIOUS_RETRANSMISSION = 1 << 2;
export const OUT_OF_ORDER = 1 << 3;
export const LOST_SEGMENT = 1 << 4;
export const ACK_LOST_SEGMENT = 1 << 5;
export const KEEP_ALIVE = 1 << 6;
export const KEEP_ALIVE_ACK = 1 << 7;
export const DUPLICATE_ACK = 1 << 8;
export const ZERO_WINDOW = 1 << 9;
export const ZERO_WINDOW_PROBE = 1 << 10;
export const ZERO_WINDOW_PROBE_ACK = 1 << 11;
export const WINDOW_UPDATE = 1 << 12;
export const WINDOW_FULL = 1 << 13;
export const REUSED_PORTS = 1 << 14;

export const ANY_RETRANSMISSION = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

export interface Finding {
  readonly bit: number;
  readonly id: string;
  readonly words: string;
}

/** In the order in which the info column names them. */
export const findings: readonly Finding[] = [
  { bit: REUSED_PORTS, id: 'reused_ports', words: 'TCP Port numbers reused' },
  { bit: RETRANSMISSION, id: 'retransmission', words: 'TCP Retransmission' },
  { bit: FAST_RETRANSMISSION, id: 'fast_retransmission', words: 'TCP Fast Retransmission' },
  { bit: SPURIOUS_RETRANSMISSION, id: 'spurious_retransmission', words: 'TCP Spurious Retransmission' },
  { bit: OUT_OF_ORDER, id: 'out_of_order', words: 'TCP Out-Of-Order' },
  { bit: LOST_SEGMENT, id: 'lost_segment', words: 'TCP Previous segment not captured' },
  { bit: ACK_LOST_SEGMENT, id: 'ack_lost_segment', words: 'TCP ACKed unseen segment' },
  { bit: WINDOW_UPDATE, id: 'window_update', words: 'TCP Window Update' },
  { bit: WINDOW_FULL, id: 'window_full', words: 'TCP Window Full' },
  { bit: KEEP_ALIVE, id: 'keep_alive', words: 'TCP Keep-Alive' },
  { bit: KEEP_ALIVE_ACK, id: 'keep_alive_ack', words: 'TCP Keep-Alive ACK' },
  { bit: DUPLICATE_ACK, id: 'duplicate_ack', words: 'TCP Dup ACK' },
  { bit: ZERO_WINDOW_PROBE, id: 'zero_window_probe', words: 'TCP ZeroWindowProbe' },
  { bit: ZERO_WINDOW, id: 'zero_window', words: 'TCP ZeroWindow' },
  { bit: ZERO_WINDOW_PROBE_ACK, id: 'zero_window_probe_ack', words: 'TCP ZeroWindowProbeAck' },
];
