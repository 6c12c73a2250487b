import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../capture/from-bytes.ts';
import { reason } from '../capture/open-file.ts';
import { Frame } from '../core/frame.ts';
import type { Language } from '../notes/note.ts';
import { pageHtml } from '../page/html.ts';
import { MOST_FRAMES, MOST_OCTETS } from '../page/limits.ts';
import type { GivenCapture, ReadingOptions } from '../page/model.ts';
import { DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { pathsOf } from './input.ts';
import { warn } from './messages.ts';
import { OutputFile, refuseSame } from './output-file.ts';
import { pageParts } from './page-parts.ts';
import type { Arguments } from './parse.ts';
import { timeWaitOf } from './time-wait.ts';
import { version } from './version.ts';

/** `dissect report FILE -o OUT.html`: one page that holds the capture and what reads it. Answers with the exit status. */
export async function report(given: Arguments): Promise<number> {
  const paths = pathsOf(given);
  const out = given.get('o');
  if (out === null) throw new UsageFault('name the page that is to be written: -o OUT.html');
  if (paths.length > 1) throw new UsageFault(`one capture at a time, not ${paths.length}: ${paths.join(', ')}`);
  if (paths.includes('-'))
    throw new UsageFault('a page holds the capture itself: name a file instead of standard input');
  const options = readingOptions(given);
  let status = DONE;
  const captures: GivenCapture[] = [];
  for (const path of paths) {
    refuseSame(out, path);
    const capture = { name: basename(path), bytes: octetsOf(path) };
    const problem = check(capture, path, options);
    if (problem !== null) {
      warn(`${path}: ${problem}`);
      status = UNREADABLE;
    }
    captures.push(capture);
  }
  const language = given.get('lang') as Language | null;
  const file = new OutputFile(out);
  file.writer.text(pageHtml(pageParts(), { captures, options, language, version: version() }));
  file.finish();
  return status;
}

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

/** What the file holds, without its compression. */
function octetsOf(path: string): Uint8Array {
  try {
    if (statSync(path).size > MOST_OCTETS) throw tooLong(path);
    const bytes = readFileSync(path);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new Uint8Array(packed ? gunzipSync(bytes, { maxOutputLength: MOST_OCTETS }) : bytes);
  } catch (error) {
    if (error instanceof UsageFault) throw error;
    if (error instanceof RangeError) throw tooLong(path);
    throw new InputOutputFault(`${path}: ${reason(error)}`);
  }
}

const tooLong = (path: string): UsageFault =>
  new UsageFault(`${path} is longer than ${MOST_OCTETS >> 20} MiB: choose packets with -w first`);

/** What is wrong with the capture; null for nothing. Of what is no capture, no page is made. */
function check({ bytes }: GivenCapture, path: string, { fcs }: ReadingOptions): string | null {
  const source = readCapture(bytes, fcs);
  const frame = new Frame();
  let frames = 0;
  do {
    while (source.next(frame)) frames++;
  } while (source.refill() === true);
  const { problem } = source;
  if (frames === 0 && problem !== null) throw new InputOutputFault(`${path}: ${problem.sentence}`);
  if (frames > MOST_FRAMES)
    throw new UsageFault(`${path} has more than ${MOST_FRAMES} frames: choose packets with -w first`);
  return problem?.sentence ?? null;
}
