/**
 * What the capture recorded: one frame's number, time and place in the reader's block. Reused from frame to frame;
 * nothing in it may be kept across frames except by copying. Link types are the LINKTYPE_ numbers of the pcap formats.
 */
export class Frame {
  /** Counts from 1, over all interfaces and sections, as Wireshark counts. */
  number = 0;
  /** The reader's block. The frame is `bytes[start, start + capturedLength)`; valid until the next frame is read. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  /** Bytes in the file (libpcap `caplen`). */
  capturedLength = 0;
  /** Bytes on the wire (libpcap `len`). */
  wireLength = 0;
  /** LINKTYPE_ number of the frame's interface. */
  linkType = 1;
  /** Index of the interface, counted over all sections; 0 for classic captures. */
  interfaceId = 0;
  /** True when the record itself names its interface (pcapng's enhanced and old packet blocks). */
  namesInterface = false;
  /** False when the format gives the frame no time (pcapng Simple Packet Block). */
  hasTime = true;
  /** Time since 1970-01-01 UTC: whole seconds (may be negative) and 0–999,999,999 ns on top. */
  seconds = 0;
  nanoseconds = 0;
  /** Octets of FCS that the file says each frame ends with; -1 when the file does not say. */
  fcsLength = -1;
  /** pcapng: 0 unknown, 1 inbound, 2 outbound. */
  direction = 0;
  /** pcapng: packets lost between this and the one before on the interface, or -1 when not recorded. */
  dropCount = -1;
  /** pcapng opt_comment texts of the packet, or null. */
  comments: readonly string[] | null = null;

  /** Filled by the timeline (flows/): time since the first frame, and since the frame before. */
  relativeSeconds = 0;
  relativeNanoseconds = 0;
  deltaSeconds = 0;
  deltaNanoseconds = 0;
}

const EMPTY = new Uint8Array(0);

/** What a capture says of one interface. */
export interface CaptureInterface {
  readonly id: number;
  readonly linkType: number;
  /** 0 means no limit. */
  readonly snapLength: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly filter: string | null;
  readonly os: string | null;
  readonly hardware: string | null;
  /** Ticks per second of its time stamps. */
  readonly ticksPerSecond: number;
  /** Octets of FCS on each frame, or -1 when not said. */
  readonly fcsLength: number;
  readonly comments: readonly string[];
  /** Interface Statistics Block, when there was one: counts as written, or null. */
  statistics: InterfaceStatistics | null;
}

/** What a capture says that an interface received and lost. */
interface InterfaceStatistics {
  readonly received: number | null;
  /** For want of room at the interface, and in the operating system. */
  readonly dropped: number | null;
  readonly droppedBySystem: number | null;
}

/** What the beginning of a capture, or of a section of it, says of the file and of who wrote it. */
export interface SectionHeader {
  readonly littleEndian: boolean;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly hardware: string | null;
  readonly os: string | null;
  readonly application: string | null;
}

/** A name that the capture itself carries for an address (pcapng Name Resolution Block). */
export interface RecordedName {
  readonly address: string;
  readonly name: string;
}

/** Keys that the capture itself carries (pcapng Decryption Secrets Block), as they stand there. */
export interface CaptureSecrets {
  /** Which form they have: four letters as a number, `TLSK` for a key log of TLS. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** What is wrong with the capture file (not with a packet in it). All that could be read was given before. */
export interface CaptureProblem {
  readonly kind: 'empty' | 'not-a-capture' | 'cut-off' | 'malformed' | 'unreadable';
  /** One clear English sentence without a full stop at the end, file name not included. */
  readonly sentence: string;
}

/** Frames, one after another, from a file, a pipe or bytes in memory. */
export interface FrameSource {
  /** Fills `frame` with the next one, or answers false when the bytes at hand hold no whole frame. */
  next(frame: Frame): boolean;
  /** Gets more bytes. False, or a promise of false, at the end of the input. Files answer at once, pipes by promise. */
  refill(): boolean | Promise<boolean>;
  close(): void;
  /** 'pcap', 'pcap (nanoseconds)', 'pcap (modified)', 'pcapng'; null before the first bytes. */
  readonly format: string | null;
  readonly interfaces: readonly CaptureInterface[];
  readonly names: readonly RecordedName[];
  /** Those that were read so far; more may come with the frames. */
  readonly secrets: readonly CaptureSecrets[];
  /** Comments of the sections (pcapng). */
  readonly comments: readonly string[];
  /** Set when the input ended badly; known after `refill` has answered false. */
  readonly problem: CaptureProblem | null;
}
