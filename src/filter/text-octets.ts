const ENCODER = new TextEncoder();

/** Texts as octets, one at a time, in a buffer that is used again. */
export class TextOctets {
  length = 0;
  private buffer = new Uint8Array(256);

  /** The octets of `text`: the first `length`, until the next one is asked for. */
  of(text: string): Uint8Array {
    if (this.buffer.length < text.length * 3) this.buffer = new Uint8Array(text.length * 3);
    this.length = ENCODER.encodeInto(text, this.buffer).written;
    return this.buffer;
  }
}
