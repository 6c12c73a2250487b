/** The Huffman code of RFC 7541 appendix B, which HPACK and QPACK share. */

/**
 * Lengths of the codes of appendix B, octet by octet, then EOS. The code is canonical: of codes of one length those of
 * smaller octets come first, and each length goes on where the shorter one ended.
 */
const LENGTHS = `13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
30`
  .split(/\s+/)
  .map(Number);
const EOS = 256;
const LONGEST_CODE = 30;

/** Octets (and EOS) in the order of their codes. */
const SYMBOLS = LENGTHS.map((_, symbol) => symbol).sort((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
/** For each length: how many codes have it. */
const COUNTS = new Uint16Array(LONGEST_CODE + 1);
for (const length of LENGTHS) COUNTS[length]!++;

/** What the Huffman code stands for; null for EOS inside, or padding that is longer than 7 bits or not all ones (§5.2). */
export function fromHuffman(coded: Uint8Array): Uint8Array | null {
  // The shortest code has five bits.
  const text = new Uint8Array(Math.ceil((coded.length * 8) / 5));
  let written = 0;
  let code = 0;
  let length = 0;
  let first = 0;
  let index = 0;
  let ones = true;
  for (const octet of coded) {
    for (let bit = 7; bit >= 0; bit--) {
      const next = (octet >>> bit) & 1;
      if (next === 0) ones = false;
      code = code * 2 + next;
      first *= 2;
      length++;
      const count = COUNTS[length]!;
      if (code - first < count) {
        const symbol = SYMBOLS[index + code - first]!;
        if (symbol === EOS) return null;
        text[written++] = symbol;
        code = length = first = index = 0;
        ones = true;
        continue;
      }
      first += count;
      index += count;
    }
  }
  return length > 7 || !ones ? null : text.subarray(0, written);
}
