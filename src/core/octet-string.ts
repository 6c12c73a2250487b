/**
 * Numbers and octets as the characters of one string, an octet each. A string is the only thing of any length that costs
 * an engine no more than some twenty octets beside its content, and the collector never looks into it.
 */
export class OctetStringWriter {
  private octets = new Uint8Array(1 << 9);
  private at = 0;

  /** A whole number from -2 to 2^52, or infinity: seven bits an octet, the lowest first. */
  number(value: number): void {
    this.ensure(MOST_OF_NUMBER);
    let rest = value === Number.POSITIVE_INFINITY ? 0 : value + FIRST;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.octets[this.at++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.octets[this.at++] = (rest & 127) | 128;
    this.octets[this.at++] = rest;
  }

  flag(value: boolean): void {
    this.number(value ? 1 : 0);
  }

  bytes(bytes: Uint8Array, from: number, to: number): void {
    this.number(to - from);
    this.ensure(to - from);
    for (let i = from; i < to; i++) this.octets[this.at++] = bytes[i]!;
  }

  text(text: string): void {
    this.number(text.length);
    for (let i = 0; i < text.length; i++) this.number(text.charCodeAt(i));
  }

  /** What was written, which begins anew. */
  take(): string {
    let whole = '';
    for (let from = 0; from < this.at; from += AT_ONCE) {
      const part = this.octets.subarray(from, Math.min(from + AT_ONCE, this.at));
      whole += String.fromCharCode.apply(null, part as unknown as number[]);
    }
    this.at = 0;
    return whole;
  }

  private ensure(n: number): void {
    if (this.at + n <= this.octets.length) return;
    const grown = new Uint8Array(Math.max(this.octets.length * 2, this.at + n));
    grown.set(this.octets);
    this.octets = grown;
  }
}

/** Gives back what was written, in the same order. */
export class OctetStringReader {
  private text = '';
  private at = 0;

  begin(text: string): void {
    this.text = text;
    this.at = 0;
  }

  number(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const octet = this.text.charCodeAt(this.at++);
      value += (octet & 127) * weight;
      if (octet < 128) break;
    }
    return value === 0 ? Number.POSITIVE_INFINITY : value - FIRST;
  }

  flag(): boolean {
    return this.number() === 1;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.number());
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.text.charCodeAt(this.at++);
    return bytes;
  }

  string(): string {
    let text = '';
    for (let left = this.number(); left > 0; left--) text += String.fromCharCode(this.number());
    return text;
  }
}

/** -2 stands as 1, 0 for infinity. */
const FIRST = 3;
const MOST_OF_NUMBER = 8;
/** Arguments that a call can safely have. */
const AT_ONCE = 1 << 12;
