import { u8, u16, u24 } from '../core/bytes.ts';
import { CLIENT_HELLO, ENCRYPTED_EXTENSIONS, handshakeName, SERVER_HELLO, TLS12 } from './tls-names.ts';

/**
 * Where things stand in the messages of TLS's handshake, above all in the hellos, found without making anything.
 * RFC 8446 §4, RFC 5246 §7.4.
 *
 *   0                   1                   2                   3
 *  |     Type      |                    Length                     |
 *  |  Content ...
 */
export const MESSAGE_HEADER = 4;
export const RANDOM = 32;

/** Length of the message that begins at `at`, with its header. The caller has proved that this is there. */
export const messageLength = (bytes: Uint8Array, at: number): number => MESSAGE_HEADER + u24(bytes, at + 1);

/** What a server sends in place of a random number when it asks for another hello (RFC 8446 §4.1.3). */
const RETRY = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
  0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

export function isRetryRequest(bytes: Uint8Array, at: number, end: number): boolean {
  const random = at + MESSAGE_HEADER + 2;
  if (bytes[at] !== SERVER_HELLO || random + RANDOM > end) return false;
  return RETRY.every((octet, i) => bytes[random + i] === octet);
}

export const messageName = (bytes: Uint8Array, at: number, end: number): string =>
  isRetryRequest(bytes, at, end) ? 'Hello Retry Request' : handshakeName(u8(bytes, at));

/** A list of the hello and where it ends: `[at, end)`. Stands still where the bytes end before the hello does. */
class Part {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  open(bytes: Uint8Array, at: number, end: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    return this;
  }

  has(octets: number): boolean {
    return this.at + octets <= this.end;
  }

  /** Where the list ends that is behind a length of so many octets; -1 when it is not there whole. */
  listEnd(octets: 1 | 2): number {
    if (!this.has(octets)) return -1;
    const length = octets === 1 ? u8(this.bytes, this.at) : u16(this.bytes, this.at);
    const end = this.at + octets + length;
    return end <= this.end ? end : -1;
  }
}

/** Places in a hello, found without making anything. Each is -1 where the message ends before it. */
export class Hello {
  randomAt = -1;
  sessionAt = -1;
  sessionEnd = -1;
  suitesAt = -1;
  suitesEnd = -1;
  compressionAt = -1;
  compressionEnd = -1;
  extensionsAt = -1;
  extensionsEnd = -1;
  private readonly part = new Part();

  /** Finds the parts of the hello whose message begins at `at`. */
  read(bytes: Uint8Array, at: number, end: number): this {
    if (bytes[at] === ENCRYPTED_EXTENSIONS) return this.extensions(bytes, at, end);
    const part = this.part.open(bytes, at + MESSAGE_HEADER + 2, end);
    this.randomAt = this.sessionAt = this.suitesAt = this.compressionAt = this.extensionsAt = -1;
    if (!part.has(RANDOM)) return this;
    this.randomAt = part.at;
    part.at += RANDOM;
    this.sessionEnd = part.listEnd(1);
    if (this.sessionEnd < 0) return this;
    this.sessionAt = part.at + 1;
    part.at = this.sessionEnd;
    if (!(bytes[at] === CLIENT_HELLO ? this.offered(part) : this.chosen(part))) return this;
    this.extensionsEnd = part.listEnd(2);
    if (this.extensionsEnd >= 0) this.extensionsAt = part.at + 2;
    return this;
  }

  /** What the server says behind its hello has extensions only (RFC 8446 §4.3.1). */
  private extensions(bytes: Uint8Array, at: number, end: number): this {
    const part = this.part.open(bytes, at + MESSAGE_HEADER, end);
    this.randomAt = this.sessionAt = this.suitesAt = this.compressionAt = this.extensionsAt = -1;
    this.extensionsEnd = part.listEnd(2);
    if (this.extensionsEnd >= 0) this.extensionsAt = part.at + 2;
    return this;
  }

  /** A client's lists of cipher suites and compression methods. */
  private offered(part: Part): boolean {
    this.suitesEnd = part.listEnd(2);
    if (this.suitesEnd < 0) return false;
    this.suitesAt = part.at + 2;
    part.at = this.suitesEnd;
    this.compressionEnd = part.listEnd(1);
    if (this.compressionEnd < 0) return false;
    this.compressionAt = part.at + 1;
    part.at = this.compressionEnd;
    return true;
  }

  /** The server's choice of each. */
  private chosen(part: Part): boolean {
    if (!part.has(3)) return false;
    this.suitesAt = part.at;
    this.suitesEnd = this.compressionAt = part.at + 2;
    this.compressionEnd = part.at = part.at + 3;
    return true;
  }

