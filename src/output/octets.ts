import { stringOf } from '../core/octet-text.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Writes octets that are text without making a string of it. Nearly all are ASCII, and most of that stands for itself;
 * octets of other scripts are left to the encoder.
 */
export class OctetWriter {
  private readonly shown: (text: string) => string;
  /** For each octet of ASCII that does not stand for itself, what does. */
  private readonly escapes: (string | null)[] = [];

  /** `shown` tells how a text is written. */
  constructor(shown: (text: string) => string) {
    this.shown = shown;
    for (let code = 0; code < 0x80; code++) {
      const character = String.fromCharCode(code);
      const escaped = shown(character);
      this.escapes.push(escaped === character ? null : escaped);
    }
  }

  /** Writes `bytes[at, at + length)` up to the first NUL. */
  write(bytes: Uint8Array, at: number, length: number, out: Writer): void {
    const from = out.at;
    const end = at + length;
    out.ensure(length);
    for (let i = at; i < end; i++) {
      const octet = bytes[i]!;
      if (octet === 0) return;
      if (octet >= 0x80) {
        out.at = from;
        out.text(this.shown(stringOf(bytes, at, end)));
        return;
      }
      const escaped = this.escapes[octet]!;
      if (escaped === null) {
        out.bytes[out.at++] = octet;
      } else {
        out.ascii(escaped);
        out.ensure(end - i);
      }
    }
  }
}
