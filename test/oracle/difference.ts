import { readFileSync } from 'node:fs';

/** One cell in which the two programs do not agree. */
export interface Difference {
  readonly frame: number;
  readonly field: string;
  readonly tshark: string;
  readonly dissect: string;
}

/** What tshark printed: empty columns were not recorded. */
export interface Recorded {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function recordedTable(text: string): Recorded {
  const [, header, ...rows] = text.split('\n').slice(0, -1);
  return { fields: header!.split('\t'), rows: rows.map((row) => row.split('\t')) };
}

/** Compares cell by cell: every shared field, also those that tshark left empty in every frame. */
export function differences(shared: readonly string[], theirs: Recorded, ours: readonly (readonly string[])[]) {
  const columns = shared.map((field) => theirs.fields.indexOf(field));
  const found: Difference[] = [];
  for (const [index, row] of ours.entries()) {
    for (const [n, field] of shared.entries()) {
      const tshark = theirs.rows[index]?.[columns[n]!] ?? '';
      const dissect = row[n] ?? '';
      if (tshark !== dissect) found.push({ frame: index + 1, field, tshark, dissect });
    }
  }
  return found;
}

/** A row of known-differences.md. */
export interface Known {
  readonly fixture: string;
  readonly field: string;
  readonly frames: string;
  readonly tshark: string;
  readonly dissect: string;
  readonly why: string;
}

export function knownDifferences(): Known[] {
  const text = readFileSync(new URL('known-differences.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((line) => {
    const cells = line.slice(1, -1).split(/(?<!\\)\|/);
    const [fixture, field, frames, tshark, dissect, why] = cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
    return { fixture: fixture!, field: field!, frames: frames!, tshark: tshark!, dissect: dissect!, why: why ?? '' };
  });
}

export function explains(known: Known, found: Difference): boolean {
  const { field, tshark, dissect, frames } = known;
  const ofField = field.endsWith(ANY) ? found.field.startsWith(field.slice(0, -1)) : field === found.field;
  if (!ofField || !fits(tshark, found.tshark) || !fits(dissect, found.dissect)) return false;
  if (frames === ANY) return true;
  return frames.split(',').some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return found.frame >= from! && found.frame <= to!;
  });
}

export const isOf = ({ fixture }: Known, name: string): boolean => fixture === ANY || fixture === name;

/** In a cell of the table: whatever it is. */
const ANY = '*';

const fits = (said: string, found: string): boolean => said === ANY || said === found;

/** Differences as a person reads them: each kind once, with the frames that have it. */
export function listed(found: readonly Difference[]): string {
  const byField = grouped(found);
  return [...byField]
    .map(([field, list]) => {
      const examples = list.slice(0, 3).map(({ frame, tshark, dissect }) => {
        return `    frame ${frame}: tshark "${shortened(tshark)}", dissect "${shortened(dissect)}"`;
      });
      return `  ${field} (${list.length} frames)\n${examples.join('\n')}`;
    })
    .join('\n');
}

function grouped(found: readonly Difference[]): Map<string, Difference[]> {
  const byField = new Map<string, Difference[]>();
  for (const difference of found) {
    const list = byField.get(difference.field);
    if (list === undefined) byField.set(difference.field, [difference]);
    else list.push(difference);
  }
  return byField;
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
