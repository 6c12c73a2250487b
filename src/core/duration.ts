import type { Row } from './field.ts';
import type { Layer } from './layer.ts';
import type { Packet } from './packet.ts';
import type { Writer } from './writer.ts';

/**
 * Nanoseconds as seconds with nine decimals, as Wireshark prints time fields. Exact up to 2^53 ns, which is 104 days:
 * differences between frames, not dates.
 */
export function durationText(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '-' : '';
  const size = Math.abs(nanoseconds);
  const whole = Math.floor(size / 1e9);
  return `${sign}${whole}.${String(size - whole * 1e9).padStart(9, '0')}`;
}

/** The same, straight into bytes. */
function writeDuration(nanoseconds: number, out: Writer): void {
  if (nanoseconds < 0) out.byte(MINUS);
  const size = Math.abs(nanoseconds);
  const whole = Math.floor(size / 1e9);
  out.uint(whole);
  out.byte(FULL_STOP);
  out.padded(size - whole * 1e9, 9, ZERO);
}

const MINUS = 45;
const FULL_STOP = 46;
const ZERO = 48;

/** How a row reads and writes a duration; `measure` answers in nanoseconds, or null where the packet tells none. */
export const elapsed = (
  measure: (layer: Layer, packet: Packet) => number | null,
): Required<Pick<Row, 'kind' | 'read' | 'write'>> => ({
  kind: 'time',
  read: (layer, packet) => {
    const nanoseconds = measure(layer, packet);
    return nanoseconds === null ? null : durationText(nanoseconds);
  },
  write: (layer, packet, out) => {
    const nanoseconds = measure(layer, packet);
    if (nanoseconds === null) return false;
    writeDuration(nanoseconds, out);
    return true;
  },
});
