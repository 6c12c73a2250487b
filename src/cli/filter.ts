import type { FilterError } from '../filter/fault.ts';
import type { DisplayFilter } from '../filter/filter.ts';
import { Fault, UNREADABLE } from './fault.ts';
import type { Arguments } from './parse.ts';

/** What `-Y` says, compiled; null when it was not given. The language is loaded only where somebody speaks it. */
export async function filterOf(given: Arguments): Promise<DisplayFilter | null> {
  const text = given.get('Y');
  if (text === null) return null;
  const { compileFilter, FilterError } = await import('../filter/filter.ts');
  try {
    return compileFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { cellWidth } = await import('../output/width.ts');
    throw new Fault(error.message, UNREADABLE, pictureOf(error, cellWidth));
  }
}

/** Cells of a filter that are shown before the place in question, and in all. */
const BEFORE = 40;
const SHOWN = 72;

/** The filter, or what stands around the fault in a long one, with a caret below it. */
function pictureOf({ text, from, to }: FilterError, cellWidth: (text: string) => number): string[] {
  const start = cellWidth(text) > SHOWN ? Math.max(0, from - BEFORE) : 0;
  const before = `${start > 0 ? '…' : ''}${visible(text.slice(start, from))}`;
  const marked = visible(text.slice(from, to)).slice(0, SHOWN);
  const after = visible(text.slice(to)).slice(0, Math.max(0, SHOWN - before.length - marked.length));
  const cut = from + marked.length + after.length < text.length ? '…' : '';
  const line = '~'.repeat(Math.max(0, cellWidth(marked) - 1));
  return [`  ${before}${marked}${after}${cut}`, `  ${' '.repeat(cellWidth(before))}^${line}`];
}

/** Marks and controls that have no cell of their own would move the caret. */
const visible = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
