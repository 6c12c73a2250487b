import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type NoteFile, type OwnNotes, readOwnNotes } from '../output/own-notes.ts';
import { InputOutputFault, UsageFault } from './fault.ts';

/** Notes of a folder at the most, and octets of one. */
const MOST_NOTES = 1000;
const LONGEST_NOTE = 1 << 16;

/** The notes of `--notes DIR`. The first fault in them ends the run: an explanation that is left out is missed by nobody. */
export function openOwnNotes(folder: string): OwnNotes {
  const { own, faults } = readOwnNotes(readFolder(folder));
  const [first] = faults;
  if (first === undefined) return own;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more; dissect notes --check ${folder} lists them` : '';
  throw new UsageFault(`${join(folder, first.file)}:${first.line}: ${first.message}${more}`);
}

/** Every Markdown file in a folder and those below it, in the order of their names. */
export function readFolder(folder: string): NoteFile[] {
  const names = namesIn(folder);
  if (names.length === 0) throw new UsageFault(`${folder}: there is no note (NAME.md) in it`);
  if (names.length > MOST_NOTES) throw new UsageFault(`${folder}: more than ${MOST_NOTES} notes`);
  return names.map((name) => {
    const path = join(folder, name);
    if (statSync(path).size > LONGEST_NOTE) throw new UsageFault(`${path}: longer than ${LONGEST_NOTE} bytes`);
    return { name: name.split(sep).join('/'), text: readFileSync(path, 'utf8') };
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.md') && statSync(join(folder, name)).isFile())
      .sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputOutputFault(`${folder}: ${FAULTS[code] ?? `it cannot be read (${code})`}`);
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'no permission to read it',
};
