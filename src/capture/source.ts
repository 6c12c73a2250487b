import type {
  CaptureInterface,
  CaptureProblem,
  CaptureSecrets,
  Frame,
  FrameSource,
  RecordedName,
  SectionHeader,
} from '../core/frame.ts';

import { Block } from './block.ts';
import { joinProblems } from './fault.ts';
import { type FcsChoice, type FcsFinding, FcsJudge } from './fcs-vote.ts';
import { CaptureReader } from './reader.ts';

/** Where a source gets its bytes: puts more of them into the block, or answers false at the end of the input. */
export interface Supply {
  fill(block: Block): boolean | Promise<boolean>;
  close(): void;
  /** Set when the input broke off for a reason of its own (a read error, a damaged compression). */
  readonly problem: CaptureProblem | null;
}

/** A source that decides where frames end with an FCS when the file does not say. */
export interface VotingSource extends FrameSource {
  /** What the vote found, by interface index; undefined where there was nothing to vote on. */
  readonly fcsFindings: readonly (FcsFinding | undefined)[];
  /** In the order in which they stand; a classic capture has one. */
  readonly sections: readonly SectionHeader[];
  /** How the bytes were packed, where they were; set by who unpacks them. */
  compression: 'gzip' | null;
}

/** The project's own reader over any supply of bytes. */
export class BlockSource implements VotingSource {
  compression: 'gzip' | null = null;
  private readonly reader: CaptureReader;
  private readonly supply: Supply;
  private readonly judge: FcsJudge;
  private voted = false;
  private over = false;

  constructor(supply: Supply, block: Block = new Block(), fcs: FcsChoice = 'auto') {
    this.supply = supply;
    this.reader = new CaptureReader(block);
    this.judge = new FcsJudge(fcs);
  }

  get fcsFindings(): readonly (FcsFinding | undefined)[] {
    return this.judge.findings;
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
  get secrets(): readonly CaptureSecrets[] {
    return this.reader.secrets;
  }
  get comments(): readonly string[] {
    return this.reader.comments;
  }
  get sections(): readonly SectionHeader[] {
    return this.reader.sections;
  }
  get problem(): CaptureProblem | null {
    return joinProblems(this.supply.problem, this.reader.problem);
  }

  next(frame: Frame): boolean {
    if (!this.voted) this.vote();
    if (!this.reader.next(frame)) return false;
    this.judge.judge(frame);
    return true;
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

  /** Once, with the first bytes. */
  private vote(): void {
    const { block } = this.reader;
    if (block.at === block.end) return;
    this.voted = true;
    this.judge.lookAhead(block);
  }

  private settle(more: boolean): boolean {
    if (more) return true;
    this.over = true;
    this.reader.finish();
    return false;
  }
}
