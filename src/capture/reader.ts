import { u32 } from '../core/bytes.ts';

import type {
  CaptureInterface,
  CaptureProblem,
  CaptureSecrets,
  Frame,
  RecordedName,
  SectionHeader,
} from '../core/frame.ts';

import { Block } from './block.ts';
import { ClassicReader, cutOffFileHeader, FILE_HEADER_OCTETS, isClassicMagic } from './classic.ts';
import { emptyCapture, notACapture } from './fault.ts';
import type { FormatReader } from './format.ts';
import { PcapngReader } from './pcapng.ts';
import { SECTION_HEADER } from './pcapng-block.ts';

/**
 * Capture bytes in, frames out, whatever the format: the first octets tell. Does no input of its own: whoever has the
 * bytes puts them into `block`, asks for frames until there are no more, and says `finish` when the bytes are over.
 */
export class CaptureReader {
  readonly block: Block;
  private reader: FormatReader | null = null;
  private ownProblem: CaptureProblem | null = null;

  constructor(block: Block = new Block()) {
    this.block = block;
  }

  get format(): string | null {
    return this.reader === null ? null : this.reader.format;
  }
  get interfaces(): readonly CaptureInterface[] {
    return this.reader === null ? NOTHING : this.reader.interfaces;
  }
  get names(): readonly RecordedName[] {
    return this.reader === null ? NOTHING : this.reader.names;
  }
  get secrets(): readonly CaptureSecrets[] {
    return this.reader === null ? NOTHING : this.reader.secrets;
  }
  get comments(): readonly string[] {
    return this.reader === null ? NOTHING : this.reader.comments;
  }
  get sections(): readonly SectionHeader[] {
    return this.reader === null ? NOTHING : this.reader.sections;
  }
  get problem(): CaptureProblem | null {
    return this.reader === null ? this.ownProblem : this.reader.problem;
  }

  next(frame: Frame): boolean {
    if (this.reader === null && !this.recognise()) return false;
    return this.reader!.next(frame);
  }

  finish(): void {
    if (this.reader === null && !this.recognise()) {
      this.ownProblem ??= this.judgeBeginning();
      return;
    }
    this.reader!.finish();
  }

  /** True once the format is known and its header is at hand. */
  private recognise(): boolean {
    const { block } = this;
    const left = block.end - block.at;
    if (left < 4 || this.ownProblem !== null) return false;
    if (isClassicMagic(block.bytes, block.at)) {
      if (left < FILE_HEADER_OCTETS) return false;
      this.reader = new ClassicReader(block);
      return true;
    }
    if (u32(block.bytes, block.at) === SECTION_HEADER) {
      this.reader = new PcapngReader(block);
      return true;
    }
    // A few octets more make a better sentence, so that judging waits for the end or for enough of them.
    if (left >= FILE_HEADER_OCTETS) this.ownProblem = notACapture(block.bytes, block.at, block.end);
    return false;
  }

  private judgeBeginning(): CaptureProblem {
    const { block } = this;
    const left = block.end - block.at;
    if (left === 0) return emptyCapture;
    if (left >= 4 && isClassicMagic(block.bytes, block.at)) return cutOffFileHeader(left);
    return notACapture(block.bytes, block.at, block.end);
  }
}

const NOTHING: readonly never[] = [];
