import Table from 'cli-table3';
import type { Writer } from '../core/writer.ts';
import { cellWidth, wrap } from './width.ts';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Cells that it may be narrowed to when the screen is narrow; without it the column stays as wide as its cells. */
  readonly least?: number;
}

/** Cells of one border with the blanks on both sides of it. */
const BORDER = 3;

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
  narrow(columns, widths, width - BORDER * columns.length - 1);
  const wrapped = (row: readonly string[]) => row.map((cell, i) => wrap(cell, widths[i]!).join('\n'));
  const table = new Table({
    head: wrapped(columns.map(({ head }) => head)),
    colWidths: widths.map((cells) => cells + 2),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(wrapped(row));
  out.text(table.toString());
  out.line();
}

const widest = (cell: string): number => Math.max(...cell.split('\n').map(cellWidth));

/** Takes cells away from the widest column that may be narrower, until all fit or none may. */
function narrow(columns: readonly Column[], widths: number[], room: number): void {
  for (let over = widths.reduce((sum, cells) => sum + cells, 0) - room; over > 0; over--) {
    let chosen = -1;
    for (const [i, { least }] of columns.entries()) {
      if (least === undefined || widths[i]! <= least) continue;
      if (chosen < 0 || widths[i]! > widths[chosen]!) chosen = i;
    }
    if (chosen < 0) return;
    widths[chosen]!--;
  }
}
