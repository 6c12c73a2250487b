// Makes src/notes/<language>.compiled.ts from src/notes/<language>/**/*.md, so that notes are code when the program runs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../src/notes');
export const LANGUAGES = ['en', 'ko'];
const KEYS = ['event', 'topic', 'claims', 'spec', 'see'];

/** The Markdown files of a language, by path, in a stable order. */
export function noteFiles(language) {
  const folder = join(ROOT, language);
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.split(sep).join('/'))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

/** Parts of one note. Throws with the file's name on whatever does not fit the form. */
export function parseNote(text, name) {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'));
  if (!parts) throw new Error(`${name}: must begin with front matter between two lines of ---`);
  const front = parseFrontMatter(parts[1], name);
  const [main, more, ...rest] = parts[2].split(/^## More\s*$/m);
  if (rest.length > 0) throw new Error(`${name}: has more than one "## More"`);
  const headings = main.match(/^# .+$/gm) ?? [];
  if (headings.length !== 1) throw new Error(`${name}: has ${headings.length} headings of the first level, not one`);
  const [before, after] = main.split(headings[0]);
  if (before.trim() !== '') throw new Error(`${name}: has text before its heading`);
  const first = paragraphs(after);
  if (first.length === 0) throw new Error(`${name}: says nothing under its heading`);
  return { ...front, heading: headings[0].slice(2).trim(), first, more: paragraphs(more ?? '') };
}

function parseFrontMatter(text, name) {
  const front = { claims: [], spec: '', see: [] };
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === 'event' || key === 'topic') front[key] = value;
    else if (!(key in front)) throw new Error(`${name}: front matter line "${line}" is not one of ${KEYS.join(', ')}`);
    if (key === 'event' || key === 'topic' || key === 'spec') {
      front[key] = value;
      continue;
    }
    const list = /^\[(.*)\]$/.exec(value);
    if (!list) throw new Error(`${name}: ${key} must be a list in square brackets`);
    front[key] = list[1]
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  return front;
}

const paragraphs = (text) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '))
    .filter((paragraph) => paragraph !== '');

function compile(language) {
  const notes = noteFiles(language).map(({ name, path }) => {
    const note = parseNote(readFileSync(path, 'utf8'), relative(process.cwd(), path));
    const expected = `${name.slice(0, -3).split('/').join('.')}`;
    const named = note.event ?? note.topic;
    if (named !== expected) throw new Error(`${path}: explains ${named}, but its path says ${expected}`);
    return note;
  });
  const events = notes.filter(({ event }) => event !== undefined);
  const pages = notes.filter(({ topic }) => topic !== undefined);
  const file = join(ROOT, `${language}.compiled.ts`);
  const text = `// Made by scripts/compile-notes.mjs from ${language}/**/*.md.
import type { Note, Topic } from './note.ts';

export const notes: readonly Note[] = ${JSON.stringify(events, null, 1)};

export const topics: readonly Topic[] = ${JSON.stringify(pages, null, 1)};
`;
  if (current(file) !== text) writeFileSync(file, text);
}

function current(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const language of LANGUAGES) compile(language);
