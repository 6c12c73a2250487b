import { stringOf } from '../core/octet-text.ts';
import { lineFeed } from './text-line.ts';

/**
 * The head of an HTTP/1.x message, RFC 9112 §2.1: whether octets begin one, where it ends, its start line and its fields.
 * Nothing here makes text of what is only looked at: heads are read on the way of every segment.
 */
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const TAB = 9;
const COLON = 58;
const NO_BYTES = new Uint8Array(0);

/** Octets that the head of a message may have; a longer one is not waited for. */
export const LONGEST_HEAD = 1 << 16;

export type Kind = 'request' | 'response' | 'continuation';

/** A first word that is longer is no method. */
const LONGEST_METHOD = 32;

/** A place for every length of a method and its first letter. */
const methodSlot = (length: number, first: number): number => length * 32 + (first & 31);

/** Methods that begin a request, by `methodSlot`; others are taken for one when the line ends in a version. */
const METHODS: (string[] | undefined)[] = [];
for (const method of `GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK
  REPORT CHECKOUT CHECKIN UNCHECKOUT MKACTIVITY MERGE SEARCH NOTIFY M-SEARCH SUBSCRIBE UNSUBSCRIBE BCOPY BDELETE BMOVE
  BPROPFIND BPROPPATCH POLL VERSION-CONTROL MKWORKSPACE UPDATE LABEL BASELINE-CONTROL LINK UNLINK MKCALENDAR ACL
  RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA ICY CCM_POST RDG_IN_DATA RDG_OUT_DATA`.split(/\s+/)) {
  const slot = methodSlot(method.length, method.charCodeAt(0));
  METHODS[slot] = [...(METHODS[slot] ?? []), method];
}

/** Where the line that ends before `feed` has its last character. */
export const withoutCr = (bytes: Uint8Array, at: number, feed: number): number =>
  feed > at && bytes[feed - 1] === CR ? feed - 1 : feed;

/** The first octet behind the empty line that ends the head, or -1; looks from `from` on, inside the head at `at`. */
export function headEnd(bytes: Uint8Array, at: number, from: number, end: number): number {
  for (let i = Math.max(from, at); i < end; i++) {
    if (bytes[i] !== LF) continue;
    if (i - 1 >= at && bytes[i - 1] === LF) return i + 1;
    if (i - 2 >= at && bytes[i - 1] === CR && bytes[i - 2] === LF) return i + 1;
  }
  return -1;
}

/** What the bytes at `at` begin. A line that is not whole is judged by what there is of it. */
export function kindOf(bytes: Uint8Array, at: number, end: number): Kind {
  if (startsWith(bytes, at, end, 'HTTP/')) return 'response';
  const most = Math.min(end, at + LONGEST_METHOD + 1);
  let word = at;
  while (word < most && bytes[word]! > SPACE) word++;
  if (word === at || word - at > LONGEST_METHOD || (word < end && bytes[word] !== SPACE)) return 'continuation';
  return isMethod(bytes, at, word) || endsInVersion(bytes, at, end) ? 'request' : 'continuation';
}

function isMethod(bytes: Uint8Array, at: number, end: number): boolean {
  const candidates = METHODS[methodSlot(end - at, bytes[at]!)];
  if (candidates === undefined) return false;
  for (const method of candidates) if (isWord(bytes, at, end, method)) return true;
  return false;
}

/** True when the octets are these letters, no more and no fewer. */
export function isWord(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  return end - at === text.length && startsWith(bytes, at, end, text);
}

/** Methods of event notification (UPnP, GENA), which Wireshark calls no requests, nor pairs with their responses. */
const NOTIFICATIONS = ['NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE'];

export const isNotification = (bytes: Uint8Array, at: number, end: number): boolean =>
  NOTIFICATIONS.some((method) => isWord(bytes, at, end, method));

/** True for a whole first line that names an HTTP version at its end, or a response's beginning. */
export function looksLikeHttp(bytes: Uint8Array, at: number, end: number): boolean {
  return startsWith(bytes, at, end, 'HTTP/1.') || endsInVersion(bytes, at, end);
}

