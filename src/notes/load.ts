import type { Language, Note } from './note.ts';

/** The notes of one language. They are modules, so that nothing is read from a disk at run time. */
export async function loadNotes(language: Language): Promise<readonly Note[]> {
  const module = language === 'ko' ? await import('./ko.compiled.ts') : await import('./en.compiled.ts');
  return module.default;
}
