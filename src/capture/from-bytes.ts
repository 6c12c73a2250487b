import type { FrameSource } from '../core/frame.ts';
import { Block } from './block.ts';
import { BlockSource, type Supply } from './source.ts';

/** The frames of a capture that is in memory as a whole. Nothing is copied: frames point into `bytes`. */
export function readCapture(bytes: Uint8Array): FrameSource {
  return new BlockSource(NOTHING_MORE, new Block(bytes));
}

const NOTHING_MORE: Supply = { fill: () => false, close: () => undefined, problem: null };
