/** Sequence numbers over time, as tcptrace made them known; window and bytes in flight; round-trip times. */
export type GraphKind = 'tseq' | 'window' | 'rtt';

export const GRAPHS: readonly GraphKind[] = ['tseq', 'window', 'rtt'];
