import { u16, u32 } from '../core/bytes.ts';

import type {
  CaptureInterface,
  CaptureProblem,
  CaptureSecrets,
  Frame,
  RecordedName,
  SectionHeader,
} from '../core/frame.ts';

import type { Block } from './block.ts';
import { count, cutOff, malformed, octets } from './fault.ts';
import { type FormatReader, largestFrame, refuseLength } from './format.ts';
import { u16le, u32le } from './little-endian.ts';
import {
  BYTE_ORDER_MAGIC,
  blockName,
  DECRYPTION_SECRETS,
  dataOffset,
  ENHANCED_PACKET,
  EPB_DROPCOUNT,
  EPB_FLAGS,
  IF_DESCRIPTION,
  IF_FCSLEN,
  IF_FILTER,
  IF_HARDWARE,
  IF_NAME,
  IF_OS,
  IF_TSOFFSET,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  INTERFACE_STATISTICS,
  ISB_IFDROP,
  ISB_IFRECV,
  ISB_OSDROP,
  isCustom,
  isPacket,
  isRead,
  NAME_RESOLUTION,
  NRB_IPV4,
  NRB_IPV6,
  OBSOLETE_PACKET,
  OPT_COMMENT,
  SECTION_HEADER,
  SHB_APPLICATION,
  SHB_HARDWARE,
  SHB_OS,
  SIMPLE_PACKET,
} from './pcapng-block.ts';
import { addressText, type Endian, Options } from './pcapng-option.ts';
import { setTime, type TickScale, tickScale, ticksPerSecond } from './pcapng-time.ts';

const MINIMUM_BLOCK = 12;
const SECTION_HEADER_MINIMUM = 28;
/** A block with words in it that claims more is damaged: Wireshark's MAX_BLOCK_SIZE. Packet blocks hold a frame more. */
const LARGEST_BLOCK = 16 * 1024 * 1024;
/** Octets of secrets that are kept of a capture; what comes behind them is passed over. */
const MOST_SECRETS = 64 * 1024 * 1024;

/** The link type that custom blocks are given: Wireshark counts and shows them as frames, but they were on no link. */
export const NO_LINK = -1;

/** What the reader keeps of an interface beside what it tells. */
interface Interface extends CaptureInterface {
  readonly scale: TickScale;
  readonly offsetSeconds: number;
  /** Most octets of a frame of its link type. */
  readonly limit: number;
}

/** Blocks of a pcapng capture, out of a block of bytes. */
export class PcapngReader implements FormatReader {
  readonly format = 'pcapng';
  readonly interfaces: Interface[] = [];
  readonly names: RecordedName[] = [];
  readonly secrets: CaptureSecrets[] = [];
  readonly comments: string[] = [];
  readonly sections: SectionHeader[] = [];
  problem: CaptureProblem | null = null;
  private readonly block: Block;
  private readonly options = new Options();
  private order: Endian = 'little';
  /** Interface 0 of the section has this index in `interfaces`. */
  private sectionInterfaces = 0;
  private frames = 0;
  /** Octets of the secrets that are kept. */
  private secretOctets = 0;
  /** Octets of a block of no interest that are still to come, its type and what it claimed. */
  private skipping = 0;
  private skippedType = 0;
  private skippedLength = 0;

  constructor(block: Block) {
    this.block = block;
  }

  next(frame: Frame): boolean {
    const { block } = this;
    while (this.problem === null) {
      if (this.skipping > 0 && !this.skip()) return false;
      const { bytes, at } = block;
      const left = block.end - at;
      if (left < MINIMUM_BLOCK) return false;
      // The section header's type reads the same in both orders; its byte-order magic then tells (§4.1).
      if (u32(bytes, at) === SECTION_HEADER && !this.takeOrder(bytes, at + 8)) return false;
      const long = this.order === 'little' ? u32le : u32;
      const type = long(bytes, at);
      const claimed = long(bytes, at + 4);
      if (claimed < MINIMUM_BLOCK)
        return this.refuse(`${blockName(type)} claims ${octets(claimed)}, and has at least 12`);
      // The length has to be a multiple of 4 (§3.1); some writers forget to count the padding.
      const length = claimed + (-claimed & 3);
      if (!isRead(type) || (length > LARGEST_BLOCK && !isPacket(type))) {
        if (isRead(type) && !isCustom(type)) {
          return this.refuse(
            `${blockName(type)} claims ${octets(claimed)}, and none has more than ${count(LARGEST_BLOCK)}`,
          );
        }
        this.skipping = length;
        this.skippedType = type;
        this.skippedLength = length;
        continue;
      }
      if (left < length) {
        // Refuse before waiting for the bytes: a false length must not make the block grow.
        if (isPacket(type) && left >= 28 && !this.plausible(type, bytes, at, length)) return false;
        return false;
      }
      const again = long(bytes, at + length - 4);
      if (again !== claimed) {
        return this.refuse(
          `${blockName(type)} says at its beginning that it has ${octets(claimed)} and at its end ${octets(again)}`,
        );
      }
      block.at = at + length;
      if (isPacket(type)) {
        if (this.packet(frame, type, bytes, at, length)) return true;
        block.at = at;
        return false;
      }
      if (isCustom(type)) {
        if (length >= 16) return this.custom(frame, bytes, at, length);
        continue;
      }
      this.describe(type, bytes, at, length);
    }
    return false;
  }