function endsInVersion(bytes: Uint8Array, at: number, end: number): boolean {
  const feed = lineFeed(bytes, at, Math.min(end, at + LONGEST_HEAD));
  if (feed < 0) return false;
  const last = withoutCr(bytes, at, feed);
  if (last - at <= 9 || bytes[last - 9] !== SPACE || !startsWith(bytes, last - 8, last, 'HTTP/')) return false;
  return bytes.indexOf(SPACE, at) < last - 9; // a method and a target before it (RFC 9112 §3)
}

function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  const { length } = text;
  if (at + length > end) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Steps through the field lines of a head without making text of anything. Of two fields with the same name the first
 * one counts, wherever a single value is asked for.
 */
export class FieldLines {
  /** Where the line begins, and where the next one does. */
  at = 0;
  end = 0;
  /** Where the colon stands. */
  colon = 0;
  /** The value without the space around it. */
  valueAt = 0;
  valueEnd = 0;
  bytes: Uint8Array = NO_BYTES;
  private headEnd = 0;

  /** The head begins at `at` with its start line, and ends at `end`. */
  begin(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.headEnd = end;
    this.end = nextLine(bytes, at, end);
    this.ended = false;
  }

  /** True once the empty line was met, behind which `end` stands then. */
  ended = false;

  next(): boolean {
    const { bytes, headEnd } = this;
    while (this.end < headEnd) {
      const line = this.end;
      let colon = -1;
      let next = line;
      for (; next < headEnd; next++) {
        const b = bytes[next]!;
        if (b === LF) break;
        if (b === COLON && colon < 0) colon = next;
      }
      if (next === headEnd) return this.stop(); // cut off: nobody knows what the value would have been
      next++;
      if (withoutCr(bytes, line, next - 1) === line) return this.finish(next);
      // A line that begins with white space continues the one before (RFC 9112 §5.2).
      if (next < headEnd && (bytes[next] === SPACE || bytes[next] === TAB)) {
        while (next < headEnd && (bytes[next] === SPACE || bytes[next] === TAB)) next = nextLine(bytes, next, headEnd);
        if (colon < 0) colon = line + bytes.subarray(line, next).indexOf(COLON);
      }
      const last = withoutCr(bytes, line, next - 1);
      this.end = next;
      if (colon <= line || colon >= last) continue;
      this.at = line;
      this.colon = colon;
      this.trim(colon + 1, last);
      return true;
    }
    return false;
  }

  /** True for this name, given in small letters: names do not tell small from capital letters (RFC 9110 §5.1). */
  is(name: string): boolean {
    const { bytes, at, colon } = this;
    const { length } = name;
    if (colon - at < length) return false;
    for (let i = 0; i < length; i++) if (small(bytes[at + i]!) !== name.charCodeAt(i)) return false;
    // White space is not allowed there, which keeps nobody from sending it; a NUL ends the text.
    for (let i = at + length; i < colon; i++) {
      const b = bytes[i]!;
      if (b === 0) return true;
      if (!isSpace(b)) return false;
    }
    return true;
  }

  /** The name in small letters. */
  get name(): string {
    return stringOf(this.bytes, this.at, this.colon).trimEnd().toLowerCase();
  }

  get value(): string {
    return stringOf(this.bytes, this.valueAt, this.valueEnd);
  }

  private trim(from: number, to: number): void {
    const { bytes } = this;
    let at = from;
    let end = to;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    while (end > at && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
    this.valueAt = at;
    this.valueEnd = end;
  }

  private stop(): false {
    this.end = this.headEnd;
    return false;
  }

  private finish(end: number): false {
    this.ended = true;
    this.end = this.headEnd = end;
    return false;
  }
}

/** What may stand around a word without being a part of it. */
export const isSpace = (octet: number): boolean => octet === SPACE || (octet >= TAB && octet <= CR);

export const small = (octet: number): number => (octet >= 65 && octet <= 90 ? octet + 32 : octet);

function nextLine(bytes: Uint8Array, at: number, end: number): number {
  const feed = lineFeed(bytes, at, end);
  return feed < 0 ? end : feed + 1;
}

/** For searches that are over before the next one begins. */
const search = new FieldLines();

/** The first field line with this name (in small letters), valid until the next search; or null. */
export function findField(bytes: Uint8Array, at: number, end: number, name: string): FieldLines | null {
  search.begin(bytes, at, end);
  while (search.next()) if (search.is(name)) return search;
  return null;
}

/** What a head says about where its message ends, and whom it is for. Read once a message, all fields in one go. */
export class Head {
  /** The stated length, or -1 when there is none or it is no number (RFC 9112 §6.3). */
  length = -1;
  /** Values, [from, to): from is -1 where the field is not there. */
  codingAt = -1;
  codingEnd = -1;
  hostAt = -1;
  hostEnd = -1;
  private readonly lines = new FieldLines();

