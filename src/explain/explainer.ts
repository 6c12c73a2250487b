import { Writer } from '../core/writer.ts';
import { declarations } from '../events/catalogue.ts';
import { type EventDeclaration, type Evidence, evidenceOf, type RaisedEvent } from '../events/event.ts';
import { loadNotes } from '../notes/load.ts';
import type { Language, Note } from '../notes/note.ts';
import { FirstFrames } from './first-frames.ts';
import { Sentence, type Values } from './sentence.ts';
import { parseTemplate } from './template.ts';
import { writeValue } from './value.ts';

/** How much is said: one line a packet, the first paragraphs where an event is new, or all of it every time. */
export type Mode = 'brief' | 'normal' | 'full';

/** What is said of one event in one language. */
interface Wording {
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

/** What is to be said of one event, and how much. Used again for the next packet. */
export class Remark {
  event!: RaisedEvent;
  declaration!: EventDeclaration;
  length: 'title' | 'first' | 'all' = 'title';
  /** As in `Explanation`. */
  explainedIn = 0;
}

/** Makes explanations from events. Remembers which events it has explained, and in which frame. */
export class Explainer {
  readonly languages: readonly Language[];
  /** What to say in each language. */
  readonly books: readonly Book[];
  private readonly mode: Mode;
  private readonly ofCapture = new Map<string, number>();
  private readonly ofConnections = new FirstFrames();
  private readonly numbers = new Map<string, number>();
  private readonly remarks: Remark[] = [];

  private readonly own: ReadonlyMap<string, EventDeclaration>;

  /** Takes the notes of each language, a later one in place of an earlier one of the same event; see `openExplainer`. */
  constructor(
    notes: readonly (readonly [Language, readonly Note[]])[],
    mode: Mode,
    own: ReadonlyMap<string, EventDeclaration> = new Map(),
  ) {
    this.own = own;
    this.languages = notes.map(([language]) => language);
    this.books = notes.map(([language, list]) => new Book(language, list));
    this.mode = mode;
  }

  /** Explains what was raised for the packet of frame `frame`. Call it once for each packet, in order. */
  explain(raised: readonly RaisedEvent[], frame: number): readonly Explanation[] {
    const count = this.choose(raised, frame);
    return this.remarks.slice(0, count).map((remark) => this.explanationOf(remark));
  }

  /** The same for who says it at once: answers with how many `remark`s there are. */
  choose(raised: readonly RaisedEvent[], frame: number): number {
    for (let i = 0; i < raised.length; i++) this.insert(raised[i]!, i);
    for (let i = 0; i < raised.length; i++) this.decide(i, frame);
    return raised.length;
  }

  /** What to say, the most important first. Holds for the packet that `choose` was called for last. */
  remark(index: number): Remark {
    return this.remarks[index]!;
  }

  /** What to say of an event that no packet raised: a run, or what the packets of a run have in common. */
  remarkOf(event: RaisedEvent, length: Remark['length'], explainedIn: number): Remark {
    const remark = new Remark();
    remark.event = event;
    remark.declaration = this.declarationOf(event);
    remark.length = length;
    remark.explainedIn = explainedIn;
    return remark;
  }

  /** Where the event's explanation leans on: claims of the study notes, and the standard. */
  sourceOf(event: RaisedEvent): { readonly claims: readonly string[]; readonly spec: string } {
    return this.books[0]?.noteOf(event.id) ?? { claims: [], spec: this.declarationOf(event).spec };
  }

  private declarationOf({ id }: RaisedEvent): EventDeclaration {
    return this.own.get(id) ?? declarations[id];
  }

  /** Sorts an event in among the `count` before it: there are few, and they are nearly in order. */
  private insert(event: RaisedEvent, count: number): void {
    const { remarks } = this;
    const remark = remarks[count] ?? new Remark();
    remark.event = event;
    remark.declaration = this.declarationOf(event);
    let place = count;
    for (; place > 0 && isMoreImportant(remark, remarks[place - 1]!); place--) remarks[place] = remarks[place - 1]!;
    remarks[place] = remark;
  }

  private decide(index: number, frame: number): void {
    const remark = this.remarks[index]!;
    const first = this.firstTime(remark, frame);
    const isNew = first === frame && !this.isSecond(index);
    remark.length = this.mode === 'full' ? 'all' : this.mode === 'brief' || !isNew ? 'title' : 'first';
    remark.explainedIn = this.mode === 'normal' && first !== frame ? first : 0;
  }

  /** The same was explained a few lines above, in the same packet: two requests may share a segment. */
  private isSecond(index: number): boolean {
    const { event, declaration } = this.remarks[index]!;
    if (declaration.scope === 'packet') return false;
    for (let i = 0; i < index; i++) {
      const before = this.remarks[i]!.event;
      if (before.id === event.id && before.about === event.about) return true;
    }
    return false;
  }

