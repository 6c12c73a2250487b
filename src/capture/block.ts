/**
 * The bytes at hand of a capture: one buffer, filled from behind and read from the front. What has been read is
 * overwritten by the next filling, so that a capture of any size passes through the same few hundred kilobytes.
 */
export class Block {
  bytes: Uint8Array;
  /** The next octet to read, and the end of what is at hand. */
  at = 0;
  end: number;

  /** Without `whole` an empty block that grows; with it a block over bytes that are all there. */
  constructor(whole?: Uint8Array) {
    this.bytes = whole ?? new Uint8Array(INITIAL_OCTETS);
    this.end = whole === undefined ? 0 : whole.length;
  }

  /** Makes room for `octets` behind `end`. Moves what is unread to the front, and grows when that is not enough. */
  reserve(octets: number): void {
    if (this.bytes.length - this.end >= octets) return;
    const unread = this.end - this.at;
    if (unread + octets <= this.bytes.length) {
      this.bytes.copyWithin(0, this.at, this.end);
    } else {
      // Doubling keeps the copying linear. Bytes are reserved as they arrive, never because a record claims them.
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, unread + octets));
      grown.set(this.bytes.subarray(this.at, this.end));
      this.bytes = grown;
    }
    this.at = 0;
    this.end = unread;
  }

  append(chunk: Uint8Array): void {
    this.reserve(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }
}

const INITIAL_OCTETS = 512 * 1024;
