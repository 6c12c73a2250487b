import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openCapture } from './capture/open.ts';
import { Writer } from './core/writer.ts';
import { type TranscribeOptions, transcribe } from './transcribe.ts';
import { compare, type Finding } from './transcript/compare.ts';
import type { Transcript } from './transcript/dialogue.ts';
import { parseTranscript, TranscriptError, writeTranscript } from './transcript/text.ts';

/** A capture held against the transcript beside it. */
export interface Judgement {
  readonly capture: string;
  /** `missing`: there is no transcript yet. `written`: it was updated. */
  readonly status: 'same' | 'different' | 'missing' | 'written';
  readonly findings: readonly Finding[];
  /** Why the capture could not be read to its end; null when it could. */
  readonly problem: string | null;
}

/** Where the transcript of a capture stands. */
export const transcriptPath = (capture: string): string => `${capture}.transcript`;

/**
 * Holds a capture against its transcript. What is normalized stands in the transcript's head; `options` say it for one that
 * is made. With `update`, a transcript that is missing or differs is written.
 *
 * @throws {CaptureError} for a capture that cannot be opened
 * @throws {TranscriptError} for a transcript that cannot be read, unless it is written anew
 */
export async function judgeGolden(
  capture: string,
  { update = false, ...options }: TranscribeOptions & { readonly update?: boolean } = {},
): Promise<Judgement> {
  const path = transcriptPath(capture);
  const text = textOf(path);
  const expected = text === null ? null : expectedIn(text, update);
  const source = await openCapture(capture);
  const normalized = options.normalized ?? expected?.normalized;
  const actual = await transcribe(source, { ...options, ...(normalized === undefined ? {} : { normalized }) });
  const problem = source.problem?.sentence ?? null;
  const findings = expected === null ? [] : compare(expected, actual);
  if (update) {
    const made = textForm(actual);
    if (made === text) return { capture, status: 'same', findings: [], problem };
    put(path, made);
    return { capture, status: 'written', findings, problem };
  }
  if (expected === null) return { capture, status: 'missing', findings: [], problem };
  return { capture, status: findings.length === 0 ? 'same' : 'different', findings, problem };
}

/** What is no transcript is in the way of everything but of being written anew. */
function expectedIn(text: string, update: boolean): Transcript | null {
  try {
    return parseTranscript(text);
  } catch (error) {
    if (update && error instanceof TranscriptError) return null;
    throw error;
  }
}

function textForm(transcript: Transcript): string {
  const out = new Writer();
  writeTranscript(transcript, out);
  return out.toString();
}

/** Null where there is no such file. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside its place and renamed, so that there is never half of one. */
function put(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
