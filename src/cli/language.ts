import type { Language } from '../notes/note.ts';
import type { Arguments } from './parse.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Languages of explanations and help: `--lang`, else the locale that the environment names (POSIX §8.2), else English. */
export function languagesOf(given: Arguments, environment: Environment): readonly Language[] {
  const chosen = given.get('lang');
  if (chosen !== null) return chosen.split(',') as Language[];
  return [localeLanguage(environment)];
}

export function localeLanguage({ LC_ALL, LC_MESSAGES, LANG }: Environment): Language {
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  return /^ko\b|^ko_/.test(locale) ? 'ko' : 'en';
}
