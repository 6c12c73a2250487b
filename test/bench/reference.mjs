// What a machine needs for this is the measure for what it needs for captures: bytes read and written at offsets, and
// places looked up in a table of a megabyte.
const bytes = new Uint8Array(1 << 16).map((_, i) => i * 31);
const written = new Uint8Array(1 << 16);
const table = new Int32Array(1 << 18);
let hash = 0;
for (let round = 0; round < 3200; round++) {
  for (let i = 0; i < bytes.length; i++) {
    hash = (Math.imul(hash ^ bytes[i], 0x01000193) + round) | 0;
    written[i] = 48 + ((hash >>> 8) & 7);
    if ((i & 15) === 0) table[hash >>> 14] += written[i];
  }
}
if (hash === 1) console.log(table[0]);