  /** The frame in which the event was explained for the first time, for whatever it is explained once for. */
  private firstTime({ event, declaration }: Remark, frame: number): number {
    const { scope } = declaration;
    if (scope === 'packet') return frame;
    if (scope === 'connection' && event.about !== null) {
      return this.ofConnections.of(event.about, this.numberOf(event.id), frame);
    }
    const known = this.ofCapture.get(event.id);
    if (known === undefined) this.ofCapture.set(event.id, frame);
    return known ?? frame;
  }

  /** A short name for an event, given when it is first asked for. */
  private numberOf(id: string): number {
    let number = this.numbers.get(id);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(id, number);
    }
    return number;
  }

  private explanationOf(remark: Remark): Explanation {
    const { event, declaration, explainedIn } = remark;
    const { claims, spec } = this.sourceOf(event);
    return {
      event: event.id,
      severity: declaration.severity,
      wordings: this.books.map((book) => wordingOf(book, remark)),
      explainedIn,
      claims,
      spec,
      evidence: evidenceOf(event),
    };
  }
}

/** Loads the notes of the languages, in the order in which they are to be said. */
export async function openExplainer(
  languages: readonly Language[],
  mode: Mode,
  own: OwnBook = NO_BOOK,
): Promise<Explainer> {
  const notes = await Promise.all(
    languages.map(async (language) => [language, [...(await loadNotes(language)), ...own.of(language)]] as const),
  );
  return new Explainer(notes, mode, own.declared);
}

/** What a person adds to the notes: events of their own, and texts for these or in place of others. */
interface OwnBook {
  readonly declared: ReadonlyMap<string, EventDeclaration>;
  of(language: Language): readonly Note[];
}

const NO_BOOK: OwnBook = { declared: new Map(), of: () => [] };

/** What is wrong comes first; then the innermost layer: the request before the segment that carries it. */
function isMoreImportant(a: Remark, b: Remark): boolean {
  const wrong = a.declaration.severity === 'error';
  if (wrong !== (b.declaration.severity === 'error')) return wrong;
  return a.event.layer > b.event.layer;
}

function wordingOf(book: Book, remark: Remark): Wording {
  const paragraphs: string[] = [];
  book.open(remark);
  book.writeTitle(scratch);
  const title = scratch.take(0);
  for (const sentence of book.paragraphs) {
    sentence.write(book, scratch);
    if (scratch.at > 0) paragraphs.push(scratch.take(0));
  }
  return { language: book.language, title, paragraphs };
}

const scratch = new Writer(1024);

/** A note taken apart for one event. */
interface Prepared {
  readonly note: Note;
  readonly heading: Sentence;
  readonly first: readonly Sentence[];
  readonly all: readonly Sentence[];
}

/** The notes of one language. A note is taken apart when it is needed first: most captures need a dozen. */
export class Book implements Values {
  readonly language: Language;
  /** What stands under the title of the remark at hand, as much as is to be said. One may turn out empty. */
  paragraphs: readonly Sentence[] = NOTHING;
  private heading: Sentence | null = null;
  private event!: RaisedEvent;
  private kinds!: EventDeclaration['parameters'];
  private readonly notes: ReadonlyMap<string, Note>;
  private readonly prepared = new Map<string, Prepared | null>();

  constructor(language: Language, notes: readonly Note[]) {
    this.language = language;
    this.notes = new Map(notes.map((note) => [note.event, note]));
  }

  /** The event's own note, else the one of the nearest event above it: tcp.reset.refused, tcp.reset, tcp. */
  noteOf(id: string): Note | null {
    return this.find(id)?.note ?? null;
  }

  /** Takes up what is to be said next. */
  open({ event, declaration, length }: Remark): void {
    const prepared = this.find(event.id);
    this.event = event;
    this.kinds = declaration.parameters;
    this.heading = prepared?.heading ?? null;
    this.paragraphs = prepared === null || length === 'title' ? NOTHING : prepared[length];
  }

  /** `values` stand in for the event's own, for who wants to know where each is written. */
  writeTitle(out: Writer, values: Values = this): void {
    if (this.heading === null) out.ascii(this.event.id);
    else this.heading.write(values, out);
  }

  knows(name: string): boolean {
    return this.event.parameters[name] != null;
  }

  write(name: string, out: Writer): void {
    writeValue(this.event.parameters[name]!, this.kinds[name] ?? 'text', this.language, out);
  }

  private find(id: string): Prepared | null {
    const known = this.prepared.get(id);
    if (known !== undefined) return known;
    let name = id;
    while (!this.notes.has(name) && name.includes('.')) name = name.slice(0, name.lastIndexOf('.'));
    const note = this.notes.get(name);
    const prepared = note === undefined ? null : prepare(note);
    this.prepared.set(id, prepared);
    return prepared;
  }
}

function prepare(note: Note): Prepared {
  const first = note.first.map(sentenceOf);
  return { note, heading: sentenceOf(note.heading), first, all: [...first, ...note.more.map(sentenceOf)] };
}

const sentenceOf = (text: string): Sentence => new Sentence(parseTemplate(text));

const NOTHING: readonly Sentence[] = [];
