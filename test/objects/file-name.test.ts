import { join, normalize, posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Carried } from '../../src/objects/carried.ts';
import { dispositionName, percentDecoded } from '../../src/objects/disposition.ts';
import { fileNameOf, numberedName, safeFileName } from '../../src/objects/file-name.ts';
import { Names } from '../../src/objects/names.ts';

const object = (about: Partial<Carried>): Carried => ({
  protocol: 'http',
  frame: 1,
  stream: 0,
  sender: 'server',
  host: null,
  uri: null,
  type: null,
  named: null,
  content: new Uint8Array(0),
  coding: null,
  range: null,
  cut: null,
  ...about,
});

describe('a file name', () => {
  it.each([
    ['page.html', 'page.html'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/shadow', 'shadow'],
    ['C:\\Windows\\win.ini', 'win.ini'],
    ['C:evil.exe', 'C_evil.exe'],
    ['..', ''],
    ['.', ''],
    ['...', ''],
    ['/', ''],
    ['.bashrc', 'bashrc'],
    ['-rf', '_rf'],
    ['a\0b.txt', 'ab.txt'],
    ['a\nb\x1b[31m.txt', 'ab[31m.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['name \u200b.txt', 'name .txt'],
    ['CON', '_CON'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['com1 .txt', '_com1 .txt'],
    ['LPT\u00b9', '_LPT\u00b9'],
    ['console.log', 'console.log'],
    ['what?.html', 'what_.html'],
    ['a<b>c|d*e".txt', 'a_b_c_d_e_.txt'],
    ['file.txt. . ', 'file.txt'],
    ['한글 이름.txt', '한글 이름.txt'],
    ['\ud800', ''],
  ])('%j is %j', (asked, name) => {
    expect(safeFileName(asked)).toBe(name);
  });

  it('stays short and keeps its ending', () => {
    const name = safeFileName(`${'가'.repeat(300)}.tar`);
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(200);
    expect(name.endsWith('가.tar')).toBe(true);
  });

  it('comes from what the sender says, else from the path, else from the type', () => {
    expect(fileNameOf(object({ named: 'a.pdf', uri: 'http://h/b' }))).toBe('a.pdf');
    expect(fileNameOf(object({ uri: 'http://h/dir/b%20c.gif?x=/../y#z' }))).toBe('b c.gif');
    expect(fileNameOf(object({ uri: 'http://h/%2e%2e%2f%2e%2e%2fetc%2fpasswd' }))).toBe('passwd');
    expect(fileNameOf(object({ uri: 'http://www.example.test/', type: 'text/html; charset=utf-8' }))).toBe(
      'index.html',
    );
    expect(fileNameOf(object({ uri: 'http://www.example.test' }))).toBe('index');
    expect(fileNameOf(object({ named: '..', type: 'image/png' }))).toBe('object.png');
    expect(fileNameOf(object({ uri: '/page.html', coding: 'br' }))).toBe('page.html.br');
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc
      .array(
        fc.constantFrom('..', '/', '\\', ':', 'C', '%2e', '.', ' ', '\0', '~', '-', 'CON', '\u202e', 'a', '\u0130'),
      )
      .map((parts) => parts.join('')),
  );

  it('never leads anywhere else, on any system', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.option(hostile), (named, path, coding) => {
        for (const one of [object({ named, coding }), object({ uri: `http://h/${path}`, coding })]) {
          const name = fileNameOf(one);
          expect(name).not.toBe('');
          expect(name).not.toMatch(/[/\\:\0]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^[.\-\s]|[.\s]$/u);
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i);
          expect(new TextEncoder().encode(numberedName(name, 1e9)).length).toBeLessThan(255);
          for (const { join: joined, dirname } of [posix, win32])
            expect(dirname(joined('/to/x', name))).toBe(dirname(joined('/to/x', 'a')));
          expect(join('dir', name)).toBe(normalize(`dir/${name}`));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('names that are given once', () => {
  it('get numbers, where a file system sees no difference either', () => {
    const names = new Names();
    expect(['a.txt', 'A.TXT', 'a.txt', 'a-2.txt', 'b', 'B'].map((name) => names.nameFor(name))).toEqual([
      'a.txt',
      'A-2.TXT',
      'a-3.txt',
      'a-2-2.txt',
      'b',
      'B-2',
    ]);
  });

  it('do not take longer the more there are', () => {
    const names = new Names();
    for (let i = 0; i < 20_000; i++) names.nameFor('index.html');
    expect(names.nameFor('INDEX.html')).toBe('INDEX-20001.html');
  });
});

describe('Content-Disposition', () => {
  it.each([
    ['attachment; filename="a b.txt"', 'a b.txt'],
    ['attachment; filename=plain.txt; size=3', 'plain.txt'],
    ['attachment; filename="quo\\"te.txt"', 'quo"te.txt'],
    ['attachment; filename="x.txt"; filename*=UTF-8\'\'%ED%95%9C%EA%B8%80.txt', '한글.txt'],
    ["attachment; filename*=iso-8859-1'en'%E9t%E9.txt", 'été.txt'],
    ['attachment; filename="no end', 'no end'],
    ['inline', null],
    ['', null],
  ])('%j names %j', (value, name) => {
    expect(dispositionName(value)).toBe(name);
  });

  it('escapes that are none stay', () => {
    expect(percentDecoded('100%25%zz%4')).toBe('100%%zz%4');
  });

  it('takes no time to speak of, whatever it is', () => {
    const long = `attachment${'; filename'.repeat(6000)}${' '.repeat(5000)}"${'\\'.repeat(5000)}`;
    const begun = performance.now();
    dispositionName(long);
    dispositionName(`;${' \t'.repeat(30_000)}`);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
