import { CR, LF, SPACE, TAB } from './http-head.ts';
import { lineFeed } from './text-line.ts';

/** `chunked` is the last coding, where there are several (RFC 9112 §6.1). */
export const isChunked = (transferEncoding: string): boolean => /(?:^|[,\s])chunked\s*$/i.test(transferEncoding);

/** Steps through a chunked content (RFC 9112 §7.1): size in hexadecimal, CR LF, data, CR LF; size 0 ends it. */
export class Chunk {
  at = 0;
  size = 0;
  dataAt = 0;
  /** Where the next one begins. */
  next = 0;
  /** Set when what stands at `next` is not a chunk's size. */
  broken = false;

  /** Reads the size line at `next`. False when it is not there whole, or `broken`. */
  read(bytes: Uint8Array, end: number): boolean {
    const at = this.next;
    const feed = lineFeed(bytes, at, Math.min(end, at + LONGEST_SIZE_LINE));
    if (feed < 0) {
      this.broken = end - at >= LONGEST_SIZE_LINE;
      return false;
    }
    let size = 0;
    let i = at;
    for (; i < feed; i++) {
      const value = hexDigit(bytes[i]!);
      if (value < 0) break;
      size = size * 16 + value;
    }
    // Sizes beyond 2^53 are not exact any more, and nobody sends them in earnest.
    if (i === at || size > Number.MAX_SAFE_INTEGER / 2 || !endsSize(bytes[i]!)) {
      this.broken = true;
      return false;
    }
    this.at = at;
    this.size = size;
    this.dataAt = feed + 1;
    this.next = size === 0 ? this.dataAt : this.dataAt + size + (bytes[feed - 1] === CR ? 2 : 1);
    return true;
  }
}

/** Size, extensions and line end. */
const LONGEST_SIZE_LINE = 4096;

const endsSize = (octet: number): boolean =>
  octet === CR || octet === LF || octet === SPACE || octet === TAB || octet === 59;

function hexDigit(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
