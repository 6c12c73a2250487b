import { Inflate } from 'fflate/browser';
import { joined } from '../protocols/content-coding.ts';

/** A message that grows beyond this stays compressed: a small bomb would fill the memory. */
const LARGEST = 1 << 20;
/** Octets inflated at once. DEFLATE makes at most 1032 out of one, so that the limit is noticed in time. */
const PIECE = 1 << 10;
/** How far back DEFLATE refers (RFC 1951 §2). */
const WINDOW = 1 << 15;
/** The end of every message, which nobody sends (RFC 7692 §7.2.2). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

/**
 * Undoes the compression of one direction's messages. RFC 7692 §7.2.2. Each message may refer to the ones before it, so that
 * the last octets of these are kept, unless the sender promised not to.
 */
export class Inflation {
  /** What the next message may refer to. */
  window: Uint8Array = NOTHING;
  /** A message could not be inflated, and what follows may refer to it. */
  broken = false;

  /** The message as it was before it was compressed; null when it cannot be had. */
  inflate(bytes: Uint8Array, refersBack: boolean): Uint8Array | null {
    if (this.broken) return null;
    const whole = inflated(bytes, this.window);
    if (whole === null) this.lose(refersBack);
    else if (refersBack) this.window = lastOf(this.window, whole);
    return whole;
  }

  /** A message is not there. */
  lose(refersBack: boolean): void {
    this.window = NOTHING;
    this.broken ||= refersBack;
  }
}

const NOTHING = new Uint8Array(0);

function inflated(bytes: Uint8Array, dictionary: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let length = 0;
  const inflate = new Inflate({ dictionary }, (part) => {
    parts.push(part);
    length += part.length;
  });
  try {
    for (let at = 0; at < bytes.length && length <= LARGEST; at += PIECE) inflate.push(bytes.subarray(at, at + PIECE));
    inflate.push(TAIL);
  } catch {
    return null; // damaged
  }
  return length > LARGEST ? null : joined(parts, length);
}

function lastOf(before: Uint8Array, behind: Uint8Array): Uint8Array {
  if (behind.length >= WINDOW) return behind.slice(-WINDOW);
  const kept = Math.min(before.length, WINDOW - behind.length);
  const window = new Uint8Array(kept + behind.length);
  window.set(before.subarray(before.length - kept));
  window.set(behind, kept);
  return window;
}
