import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CaptureProblem } from '../core/frame.ts';
import type { Block } from './block.ts';
import { reason } from './open-file.ts';
import type { Supply } from './source.ts';

/** Chunks of an input that arrives by and by. Pulling one at a time is the back-pressure: nothing is read ahead. */
export interface Pull {
  /** The next chunk as soon as it is there; null at the end of the input. */
  pull(): Promise<Uint8Array | null>;
  close(): void;
  readonly problem: CaptureProblem | null;
}

/** A node stream, such as standard input. */
export class StreamPull implements Pull {
  problem: CaptureProblem | null = null;
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(stream: Readable) {
    this.stream = stream;
    this.chunks = stream[Symbol.asyncIterator]();
  }

  async pull(): Promise<Uint8Array | null> {
    try {
      const step = await this.chunks.next();
      return step.done === true ? null : step.value;
    } catch (error) {
      this.problem = { kind: 'unreadable', sentence: `reading failed: ${reason(error)}` };
      return null;
    }
  }

  close(): void {
    this.stream.destroy();
  }
}

/** What has been looked at already, followed by the rest. */
export class PushedBack implements Pull {
  private readonly rest: Pull;
  private looked: Uint8Array[];

  constructor(looked: Uint8Array[], rest: Pull) {
    this.looked = looked;
    this.rest = rest;
  }

  get problem(): CaptureProblem | null {
    return this.rest.problem;
  }

  async pull(): Promise<Uint8Array | null> {
    return this.looked.shift() ?? this.rest.pull();
  }

  close(): void {
    this.rest.close();
  }
}

/** The inflated bytes of a gzip stream, of one member or several. */
export class InflatedPull implements Pull {
  problem: CaptureProblem | null = null;
  private readonly packed: Pull;
  private readonly gunzip = createGunzip({ chunkSize: 64 * 1024 });
  private wake: () => void = () => undefined;
  private over = false;
  private started = false;

  constructor(packed: Pull) {
    this.packed = packed;
    this.gunzip.on('readable', () => this.wake());
    this.gunzip.on('end', () => this.finish());
    this.gunzip.on('close', () => this.finish());
    this.gunzip.on('error', (error) => {
      this.problem = inflatingProblem(error);
      this.finish();
    });
  }

  async pull(): Promise<Uint8Array | null> {
    if (!this.started) {
      this.started = true;
      void this.feed();
    }
    for (;;) {
      const chunk: Uint8Array | null = this.gunzip.read();
      if (chunk !== null) return chunk;
      if (this.over) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.finish();
    this.gunzip.destroy();
    this.packed.close();
  }

  /**
   * Writes one packed chunk after another. A write is done when all that it inflates to has been handed over, and the
   * end is announced only then: the error of a file that is cut off comes with the end, after all that could be read.
   */
  private async feed(): Promise<void> {
    for (;;) {
      const chunk = await this.packed.pull();
      if (chunk === null || this.over) break;
      await new Promise<void>((resolve) => this.gunzip.write(chunk, () => resolve()));
    }
    if (this.packed.problem !== null) {
      this.problem = this.packed.problem;
      this.finish();
    } else if (!this.over) this.gunzip.end();
  }

  private finish(): void {
    this.over = true;
    this.wake();
  }
}

function inflatingProblem(error: Error & { code?: string }): CaptureProblem {
  if (error.code === 'Z_BUF_ERROR') {
    return { kind: 'cut-off', sentence: 'the gzip compression is cut off' };
  }
  return { kind: 'malformed', sentence: 'the gzip compression is damaged' };
}

/** Puts pulled chunks into a block. */
export class PullSupply implements Supply {
  private readonly input: Pull;

  constructor(input: Pull) {
    this.input = input;
  }

  get problem(): CaptureProblem | null {
    return this.input.problem;
  }

  async fill(block: Block): Promise<boolean> {
    const chunk = await this.input.pull();
    if (chunk === null) return false;
    block.append(chunk);
    return true;
  }

  close(): void {
    this.input.close();
  }
}
