import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { Packet } from '../core/packet.ts';

/** A protocol that lives in byte streams: it finds where messages begin and end, and remembers across them. */
export interface StreamProtocol {
  /** What a server calls it that chooses it for the inside of TLS (RFC 7301 §6). */
  readonly names?: readonly string[];
  /** True when the bytes at the beginning of a stream, or behind a gap, are this protocol's; ports may tell alone. */
  recognise(bytes: Uint8Array, from: number, to: number, portA: number, portB: number, arrival?: Arrival): boolean;
  open(): StreamDecoder;
}

/** The message is not what this protocol's messages look like: its place in the stream is lost. */
export const NOT_MINE = -1;
/** How long the message is cannot be told from the bytes at hand. */
export const NEED_MORE = 0;
/** The message lasts until the sender closes. */
export const UNTIL_CLOSE = Number.POSITIVE_INFINITY;

/** The segment at hand, with what a decoder needs to add layers and to tell. */
export interface Arrival {
  readonly packet: Packet;
  readonly tcp: Layer;
  /** The number of the connection, for events; null of what came over none. */
  readonly about: number | null;
}

/** One connection's state. `direction` is 0 for what end A sent, 1 for end B. */
export interface StreamDecoder {
  /** Who opened it. */
  readonly protocol: StreamProtocol;
  /**
   * The length of the message that begins at `from`, which may be more than is there; or one of the three answers above.
   * Called again with the same beginning and more bytes after `NEED_MORE`.
   */
  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number;
  /**
   * Octets at the beginning of the message that was measured last which anybody looks at who does not print its content.
   * Absent: all of them.
   */
  vital?(direction: 0 | 1): number;
  /** A message as whole as it gets: `wireEnd` beyond `to` when the rest is lost. Adds its layers. */
  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void;
  /**
   * Bytes that belong to no message whose beginning is there, or to one that was handed over before they came: the rest
   * of a segment that could not be put together.
   */
  piece?(bytes: Uint8Array, from: number, to: number, arrival: Arrival): void;
  /** True once the stream carries something else (CONNECT, Upgrade). */
  readonly opaque: boolean;
  /** True where anything may follow once it is opaque: the stream is recognised anew (STARTTLS). */
  readonly anew?: boolean;
  /** Who reads on once it is opaque; nobody where it is not there. */
  readonly next?: StreamDecoder | null;
  /** So many bytes of this direction are lost. Said before `forget`. */
  missed?(direction: 0 | 1, length: number, arrival: Arrival): void;
  /** The sender closed, and nothing is missing. Said before `forget`. */
  ended?(direction: 0 | 1, arrival: Arrival): void;
  /** Bytes of this direction are lost, or no more will come: what was kept of it does not go on. */
  forget?(direction: 0 | 1): void;
  /** Octets that it keeps, which count against the budget of all streams. */
  readonly kept: number;
  /** Writes down what outlasts a silence. What is known of messages that are not whole is measured again. */
  rest(out: OctetStringWriter): void;
  /** Takes up what was written down; it is new otherwise. */
  wake(left: OctetStringReader): void;
  /** Nobody needs it any more: gives back what it keeps, and may be opened again. */
  close(): void;
}
