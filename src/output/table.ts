import Table from 'cli-table3';
import type { Writer } from '../core/writer.ts';
import { cellWidth, wrap } from './width.ts';

interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Cells that it may be narrowed to when the screen is narrow; without it the column stays as wide as its cells. */
  readonly least?: number;
  /** Its lines belong to those of the other columns with this mark: they keep beside each other when one is wrapped. */
  readonly paired?: true;
}

/**
 * A table of a screenful. Columns are measured and long cells wrapped before the table is drawn: what draws it would cut
 * words of wide characters in the middle. Cells may hold line feeds.
 */
export function writeTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  out: Writer,
): void {
  const widths = columns.map(({ head }, i) => Math.max(...[head, ...rows.map((row) => row[i]!)].map(widest)));
  // Blanks beside the borders are the first to go where there is no room for them.
  const bordered = (blanks: number): number => width - (1 + 2 * blanks) * columns.length - 1;
  const padding = sum(widths) <= bordered(1) ? 1 : 0;
  narrow(columns, widths, bordered(padding));
  const wrapped = (row: readonly string[]) => wrapRow(columns, widths, row);
  const table = new Table({
    head: wrapped(columns.map(({ head }) => head)),
    colWidths: widths.map((cells) => cells + 2 * padding),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': padding, 'padding-right': padding },
  });
  for (const row of rows) table.push(wrapped(row));
  out.text(table.toString());
  out.line();
}

function wrapRow(columns: readonly Column[], widths: readonly number[], row: readonly string[]): string[] {
  const cells = row.map((cell, i) => cell.split('\n').map((line) => wrap(line, widths[i]!)));
  const paired = cells.filter((_, i) => columns[i]!.paired);
  const height = (line: number): number => Math.max(...paired.map((lines) => lines[line]?.length ?? 0));
  return cells.map((lines, i) => {
    if (!columns[i]!.paired) return lines.flat().join('\n');
    return lines.flatMap((parts, line) => [...parts, ...Array(height(line) - parts.length).fill('')]).join('\n');
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const widest = (cell: string): number => Math.max(...cell.split('\n').map(cellWidth));

/** Takes cells away from the widest column that may be narrower, until all fit or none may. */
function narrow(columns: readonly Column[], widths: number[], room: number): void {
  for (let over = sum(widths) - room; over > 0; over--) {
    let chosen = -1;
    for (const [i, { least }] of columns.entries()) {
      if (least === undefined || widths[i]! <= least) continue;
      if (chosen < 0 || widths[i]! > widths[chosen]!) chosen = i;
    }
    if (chosen < 0) return;
    widths[chosen]!--;
  }
}
