import { safeText, type Writer } from '../core/writer.ts';
import type { Carried } from '../objects/carried.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import { grouped } from './numbers.ts';
import type { ObjectsWords } from './objects-words.ts';
import { writeTable } from './table.ts';

/** What is said of an object once its octets are gone. */
export interface ObjectRow extends Omit<Carried, 'content'> {
  readonly octets: number;
  /** What its file is called, and where that is; null where none was written. */
  readonly name: string;
  readonly path: string | null;
  readonly hash: string | null;
}

/** One object a row. */
export function writeObjectsTable(
  rows: readonly ObjectRow[],
  words: ObjectsWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const columns = [
    { head: words.frame, align: 'right' },
    { head: words.host, least: 12 },
    { head: words.type, least: 10 },
    { head: words.octets, align: 'right' },
    { head: words.name, least: 14 },
    { head: words.remarks, least: 10 },
  ] as const;
  writeTable(
    columns.map((column) => ({ ...column, head: colors.title(column.head) })),
    rows.map((row) => [
      grouped(row.frame),
      safeText(row.host ?? ''),
      safeText(mediaType(row.type)),
      grouped(row.octets),
      safeText(row.name),
      remarks(row, words, colors).join('\n'),
    ]),
    width,
    out,
  );
}

/** One line an object, for lists that are longer than a table should be. */
export function writeObjectLine(row: ObjectRow, words: ObjectsWords, colors: Palette, out: Writer): void {
  const said = remarks(row, words, colors);
  const parts = [String(row.frame), row.host ?? '-', mediaType(row.type) || '-', String(row.octets), row.name];
  out.text(`${parts.map(safeText).join('  ')}${said.length > 0 ? `  ${said.join('; ')}` : ''}`);
  out.line();
}

/** `text/html` of `text/html; charset=utf-8`. */
const mediaType = (type: string | null): string => (type ?? '').split(';', 1)[0]!.trim();

function remarks({ sender, protocol, cut, coding, range }: ObjectRow, words: ObjectsWords, colors: Palette): string[] {
  const said: string[] = [];
  if (sender === 'client' && protocol !== 'smtp') said.push(words.sent);
  if (range !== null) said.push(words.part(safeText(range)));
  if (coding !== null) said.push(colors.warn(words.coded(safeText(coding))));
  if (cut !== null) said.push(colors.warn(words.cut(cut)));
  return said;
}

/** One object for programs. */
export function writeObjectJson(row: ObjectRow, out: Writer): void {
  writeJson(
    {
      schema: 1,
      frame: row.frame,
      stream: row.stream,
      protocol: row.protocol,
      sender: row.sender,
      host: row.host,
      uri: row.uri,
      content_type: row.type,
      bytes: row.octets,
      name: row.name,
      path: row.path,
      sha256: row.hash,
      whole: row.cut === null,
      cut: row.cut,
      coding: row.coding,
      range: row.range,
    },
    out,
  );
}
