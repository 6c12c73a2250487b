import type { Journey, Phase, Step, Untold } from '../journey/journey.ts';
import type { Language } from '../notes/note.ts';
import { words as en } from './journey-words.en.ts';
import { words as ko } from './journey-words.ko.ts';

/** What a step may need to be told beside itself. */
export interface About {
  readonly journey: Journey;
  /** A length of time with three digits that count. */
  readonly span: (nanoseconds: number) => string;
  /** Why a connection was reset. */
  readonly reset: (causes: readonly string[]) => string;
}

/** What `dissect journey` says beside numbers and names. */
export interface JourneyWords {
  readonly title: (number: number) => string;
  /** What kind of conversation it is, with its number. */
  readonly kind: (journey: Journey) => string;
  readonly counts: (journey: Journey) => string;
  readonly label: (step: Step) => string;
  readonly step: (step: Step, about: About) => string;
  /** Frames that a step follows from. */
  readonly follows: (frames: string) => string;
  readonly folded: (steps: number, span: string) => string;
  readonly untold: (what: Untold, journey: Journey) => string;
  readonly untoldHead: string;
  readonly guessed: string;
  readonly waterfall: (span: string) => string;
  readonly phase: Readonly<Record<Phase, string>>;
  /** Glyphs of the waterfall, told once. */
  readonly glyphs: (send: string, wait: string, content: string) => string;
  readonly bars: (count: number) => string;
  readonly others: (count: number) => string;
  readonly outcome: (journey: Journey) => string;
  readonly none: string;
  readonly left: (count: string) => string;
  readonly nat: (journey: Journey, span: About['span']) => readonly string[];
}

export const journeyWords: Readonly<Record<Language, JourneyWords>> = { en, ko };
