import { SYN } from '../protocols/tcp.ts';
import type { Segment } from '../tcp/segment.ts';
import { Tally } from './tally.ts';

/** Of two waits, the longer one is so many times the other where one of them is the way. */
const CLEARLY = 5;
/** Waits shorter than this are the work of the hosts rather than the way between them. In nanoseconds. */
const SHORTEST_WAY = 300_000;

/**
 * Where on the way a capture was taken: from SYN to SYN+ACK a round trip passes on the server's side of it, from SYN+ACK
 * to the client's ACK one on the client's side.
 */
export class Handshakes {
  readonly nearClient = new Tally();
  readonly nearServer = new Tally();
  /** Both waits are long. */
  readonly between = new Tally();
  /** Both are too short to tell. */
  readonly untold = new Tally();

  /** Looks at the third segment of a connection that began with nothing sent twice. */
  see(segment: Segment): void {
    const { connection, sender, receiver, flags } = segment;
    if (connection.segments !== 3 || flags & SYN || sender.syns !== 1 || receiver.syns !== 1) return;
    if (sender !== connection.a || !segment.acksFrame) return;
    const toServer = receiver.synTime - sender.synTime;
    const toClient = segment.now - receiver.synTime;
    if (toServer < 0 || toClient < 0) return;
    this.kindOf(toServer, toClient).add(segment.frame);
  }

  private kindOf(toServer: number, toClient: number): Tally {
    if (Math.max(toServer, toClient) < SHORTEST_WAY) return this.untold;
    if (toServer >= CLEARLY * toClient) return this.nearClient;
    if (toClient >= CLEARLY * toServer) return this.nearServer;
    return Math.min(toServer, toClient) >= SHORTEST_WAY ? this.between : this.untold;
  }
}
