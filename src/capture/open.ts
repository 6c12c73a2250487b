import type { Readable } from 'node:stream';
import { Block } from './block.ts';
import { isClassicMagic } from './classic.ts';
import type { FcsChoice } from './fcs-vote.ts';
import { FileSupply } from './open-file.ts';
import { type Pull, PullSupply, PushedBack, StreamPull } from './open-stream.ts';
import { BlockSource, type VotingSource } from './source.ts';

/** Opens a capture file, compressed with gzip or not. Throws a `CaptureError` when it cannot be opened. */
export async function openCapture(path: string, fcs: FcsChoice = 'auto'): Promise<VotingSource> {
  const file = new FileSupply(path);
  const block = new Block();
  file.fill(block);
  if (!isGzip(block)) return new BlockSource(file, block, fcs);
  return openPull(new FilePull(file, block), fcs);
}

/** Opens a capture that arrives as a stream. Resolves when its first bytes are there; frames come out as they arrive. */
export async function openCaptureStream(stream: Readable, fcs: FcsChoice = 'auto'): Promise<VotingSource> {
  return openPull(new StreamPull(stream), fcs);
}

async function openPull(input: Pull, fcs: FcsChoice): Promise<VotingSource> {
  const { first, whole } = await look(input);
  if (isGzip(first)) {
    const { InflatedPull } = await import('./open-gzip.ts');
    const source = await openPull(new InflatedPull(whole), fcs);
    source.compression = 'gzip';
    return source;
  }
  const isClassic = first.end >= 4 && isClassicMagic(first.bytes, 0);
  if (!isClassic) return new BlockSource(new PullSupply(whole), new Block(), fcs);
  const { openClassicStream } = await import('./open-classic-stream.ts');
  return openClassicStream(whole, fcs);
}

/** Reads until the first four octets are there, or the input ends. */
async function look(input: Pull): Promise<{ first: Block; whole: Pull }> {
  const chunks: Uint8Array[] = [];
  const first = new Block(new Uint8Array(0));
  while (first.end < 4) {
    const chunk = await input.pull();
    if (chunk === null) break;
    chunks.push(chunk);
    first.append(chunk.subarray(0, 4));
  }
  return { first, whole: new PushedBack(chunks, input) };
}

/** RFC 1952 §2.3.1. */
const isGzip = (block: Block): boolean =>
  block.end >= 2 && block.bytes[block.at] === 0x1f && block.bytes[block.at + 1] === 0x8b;

/** A file as chunks, for what has to be inflated. */
class FilePull implements Pull {
  private readonly file: FileSupply;
  private readonly block: Block;

  constructor(file: FileSupply, block: Block) {
    this.file = file;
    this.block = block;
  }

  get problem() {
    return this.file.problem;
  }

  async pull(): Promise<Uint8Array | null> {
    const { block } = this;
    if (block.at === block.end && !this.file.fill(block)) return null;
    // A piece at a time, so that little inflated data is under way. Copied, for the block is filled again meanwhile.
    const end = Math.min(block.end, block.at + PIECE_OCTETS);
    const piece = block.bytes.slice(block.at, end);
    block.at = end;
    return piece;
  }

  close(): void {
    this.file.close();
  }
}

const PIECE_OCTETS = 32 * 1024;
