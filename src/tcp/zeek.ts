import { after, atOrBefore, before, minus } from '../core/sequence.ts';
import type { Tape } from '../flows/tape.ts';
import { isLikelyServerPort, ZeekHistory } from '../flows/zeek-history.ts';
import { ACK, FIN, RST, SYN } from '../protocols/tcp.ts';

/**
 * What Zeek's conn.log says of a connection: `conn_state` and `history`, reckoned by the rules that its documentation of
 * conn.log and its output give. It watches each end by the flags alone, so that its states are not RFC 9293's; people who
 * have years of conn.log want the same letters here. As under `zeek -C`, checksums are not asked: captures made on the
 * sending host would have nothing but letters for bad ones. Zeek's timeouts are left out: a connection stays one.
 */
const INACTIVE = 0;
const SYN_SENT = 1;
const SYN_ACK_SENT = 2;
/** Sent something, but its SYN was not captured. */
const PARTIAL = 3;
const ESTABLISHED = 4;
/** Sent a FIN. */
const CLOSED = 5;
/** Sent a RST. */
const RESET = 6;

// Letters that are written once an end.
const SYN_LETTER = 1;
const FIN_LETTER = 2;
const RST_LETTER = 4;
const DATA_LETTER = 8;
const ACK_LETTER = 16;
const INCONSISTENT_LETTER = 32;
const SEVERAL_FLAGS_LETTER = 64;

/** Numbers of SYN and RST segments that are farther off than this are not believed. */
const FAR = 1 << 20;

/** Pieces behind a gap that are remembered at the most. */
const MAX_PIECES = 512;

/** One end, as Zeek sees it. Numbers are raw ones unless they are called relative. */
class ZeekEnd {
  standing = INACTIVE;
  /** The standing before this one. */
  earlier = INACTIVE;
  /** Where counting begins: the number of its SYN, or one before the first number seen. */
  start = 0;
  /** One past the last number sent; the number up to which the other end has acknowledged. */
  last = 0;
  acknowledged = 0;
  /** Relative numbers of its last SYN, FIN and RST. */
  synAt = 0;
  finAt = 0;
  rstAt = 0;
  finSeen = false;
  /** One past its FIN. */
  finEnd = 0;
  /** Letters that were written for it. */
  letters = 0;
  /** How often each of the letters was due that are written the first, tenth, hundredth … time. */
  retransmissions = 0;
  zeroWindows = 0;
  gaps = 0;
  /** Everything before was put together, or given up. */
  delivered = 0;
  /** [from, to) of what came behind a gap, in order. */
  readonly pieces: number[] = [];

  turn(standing: number): void {
    if (standing === this.standing) return;
    this.earlier = this.standing;
    this.standing = standing;
  }

  begin(start: number, last: number): void {
    this.start = this.acknowledged = start;
    this.last = last;
    this.delivered = (start + 1) >>> 0;
  }

  /** True of an end that is established or was until it closed: only between two such ends is a gap a gap. */
  get clean(): boolean {
    return this.standing === ESTABLISHED || (this.standing === CLOSED && this.earlier === ESTABLISHED);
  }

  /** Octets that it sent, by its numbers. */
  size(peer: ZeekEnd): number {
    const halfOpen = this.earlier === SYN_SENT && this.standing === RESET && peer.standing === INACTIVE;
    if (halfOpen && minus(this.acknowledged, this.start) > 1) return 0;
    const end = after(this.last, this.acknowledged) ? this.last : this.acknowledged;
    let size = (end - this.start) >>> 0;
    if (size > 0) size--;
    if (size > 0 && this.finSeen) size--;
    return size;
  }

  record(tape: Tape): void {
    const { numbers } = tape;
    numbers[tape.at++] = this.standing;
    numbers[tape.at++] = this.earlier;
    const { start } = this;
    numbers[tape.at++] = start;
    numbers[tape.at++] = this.last - start;
    numbers[tape.at++] = this.acknowledged - start;
    numbers[tape.at++] = this.synAt;
    numbers[tape.at++] = this.finAt;
    numbers[tape.at++] = this.rstAt;
    numbers[tape.at++] = this.finSeen ? 1 : 0;
    numbers[tape.at++] = this.finEnd - (this.finSeen ? start : 0);
    numbers[tape.at++] = this.letters;
    numbers[tape.at++] = this.retransmissions;
    numbers[tape.at++] = this.zeroWindows;
    numbers[tape.at++] = this.gaps;
    numbers[tape.at++] = this.delivered - start;
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.standing = numbers[tape.at++]! | 0;
    this.earlier = numbers[tape.at++]! | 0;
    const start = numbers[tape.at++]!;
    this.start = start;
    this.last = numbers[tape.at++]! + start;
    this.acknowledged = numbers[tape.at++]! + start;
    this.synAt = numbers[tape.at++]!;
    this.finAt = numbers[tape.at++]!;
    this.rstAt = numbers[tape.at++]!;
    this.finSeen = numbers[tape.at++] === 1;
    this.finEnd = numbers[tape.at++]! + (this.finSeen ? start : 0);
    this.letters = numbers[tape.at++]! | 0;
    this.retransmissions = numbers[tape.at++]! | 0;
    this.zeroWindows = numbers[tape.at++]! | 0;
    this.gaps = numbers[tape.at++]! | 0;
    this.delivered = numbers[tape.at++]! + start;
  }
}