  /** Answers with where the content begins, or -1 when the empty line is not there. */
  read(bytes: Uint8Array, at: number, end: number): number {
    const { lines } = this;
    let lengthAt = -1;
    this.length = this.codingAt = this.hostAt = -1;
    lines.begin(bytes, at, end);
    while (lines.next()) {
      const first = small(bytes[lines.at]!);
      if (first === C && lengthAt < 0 && lines.is('content-length')) {
        lengthAt = lines.valueAt;
        this.length = decimal(bytes, lengthAt, lines.valueEnd);
      } else if (first === T && this.codingAt < 0 && lines.is('transfer-encoding')) {
        this.codingAt = lines.valueAt;
        this.codingEnd = lines.valueEnd;
      } else if (first === H && this.hostAt < 0 && lines.is('host')) {
        this.hostAt = lines.valueAt;
        this.hostEnd = lines.valueEnd;
      }
    }
    return lines.ended ? lines.end : -1;
  }
}

const [C, H, T] = [99, 104, 116];

/** A number of up to 15 digits, which a NUL may end; -1 for anything else. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  let i = from;
  for (; i < to && bytes[i] !== 0; i++) {
    const next = digit(bytes[i]!);
    if (next < 0 || i - from === 15) return -1;
    value = value * 10 + next;
  }
  return i > from ? value : -1;
}

const digit = (octet: number): number => (octet >= 48 && octet <= 57 ? octet - 48 : -1);

/**
 * The parts of the start line, as offsets of its words: method, target and version, or version, code and phrase. Of a line
 * that is cut off, the words that are surely whole; words that are not there are empty.
 */
export class StartLine {
  kind: Kind = 'continuation';
  at = 0;
  firstEnd = 0;
  secondAt = 0;
  secondEnd = 0;
  thirdAt = 0;
  thirdEnd = 0;
  /** Behind the line's end. */
  end = 0;

  read(bytes: Uint8Array, at: number, end: number): this {
    const next = nextLine(bytes, at, end);
    const whole = next > at && bytes[next - 1] === LF;
    const last = whole ? withoutCr(bytes, at, next - 1) : lastSpace(bytes, at, next);
    this.kind = kindOf(bytes, at, end);
    this.at = at;
    this.firstEnd = wordEnd(bytes, at, last);
    this.secondAt = Math.min(this.firstEnd + 1, last);
    this.secondEnd = wordEnd(bytes, this.secondAt, last);
    this.thirdAt = Math.min(this.secondEnd + 1, last);
    this.thirdEnd = last;
    this.end = next;
    return this;
  }

  /** The status of a response, where it has three digits; else 0. */
  status(bytes: Uint8Array): number {
    const { secondAt } = this;
    if (this.secondEnd - secondAt !== 3) return 0;
    const [a, b, c] = [digit(bytes[secondAt]!), digit(bytes[secondAt + 1]!), digit(bytes[secondAt + 2]!)];
    return a < 0 || b < 0 || c < 0 ? 0 : a * 100 + b * 10 + c;
  }
}

/** For what is looked at before another line is read. */
const line = new StartLine();

/** Where the last word begins whose end is not there, with the space before it left out. */
function lastSpace(bytes: Uint8Array, at: number, end: number): number {
  let i = end;
  while (i > at && bytes[i - 1] !== SPACE) i--;
  return Math.max(at, i - 1);
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== SPACE) i++;
  return i;
}

/** The status of the response at `at`, or 0. */
export function status(bytes: Uint8Array, at: number, end: number): number {
  line.read(bytes, at, end);
  return line.kind === 'response' ? line.status(bytes) : 0;
}
