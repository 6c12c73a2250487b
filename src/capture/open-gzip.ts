import { createGunzip } from 'node:zlib';
import type { CaptureProblem } from '../core/frame.ts';
import type { Pull } from './open-stream.ts';

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
