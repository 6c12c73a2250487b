import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FcsChoice } from '../capture/fcs-vote.ts';
import { type Surveyed, writeInfo, writeInfoJson } from '../output/info.ts';
import { infoWords } from '../output/info-words.ts';
import { reportOf } from '../survey/findings.ts';
import { Survey } from '../survey/survey.ts';
import { REMEMBERED, Tracker } from '../track.ts';
import { DONE, Fault } from './fault.ts';
import { type OpenedInput, openNamed, pathsOf } from './input.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { TIME_WAIT } from './time-wait.ts';

/** `dissect info FILE…`: what is in captures, and how far they can be trusted. Answers with the exit status. */
export async function info(given: Arguments): Promise<number> {
  const paths = pathsOf(given);
  const output = new StandardOutput(false);
  const { writer } = output;
  const print = printerOf(given, output);
  let status = DONE;
  let printed = 0;
  if (given.get('T') === 'json') writer.ascii('[');
  for (const path of paths) {
    try {
      const input = await openNamed(path, given);
      status = Math.max(status, await survey(input));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // The others are told all the same.
      warn(error.message);
      status = Math.max(status, error.status);
    }
  }
  if (given.get('T') === 'json') writer.ascii(printed === 0 ? ']\n' : '\n]\n');
  output.flush();
  return status;

  async function survey(input: OpenedInput): Promise<number> {
    const counted = new Survey();
    const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false, remembered: REMEMBERED, contents: false });
    return readCapture(input, tracker, {
      output,
      packet(packet) {
        counted.packet(packet);
        return true;
      },
      end() {
        print(surveyed(input, counted, given), printed++);
      },
    });
  }
}

type Print = (surveyed: Surveyed, index: number) => void;

function printerOf(given: Arguments, { writer }: StandardOutput): Print {
  const form = given.get('T') ?? 'text';
  if (form === 'text') {
    const words = infoWords[languagesOf(given, process.env)[0] ?? 'en'];
    const [colors, width] = [paletteOf(given), widthOf(given)];
    return (surveyed, index) => {
      if (index > 0) writer.line();
      writeInfo(surveyed, words, colors, width, writer);
    };
  }
  return (surveyed, index) => {
    if (form === 'json') writer.ascii(index === 0 ? '\n' : ',\n');
    writeInfoJson(surveyed, writer);
    if (form === 'ndjson') writer.line();
  };
}

function surveyed({ source, name, live }: OpenedInput, survey: Survey, given: Arguments): Surveyed {
  const { format, compression, sections, comments, interfaces, names, fcsFindings, problem, secrets } = source;
  const fcsChoice = (given.get('fcs') ?? 'auto') as FcsChoice;
  return {
    name,
    ...fileOf(live ? null : name, given.has('hash')),
    format,
    compression,
    sections,
    comments,
    interfaces,
    names,
    survey,
    report: reportOf(survey, { interfaces, fcsFindings, problem, secrets, fcsChoice }),
  };
}

/** What the file system says of it; a pipe has neither. */
function fileOf(path: string | null, hashed: boolean): Pick<Surveyed, 'octets' | 'hash'> {
  if (path === null) return { octets: null, hash: null };
  const descriptor = openSync(path, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { octets: null, hash: null };
    return { octets: stat.size, hash: hashed ? hashOf(descriptor) : null };
  } finally {
    closeSync(descriptor);
  }
}

const PIECE = 1 << 18;

function hashOf(descriptor: number): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE);
  for (;;) {
    const octets = readSync(descriptor, piece, 0, PIECE, null);
    if (octets === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, octets));
  }
}
