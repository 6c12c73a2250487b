import { claims } from './claims.ts';
import type { Note, Topic } from './note.ts';
import { shown } from './shown.ts';

/** One claim of the study notes: what explains it, and where a packet of a fixture shows it. */
export interface Coverage {
  readonly claim: string;
  /** Study note and heading. */
  readonly file: string;
  readonly heading: string;
  readonly verdict: 'right' | 'corrected';
  /** Events whose notes cover it, and topics that do. */
  readonly events: readonly string[];
  readonly topics: readonly string[];
  /** The first packet of a fixture that is explained so; null for what no packet shows. */
  readonly fixture: string | null;
  readonly frame: number | null;
}

/** Every claim, in the order of the study notes. */
export function coverageOf(notes: readonly Note[], topics: readonly Topic[]): Coverage[] {
  return [...claims].map(([claim, { file, heading, verdict }]) => {
    // The notes that lean on it most come first.
    const covering = notes.filter(({ claims: covered }) => covered.includes(claim));
    const events = covering
      .sort((one, other) => one.claims.indexOf(claim) - other.claims.indexOf(claim))
      .map(({ event }) => event);
    const pages = topics.filter(({ claims: covered }) => covered.includes(claim)).map(({ topic }) => topic);
    const [fixture, frame] = events.map((event) => shown[event]).find((place) => place !== undefined) ?? [null, null];
    return { claim, file, heading, verdict, events, topics: pages, fixture, frame };
  });
}
