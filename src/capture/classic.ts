import { u16, u32 } from '../core/bytes.ts';
import type { CaptureInterface, CaptureProblem, Frame, SectionHeader } from '../core/frame.ts';
import type { Block } from './block.ts';
import { cutOff, malformed } from './fault.ts';
import { type FormatReader, largestFrame, refuseLength } from './format.ts';
import { u16le, u32le } from './little-endian.ts';

/*
 *                            1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------------------------------------+
 *   |                          Magic Number                       |
 *   |       Major Version           |       Minor Version         |
 *   |                           Reserved1                         |
 *   |                           Reserved2                         |
 *   |                            SnapLen                          |
 *   | FCS |f|0 0 0 0 0 0 0 0 0 0 0 0|         LinkType            |   draft-ietf-opsawg-pcap §4
 *   +-------------------------------------------------------------+
 *   |                      Timestamp (Seconds)                    |   a record, §5
 *   |            Timestamp (Microseconds or nanoseconds)          |
 *   |                    Captured Packet Length                   |
 *   |                    Original Packet Length                   |
 *   /                          Packet Data                        /
 *   +-------------------------------------------------------------+
 */

export const FILE_HEADER_OCTETS = 24;

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** Kuznetzov's patches to libpcap: each record header ends with the interface, protocol and packet type. */
const MODIFIED = 0xa1b2cd34;

/** What the file header of a classic capture says. */
export interface ClassicHeader {
  readonly format: 'pcap' | 'pcap (nanoseconds)' | 'pcap (modified)';
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  /** 16, or 24 in modified captures. */
  readonly recordHeaderOctets: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  /** Before version 2.3 the wire length stood first; in 2.3 some programs wrote it so. Digital Unix calls its 2.x 543. */
  readonly oldLengths: boolean;
  readonly snapLength: number;
  readonly linkType: number;
  readonly fcsLength: number;
}

/** The order and kind that four octets of magic announce, or null when they are not those of a classic capture. */
export function isClassicMagic(bytes: Uint8Array, at: number): boolean {
  return isMagic(u32(bytes, at)) || isMagic(u32le(bytes, at));
}

const isMagic = (magic: number): boolean => magic === MICROSECONDS || magic === NANOSECONDS || magic === MODIFIED;

/** Reads the 24 octets at `at`, which begin with a classic magic. */
export function readClassicHeader(bytes: Uint8Array, at: number): ClassicHeader {
  const littleEndian = !isMagic(u32(bytes, at));
  const short = littleEndian ? u16le : u16;
  const long = littleEndian ? u32le : u32;
  const magic = long(bytes, at);
  const link = long(bytes, at + 20);
  const majorVersion = short(bytes, at + 4);
  const minorVersion = short(bytes, at + 6);
  return {
    format: magic === NANOSECONDS ? 'pcap (nanoseconds)' : magic === MODIFIED ? 'pcap (modified)' : 'pcap',
    littleEndian,
    nanoseconds: magic === NANOSECONDS,
    recordHeaderOctets: magic === MODIFIED ? 24 : 16,
    majorVersion,
    minorVersion,
    oldLengths: (majorVersion === 2 && minorVersion <= 3) || majorVersion === 543,
    snapLength: long(bytes, at + 16),
    linkType: link & 0xffff,
    // §4: bit f says that the upper bits count the FCS's 16-bit words.
    fcsLength: (link & 0x04000000) !== 0 ? (link >>> 28) * 2 : -1,
  };
}

/** Versions before 2.0 had another layout: what to say, or null. */
export function versionProblem(header: ClassicHeader): CaptureProblem | null {
  if (header.majorVersion >= 2) return null;
  return malformed(`pcap version ${header.majorVersion}.${header.minorVersion} is not supported`);
}

export function classicInterface(header: ClassicHeader): CaptureInterface {
  return {
    id: 0,
    linkType: header.linkType,
    snapLength: header.snapLength,
    name: null,
    description: null,
    filter: null,
    os: null,
    hardware: null,
    ticksPerSecond: header.nanoseconds ? 1e9 : 1e6,
    fcsLength: header.fcsLength,
    comments: [],
    statistics: null,
  };
}

