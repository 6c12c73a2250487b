import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { protocols } from '../src/protocols/index.ts';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * Floors of the house, from the ground up. A file may name files of its own room and of rooms on lower floors; rooms on
 * one floor do not know each other. `events` are declarations, which every floor above protocols may name.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['core'],
  ['capture', 'protocols'],
  ['events'],
  ['flows'],
  ['tcp'],
  ['streams'],
  ['nat', 'survey', 'objects', 'transcript'],
  ['journey'],
  ['notes'],
  ['explain'],
  ['fields.ts', 'track.ts'],
  ['run.ts', 'filter'],
  ['walk.ts', 'transcribe.ts', 'output'],
  ['places.ts'],
  ['page'],
  ['index.ts'],
  ['golden.ts', 'page-parts.ts'],
  ['node.ts', 'matcher.ts'],
  ['cli'],
];
/** Top-level files that know nothing of the house: any room may use them. */
const GROUND = new Set(['nearest.ts']);

interface Import {
  readonly from: string;
  /** The file's name under src/, or the package's. */
  readonly to: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));
const sources = new Map(files.map((name) => [name, readFileSync(join(SRC, name), 'utf8')]));
const codeOf = new Map([...sources].map(([name, text]) => [name, withoutComments(text)]));
const imports = [...codeOf].flatMap(([name, code]) => importsOf(name, code));

/** Tests and scripts, named as seen from src/. */
const others = ['test', 'scripts'].flatMap((folder) =>
  readdirSync(join(SRC, '..', folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => [`../${name}`, withoutComments(readFileSync(join(SRC, '..', name), 'utf8'))] as const),
);
/** What a program that uses the library names, and what the build does: for these nobody here is the user. */
const LIBRARY = new Set([
  'index.ts',
  'node.ts',
  'matcher.ts',
  'cli/start.ts',
  'notes/en.compiled.ts',
  'notes/ko.compiled.ts',
]);

const room = (name: string): string => name.split('/', 1)[0]!;
const floor = (name: string): number => FLOORS.findIndex((rooms) => rooms.includes(room(name)));
const arrow = ({ from, to }: Import): string => `${from} → ${to}`;

/** The opener of files and pipes, what builds on it, and declarations of a package are for Node. */
const isForBrowsers = (name: string): boolean =>
  !/^cli\/|^capture\/open|^(node|golden|matcher|page-parts)\.ts$|\.d\.ts$/.test(name);

/** Words of core/ itself that are also a protocol's id: what a frame is, bytes of no protocol, kinds of addresses. */
const WORDS = new Set(['frame', 'data', 'ipv6']);

function importsOf(name: string, code: string): Import[] {
  const found: Import[] = [];
  const add = (to: string, typeOnly: boolean): void => {
    const relative = to.startsWith('.');
    const target = relative ? posix.join(dirname(name), to).replace(/^\.\.\/src\//, '') : to;
    found.push({ from: name, to: target, relative, typeOnly });
  };
  for (const [, typed, to] of code.matchAll(
    /(?:^|;)[ \t]*(?:import|export)(\s+type)?\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  )) {
    add(to!, typed !== undefined);
  }
  for (const [, to] of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) add(to!, false);
  return found;
}

/** Names that a file declares for others. */
function exportsOf(code: string): string[] {
  const declared = /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/gm;
  return [...code.matchAll(declared)].map(([, word]) => word!);
}

/** Code without comments; texts stay, for import paths are texts. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|('(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*/g, (_, kept) => kept ?? '');
}

describe('the house', () => {
  test('every file has its room', () => {
    expect(files.filter((name) => floor(name) < 0 && !GROUND.has(name))).toEqual([]);
  });

  test('imports go down', () => {
    const upward = imports
      .filter(({ to }) => sources.has(to) && !GROUND.has(to))
      .filter(({ from, to }) => room(from) !== room(to) && floor(to) >= floor(from));
    expect(upward.map(arrow)).toEqual([]);
  });

  test('every relative import names a file with its extension', () => {
    const compiled = /^notes\/\w+\.compiled\.ts$/;
    const missing = imports.filter(({ relative, to }) => relative && !sources.has(to) && !compiled.test(to));
    expect(missing.map(arrow)).toEqual([]);
  });

  test('no file imports itself by way of others', () => {
    expect(cycles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  test('only the command line and the file opener know Node', () => {
    const foreign = imports.filter(({ from, to, relative }) => isForBrowsers(from) && !relative && isBuiltin(to));
    expect(foreign.map(arrow)).toEqual([]);
    const upward = imports.filter(({ from, to, typeOnly }) => isForBrowsers(from) && !isForBrowsers(to) && !typeOnly);
    expect(upward.map(arrow)).toEqual([]);
    const inBrowser = [...codeOf].filter(([name]) => isForBrowsers(name));
    const global = /(?<![.\w'])(?:Buffer|__dirname|__filename|require|setImmediate|globalThis\.process)\b(?!['\w:])/;
    expect(inBrowser.filter(([, code]) => global.test(withoutText(code))).map(([name]) => name)).toEqual([]);
  });

  test('only the command line touches the process', () => {
    const rest = [...codeOf].filter(([name]) => room(name) !== 'cli');
    expect(rest.filter(([, code]) => /(?<![.\w])process\s*[.[]/.test(withoutText(code))).map(([name]) => name)).toEqual(
      [],
    );
  });

  test('core/ names no protocol', () => {
    const ids = protocols.map(({ id }) => id).filter((id) => !WORDS.has(id));
    const named = new RegExp(`['"\`](?:${ids.join('|')})(?:\\.[\\w.]+)?['"\`]`);
    const core = [...codeOf].filter(([name]) => room(name) === 'core');
    const found = core.flatMap(([name, code]) => (named.exec(code) ?? []).map((word) => `${name}: ${word}`));
    expect(found).toEqual([]);
  });

  test('what is exported is used elsewhere', () => {
    const importers = new Map<string, string[]>();
    for (const [name, code] of [...codeOf, ...others]) {
      for (const { to } of importsOf(name, code)) importers.set(to, [...(importers.get(to) ?? []), code]);
    }
    const unused = [...codeOf].flatMap(([name, code]) => {
      if (LIBRARY.has(name)) return [];
      const users = importers.get(name) ?? [];
      return exportsOf(code)
        .filter((word) => !users.some((user) => new RegExp(`\\b${word}\\b`).test(user)))
        .map((word) => `${name}: ${word}`);
    });
    expect(unused).toEqual([]);
  });

  test('no drawer for odds and ends', () => {
    const vague = /(^|\/)(utils?|helpers?|types|common|misc|shared|managers?|constants)(\.ts$|\/)/;
    expect(files.filter((name) => vague.test(name))).toEqual([]);
  });

  test('nothing is left to be done', () => {
    const open = /\b(TODO|FIXME|XXX|HACK)\b/;
    expect([...sources].filter(([, text]) => open.test(text)).map(([name]) => name)).toEqual([]);
  });
});

/** Code without what stands between quotes. */
function withoutText(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

/** Groups of files that reach each other, each as one line. */
function cycles(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) if (sources.has(to)) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found = new Set<string>();
  const walk = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      found.add([...path.slice(at), name].join(' → '));
      return;
    }
    if (done.has(name)) return;
    for (const to of next.get(name) ?? []) walk(to, [...path, name]);
    done.add(name);
  };
  for (const name of files) walk(name, []);
  return [...found];
}
