import { safeText, type Writer } from '../core/writer.ts';
import type { Evidence, ParameterKind } from '../events/event.ts';
import type { Language } from '../notes/note.ts';

/** Writes a parameter as it is read in a sentence. Most are counts, numbers and names in ASCII, which need no string. */
export function writeValue(evidence: Evidence, kind: ParameterKind, language: Language, out: Writer): void {
  const { value } = evidence;
  if (typeof value === 'string') {
    if (!writePlain(value, out)) out.text(safeText(shortened(value)));
  } else if (!Number.isSafeInteger(value) || value < 0 || kind.startsWith('seconds')) {
    out.text(valueText(evidence, kind, language));
  } else if (kind.startsWith('count')) writeGrouped(value, out);
  else out.uint(value);
}

/** Writes a short text of printable ASCII; false, with nothing written, for any other. */
function writePlain(text: string, out: Writer): boolean {
  if (text.length > LONGEST) return false;
  out.ensure(text.length);
  const { bytes, at } = out;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
    bytes[at + i] = code;
  }
  out.at = at + text.length;
  return true;
}

function writeGrouped(n: number, out: Writer): void {
  if (n < 1000) {
    out.uint(n);
    return;
  }
  writeGrouped(Math.floor(n / 1000), out);
  out.byte(COMMA);
  out.padded(n % 1000, 3, ZERO);
}

const COMMA = 44;
const ZERO = 48;

/** A parameter as it is read in a sentence. */
export function valueText(evidence: Evidence, kind: ParameterKind, language: Language): string {
  const { value } = evidence;
  if (typeof value === 'string') return safeText(shortened(value));
  if (kind.startsWith('count')) return grouped(value);
  if (kind.startsWith('seconds')) return durationWords(value, language);
  return String(value);
}

/** Longer texts (addresses of pages, names of records) would drown the sentence. The evidence has them whole. */
const LONGEST = 72;

const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);

/** 1234567 as 1,234,567: the same in English and Korean. */
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A duration in the unit that reads best, with at most three figures: 21.9 ms, 1.03 s, 4 min. */
export function durationWords(seconds: number, language: Language): string {
  const units = UNITS[language];
  const size = Math.abs(seconds);
  // Whole minutes and hours are how timers are spoken of: 240 s is "4 min", 61.2 s stays in seconds.
  for (const [length, word] of units.long)
    if (size >= length && size % length === 0) return `${seconds / length}${word}`;
  if (size === 0) return `0${units.seconds}`;
  const [scale, word] = size < 1e-6 ? [1e9, 'ns'] : size < 1e-3 ? [1e6, 'µs'] : size < 1 ? [1e3, 'ms'] : [1, ''];
  if (word === '') return `${figures(seconds)}${units.seconds}`;
  return `${figures(seconds * scale)}${units.space}${word}`;
}

const UNITS = {
  en: {
    space: ' ',
    seconds: ' s',
    long: [
      [3600, ' h'],
      [60, ' min'],
    ],
  },
  ko: {
    space: ' ',
    seconds: '초',
    long: [
      [3600, '시간'],
      [60, '분'],
    ],
  },
} as const;

function figures(n: number): string {
  const size = Math.abs(n);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = n.toFixed(digits);
  return digits === 0 ? grouped(Number(text)) : text.replace(/\.?0+$/, '');
}
