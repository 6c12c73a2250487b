export type Language = 'en' | 'ko';

/** One note, as scripts/compile-notes.mjs makes it from its Markdown file. */
export interface Note {
  /** The event that it explains; events below it in the dotted order use it too when they have none of their own. */
  readonly event: string;
  /** Claims of the study notes that it covers (claims.ts); the first is the one that it leans on most. */
  readonly claims: readonly string[];
  readonly spec: string;
  /** Events whose notes are worth reading next. */
  readonly see: readonly string[];
  /** The one-line form. */
  readonly heading: string;
  /** What is said by default, a string a paragraph. */
  readonly first: readonly string[];
  /** What stands under `## More`. */
  readonly more: readonly string[];
}
