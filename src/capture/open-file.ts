import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CaptureProblem } from '../core/frame.ts';
import type { Block } from './block.ts';
import { CaptureError } from './fault.ts';
import type { Supply } from './source.ts';

/** Large enough that the system call costs nothing beside the copying, small enough to stay in the processor's cache. */
const READ_OCTETS = 256 * 1024;

/** A file's bytes, read synchronously, straight into the block. */
export class FileSupply implements Supply {
  problem: CaptureProblem | null = null;
  private descriptor: number;

  constructor(path: string) {
    this.descriptor = openForReading(path);
  }

  fill(block: Block): boolean {
    if (this.descriptor < 0) return false;
    block.reserve(READ_OCTETS);
    try {
      const octets = readSync(this.descriptor, block.bytes, block.end, READ_OCTETS, null);
      block.end += octets;
      return octets > 0;
    } catch (error) {
      this.problem = { kind: 'unreadable', sentence: `reading failed: ${reason(error)}` };
      return false;
    }
  }

  close(): void {
    if (this.descriptor < 0) return;
    closeSync(this.descriptor);
    this.descriptor = -1;
  }
}

function openForReading(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new CaptureError(reason(error));
  }
  if (!fstatSync(descriptor).isDirectory()) return descriptor;
  closeSync(descriptor);
  throw new CaptureError('it is a directory');
}

/** Why the system refused, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code === '' ? 'unknown reason' : `the system says ${code}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
  EISDIR: 'it is a directory',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENXIO: 'it is a device or socket that cannot be read',
};
