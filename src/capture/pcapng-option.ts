import { u16, u32 } from '../core/bytes.ts';
import { u16le, u32le } from './little-endian.ts';

export type Endian = 'little' | 'big';

/**
 * Walks a list of options (draft-ietf-opsawg-pcapng §3.5): code, length, value padded to 32 bits, until code 0 or the
 * end. An option that runs over the end ends the walk: what came before it stays good.
 */
export class Options {
  code = 0;
  /** Octets of the value, and where it begins. */
  length = 0;
  at = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private following = 0;
  private end = 0;
  private order: Endian = 'little';

  open(bytes: Uint8Array, start: number, end: number, order: Endian): void {
    this.bytes = bytes;
    this.following = start;
    this.end = end;
    this.order = order;
  }

  next(): boolean {
    const { bytes, following, end } = this;
    if (following + 4 > end) return false;
    const short = this.order === 'little' ? u16le : u16;
    this.code = short(bytes, following);
    this.length = short(bytes, following + 2);
    this.at = following + 4;
    if (this.code === 0 || this.at + this.length > end) return false;
    this.following = this.at + this.length + (-this.length & 3);
    return true;
  }

  octet(offset: number): number {
    return this.bytes[this.at + offset]!;
  }

  long(offset: number): number {
    return (this.order === 'little' ? u32le : u32)(this.bytes, this.at + offset);
  }

  /** 64 bits, signed. Exact up to 2^53. */
  longLong(): number {
    const high = this.long(this.order === 'little' ? 4 : 0) | 0;
    return high * 0x100000000 + this.long(this.order === 'little' ? 0 : 4);
  }

  /** The value as UTF-8 from `offset` on; zero octets at its end are padding that the length counts by mistake. */
  text(offset = 0): string {
    const start = this.at + offset;
    let end = this.at + this.length;
    while (end > start && this.bytes[end - 1] === 0) end--;
    return UTF8.decode(this.bytes.subarray(start, end));
  }
}

const UTF8 = new TextDecoder();

/** `192.0.2.1`, `2001:db8::1` (RFC 5952). */
export function addressText(bytes: Uint8Array, at: number, octets: number): string {
  if (octets === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(u16(bytes, at + i).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

/** The first of the longest runs of zero groups (RFC 5952 §4.2.3). */
function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