/** What a segment says, as far as Zeek asks. */
interface ZeekSegment {
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  /** Octets of payload as sent. */
  readonly length: number;
  readonly rawWindow: number;
}

export class ZeekConnection {
  readonly a = new ZeekEnd();
  readonly b = new ZeekEnd();
  readonly history = new ZeekHistory();
  /** The originator is B: by the ports, or because the SYN came after the SYN+ACK. */
  flipped = false;
  private begun = false;
  private partial = false;
  private originatorSeen = false;
  private responderSeen = false;

  /** `whole`: all its payload was captured. */
  segment(segment: ZeekSegment, fromA: boolean, whole: boolean, sourcePort: number, destinationPort: number): void {
    const { flags, seq, ack, length } = segment;
    this.direct(flags, sourcePort, destinationPort);
    const end = fromA ? this.a : this.b;
    const peer = fromA ? this.b : this.a;
    this.notePartial(end, flags);
    const counted = (flags & RST ? 0 : length) + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
    const next = (seq + counted) >>> 0;
    beginNumbers(end, flags, seq, next);
    const relative = minus(seq, end.start);
    this.writeFlags(end, flags, relative, length);
    const closedWindow = segment.rawWindow === 0 && (flags & RST) === 0;
    if (closedWindow && peer.standing !== CLOSED && end.standing !== RESET) {
      this.history.scaled('w', ++end.zeroWindows, this.isOriginator(end));
    }
    if (flags & FIN) {
      end.finSeen = true;
      end.finEnd = next;
    }
    const acknowledged = flags & ACK ? noteAcknowledgment(peer, flags, ack) : null;
    this.noteLast(end, flags, next, length);
    this.move(end, peer, flags, seq, length);
    if (acknowledged !== null) this.take(peer, end, acknowledged);
    if (length > 0 && whole && (flags & RST) === 0 && relative >= 0) {
      deliver(end, flags & SYN ? (seq + 1) >>> 0 : seq, length);
    }
    if (this.isOriginator(end)) this.originatorSeen = true;
    else this.responderSeen = true;
  }

  get originator(): ZeekEnd {
    return this.flipped ? this.b : this.a;
  }

  get responder(): ZeekEnd {
    return this.flipped ? this.a : this.b;
  }

  private isOriginator(end: ZeekEnd): boolean {
    return (end === this.a) !== this.flipped;
  }

  /** Who began a connection whose SYN was not seen is told by the ports. */
  private direct(flags: number, sourcePort: number, destinationPort: number): void {
    if (this.begun) return;
    this.begun = true;
    if ((flags & (SYN | ACK)) === SYN || !isLikelyServerPort('tcp', sourcePort)) return;
    const both = isLikelyServerPort('tcp', destinationPort);
    if (!both || ((flags & SYN) === 0 && sourcePort < destinationPort)) this.flip();
  }

  private flip(): void {
    this.flipped = !this.flipped;
    this.history.add('^');
  }

  private notePartial(end: ZeekEnd, flags: number): void {
    if (this.isOriginator(end)) {
      if (!this.originatorSeen) this.partial = (flags & (SYN | ACK)) !== SYN;
    } else if (!this.responderSeen && !this.partial) {
      this.partial = (flags & SYN) === 0;
    }
  }

  private writeFlags(end: ZeekEnd, flags: number, relative: number, length: number): void {
    const marks = flags & (SYN | FIN | RST);
    switch (marks) {
      case 0:
        if (length > 0) this.once(end, DATA_LETTER, 'd');
        else if (flags & ACK) this.once(end, ACK_LETTER, 'a');
        return;
      case SYN:
        if (!this.once(end, SYN_LETTER, flags & ACK ? 'h' : 's') && relative !== end.synAt) {
          this.history.letter(flags & ACK ? 'h' : 's', this.isOriginator(end));
        }
        end.synAt = relative;
        return;
      case FIN:
        if (!this.once(end, FIN_LETTER, 'f') && relative + length !== end.finAt) {
          this.history.letter('f', this.isOriginator(end));
        }
        end.finAt = relative + length;
        return;
      case RST:
        if (!this.once(end, RST_LETTER, 'r') && relative !== end.rstAt) {
          this.history.letter('r', this.isOriginator(end));
        }
        end.rstAt = relative;
        return;
      default:
        if ((marks & (FIN | RST)) === (FIN | RST)) this.once(end, INCONSISTENT_LETTER, 'i');
        else this.once(end, SEVERAL_FLAGS_LETTER, 'q');
    }
  }

