import { Sent, Span } from '../flows/flow.ts';
import { numberOfWord, Tape, wordOf } from '../flows/tape.ts';
import { ZeekConnection } from './zeek.ts';

/** What one end of a connection sent, counted. */
export class SentSegments extends Sent {
  retransmissions = 0;
  outOfOrder = 0;
  lostSegments = 0;
  duplicateAcks = 0;
  zeroWindows = 0;
  badChecksums = 0;

  override record(tape: Tape): void {
    super.record(tape);
    const { numbers } = tape;
    numbers[tape.at++] = this.retransmissions;
    numbers[tape.at++] = this.outOfOrder;
    numbers[tape.at++] = this.lostSegments;
    numbers[tape.at++] = this.duplicateAcks;
    numbers[tape.at++] = this.zeroWindows;
    numbers[tape.at++] = this.badChecksums;
  }

  override replay(tape: Tape): void {
    super.replay(tape);
    const { numbers } = tape;
    this.retransmissions = numbers[tape.at++]! | 0;
    this.outOfOrder = numbers[tape.at++]! | 0;
    this.lostSegments = numbers[tape.at++]! | 0;
    this.duplicateAcks = numbers[tape.at++]! | 0;
    this.zeroWindows = numbers[tape.at++]! | 0;
    this.badChecksums = numbers[tape.at++]! | 0;
  }
}

/** What is counted of a connection while somebody wants to know. */
export class Summary {
  readonly span = new Span();
  readonly a = new SentSegments();
  readonly b = new SentSegments();
  readonly zeek = new ZeekConnection();
  service: string | null = null;
  /** Frame of the RST that ended it; 0 for none. */
  resetFrame = 0;
  resetByA = false;
  refused = false;
  cause: string | null = null;

  record(tape: Tape): void {
    const { numbers } = tape;
    this.span.record(tape);
    this.a.record(tape);
    this.b.record(tape);
    this.zeek.record(tape);
    numbers[tape.at++] = numberOfWord(this.service);
    numbers[tape.at++] = this.resetFrame;
    numbers[tape.at++] = this.resetByA ? 1 : 0;
    numbers[tape.at++] = this.refused ? 1 : 0;
    numbers[tape.at++] = numberOfWord(this.cause);
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.span.replay(tape);
    this.a.replay(tape);
    this.b.replay(tape);
    this.zeek.replay(tape);
    this.service = wordOf(numbers[tape.at++]!);
    this.resetFrame = numbers[tape.at++]! | 0;
    this.resetByA = numbers[tape.at++] === 1;
    this.refused = numbers[tape.at++] === 1;
    this.cause = wordOf(numbers[tape.at++]!);
  }

  /** From now on something else is counted. */
  clear(): void {
    NOTHING.at = 0;
    this.replay(NOTHING);
    this.replayLists(NOTHING);
  }

  get listed(): number {
    return this.zeek.a.pieces.length + this.zeek.b.pieces.length;
  }

  recordLists(tape: Tape): void {
    this.zeek.recordLists(tape);
  }

  replayLists(tape: Tape): void {
    this.zeek.replayLists(tape);
  }
}

/** Where nothing is counted all numbers are 0. */
const NOTHING = new Tape();
