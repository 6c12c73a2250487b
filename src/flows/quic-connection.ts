import { initialKeys, type PacketKeys } from '../protocols/quic-protection.ts';
import type { OffsetStream } from './offset-stream.ts';
import type { QuicOpener } from './quic-opener.ts';
import type { QuicStreams } from './quic-streams.ts';

/** Spaces in which an end numbers its packets, each with CRYPTO frames of its own (RFC 9000 §12.3, §19.6). */
export const INITIAL_SPACE = 0;
export const HANDSHAKE_SPACE = 1;
export const APPLICATION_SPACE = 2;
export type Space = typeof INITIAL_SPACE | typeof HANDSHAKE_SPACE | typeof APPLICATION_SPACE;

/** One connection may change its version (RFC 9368 §2): keys of either side, for so many versions together. */
const MOST_KEYS = 8;
/** Connection IDs of one end that are remembered; an end that allows more than 8 at once is rare (RFC 9000 §18.2). */
const MOST_IDS = 32;

/** A connection ID that an end gave the other for later. */
interface Given {
  readonly id: Uint8Array;
  readonly frame: number;
}

/** Octets that the other end should send back to show that it can be reached (RFC 9000 §8.2). */
interface Challenge {
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly octets: Uint8Array;
}

/** What one end of a connection showed of itself. */
class QuicEnd {
  /** The connection ID that it wants to be called by; null before it said one. */
  id: Uint8Array | null = null;
  /** Another one that it is called by. */
  calledBy: Uint8Array | null = null;
  /** Those that it gave for later, where that could be read: the newest. */
  readonly given: Given[] = [];
  /**
   * What may be one: where an ID would stand, with the length that the first one has. Proven when it comes again; a stateless
   * reset (RFC 9000 §10.3) has chance there.
   */
  candidate: Uint8Array | null = null;
  candidateFrame = 0;
  /** By space: the number after the greatest that was read. */
  readonly expected: [number, number, number] = [0, 0, 0];
  /** By space; null before its first CRYPTO frame. */
  readonly crypto: [OffsetStream | null, OffsetStream | null, OffsetStream | null] = [null, null, null];

  /** Remembers an ID. False where it is known already. */
  give(id: Uint8Array, frame: number): boolean {
    if (this.given.some((known) => known.id.length === id.length && isAt(known.id, id, 0))) return false;
    this.given.push({ id, frame });
    if (this.given.length > MOST_IDS) this.given.shift();
    return true;
  }

  /** The given ID that stands at `at`, or null. */
  givenAt(bytes: Uint8Array, at: number, limit: number): Given | null {
    return this.given.find(({ id }) => at + id.length <= limit && isAt(id, bytes, at)) ?? null;
  }
}

/** One connection, from its first Initial on. `direction` is that of the UDP stream in which it began. */
export class QuicConnection {
  readonly number: number;
  /** The direction in which the client sends. */
  client: 0 | 1;
  /** The connection ID that keys of Initial packets come from: the client's first, or the one that Retry told. */
  keyId: Uint8Array;
  /** The version that the ends speak, as far as is known. */
  version: number;
  /** Bits of QuicTelling. */
  told = 0;
  readonly ends: readonly [QuicEnd, QuicEnd] = [new QuicEnd(), new QuicEnd()];
  /** By the version and the side that sends; null while there are none. */
  keys: Map<number, PacketKeys | null> | null = null;
  /** Null while nobody gave any secrets. */
  opener: QuicOpener | null = null;
  /** The protocol that streams carry (RFC 7301); empty while it is not known. */
  application = '';
  /** Null before the first stream whose protocol is read. */
  streams: QuicStreams | null = null;
  /** The frame that asked last whether a path works, and what it sent to be sent back. */
  challenge: Challenge | null = null;

  constructor(number: number, client: 0 | 1, keyId: Uint8Array, version: number) {
    this.number = number;
    this.client = client;
    this.keyId = keyId;
    this.version = version;
  }

  /** What it takes to read an Initial of this version that goes in `direction`; null where nobody knows. */
  keysFor(version: number, direction: 0 | 1): PacketKeys | null {
    const isClient = direction === this.client;
    const which = version * 2 + (isClient ? 1 : 0);
    this.keys ??= new Map();
    const known = this.keys.get(which);
    if (known !== undefined) return known;
    if (this.keys.size >= MOST_KEYS) return null;
    const keys = initialKeys(version, this.keyId, isClient ? 'client' : 'server');
    this.keys.set(which, keys);
    return keys;
  }

  /** From now on, keys come out of another connection ID. */
  rekey(id: Uint8Array): void {
    this.keyId = id;
    this.keys = null;
  }

  close(): void {
    for (const { crypto } of this.ends) for (const stream of crypto) stream?.close();
    this.streams?.close();
  }
}

/** Whether the connection ID stands at `at`. */
export const isAt = (id: Uint8Array, bytes: Uint8Array, at: number): boolean => {
  for (let i = 0; i < id.length; i++) if (bytes[at + i] !== id[i]) return false;
  return true;
};
