import type {
  CaptureInterface,
  CaptureProblem,
  CaptureSecrets,
  Frame,
  RecordedName,
  SectionHeader,
} from '../core/frame.ts';
import { count, malformed, octets } from './fault.ts';

/** Reads the frames of one capture format out of a block that others fill. */
export interface FormatReader {
  readonly format: string;
  readonly interfaces: readonly CaptureInterface[];
  readonly names: readonly RecordedName[];
  readonly secrets: readonly CaptureSecrets[];
  readonly comments: readonly string[];
  readonly sections: readonly SectionHeader[];
  readonly problem: CaptureProblem | null;
  /** False when the block holds no whole frame, or when the capture turned out damaged. */
  next(frame: Frame): boolean;
  /** The input is at its end: judges what is left in the block. */
  finish(): void;
}

/**
 * The most octets that a frame of this link type can have. libpcap's MAXIMUM_SNAPLEN, above which Wireshark refuses a
 * record too; the types whose messages are longer by nature have limits of their own there.
 */
export function largestFrame(linkType: number): number {
  switch (linkType) {
    case LINKTYPE_DBUS:
    case LINKTYPE_USBPCAP:
      return 128 * 1024 * 1024;
    case LINKTYPE_EBHSCR:
      return 8 * 1024 * 1024;
    default:
      return 262_144;
  }
}

const LINKTYPE_DBUS = 231;
const LINKTYPE_USBPCAP = 249;
const LINKTYPE_EBHSCR = 279;

/** What to say of a record that claims more octets than any frame has. */
export function refuseLength(number: number, captured: number, limit: number): CaptureProblem {
  return malformed(`frame ${number} claims ${octets(captured)}, and no frame has more than ${count(limit)}`);
}
