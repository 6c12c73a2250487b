import type { Language } from '../notes/note.ts';
import type {
  ConnectionPictures,
  Detail,
  DrawingOptions,
  Filtered,
  GivenCapture,
  JourneyLine,
  JourneyStory,
  Listing,
  NatStory,
  Opened,
  Overview,
  ReadingOptions,
} from './model.ts';

/** What the page may ask of the engine: with what, and what comes back. */
export interface Questions {
  /** `other`: the capture of the other side of a translator; `place`: 0 where the first is the inside. */
  open(capture: GivenCapture, options: ReadingOptions, other: GivenCapture | null, place: 0 | 1): Opened;
  overview(language: Language): Overview;
  detail(frame: number): Detail | null;
  filter(text: string): Filtered;
  connection(stream: number, drawing: DrawingOptions, language: Language): ConnectionPictures | null;
  journeys(language: Language): readonly JourneyLine[];
  journey(number: number, language: Language): JourneyStory | null;
  /** Null where there is one capture only. */
  nat(language: Language): NatStory | null;
}

export type QuestionName = keyof Questions;

/** One question, with a number that its answer carries. */
export type Question = {
  readonly [Name in QuestionName]: {
    readonly id: number;
    readonly ask: Name;
    readonly of: Parameters<Questions[Name]>;
  };
}[QuestionName];

/** What the engine sends. */
export type Answer =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  /** `known`: it is the capture's fault, and the sentence says what is wrong with it. */
  | { readonly kind: 'fault'; readonly id: number; readonly known: boolean; readonly sentence: string }
  | { readonly kind: 'listed'; readonly listing: Listing }
  | { readonly kind: 'progress'; readonly frames: number };
