import { Writer } from '../../core/writer.ts';
import { declarations } from '../../events/catalogue.ts';
import type { RaisedEvent } from '../../events/event.ts';
import { type Explainer, Remark } from '../../explain/explainer.ts';
import type { Language } from '../../notes/note.ts';
import { type Happening, type Said, SEVERITIES, type Severity } from '../model.ts';

/** Frames that are named of each. */
const NAMED = 8;

export const severityOf = (event: string): Severity => declarations[event as RaisedEvent['id']].severity;

interface Counted {
  count: number;
  readonly frames: number[];
  /** As it is said where it happened first. */
  readonly titles: Said<string>;
}

/** What happened in a capture, by event. */
export class Happenings {
  private readonly counted = new Map<string, Counted>();
  private readonly explainer: Explainer;
  private readonly out = new Writer(256);

  /** Takes an explainer of English and Korean. */
  constructor(explainer: Explainer) {
    this.explainer = explainer;
  }

  add(raised: readonly RaisedEvent[], frame: number): void {
    for (const event of raised) {
      const known = this.counted.get(event.id);
      if (known === undefined) {
        this.counted.set(event.id, { count: 1, frames: [frame], titles: this.titlesOf(event) });
      } else {
        known.count++;
        if (known.frames.length < NAMED && known.frames.at(-1) !== frame) known.frames.push(frame);
      }
    }
  }

  /** The weightiest first, then in the order of their first frames. */
  list(language: Language): Happening[] {
    return [...this.counted]
      .map(([event, { count, frames, titles }]) => ({
        event,
        severity: severityOf(event),
        title: titles[language],
        count,
        frames,
      }))
      .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  }

  private titlesOf(event: RaisedEvent): Said<string> {
    const remark = Object.assign(new Remark(), { event, declaration: declarations[event.id] });
    const [en, ko] = this.explainer.books.map((book) => {
      book.open(remark);
      this.out.clear();
      book.writeTitle(this.out);
      return this.out.toString();
    });
    return { en: en!, ko: ko! };
  }
}
