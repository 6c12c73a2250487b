import { u16, u24 } from '../core/bytes.ts';

/**
 * What shares a port with RTP to agree on its keys: DTLS (RFC 5764 §4.1) and ZRTP (RFC 6189 §5). From then on the media is
 * encrypted, and its headers are still RTP's.
 */
const HANDSHAKE = 22;
const RECORD_HEADER = 13;
const HANDSHAKE_HEADER = 12;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const USE_SRTP = 14;

/** True for a hello of DTLS that asks for, or agrees on, keys for SRTP. */
export function offersSrtp(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + RECORD_HEADER + HANDSHAKE_HEADER + 2 > end) return false;
  if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 0xfe) return false;
  const hello = at + RECORD_HEADER;
  const type = bytes[hello]!;
  if (type !== CLIENT_HELLO && type !== SERVER_HELLO) return false;
  const stop = Math.min(end, hello + HANDSHAKE_HEADER + u24(bytes, hello + 9));
  const extensions = extensionsAt(bytes, hello + HANDSHAKE_HEADER, stop, type);
  for (let i = extensions; i + 4 <= stop; i += 4 + u16(bytes, i + 2)) if (u16(bytes, i) === USE_SRTP) return true;
  return false;
}

/** Behind version and random: session, cookie, cipher suites and compression methods of a client; of a server one of each. */
function extensionsAt(bytes: Uint8Array, body: number, end: number, type: number): number {
  let at = body + 34;
  at += 1 + (bytes[at] ?? 0);
  if (type === SERVER_HELLO) return at + 5;
  at += 1 + (bytes[at] ?? 0);
  if (at + 2 > end) return end;
  at += 2 + u16(bytes, at);
  return at + 1 + (bytes[at] ?? 0) + 2;
}

const COOKIE = 'ZRTP';
const LAST_MESSAGE = 'Conf2ACK';

/** True for the last message of ZRTP's exchange, behind which everything is encrypted. */
export const endsZrtp = (bytes: Uint8Array, at: number, end: number): boolean =>
  bytes[at]! >>> 4 === 1 && stands(COOKIE, bytes, at + 4, end) && stands(LAST_MESSAGE, bytes, at + 16, end);

function stands(text: string, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
