import type { Readable } from 'node:stream';
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
