/** Endpoints as text: `203.0.113.1:40001`, `[2001:db8::1]:80`, or an address alone, that of IPv6 in brackets. */

export const hostOf = (endpoint: string): string => endpoint.slice(0, portAt(endpoint));

/** With its colon; empty for an address alone. */
export const portOf = (endpoint: string): string => endpoint.slice(portAt(endpoint));

function portAt(endpoint: string): number {
  const colon = endpoint.indexOf(':', endpoint.indexOf(']') + 1);
  return colon < 0 ? endpoint.length : colon;
}

/** Multicast and the limited broadcast address. */
export const isGroup = (endpoint: string): boolean => /^(22[4-9]|23\d|255)\.|^\[ff/.test(endpoint);

/** Where RFC 6052 §2.2 puts the octets of an IPv4 address into an IPv6 one; octet 8 stays zero. */
const PLACES: readonly (readonly number[])[] = [
  [4, 5, 6, 7],
  [5, 6, 7, 9],
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
];

/** True when one of two endpoints holds the IPv4 address of the other in its IPv6 one, and the ports are the same. */
export function isIPv4Embedded(one: string, other: string): boolean {
  const [six, four] = one.startsWith('[') ? [one, other] : [other, one];
  if (!six.startsWith('[') || four.startsWith('[') || portOf(six) !== portOf(four)) return false;
  const octets = octetsOfSix(hostOf(six).slice(1, -1));
  const wanted = hostOf(four).split('.').map(Number);
  return PLACES.some((place) => place.every((at, i) => octets[at] === wanted[i]));
}

/** Of an address as it is written here: no dotted part. */
function octetsOfSix(address: string): number[] {
  const [before = [], after] = address.split('::').map(groupsOf);
  const groups =
    after === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
  return groups.flatMap((group) => [group >>> 8, group & 0xff]);
}

const groupsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
