import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOwnNotes } from '../../src/output/own-notes.ts';
import { effort, patience, tried } from './effort.ts';

const FOLDER = join(import.meta.dirname, '../../src/notes/en');
const texts = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8').replace(/^---\n/, '---\nwhen: tcp.port == 80\n'));

test(
  'any note is read, or refused in sentences with their lines',
  () => {
    const pieces = fc.constantFrom(
      '---\n',
      'when: ',
      'event: tcp.syn\n',
      '{',
      '}',
      '{ip.src}',
      '[[',
      ']]',
      ':',
      '# ',
      '\n',
      '한',
      '\0',
      '```',
    );
    const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.oneof(pieces, fc.string()));
    const changed = fc
      .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 6 }))
      .map(([text, changes]) =>
        changes.reduce((now, [place, gone, put]) => {
          const at = Math.floor(place * now.length);
          return now.slice(0, at) + put + now.slice(at + gone);
        }, text),
      );
    fc.assert(
      fc.property(fc.oneof(changed, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        tried();
        const { faults } = readOwnNotes([{ name: 'mine.md', text }]);
        for (const { line, message } of faults) {
          expect(line).toBeGreaterThan(0);
          expect(message).toMatch(/^[^\n]+$/);
        }
      }),
      effort(4, 1 / 4),
    );
  },
  patience(4),
);
