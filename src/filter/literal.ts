import { type Datum, small } from './datum.ts';

/** An address of a network and how many of its bits count; null for all. */
export interface Prefix {
  readonly octets: Uint8Array;
  readonly bits: number | null;
}

/** Decimal, 0x hexadecimal, 0b binary or, with a 0 in front, octal; null when it is none of them. */
export function readNumber(text: string): number | bigint | null {
  if (/^0[0-7]+$/.test(text)) return small(BigInt(`0o${text.slice(1)}`));
  if (/^(?:0x[0-9a-f]+|0b[01]+|0|[1-9]\d*)$/i.test(text)) return small(BigInt(text));
  return null;
}

/** Seconds with decimals as nanoseconds; null when it is no number. */
export function readSeconds(text: string): bigint | null {
  const found = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/i.exec(text);
  if (found === null) return null;
  const [, whole, fraction = '', exponent = '0'] = found;
  const shift = 9 + Number(exponent);
  const digits = `${whole}${fraction.padEnd(Math.max(0, shift), '0')}`;
  const end = whole!.length + shift;
  return end <= 0 ? 0n : BigInt(digits.slice(0, end));
}

export function readIpv4(text: string): Prefix | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text);
  if (found === null) return null;
  const octets = found.slice(1, 5).map(Number);
  return octets.some((octet) => octet > 255) ? null : prefix(Uint8Array.from(octets), found[5]);
}

/** RFC 4291 §2.2: eight groups, one run of zero groups as `::`, the last two perhaps as an IPv4 address. */
export function readIpv6(text: string): Prefix | null {
  const [address, bits, ...rest] = text.split('/');
  if (rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const halves = address!.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, i) => groupsOf(half, i === halves.length - 1));
  if (head === null || tail === null) return null;
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head!, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
  return prefix(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])), bits);
}

/** `last` when nothing follows: only there may an IPv4 address stand. */
function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const ipv4 = last && index === parts.length - 1 && part.includes('.') ? readIpv4(part) : null;
    if (ipv4 !== null && ipv4.bits === null) {
      const [a, b, c, d] = ipv4.octets;
      groups.push((a! << 8) | b!, (c! << 8) | d!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** Null when there are more bits than the address has. */
function prefix(octets: Uint8Array, bits: string | undefined): Prefix | null {
  if (bits === undefined) return { octets, bits: null };
  const count = Number(bits);
  return count > octets.length * 8 ? null : { octets, bits: count };
}

/** Six octets, parted by colons, hyphens or dots, or in three groups of four digits. */
export function readMac(text: string): Uint8Array | null {
  const groups = /^([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-f]{4})$/i.exec(text);
  const octets = groups === null ? readOctets(text) : readOctets(groups.slice(1).join(''));
  return octets?.length === 6 ? octets : null;
}

/**
 * Octets in hexadecimal: `08`, `0800`, `08:00`, `08-00`, `8.0`, or one as `0x08`. Larger numbers are none: nobody could say
 * in which order their octets stand.
 */
export function readOctets(text: string): Uint8Array | null {
  const single = /^0x([0-9a-f]{1,2})$/i.exec(text);
  if (single !== null) return Uint8Array.of(Number.parseInt(single[1]!, 16));
  if (/^[0-9a-f]{1,2}:$/i.test(text)) return Uint8Array.of(Number.parseInt(text, 16));
  const separator = /[:.-]/.exec(text)?.[0];
  const parts = separator === undefined ? text.match(/^.$|../g) : text.split(separator);
  if (parts === null || !parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) return null;
  if (separator === undefined && text.length > 1 && text.length % 2 === 1) return null;
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * `2026-11-20 21:03:46.9`, `2026-11-20T21:03Z`, `2026-11-20T21:03:46+09:00`, `2026-11-20`, `Nov 20, 2026 21:03:46.9 UTC`, or
 * seconds since 1970, as nanoseconds since 1970. What names no zone is local time.
 */
export function readMoment(text: string): bigint | null {
  const seconds = readSeconds(text);
  if (seconds !== null) return seconds;
  return (
    readDate(text.trim(), ISO, ([year, month, day]) => [Number(year), Number(month) - 1, Number(day)]) ??
    readDate(text.trim(), LEGACY, ([month, day, year]) => [
      Number(year),
      MONTHS.indexOf(month!.toLowerCase()),
      Number(day),
    ])
  );
}

const CLOCK = '(?:(?:T|\\s+)(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?)?\\s*(Z|UTC|[+-]\\d\\d:?\\d\\d)?';
const ISO = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)${CLOCK}$`, 'i');
const LEGACY = new RegExp(`^([a-z]{3})\\s+(\\d{1,2}),?\\s+(\\d{4})${CLOCK}$`, 'i');

function readDate(
  text: string,
  form: RegExp,
  dayOf: (parts: readonly string[]) => readonly [year: number, month: number, day: number],
): bigint | null {
  const found = form.exec(text);
  if (found === null) return null;
  const [year, month, day] = dayOf(found.slice(1, 4));
  const [hours, minutes, seconds] = [found[4], found[5], found[6]].map((part) => Number(part ?? 0));
  const utc = new Date(Date.UTC(year, month, day, hours, minutes, seconds));
  // What a calendar does not have, it turns into another day.
  if (month < 0 || utc.getUTCMonth() !== month || utc.getUTCDate() !== day || hours! > 23 || minutes! > 59) return null;
  const milliseconds = inZone(utc, found[8]);
  return BigInt(milliseconds) * 1_000_000n + BigInt((found[7] ?? '').padEnd(9, '0'));
}

function inZone(utc: Date, zone: string | undefined): number {
  if (zone === undefined) {
    const [year, month, day] = [utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate()];
    return new Date(year, month, day, utc.getUTCHours(), utc.getUTCMinutes(), utc.getUTCSeconds()).getTime();
  }
  if (/^[zu]/i.test(zone)) return utc.getTime();
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return utc.getTime() - (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** True and False as Wireshark knows them, and what its flags are called; null for other words. */
export function readFlag(text: string): Datum | null {
  if (/^(?:true|set|yes)$/i.test(text)) return 1;
  if (/^(?:false|not set|no)$/i.test(text)) return 0;
  const number = readNumber(text);
  return number === null ? null : number ? 1 : 0;
}