  /** Where the content of an extension of this type begins, or -1. */
  find(bytes: Uint8Array, type: number): number {
    if (this.extensionsAt < 0) return -1;
    for (let at = this.extensionsAt; at + EXTENSION_HEADER <= this.extensionsEnd; ) {
      const content = at + EXTENSION_HEADER;
      const end = content + u16(bytes, at + 2);
      if (end > this.extensionsEnd) return -1;
      if (u16(bytes, at) === type) return content;
      at = end;
    }
    return -1;
  }
}

export const EXTENSION_HEADER = 4;
export const SERVER_NAME = 0;
export const ALPN = 16;
export const PRE_SHARED_KEY = 41;
export const SUPPORTED_VERSIONS = 43;
export const KEY_SHARE = 51;

const hello = new Hello();

/** The version that the server chose: that of the extension where there is one (RFC 8446 §4.2.1); 0 where it ends before. */
export function chosenVersion(bytes: Uint8Array, at: number, end: number): number {
  if (at + MESSAGE_HEADER + 2 > end) return 0;
  const content = hello.read(bytes, at, end).find(bytes, SUPPORTED_VERSIONS);
  if (content >= 0 && u16(bytes, content - 2) === 2) return u16(bytes, content);
  return u16(bytes, at + MESSAGE_HEADER);
}

/** Which field of a hello says its version: those after 1.2 are said by an extension only (RFC 8446 §4.2.1). */
export const versionField = (version: number): string =>
  version > TLS12 ? 'tls.handshake.extensions.supported_version' : 'tls.handshake.version';

/** A text in a hello: [at, end), and -1 where it is not there. */
export class Place {
  at = -1;
  end = -1;
}

/** The name of the server that the client asks for (RFC 6066 §3). */
export function findServerName(bytes: Uint8Array, at: number, end: number, found: Place): boolean {
  const content = hello.read(bytes, at, end).find(bytes, SERVER_NAME);
  found.at = -1;
  if (content < 0) return false;
  const limit = content + u16(bytes, content - 2);
  if (content + 5 > limit || bytes[content + 2] !== 0) return false;
  found.at = content + 5;
  found.end = found.at + u16(bytes, content + 3);
  return found.end <= limit;
}

/** The first protocol of the list (RFC 7301 §3.1): the client's favourite, or the one that the server chose. */
export function findApplication(bytes: Uint8Array, at: number, end: number, found: Place): boolean {
  const content = hello.read(bytes, at, end).find(bytes, ALPN);
  found.at = -1;
  if (content < 0) return false;
  const limit = content + u16(bytes, content - 2);
  if (content + 3 > limit) return false;
  found.at = content + 3;
  found.end = found.at + bytes[content + 2]!;
  return found.end <= limit;
}

/** Whether a hello speaks of keys that both ends have from before (RFC 8446 §4.2.11). */
export const hasPreSharedKey = (bytes: Uint8Array, at: number, end: number): boolean =>
  hello.read(bytes, at, end).find(bytes, PRE_SHARED_KEY) >= 0;

/** The suite that a server chose, or 0. */
export function chosenSuite(bytes: Uint8Array, at: number, end: number): number {
  const { suitesAt } = hello.read(bytes, at, end);
  return suitesAt < 0 ? 0 : u16(bytes, suitesAt);
}

/** The group of which a server that asks for another hello wants a key (RFC 8446 §4.2.8); 0 where it names none. */
export function wantedGroup(bytes: Uint8Array, at: number, end: number): number {
  const content = hello.read(bytes, at, end).find(bytes, KEY_SHARE);
  return content >= 0 && u16(bytes, content - 2) === 2 ? u16(bytes, content) : 0;
}

/** The greatest version that a client offers (RFC 8446 §4.2.1); 0 where the message ends before. */
export function offeredVersion(bytes: Uint8Array, at: number, end: number): number {
  if (at + MESSAGE_HEADER + 2 > end) return 0;
  let greatest = u16(bytes, at + MESSAGE_HEADER);
  const content = hello.read(bytes, at, end).find(bytes, SUPPORTED_VERSIONS);
  if (content < 0) return greatest;
  const limit = content + u16(bytes, content - 2);
  for (let i = content + 1; i + 2 <= limit; i += 2) {
    const version = u16(bytes, i);
    if (version >>> 8 === TLS12 >>> 8 && version > greatest) greatest = version;
  }
  return greatest;
}
