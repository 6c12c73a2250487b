import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Folder } from '../../src/cli/folder.ts';

const made: string[] = [];
const newFolder = (): string => {
  made.push(mkdtempSync(join(tmpdir(), 'dissect-folder-')));
  return made.at(-1)!;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

const CONTENT = Uint8Array.of(1, 2, 3);

it('overwrites nothing that came after it looked', () => {
  const path = newFolder();
  const folder = new Folder(path, false);
  writeFileSync(join(path, 'a.txt'), 'mine');
  expect(folder.write('a.txt', CONTENT)).toBe('a-2.txt');
  expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('mine');
  expect(readdirSync(path).sort()).toEqual(['a-2.txt', 'a.txt']);
});

it.each([true, false])(
  'writes through no link, not even through one in place of its draft (replaces: %s)',
  (replaces) => {
    const path = newFolder();
    const victim = join(newFolder(), 'victim');
    writeFileSync(victim, 'mine');
    const folder = new Folder(path, replaces);
    symlinkSync(victim, join(path, `.dissect-${process.pid}.part`));
    symlinkSync(victim, join(path, 'a.txt'));
    const name = folder.write('a.txt', CONTENT);
    expect(new Uint8Array(readFileSync(join(path, name)))).toEqual(CONTENT);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(readdirSync(path).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  },
);
