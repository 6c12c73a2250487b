import type { ClockOffset } from '../nat/clocks.ts';
import type { GapRow, Ladder, LadderEnd, LadderSide, PauseRow, SegmentRow, Step, TimerRow } from './ladder.ts';
import type { FoldRow } from './ladder-run.ts';

/**
 * One TCP connection through a translator as a sequence diagram of three columns: the client, the router, the server. Either
 * end stands as the capture next to it shows it.
 */
export interface NatLadder {
  /** The client's side, left of the router, and the server's. */
  readonly sides: readonly [NatLadderSide, NatLadderSide];
  readonly rows: readonly NatLadderRow[];
  /** Segments that were seen on both sides, and those that only the left or the right one saw. */
  readonly passed: number;
  readonly alone: readonly [number, number];
  /** Segments that are not drawn: too many. */
  readonly left: number;
  /** All times are those of this capture's clock, in nanoseconds since its first frame. */
  readonly clock: { readonly capture: string; readonly other: string | null; readonly offset: ClockOffset };
}

export interface NatLadderSide {
  readonly capture: string;
  /** The connection's number in this capture. */
  readonly stream: number;
  /** Who lives on this side, and how this side calls the other end. */
  readonly end: LadderEnd;
  readonly peer: string;
  /** True when this capture holds only a part of the connection. */
  readonly midStream: boolean;
}

export type NatLadderRow = CrossingRow | ErrorRow | ArrivalRow | GapRow | FoldRow | TimerRow | PauseRow;

/** Where a packet was seen: on both sides of the router, or on one only. */
export interface Seen {
  /** By the clock of the ladder; of a packet that both sides saw, when the first of them did. */
  readonly time: number;
  readonly from: LadderSide;
  /** On the left and on the right; null where it was not seen. */
  readonly frames: readonly [number | null, number | null];
  readonly times: readonly [number | null, number | null];
  /** Null for what passed. */
  readonly fate: Fate | null;
}

/**
 * What became of a packet that one side alone saw. `lost`: it went towards the router, and did not come out. `made`: it
 * came from there, and everything says that the router made it; `unheard` where it may also have been missed on the other
 * side. `unrecorded`: nothing was recorded there at that time.
 */
export type Fate = 'lost' | 'made' | 'unheard' | 'unrecorded';

/** A segment, with the numbers and the findings of the capture nearest to its sender. */
export interface CrossingRow extends SegmentRow, Seen {
  /** What the router changed in it, where that was not told before. */
  readonly changes: readonly RouterChange[];
}

/** An ICMP error about a segment of the connection. */
export interface ErrorRow extends Seen {
  readonly kind: 'error';
  readonly source: string;
  /** Safe to print. */
  readonly said: string;
}

/** A segment that was on its way while another one was: what it does where it arrives, when it does. */
export interface ArrivalRow {
  readonly kind: 'arrival';
  readonly time: number;
  readonly side: LadderSide;
  readonly frame: number;
  readonly steps: readonly Step[];
}

/** `before` is what went into the router, `after` what came out. */
export type RouterChange =
  | { readonly what: 'source' | 'destination'; readonly before: string; readonly after: string }
  | { readonly what: 'hops' | 'mss' | 'length'; readonly before: number; readonly after: number }
  | { readonly what: 'seq' | 'ack'; readonly by: number }
  | { readonly what: 'content' };

/** What an ICMP error says, and who sent it. */
export interface SeenError {
  readonly source: string;
  readonly said: string;
}

/** Of one place: what it saw of the connection. */
export interface PlaceSeen {
  /** Not folded. */
  readonly ladder: Ladder;
  /** ICMP errors about the connection, by row. */
  readonly errors: ReadonlyMap<number, SeenError>;
}
