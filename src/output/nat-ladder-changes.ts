import { minus } from '../core/sequence.ts';
import type { Sightings } from '../nat/sightings.ts';
import type { LadderSide } from './ladder.ts';
import type { RouterChange } from './nat-ladder.ts';

/** A packet as it went into the router, or came out: the row of the place that saw it, and its endpoints' names there. */
interface Passing {
  readonly place: Sightings;
  readonly row: number;
  readonly source: string;
  readonly destination: string;
}

/** Tells what the router changes once for a connection, and again where it becomes another change. */
export class RouterChanges {
  private named = false;
  private lowered = 0;
  /** By sender: what the second place's numbers are higher by. */
  private readonly seqs = [0, 0];
  private readonly acks = [0, 0];

  /** Of the next packet that passed. `touched`: the checksums prove that what it carries was changed. */
  of(from: LadderSide, before: Passing, after: Passing, touched: boolean): RouterChange[] {
    const [here, there] = [before.place, after.place];
    const changes = this.names(before, after);
    const [hops, others] = [here.hops[before.row]!, there.hops[after.row]!];
    if (hops - others !== this.lowered) changes.push({ what: 'hops', before: hops, after: others });
    this.lowered = hops - others;
    const [mss, clamped] = [here.segmentSizes[before.row]!, there.segmentSizes[after.row]!];
    if (mss >= 0 && clamped >= 0 && mss !== clamped) changes.push({ what: 'mss', before: mss, after: clamped });
    const [length, resized] = [here.lengths[before.row]!, there.lengths[after.row]!];
    if (length !== resized) changes.push({ what: 'length', before: length, after: resized });
    else if (touched) changes.push({ what: 'content' });
    const seq = minus(there.seqs[after.row]!, here.seqs[before.row]!);
    if (seq !== this.seqs[from]) changes.push({ what: 'seq', by: seq });
    this.seqs[from] = seq;
    const ack = minus(there.acks[after.row]!, here.acks[before.row]!);
    if (ack !== this.acks[from]) changes.push({ what: 'ack', by: ack });
    this.acks[from] = ack;
    return changes;
  }

  private names(before: Passing, after: Passing): RouterChange[] {
    if (this.named) return [];
    this.named = true;
    const changes: RouterChange[] = [];
    for (const what of ['source', 'destination'] as const) {
      if (before[what] !== after[what]) changes.push({ what, before: before[what], after: after[what] });
    }
    return changes;
  }
}
