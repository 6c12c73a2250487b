import type { Writer } from '../core/writer.ts';
import { fill, parseTemplate } from '../explain/template.ts';
import type { Language, Note, Topic } from '../notes/note.ts';
import { rows } from '../tcp/states.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import { type NotesWords, notesWords } from './notes-words.ts';
import { sectionOf, writeStateTable } from './state-table.ts';
import { cellWidth, padCells, wrap } from './width.ts';

/** A page that `dissect notes` can show: a note of an event, or a topic. */
export type Page = Note | Topic;

export const nameOf = (page: Page): string => ('event' in page ? page.event : page.topic);

/** Topics with a table of their own, in place of the paragraph `{table}`. */
const TABLE = '{table}';

/** Lines of a page are no longer than is read with ease. */
const READABLE = 100;

/** Prints pages for people. */
export class NotesPrinter {
  private readonly language: Language;
  private readonly words: NotesWords;
  private readonly width: number;
  private readonly palette: Palette;
  private readonly out: Writer;

  constructor(language: Language, width: number, palette: Palette, out: Writer) {
    this.language = language;
    this.words = notesWords[language];
    this.width = width;
    this.palette = palette;
    this.out = out;
  }

  /** Names and headings, a line each. */
  list(topics: readonly Topic[], notes: readonly Note[]): void {
    const names = Math.max(...[...topics, ...notes].map((page) => nameOf(page).length));
    for (const [title, pages] of [
      [this.words.topics, topics],
      [this.words.events, notes],
    ] as const) {
      if (pages.length === 0) continue;
      this.line(this.palette.title(title));
      for (const page of pages) {
        const [first = '', ...rest] = wrap(plainText(page.heading), Math.max(20, this.width - names - 4));
        this.line(`  ${padCells(nameOf(page), names)}  ${first}`);
        for (const line of rest) this.line(`${' '.repeat(names + 4)}${line}`);
      }
      this.line('');
    }
  }

  page(page: Page): void {
    const heading = plainText(page.heading);
    for (const line of this.wrapped(heading)) this.line(this.palette.title(line));
    this.line('');
    for (const text of [...page.first, ...page.more]) {
      if (text === TABLE) writeStateTable(this.language, this.width, this.out);
      else for (const line of this.wrapped(plainText(text))) this.line(line);
      this.line('');
    }
    const source = [page.claims.length > 0 ? `${this.words.notes} ${page.claims.join(', ')}` : '', page.spec];
    for (const line of this.wrapped(source.filter((text) => text !== '').join(' · ')))
      this.line(this.palette.dim(line));
    if (page.see.length === 0) return;
    for (const line of this.wrapped(`${this.words.see}: ${page.see.join(', ')}`)) this.line(this.palette.dim(line));
  }

  private wrapped(text: string): string[] {
    return cellWidth(text) === 0 ? [] : wrap(text, Math.min(this.width, READABLE));
  }

  private line(text: string): void {
    this.out.text(text.trimEnd());
    this.out.line();
  }
}

/** One page as machine forms have it. Values that a packet fills in stand as ‹name›. */
export function writePageNdjson(page: Page, out: Writer): void {
  writeJson(
    {
      schema: 1,
      kind: 'event' in page ? 'event' : 'topic',
      name: nameOf(page),
      title: plainText(page.heading),
      text: [...page.first, ...page.more]
        .filter((text) => text !== TABLE)
        .map(plainText)
        .join('\n'),
      claims: page.claims,
      spec: page.spec,
      see: page.see,
      ...(page.first.includes(TABLE) ? { rows: rows.map((row) => ({ ...row, section: sectionOf(row) })) } : {}),
    },
    out,
  );
  out.line();
}

/** A note read without a packet: its values by their names. */
const plainText = (text: string): string => fill(parseTemplate(text), (name) => `‹${name}›`);
