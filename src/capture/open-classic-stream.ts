import { EventEmitter } from 'node:events';
import type { Packet } from 'pcap-parser';
import { u32 } from '../core/bytes.ts';
import { type CaptureInterface, type CaptureProblem, Frame, type SectionHeader } from '../core/frame.ts';
import { Block } from './block.ts';
import {
  type ClassicHeader,
  classicInterface,
  classicSection,
  cutOffFileHeader,
  cutOffRecord,
  FILE_HEADER_OCTETS,
  fillClassic,
  lengthsSwapped,
  readClassicHeader,
  versionProblem,
} from './classic.ts';
import { joinProblems } from './fault.ts';
import { type FcsChoice, type FcsFinding, FcsJudge } from './fcs-vote.ts';
import { largestFrame, refuseLength } from './format.ts';
import { u32le } from './little-endian.ts';
import type { Pull } from './open-stream.ts';
import type { VotingSource } from './source.ts';

/** A classic capture that arrives as a stream: read by pcap-parser, behind the guard. */
export async function openClassicStream(input: Pull, fcs: FcsChoice): Promise<VotingSource> {
  const { default: pcapParser } = await import('pcap-parser');
  const guard = new Guard();
  return new ClassicStreamSource(input, guard, pcapParser.parse(guard), new FcsJudge(fcs));
}

/**
 * Stands between the input and pcap-parser, which trusts whatever it is given: with a false captured length it would
 * copy what it has again for each chunk that follows, and it drops a cut-off tail without a word. The guard lets pass
 * whole records with possible lengths only, says what was wrong with the others, and writes the header as that of the
 * one kind of capture that the parser knows. To the parser it is a stream.
 */
class Guard extends EventEmitter {
  header: ClassicHeader | null = null;
  problem: CaptureProblem | null = null;
  private readonly block = new Block();
  private flowing = false;
  private whenFlowing: () => void = () => undefined;
  private limit = 0;
  private frames = 0;

  // What the parser asks of a stream.
  pause(): void {
    this.flowing = false;
  }

  resume(): void {
    this.flowing = true;
    this.whenFlowing();
  }

  /** Resolves when the parser wants bytes. */
  async wanted(): Promise<void> {
    if (this.flowing) return;
    await new Promise<void>((resolve) => {
      this.whenFlowing = resolve;
    });
  }

  /** Takes a chunk of the input and passes on the records that are whole with it. */
  take(chunk: Uint8Array): void {
    const { block } = this;
    block.append(chunk);
    if (this.header === null && !this.takeHeader()) return;
    this.passRecords(this.header!);
  }

  /** The input is over: whatever is left is a cut-off tail. */
  finish(): void {
    const { block, header } = this;
    const left = block.end - block.at;
    if (this.problem === null && header === null) this.problem = cutOffFileHeader(left);
    else if (this.problem === null && header !== null && left > 0) {
      const captured = left < header.recordHeaderOctets ? -1 : this.captured(header, block.at);
      this.problem = cutOffRecord(this.frames + 1, header, left, captured);
    }
    this.emit('end');
  }

  private takeHeader(): boolean {
    const { block } = this;
    if (block.end - block.at < FILE_HEADER_OCTETS) return false;
    const header = readClassicHeader(block.bytes, block.at);
    this.header = header;
    this.limit = largestFrame(header.linkType);
    this.problem = versionProblem(header);
    const plain = Buffer.from(block.bytes.subarray(block.at, block.at + FILE_HEADER_OCTETS));
    plain.set(header.littleEndian ? PLAIN_LITTLE : PLAIN_BIG);
    block.at += FILE_HEADER_OCTETS;
    if (this.problem === null) this.emit('data', plain);
    return true;
  }

  /** All whole records at hand go on as one piece, so that the parser copies each byte once. */
  private passRecords(header: ClassicHeader): void {
    const { block } = this;
    const first = block.at;
    while (this.problem === null) {
      const left = block.end - block.at;
      if (left < header.recordHeaderOctets) break;
      const captured = this.captured(header, block.at);
      if (captured > this.limit) this.problem = refuseLength(this.frames + 1, captured, this.limit);
      if (captured > this.limit || left < header.recordHeaderOctets + captured) break;
      if (header.oldLengths) this.straighten(header, block.at);
      block.at += header.recordHeaderOctets + captured;
      this.frames++;
    }
    if (block.at === first) return;
    this.emit('data', header.recordHeaderOctets === 16 ? this.copy(first) : this.shortened(header, first));
  }

