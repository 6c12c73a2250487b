import { textOf } from '../../core/octet-text.ts';
import { Writer } from '../../core/writer.ts';
import type { Evidence } from '../../events/event.ts';
import type { Book, Explainer, Remark } from '../../explain/explainer.ts';
import type { Sentence, Values } from '../../explain/sentence.ts';
import type { Language } from '../../notes/note.ts';
import { sourcesText } from '../../output/card-meaning.ts';
import type { Piece, Proof, Said, Telling, Wording } from '../model.ts';

/** What is to be said of the first `count` remarks of an explainer of both languages. */
export function tellingsOf(explainer: Explainer, count: number): Telling[] {
  const tellings: Telling[] = [];
  for (let i = 0; i < count; i++) tellings.push(tellingOf(explainer, explainer.remark(i)));
  return tellings;
}

function tellingOf(explainer: Explainer, remark: Remark): Telling {
  const { event, declaration, explainedIn } = remark;
  const { claims, spec } = explainer.sourceOf(event);
  const proofs: Proof[] = [];
  const numbers = new Map<string, number>();
  for (const [name, evidence] of Object.entries(event.parameters)) {
    if (evidence !== null) numbers.set(name, proofs.push(proofOf(evidence)) - 1);
  }
  const [en, ko] = explainer.books.map((book) => book);
  const shown = paragraphsOf(en!, remark);
  const said = (book: Book): Wording =>
    wordingOf(book, remark, numbers, sourcesText(claims.slice(0, 1), spec, book.language));
  return {
    event: event.id,
    severity: declaration.severity,
    shown,
    explainedIn,
    wordings: { en: said(en!), ko: said(ko!) } satisfies Said<Wording>,
    proofs,
  };
}

/** How many paragraphs the explainer would say. */
function paragraphsOf(book: Book, remark: Remark): number {
  book.open(remark);
  return book.paragraphs.length;
}

function wordingOf(book: Book, remark: Remark, numbers: ReadonlyMap<string, number>, sources: string): Wording {
  const { length } = remark;
  remark.length = 'all';
  book.open(remark);
  remark.length = length;
  const values = new MarkedValues(book, numbers);
  const title = values.said((out) => book.writeTitle(out, values));
  const paragraphs = book.paragraphs.map((sentence: Sentence) => values.said((out) => sentence.write(values, out)));
  return { title, paragraphs, sources };
}

const proofOf = ({ field, frame, offset, length }: Evidence): Proof => ({
  field: field ?? null,
  frame: frame ?? null,
  at: offset ?? -1,
  length: length ?? 0,
});

/** A book's values, that remember where in the text each was written. */
class MarkedValues implements Values {
  private readonly book: Book;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly out = new Writer(1024);
  /** From, to, and the proof's number, in turn. */
  private marks: number[] = [];

  constructor(book: Book, numbers: ReadonlyMap<string, number>) {
    this.book = book;
    this.numbers = numbers;
  }

  knows(name: string): boolean {
    return this.book.knows(name);
  }

  write(name: string, out: Writer): void {
    const from = out.at;
    this.book.write(name, out);
    this.marks.push(from, out.at, this.numbers.get(name) ?? -1);
  }

  /** The text that is written, in pieces: a value is one of its own. */
  said(write: (out: Writer) => void): Piece[] {
    const { out } = this;
    out.clear();
    this.marks = [];
    write(out);
    const pieces: Piece[] = [];
    let at = 0;
    const take = (to: number, proof: number): void => {
      if (to > at) pieces.push({ text: textOf(out.bytes, at, Math.min(to, out.at)), proof });
      at = Math.max(at, to);
    };
    for (let i = 0; i < this.marks.length; i += 3) {
      take(this.marks[i]!, -1);
      take(this.marks[i + 1]!, this.marks[i + 2]!);
    }
    take(out.at, -1);
    return pieces;
  }
}

/** In the order in which an explainer of both is asked for them. */
export const LANGUAGES: readonly Language[] = ['en', 'ko'];
