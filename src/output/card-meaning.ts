import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Evidence, RaisedEvent } from '../events/event.ts';
import type { Explainer, Mode, Remark } from '../explain/explainer.ts';
import { phrases } from '../explain/phrases.ts';
import type { Run } from '../explain/run.ts';
import { writeValue } from '../explain/value.ts';
import { claims } from '../notes/claims.ts';
import type { Language } from '../notes/note.ts';
import type { StateChange } from '../tcp/state-change.ts';
import { CardStates } from './card-states.ts';
import type { Paint, Palette } from './color.ts';
import { Column } from './column.ts';
import { cellsOf, cellWidth, cutCells } from './width.ts';

/** Headings of the notes longer than this are cut: they are there to be found again. */
const LONGEST_HEADING = 44;

/** The right half of a card: every explanation, with the ends' states under the first that speaks of the connection. */
export class CardMeaning {
  private readonly explainer: Explainer;
  private readonly mode: Mode;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly column: Column;
  private readonly states: CardStates;
  /** What an event's explanation leans on, laid out once. */
  private readonly sources = new Map<string, Column>();
  /** Of the wording in each language: where it begins in the column's text, and where its title and each paragraph end. */
  private readonly written: readonly number[][];
  private readonly pointers: readonly Pointer[];

  constructor(explainer: Explainer, mode: Mode, width: number, colors: Palette, column: Column) {
    this.explainer = explainer;
    this.mode = mode;
    this.width = width;
    this.colors = colors;
    this.column = column;
    this.states = new CardStates(explainer.languages[0] ?? 'en', width, colors, column);
    this.written = explainer.books.map(() => []);
    this.pointers = explainer.languages.map(pointerOf);
  }

  /** Lays out the first `count` remarks of the explainer. */
  lay(packet: Packet, changes: readonly StateChange[], count: number): void {
    const { column, explainer, states } = this;
    const speaker = this.speakerOfConnection(count);
    if (speaker < 0) states.lay(packet, changes);
    const first = column.count;
    let apart = false;
    for (let i = 0; i < count; i++) {
      const remark = explainer.remark(i);
      const isLong = remark.length !== 'title' && this.write(remark);
      if (column.count > first && (apart || isLong)) column.blank();
      const moved = i === speaker ? changes : NOTHING;
      if (isLong) this.layLong(remark, packet, moved);
      else this.layTitles(remark, packet, moved);
      apart = isLong;
    }
  }

  /** Lays out what is to be said of a run: its numbers; or what is said of its packets, and then how many there are. */
  layRun({ event, said, explainedIn }: Run): void {
    const { column, width, explainer } = this;
    const { text } = column;
    let pointed = 0;
    for (const saying of said) {
      // Where one points to, the next need not point again.
      const points = saying.explainedIn === pointed ? 0 : saying.explainedIn;
      this.layTitles(explainer.remarkOf(saying.event, 'title', points), null, NOTHING, saying.times);
      pointed = saying.explainedIn;
    }
    const remark = explainer.remarkOf(event, 'first', said.length === 0 ? explainedIn : 0);
    this.layTitles(remark, null, NOTHING);
    for (const book of explainer.books) {
      book.open(remark);
      for (const sentence of book.paragraphs) {
        const from = text.at;
        sentence.write(book, text);
        if (text.at > from) column.wrap(from, text.at, width);
      }
    }
  }

  /** The first remark that speaks of the connection; -1 for none. */
  private speakerOfConnection(count: number): number {
    for (let i = 0; i < count; i++) if (this.explainer.remark(i).event.id.startsWith('tcp.')) return i;
    return -1;
  }

  /** Writes what is said in each language. False when there is nothing but titles. */
  private write(remark: Remark): boolean {
    const { books } = this.explainer;
    const { text } = this.column;
    let isLong = false;
    for (let n = 0; n < books.length; n++) {
      const book = books[n]!;
      const ends = this.written[n]!;
      book.open(remark);
      ends[0] = text.at;
      book.writeTitle(text);
      const titleEnd = text.at;
      ends[1] = titleEnd;
      for (let i = 0; i < book.paragraphs.length; i++) {
        book.paragraphs[i]!.write(book, text);
        ends[i + 2] = text.at;
      }
      if (text.at > titleEnd) isLong = true;
    }
    return isLong;
  }

  /** Lays out what was written, and what it leans on. */
  private layLong(remark: Remark, packet: Packet, moved: readonly StateChange[]): void {
    const { column, width } = this;
    const { books } = this.explainer;
    for (let n = 0; n < books.length; n++) {
      const ends = this.written[n]!;
      const last = books[n]!.paragraphs.length + 1;
      if (n > 0 && ends[last]! > ends[1]!) column.blank();
      column.wrap(ends[0]!, ends[1]!, width, 0, this.paintOf(remark));
      if (n === 0) this.states.lay(packet, moved);
      if (n === 0) this.layCall(remark);
      for (let i = 1; i < last; i++) if (ends[i + 1]! > ends[i]!) column.wrap(ends[i]!, ends[i + 1]!, width);
    }
    if (this.mode === 'full') this.layEvidence(remark);
    column.append(this.sourceOf(remark));
  }

