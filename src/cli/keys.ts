import { fstatSync, openSync, readSync } from 'node:fs';
import { reason } from '../capture/open-file.ts';
import { KeyLog } from '../flows/key-log.ts';
import { InputOutputFault } from './fault.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';

/** `--keylog`: the keys that are given beside the capture. */
export function keysOf(given: Arguments): KeyLog {
  const path = given.get('keylog');
  if (path === null) return new KeyLog();
  try {
    const file = new KeyLogFile(path);
    const keys = new KeyLog(() => file.more());
    if (keys.size === 0) warn(`${path}: there is no key of TLS in it`);
    return keys;
  } catch (error) {
    throw new InputOutputFault(`${path}: ${reason(error)}`);
  }
}

/** Octets of a key log that are read at the most: some 200,000 connections. */
const LONGEST = 64 << 20;
const LINE_FEED = 10;

/** A key log, to which a program may be adding lines while the capture is read. */
class KeyLogFile {
  private readonly descriptor: number;
  private at = 0;
  /** How long it was when it was looked at last. */
  private seen = 0;

  constructor(path: string) {
    this.descriptor = openSync(path, 'r');
  }

  /** What was added since; a last line without an end comes again with its end. Null where there is nothing new. */
  more(): Uint8Array | null {
    const { size } = fstatSync(this.descriptor);
    if (size === this.seen) return null;
    this.seen = size;
    const bytes = new Uint8Array(Math.max(0, Math.min(size, LONGEST) - this.at));
    const length = readSync(this.descriptor, bytes, 0, bytes.length, this.at);
    this.at += bytes.subarray(0, length).lastIndexOf(LINE_FEED) + 1;
    return bytes.subarray(0, length);
  }
}
