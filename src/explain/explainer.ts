import { declarations } from '../events/catalogue.ts';
import type { EventDeclaration, Evidence, RaisedEvent } from '../events/event.ts';
import { loadNotes } from '../notes/load.ts';
import type { Language, Note } from '../notes/note.ts';
import { fill, type Piece, parseTemplate } from './template.ts';
import { valueText } from './value.ts';

/** How much is said: the heading only, the first paragraphs where an event is new, or all of it every time. */
export type Mode = 'brief' | 'normal' | 'full';

/** What is said of one event in one language. */
export interface Wording {
  readonly language: Language;
  readonly title: string;
  /** Paragraphs under the title; none when it was explained before. */
  readonly paragraphs: readonly string[];
}

/** Everything said of one event of a packet. */
export interface Explanation {
  readonly event: string;
  readonly severity: EventDeclaration['severity'];
  readonly wordings: readonly Wording[];
  /** The frame that explained the event in full, when this one only points back to it; else 0. */
  readonly explainedIn: number;
  readonly claims: readonly string[];
  readonly spec: string;
  readonly evidence: readonly Evidence[];
}

/** Makes explanations from events. Remembers which events it has explained, and in which frame. */
export class Explainer {
  readonly languages: readonly Language[];
  private readonly mode: Mode;
  private readonly books: readonly Book[];
  private readonly ofCapture = new Map<string, number>();
  private readonly ofConnection = new WeakMap<object, Map<string, number>>();

  /** Takes the notes of each language; see `openExplainer`. */
  constructor(notes: readonly (readonly [Language, readonly Note[]])[], mode: Mode) {
    this.languages = notes.map(([language]) => language);
    this.books = notes.map(([language, list]) => new Book(language, list));
    this.mode = mode;
  }

  /** Explains what was raised for the packet of frame `frame`. Call it once for each packet, in order. */
  explain(raised: readonly RaisedEvent[], frame: number): readonly Explanation[] {
    if (raised.length === 0) return NOTHING;
    return raised.toSorted(byImportance).map((event) => this.explainOne(event, frame));
  }

  private explainOne(event: RaisedEvent, frame: number): Explanation {
    const declaration = declarations[event.id] as EventDeclaration;
    const first = this.firstTime(event, declaration, frame);
    const length = this.mode === 'full' ? 'all' : this.mode === 'brief' || first !== frame ? 'title' : 'first';
    const wordings = this.books.map((book) => book.word(event, declaration, length));
    const note = this.books[0]?.find(event.id) ?? null;
    return {
      event: event.id,
      severity: declaration.severity,
      wordings,
      explainedIn: this.mode === 'normal' && first !== frame ? first : 0,
      claims: note?.note.claims ?? [],
      spec: note?.note.spec ?? declaration.spec,
      evidence: evidenceOf(event),
    };
  }

  /** The frame in which the event was explained for the first time, for whatever it is explained once for. */
  private firstTime(event: RaisedEvent, { scope }: EventDeclaration, frame: number): number {
    if (scope === 'packet') return frame;
    const memory = this.memoryOf(scope === 'connection' ? event.about : null);
    const known = memory.get(event.id);
    if (known === undefined) memory.set(event.id, frame);
    return known ?? frame;
  }

  private memoryOf(about: object | null): Map<string, number> {
    if (about === null) return this.ofCapture;
    let memory = this.ofConnection.get(about);
    if (memory === undefined) {
      memory = new Map();
      this.ofConnection.set(about, memory);
    }
    return memory;
  }
}

/** Loads the notes of the languages, in the order in which they are to be said. */
export async function openExplainer(languages: readonly Language[], mode: Mode): Promise<Explainer> {
  const notes = await Promise.all(languages.map(async (language) => [language, await loadNotes(language)] as const));
  return new Explainer(notes, mode);
}

/** Each value once; what the packets do not tell is no evidence. */
const evidenceOf = (event: RaisedEvent): Evidence[] =>
  Object.values(event.parameters).filter((evidence) => evidence !== null);

interface Prepared {
  readonly note: Note;
  readonly heading: readonly Piece[];
  readonly first: readonly (readonly Piece[])[];
  readonly more: readonly (readonly Piece[])[];
}

/** The notes of one language. A note is taken apart when it is needed first: most captures need a dozen. */
class Book {
  private readonly language: Language;
  private readonly notes: ReadonlyMap<string, Note>;
  private readonly prepared = new Map<string, Prepared | null>();

  constructor(language: Language, notes: readonly Note[]) {
    this.language = language;
    this.notes = new Map(notes.map((note) => [note.event, note]));
  }

  /** The event's own note, else the one of the nearest event above it: tcp.reset.refused, tcp.reset, tcp. */
  find(id: string): Prepared | null {
    const known = this.prepared.get(id);
    if (known !== undefined) return known;
    let name = id;
    while (!this.notes.has(name) && name.includes('.')) name = name.slice(0, name.lastIndexOf('.'));
    const note = this.notes.get(name);
    const prepared = note === undefined ? null : prepare(note);
    this.prepared.set(id, prepared);
    return prepared;
  }

  word(event: RaisedEvent, declaration: EventDeclaration, length: 'title' | 'first' | 'all'): Wording {
    const { language } = this;
    const prepared = this.find(event.id);
    if (prepared === null) return { language, title: event.id, paragraphs: [] };
    const value = (name: string): string | null => {
      const evidence = event.parameters[name];
      return evidence == null ? null : valueText(evidence, declaration.parameters[name] ?? 'text', language);
    };
    const said = length === 'title' ? [] : length === 'first' ? prepared.first : [...prepared.first, ...prepared.more];
    const paragraphs = said.map((pieces) => tidy(fill(pieces, value))).filter((paragraph) => paragraph !== '');
    return { language, title: tidy(fill(prepared.heading, value)), paragraphs };
  }
}

const prepare = (note: Note): Prepared => ({
  note,
  heading: parseTemplate(note.heading),
  first: note.first.map(parseTemplate),
  more: note.more.map(parseTemplate),
});

/** What is wrong comes first; then the innermost layer: the request before the segment that carries it. */
function byImportance(a: RaisedEvent, b: RaisedEvent): number {
  const wrong = Number(declarations[b.id].severity === 'error') - Number(declarations[a.id].severity === 'error');
  return wrong || b.layer - a.layer;
}

/** A part that was left out leaves two spaces behind. */
const tidy = (text: string): string => text.replace(/ {2,}/g, ' ').trim();

const NOTHING: readonly Explanation[] = [];
