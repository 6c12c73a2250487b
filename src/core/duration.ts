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
