import type { Writer } from '../core/writer.ts';
import type { Language } from '../notes/note.ts';
import { rows, type StateRow } from '../tcp/states.ts';
import { notesWords } from './notes-words.ts';
import { statesWords } from './states-words.ts';
import { writeTable } from './table.ts';

/** The table that every end is moved by, with the section that says so. */
export function writeStateTable(language: Language, width: number, out: Writer): void {
  const words = notesWords[language];
  const { by } = statesWords[language];
  const columns = [words.from, words.on, words.to, words.standard].map((head) => ({ head }));
  const cells = rows.map((row) => [row.from, by(row.on), row.to, sectionOf(row) ?? '']);
  writeTable(columns, cells, width, out);
}

/** RFC 9293's section on what an end in that state does then; null for UNKNOWN, which the standard does not have. */
export function sectionOf({ from, on }: StateRow): string | null {
  if (from === 'UNKNOWN') return null;
  if (on === 'timer') return '§3.10.8';
  if (on === 'sent SYN') return '§3.10.1';
  if (on === 'sent FIN') return '§3.10.4';
  if (from === 'LISTEN') return on === 'sent RST' ? '§3.10.7.1' : '§3.10.7.2';
  // ABORT resets no connection that is closed but for the last ACKs: there a segment came for one that is gone.
  if (on === 'sent RST' && (from === 'CLOSING' || from === 'LAST_ACK')) return '§3.10.7.1';
  if (on === 'sent RST' && from !== 'SYN_SENT') return '§3.10.5';
  return from === 'SYN_SENT' ? '§3.10.7.3' : '§3.10.7.4';
}