/** A classic capture is one section, and tells nothing of who wrote it. */
export function classicSection({ littleEndian, majorVersion, minorVersion }: ClassicHeader): SectionHeader {
  return { littleEndian, majorVersion, minorVersion, hardware: null, os: null, application: null };
}

/** Fills all that a record header says. */
export function fillClassic(
  frame: Frame,
  header: ClassicHeader,
  seconds: number,
  fraction: number,
  captured: number,
  wire: number,
): void {
  const nanoseconds = header.nanoseconds ? fraction : fraction * 1000;
  if (nanoseconds < 1e9) {
    frame.seconds = seconds;
    frame.nanoseconds = nanoseconds;
  } else {
    frame.seconds = seconds + Math.floor(nanoseconds / 1e9);
    frame.nanoseconds = nanoseconds % 1e9;
  }
  frame.hasTime = true;
  frame.capturedLength = captured;
  frame.wireLength = wire;
  frame.linkType = header.linkType;
  frame.interfaceId = 0;
  frame.fcsLength = header.fcsLength;
  frame.direction = 0;
  frame.dropCount = -1;
  frame.comments = null;
}

/** True when the first length of a record is the wire's and the second the captured one. */
export function lengthsSwapped(header: ClassicHeader, first: number, second: number): boolean {
  if (!header.oldLengths) return false;
  return header.majorVersion !== 2 || header.minorVersion < 3 || first > second;
}

/** Records of a classic capture, out of a block. */
export class ClassicReader implements FormatReader {
  readonly format: string;
  readonly interfaces: readonly CaptureInterface[];
  readonly names = [];
  readonly secrets = [];
  readonly comments = [];
  readonly sections: readonly SectionHeader[];
  problem: CaptureProblem | null;
  private readonly block: Block;
  private readonly header: ClassicHeader;
  private readonly limit: number;
  private frames = 0;

  /** The block holds the whole file header. */
  constructor(block: Block) {
    const header = readClassicHeader(block.bytes, block.at);
    block.at += FILE_HEADER_OCTETS;
    this.block = block;
    this.header = header;
    this.format = header.format;
    this.interfaces = [classicInterface(header)];
    this.sections = [classicSection(header)];
    this.limit = largestFrame(header.linkType);
    this.problem = versionProblem(header);
  }

  next(frame: Frame): boolean {
    if (this.problem !== null) return false;
    const { block, header } = this;
    const { bytes, at } = block;
    const left = block.end - at;
    const headerOctets = header.recordHeaderOctets;
    if (left < headerOctets) return false;
    const long = header.littleEndian ? u32le : u32;
    let captured = long(bytes, at + 8);
    let wire = long(bytes, at + 12);
    if (header.oldLengths && lengthsSwapped(header, captured, wire)) [captured, wire] = [wire, captured];
    if (captured > this.limit) {
      this.problem = refuseLength(this.frames + 1, captured, this.limit);
      return false;
    }
    if (left < headerOctets + captured) return false;
    fillClassic(frame, header, long(bytes, at), long(bytes, at + 4), captured, wire);
    frame.number = ++this.frames;
    frame.bytes = bytes;
    frame.start = at + headerOctets;
    block.at = at + headerOctets + captured;
    return true;
  }

  finish(): void {
    if (this.problem !== null) return;
    const { block, header } = this;
    const left = block.end - block.at;
    if (left === 0) return;
    const captured = left < header.recordHeaderOctets ? -1 : this.captured(block.bytes, block.at);
    this.problem = cutOffRecord(this.frames + 1, header, left, captured);
  }

  private captured(bytes: Uint8Array, at: number): number {
    const long = this.header.littleEndian ? u32le : u32;
    const first = long(bytes, at + 8);
    const second = long(bytes, at + 12);
    return lengthsSwapped(this.header, first, second) ? second : first;
  }
}

/** What to say of the last record, of which `left` octets are there; `captured` is -1 when its header is not whole. */
export function cutOffRecord(number: number, header: ClassicHeader, left: number, captured: number): CaptureProblem {
  const headerOctets = header.recordHeaderOctets;
  if (captured < 0) return cutOff(`the record header of frame ${number}`, 'it', headerOctets, left);
  return cutOff(`frame ${number}`, 'the record', captured, left - headerOctets);
}

export function cutOffFileHeader(left: number): CaptureProblem {
  return cutOff('the file header', 'it', FILE_HEADER_OCTETS, left);
}
