import { type Assertion, isWordOctet } from './node.ts';
import { parsePattern } from './parse.ts';
import { type Program, programOf } from './program.ts';

/** What stands before a place. */
const BEGINNING = 0;
const NEWLINE = 1;
const WORD = 2;
const OTHER = 3;

/** What comes at a place: an octet, the end of the text, or the line feed that ends it, which `$` stands before too. */
const END = 256;
const LAST_NEWLINE = 257;
const SYMBOLS = 258;

/** In the table of transitions. */
const UNKNOWN = 0;
const FOUND = -1;

/** States that are remembered; when there are more, remembering begins anew. 258 KB. */
const MAX_STATES = 256;

/** Places of the program that the text read so far leads to, before empty steps are followed, and what was read last. */
interface State {
  readonly places: Uint16Array;
  readonly before: number;
}

/**
 * A regular expression that is matched in time proportional to the text, whatever both are: all ways through the
 * automaton are followed at once, and sets of ways that came up are remembered as the states of a deterministic one.
 */
export class Pattern {
  private readonly program: Program;
  private readonly states: State[] = [];
  private readonly numbers = new Map<string, number>();
  /** For each state and symbol: number of the next state, FOUND, or UNKNOWN. State 0 is none. */
  private readonly table = new Int32Array(MAX_STATES * SYMBOLS);
  /** Which places were reached in the step at hand: those marked with its number. */
  private readonly marks: Uint32Array;
  private mark = 0;
  private readonly pending: number[] = [];

  constructor(text: string) {
    this.program = programOf(parsePattern(text));
    this.marks = new Uint32Array(this.program.steps.length);
    this.forget();
  }

  /** True when the expression fits anywhere in `bytes[from, to)`. */
  test(bytes: Uint8Array, from: number, to: number): boolean {
    const { table } = this;
    let state = this.numberOf([this.program.start], BEGINNING);
    for (let i = from; i < to; i++) {
      const octet = bytes[i]!;
      const symbol = octet === 10 && i === to - 1 ? LAST_NEWLINE : octet;
      let next = table[state * SYMBOLS + symbol]!;
      if (next === UNKNOWN) next = this.step(state, symbol);
      if (next === FOUND) return true;
      state = next;
    }
    const last = table[state * SYMBOLS + END]!;
    return (last === UNKNOWN ? this.step(state, END) : last) === FOUND;
  }

  private forget(): void {
    this.states.length = 0;
    this.numbers.clear();
    this.table.fill(UNKNOWN);
    this.states.push({ places: new Uint16Array(0), before: BEGINNING });
  }

  private numberOf(places: readonly number[], before: number): number {
    const sorted = Uint16Array.from(places).sort();
    const key = String.fromCharCode(before, ...sorted);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.states.length === MAX_STATES) this.forget();
    this.numbers.set(key, this.states.length);
    return this.states.push({ places: sorted, before }) - 1;
  }

  /** Works out a transition, and remembers it. */
  private step(number: number, symbol: number): number {
    const { places, before } = this.states[number]!;
    const { steps, start } = this.program;
    const { pending, marks } = this;
    const mark = ++this.mark;
    const octet = symbol === LAST_NEWLINE ? 10 : symbol;
    const next: number[] = [];
    pending.length = 0;
    for (let i = 0; i < places.length; i++) pending.push(places[i]!);
    let found = false;
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (marks[place] === mark) continue;
      marks[place] = mark;
      const step = steps[place]!;
      if (step.kind === 'fork') pending.push(step.other, step.next);
      else if (step.kind === 'octet') {
        if (octet < END && step.set[octet] === 1) next.push(step.next);
      } else if (step.kind === 'found') found = true;
      else if (holds(step.that, before, symbol)) pending.push(step.next);
    }
    const result = found ? FOUND : this.numberOf([...new Set(next).add(start)], kindOf(octet));
    // Remembering the next state may have made room by forgetting this one.
    if (this.states[number]?.places === places) this.table[number * SYMBOLS + symbol] = result;
    return result;
  }
}

const kindOf = (octet: number): number => (octet === 10 ? NEWLINE : isWordOctet(octet) ? WORD : OTHER);

function holds(that: Assertion, before: number, symbol: number): boolean {
  switch (that) {
    case 'text begins':
      return before === BEGINNING;
    case 'line begins':
      return before === BEGINNING || before === NEWLINE;
    case 'text ends':
      return symbol === END;
    case 'last line ends':
      return symbol === END || symbol === LAST_NEWLINE;
    case 'line ends':
      return symbol === END || symbol === LAST_NEWLINE || symbol === 10;
    default: {
      const isEdge = (before === WORD) !== isWordOctet(symbol);
      return isEdge === (that === 'word edge');
    }
  }
}
