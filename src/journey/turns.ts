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

/**
 * Who spoke when, in a conversation of which nobody here reads the messages. A turn begins with the client; what the server
 * says before that, a greeting, stands by itself.
 */
export class Turns {
  readonly all: Turn[] = [];
  private last: Turn | null = null;
  private answered = false;

  /** New octets from one side, of which `client` is the one that asks. */
  data(side: 0 | 1, client: 0 | 1, octets: number, at: Moment): void {
    const { last } = this;
    if (last === null || (side === client && (this.answered || last.side !== client))) {
      this.begin(side, octets, at);
      return;
    }
    last.octets[side === last.side ? 0 : 1] += octets;
    if (last.turns > 1) last.lastByte = at;
    else if (side === last.side) last.sent = at;
    else {
      last.firstByte ??= at;
      last.lastByte = at;
    }
    if (side !== client) this.answered = true;
  }

  /** What comes next begins something new. */
  end(): void {
    this.last = null;
  }

  private begin(side: 0 | 1, octets: number, at: Moment): void {
    const many = this.all.length < MOST ? undefined : this.all.at(-1);
    this.answered = false;
    if (many !== undefined) {
      this.last = many;
      many.turns++;
      many.octets[side === many.side ? 0 : 1] += octets;
      many.lastByte = at;
      return;
    }
    this.last = { side, begin: at, sent: at, firstByte: null, lastByte: null, octets: [octets, 0], turns: 1 };
    this.all.push(this.last);
  }
}
