import { Block } from './block.ts';
import type { FcsChoice } from './fcs-vote.ts';
import { BlockSource, type Supply, type VotingSource } from './source.ts';

/** The frames of a capture that is in memory as a whole. Nothing is copied: frames point into `bytes`. */
export function readCapture(bytes: Uint8Array, fcs: FcsChoice = 'auto'): VotingSource {
  return new BlockSource(NOTHING_MORE, new Block(bytes), fcs);
}

const NOTHING_MORE: Supply = { fill: () => false, close: () => undefined, problem: null };
