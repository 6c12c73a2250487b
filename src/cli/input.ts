import { CaptureError } from '../capture/fault.ts';
import type { FcsChoice } from '../capture/fcs-vote.ts';
import { openCapture, openCaptureStream } from '../capture/open.ts';
import type { VotingSource } from '../capture/source.ts';
import type { FrameSource } from '../core/frame.ts';
import { InputOutputFault, UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';
import { isTerminal } from './terminal.ts';

/** The capture that was named. */
export interface Input {
  readonly source: FrameSource;
  /** As messages call it. */
  readonly name: string;
  /** True when packets may arrive by and by. */
  readonly live: boolean;
}

/** The same, with all that its opener knows. */
export interface OpenedInput extends Input {
  readonly source: VotingSource;
}

/** Opens `FILE`, `-r FILE` or standard input. */
export async function openInput(given: Arguments): Promise<OpenedInput> {
  const paths = pathsOf(given);
  if (paths.length > 1) throw new UsageFault(`one capture at a time, not ${paths.length}: ${paths.join(', ')}`);
  return openNamed(paths[0]!, given);
}

/** The same of one of several; - is standard input. */
export async function openNamed(path: string, given: Arguments): Promise<OpenedInput> {
  if (path !== '-') return openPath(path, given);
  if (isTerminal(0)) throw new UsageFault('standard input is a terminal; pipe a capture into it, or name a file');
  const name = 'standard input';
  return { source: await opened(name, openCaptureStream(process.stdin, fcsOf(given))), name, live: true };
}

/** Opens the capture of this name. */
export async function openPath(path: string, given: Arguments): Promise<OpenedInput> {
  return { source: await opened(path, openCapture(path, fcsOf(given))), name: path, live: false };
}

const fcsOf = (given: Arguments): FcsChoice => (given.get('fcs') ?? 'auto') as FcsChoice;

/** The captures that were named, one at least. */
export function pathsOf(given: Arguments): readonly string[] {
  const paths = [...given.operands, ...given.all('r')];
  if (paths.length === 0) throw new UsageFault('name a capture file, or - for standard input; see dissect --help');
  if (paths.includes('')) throw new UsageFault('the name of the capture file is empty');
  return paths;
}

async function opened(name: string, source: Promise<VotingSource>): Promise<VotingSource> {
  try {
    return await source;
  } catch (error) {
    if (error instanceof CaptureError) throw new InputOutputFault(`${name}: ${error.message}`);
    throw error;
  }
}
