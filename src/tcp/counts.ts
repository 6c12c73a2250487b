import { Sent, Span } from '../flows/flow.ts';
import type { Tape } from '../flows/tape.ts';
import { ZeekConnection } from './zeek.ts';

/** What one end of a connection sent, counted. */
export class SentSegments extends Sent {
  retransmissions = 0;
  outOfOrder = 0;
  lostSegments = 0;
  duplicateAcks = 0;
  zeroWindows = 0;
  badChecksums = 0;

  override pass(tape: Tape): void {
    super.pass(tape);
    this.retransmissions = tape.number(this.retransmissions);
    this.outOfOrder = tape.number(this.outOfOrder);
    this.lostSegments = tape.number(this.lostSegments);
    this.duplicateAcks = tape.number(this.duplicateAcks);
    this.zeroWindows = tape.number(this.zeroWindows);
    this.badChecksums = tape.number(this.badChecksums);
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

  pass(tape: Tape): void {
    this.span.pass(tape);
    this.a.pass(tape);
    this.b.pass(tape);
    this.zeek.pass(tape);
    this.service = tape.word(this.service, null);
    this.resetFrame = tape.number(this.resetFrame);
    this.resetByA = tape.flag(this.resetByA);
    this.refused = tape.flag(this.refused);
    this.cause = tape.word(this.cause, null);
  }
}
