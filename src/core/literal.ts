/**
 * Text that is written again and again: encoded once, and laid out so that it goes out eight octets at a time
 * (`Writer.literal`). Labels and keys are most of what trees and JSON consist of; octet by octet they cost five times as
 * much, and `set` with a view twice.
 */
export class Literal {
  /** Octets of the text. */
  readonly length: number;
  /** The octets, filled up with zeros. Only moved, never calculated with: no text looks like a double that is not a number. */
  readonly words: Float64Array;

  constructor(octets: Uint8Array) {
    this.length = octets.length;
    this.words = new Float64Array(Math.ceil(octets.length / WORD));
    new Uint8Array(this.words.buffer).set(octets);
  }

  static of(text: string): Literal {
    return new Literal(new TextEncoder().encode(text));
  }
}

/** Octets of a word. */
export const WORD = 8;
