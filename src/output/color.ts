/** What output paints, where colour says something: each takes plain text and gives it with or without colour. */
export interface Palette {
  readonly rule: (text: string) => string;
  /** Headings: a layer, an explanation. */
  readonly title: (text: string) => string;
  /** States of an end. */
  readonly state: (text: string) => string;
  readonly dim: (text: string) => string;
  /** What is odd: the capture is short, a segment came again. */
  readonly warn: (text: string) => string;
  /** What is wrong: malformed, a bad checksum. */
  readonly error: (text: string) => string;
  /** What end A sent, and what end B sent. */
  readonly ends: readonly [(text: string) => string, (text: string) => string];
}

const plain = (text: string): string => text;

export const PLAIN: Palette = {
  rule: plain,
  title: plain,
  state: plain,
  dim: plain,
  warn: plain,
  error: plain,
  ends: [plain, plain],
};

/** Select Graphic Rendition (ECMA-48 §8.3.117); the end of each takes back only what it began. */
const painted = (begin: string, end: string) => (text: string) =>
  text === '' ? '' : `\x1b[${begin}m${text}\x1b[${end}m`;

export const COLOURED: Palette = {
  rule: painted('36', '39'),
  title: painted('1', '22'),
  state: painted('32', '39'),
  dim: painted('2', '22'),
  warn: painted('33', '39'),
  error: painted('31', '39'),
  ends: [painted('35', '39'), painted('36', '39')],
};
