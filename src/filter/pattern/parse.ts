import { type Assertion, isWordOctet, NOTHING, type Node, type OctetSet, setOf } from './node.ts';
import { utf8Sequences } from './utf8.ts';

/** A regular expression that is wrong, or asks for what cannot be answered in bounded time. `at` counts characters. */
export class PatternFault extends Error {
  readonly at: number;

  constructor(sentence: string, at: number) {
    super(sentence);
    this.at = at;
  }
}

/** Groups inside each other. */
const MAX_DEPTH = 50;
/** As many times can something be asked for by number. */
const MAX_TIMES = 1000;

const INFINITE = Number.POSITIVE_INFINITY;

const DIGIT = setOf((octet) => octet >= 48 && octet <= 57);
const WORD = setOf(isWordOctet);
const SPACE = setOf((octet) => (octet >= 9 && octet <= 13) || octet === 32);
const BLANK = setOf((octet) => octet === 9 || octet === 32 || octet === 0xa0);
const VERTICAL = setOf((octet) => (octet >= 10 && octet <= 13) || octet === 0x85);
const NEWLINE = setOf((octet) => octet === 10);
const ANY = setOf(() => true);
const not = (set: OctetSet): OctetSet => set.map((fits) => 1 - fits);

/** Letters behind a backslash that stand for many characters, in a class too. */
const CLASS_LETTERS: ReadonlyMap<string, OctetSet> = new Map([
  ['d', DIGIT],
  ['D', not(DIGIT)],
  ['w', WORD],
  ['W', not(WORD)],
  ['s', SPACE],
  ['S', not(SPACE)],
  ['h', BLANK],
  ['H', not(BLANK)],
  ['v', VERTICAL],
  ['V', not(VERTICAL)],
  ['N', not(NEWLINE)],
]);

const CONTROL_LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['e', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
]);

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ['A', 'text begins'],
  ['z', 'text ends'],
  ['Z', 'last line ends'],
  ['b', 'word edge'],
  ['B', 'no word edge'],
]);

const isLetter = (octet: number): boolean => (octet >= 65 && octet <= 90) || (octet >= 97 && octet <= 122);
const isPrinted = (octet: number): boolean => octet > 32 && octet < 127;

/** POSIX's classes, for use in brackets: `[[:alpha:]_]`. */
const POSIX: ReadonlyMap<string, OctetSet> = new Map([
  ['alpha', setOf(isLetter)],
  ['digit', DIGIT],
  ['alnum', setOf((octet) => isLetter(octet) || DIGIT[octet] === 1)],
  ['upper', setOf((octet) => octet >= 65 && octet <= 90)],
  ['lower', setOf((octet) => octet >= 97 && octet <= 122)],
  ['space', SPACE],
  ['blank', BLANK],
  ['punct', setOf((octet) => isPrinted(octet) && !isLetter(octet) && DIGIT[octet] === 0)],
  ['print', setOf((octet) => octet >= 32 && octet < 127)],
  ['graph', setOf(isPrinted)],
  ['cntrl', setOf((octet) => octet < 32 || octet === 127)],
  ['xdigit', setOf((octet) => /[0-9a-f]/i.test(String.fromCharCode(octet)))],
  ['word', WORD],
]);

interface Flags {
  readonly ignoreCase: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
  readonly spaced: boolean;
}

/** Reads a regular expression of PCRE's kind, as far as it can be matched in one pass over the text. */
export function parsePattern(text: string): Node {
  return new PatternParser(text).whole();
}

class PatternParser {
  private readonly text: string;
  private at = 0;
  private depth = 0;
  /** Wireshark's `matches` ignores case unless the expression says (?-i). */
  private flags: Flags = { ignoreCase: true, lines: false, dotAll: false, spaced: false };

  constructor(text: string) {
    this.text = text;
  }

  whole(): Node {
    const node = this.choice();
    if (this.at < this.text.length) throw new PatternFault('this ) closes no group', this.at);
    return node;
  }

