/** Places in two lists that stand for each other; what lies between two of them is only in one. */
type Pair = readonly [one: number, other: number];

/** Longest lists of which every pair is compared: 2,000 by 2,000 is 16 MB for a moment. */
const MOST_COMPARED = 2_000 * 2_000;

/**
 * The longest common subsequence: as many pairs of equal texts as there can be in order. What both begin and end with is
 * taken as it is; lists too long to compare by each pair have nothing else in common.
 */
export function align(one: readonly string[], other: readonly string[]): Pair[] {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let [oneEnd, otherEnd] = [one.length, other.length];
  while (oneEnd > start && otherEnd > start && one[oneEnd - 1] === other[otherEnd - 1]) {
    oneEnd--;
    otherEnd--;
  }
  const pairs: Pair[] = [];
  for (let i = 0; i < start; i++) pairs.push([i, i]);
  for (const [i, j] of middle(one.slice(start, oneEnd), other.slice(start, otherEnd)))
    pairs.push([start + i, start + j]);
  for (let i = oneEnd; i < one.length; i++) pairs.push([i, otherEnd + i - oneEnd]);
  return pairs;
}

function middle(one: readonly string[], other: readonly string[]): Pair[] {
  const [rows, columns] = [one.length, other.length];
  if (rows === 0 || columns === 0 || rows * columns > MOST_COMPARED) return [];
  const width = columns + 1;
  const longest = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const [down, right] = [longest[(i + 1) * width + j]!, longest[i * width + j + 1]!];
      const both = longest[(i + 1) * width + j + 1]! + 1;
      longest[i * width + j] = one[i] === other[j] ? both : Math.max(down, right);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (one[i] === other[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** What lies between pairs: a stretch of either list, one of them empty where something was added or is gone. */
interface Gap {
  readonly from: Pair;
  readonly to: Pair;
}

/** The stretches that have no pair, in order. */
export function* gapsOf(pairs: readonly Pair[], oneLength: number, otherLength: number): Generator<Gap> {
  let [i, j] = [0, 0];
  for (const [one, other] of [...pairs, [oneLength, otherLength] as const]) {
    if (one > i || other > j) yield { from: [i, j], to: [one, other] };
    [i, j] = [one + 1, other + 1];
  }
}
