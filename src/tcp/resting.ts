import { Frame } from '../core/frame.ts';
import { Span } from '../flows/flow.ts';
import { ZeekHistory } from '../flows/zeek-history.ts';
import { Connection } from './connection.ts';
import { End } from './end.ts';
import { SentSegments, Summary } from './summary.ts';
import { ZeekConnection, ZeekEnd } from './zeek.ts';

/**
 * A connection at rest: everything that it knows, as the code units of a string. A capture may hold a million connections
 * of which few are talking at a time. As objects each takes some 3 kB, most of it fields that say nothing yet; a string
 * is the only thing of any length that costs an engine sixteen octets beside its content. Only what differs from a new
 * connection is written.
 *
 * An object is a list of fields, each one unit with its number and the kind of its value, then the value; END closes it.
 */
const U16 = 0;
const U32 = 1;
const F64 = 2;
const WORD = 3;
const LIST = 4;
const OBJECT = 5;
const KIND_BITS = 3;
const END = 0xffff;

/** Longer ones stay as they are: they are in the middle of something. */
const MOST_UNITS = 4096;

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

const units = new Uint16Array(MOST_UNITS + 16);
const double = new Float64Array(1);
const doubleUnits = new Uint16Array(double.buffer);
let at = 0;

/** The connection as a string, its payload apart; null when it has to stay as it is. */
export function layDown(connection: Connection): string | null {
  at = 0;
  if (!writeFields(connection, KINDS[0]!)) return null;
  return String.fromCharCode.apply(null, units.subarray(0, at) as unknown as number[]);
}

function writeFields(object: object, { keys, blank }: Kind): boolean {
  for (let i = 0; i < keys.length; i++) {
    const value = (object as Fields)[keys[i]!];
    if (value !== blank[keys[i]!] && !writeValue(value, i << KIND_BITS)) return false;
  }
  units[at++] = END;
  return true;
}

function writeValue(value: unknown, field: number): boolean {
  if (at > MOST_UNITS) return false;
  if (typeof value === 'number') {
    writeNumber(value, field);
    return true;
  }
  if (typeof value === 'object' && value !== null) return writeObject(value, field);
  if (typeof value !== 'string' && typeof value !== 'boolean' && value !== null) return false;
  const number = wordNumber(value);
  units[at++] = field | WORD;
  units[at++] = number & 0xffff;
  units[at++] = number >>> 16;
  return true;
}

function writeNumber(value: number, field: number): void {
  const whole = value >>> 0;
  if (whole !== value || Object.is(value, -0)) {
    units[at++] = field | F64;
    double[0] = value;
    units.set(doubleUnits, at);
    at += 4;
    return;
  }
  units[at++] = field | (whole > 0xffff ? U32 : U16);
  units[at++] = whole & 0xffff;
  if (whole > 0xffff) units[at++] = whole >>> 16;
}

function writeObject(value: object, field: number): boolean {
  if (Array.isArray(value)) {
    if (value.length === 0) return true;
    units[at++] = field | LIST;
    units[at++] = value.length;
    for (const element of value) if (!writeValue(element, 0)) return false;
    return true;
  }
  const number = numberOf.get(value.constructor);
  if (number === undefined) return false;
  units[at++] = field | OBJECT;
  units[at++] = number;
  return writeFields(value, KINDS[number]!);
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
  for (let field = text.charCodeAt(at++); field !== END; field = text.charCodeAt(at++)) {
    const key = keys[field >>> KIND_BITS]!;
    object[key] = readValue(text, field & ((1 << KIND_BITS) - 1), object[key]);
  }
}

/** @param present what a new object has there already, to be filled */
function readValue(text: string, kind: number, present: unknown): unknown {
  switch (kind) {
    case U16:
      return text.charCodeAt(at++);
    case U32:
      return readU32(text);
    case F64:
      for (let i = 0; i < 4; i++) doubleUnits[i] = text.charCodeAt(at++);
      return double[0]!;
    case WORD:
      return words[readU32(text)]!;
    case LIST: {
      const list = present as unknown[];
      for (let left = text.charCodeAt(at++); left > 0; left--) {
        list.push(readValue(text, text.charCodeAt(at++) & ((1 << KIND_BITS) - 1), null));
      }
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

function readU32(text: string): number {
  const low = text.charCodeAt(at++);
  return (low | (text.charCodeAt(at++) << 16)) >>> 0;
}
