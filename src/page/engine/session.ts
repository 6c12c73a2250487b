import type { Packet } from '../../core/packet.ts';
import { type Explainer, openExplainer } from '../../explain/explainer.ts';
import { FilterError } from '../../filter/fault.ts';
import { compileFilter } from '../../filter/filter.ts';
import type { Language } from '../../notes/note.ts';
import { timeWriter } from '../../output/time.ts';
import type { Tracker } from '../../track.ts';
import type {
  ConnectionPictures,
  Detail,
  DrawingOptions,
  Filtered,
  JourneyLine,
  JourneyStory,
  Listing,
  NatStory,
  Opened,
  Overview,
} from '../model.ts';
import { ConnectionTracing, picturesOf, type TracedConnection } from './connection.ts';
import { detailOf } from './detail.ts';
import { Glance } from './glance.ts';
import { severityOf } from './happenings.ts';
import { ListingWriter } from './listing.ts';
import type { Reading } from './reading.ts';
import { LANGUAGES } from './telling.ts';
import { Translator } from './translator.ts';

/** Frames of a listing; the first one is shorter, so that there is something to see. */
const FIRST_LISTED = 1024;
const LISTED = 8192;
/** Frames before the one that is asked for, whose details are made on the way to it. */
const KEPT_BEFORE = 32;

/** The capture of the other side of a translator. `place` is 0 where the shown one is the inside. */
interface OtherSide {
  readonly reading: Reading;
  readonly place: 0 | 1;
}

/** A capture that is open: answers what the page asks of it. One question at a time. */
export class Session {
  private readonly reading: Reading;
  private readonly listed: (listing: Listing) => void;
  private readonly beside: OtherSide | null;
  private glance!: Glance;
  private cursor: Cursor | null = null;
  /** The connection that was drawn last. */
  private drawn: TracedConnection | null = null;
  /** Counts filters: a new one stops the one before. */
  private filters = 0;

  /** `listed` is given frames in a row, as they are read. */
  constructor(reading: Reading, beside: OtherSide | null, listed: (listing: Listing) => void) {
    this.reading = reading;
    this.beside = beside;
    this.listed = listed;
  }

  /** Reads the capture from beginning to end. */
  async open(): Promise<Opened> {
    const { reading, beside } = this;
    if (beside !== null) reading.translator = await Translator.between(reading, beside.reading, beside.place);
    const source = await reading.file.open();
    const tracker = this.reading.tracker({ explain: true });
    this.glance = await Glance.begin();
    const listing = new ListingWriter(timeWriter('r', source), severityOf);
    let most = FIRST_LISTED;
    for await (const packet of this.reading.walk(tracker, source)) {
      this.glance.packet(packet, tracker);
      listing.add(packet, tracker.events);
      if (listing.count < most) continue;
      this.listed(listing.take());
      most = LISTED;
    }
    if (listing.count > 0) this.listed(listing.take());
    return this.glance.finish(this.reading, source, tracker);
  }

  /** The capture at a glance. */
  overview(language: Language): Overview {
    return this.glance.overview(language);
  }

  journeys(language: Language): readonly JourneyLine[] {
    return this.glance.journeyLines(language);
  }

  journey(number: number, language: Language): JourneyStory | null {
    return this.glance.journey(number, language);
  }

  nat(language: Language): NatStory | null {
    return this.reading.translator?.story(language) ?? null;
  }

  /** Everything about a frame; null where there is no such frame. */
  async detail(frame: number): Promise<Detail | null> {
    if (frame < 1 || frame > this.glance.frames) return null;
    if (this.cursor?.has(frame)) return this.cursor.detail(frame);
    if (this.cursor === null || this.cursor.at >= frame) {
      await this.cursor?.close();
      this.cursor = await this.openCursor();
    }
    return this.cursor.lead(frame);
  }

  /** The frames that a display filter takes. */
  async filter(text: string): Promise<Filtered> {
    const turn = ++this.filters;
    try {
      const filter = compileFilter(text);
      const tracker = this.reading.tracker({ explain: filter.asksEvents, contents: filter.asksContents });
      const frames: number[] = [];
      for await (const packet of this.reading.walk(tracker)) {
        if (this.filters !== turn) return { kind: 'stopped' };
        if (filter.takes(packet, tracker)) frames.push(packet.frame.number);
      }
      return { kind: 'frames', frames: Uint32Array.from(frames) };
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      return { kind: 'wrong', sentence: error.message, from: error.from, to: error.to };
    }
  }

  /** Stops a filter that is at work. */
  stopFilter(): void {
    this.filters++;
  }

  /** The pictures of a TCP connection; null where there is no such connection. */
  async connection(stream: number, drawing: DrawingOptions, language: Language): Promise<ConnectionPictures | null> {
    if (this.drawn?.stream !== stream) this.drawn = await this.trace(stream);
    if (this.drawn === null) return null;
    const crossed = (await this.reading.translator?.ladder(stream, drawing.scale, language)) ?? '';
    return picturesOf(this.drawn, drawing, language, crossed);
  }

  private async trace(stream: number): Promise<TracedConnection | null> {
    const traced = new ConnectionTracing(stream, this.reading.options.timeWait);
    const tracker = this.reading.tracker({ explain: false, changes: true });
    for await (const packet of this.reading.walk(tracker)) traced.packet(packet, tracker.changes);
    return traced.finish();
  }

  private async openCursor(): Promise<Cursor> {
    const tracker = this.reading.tracker({ explain: true });
    return new Cursor(this.reading.walk(tracker), tracker, await openExplainer(LANGUAGES, 'normal'));
  }
}

/** A reading that goes on from frame to frame, and knows the details of the last ones. */
class Cursor {
  /** The frame that was read last. */
  at = 0;
  private readonly frames: AsyncGenerator<Packet, void>;
  private readonly tracker: Tracker;
  private readonly explainer: Explainer;
  private readonly kept = new Map<number, Detail>();

  constructor(frames: AsyncGenerator<Packet, void>, tracker: Tracker, explainer: Explainer) {
    this.frames = frames;
    this.tracker = tracker;
    this.explainer = explainer;
  }

  has(frame: number): boolean {
    return this.kept.has(frame);
  }

  detail(frame: number): Detail | null {
    return this.kept.get(frame) ?? null;
  }

  /** Reads on to a frame. */
  async lead(frame: number): Promise<Detail | null> {
    while (this.at < frame) {
      const { value: packet, done } = await this.frames.next();
      if (done) return null;
      this.at = packet.frame.number;
      const remarks = this.explainer.choose(this.tracker.events.raised, this.at);
      if (this.at < frame - KEPT_BEFORE) continue;
      this.kept.set(this.at, detailOf(packet, this.tracker, this.explainer, remarks));
      this.kept.delete(this.at - 2 * KEPT_BEFORE);
    }
    return this.detail(frame);
  }

  close(): Promise<unknown> {
    return this.frames.return();
  }
}
