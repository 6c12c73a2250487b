import type { Language, Note, Topic } from './note.ts';

/** The notes of one language. They are modules, so that nothing is read from a disk at run time. */
export async function loadNotes(language: Language): Promise<readonly Note[]> {
  return (await book(language)).notes;
}

/** The pages of a language that explain no event of their own. */
export async function loadTopics(language: Language): Promise<readonly Topic[]> {
  return (await book(language)).topics;
}

const book = (language: Language) => (language === 'ko' ? import('./ko.compiled.ts') : import('./en.compiled.ts'));