  /** Writes a letter that an end has once. False when it has it already. */
  private once(end: ZeekEnd, bit: number, letter: string): boolean {
    if (end.letters & bit) return false;
    end.letters |= bit;
    this.history.letter(letter, this.isOriginator(end));
    return true;
  }

  private noteLast(end: ZeekEnd, flags: number, next: number, length: number): void {
    const step = minus(next, end.last);
    if (flags & (SYN | RST) && Math.abs(step) > FAR) return;
    if (flags & FIN && end.last === (end.start + 1) >>> 0) {
      end.last = next;
      return;
    }
    if (end.standing === RESET) return;
    if (step > 0) end.last = next;
    else if (length > 0) this.history.scaled('t', ++end.retransmissions, this.isOriginator(end));
  }

  private move(end: ZeekEnd, peer: ZeekEnd, flags: number, seq: number, length: number): void {
    switch (end.standing) {
      case INACTIVE:
        this.awaken(end, peer, flags, seq, length);
        return;
      case SYN_SENT:
      case SYN_ACK_SENT:
        if (flags & FIN) end.turn(CLOSED);
        if (flags & RST) end.turn(RESET);
        return;
      case PARTIAL:
      case ESTABLISHED:
        if ((flags & (SYN | ACK)) === SYN && end.standing === PARTIAL && peer.standing === INACTIVE) end.turn(SYN_SENT);
        if ((flags & (FIN | RST)) === FIN) {
          end.turn(CLOSED);
          // The other end closed in order, too, before it sent its RST.
          if (peer.standing === RESET && peer.earlier === CLOSED) peer.turn(CLOSED);
        }
        if (flags & RST) end.turn(RESET);
        return;
      case CLOSED:
        if (flags & RST && peer.standing !== CLOSED) end.turn(RESET);
        return;
      default:
    }
  }

  /** The first segment of an end. */
  private awaken(end: ZeekEnd, peer: ZeekEnd, flags: number, seq: number, length: number): void {
    if (flags & SYN) this.open(end, peer, flags, seq);
    if (flags & FIN) end.turn(CLOSED);
    if (flags & RST) end.turn(RESET);
    if (end.standing !== INACTIVE) return;
    // Some stacks acknowledge a SYN before they answer it.
    if (!this.isOriginator(end) && length === 0 && peer.standing === SYN_SENT) return;
    if (flags & ACK && peer.standing === ESTABLISHED) {
      end.turn(ESTABLISHED);
      this.partial = false;
    } else {
      end.turn(PARTIAL);
    }
  }

  private open(end: ZeekEnd, peer: ZeekEnd, flags: number, seq: number): void {
    if (this.isOriginator(end)) {
      end.turn(flags & ACK ? SYN_ACK_SENT : SYN_SENT);
      return;
    }
    if ((flags & ACK) === 0 && peer.standing === SYN_ACK_SENT && seq === end.start) {
      // SYN and SYN+ACK were recorded in the wrong order.
      this.partial = false;
      this.flip();
      peer.turn(ESTABLISHED);
    }
    if (peer.standing === SYN_SENT) peer.turn(ESTABLISHED);
    end.turn(ESTABLISHED);
  }

  /** The other end has acknowledged everything of `end` before `number`: what did not come by then is a gap. */
  private take(end: ZeekEnd, peer: ZeekEnd, number: number): void {
    const upTo = end.finSeen && !before(number, end.finEnd) ? (end.finEnd - 1) >>> 0 : number;
    if (!after(upTo, end.delivered)) return;
    if (this.partial && minus(upTo, end.start) <= 2) return;
    const { pieces } = end;
    let missed = 0;
    while (pieces.length > 0 && before(pieces[0]!, upTo)) {
      if (after(pieces[0]!, end.delivered)) missed++;
      if (after(pieces[1]!, end.delivered)) end.delivered = pieces[1]!;
      pieces.splice(0, 2);
    }
    if (after(upTo, end.delivered)) {
      missed++;
      end.delivered = upTo;
    }
    if (!end.clean || !peer.clean) return;
    for (let i = 0; i < missed; i++) this.history.scaled('g', ++end.gaps, this.isOriginator(end));
  }

