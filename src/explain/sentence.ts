import { Literal } from '../core/literal.ts';
import { textOf } from '../core/octet-text.ts';
import type { Writer } from '../core/writer.ts';
import { formAfter, formsOf } from './particle.ts';
import type { Piece } from './template.ts';

/** What a sentence asks for the values that it is filled in with. */
export interface Values {
  /** False of what the packets do not tell. */
  knows(name: string): boolean;
  write(name: string, out: Writer): void;
}

/** A text of a note, ready to be filled in for one packet after another: its words are bytes, encoded once. */
export class Sentence {
  private readonly parts: readonly Part[];
  /** It says the same of every packet. */
  readonly fixed: boolean;

  constructor(pieces: readonly Piece[]) {
    this.parts = pieces.map(partOf);
    this.fixed = pieces.every((piece) => typeof piece === 'string');
  }

  /** Writes it, with no spaces around it and never two in a row: a part that is left out leaves them behind. */
  write(values: Values, out: Writer): void {
    const begin = out.at;
    for (const part of this.parts) part.write(values, begin, out);
    while (out.at > begin && out.bytes[out.at - 1] === SPACE) out.at--;
  }
}

/** A part of a sentence that begins at `begin`. */
interface Part {
  write(values: Values, begin: number, out: Writer): void;
}

function partOf(piece: Piece): Part {
  if (typeof piece === 'string') return new Words(piece);
  return 'name' in piece ? new Slot(piece.name, piece.pair) : new Choice(piece.when, piece.otherwise);
}

class Words implements Part {
  private readonly words: Literal;
  /** The same for behind a space, where it begins with one. */
  private readonly behindSpace: Literal | null;

  constructor(text: string) {
    const words = text.replace(/ {2,}/g, ' ');
    this.words = Literal.of(words);
    this.behindSpace = words.startsWith(' ') ? Literal.of(words.slice(1)) : null;
  }

  write(_values: Values, begin: number, out: Writer): void {
    const skips = this.behindSpace !== null && (out.at === begin || out.bytes[out.at - 1] === SPACE);
    out.literal(skips ? this.behindSpace! : this.words);
  }
}

/** A value, and what agrees with it: an English noun in number, a Korean particle in sound. */
class Slot implements Part {
  private readonly name: string;
  private readonly noun: readonly [one: Literal, many: Literal] | null = null;
  private readonly pair: string | null = null;
  private readonly forms: readonly [afterConsonant: Literal, afterVowel: Literal] | null = null;

  constructor(name: string, pair: string | null) {
    this.name = name;
    if (pair === null) return;
    const slash = pair.indexOf('/');
    if (slash >= 0) {
      this.noun = [Literal.of(` ${pair.slice(0, slash)}`), Literal.of(` ${pair.slice(slash + 1)}`)];
      return;
    }
    const [afterConsonant, afterVowel] = formsOf(pair);
    this.pair = pair;
    this.forms = [Literal.of(afterConsonant), Literal.of(afterVowel)];
  }

  write(values: Values, begin: number, out: Writer): void {
    const from = out.at;
    if (values.knows(this.name)) values.write(this.name, out);
    else out.byte(QUESTION_MARK);
    if (this.noun !== null) {
      const isOne = out.at === from + 1 && out.bytes[from] === ONE;
      out.literal(this.noun[isOne ? 0 : 1]);
    } else if (this.forms !== null) {
      out.literal(this.forms[formAfter(textOf(out.bytes, from, out.at), this.pair!)]);
    }
    squeeze(begin, from, out);
  }
}

/** One thing when all values in its first half are known, another when not. */
class Choice implements Part {
  private readonly when: readonly Part[];
  private readonly otherwise: readonly Part[];
  private readonly needed: readonly string[];

  constructor(when: readonly Piece[], otherwise: readonly Piece[]) {
    this.when = when.map(partOf);
    this.otherwise = otherwise.map(partOf);
    this.needed = placeholders(when);
  }

  write(values: Values, begin: number, out: Writer): void {
    for (const part of this.allKnown(values) ? this.when : this.otherwise) part.write(values, begin, out);
  }

  private allKnown(values: Values): boolean {
    for (const name of this.needed) if (!values.knows(name)) return false;
    return true;
  }
}

/** Names of the values in a text, each once. */
export function placeholders(pieces: readonly Piece[]): readonly string[] {
  const names = new Set<string>();
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    if ('name' in piece) names.add(piece.name);
    else for (const name of [...placeholders(piece.when), ...placeholders(piece.otherwise)]) names.add(name);
  }
  return [...names];
}

/** Takes spaces behind spaces out of what was written since `from`. */
function squeeze(begin: number, from: number, out: Writer): void {
  const { bytes, at } = out;
  let to = from;
  let behindSpace = from === begin || bytes[from - 1] === SPACE;
  for (let i = from; i < at; i++) {
    const octet = bytes[i]!;
    if (octet === SPACE && behindSpace) continue;
    behindSpace = octet === SPACE;
    bytes[to++] = octet;
  }
  out.at = to;
}

const SPACE = 32;
const ONE = 49;
const QUESTION_MARK = 63;
