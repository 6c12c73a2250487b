import type { Language } from '../notes/note.ts';
import type { LadderSide, Step } from './ladder.ts';
import { type LadderWords, ladderWords, remarks } from './ladder-words.ts';
import type { CrossingRow, NatLadder, NatLadderRow } from './nat-ladder.ts';
import { type NatLadderWords, natLadderWords } from './nat-ladder-words.ts';
import { clockText } from './nat-remarks.ts';
import { type NatWords, natWords } from './nat-words.ts';
import { cellWidth } from './width.ts';

/** All words of one language that the drawing takes. */
export interface NatLadderTexts {
  readonly ladder: LadderWords;
  readonly crossing: NatLadderWords;
  readonly nat: NatWords;
}

export const natLadderTexts = (language: Language): NatLadderTexts => ({
  ladder: ladderWords[language],
  crossing: natLadderWords[language],
  nat: natWords[language],
});

/** The states that an end comes into. */
export function* stepsOf(rows: readonly NatLadderRow[], side: LadderSide): Generator<Step> {
  for (const row of rows) {
    if (row.kind === 'timer' && row.side === side) yield { to: row.to, certain: true };
    if (row.kind === 'arrival' && row.side === side) yield* row.steps;
    if (row.kind === 'segment') yield* row.steps[side];
  }
}

/** How both ends are called: `client`, or by name where nothing tells who it is. */
export const calledOf = ({ sides }: NatLadder, side: LadderSide, words: LadderWords): string => {
  const { role, name } = sides[side].end;
  return role === null ? name : words[role];
};

/** Where both ends stand after the last segment. */
export const endsText = (ladder: NatLadder, words: LadderWords): string =>
  ([0, 1] as const).map((side) => `${calledOf(ladder, side, words)} ${ladder.sides[side].end.after}`).join(' · ');

/** By which clock the times are; null where one capture has both sides. */
export function clockLine({ clock }: NatLadder, { crossing, nat }: NatLadderTexts): string | null {
  if (clock.other === null) return null;
  const compared = clockText(clock.other, clock.offset, nat);
  return [crossing.clock(clock.capture), ...(compared === null ? [] : [compared])].join('; ');
}

/** What a reader has to know of what is drawn. */
export function footnotes({ rows }: NatLadder, { ladder, crossing }: NatLadderTexts): string[] {
  const isConcluded = ({ certain }: Step): boolean => !certain;
  const concluded = ([0, 1] as const).some((side) => [...stepsOf(rows, side)].some(isConcluded));
  return [
    ...(rows.some(({ kind }) => kind === 'fold') ? [ladder.all] : []),
    ...(concluded ? [ladder.concluded] : []),
    crossing.conntrack,
  ];
}

/** What is odd about a segment; why it resets the connection, unless its fate says that already. */
export const remarksOn = (row: CrossingRow, words: LadderWords): string[] =>
  remarks(row.fate === 'made' ? { ...row, reset: null } : row, words);

/** Parts with points between them, as many in a line as fit. */
export function packed(parts: readonly string[], cells: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)} · ${part}`;
    if (lines.length > 0 && cellWidth(longer) <= cells) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
