import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureError } from '../capture/fault.ts';
import { reason } from '../capture/open-file.ts';
import { type Judgement, judgeGolden, transcriptPath } from '../golden.ts';
import { findingForm, writeFindings } from '../output/findings.ts';
import { type Counts, type FindingsWords, findingsWords } from '../output/findings-words.ts';
import { writeJson } from '../output/json-text.ts';
import { TranscriptError } from '../transcript/text.ts';
import { DIFFERENT, DONE, InputOutputFault, UNREADABLE, UsageFault } from './fault.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { normalizedOf } from './normalize.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

const CAPTURE = /\.(pcap|pcapng|cap)(\.gz)?$/i;
const TRANSCRIPT = /\.transcript$/;

/** `dissect golden DIR`: captures against their transcripts. Answers with the exit status. */
export async function golden(given: Arguments): Promise<number> {
  if (given.operands.length !== 1) throw new UsageFault('name one folder of captures, or one capture');
  const words = findingsWords[languagesOf(given, process.env)[0] ?? 'en'];
  const normalized = normalizedOf(given);
  const update = given.has('update');
  if (normalized !== null && !update) {
    throw new UsageFault('--normalize goes with --update: what a transcript leaves out stands in its head');
  }
  const options = {
    update,
    timeWait: timeWaitOf(given),
    keys: keysOf(given),
    ...(normalized === null ? {} : { normalized }),
  };
  const { captures, orphans } = filesIn(given.operands[0]!);
  const report = new Report(given, words);
  for (const capture of captures) {
    const judged = await judgedOrTold(capture, () => judgeGolden(capture, options));
    report.capture(capture, judged);
  }
  for (const path of orphans) report.orphan(path);
  return report.end();
}

/** Null for what cannot be read, which is said. */
async function judgedOrTold(capture: string, judge: () => Promise<Judgement>): Promise<Judgement | null> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof CaptureError) warn(`${capture}: ${error.message}`);
    else if (error instanceof TranscriptError) warn(`${transcriptPath(capture)}: ${error.message}`);
    else if (error instanceof Error && 'code' in error) {
      throw new InputOutputFault(`${transcriptPath(capture)}: ${reason(error)}`);
    } else throw error;
    return null;
  }
}

interface Files {
  readonly captures: readonly string[];
  /** Transcripts whose capture is gone. */
  readonly orphans: readonly string[];
}

function filesIn(path: string): Files {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new InputOutputFault(`${path}: there is no such folder or file`);
  if (!stat.isDirectory()) return { captures: [path], orphans: [] };
  const names = entriesOf(path).sort();
  const captures = names.filter((name) => CAPTURE.test(name)).map((name) => join(path, name));
  const orphans = names
    .filter((name) => TRANSCRIPT.test(name))
    .map((name) => join(path, name))
    .filter((name) => !existsSync(name.replace(TRANSCRIPT, '')));
  if (captures.length + orphans.length === 0) {
    throw new UsageFault(`${path}: no captures in this folder (.pcap, .pcapng or .cap, also with .gz)`);
  }
  return { captures, orphans };
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true }).map(String);
  } catch (error) {
    throw new InputOutputFault(`${path}: ${reason(error)}`);
  }
}

/** Says of each capture how it stands, and counts them. */
class Report {
  private readonly output = new StandardOutput(false);
  private readonly words: FindingsWords;
  private readonly width: number;
  private readonly palette;
  private readonly form: string;
  private readonly forms: unknown[] = [];
  private readonly counts = { captures: 0, same: 0, different: 0, missing: 0, written: 0, unreadable: 0, orphans: 0 };

  constructor(given: Arguments, words: FindingsWords) {
    this.words = words;
    this.width = widthOf(given);
    this.palette = paletteOf(given);
    this.form = given.get('T') ?? 'text';
  }

  capture(path: string, judged: Judgement | null): void {
    const { counts, words, palette, output } = this;
    counts.captures++;
    if (judged === null || judged.problem !== null) counts.unreadable++;
    if (judged?.problem) warn(`${path}: ${judged.problem}`);
    if (judged === null) return;
    const { status, findings } = judged;
    counts[status]++;
    if (this.form !== 'text') {
      this.put({ schema: 1, capture: path, status, findings: findings.map((finding) => findingForm(finding, words)) });
      return;
    }
    const said = { ...words, different: words.different(findings.length) };
    const paint = status === 'same' ? palette.dim : status === 'written' ? palette.title : palette.error;
    output.writer.text(`${path}: ${paint(said[status])}\n`);
    writeFindings(findings, words, palette, this.width, '  ', output.writer);
    output.flush();
  }

  orphan(path: string): void {
    this.counts.orphans++;
    if (this.form !== 'text')
      this.put({ schema: 1, capture: path.replace(TRANSCRIPT, ''), status: 'gone', findings: [] });
    else this.output.writer.text(`${path}: ${this.palette.error(this.words.orphan)}\n`);
  }

  end(): number {
    const { counts, output } = this;
    if (this.form === 'text') output.writer.text(`${this.words.counted(counts satisfies Counts)}\n`);
    if (this.form === 'json') {
      writeJson(this.forms, output.writer);
      output.writer.line();
    }
    output.flush();
    if (counts.different + counts.missing + counts.orphans > 0) return DIFFERENT;
    return counts.unreadable > 0 ? UNREADABLE : DONE;
  }

  private put(form: unknown): void {
    if (this.form === 'json') {
      this.forms.push(form);
      return;
    }
    writeJson(form, this.output.writer);
    this.output.writer.line();
    this.output.flush();
  }
}
