import { closeSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Names } from '../objects/names.ts';
import { InputOutputFault } from './fault.ts';

/**
 * A folder that files are written into, each under a name of its own. A file is written beside its place and then gets its
 * name, so that there is never half of one; what stands there already is never touched, unless it may be replaced.
 */
export class Folder {
  private readonly path: string;
  private readonly replaces: boolean;
  private readonly names = new Names();

  constructor(path: string, replaces: boolean) {
    this.path = path;
    this.replaces = replaces;
    try {
      mkdirSync(path, { recursive: true });
      if (!replaces) for (const name of readdirSync(path)) this.names.add(name);
    } catch (error) {
      throw new InputOutputFault(`${path}: ${reasonOf(error)}`);
    }
  }

  /** Writes a file, and answers with the name that it got. */
  write(wanted: string, content: Uint8Array): string {
    const draft = join(this.path, `.dissect-${process.pid}.part`);
    try {
      writeNew(draft, content);
      return this.place(draft, wanted);
    } catch (error) {
      remove(draft);
      throw new InputOutputFault(`${join(this.path, wanted)}: ${reasonOf(error)}`);
    }
  }

  /** Gives the draft its name: a link fails where something has it, which a move would overwrite. */
  private place(draft: string, wanted: string): string {
    for (;;) {
      const name = this.names.nameFor(wanted);
      const path = join(this.path, name);
      try {
        if (this.replaces) renameSync(draft, path);
        else move(draft, path);
        return name;
      } catch (error) {
        const code = codeOf(error);
        // Somebody else put something there, or a folder has the name.
        if (code !== 'EEXIST' && code !== 'EISDIR' && code !== 'ENOTEMPTY') throw error;
      }
    }
  }
}

function move(draft: string, path: string): void {
  try {
    linkSync(draft, path);
    unlinkSync(draft);
  } catch (error) {
    // File systems without links: an empty file of our own keeps the place.
    if (!NO_LINKS.has(codeOf(error))) throw error;
    closeSync(openSync(path, 'wx', MODE));
    renameSync(draft, path);
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const MODE = 0o666;

/** `wx` follows no link that stands there. */
function writeNew(path: string, content: Uint8Array): void {
  remove(path);
  const descriptor = openSync(path, 'wx', MODE);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
  } finally {
    closeSync(descriptor);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there.
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? `the system says ${codeOf(error)}`;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'writing there is not permitted',
  EPERM: 'writing there is not permitted',
  EROFS: 'nothing can be written there',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'it is a file, not a folder',
  ENOSPC: 'there is no space left on the device',
  EDQUOT: 'there is no space left for this user',
  EFBIG: 'the file is too large',
  EIO: 'the device reports an error',
};
