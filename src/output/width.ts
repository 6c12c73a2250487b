/**
 * How many terminal cells a text takes: Hangul, Chinese characters and emoji two, combining marks none. Escape sequences
 * for colour take none either, so that a text can be coloured first and measured afterwards.
 */
export function cellWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const character of text.replace(SGR, '')) cells += characterWidth(character.codePointAt(0)!);
  return cells;
}

/** The same of text as UTF-8, free of controls. */
export function cellsOf(bytes: Uint8Array, from: number, to: number): number {
  let cells = 0;
  for (let i = from; i < to; ) {
    const lead = bytes[i]!;
    // Mostly four letters of ASCII stand together.
    if (i + 4 <= to && (lead | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!) < 0x80) {
      cells += 4;
      i += 4;
    } else if (lead < 0x80) {
      cells++;
      i++;
    } else {
      cells += cellsAt(bytes, i);
      i += octetsOf(lead);
    }
  }
  return cells;
}

/** Octets of a character in UTF-8, by its first one. */
export const octetsOf = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/** Cells of the character in UTF-8 that stands at `at`. None is a control. */
export function cellsAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1]! & 0x3f;
  if (lead < 0xe0) return knownWidth(((lead & 0x1f) << 6) | second);
  const third = bytes[at + 2]! & 0x3f;
  if (lead < 0xf0) return knownWidth(((lead & 0x0f) << 12) | (second << 6) | third);
  return characterWidth(((lead & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f));
}

/** Widths of characters up to U+FFFF that were asked for, plus one. */
const known = new Uint8Array(0x10000);

function knownWidth(code: number): number {
  if (known[code] === 0) known[code] = characterWidth(code) + 1;
  return known[code]! - 1;
}

/** Cells of one character. Characters of ambiguous width (box drawing, arrows) take one, as they do outside East Asia. */
function characterWidth(code: number): number {
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad ? 0 : 1;
  if (isWide(code)) return 2;
  // Vowels and finals of conjoining Hangul stand in the cells of the initial before them.
  if ((code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff)) return 0;
  return ZERO.test(String.fromCodePoint(code)) ? 0 : 1;
}

/** `text` with spaces behind it until it takes `cells`. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

/** The beginning of `text` that fits into `cells`, with an ellipsis when something was left out. Plain text only. */
export function cutCells(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells <= 0) return '';
  return `${text.slice(0, fitting(text, cells - 1))}…`;
}

/**
 * Breaks `text` into lines of at most `cells`. Lines break at spaces, in Korean too, whose words are set off by spaces;
 * a word that is longer than a line is cut. Line feeds stay line breaks, and a line keeps the indent it begins with.
 */
export function wrap(text: string, cells: number): string[] {
  const width = Math.max(2, cells);
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, cells: number): string[] {
  if (cellWidth(line) <= cells) return [line];
  const lines: string[] = [];
  let current = /^ */.exec(line)![0];
  let used = current.length;
  let empty = true;
  for (const word of line.slice(used).split(' ')) {
    const width = cellWidth(word);
    if (!empty && used + 1 + width > cells) {
      lines.push(current.trimEnd());
      current = '';
      used = 0;
      empty = true;
    }
    if (!empty) {
      current += ' ';
      used++;
    }
    let rest = word;
    while (used + cellWidth(rest) > cells) {
      const end = Math.max(fitting(rest, cells - used), used === 0 ? firstCharacter(rest) : 0);
      lines.push(current + rest.slice(0, end));
      rest = rest.slice(end);
      current = '';
      used = 0;
    }
    current += rest;
    used += cellWidth(rest);
    empty = false;
  }
  lines.push(current);
  return lines;
}

/** Code units of the longest beginning of `text` that fits into `cells`; marks stay with the character before. */
function fitting(text: string, cells: number): number {
  let used = 0;
  let end = 0;
  while (end < text.length) {
    if (text.charCodeAt(end) === 0x1b) {
      SGR_HERE.lastIndex = end;
      const colour = SGR_HERE.exec(text);
      if (colour !== null) {
        end += colour[0].length;
        continue;
      }
    }
    const code = text.codePointAt(end)!;
    const width = characterWidth(code);
    if (used + width > cells) return end;
    used += width;
    end += code > 0xffff ? 2 : 1;
  }
  return end;
}

const firstCharacter = (text: string): number => (text.codePointAt(0)! > 0xffff ? 2 : 1);

const PLAIN = /^[\x20-\x7e]*$/;
const SGR = /\x1b\[[0-9;]*m/g;
const SGR_HERE = /\x1b\[[0-9;]*m/y;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (code < WIDE[middle * 2]!) high = middle - 1;
    else if (code > WIDE[middle * 2 + 1]!) low = middle + 1;
    else return true;
  }
  return false;
}

/** First and last code points of East Asian Width W and F (Unicode Standard Annex #11), runs joined over unassigned ones. */
// biome-ignore format: pairs, several a line
const WIDE = [
  0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe,
  0x2614, 0x2615, 0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693, 0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be,
  0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa,
  0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755,
  0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf, 0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55,
  0x2e80, 0x3029, 0x302e, 0x303e, 0x3041, 0x3098, 0x309b, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4c6, 0xa960, 0xa97c,
  0xac00, 0xd7a3, 0xf900, 0xfad9, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x1b2fb,
  0x1f004, 0x1f004, 0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f320, 0x1f32d, 0x1f335,
  0x1f337, 0x1f37c, 0x1f37e, 0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3, 0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4,
  0x1f3f8, 0x1f43e, 0x1f440, 0x1f440, 0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d, 0x1f54b, 0x1f54e, 0x1f550, 0x1f567,
  0x1f57a, 0x1f57a, 0x1f595, 0x1f596, 0x1f5a4, 0x1f5a4, 0x1f5fb, 0x1f64f, 0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc,
  0x1f6d0, 0x1f6d2, 0x1f6d5, 0x1f6df, 0x1f6eb, 0x1f6ec, 0x1f6f4, 0x1f6fc, 0x1f7e0, 0x1f7f0, 0x1f90c, 0x1f93a,
  0x1f93c, 0x1f945, 0x1f947, 0x1f9ff, 0x1fa70, 0x1faff, 0x20000, 0x3fffd,
];
