import { join } from 'node:path';
import { safeText } from '../core/writer.ts';
import { nearest } from '../nearest.ts';
import { loadNotes, loadTopics } from '../notes/load.ts';
import type { Language } from '../notes/note.ts';
import { NotesPrinter, nameOf, type Page, writePageNdjson } from '../output/notes.ts';
import { notesWords } from '../output/notes-words.ts';
import { DONE, UsageFault } from './fault.ts';
import { languagesOf } from './language.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';

/** `dissect notes [TOPIC]`: what the explanations say, read without a capture. Answers with the exit status. */
export async function notes(given: Arguments): Promise<number> {
  const [name = '', ...more] = given.operands;
  if (more.length > 0) throw new UsageFault(`one topic at a time, not also ${more[0]}`);
  const output = new StandardOutput(false);
  const languages = languagesOf(given, process.env);
  if (given.has('check')) return check(given.get('check')!, name);
  if (given.has('coverage')) return coverage(given, name, languages[0] ?? 'en');
  for (const [i, language] of languages.entries()) {
    const topics = await loadTopics(language);
    const events = await loadNotes(language);
    const chosen = { topics: topics.filter(isUnder(name)), events: events.filter(isUnder(name)).sort(byName) };
    const pages = [...chosen.topics, ...chosen.events];
    if (pages.length === 0) throw new UsageFault(unknown(name, [...topics, ...events].map(nameOf)));
    if (given.get('T') === 'ndjson') {
      for (const page of pages) writePageNdjson(page, output.writer);
      continue;
    }
    if (i > 0) output.writer.line();
    const printer = new NotesPrinter(language, widthOf(given), paletteOf(given), output.writer);
    const exact = pages.find((page) => nameOf(page) === name);
    if (exact === undefined) printer.list(chosen.topics, chosen.events);
    else printer.page(exact);
  }
  output.flush();
  return DONE;
}

/** Tells what is wrong with a folder of a person's own notes. */
async function check(folder: string, name: string): Promise<number> {
  if (name !== '') throw new UsageFault('--check is about a folder of your own notes; it takes no topic');
  const { readFolder } = await import('./own-notes.ts');
  const { readOwnNotes } = await import('../output/own-notes.ts');
  const files = readFolder(folder);
  const { faults } = readOwnNotes(files);
  const output = new StandardOutput(false);
  for (const { file, line, message } of faults) {
    output.writer.text(safeText(`${join(folder, file)}:${line}: ${message}`));
    output.writer.line();
  }
  output.flush();
  if (faults.length > 0)
    throw new UsageFault(`${faults.length === 1 ? 'one fault' : `${faults.length} faults`} in ${folder}`);
  output.writer.text(`${files.length === 1 ? 'one note' : `${files.length} notes`}, nothing wrong\n`);
  output.flush();
  return DONE;
}

/** Which claims of the study notes are explained, by what, and where a fixture shows them. */
async function coverage(given: Arguments, name: string, language: Language): Promise<number> {
  if (name !== '') throw new UsageFault('--coverage is about all notes; it takes no topic');
  const { coverageOf } = await import('../notes/coverage.ts');
  const { writeCoverage, writeCoverageNdjson } = await import('../output/coverage.ts');
  const output = new StandardOutput(false);
  const rows = coverageOf(await loadNotes(language), await loadTopics(language));
  if (given.get('T') === 'ndjson') writeCoverageNdjson(rows, output.writer);
  else writeCoverage(rows, notesWords[language], paletteOf(given), widthOf(given), output.writer);
  output.flush();
  return DONE;
}

const byName = (a: Page, b: Page): number => (nameOf(a) < nameOf(b) ? -1 : 1);

/** The page of that name, and those below it in the dotted order; all without a name. */
const isUnder =
  (name: string) =>
  (page: Page): boolean =>
    name === '' || nameOf(page) === name || nameOf(page).startsWith(`${name}.`);

function unknown(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `there is no note on ${name}; ${near === null ? 'dissect notes lists them' : `did you mean ${near}?`}`;
}
