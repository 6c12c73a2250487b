import type { Packet } from '../core/packet.ts';
import type { Connection } from './connection.ts';
import type { End } from './end.ts';
import { Segment } from './segment.ts';
import { provenState } from './sockets.ts';
import type { StateChange, TcpState } from './state-change.ts';

/** Steps of one end that are kept: ports that are used over and over again may bring any number. */
const MOST_STEPS = 64;

/** The way that one end took from state to state. */
export interface StatePath {
  /** `address:port`. */
  readonly name: string;
  readonly role: 'client' | 'server' | null;
  /** Where it stood before; UNKNOWN where its beginning was not captured. */
  readonly before: TcpState;
  /** That it listened is only expected: no SYN of it was captured. */
  readonly expected: boolean;
  readonly steps: readonly StateChange[];
  /** Steps beyond the 64 that are kept. */
  readonly left: number;
  /** Where it stands at the end of the capture, as far as anything proves it. */
  readonly after: TcpState;
}

/** The ways of both ends of a connection; the client's first, where it is known. */
export interface StatePaths {
  readonly stream: number;
  readonly paths: readonly [StatePath, StatePath];
}

/**
 * Gathers the state changes of one connection, packet by packet:
 *
 *     const gatherer = new PathGatherer(0);
 *     for await (const packet of packets(source, tracker)) gatherer.packet(packet, tracker.changes);
 *     const paths = gatherer.finish(); // null when there is no such connection
 *
 * The tracker has to record changes (`explain` or `changes`).
 */
export class PathGatherer {
  readonly stream: number;
  /** Connections seen in the capture so far. */
  streams = 0;
  private connection: Connection | null = null;
  private readonly steps: [StateChange[], StateChange[]] = [[], []];
  private readonly left: [number, number] = [0, 0];

  constructor(stream: number) {
    this.stream = stream;
  }

  /** Takes in a packet that was tracked, and the state changes that it made. */
  packet(packet: Packet, changes: readonly StateChange[]): void {
    for (let i = 1; i < packet.count; i++) {
      const { context } = packet.layers[i]!;
      if (!(context instanceof Segment)) continue;
      const { connection } = context;
      if (connection.stream >= this.streams) this.streams = connection.stream + 1;
      if (connection.stream !== this.stream || this.connection !== null) continue;
      this.connection = connection;
      connection.held = true;
    }
    if (this.connection === null) return;
    for (const change of changes) if (change.stream === this.stream) this.step(change, this.connection);
  }

  finish(): StatePaths | null {
    const { connection, stream } = this;
    if (connection === null) return null;
    const [a, b] = [this.path(connection.a, 0), this.path(connection.b, 1)];
    return { stream, paths: a.role === 'server' ? [b, a] : [a, b] };
  }

  private step(change: StateChange, { nameA }: Connection): void {
    const at = change.end === nameA && change.peer !== nameA ? 0 : 1;
    if (this.steps[at].length < MOST_STEPS) this.steps[at].push(change);
    else this.left[at]++;
  }

  private path(end: End, at: 0 | 1): StatePath {
    const steps = this.steps[at];
    const before = steps[0]?.from ?? end.state;
    return {
      name: this.connection!.nameOf(end),
      role: end.role,
      before,
      expected: before === 'LISTEN' && !end.synSeen,
      steps,
      left: this.left[at],
      after: provenState(end),
    };
  }
}