  private choice(): Node {
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.text.length && this.peek !== '|' && this.peek !== ')') {
      if (this.flags.spaced && this.takeBlank()) continue;
      const from = this.at;
      const atom = this.atom();
      if (atom !== null) parts.push(this.repeated(atom, from));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  /** With (?x), blanks and comments stand for nothing. */
  private takeBlank(): boolean {
    const blank = this.match(/\s+|#[^\n]*\n?/y);
    return blank !== null;
  }

  private repeated(atom: Node, from: number): Node {
    let node = atom;
    for (let times = 0; ; times++) {
      const range = this.quantifier();
      if (range === null) return node;
      if (times > 0) throw new PatternFault('nothing stands before this repetition', this.at - 1);
      const [least, most] = range;
      if (most < least) throw new PatternFault('the repetition ends before it begins', from);
      if (Math.max(least, most === INFINITE ? 0 : most) > MAX_TIMES) {
        throw new PatternFault(`more than ${MAX_TIMES} repetitions`, from);
      }
      // Lazy or greedy finds the same texts; possessive does not.
      if (this.peek === '+') throw refused('possessive repetition', this.at);
      this.take('?');
      node = { kind: 'repeat', of: node, least, most };
    }
  }

  private quantifier(): readonly [least: number, most: number] | null {
    if (this.take('*')) return [0, INFINITE];
    if (this.take('+')) return [1, INFINITE];
    if (this.take('?')) return [0, 1];
    const counted = this.match(/\{(\d{1,6})(,?)(\d{0,6})\}/y);
    if (counted === null) return null;
    const least = Number(counted[1]);
    if (counted[2] === '') return [least, least];
    return [least, counted[3] === '' ? INFINITE : Number(counted[3])];
  }

  /** One thing that can be repeated; null for a setting, which stands for nothing. */
  private atom(): Node | null {
    const from = this.at;
    const character = this.takeCharacter();
    switch (character) {
      case '(':
        return this.group(from);
      case '[':
        return this.brackets(from);
      case '.':
        return { kind: 'set', set: this.flags.dotAll ? ANY : not(NEWLINE) };
      case '^':
        return { kind: 'assert', that: this.flags.lines ? 'line begins' : 'text begins' };
      case '$':
        return { kind: 'assert', that: this.flags.lines ? 'line ends' : 'last line ends' };
      case '*':
      case '+':
      case '?':
        throw new PatternFault('nothing stands before this repetition', from);
      case '\\':
        return this.escaped(from);
      default:
        return this.literal(character.codePointAt(0)!);
    }
  }

  private group(from: number): Node | null {
    const outer = this.flags;
    if (this.take('?')) {
      if (this.match(/#[^)]*\)/y) !== null) return null;
      const setting = this.match(/([imsxnJU]*)(?:-([imsxnJU]*))?([:)])/y);
      if (setting !== null) {
        this.set(setting[1]!, true);
        this.set(setting[2] ?? '', false);
        if (setting[3] === ')') return null;
      } else if (this.match(/(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/y) === null) {
        throw this.refusedGroup(from);
      }
    } else if (this.take('*')) throw refused('a verb such as (*SKIP)', from);
    if (++this.depth > MAX_DEPTH) throw new PatternFault(`more than ${MAX_DEPTH} groups inside each other`, from);
    const node = this.choice();
    this.depth--;
    if (!this.take(')')) throw new PatternFault('the ) that ends this group is missing', from);
    this.flags = outer;
    return node;
  }

  private refusedGroup(from: number): PatternFault {
    if (this.match(/<?[=!]/y) !== null) return refused('looking ahead or behind', from);
    if (this.match(/>/y) !== null) return refused('an atomic group', from);
    if (this.match(/[R&\d+-]|P[>=]/y) !== null) return refused('a reference to a group', from);
    if (this.match(/\(/y) !== null) return refused('a condition', from);
    return new PatternFault('this is no kind of group', from);
  }

  /** `(?i)` holds to the end of its group. */
  private set(letters: string, on: boolean): void {
    for (const letter of letters) {
      if (letter === 'i') this.flags = { ...this.flags, ignoreCase: on };
      if (letter === 'm') this.flags = { ...this.flags, lines: on };
      if (letter === 's') this.flags = { ...this.flags, dotAll: on };
      if (letter === 'x') this.flags = { ...this.flags, spaced: on };
    }
  }

  private escaped(from: number): Node | null {
    if (this.at >= this.text.length) throw new PatternFault('nothing stands behind the last backslash', from);
    if (this.take('Q')) return this.quoted();
    if (this.take('E')) return null;
    const letter = this.peek;
    const assertion = ASSERTIONS.get(letter);
    if (assertion !== undefined) {
      this.at++;
      return { kind: 'assert', that: assertion };
    }
    const set = CLASS_LETTERS.get(letter);
    if (set !== undefined) {
      this.at++;
      return { kind: 'set', set };
    }
    if (this.take('R')) return LINE_BREAK;
    if (/[1-9gk]/.test(letter)) throw refused('a reference to a group', from);
    return this.literal(this.escapedCode(from));
  }

  /** `\Q…\E`: what stands between means itself. */
  private quoted(): Node {
    const end = this.text.indexOf('\\E', this.at);
    const inner = this.text.slice(this.at, end < 0 ? this.text.length : end);
    this.at = end < 0 ? this.text.length : end + 2;
    return { kind: 'sequence', parts: Array.from(inner, (character) => this.literal(character.codePointAt(0)!)) };
  }

  /** The character behind a backslash: a code point, or minus an octet where a number names a byte above ASCII. */
  private escapedCode(from: number): number {
    const hexadecimal = this.match(/x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{0,2}))/y);
    if (hexadecimal !== null) {
      if (hexadecimal[1] === undefined) return octetCode(Number.parseInt(hexadecimal[2] || '0', 16));
      const code = Number.parseInt(hexadecimal[1], 16);
      if (code > 0x10ffff) throw new PatternFault('there is no such character', from);
      return code;
    }
    const octal = this.match(/0[0-7]{0,2}/y);
    if (octal !== null) return octetCode(Number.parseInt(octal[0], 8));
    const control = this.match(/c([\x20-\x7e])/y);
    if (control !== null) return control[1]!.toUpperCase().charCodeAt(0) ^ 64;
    const character = this.takeCharacter();
    const named = CONTROL_LETTERS.get(character);
    if (named !== undefined) return named;
    if (/[A-Za-z]/.test(character)) throw new PatternFault(`\\${character} has no meaning here`, from);
    return character.codePointAt(0)!;
  }

  private literal(code: number): Node {
    if (code < 0) return { kind: 'set', set: setOf((octet) => octet === -code) };
    if (code < 0x80) return { kind: 'set', set: this.folded(setOf((octet) => octet === code)) };
    const parts = this.variants(code).map(encoded);
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  /** The character, and when case is ignored its other forms. */
  private variants(code: number): readonly number[] {
    if (!this.flags.ignoreCase) return [code];
    const text = String.fromCodePoint(code);
    const forms = [text, text.toLowerCase(), text.toUpperCase()].filter((form) => [...form].length === 1);
    return [...new Set(forms.map((form) => form.codePointAt(0)!))];
  }

  private folded(set: OctetSet): OctetSet {
    if (!this.flags.ignoreCase) return set;
    return set.map((fits, octet) => (fits === 1 || (isLetter(octet) && set[octet ^ 32] === 1) ? 1 : 0));
  }

  private brackets(from: number): Node {
    const negative = this.take('^');
    const octets = new Uint8Array(256);
    const others: Node[] = [];
    let first = true;
    while (first || this.peek !== ']') {
      if (this.at >= this.text.length) throw new PatternFault('the ] that ends this class is missing', from);
      first = false;
      const set = this.namedSet(from);
      if (set !== null) {
        for (let octet = 0; octet < 256; octet++) octets[octet] = octets[octet]! | set[octet]!;
        continue;
      }
      const [low, high] = this.classRange();
      if (low < 0) {
        for (let octet = -low; octet <= -high; octet++) octets[octet] = 1;
        continue;
      }
      for (let octet = low; octet <= Math.min(high, 0x7f); octet++) octets[octet] = 1;
      if (high < 0x80) continue;
      if (negative) throw new PatternFault('a class with ^ can hold ASCII and \\x… only', from);
      const codes =
        low === high ? this.variants(low).map((code) => [code, code] as const) : [[Math.max(low, 0x80), high] as const];
      others.push(...codes.flatMap(([one, last]) => utf8Sequences(one, last).map(sequenceOf)));
    }
    this.at++;
    const set = this.folded(octets);
    const own: Node = { kind: 'set', set: negative ? not(set) : set };
    return others.length === 0 ? own : { kind: 'choice', parts: [own, ...others] };
  }

  /** `[:alpha:]`, `\d`. */
  private namedSet(from: number): OctetSet | null {
    const posix = this.match(/\[:(\^?)(\w+):\]/y);
    if (posix !== null) {
      const set = POSIX.get(posix[2]!);
      if (set === undefined) throw new PatternFault(`there is no class [:${posix[2]}:]`, from);
      return posix[1] === '' ? set : not(set);
    }
    const letter = this.peek === '\\' ? CLASS_LETTERS.get(this.text[this.at + 1] ?? '') : undefined;
    if (letter !== undefined) this.at += 2;
    return letter ?? null;
  }

  private classRange(): readonly [low: number, high: number] {
    const from = this.at;
    const low = this.classCharacter();
    const isRange = this.peek === '-' && this.at + 1 < this.text.length && this.text[this.at + 1] !== ']';
    if (!isRange) return [low, low];
    this.at++;
    if (this.namedSet(from) !== null) throw new PatternFault('a range goes from one character to another', from);
    const high = this.classCharacter();
    // A byte above ASCII, written as a number, ranges among bytes.
    if (low < 0 || high < 0) {
      const [one, last] = [Math.abs(low), Math.abs(high)];
      if (last < one || last > 255) throw new PatternFault('the range ends before it begins', from);
      return [-one, -last];
    }
    if (high < low) throw new PatternFault('the range ends before it begins', from);
    return [low, high];
  }

  private classCharacter(): number {
    const from = this.at;
    const character = this.takeCharacter();
    if (character !== '\\') return character === '' ? 0 : character.codePointAt(0)!;
    if (this.at >= this.text.length) throw new PatternFault('nothing stands behind the last backslash', from);
    if (this.take('b')) return 8;
    return this.escapedCode(from);
  }

  private get peek(): string {
    return this.text[this.at] ?? '';
  }

  private take(character: string): boolean {
    const found = this.peek === character;
    if (found) this.at++;
    return found;
  }

  private takeCharacter(): string {
    const code = this.text.codePointAt(this.at);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at += found[0].length;
    return found;
  }
}

const refused = (what: string, at: number): PatternFault =>
  new PatternFault(`${what} cannot be matched in bounded time, and is not supported`, at);

const octetCode = (octet: number): number => (octet < 0x80 ? octet : -octet);

const sequenceOf = (ranges: readonly (readonly [number, number])[]): Node => ({
  kind: 'sequence',
  parts: ranges.map(([low, high]) => ({ kind: 'set', set: setOf((octet) => octet >= low && octet <= high) })),
});

const encoded = (code: number): Node => {
  const sequence = utf8Sequences(code, code)[0];
  return sequence === undefined ? NOTHING : sequenceOf(sequence);
};

/** `\R`: CR LF, or one octet that ends a line. */
const LINE_BREAK: Node = {
  kind: 'choice',
  parts: [
    sequenceOf([
      [13, 13],
      [10, 10],
    ]),
    { kind: 'set', set: VERTICAL },
  ],
};