  finish(): void {
    if (this.problem !== null) return;
    const { block } = this;
    if (this.skipping > 0) {
      const { skippedLength } = this;
      this.problem = cutOff(blockName(this.skippedType), 'it', skippedLength, skippedLength - this.skipping);
      return;
    }
    const left = block.end - block.at;
    if (left === 0) return;
    if (left < 8) {
      this.problem = cutOff('the header of a block', 'it', 8, left);
      return;
    }
    const long = this.order === 'little' ? u32le : u32;
    const type = long(block.bytes, block.at);
    const length = long(block.bytes, block.at + 4);
    this.problem = isPacket(type)
      ? cutOff(`frame ${this.frames + 1}`, 'its block', length, left)
      : cutOff(blockName(type), 'it', length, left);
  }

  /** Passes over what is at hand of a skipped block; true when that was all of it. */
  private skip(): boolean {
    const { block } = this;
    const passed = Math.min(this.skipping, block.end - block.at);
    block.at += passed;
    this.skipping -= passed;
    return this.skipping === 0;
  }

  private refuse(sentence: string): false {
    this.problem = malformed(sentence);
    return false;
  }

  private takeOrder(bytes: Uint8Array, at: number): boolean {
    if (u32(bytes, at) === BYTE_ORDER_MAGIC) this.order = 'big';
    else if (u32le(bytes, at) === BYTE_ORDER_MAGIC) this.order = 'little';
    else return this.refuse(`section ${this.sections.length + 1} does not say its byte order`);
    return true;
  }

  // Packet blocks ---------------------------------------------------------------------------------------------------

  /** Whether a packet block's own lengths can be true. The first 28 octets are at hand. Refuses when they cannot. */
  private plausible(type: number, bytes: Uint8Array, at: number, length: number): boolean {
    const index = this.interfaceOf(type, bytes, at);
    const known = this.interfaces[index];
    if (known === undefined) {
      const sectionIndex = index - this.sectionInterfaces;
      return this.refuse(`frame ${this.frames + 1} was recorded on interface ${sectionIndex}, which is not described`);
    }
    const captured = this.capturedLength(type, bytes, at, known);
    if (captured > known.limit) {
      this.problem = refuseLength(this.frames + 1, captured, known.limit);
      return false;
    }
    const room = length - 4 - dataOffset(type);
    if (captured > room) {
      return this.refuse(
        `frame ${this.frames + 1} claims ${octets(captured)}, but its block has room for ${count(Math.max(0, room))}`,
      );
    }
    if (length > known.limit + LARGEST_BLOCK) {
      return this.refuse(`the block of frame ${this.frames + 1} claims ${octets(length)}`);
    }
    return true;
  }

  private interfaceOf(type: number, bytes: Uint8Array, at: number): number {
    if (type === SIMPLE_PACKET) return this.sectionInterfaces;
    const little = this.order === 'little';
    if (type === OBSOLETE_PACKET) return this.sectionInterfaces + (little ? u16le : u16)(bytes, at + 8);
    return this.sectionInterfaces + (little ? u32le : u32)(bytes, at + 8);
  }

  private capturedLength(type: number, bytes: Uint8Array, at: number, known: Interface): number {
    const long = this.order === 'little' ? u32le : u32;
    if (type !== SIMPLE_PACKET) return long(bytes, at + 20);
    // §4.4: a Simple Packet Block does not say it; it is the original length, unless the snap length cut it.
    const wire = long(bytes, at + 8);
    return known.snapLength > 0 ? Math.min(wire, known.snapLength) : wire;
  }

