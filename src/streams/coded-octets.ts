import { fromHuffman } from './huffman.ts';

/** Integers beyond this are refused: no length and no index is as large. */
const INTEGER_LIMIT = 2 ** 32;

/** Octets of a compressed header block with the place in them, read as RFC 7541 §5 has it. QPACK has the same (RFC 9204 §4.1). */
export class CodedOctets {
  protected bytes: Uint8Array = new Uint8Array(0);
  protected at = 0;
  protected end = 0;

  protected open(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** RFC 7541 §5.1; -1 when it has no end or is too large. */
  protected integer(prefix: number): number {
    const most = (1 << prefix) - 1;
    let value = this.bytes[this.at++]! & most;
    if (value < most) return value;
    for (let factor = 1; this.at < this.end && factor < INTEGER_LIMIT; factor *= 128) {
      const octet = this.bytes[this.at++]!;
      value += (octet & 0x7f) * factor;
      if (octet < 0x80) return value < INTEGER_LIMIT ? value : -1;
    }
    return -1;
  }

  /** The octets of a string (RFC 7541 §5.2); null when it is none. */
  protected string(prefix = 7): Uint8Array | null {
    if (this.at >= this.end) return null;
    const coded = (this.bytes[this.at]! & (1 << prefix)) !== 0;
    const length = this.integer(prefix);
    const from = this.at;
    if (length < 0 || length > this.end - from) return null;
    this.at += length;
    const octets = this.bytes.subarray(from, this.at);
    return coded ? fromHuffman(octets) : octets;
  }
}
