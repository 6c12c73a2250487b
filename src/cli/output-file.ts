import { closeSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Writer } from '../core/writer.ts';
import { InputOutputFault, UsageFault } from './fault.ts';

/** Octets that are gathered before they are written. */
const CHUNK_OCTETS = 64 * 1024;

/**
 * A file that is there whole or not at all: it is written beside its place and renamed when it is complete. What was begun is
 * taken away when the run ends before that.
 */
export class OutputFile {
  readonly writer = new Writer(2 * CHUNK_OCTETS);
  readonly prompt = false;
  private readonly path: string;
  private readonly beside: string;
  private descriptor: number | null;
  private readonly discard = () => this.remove();

  /** @param live an interruption ends the run as the end of the input does: what there is by then is whole */
  constructor(path: string, live = false) {
    this.path = path;
    this.beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
    this.descriptor = this.attempt(() => openSync(this.beside, 'wx'));
    process.once('exit', this.discard);
    if (!live) for (const signal of SIGNALS) process.once(signal, this.interrupted);
  }

  flushWhenLarge(): void {
    if (this.writer.at >= CHUNK_OCTETS) this.flush();
  }

  flush(): void {
    const { bytes, at } = this.writer;
    this.attempt(() => {
      for (let from = 0; from < at; ) from += writeSync(this.descriptor!, bytes, from, at - from);
    });
    this.writer.clear();
  }

  /** Everything was written: takes its place. */
  finish(): void {
    this.flush();
    this.attempt(() => {
      closeSync(this.descriptor!);
      this.descriptor = null;
      renameSync(this.beside, this.path);
    });
    process.off('exit', this.discard);
    for (const signal of SIGNALS) process.off(signal, this.interrupted);
  }

  private remove(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
    rmSync(this.beside, { force: true });
  }

  private readonly interrupted = (signal: NodeJS.Signals): void => {
    this.remove();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      this.descriptor ??= null;
      throw new InputOutputFault(`${this.path}: ${WRITE_FAULTS[code] ?? `it cannot be written (${code})`}`);
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to write it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no space left on the device',
};

/** A capture must not be written over while it is read. */
export function refuseSame(path: string, input: string): void {
  if (resolved(path) !== null && resolved(path) === resolved(input)) {
    throw new UsageFault(`${path} is the capture that is read; name another file`);
  }
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
