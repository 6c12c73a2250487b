import { fstatSync } from 'node:fs';
import { COLOURED, type Palette, PLAIN } from '../output/color.ts';
import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

/** Cells of a line where nobody says how wide the screen is. */
const WIDTH = 100;

/** Whether a terminal is behind a descriptor. Few other things are character devices, and node:tty is loaded for no others. */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false; // closed
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** `--color`, else NO_COLOR and FORCE_COLOR, else whether a terminal looks at it. */
export function paletteOf(given: Arguments): Palette {
  return isColoured(given.get('color') ?? 'auto') ? COLOURED : PLAIN;
}

function isColoured(choice: string): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal(1) && TERM !== 'dumb';
}

/** `--width`, else the terminal's, else COLUMNS. */
export function widthOf(given: Arguments): number {
  const chosen = chosenWidth(given);
  if (chosen !== null) return chosen;
  if (isTerminal(1)) return process.stdout.columns || WIDTH;
  return Number(process.env.COLUMNS) || WIDTH;
}

/** What `--width` says, checked. */
export function chosenWidth(given: Arguments): number | null {
  const chosen = given.get('width');
  return chosen === null ? null : wholeNumber('--width', chosen, 20);
}

/** The value of an option that counts something. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageFault(`${option} wants a whole number${least > 0 ? ` from ${least} up` : ''}, not "${text}"`);
}
