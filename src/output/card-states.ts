import type { Packet } from '../core/packet.ts';
import { phrases } from '../explain/phrases.ts';
import type { Language } from '../notes/note.ts';
import type { End } from '../tcp/end.ts';
import { Segment } from '../tcp/segment.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Paint, Palette } from './color.ts';
import { type Column, writeSpaces } from './column.ts';
import { cellWidth, wrap } from './width.ts';

/** What one end went through with this packet, or where it stays. */
interface Steps {
  readonly end: string;
  readonly stream: number | null;
  readonly role: 'client' | 'server' | null;
  readonly states: string[];
  readonly by: 'seen' | 'whenThisArrives' | 'concluded' | 'timer' | 'none';
}

const INDENT = 2;
const ARROW = ' ▸ ';
const ARROW_CELLS = 3;

/** Both ends' states, before ▸ after. What the packet at hand does to its receiver has not been seen yet. */
export class CardStates {
  private readonly language: Language;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly column: Column;

  constructor(language: Language, width: number, colors: Palette, column: Column) {
    this.language = language;
    this.width = width;
    this.colors = colors;
    this.column = column;
  }

  lay(packet: Packet, changes: readonly StateChange[]): void {
    if (changes.length === 0) return;
    const all = stepsOf(packet, changes);
    let nameCells = 0;
    let chainCells = 0;
    for (const steps of all) {
      nameCells = Math.max(nameCells, cellWidth(nameOf(steps, changes, this.language)));
      chainCells = Math.max(chainCells, widthOf(steps));
    }
    for (const steps of all) this.layChain(steps, nameOf(steps, changes, this.language), nameCells, chainCells);
  }

  /** `  client  CLOSED ▸ SYN_SENT   when this arrives`: how it is known stands below where there is no room. */
  private layChain(steps: Steps, name: string, nameCells: number, chainCells: number): void {
    const { width, colors, column } = this;
    const { states, by } = steps;
    const paint = states.length > 1 ? colors.state : colors.dim;
    const said = by === 'seen' || by === 'none' ? '' : phrases[this.language][by];
    const head = nameCells + 2 * INDENT;
    const gap = chainCells - widthOf(steps) + 3;
    const cells = head + widthOf(steps);
    const tail = said === '' ? 0 : gap + cellWidth(said);
    const lines = cells > width ? wrap(states.join(ARROW), width - head) : [states.join(ARROW)];
    const { text } = column;
    for (const [n, line] of lines.entries()) {
      const from = text.at;
      if (n === 0) this.writeHead(name, nameCells);
      else writeSpaces(head, text);
      this.write(line, paint);
      column.add(from, text.at, head + cellWidth(line));
    }
    if (said === '') return;
    const from = text.at;
    if (cells + tail <= width) {
      this.write(' '.repeat(gap) + said, colors.dim);
      column.extend(text.at, tail);
    } else {
      text.text(said);
      column.add(from, text.at, cellWidth(said), 2 * INDENT, colors.dim);
    }
  }

  private writeHead(name: string, nameCells: number): void {
    const { text } = this.column;
    writeSpaces(INDENT, text);
    text.text(name);
    writeSpaces(nameCells - cellWidth(name) + INDENT, text);
  }

  private write(words: string, paint: Paint): void {
    const { text } = this.column;
    text.ascii(paint.begin);
    text.text(words);
    text.ascii(paint.end);
  }
}

/** What each end went through, the client's above the server's, whoever sent. */
export function stepsOf(packet: Packet, changes: readonly StateChange[]): Steps[] {
  const all = chains(changes);
  addRestingEnds(packet, changes, all);
  return all.sort((a, b) => Number(a.role === 'server') - Number(b.role === 'server'));
}

/** An end is called by its role, unless the packet moved ends of several connections, or nothing tells its role. */
export function nameOf({ role, end }: Steps, changes: readonly StateChange[], language: Language): string {
  const several = changes.some(({ stream }) => stream !== changes[0]!.stream);
  return role === null || (several && end !== '') ? end : phrases[language][role];
}

/** States are ASCII. */
function widthOf({ states }: Steps): number {
  let cells = ARROW_CELLS * (states.length - 1);
  for (const state of states) cells += state.length;
  return cells;
}

/** Changes that follow one another in one end become one chain: FIN_WAIT_1 ▸ FIN_WAIT_2 ▸ TIME_WAIT. */
export function chains(changes: readonly StateChange[]): Steps[] {
  const all: Steps[] = [];
  for (const change of changes) {
    const { stream, end, role, from, to } = change;
    const by = certaintyOf(change);
    const known = all.find((steps) => steps.stream === stream && steps.end === end && steps.by === by);
    if (known !== undefined && known.states.at(-1) === from) known.states.push(to);
    else all.push({ end, stream, role, states: [from, to], by });
  }
  return all;
}

function certaintyOf({ frame, certainty, by }: StateChange): Steps['by'] {
  if (frame === null) return 'timer';
  if (certainty === 'seen') return 'seen';
  return by.startsWith('received') ? 'whenThisArrives' : 'concluded';
}

/** The end that the packet left as it was, so that both can be seen. */
function addRestingEnds(packet: Packet, changes: readonly StateChange[], all: Steps[]): void {
  const moved = changes.filter(({ frame }) => frame !== null);
  if (moved.length === 0 || moved.some(({ role }) => role === null)) return;
  for (let i = 1; i < packet.count; i++) {
    const { quoted, context } = packet.layers[i]!;
    if (quoted || !(context instanceof Segment)) continue;
    const { a, b } = context.connection;
    for (const role of ['client', 'server'] as const) {
      const end: End | null = a.role === role ? a : b.role === role ? b : null;
      if (end === null || moved.some((change) => change.role === role)) continue;
      all.push({ end: '', stream: null, role, states: [end.state], by: 'none' });
    }
  }
}
