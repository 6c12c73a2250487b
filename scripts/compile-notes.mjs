// Makes src/notes/<language>.compiled.ts from src/notes/<language>/**/*.md, so that notes are code when the program runs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

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

/** The parser that the program itself has for people's own notes. */
const { parseNote, NoteFault } = await importTypeScript('../src/notes/parse.ts');

async function importTypeScript(path) {
  const { code } = await transform(readFileSync(new URL(path, import.meta.url), 'utf8'), {
    loader: 'ts',
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

/** One note as the program has it. Throws with the file's name on whatever does not fit the form. */
function noteOf(text, name) {
  try {
    const { front, heading, first, more } = parseNote(text);
    const plain = (passages) => passages.map((passage) => passage.text);
    return { ...frontMatter(front), heading: heading.text, first: plain(first), more: plain(more) };
  } catch (error) {
    if (error instanceof NoteFault) throw new Error(`${name}:${error.line}: ${error.message}`);
    throw error;
  }
}

function frontMatter(lines) {
  const front = { claims: [], spec: '', see: [] };
  for (const { key, value, line } of lines) {
    if (!KEYS.includes(key)) throw new NoteFault(`"${key}" is not one of ${KEYS.join(', ')}`, line);
    if (key === 'event' || key === 'topic' || key === 'spec') {
      front[key] = value;
      continue;
    }
    const list = /^\[(.*)\]$/.exec(value);
    if (!list) throw new NoteFault(`${key} must be a list in square brackets`, line);
    front[key] = list[1]
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  return front;
}

function compile(language) {
  const notes = noteFiles(language).map(({ name, path }) => {
    const note = noteOf(readFileSync(path, 'utf8'), relative(process.cwd(), path));
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
