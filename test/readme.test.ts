import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { options, typed } from '../src/cli/options.ts';
import { MAX_LAYERS } from '../src/core/packet.ts';
import { MAX_AGE } from '../src/flows/fragments.ts';
import { LIMITS } from '../src/flows/limits.ts';
import { LONGEST_HEAD } from '../src/protocols/http-head.ts';
import { MAX_UNACKNOWLEDGED } from '../src/tcp/flight.ts';
import { MOST_SAMPLES } from '../src/tcp/series.ts';
import { dissect, ROOT } from './cli/run-cli.ts';

const update = process.env.UPDATE_GOLDEN === '1';
const READMES = ['README.md', 'README.ko.md'];

/** A block of text behind `<!-- output: ARGUMENTS -->`, `<!-- cards 3,7: ARGUMENTS -->` or `<!-- states: CAPTURE -->`. */
const QUOTED = /(<!-- (output|states|cards [\d,]+): (.+) -->\n\n```text\n)([\s\S]*?)(```\n)/g;

/** A picture behind `<!-- picture: ARGUMENTS -->`. */
const PICTURED = /<!-- picture: (.+) -->\n\n!\[[^\]]+\]\(([^)]+)\)\n/g;

const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

function printed(kind: string, said: string): string {
  if (kind === 'output') return run(said.split(' '));
  if (kind.startsWith('cards ')) {
    const frames = kind.slice('cards '.length).split(',');
    const cards = run(said.split(' ')).split(/\n\n(?=── )/);
    return cards.filter((card) => frames.includes(/^── (\d+)/.exec(card)?.[1] ?? '')).join('\n\n');
  }
  const rows = run([said, '--explain', '-T', 'ndjson'])
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => (JSON.parse(line) as { states: Record<string, unknown>[] }).states);
  return rows
    .map((row) => `${['frame', 'end', 'from', 'to', 'certainty'].map((key) => row[key] ?? '').join('\t')}\n`)
    .join('');
}

function run(argv: readonly string[]): string {
  const { stdout, stderr, status } = dissect([...argv, '--width', '100']);
  // What differs is found, and said by the status too.
  expect([status, stderr]).toEqual([argv[0] === 'diff' ? 3 : 0, '']);
  return stdout
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

describe.each(READMES)('%s', (name) => {
  const text = textOf(name);

  test('quotes what the program prints', () => {
    let quoted = 0;
    const now = text.replace(QUOTED, (_, head: string, kind: string, said: string, _kept, tail: string) => {
      quoted++;
      return `${head}${printed(kind, said).trimEnd()}\n${tail}`;
    });
    if (update) writeFileSync(join(ROOT, name), now);
    else expect(text, 'npm run golden writes it').toBe(now);
    expect(quoted).toBeGreaterThan(0);
  });

  test('shows the pictures that the program draws', () => {
    const pictures = [...text.matchAll(PICTURED)];
    for (const [, said, path] of pictures) {
      const { stdout, stderr, status } = dissect(said!.split(' '));
      expect([status, stderr]).toEqual([0, '']);
      if (update) writeFileSync(join(ROOT, path!), stdout);
      else expect(textOf(path!), 'npm run golden writes it').toBe(stdout);
    }
    expect(pictures).toHaveLength([...text.matchAll(/\.svg\)/g)].length);
  });

  test('names files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path!);
    for (const path of links) expect(textOf(path).length, path).toBeGreaterThan(0);
  });
});

test('both name the same protocols, in the same rows', () => {
  /** What is written alike in all languages: names with two capitals or a digit. */
  const named = (name: string): string[][] =>
    [
      ...textOf(name).matchAll(
        /^\| (?:Link|Network|Tunnels|Transport|Application|링크|네트워크|터널|전송|응용) \|.*/gm,
      ),
    ].map(([line]) =>
      [...new Set(line.match(/[A-Za-z]*(?:[A-Z]{2}|\d)[\w./-]*/g)?.map((word) => word.replace(/s$/, '')))].sort(),
    );
  const [english, korean] = READMES.map(named);
  expect(english).toHaveLength(5);
  expect(korean).toEqual(english);
});

describe('README.md', () => {
  const text = textOf('README.md');

  test('knows every option', () => {
    expect(options.map(({ name }) => typed(name)).filter((name) => !new RegExp(`${name}\\b`).test(text))).toEqual([]);
  });

  test('states the limits that hold', () => {
    const mebibytes = (octets: number): string => `${octets / (1 << 20)} MiB`;
    const number = (n: number): string => n.toLocaleString('en');
    const said = [
      `layers of one frame | ${MAX_LAYERS}`,
      `datagram | ${number(LIMITS.datagrams)} datagrams, ${mebibytes(LIMITS.fragments)}, ${MAX_AGE} s`,
      `TCP stream | ${mebibytes(LIMITS.stream)}; in all together ${mebibytes(LIMITS.streams)}`,
      `round-trip times | ${number(MAX_UNACKNOWLEDGED)} an end`,
      `in a graph | ${number(MOST_SAMPLES)}`,
      `HTTP message | ${LONGEST_HEAD / 1024} KiB`,
    ];
    const table = text.replace(/ +/g, ' ');
    expect(said.filter((row) => !table.includes(row))).toEqual([]);
  });
});
