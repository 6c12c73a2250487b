/** DNS messages by hand. */

export const octets = (text: string): number[] => [...new TextEncoder().encode(text)];
export const u16 = (n: number): number[] => [n >> 8, n & 255];
export const u32 = (n: number): number[] => [...u16(n >>> 16), ...u16(n & 0xffff)];

/** `a.test` as labels. */
export const name = (text: string): number[] => [
  ...text.split('.').flatMap((label) => (label === '' ? [] : [label.length, ...octets(label)])),
  0,
];

export const question = (text: string, type: number, klass = 1): number[] => [
  ...name(text),
  ...u16(type),
  ...u16(klass),
];

export const record = (owner: number[], type: number, data: number[], klass = 1, ttl = 60): number[] => [
  ...owner,
  ...u16(type),
  ...u16(klass),
  ...u32(ttl),
  ...u16(data.length),
  ...data,
];

/** A pointer to the first question's name. */
export const FIRST_NAME = [0xc0, 12];

export function message(
  id: number,
  flags: number,
  questions: number[][],
  answers: number[][] = [],
  authority: number[][] = [],
  additional: number[][] = [],
): Uint8Array {
  const sections = [questions, answers, authority, additional];
  return Uint8Array.from([
    ...u16(id),
    ...u16(flags),
    ...sections.flatMap((section) => u16(section.length)),
    ...sections.flat(2),
  ]);
}
