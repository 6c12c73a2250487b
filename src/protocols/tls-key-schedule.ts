import { expanded, type HashName } from '../core/hkdf.ts';

/** RFC 8446 §7.1: labels of TLS 1.3 are kept apart from those of others by their beginning. */
const PREFIX = 'tls13 ';

/**
 * HKDF-Expand-Label of TLS 1.3, which QUIC uses too (RFC 9001 §5.1). RFC 8446 §7.1.
 *
 *   uint16 length; opaque label<7..255> = "tls13 " + Label; opaque context<0..255>
 */
export function expandLabel(
  hash: HashName,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const full = PREFIX + label;
  const info = new Uint8Array(2 + 1 + full.length + 1 + context.length);
  info[0] = length >>> 8;
  info[1] = length & 0xff;
  info[2] = full.length;
  for (let i = 0; i < full.length; i++) info[3 + i] = full.charCodeAt(i);
  info[3 + full.length] = context.length;
  info.set(context, 4 + full.length);
  return expanded(hash, secret, info, length);
}
