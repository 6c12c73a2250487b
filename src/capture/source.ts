import type { CaptureInterface, CaptureProblem, Frame, FrameSource, RecordedName } from '../core/frame.ts';
import { Block } from './block.ts';
import { CaptureReader } from './reader.ts';

/** Where a source gets its bytes: puts more of them into the block, or answers false at the end of the input. */
export interface Supply {
  fill(block: Block): boolean | Promise<boolean>;
  close(): void;
  /** Set when the input broke off for a reason of its own (a read error, a damaged compression). */
  readonly problem: CaptureProblem | null;
}

/** The project's own reader over any supply of bytes. */
export class BlockSource implements FrameSource {
  private readonly reader: CaptureReader;
  private readonly supply: Supply;
  private over = false;

  constructor(supply: Supply, block: Block = new Block()) {
    this.supply = supply;
    this.reader = new CaptureReader(block);
  }

  get format(): string | null {
    return this.reader.format;
  }
  get interfaces(): readonly CaptureInterface[] {
    return this.reader.interfaces;
  }
  get names(): readonly RecordedName[] {
    return this.reader.names;
  }
  get comments(): readonly string[] {
    return this.reader.comments;
  }
  get problem(): CaptureProblem | null {
    return this.supply.problem ?? this.reader.problem;
  }

  next(frame: Frame): boolean {
    return this.reader.next(frame);
  }

  refill(): boolean | Promise<boolean> {
    if (this.over || this.reader.problem !== null) return false;
    const filled = this.supply.fill(this.reader.block);
    return typeof filled === 'boolean' ? this.settle(filled) : filled.then((more) => this.settle(more));
  }

  close(): void {
    this.over = true;
    this.supply.close();
  }

  private settle(more: boolean): boolean {
    if (more) return true;
    this.over = true;
    this.reader.finish();
    return false;
  }
}
