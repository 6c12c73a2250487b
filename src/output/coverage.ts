import type { Writer } from '../core/writer.ts';
import type { Coverage } from '../notes/coverage.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import type { NotesWords } from './notes-words.ts';
import { writeTable } from './table.ts';

/** One object a claim. */
export function writeCoverageNdjson(rows: readonly Coverage[], out: Writer): void {
  for (const row of rows) {
    writeJson({ schema: 1, ...row }, out);
    out.line();
  }
}

/** A table of all claims, and how many of them are covered. */
export function writeCoverage(
  rows: readonly Coverage[],
  words: NotesWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const columns = [
    { head: words.claim },
    { head: words.heading, least: 16 },
    { head: words.verdict },
    { head: words.coveredBy, least: 20 },
    { head: words.shownIn, least: 16 },
  ] as const;
  const covered = rows.filter(({ events, topics }) => events.length + topics.length > 0);
  writeTable(
    columns.map((column) => ({ ...column, head: colors.title(column.head) })),
    rows.map(({ claim, file, heading, verdict, events, topics, fixture, frame }) => [
      claim,
      `${file} "${heading}"`,
      words.verdicts[verdict],
      [...events.slice(0, MOST_EVENTS), ...topics].join('\n') || colors.error('—'),
      fixture === null ? words.background : `${fixture.replace(/\/capture\.pcap(ng)?$/, '')}\n${words.frame(frame!)}`,
    ]),
    width,
    out,
  );
  out.text(words.covered(covered.length, rows.length));
  out.line();
}

/** The machine form has all. */
const MOST_EVENTS = 3;
