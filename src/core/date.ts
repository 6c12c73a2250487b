const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A point in time, in seconds since 1970, as Wireshark prints dates under TZ=UTC. */
export function dateText(seconds: number, nanoseconds = 0): string {
  const date = new Date(seconds * 1000);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const clock = date.toISOString().slice(11, 19);
  const fraction = String(nanoseconds).padStart(9, '0');
  return `${MONTHS[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${clock}.${fraction} UTC`;
}

/** `Nov 20, 2026 21:03:46.898919000 KST`: local time, as Wireshark writes it; null when no calendar has that date. */
export function localDateText(seconds: number, nanoseconds: number): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)}, ${date.getFullYear()}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${clock}.${String(nanoseconds).padStart(9, '0')} ${zoneName(date)}`;
}

/** KST, CEST: what the C library says, where this platform says GMT+9. */
function zoneName(date: Date): string {
  const short = zonePart(date, 'short');
  if (!/^GMT[+-]/.test(short)) return short;
  const words = zonePart(date, 'long').replace(/European Standard/, 'European');
  return /^[A-Z][a-z]+( [A-Z][a-z]+)+$/.test(words) ? words.replace(/[^A-Z]/g, '') : short;
}

const zonePart = (date: Date, length: 'short' | 'long'): string =>
  new Intl.DateTimeFormat('en-US', { timeZoneName: length })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
