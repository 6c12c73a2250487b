import type { Moment } from './journey.ts';

/** Turns of one conversation that are told one by one; later ones are told together. */
const MOST = 8;

/** One side speaks, and the other answers. */
export interface Turn {
  readonly side: 0 | 1;
  readonly begin: Moment;
  sent: Moment;
  firstByte: Moment | null;
  lastByte: Moment | null;
  /** Octets of who spoke first, and of the answer. */
  octets: [number, number];
  /** How many turns this is. */
  turns: number;
}

/** Who spoke when, in a conversation of which nobody here reads the messages. */
export class Turns {
  readonly all: Turn[] = [];
  private last: Turn | null = null;
  /** Who opened the turn at hand, where that is told with others. */
  private opener: 0 | 1 = 0;
  private answered = false;

  /** New octets from one side. */
  data(side: 0 | 1, octets: number, at: Moment): void {
    const { last } = this;
    if (last === null || (side === this.opener && this.answered)) {
      this.begin(side, octets, at);
      return;
    }
    if (side === this.opener) {
      last.octets[side === last.side ? 0 : 1] += octets;
      if (side === last.side && last.firstByte === null) last.sent = at;
    } else {
      this.answered = true;
      last.octets[side === last.side ? 0 : 1] += octets;
      last.firstByte ??= at;
    }
    if (side !== last.side || last.turns > 1) last.lastByte = at;
  }

  private begin(side: 0 | 1, octets: number, at: Moment): void {
    this.opener = side;
    this.answered = false;
    const { last } = this;
    if (last !== null && this.all.length >= MOST) {
      last.turns++;
      last.octets[side === last.side ? 0 : 1] += octets;
      last.lastByte = at;
      return;
    }
    this.last = { side, begin: at, sent: at, firstByte: null, lastByte: null, octets: [octets, 0], turns: 1 };
    this.all.push(this.last);
  }
}
