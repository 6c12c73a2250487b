import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declarations } from '../src/events/catalogue.ts';
import type { EventDeclaration } from '../src/events/event.ts';
import { isParticle } from '../src/explain/particle.ts';
import { type Piece, parseTemplate, placeholders } from '../src/explain/template.ts';
import { claims } from '../src/notes/claims.ts';
import { loadNotes, loadTopics } from '../src/notes/load.ts';
import type { Note } from '../src/notes/note.ts';

const ROOT = join(import.meta.dirname, '../src/notes');
const files = (language: string): string[] =>
  readdirSync(join(ROOT, language), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .sort();

const english = new Map((await loadNotes('en')).map((note) => [note.event, note]));
const korean = new Map((await loadNotes('ko')).map((note) => [note.event, note]));
const topics = { en: await loadTopics('en'), ko: await loadTopics('ko') };
/** What can be read: notes of events, and topics. */
const pages = new Set([...english.keys(), ...topics.en.map(({ topic }) => topic)]);
const catalogue = Object.entries(declarations) as [string, EventDeclaration][];

const texts = (note: Note): string[] => [note.heading, ...note.first, ...note.more];
const namesIn = (list: readonly string[]): string[] =>
  [...new Set(list.flatMap((text) => placeholders(parseTemplate(text))))].sort();

describe('notes', () => {
  it('are the same files in both languages', () => {
    expect(files('ko')).toEqual(files('en'));
  });

  it('are one for each event, and no others', () => {
    expect([...english.keys()].sort()).toEqual(catalogue.map(([id]) => id).sort());
    expect(files('en').length).toBe(english.size + topics.en.length);
  });

  it('have front matter that is the same in both languages, and the standard that the catalogue names', () => {
    for (const [event, note] of english) {
      const other = korean.get(event)!;
      expect(other.claims, event).toEqual(note.claims);
      expect(other.see, event).toEqual(note.see);
      expect(other.spec, event).toBe(note.spec);
      expect(note.spec, event).toBe(declarations[event as keyof typeof declarations].spec);
    }
  });

  it('point to notes that there are', () => {
    for (const [event, { see }] of english) {
      for (const other of see) expect(pages.has(other), `${event} → ${other}`).toBe(true);
    }
  });

  it('name claims that there are', () => {
    for (const [event, note] of english)
      for (const id of note.claims) expect(claims.has(id), `${event}: ${id}`).toBe(true);
  });

  it('use the parameters that the event declares, and no others: what no sentence says is no evidence of one', () => {
    for (const book of [english, korean]) {
      for (const [event, note] of book) {
        const declared = Object.keys(declarations[event as keyof typeof declarations].parameters);
        expect(namesIn(texts(note)), event).toEqual(declared.sort());
      }
    }
  });

  it('use the same parameters in both languages', () => {
    for (const [event, note] of english) {
      const other = korean.get(event)!;
      expect(namesIn([...other.first, other.heading]), event).toEqual(namesIn([...note.first, note.heading]));
      expect(namesIn(other.more), `${event}, More`).toEqual(namesIn(note.more));
    }
  });

  it('say what packets may not tell only where it is known', () => {
    for (const book of [english, korean]) {
      for (const [event, note] of book) {
        const { parameters } = declarations[event as keyof typeof declarations] as EventDeclaration;
        for (const text of texts(note)) {
          for (const name of bare(parseTemplate(text)))
            expect(parameters[name], `${event}: {${name}}`).not.toMatch(/\?$/);
        }
      }
    }
  });

  it('use particles that there are in Korean, and nouns in singular and plural in English', () => {
    for (const note of korean.values()) {
      for (const pair of pairs(texts(note).flatMap(parseTemplate)))
        expect(isParticle(pair), `${note.event}: ${pair}`).toBe(true);
    }
    for (const note of english.values()) {
      for (const pair of pairs(texts(note).flatMap(parseTemplate))) expect(pair, note.event).toMatch(/^\w+\/\w+$/);
    }
  });

  it('have no Korean particle behind a value without agreement', () => {
    // 이/가, 은/는, 을/를 change with the word before: written out behind a placeholder they are right only by luck.
    for (const name of files('ko')) {
      const text = readFileSync(join(ROOT, 'ko', name), 'utf8');
      expect(text.match(/\{\w+\}(?:이|가|은|는|을|를|으로|로|와|과)(?=[\s.,])/g), name).toBeNull();
    }
  });

  it('are short: at most five sentences in a paragraph', () => {
    for (const note of english.values()) {
      for (const text of note.first) expect(text.split(/[.?!] (?=[A-Z{[])/).length, note.event).toBeLessThanOrEqual(5);
    }
  });

  it('are Korean in Korean: each heading and paragraph has Hangul', () => {
    for (const note of korean.values()) for (const text of texts(note)) expect(text, note.event).toMatch(/[가-힣]/);
    for (const note of english.values())
      for (const text of texts(note)) expect(text, note.event).not.toMatch(/[가-힣]/);
  });
});

describe('topics', () => {
  it('are the same in both languages, and point to what there is', () => {
    const front = (list: typeof topics.en) =>
      list.map(({ topic, claims, spec, see }) => ({ topic, claims, spec, see }));
    expect(front(topics.ko)).toEqual(front(topics.en));
    for (const { topic, see, claims: covered } of topics.en) {
      for (const other of see) expect(pages.has(other), `${topic} → ${other}`).toBe(true);
      for (const id of covered) expect(claims.has(id), `${topic}: ${id}`).toBe(true);
    }
  });

  it('are Korean in Korean, and have their tables at the same place', () => {
    for (const { first, heading } of topics.ko) {
      for (const text of [heading, ...first]) if (text !== '{table}') expect(text).toMatch(/[가-힣]/);
    }
    const places = topics.en.map(({ first }) => first.indexOf('{table}'));
    expect(topics.ko.map(({ first }) => first.indexOf('{table}'))).toEqual(places);
  });
});

describe('claims', () => {
  it('are those of the five study notes', () => {
    expect(claims.size).toBe(105);
    const perFile = ['000', '001', '002', '003', '004'].map((file) => [
      file,
      [...claims.values()].filter((claim) => claim.file === file).length,
    ]);
    expect(perFile).toEqual([
      ['000', 26],
      ['001', 23],
      ['002', 12],
      ['003', 28],
      ['004', 16],
    ]);
  });
});

/** Names outside every `[[…]]`. */
const bare = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap((piece) => (typeof piece === 'object' && 'name' in piece ? [piece.name] : []));

const pairs = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap((piece) => {
    if (typeof piece === 'string') return [];
    if ('name' in piece) return piece.pair === null ? [] : [piece.pair];
    return [...pairs(piece.when), ...pairs(piece.otherwise)];
  });
