import { writeSync } from 'node:fs';
import { Writer } from '../core/writer.ts';
import { InputOutputFault, OutputClosed } from './fault.ts';
import { isTerminal } from './terminal.ts';

/** Output goes out in chunks of at least this, unless somebody waits for it. */
const CHUNK_OCTETS = 64 * 1024;

/** Standard output as bytes. */
export class StandardOutput {
  readonly writer = new Writer(2 * CHUNK_OCTETS);
  /** True when what was written should go out as soon as there is nothing more at hand. */
  readonly prompt: boolean;

  constructor(live: boolean) {
    this.prompt = live || isTerminal(1);
  }

  flushWhenLarge(): void {
    if (this.writer.at >= CHUNK_OCTETS) this.flush();
  }

  flush(): void {
    const { bytes, at } = this.writer;
    let from = 0;
    while (from < at) from += write(bytes, from, at);
    this.writer.clear();
  }
}

/** Octets written; none when the reader is busy and the pipe is full. */
function write(bytes: Uint8Array, from: number, end: number): number {
  try {
    return writeSync(1, bytes, from, end - from);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EPIPE') throw new OutputClosed();
    if (code !== 'EAGAIN') throw new InputOutputFault(`writing the output failed: ${REASONS[code] ?? code}`);
    // Somebody made the pipe non-blocking. There is nothing else to do meanwhile, so the thread sleeps.
    Atomics.wait(sleeper, 0, 0, 2);
    return 0;
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the device',
  EIO: 'the device reports an error',
  EFBIG: 'the file is too large',
};