  private captured(header: ClassicHeader, at: number): number {
    const long = header.littleEndian ? u32le : u32;
    const one = long(this.block.bytes, at + 8);
    const other = long(this.block.bytes, at + 12);
    return lengthsSwapped(header, one, other) ? other : one;
  }

  /** Puts the lengths of an old record into today's order. */
  private straighten(header: ClassicHeader, at: number): void {
    const { bytes } = this.block;
    const long = header.littleEndian ? u32le : u32;
    if (!lengthsSwapped(header, long(bytes, at + 8), long(bytes, at + 12))) return;
    const wire = bytes.slice(at + 8, at + 12);
    bytes.copyWithin(at + 8, at + 12, at + 16);
    bytes.set(wire, at + 12);
  }

  private copy(first: number): Buffer {
    return Buffer.from(this.block.bytes.subarray(first, this.block.at));
  }

  /** The records without the 8 octets that "modified" captures add to each header. */
  private shortened(header: ClassicHeader, first: number): Buffer {
    const records = this.copy(first);
    let from = 0;
    let to = 0;
    while (from < records.length) {
      const captured = (header.littleEndian ? u32le : u32)(records, from + 8);
      records.copyWithin(to, from, from + 16);
      records.copyWithin(to + 16, from + header.recordHeaderOctets, from + header.recordHeaderOctets + captured);
      from += header.recordHeaderOctets + captured;
      to += 16 + captured;
    }
    return records.subarray(0, to);
  }
}

/** Magic and version 2.4 of a microsecond capture: the only beginning that pcap-parser accepts. */
const PLAIN_LITTLE = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
const PLAIN_BIG = [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4];

class ClassicStreamSource implements VotingSource {
  readonly names = [];
  readonly secrets = [];
  readonly comments = [];
  interfaces: readonly CaptureInterface[] = [];
  sections: readonly SectionHeader[] = [];
  compression: 'gzip' | null = null;
  private readonly input: Pull;
  private readonly guard: Guard;
  private readonly judge: FcsJudge;
  /** What the parser made of the last chunk. The next chunk is asked for when all of it has been taken. */
  private packets: Packet[] = [];
  private taken = 0;
  private frames = 0;
  private over = false;
  private voted = false;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(input: Pull, guard: Guard, parser: EventEmitter, judge: FcsJudge) {
    this.input = input;
    this.guard = guard;
    this.judge = judge;
    parser.on('packet', (packet: Packet) => this.packets.push(packet));
    parser.on('error', (error: Error) => {
      guard.problem ??= { kind: 'malformed', sentence: error.message };
    });
  }

  get fcsFindings(): readonly (FcsFinding | undefined)[] {
    return this.judge.findings;
  }

  get format(): string | null {
    return this.guard.header === null ? null : this.guard.header.format;
  }

  get problem(): CaptureProblem | null {
    return joinProblems(this.input.problem, this.guard.problem);
  }

  next(frame: Frame): boolean {
    if (this.taken === this.packets.length) return false;
    this.fill(frame, this.packets[this.taken++]!);
    frame.number = ++this.frames;
    this.judge.judge(frame);
    return true;
  }

  private fill(frame: Frame, { header, data }: Packet): void {
    // One view for all packets of a chunk: they are slices of the same memory.
    if (this.bytes.buffer !== data.buffer) this.bytes = new Uint8Array(data.buffer);
    frame.bytes = this.bytes;
    frame.start = data.byteOffset;
    const { timestampSeconds, timestampMicroseconds, capturedLength, originalLength } = header;
    fillClassic(frame, this.guard.header!, timestampSeconds, timestampMicroseconds, capturedLength, originalLength);
  }

  async refill(): Promise<boolean> {
    this.packets.length = 0;
    this.taken = 0;
    if (this.over || this.guard.problem !== null) return false;
    const chunk = await this.input.pull();
    if (chunk === null) {
      this.over = true;
      this.guard.finish();
      return false;
    }
    await this.guard.wanted();
    this.guard.take(chunk);
    if (this.interfaces.length === 0 && this.guard.header !== null) {
      this.interfaces = [classicInterface(this.guard.header)];
      this.sections = [classicSection(this.guard.header)];
    }
    if (!this.voted && this.packets.length > 0) this.vote();
    return true;
  }

  /** Once, the packets of the first chunk that has any. */
  private vote(): void {
    this.voted = true;
    const frame = new Frame();
    for (const packet of this.packets) {
      this.fill(frame, packet);
      this.judge.look(frame);
    }
  }

  close(): void {
    this.over = true;
    this.input.close();
  }
}
