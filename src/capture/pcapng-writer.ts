import type { CaptureInterface, CaptureSecrets, Frame } from '../core/frame.ts';
import type { Writer } from '../core/writer.ts';
import {
  BYTE_ORDER_MAGIC,
  DECRYPTION_SECRETS,
  ENHANCED_PACKET,
  EPB_DROPCOUNT,
  EPB_FLAGS,
  IF_DESCRIPTION,
  IF_FCSLEN,
  IF_FILTER,
  IF_HARDWARE,
  IF_NAME,
  IF_OS,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  OPT_COMMENT,
  OPT_END,
  SECTION_HEADER,
  SHB_APPLICATION,
} from './pcapng-block.ts';

/*
 * Writes pcapng: one section, little-endian. What each block holds, and in which order, stands in
 * pcapng-block.ts; draft-ietf-opsawg-pcapng §4.1 (section header), §4.2 (interface), §4.3 (enhanced packet).
 */
/** Octets of one option at the most: its length has 16 bits. Longer comments are cut at a character. */
const LONGEST_OPTION = 65_532;
/** Digits behind the second of an interface's time stamps: as it measured them, nanoseconds where that is no power of ten. */
function digitsOf({ ticksPerSecond }: CaptureInterface): number {
  const digits = Math.round(Math.log10(ticksPerSecond));
  return 10 ** digits === ticksPerSecond && digits <= NANOSECONDS ? digits : NANOSECONDS;
}

const NANOSECONDS = 9;

/** What a capture says beside its frames. */
export interface Described {
  readonly interfaces: readonly CaptureInterface[];
  readonly secrets: readonly CaptureSecrets[];
}

/** Blocks of a capture, written one after another. Frames are as they were; comments may be added to them. */
export class PcapngWriter {
  private readonly out: Writer;
  private interfaces = 0;
  private secrets = 0;

  constructor(out: Writer) {
    this.out = out;
  }

  /** What stands before everything else: who wrote it. */
  section(application: string): void {
    const start = this.open(SECTION_HEADER);
    this.u32(BYTE_ORDER_MAGIC);
    this.u16(1);
    this.u16(0);
    // How long the section is, is not known: -1.
    this.u32(0xffffffff);
    this.u32(0xffffffff);
    this.text(SHB_APPLICATION, application);
    this.close(start);
  }

  /**
   * A frame as it was captured, with comments behind those that it had. Interfaces and keys of the capture are told of when
   * they are new. What a capture counts as a frame and was on no interface is left out.
   */
  packet(frame: Frame, { interfaces, secrets }: Described, comments: readonly string[]): void {
    const described = interfaces[frame.interfaceId];
    if (described === undefined || frame.linkType !== described.linkType) return;
    while (this.secrets < secrets.length) this.keys(secrets[this.secrets++]!);
    while (this.interfaces < interfaces.length) this.describe(interfaces[this.interfaces++]!);
    const start = this.open(ENHANCED_PACKET);
    this.u32(frame.interfaceId);
    const stamp = stampOf(frame, digitsOf(described));
    this.u32(Number((stamp >> 32n) & 0xffffffffn));
    this.u32(Number(stamp & 0xffffffffn));
    this.u32(frame.capturedLength);
    this.u32(frame.wireLength);
    this.octets(frame.bytes.subarray(frame.start, frame.start + frame.capturedLength));
    if (frame.direction > 0) this.option(EPB_FLAGS, () => this.u32(frame.direction));
    if (frame.dropCount >= 0) {
      this.option(EPB_DROPCOUNT, () => {
        this.u32(frame.dropCount >>> 0);
        this.u32(Math.floor(frame.dropCount / 0x100000000));
      });
    }
    for (const comment of frame.comments ?? []) this.text(OPT_COMMENT, comment);
    for (const comment of comments) this.text(OPT_COMMENT, comment);
    this.close(start);
  }

  private describe(described: CaptureInterface): void {
    const { linkType, snapLength, name, description, filter, os, hardware, fcsLength, comments } = described;
    const start = this.open(INTERFACE_DESCRIPTION);
    this.u16(linkType);
    this.u16(0);
    this.u32(snapLength);
    if (name !== null) this.text(IF_NAME, name);
    if (description !== null) this.text(IF_DESCRIPTION, description);
    this.option(IF_TSRESOL, () => this.out.byte(digitsOf(described)));
    if (filter !== null) {
      // Its first octet says what kind of filter it is: 0 for a text.
      this.option(IF_FILTER, () => {
        this.out.byte(0);
        this.out.text(filter);
      });
    }
    if (os !== null) this.text(IF_OS, os);
    if (hardware !== null) this.text(IF_HARDWARE, hardware);
    if (fcsLength >= 0) this.option(IF_FCSLEN, () => this.out.byte(fcsLength));
    for (const comment of comments) this.text(OPT_COMMENT, comment);
    this.close(start);
  }

  private keys({ type, bytes }: CaptureSecrets): void {
    const start = this.open(DECRYPTION_SECRETS);
    this.u32(type);
    this.u32(bytes.length);
    this.octets(bytes);
    this.close(start);
  }

  /** Begins a block; answers where, for `close`. */
  private open(type: number): number {
    const start = this.out.at;
    this.u32(type);
    this.u32(0);
    return start;
  }

  /** Ends the options and the block: its length stands before and behind it. */
  private close(start: number): void {
    this.u16(OPT_END);
    this.u16(0);
    const length = this.out.at - start + 4;
    this.u32(length);
    const { bytes } = this.out;
    for (let i = 0; i < 4; i++) bytes[start + 4 + i] = length >>> (8 * i);
  }

  private text(code: number, text: string): void {
    this.option(code, () => this.out.text(cut(text)));
  }

  private option(code: number, write: () => void): void {
    this.u16(code);
    const lengthAt = this.out.at;
    this.u16(0);
    write();
    const length = this.out.at - lengthAt - 2;
    this.out.bytes[lengthAt] = length;
    this.out.bytes[lengthAt + 1] = length >>> 8;
    this.pad(length);
  }

  private octets(octets: Uint8Array): void {
    this.out.ensure(octets.length + 4);
    this.out.bytes.set(octets, this.out.at);
    this.out.at += octets.length;
    this.pad(octets.length);
  }

  /** Up to the next 32 bits. */
  private pad(length: number): void {
    for (let left = -length & 3; left > 0; left--) this.out.byte(0);
  }

  private u16(value: number): void {
    this.out.byte(value & 255);
    this.out.byte((value >>> 8) & 255);
  }

  private u32(value: number): void {
    for (let i = 0; i < 4; i++) this.out.byte((value >>> (8 * i)) & 255);
  }
}

/** A time before 1970, or none, is written as 0: the format has no other. */
function stampOf({ hasTime, seconds, nanoseconds }: Frame, digits: number): bigint {
  if (!hasTime || seconds < 0) return 0n;
  return BigInt(seconds) * 10n ** BigInt(digits) + BigInt(nanoseconds) / 10n ** BigInt(NANOSECONDS - digits);
}

/** As much of a text as fits into an option, whole characters only. */
function cut(text: string): string {
  if (text.length * 3 <= LONGEST_OPTION) return text;
  const octets = new TextEncoder().encode(text);
  if (octets.length <= LONGEST_OPTION) return text;
  let end = LONGEST_OPTION - 3;
  while ((octets[end]! & 0xc0) === 0x80) end--;
  return `${new TextDecoder().decode(octets.subarray(0, end))}…`;
}
