import type { Place } from '../model.ts';

/** What is lit up in tree, bytes and explanation together: a field, its octets, and what rests on it. */
export interface Light {
  /** Places in the buffers; none for what stands nowhere. */
  readonly places: readonly Place[];
  /** Ids of the fields. */
  readonly fields: ReadonlySet<string>;
  /** The row of the tree that it came from; -1 for none. */
  readonly row: number;
}

export const touches = (one: Place, other: Place): boolean =>
  one.at >= 0 &&
  other.at >= 0 &&
  one.buffer === other.buffer &&
  one.at < other.at + other.length &&
  other.at < one.at + one.length;

/** Two fields of the same octets are not the same field. */
export const sameOctets = (one: Place, other: Place): boolean =>
  one.at >= 0 && one.buffer === other.buffer && one.at === other.at && one.length === other.length;
