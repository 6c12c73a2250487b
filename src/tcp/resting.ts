import { Frame } from '../core/frame.ts';
import { Span } from '../flows/flow.ts';
import { ZeekHistory } from '../flows/zeek-history.ts';
import { Connection } from './connection.ts';
import { End } from './end.ts';
import { SentSegments, Summary } from './summary.ts';
import { ZeekConnection, ZeekEnd } from './zeek.ts';

/**
 * A connection at rest: everything that it knows, as the characters of a string. A capture may hold a million connections
 * of which few are talking at a time. As objects each takes some 3 kB, most of it fields that say nothing yet; a string
 * is the only thing of any length that costs an engine sixteen octets beside its content. Only what differs from a new
 * connection is written, and no character is above 255, so that each takes one octet.
 *
 * An object is a list of fields, closed by END: a character with how many fields are passed over and the kind of the
 * value, then the value, least significant octet first.
 */
const U8 = 0;
const U16 = 1;
const U32 = 2;
const U48 = 3;
const F64 = 4;
const TRUE = 5;
const WORD = 6;
const LIST = 7;
const OBJECT = 8;
const END = 15;
const KIND_BITS = 4;
const KIND = 15;
/** So many fields or more are passed over: a character with the number of the field follows. */
const FAR = 15;

/** Longer ones stay as they are: they are in the middle of something. */
const MOST_OCTETS = 4096;

type Fields = Record<string, unknown>;

interface Kind {
  readonly make: () => object;
  readonly keys: readonly string[];
  /** A new one, to compare with. */
  readonly blank: Fields;
}

/** Given to the constructor, or kept elsewhere. */
const LEFT_OUT = new Set(['stream', 'nameA', 'nameB', 'payload']);
const NO_FRAME = new Frame();

const kindOf = (make: () => object): Kind => {
  const blank = make();
  return { make, keys: Object.keys(blank).filter((key) => !LEFT_OUT.has(key)), blank: blank as Fields };
};

/** Unacknowledged segments are plain objects. */
const segment = () => ({ seq: 0, next: 0, frame: 0, time: 0 });
const KINDS: readonly Kind[] = [
  kindOf(() => new Connection(0, '', '', NO_FRAME)),
  kindOf(() => new End()),
  kindOf(() => new Summary()),
  kindOf(() => new Span()),
  kindOf(() => new SentSegments()),
  kindOf(() => new ZeekConnection()),
  kindOf(() => new ZeekEnd()),
  kindOf(() => new ZeekHistory()),
  kindOf(segment),
];
const numberOf = new Map(KINDS.map(({ blank }, i) => [blank.constructor, i]));

/** Texts, true, false and null, by number: there are few different ones. */
const words: (string | boolean | null)[] = [];
const wordNumbers = new Map<string | boolean | null, number>();

const octets = new Uint8Array(MOST_OCTETS + 64);
const double = new Float64Array(1);
const doubleOctets = new Uint8Array(double.buffer);
let at = 0;

/** The connection as a string, its payload apart; null when it has to stay as it is. */
export function layDown(connection: Connection): string | null {
  at = 0;
  if (!writeFields(connection, KINDS[0]!)) return null;
  return String.fromCharCode.apply(null, octets.subarray(0, at) as unknown as number[]);
}

function writeFields(object: object, { keys, blank }: Kind): boolean {
  let expected = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value = (object as Fields)[key];
    if (value === blank[key]) continue;
    const tag = at;
    const passed = i - expected;
    octets[at++] = Math.min(passed, FAR) << KIND_BITS;
    if (passed >= FAR) octets[at++] = i;
    const kind = writeValue(value);
    if (kind < 0) return false;
    octets[tag]! |= kind;
    expected = i + 1;
  }
  octets[at++] = END;
  return true;
}

/** Answers with the kind of the value, or -1 when it cannot be written. */
function writeValue(value: unknown): number {
  if (at > MOST_OCTETS) return -1;
  if (typeof value === 'number') return writeNumber(value);
  if (value === true) return TRUE;
  if (typeof value === 'object' && value !== null) return writeObject(value);
  if (typeof value !== 'string' && typeof value !== 'boolean' && value !== null) return -1;
  writeLength(wordNumber(value));
  return WORD;
}

function writeNumber(value: number): number {
  if (value >= 0 && value < 2 ** 48 && Number.isInteger(value) && !Object.is(value, -0)) {
    const [kind, size] = value < 0x100 ? [U8, 1] : value < 0x10000 ? [U16, 2] : value < 2 ** 32 ? [U32, 4] : [U48, 6];
    writeInteger(value, size!);
    return kind!;
  }
  double[0] = value;
  octets.set(doubleOctets, at);
  at += 8;
  return F64;
}

function writeInteger(value: number, size: number): void {
  let rest = value;
  for (let i = 0; i < size; i++) {
    octets[at++] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** A small number, mostly. */
function writeLength(value: number): void {
  if (value < 255) {
    octets[at++] = value;
    return;
  }
  octets[at++] = 255;
  writeInteger(value, 4);
}

function writeObject(value: object): number {
  if (Array.isArray(value)) {
    writeLength(value.length);
    for (const element of value) {
      const tag = at++;
      octets[tag] = writeValue(element);
      if (octets[tag] === 255) return -1;
    }
    return LIST;
  }
  const number = numberOf.get(value.constructor);
  if (number === undefined) return -1;
  octets[at++] = number;
  return writeFields(value, KINDS[number]!) ? OBJECT : -1;
}

function wordNumber(word: string | boolean | null): number {
  let number = wordNumbers.get(word);
  if (number === undefined) {
    number = words.push(word) - 1;
    wordNumbers.set(word, number);
  }
  return number;
}

/** The connection that a string was made of. */
export function wake(text: string, stream: number, nameA: string, nameB: string): Connection {
  const connection = new Connection(stream, nameA, nameB, NO_FRAME);
  at = 0;
  readFields(text, connection as unknown as Fields, KINDS[0]!);
  return connection;
}

function readFields(text: string, object: Fields, { keys }: Kind): void {
  let field = 0;
  for (;;) {
    const tag = text.charCodeAt(at++);
    const kind = tag & KIND;
    if (kind === END) return;
    const passed = tag >>> KIND_BITS;
    field = passed === FAR ? text.charCodeAt(at++) : field + passed;
    const key = keys[field++]!;
    object[key] = readValue(text, kind, object[key]);
  }
}

/** @param present what a new object has there already, to be filled */
function readValue(text: string, kind: number, present: unknown): unknown {
  switch (kind) {
    case U8:
      return text.charCodeAt(at++);
    case U16:
      return readInteger(text, 2);
    case U32:
      return readInteger(text, 4);
    case U48:
      return readInteger(text, 6);
    case F64:
      for (let i = 0; i < 8; i++) doubleOctets[i] = text.charCodeAt(at++);
      return double[0]!;
    case TRUE:
      return true;
    case WORD:
      return words[readLength(text)]!;
    case LIST: {
      const list = present as unknown[];
      list.length = 0;
      for (let left = readLength(text); left > 0; left--) list.push(readValue(text, text.charCodeAt(at++), null));
      return list;
    }
    default: {
      const made = KINDS[text.charCodeAt(at++)]!;
      const object = present ?? made.make();
      readFields(text, object as Fields, made);
      return object;
    }
  }
}

function readInteger(text: string, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + text.charCodeAt(at + i);
  at += size;
  return value;
}

function readLength(text: string): number {
  const short = text.charCodeAt(at++);
  return short < 255 ? short : readInteger(text, 4);
}
