import { TIME_FORMS } from '../output/time.ts';

/** One option, declared once: the command line is read by it, and help, completion and other commands are made from it. */
export interface Option {
  /** Letter (`-c`) or word (`--frames`). */
  readonly name: string;
  /** `perhaps`: a value only behind `=`, so that `--explain FILE` leaves the file alone. */
  readonly takes: 'nothing' | 'value' | 'perhaps';
  readonly choices?: readonly string[];
  /** Given several times, the values add up; else the last one counts. */
  readonly many?: true;
  readonly group: Group;
}

type Group = 'explaining' | 'forms' | 'choosing' | 'reading' | 'showing';

export const options: readonly Option[] = [
  { name: 'explain', takes: 'perhaps', choices: ['brief', 'full'], group: 'explaining' },
  { name: 'notes', takes: 'value', group: 'explaining' },
  { name: 'nat', takes: 'value', group: 'explaining' },
  { name: 'lang', takes: 'value', choices: ['en', 'ko', 'en,ko', 'ko,en'], group: 'explaining' },
  { name: 'V', takes: 'nothing', group: 'forms' },
  { name: 'O', takes: 'value', many: true, group: 'forms' },
  { name: 'x', takes: 'nothing', group: 'forms' },
  { name: 'P', takes: 'nothing', group: 'forms' },
  { name: 'T', takes: 'value', choices: ['text', 'fields', 'json', 'ndjson'], group: 'forms' },
  { name: 'e', takes: 'value', many: true, group: 'forms' },
  { name: 'E', takes: 'value', many: true, group: 'forms' },
  { name: 'w', takes: 'value', group: 'forms' },
  { name: 'Y', takes: 'value', group: 'choosing' },
  { name: 'c', takes: 'value', group: 'choosing' },
  { name: 'frames', takes: 'value', many: true, group: 'choosing' },
  { name: 'stream', takes: 'value', group: 'choosing' },
  { name: 'r', takes: 'value', group: 'reading' },
  { name: 'fcs', takes: 'value', choices: ['auto', 'present', 'absent'], group: 'reading' },
  { name: 'keylog', takes: 'value', group: 'reading' },
  { name: 'time-wait', takes: 'value', group: 'reading' },
  { name: 'limit', takes: 'value', many: true, group: 'reading' },
  { name: 'n', takes: 'nothing', group: 'reading' },
  { name: 'config', takes: 'value', group: 'reading' },
  { name: 'no-config', takes: 'nothing', group: 'reading' },
  { name: 't', takes: 'value', choices: TIME_FORMS, group: 'showing' },
  { name: 'color', takes: 'value', choices: ['auto', 'always', 'never'], group: 'showing' },
  { name: 'width', takes: 'value', group: 'showing' },
  { name: 'help', takes: 'nothing', group: 'showing' },
  { name: 'version', takes: 'nothing', group: 'showing' },
];

/** As it is typed: `-c`, `--frames`. */
export const typed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
