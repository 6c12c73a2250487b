import type { Row } from '../core/field.ts';
import { Layer } from '../core/layer.ts';

/** Fields of more bits have no names for each value. */
const MOST_BITS = 16;

/** Values of a row by their names in small letters. */
const known = new WeakMap<Row, ReadonlyMap<string, readonly number[]>>();

/** True when names of the row's values depend on the rest of its header: they cannot be listed. */
export const namesDepend = (row: Row): boolean => row.show !== undefined && row.show.length > 1;

/** The numbers that a name stands for, whatever the case of its letters; null when the row has no such name. */
export function valuesNamed(row: Row, name: string): readonly number[] | null {
  if (row.show === undefined) return null;
  let names = known.get(row);
  if (names === undefined) {
    names = listNames(row);
    known.set(row, names);
  }
  const wanted = name.toLowerCase();
  // Some know what is named here as `A (Host Address)`.
  return names.get(wanted) ?? names.get(wanted.replace(/ \(.*\)$/, '')) ?? null;
}

/** All names that the row has. */
export function namesOf(row: Row): readonly string[] {
  return row.show === undefined || valuesNamed(row, '') === undefined ? [] : [...known.get(row)!.keys()];
}

function listNames(row: Row): ReadonlyMap<string, readonly number[]> {
  const names = new Map<string, number[]>();
  const layer = new Layer();
  const count = 2 ** Math.min(MOST_BITS, row.bits ?? MOST_BITS);
  for (let value = 0; value < count; value++) {
    const name = row.show!(value as never, layer)?.toLowerCase() ?? '';
    // What has no name is often shown as its number.
    if (name === '' || name === String(value)) continue;
    const values = names.get(name);
    if (values === undefined) names.set(name, [value]);
    else values.push(value);
  }
  return names;
}