  record(tape: Tape): void {
    const { numbers } = tape;
    this.a.record(tape);
    this.b.record(tape);
    this.history.record(tape);
    numbers[tape.at++] = this.flipped ? 1 : 0;
    numbers[tape.at++] = this.begun ? 1 : 0;
    numbers[tape.at++] = this.partial ? 1 : 0;
    numbers[tape.at++] = this.originatorSeen ? 1 : 0;
    numbers[tape.at++] = this.responderSeen ? 1 : 0;
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.a.replay(tape);
    this.b.replay(tape);
    this.history.replay(tape);
    this.flipped = numbers[tape.at++] === 1;
    this.begun = numbers[tape.at++] === 1;
    this.partial = numbers[tape.at++] === 1;
    this.originatorSeen = numbers[tape.at++] === 1;
    this.responderSeen = numbers[tape.at++] === 1;
  }

  recordLists(tape: Tape): void {
    tape.recordList(this.a.pieces);
    tape.recordList(this.b.pieces);
  }

  replayLists(tape: Tape): void {
    tape.replayList(this.a.pieces);
    tape.replayList(this.b.pieces);
  }

  /** `conn_state`. */
  get state(): string {
    const { originator, responder } = this;
    const [o, r] = [originator.standing, responder.standing];
    const noOriginator = o === INACTIVE || o === PARTIAL;
    const noResponder = r === INACTIVE || r === PARTIAL;
    if (r === RESET) {
      const empty = originator.size(responder) === 0 && responder.size(originator) === 0;
      if (o === SYN_SENT || o === SYN_ACK_SENT || (o === RESET && empty)) return 'REJ';
      return noOriginator ? 'RSTRH' : 'RSTR';
    }
    if (o === RESET) {
      if (!noResponder) return 'RSTO';
      return /^\^?S[^HAFGIQ]*R/.test(this.history.text) ? 'RSTOS0' : 'OTH';
    }
    if (o === CLOSED && r === CLOSED) return 'SF';
    if (o === CLOSED) return noResponder ? 'SH' : 'S2';
    if (r === CLOSED) return noOriginator ? 'SHR' : 'S3';
    if (o === SYN_SENT && r === INACTIVE) return 'S0';
    return o === ESTABLISHED && r === ESTABLISHED ? 'S1' : 'OTH';
  }
}

function beginNumbers(end: ZeekEnd, flags: number, seq: number, next: number): void {
  const { standing, earlier } = end;
  if (standing === INACTIVE) {
    if (flags & SYN) end.begin(seq, next);
    else end.begin((seq - 1) >>> 0, seq);
    return;
  }
  if ((flags & SYN) === 0) return;
  const again = (standing === SYN_SENT || standing === SYN_ACK_SENT) && seq !== end.start;
  const doubted = standing === ESTABLISHED || standing === PARTIAL || (standing === RESET && earlier === INACTIVE);
  if (again || doubted) end.begin(seq, next);
}

/** Answers with the number that was acknowledged, or null when it is none to rely on. */
function noteAcknowledgment(peer: ZeekEnd, flags: number, ack: number): number | null {
  if (peer.standing === INACTIVE) {
    // It has sent nothing yet: counting begins as if a SYN had stood before what is acknowledged.
    peer.begin((ack - 1) >>> 0, (ack - 1) >>> 0);
    return ack;
  }
  if (before(ack, peer.start)) return null;
  const step = minus(ack, peer.acknowledged);
  if ((flags & RST) === 0 && step > 0 && !(ack === 0 && step > FAR)) peer.acknowledged = ack;
  return ack;
}

/** Payload came: it goes on where the stream stands, or waits behind a gap. */
function deliver(end: ZeekEnd, seq: number, length: number): void {
  const to = (seq + length) >>> 0;
  if (atOrBefore(to, end.delivered)) return;
  if (after(seq, end.delivered)) {
    keep(end.pieces, seq, to);
    return;
  }
  end.delivered = to;
  const { pieces } = end;
  while (pieces.length > 0 && atOrBefore(pieces[0]!, end.delivered)) {
    if (after(pieces[1]!, end.delivered)) end.delivered = pieces[1]!;
    pieces.splice(0, 2);
  }
}

/** Puts [from, to) in its place; pieces that touch become one. */
function keep(pieces: number[], from: number, to: number): void {
  let at = 0;
  while (at < pieces.length && before(pieces[at + 1]!, from)) at += 2;
  let end = at;
  let first = from;
  let last = to;
  while (end < pieces.length && atOrBefore(pieces[end]!, last)) {
    if (before(pieces[end]!, first)) first = pieces[end]!;
    if (after(pieces[end + 1]!, last)) last = pieces[end + 1]!;
    end += 2;
  }
  if (end === at && pieces.length >= 2 * MAX_PIECES) return;
  pieces.splice(at, end - at, first, last);
}
