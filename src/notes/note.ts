export type Language = 'en' | 'ko';

/** What a page of reading has, whatever it is about. */
interface Page {
  /** Claims of the study notes that it covers (claims.ts); the first is the one that it leans on most. */
  readonly claims: readonly string[];
  readonly spec: string;
  /** Pages that are worth reading next. */
  readonly see: readonly string[];
  /** The one-line form. */
  readonly heading: string;
  /** What is said by default, a string a paragraph. */
  readonly first: readonly string[];
  /** What stands under `## More`. */
  readonly more: readonly string[];
}

/** One note, as scripts/compile-notes.mjs makes it from its Markdown file. */
export interface Note extends Page {
  /** The event that it explains; events below it in the dotted order use it too when they have none of their own. */
  readonly event: string;
}

/** A page about something that no single packet shows. A paragraph `{table}` stands for the table that belongs there. */
export interface Topic extends Page {
  readonly topic: string;
}
