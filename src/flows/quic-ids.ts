import type { Layer } from '../core/layer.ts';
import { isAt, type QuicConnection } from './quic-connection.ts';

/** IDs remembered; beyond, the oldest are forgotten. */
const LIMIT = 1 << 16;
/** A shorter connection ID proves nothing where the addresses are others (RFC 9000 §7.2 has the same bound). */
const TELLING_ID = 8;
const LONGEST_ID = 20;

/** A connection ID by which one end of a connection is called. */
interface Known {
  readonly id: Uint8Array;
  readonly connection: QuicConnection;
  /** The direction in which that end sends. */
  readonly receiver: 0 | 1;
}

/** Connection IDs of a capture, for datagrams from other addresses: short headers have no more to tell whose they are. */
export class QuicIds {
  /** By the first eight octets. */
  private readonly byId = new Map<number, Known>();
  /** Lengths that those have: one bit each. */
  private lengths = 0;

  add(known: Known): void {
    const { id } = known;
    if (id.length < TELLING_ID) return;
    this.lengths |= 1 << id.length;
    const hash = hashOf(id, 0);
    this.byId.delete(hash);
    this.byId.set(hash, known);
    if (this.byId.size > LIMIT) this.byId.delete(this.byId.keys().next().value!);
  }

  /** The connection to one of whose ends a short header is addressed. */
  byDestination({ bytes, start, capturedEnd }: Layer): Known | null {
    if ((bytes[start]! & 0x80) !== 0) return null;
    for (let length = TELLING_ID; length <= LONGEST_ID; length++) {
      if ((this.lengths & (1 << length)) === 0 || start + 1 + length > capturedEnd) continue;
      const found = this.byId.get(hashOf(bytes, start + 1));
      if (found?.id.length === length && isAt(found.id, bytes, start + 1)) return found;
    }
    return null;
  }
}

/** Of the first eight octets of a connection ID. */
function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < TELLING_ID; i++) hash = Math.imul(hash ^ bytes[at + i]!, 0x01000193);
  return hash;
}
