/** A note as its Markdown file has it: what stands between the lines of `---`, a heading, and paragraphs. */
export interface ParsedNote {
  readonly front: readonly FrontLine[];
  readonly heading: Passage;
  /** A string a paragraph: line feeds are spaces. */
  readonly first: readonly Passage[];
  /** What stands under `## More`. */
  readonly more: readonly Passage[];
}

interface FrontLine {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Text and the line of the file, from 1, that it begins in. */
export interface Passage {
  readonly text: string;
  readonly line: number;
}

/** What is wrong with a note, and where. */
export class NoteFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'NoteFault';
    this.line = line;
  }
}

/** Takes a note apart. Throws a `NoteFault` where it does not have the form. */
export function parseNote(text: string): ParsedNote {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0] !== '---') throw new NoteFault('a note begins with a line of ---, then what it is for', 1);
  const end = lines.indexOf('---', 1);
  if (end < 0) throw new NoteFault('the second line of --- is missing', 1);
  const front = lines.slice(1, end).flatMap((line, i) => frontLine(line, i + 2));
  const headings = lines.flatMap((line, i) => (i > end && /^# /.test(line) ? [i] : []));
  const [at] = headings;
  if (at === undefined) throw new NoteFault('there is no heading of the first level (# …)', end + 2);
  if (headings.length > 1) throw new NoteFault('there is a second heading of the first level', headings[1]! + 1);
  for (let i = end + 1; i < at; i++) {
    if (lines[i]!.trim() !== '') throw new NoteFault('text stands before the heading', i + 1);
  }
  const mores = lines.flatMap((line, i) => (i > at && /^## More\s*$/.test(line) ? [i] : []));
  if (mores.length > 1) throw new NoteFault('there is a second "## More"', mores[1]! + 1);
  const split = mores[0] ?? lines.length;
  const first = paragraphs(lines, at + 1, split);
  if (first.length === 0) throw new NoteFault('nothing is said under the heading', at + 1);
  const heading = { text: lines[at]!.slice(2).trim(), line: at + 1 };
  return { front, heading, first, more: paragraphs(lines, split + 1, lines.length) };
}

function frontLine(text: string, line: number): FrontLine[] {
  if (text.trim() === '') return [];
  const parts = /^([\w-]+):\s*(.*?)\s*$/.exec(text);
  if (parts === null) throw new NoteFault(`"${text}" is not of the form "key: value"`, line);
  return [{ key: parts[1]!, value: parts[2]!, line }];
}

function paragraphs(lines: readonly string[], from: number, to: number): Passage[] {
  const found: Passage[] = [];
  let begin = -1;
  for (let i = from; i <= to; i++) {
    const blank = i === to || lines[i]!.trim() === '';
    if (!blank && begin < 0) begin = i;
    if (!blank || begin < 0) continue;
    const text = lines.slice(begin, i).map((line) => line.trim());
    found.push({ text: text.join(' '), line: begin + 1 });
    begin = -1;
  }
  return found;
}
