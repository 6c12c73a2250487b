import type { Writer } from '../core/writer.ts';

/**
 * Writes octets of ASCII that are text without making a string of it. Most of them stand for themselves.
 */
export class OctetWriter {
  /** 1 for each octet that stands for itself. */
  private readonly plain = new Uint8Array(256);
  /** What other octets of ASCII are written as. */
  private readonly escapes: string[] = [];

  /** `shown` tells how a text is written. */
  constructor(shown: (text: string) => string) {
    for (let code = 0; code < 0x80; code++) {
      const character = String.fromCharCode(code);
      this.escapes.push(shown(character));
      if (code > 0 && this.escapes[code] === character) this.plain[code] = 1;
    }
  }

  /** Writes `bytes[at, at + length)` up to the first NUL. False where other octets stand before it. */
  write(bytes: Uint8Array, at: number, length: number, out: Writer): boolean {
    const end = at + length;
    for (let next = at; next < end; next++) {
      next = this.writePlain(bytes, next, end, out);
      if (next === end) return true;
      const octet = bytes[next]!;
      if (octet === 0) return true;
      if (octet >= 0x80) return false;
      out.ascii(this.escapes[octet]!);
    }
    return true;
  }

  /** Writes octets that stand for themselves; answers where the first stands that does not. */
  private writePlain(bytes: Uint8Array, from: number, end: number, out: Writer): number {
    out.ensure(end - from);
    const { plain } = this;
    const into = out.bytes;
    let { at } = out;
    let next = from;
    for (; next < end; next++) {
      const octet = bytes[next]!;
      if (plain[octet] === 0) break;
      into[at++] = octet;
    }
    out.at = at;
    return next;
  }
}
