/** From one octet to another, both included. */
type OctetRange = readonly [low: number, high: number];

const ENCODER = new TextEncoder();

/** The last character that one, two or three octets encode (RFC 3629 §3). */
const LAST = [0x7f, 0x7ff, 0xffff] as const;

/**
 * All characters from `low` to `high` as sequences of ranges of octets. A range of characters is cut until each octet of
 * a piece varies independently of the others.
 */
export function utf8Sequences(low: number, high: number): readonly (readonly OctetRange[])[] {
  if (low > high) return [];
  for (const last of LAST) {
    if (low <= last && last < high) return [...utf8Sequences(low, last), ...utf8Sequences(last + 1, high)];
  }
  if (high < 0x80) return [[[low, high]]];
  // Surrogates are no characters.
  if (low <= 0xdfff && high >= 0xd800) return [...utf8Sequences(low, 0xd7ff), ...utf8Sequences(0xe000, high)];
  for (let octets = 1; octets < 4; octets++) {
    const mask = (1 << (6 * octets)) - 1;
    if ((low & ~mask) === (high & ~mask)) continue;
    const cut = (low & mask) !== 0 ? low | mask : (high & mask) !== mask ? (high & ~mask) - 1 : null;
    if (cut !== null) return [...utf8Sequences(low, cut), ...utf8Sequences(cut + 1, high)];
  }
  const from = ENCODER.encode(String.fromCodePoint(low));
  const to = ENCODER.encode(String.fromCodePoint(high));
  return [Array.from(from, (octet, i): OctetRange => [octet, to[i]!])];
}
