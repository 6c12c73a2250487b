import { durationText } from '../core/duration.ts';
import { writeValue } from '../core/field-value.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { type Change, type Comparison, compareTwins, type Reading } from '../nat/changes.ts';
import { isProven } from '../nat/crossing.ts';
import type { Twins } from '../nat/twins.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import type { NatWords } from './nat-words.ts';
import { grouped } from './numbers.ts';
import { isoTime } from './time.ts';
import { writeShown } from './tree.ts';
import { cellWidth, padCells, wrap } from './width.ts';

/** A packet at the first place and its twin at the second, as one object. */
export function writeTwinNdjson(twins: Twins, row: number, before: Packet, after: Packet, out: Writer): void {
  const { changes, unchanged, content } = compareTwins(before, after);
  const side = ({ frame }: Packet, name: string, source: string, destination: string) => ({
    capture: name,
    frame: frame.number,
    time: frame.hasTime ? isoTime(frame.seconds, frame.nanoseconds) : null,
    source,
    destination,
  });
  const { first, second } = twins;
  const twin = twins.ofFirst[row]!;
  writeJson(
    {
      schema: 1,
      first: side(before, first.name, first.endpoint(row, 0), first.endpoint(row, 1)),
      second: side(after, second.name, second.endpoint(twin, 0), second.endpoint(twin, 1)),
      later: durationText(Math.round(delay(twins, row))),
      changed: changes.map((change) => ({
        field: fieldOf(change),
        first: change.before === null ? null : plainText(change.before),
        second: change.after === null ? null : plainText(change.after),
      })),
      unchanged_fields: unchanged,
      payload_octets: content?.octets ?? null,
      payload_unchanged: content?.same ?? null,
    },
    out,
  );
  out.line();
}

/** How much later the second place saw it, the difference of the clocks taken off. */
const delay = (twins: Twins, row: number): number =>
  twins.atFirst(twins.second.times[twins.ofFirst[row]!]!) - twins.first.times[row]!;

/** Packets from outside come to the second place first. */
function delayText(twins: Twins, row: number): string {
  const text = durationText(Math.round(delay(twins, row)));
  return text.startsWith('-') ? `−${text.slice(1)}` : `+${text}`;
}

const fieldOf = ({ before, after }: Change): string => (before ?? after)!.row.id;

/** For reading: a head with both frames, what changed in two columns, and that the rest did not. */
export function writeTwinText(
  twins: Twins,
  row: number,
  before: Packet,
  after: Packet,
  words: NatWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const { first, second } = twins;
  const twin = twins.ofFirst[row]!;
  const comparison = compareTwins(before, after);
  const head = [
    `── ${first.name} ${before.frame.number} `,
    ` ${second.name} ${after.frame.number} `,
    ` ${delayText(twins, row)} s `,
  ].join('──');
  out.text(colors.rule(head + '─'.repeat(Math.max(0, width - cellWidth(head)))));
  out.line();
  const rows: [string, string, string][] = [
    [
      '',
      pathOf(first.endpoint(row, 0), first.endpoint(row, 1)),
      pathOf(second.endpoint(twin, 0), second.endpoint(twin, 1)),
    ],
    ...comparison.changes.map((change): [string, string, string] => [
      fieldOf(change),
      change.before === null ? '—' : shownText(change.before),
      change.after === null ? '—' : shownText(change.after),
    ]),
  ];
  writeColumns(rows, width, colors, out);
  for (const line of wrap(summaryOf(twins, row, comparison, words, colors).join(' · '), width - 2)) {
    out.text(`  ${line}`);
    out.line();
  }
}

const pathOf = (source: string, destination: string): string => `${source} → ${destination}`;

function summaryOf(
  twins: Twins,
  row: number,
  { unchanged, content }: Comparison,
  words: NatWords,
  colors: Palette,
): string[] {
  const said = [words.sameFields(grouped(unchanged))];
  if (isProven(twins.first, row, twins.second, twins.ofFirst[row]!)) said.push(words.checksumProof);
  if (content === null) said.push(words.noContent);
  else if (!content.same) said.push(colors.error(words.otherContent));
  else if (content.octets > 0) said.push(words.sameContent(grouped(content.octets)));
  return said;
}

/** Names, then both values beside each other; long ones are broken. */
function writeColumns(
  rows: readonly (readonly [string, string, string])[],
  width: number,
  colors: Palette,
  out: Writer,
): void {
  const widest = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => cellWidth(row[column])));
  const name = Math.min(widest(0), Math.floor(width / 3));
  const half = Math.max(16, Math.floor((width - name - 7) / 2));
  const left = Math.min(widest(1), half);
  for (const [label, before, after] of rows) {
    const cells = [wrap(label, name), wrap(before, left), wrap(after, half)] as const;
    const height = Math.max(...cells.map(({ length }) => length));
    for (let i = 0; i < height; i++) {
      const [one = '', two = '', three = ''] = [cells[0][i], cells[1][i], cells[2][i]];
      out.text(`  ${padCells(one, name)}  ${padCells(two, left)} ${colors.rule('│')} ${colors.state(three)}`);
      out.line();
    }
  }
}

const scratch = new Writer(1 << 10);

/** With its meaning, as the tree has it. */
function shownText({ row, layer, at, length, value }: Reading): string {
  scratch.clear();
  writeShown(row, layer, at, length, value, scratch);
  return scratch.toString();
}

function plainText({ row, layer, at, length, value }: Reading): string {
  scratch.clear();
  writeValue(row, layer, at, length, value, scratch);
  return scratch.toString();
}
