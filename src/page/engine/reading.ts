import type { VotingSource } from '../../capture/source.ts';
import type { Packet } from '../../core/packet.ts';
import { KeyLog } from '../../flows/key-log.ts';
import { Tracker, type TrackOptions } from '../../track.ts';
import { packets } from '../../walk.ts';
import type { ReadingOptions } from '../model.ts';
import type { Translator } from './translator.ts';

/** A capture that can be read again and again. */
interface CaptureFile {
  readonly name: string;
  /** Its length. */
  readonly octets: number;
  open(): VotingSource | Promise<VotingSource>;
}

/** What goes on beside a reading. */
interface Pace {
  /** Lets others have their turn. */
  breathe(): Promise<void>;
  /** How far a reading is: this many frames. */
  progress(frames: number): void;
}

/** Frames between two breaths. */
const STRIDE = 1024;

/** Reads a capture, each time in the same way. */
export class Reading {
  readonly file: CaptureFile;
  readonly options: ReadingOptions;
  /** What knows of something beside this capture. */
  translator: Translator | null = null;
  private readonly pace: Pace;

  constructor(file: CaptureFile, options: ReadingOptions, pace: Pace) {
    this.file = file;
    this.options = options;
    this.pace = pace;
  }

  tracker(options: Omit<TrackOptions, 'timeWait' | 'keys'>): Tracker {
    const { timeWait, keys } = this.options;
    const log = new KeyLog();
    if (keys !== '') log.add(new TextEncoder().encode(keys));
    const beside = this.translator === null ? {} : { beside: this.translator.beside };
    return new Tracker({ ...options, ...beside, timeWait, keys: log });
  }

  /** Packet after packet, with a breath now and then. */
  async *walk(tracker: Tracker, source?: VotingSource): AsyncGenerator<Packet, void> {
    for await (const packet of packets(source ?? (await this.file.open()), tracker)) {
      yield packet;
      if (packet.frame.number % STRIDE !== 0) continue;
      this.pace.progress(packet.frame.number);
      await this.pace.breathe();
    }
  }
}
