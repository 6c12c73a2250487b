/**
 * What is wrong with a layer. `truncated` blames the capture (fewer bytes recorded than sent); `malformed` blames the
 * packet (it contradicts itself).
 */
export interface Issue {
  readonly fault: 'truncated' | 'malformed';
  /** Protocol id and what is wrong there: `tcp.options`, `ip.totalLength`. */
  readonly code: string;
  /** Index in `packet.layers`. */
  readonly layer: number;
  /** Octets that were needed, counted from `start`, and octets there were. */
  readonly need: number;
  readonly have: number;
  /** Where the part begins, an offset in the layer's bytes. */
  readonly start: number;
  /** Who said the length: a field id, or `capture`, or the protocol's minimum. */
  readonly source: string;
}