  /** `  system call  connect()   concluded`. */
  private layCall({ declaration: { call } }: Remark): void {
    if (call === undefined) return;
    const { column } = this;
    const words = phrases[this.explainer.languages[0] ?? 'en'];
    const from = column.text.at;
    column.text.text(`  ${words.call}  ${call}   ${words.concluded}`);
    column.wrap(from, column.text.at, this.width, 0, this.colors.dim);
  }

  /** Where each number of the explanation was read: `1,460 · tcp.options.mss_val · frame 7 · bytes 56–57`. */
  private layEvidence({ event, declaration }: Remark): void {
    const { column, width } = this;
    const { text } = column;
    const language = this.explainer.languages[0] ?? 'en';
    for (const [name, evidence] of Object.entries(event.parameters)) {
      // A frame's number is its own evidence.
      if (evidence === null || evidence.field === 'frame.number') continue;
      const from = text.at;
      writeValue(evidence, declaration.parameters[name] ?? 'text', language, text);
      text.text(` · ${placeOf(evidence, language)}`);
      const { bytes, at } = text;
      column.wrapDetails(from, at, cellsOf(bytes, from, at), width - 2, 2, this.colors.dim);
    }
  }

  /** Titles only, with how often they are said and the frame where more was. */
  private layTitles(remark: Remark, packet: Packet | null, moved: readonly StateChange[], times = 1): void {
    const { column, width } = this;
    const { books } = this.explainer;
    const { text } = column;
    for (let n = 0; n < books.length; n++) {
      const book = books[n]!;
      const from = text.at;
      book.open(remark);
      book.writeTitle(text);
      if (times > 1) text.text(` ×${times}`);
      column.wrap(from, text.at, width, 0, this.paintOf(remark));
      if (remark.explainedIn > 0) this.point(remark, this.pointers[n]!);
      if (n === 0 && packet !== null) this.states.lay(packet, moved);
    }
  }

  /** Points back to where the event was explained: behind the title that was just written, or below it. */
  private point(remark: Remark, { before, behind, cells }: Pointer): void {
    const { column, width } = this;
    const { dim } = this.colors;
    const { text } = column;
    const titleEnd = text.at;
    const wanted = cells + String(remark.explainedIn).length;
    const fits = column.lastCells + 1 + wanted <= width;
    if (fits) text.ascii(`${this.paintOf(remark).end} ${dim.begin}`);
    else text.ascii('  ');
    text.literal(before);
    text.uint(remark.explainedIn);
    text.literal(behind);
    if (fits) column.extend(text.at, 1 + wanted, dim);
    else column.add(titleEnd, text.at, 2 + wanted, 0, dim);
  }

  private paintOf(remark: Remark): Paint {
    return paintOf(remark, this.colors);
  }

  private sourceOf({ event }: Remark): Column {
    let source = this.sources.get(event.id);
    if (source === undefined) {
      source = new Column(256);
      source.text.text(this.sourceText(event));
      const { bytes, at } = source.text;
      source.wrapDetails(0, at, cellsOf(bytes, 0, at), this.width, 0, this.colors.dim);
      this.sources.set(event.id, source);
    }
    return source;
  }

  /** `notes 002 "3-Way-Handshaking" · RFC 9293 §3.5`: the claim that the note leans on most; all of them in full. */
  private sourceText(event: RaisedEvent): string {
    const { claims: ids, spec } = this.explainer.sourceOf(event);
    return sourcesText(this.mode === 'full' ? ids : ids.slice(0, 1), spec, this.explainer.languages[0] ?? 'en');
  }
}

/** The headings of the study notes that hold these claims, and the standard. */
export function sourcesText(ids: readonly string[], spec: string, language: Language): string {
  const { notes } = phrases[language];
  const named = new Set<string>();
  for (const id of ids) {
    const claim = claims.get(id);
    if (claim !== undefined) named.add(`${notes} ${claim.file} "${cutCells(claim.heading, LONGEST_HEADING)}"`);
  }
  return [...named, spec].filter((text) => text !== '').join(' · ');
}

/** How a title is painted, by how bad it is. */
export function paintOf({ declaration: { severity } }: Remark, { title, warn, error }: Palette): Paint {
  return severity === 'error' ? error : severity === 'warn' ? warn : title;
}

/** The field, frame and bytes that a value was read from; without bytes for what was computed from several. */
function placeOf({ field, frame, offset, length }: Evidence, language: Language): string {
  const words = phrases[language];
  const parts = field === undefined ? [] : [field];
  if (frame !== undefined) parts.push(`${words.frame} ${frame}`);
  if (offset === undefined || length === undefined) return [...parts, words.concluded].join(' · ');
  const bytes = length === 1 ? `${words.byte} ${offset}` : `${words.bytes} ${offset}–${offset + length - 1}`;
  return [...parts, bytes].join(' · ');
}

/** What stands around the number of the frame that is pointed back to, and its cells. */
interface Pointer {
  readonly before: Literal;
  readonly behind: Literal;
  readonly cells: number;
}

function pointerOf(language: Language): Pointer {
  const [before, behind] = phrases[language].explainedIn;
  return {
    before: Literal.of(`(${before}`),
    behind: Literal.of(`${behind})`),
    cells: cellWidth(before) + cellWidth(behind) + 2,
  };
}

const NOTHING: readonly StateChange[] = [];
