import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CaptureError } from '../capture/fault.ts';
import { readCapture } from '../capture/from-bytes.ts';
import { openCapture } from '../capture/open.ts';
import { reason } from '../capture/open-file.ts';
import { Frame } from '../core/frame.ts';
import type { Language } from '../notes/note.ts';
import { excerptOf } from '../page/engine/excerpt.ts';
import { Reading } from '../page/engine/reading.ts';
import { pageHtml } from '../page/html.ts';
import { MOST_FRAMES, MOST_OCTETS } from '../page/limits.ts';
import type { Excerpt, GivenCapture, ReadingOptions } from '../page/model.ts';
import { pageParts } from '../page-parts.ts';
import { DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { pathsOf } from './input.ts';
import { warn } from './messages.ts';
import { OutputFile, refuseSame } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { nameOf } from './places.ts';
import { Progress } from './progress.ts';
import { timeWaitOf } from './time-wait.ts';
import { version } from './version.ts';

/** What the build made of the page stands beside the command line. */
export const PAGE_PARTS = join(import.meta.dirname, '../page-parts');

/** `dissect report FILE -o OUT.html`: one page that holds the capture and what reads it. Answers with the exit status. */
export async function report(given: Arguments): Promise<number> {
  const paths = pathsOf(given);
  const out = given.get('o');
  if (out === null) throw new UsageFault('name the page that is to be written: -o OUT.html');
  if (paths.length > 2)
    throw new UsageFault('two captures at the most: of the inside of a translator, and of its outside');
  if (paths[0] === paths[1]) throw new UsageFault(`${paths[0]} is named twice`);
  if (paths.includes('-'))
    throw new UsageFault('a page holds the capture itself: name a file instead of standard input');
  const options = readingOptions(given);
  const language = languageOf(given);
  const page = { captures: [], options, language, version: version() };
  for (const path of paths) refuseSame(out, path);
  const all = paths.map((path) => wholeOf(path, options));
  const held = all.filter((one) => one !== null);
  if (held.length < all.length && all.length > 1) {
    throw new UsageFault(`two captures have to fit into the page: ${LIMITS} each; -w writes a part of one`);
  }
  const [path] = paths as [string];
  const excerpt = held.length > 0 ? null : { name: basename(path), of: await excerptAt(path, options) };
  const content = excerpt === null ? { ...page, captures: named(held, paths) } : { ...page, excerpt };
  const file = new OutputFile(out);
  file.writer.text(pageHtml(pageParts(PAGE_PARTS), content));
  file.finish();
  const problems = excerpt === null ? held.map(({ problem }) => problem) : [excerpt.of.opened.problem];
  for (const [i, problem] of problems.entries()) if (problem !== null) warn(`${paths[i]}: ${problem}`);
  return problems.every((problem) => problem === null) ? DONE : UNREADABLE;
}

const LIMITS = `${MOST_OCTETS >> 20} MiB and ${MOST_FRAMES.toLocaleString('en')} frames`;

/** The captures by their files' names, or by their whole paths where these are the same. */
const named = (held: readonly Whole[], paths: readonly string[]): GivenCapture[] =>
  held.map(({ bytes }, i) => ({ name: nameOf(paths[i]!, paths), bytes }));

/** The language that the page begins with; null for the reader's. */
export const languageOf = (given: Arguments): Language | null =>
  (given.get('lang')?.split(',', 1)[0] ?? null) as Language | null;

export function readingOptions(given: Arguments): ReadingOptions {
  return {
    fcs: (given.get('fcs') ?? 'auto') as ReadingOptions['fcs'],
    timeWait: timeWaitOf(given),
    keys: keysText(given.get('keylog')),
  };
}

function keysText(path: string | null): string {
  if (path === null) return '';
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw new InputOutputFault(`${path}: ${reason(error)}`);
  }
}

/** What the file holds, without its compression; null where that is too much for a page. */
function octetsOf(path: string): Uint8Array | null {
  try {
    if (statSync(path).size > MOST_OCTETS) return null;
    const bytes = readFileSync(path);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new Uint8Array(packed ? gunzipSync(bytes, { maxOutputLength: MOST_OCTETS }) : bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw new InputOutputFault(`${path}: ${reason(error)}`);
  }
}

interface Whole {
  readonly bytes: Uint8Array;
  /** What is wrong with it; null for nothing. */
  readonly problem: string | null;
}

/** The capture itself; null where it is too much for a page. Of what is no capture, no page is made. */
function wholeOf(path: string, { fcs }: ReadingOptions): Whole | null {
  const bytes = octetsOf(path);
  if (bytes === null) return null;
  const source = readCapture(bytes, fcs);
  const frame = new Frame();
  let frames = 0;
  do {
    while (source.next(frame)) if (++frames > MOST_FRAMES) return null;
  } while (source.refill() === true);
  const { problem } = source;
  if (frames === 0 && problem !== null) throw new InputOutputFault(`${path}: ${problem.sentence}`);
  return { bytes, problem: problem?.sentence ?? null };
}

/** What is worth seeing of a capture that is too large for a page. */
async function excerptAt(path: string, options: ReadingOptions): Promise<Excerpt> {
  const progress = new Progress();
  const file = { name: basename(path), octets: statSync(path).size, open: () => openCapture(path, options.fcs) };
  const pace = { breathe: async () => undefined, progress: (frames: number) => progress.frame(frames) };
  try {
    const excerpt = await excerptOf(new Reading(file, options, pace));
    const { frames, problem } = excerpt.opened;
    if (frames === 0 && problem !== null) throw new InputOutputFault(`${path}: ${problem}`);
    return excerpt;
  } catch (error) {
    if (error instanceof CaptureError) throw new InputOutputFault(`${path}: ${error.message}`);
    throw error;
  } finally {
    progress.end();
  }
}