  private packet(frame: Frame, type: number, bytes: Uint8Array, at: number, length: number): boolean {
    if (length < dataOffset(type) + 4) {
      return this.refuse(`${blockName(type)} claims ${octets(length)}, and has at least ${dataOffset(type) + 4}`);
    }
    if (!this.plausible(type, bytes, at, length)) return false;
    const long = this.order === 'little' ? u32le : u32;
    const index = this.interfaceOf(type, bytes, at);
    const known = this.interfaces[index]!;
    const captured = this.capturedLength(type, bytes, at, known);
    const data = at + dataOffset(type);
    frame.number = ++this.frames;
    frame.bytes = bytes;
    frame.start = data;
    frame.capturedLength = captured;
    frame.linkType = known.linkType;
    frame.interfaceId = index;
    frame.namesInterface = type !== SIMPLE_PACKET;
    frame.fcsLength = known.fcsLength;
    frame.direction = 0;
    frame.dropCount = -1;
    frame.comments = null;
    if (type === SIMPLE_PACKET) {
      frame.wireLength = long(bytes, at + 8);
      noTime(frame);
      return true;
    }
    frame.wireLength = long(bytes, at + 24);
    frame.hasTime = true;
    setTime(frame, known.scale, known.offsetSeconds, long(bytes, at + 12), long(bytes, at + 16));
    if (type === OBSOLETE_PACKET) {
      const drops = (this.order === 'little' ? u16le : u16)(bytes, at + 10);
      if (drops !== 0xffff) frame.dropCount = drops;
    }
    const options = data + captured + (-captured & 3);
    if (options + 4 < at + length) this.packetOptions(frame, type, bytes, options, at + length - 4);
    return true;
  }

  private packetOptions(frame: Frame, type: number, bytes: Uint8Array, start: number, end: number): void {
    const { options } = this;
    const comments: string[] = [];
    options.open(bytes, start, end, this.order);
    while (options.next()) {
      if (options.code === OPT_COMMENT) comments.push(options.text());
      else if (options.code === EPB_FLAGS && options.length === 4) flags(frame, options.long(0));
      else if (options.code === EPB_DROPCOUNT && type === ENHANCED_PACKET && options.length === 8) {
        frame.dropCount = options.longLong();
      }
    }
    if (comments.length > 0) frame.comments = comments;
  }

  private custom(frame: Frame, bytes: Uint8Array, at: number, length: number): true {
    frame.number = ++this.frames;
    frame.bytes = bytes;
    frame.start = at + 12;
    frame.capturedLength = length - 16;
    frame.wireLength = length - 16;
    frame.linkType = NO_LINK;
    frame.interfaceId = -1;
    frame.namesInterface = false;
    frame.fcsLength = 0;
    frame.direction = 0;
    frame.dropCount = -1;
    frame.comments = null;
    noTime(frame);
    return true;
  }

  // Blocks that describe --------------------------------------------------------------------------------------------

  private describe(type: number, bytes: Uint8Array, at: number, length: number): void {
    switch (type) {
      case SECTION_HEADER:
        this.section(bytes, at, length);
        return;
      case INTERFACE_DESCRIPTION:
        if (length >= 20) this.interface(bytes, at, length);
        else this.refuse(`${blockName(type)} claims ${octets(length)}, and has at least 20`);
        return;
      case NAME_RESOLUTION:
        this.nameRecords(bytes, at + 8, at + length - 4);
        return;
      case INTERFACE_STATISTICS:
        if (length >= 24) this.statistics(bytes, at, length);
        return;
      case DECRYPTION_SECRETS:
        this.takeSecrets(bytes, at, length);
        return;
    }
  }

  private section(bytes: Uint8Array, at: number, length: number): void {
    const { options } = this;
    if (length < SECTION_HEADER_MINIMUM) {
      this.refuse(`${blockName(SECTION_HEADER)} claims ${octets(length)}, and has at least ${SECTION_HEADER_MINIMUM}`);
      return;
    }
    const short = this.order === 'little' ? u16le : u16;
    const major = short(bytes, at + 12);
    // §4.1: minor versions 0 and 2 are the same format.
    if (major !== 1) {
      this.refuse(`pcapng version ${major}.${short(bytes, at + 14)} is not supported`);
      return;
    }
    this.sectionInterfaces = this.interfaces.length;
    const words: Record<number, string> = {};
    options.open(bytes, at + 24, at + length - 4, this.order);
    while (options.next()) {
      if (options.code === OPT_COMMENT) this.comments.push(options.text());
      else if (SECTION_WORDS.has(options.code)) words[options.code] = options.text();
    }
    this.sections.push({
      littleEndian: this.order === 'little',
      majorVersion: major,
      minorVersion: short(bytes, at + 14),
      hardware: words[SHB_HARDWARE] ?? null,
      os: words[SHB_OS] ?? null,
      application: words[SHB_APPLICATION] ?? null,
    });
  }

