/** Gives plain text with or without colour. `begin` and `end` are what stands around it, for who writes the text as bytes. */
export interface Paint {
  (text: string): string;
  readonly begin: string;
  readonly end: string;
}

/** What output paints, where colour says something. */
export interface Palette {
  readonly rule: Paint;
  /** Headings: a layer, an explanation. */
  readonly title: Paint;
  /** States of an end. */
  readonly state: Paint;
  readonly dim: Paint;
  /** What is odd: the capture is short, a segment came again. */
  readonly warn: Paint;
  /** What is wrong: malformed, a bad checksum. */
  readonly error: Paint;
  /** What end A sent, and what end B sent. */
  readonly ends: readonly [Paint, Paint];
}

export const UNPAINTED: Paint = Object.assign((text: string) => text, { begin: '', end: '' });

export const PLAIN: Palette = {
  rule: UNPAINTED,
  title: UNPAINTED,
  state: UNPAINTED,
  dim: UNPAINTED,
  warn: UNPAINTED,
  error: UNPAINTED,
  ends: [UNPAINTED, UNPAINTED],
};

/** Select Graphic Rendition (ECMA-48 §8.3.117); the end of each takes back only what it began. */
function painted(code: string, reset: string): Paint {
  const begin = `\x1b[${code}m`;
  const end = `\x1b[${reset}m`;
  return Object.assign((text: string) => (text === '' ? '' : begin + text + end), { begin, end });
}

export const COLOURED: Palette = {
  rule: painted('36', '39'),
  title: painted('1', '22'),
  state: painted('32', '39'),
  dim: painted('2', '22'),
  warn: painted('33', '39'),
  error: painted('31', '39'),
  ends: [painted('35', '39'), painted('36', '39')],
};