  private interface(bytes: Uint8Array, at: number, length: number): void {
    const { options } = this;
    const little = this.order === 'little';
    const linkType = (little ? u16le : u16)(bytes, at + 8);
    const words: Record<number, string> = {};
    const comments: string[] = [];
    let resolution = 6;
    let offsetSeconds = 0;
    let fcsLength = -1;
    options.open(bytes, at + 16, at + length - 4, this.order);
    while (options.next()) {
      const { code } = options;
      if (code === OPT_COMMENT) comments.push(options.text());
      else if (code === IF_TSRESOL && options.length === 1) resolution = options.octet(0);
      else if (code === IF_TSOFFSET && options.length === 8) offsetSeconds = options.longLong();
      else if (code === IF_FCSLEN && options.length === 1) fcsLength = fcsOctets(options.octet(0));
      else if (code === IF_FILTER) {
        // The first octet tells whether a filter in libpcap's words follows (0) or a compiled one.
        if (options.length > 1 && options.octet(0) === 0) words[code] = options.text(1);
      } else if (WORDS.has(code)) words[code] = options.text();
    }
    this.interfaces.push({
      id: this.interfaces.length - this.sectionInterfaces,
      linkType,
      snapLength: (little ? u32le : u32)(bytes, at + 12),
      name: words[IF_NAME] ?? null,
      description: words[IF_DESCRIPTION] ?? null,
      filter: words[IF_FILTER] ?? null,
      os: words[IF_OS] ?? null,
      hardware: words[IF_HARDWARE] ?? null,
      ticksPerSecond: ticksPerSecond(resolution),
      fcsLength,
      comments,
      statistics: null,
      scale: tickScale(resolution),
      offsetSeconds,
      limit: largestFrame(linkType),
    });
  }

  private statistics(bytes: Uint8Array, at: number, length: number): void {
    const { options } = this;
    const known = this.interfaces[this.interfaceOf(INTERFACE_STATISTICS, bytes, at)];
    if (known === undefined) return;
    let received: number | null = null;
    let dropped: number | null = null;
    let droppedBySystem: number | null = null;
    options.open(bytes, at + 20, at + length - 4, this.order);
    while (options.next()) {
      if (options.length !== 8) continue;
      if (options.code === ISB_IFRECV) received = options.longLong();
      else if (options.code === ISB_IFDROP) dropped = options.longLong();
      else if (options.code === ISB_OSDROP) droppedBySystem = options.longLong();
    }
    known.statistics = { received, dropped, droppedBySystem };
  }

  /** §4.7: type, length, and octets of that many. */
  private takeSecrets(bytes: Uint8Array, at: number, length: number): void {
    const whole = blockName(DECRYPTION_SECRETS);
    if (length < SECRETS_AT + 4) {
      this.refuse(`${whole} claims ${octets(length)}, and has at least ${SECRETS_AT + 4}`);
      return;
    }
    const long = this.order === 'little' ? u32le : u32;
    const claimed = long(bytes, at + 12);
    const room = length - 4 - SECRETS_AT;
    if (claimed > room) {
      this.refuse(`${whole} says that it holds ${octets(claimed)} of secrets, and has room for ${count(room)}`);
      return;
    }
    if (this.secretOctets + claimed > MOST_SECRETS) return;
    this.secretOctets += claimed;
    const start = at + SECRETS_AT;
    this.secrets.push({ type: long(bytes, at + 8), bytes: bytes.slice(start, start + claimed) });
  }

  /** §4.5: records of an address and its names, each name ended by a zero octet; built like options. */
  private nameRecords(bytes: Uint8Array, start: number, end: number): void {
    const { options } = this;
    options.open(bytes, start, end, this.order);
    while (options.next()) {
      const addressOctets = options.code === NRB_IPV4 ? 4 : options.code === NRB_IPV6 ? 16 : 0;
      if (addressOctets === 0 || options.length <= addressOctets) continue;
      const address = addressText(bytes, options.at, addressOctets);
      for (const name of options.text(addressOctets).split('\0')) {
        if (name !== '') this.names.push({ address, name });
      }
    }
  }
}

/** Where the octets of a Decryption Secrets Block begin. */
const SECRETS_AT = 16;
const SECTION_WORDS: ReadonlySet<number> = new Set([SHB_HARDWARE, SHB_OS, SHB_APPLICATION]);
const WORDS: ReadonlySet<number> = new Set([IF_NAME, IF_DESCRIPTION, IF_OS, IF_HARDWARE]);

/** §4.3.1: bits 0–1 say the direction, bits 5–8 the octets of FCS (0: not said). */
function flags(frame: Frame, word: number): void {
  frame.direction = word & 3;
  const fcs = (word >>> 5) & 15;
  if (fcs !== 0) frame.fcsLength = fcs;
}

/** The draft counts if_fcslen in bits and gives 4 as its example; writers took it for octets. No FCS has over 8 octets. */
const fcsOctets = (written: number): number => (written > 8 ? written >>> 3 : written);

function noTime(frame: Frame): void {
  frame.hasTime = false;
  frame.seconds = 0;
  frame.nanoseconds = 0;
}
