import type { FcsChoice } from '../../capture/fcs-vote.ts';
import { readCapture } from '../../capture/from-bytes.ts';
import type { VotingSource } from '../../capture/source.ts';
import type { Packet } from '../../core/packet.ts';
import { type Explainer, openExplainer } from '../../explain/explainer.ts';
import { FilterError } from '../../filter/fault.ts';
import { compileFilter } from '../../filter/filter.ts';
import { DatagramFlows } from '../../flows/datagram-flows.ts';
import type { Flow } from '../../flows/flow.ts';
import { KeyLog } from '../../flows/key-log.ts';
import type { Journey } from '../../journey/journey.ts';
import { Journeys } from '../../journey/journeys.ts';
import type { Language } from '../../notes/note.ts';
import type { Surveyed } from '../../output/info.ts';
import { timeWriter } from '../../output/time.ts';
import { reportOf } from '../../survey/findings.ts';
import { Survey } from '../../survey/survey.ts';
import { summarize, tcpFlows } from '../../tcp/summary.ts';
import { Tracker, type TrackOptions } from '../../track.ts';
import { packets } from '../../walk.ts';
import type {
  ConnectionPictures,
  Detail,
  DrawingOptions,
  Filtered,
  GivenCapture,
  JourneyLine,
  JourneyStory,
  Listing,
  Opened,
  Overview,
  ReadingOptions,
} from '../model.ts';
import { ConnectionTracing, picturesOf, type TracedConnection } from './connection.ts';
import { detailOf } from './detail.ts';
import { Happenings, severityOf } from './happenings.ts';
import { journeyLine, storyOf } from './journey.ts';
import { ListingWriter } from './listing.ts';
import { overviewOf } from './overview.ts';
import { LANGUAGES } from './telling.ts';

/** What whoever runs a session does beside it. */
interface Surroundings {
  /** Lets others have their turn. */
  breathe(): Promise<void>;
  /** Frames in a row, as they are read. */
  listed(listing: Listing): void;
  /** How far a reading is, from 0 to 1. */
  progress(part: number): void;
}

/** Frames between two breaths. */
const STRIDE = 1024;
/** Frames of a listing; the first one is shorter, so that there is something to see. */
const LISTED = 8192;
/** Frames before the one that is asked for, whose details are made on the way to it. */
const KEPT_BEFORE = 32;

/** A capture that is open: answers what the page asks of it. One question at a time. */
export class Session {
  private readonly capture: GivenCapture;
  private readonly options: ReadingOptions;
  private readonly around: Surroundings;
  private readonly survey = new Survey();
  private flows: readonly Flow[] = [];
  private happenings!: Happenings;
  private surveyed!: Surveyed;
  private frames = 0;
  private cursor: Cursor | null = null;
  private journeys: readonly Journey[] = [];
  /** The connection that was drawn last. */
  private drawn: TracedConnection | null = null;
  /** Counts filters: a new one stops the one before. */
  private filters = 0;

  constructor(capture: GivenCapture, options: ReadingOptions, around: Surroundings) {
    this.capture = capture;
    this.options = options;
    this.around = around;
  }

  /** Reads the capture from beginning to end. Throws a `CaptureError` for what is none. */
  async open(): Promise<Opened> {
    const source = this.source();
    const tracker = this.tracker({ explain: true });
    this.happenings = new Happenings(await openExplainer(LANGUAGES, 'brief'));
    const datagrams = new DatagramFlows();
    const journeys = new Journeys();
    const listing = new ListingWriter(timeWriter('r', source), severityOf);
    for await (const packet of this.walk(source, tracker)) {
      this.frames = packet.frame.number;
      this.survey.packet(packet);
      summarize(packet, true);
      datagrams.packet(packet, true);
      journeys.packet(packet);
      this.happenings.add(tracker.events.raised, this.frames);
      listing.add(packet, tracker.events);
      if (listing.count >= (this.frames > LISTED ? LISTED : STRIDE)) this.around.listed(listing.take());
    }
    if (listing.count > 0) this.around.listed(listing.take());
    const byBeginning = (one: Flow, other: Flow): number => one.span.firstFrame - other.span.firstFrame;
    this.flows = [...tcpFlows(tracker.connections), ...datagrams].sort(byBeginning);
    this.journeys = journeys.finish(tracker.connections.inTurn()).journeys;
    this.surveyed = this.aboutFile(source);
    return {
      frames: this.frames,
      connections: this.flows.filter(({ protocol }) => protocol === 'tcp').length,
      problem: source.problem?.sentence ?? null,
    };
  }

  /** The capture at a glance. */
  overview(language: Language): Overview {
    return overviewOf(this.surveyed, this.flows, this.happenings.list(language), language);
  }

  /** Everything about a frame; null where there is no such frame. */
  async detail(frame: number): Promise<Detail | null> {
    if (frame < 1 || frame > this.frames) return null;
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
      const tracker = this.tracker({ explain: filter.asksEvents, contents: filter.asksContents });
      const frames: number[] = [];
      for await (const packet of this.walk(this.source(), tracker)) {
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
    return this.drawn === null ? null : picturesOf(this.drawn, drawing, language);
  }

  private async trace(stream: number): Promise<TracedConnection | null> {
    const traced = new ConnectionTracing(stream, this.options.timeWait);
    const tracker = this.tracker({ explain: false, changes: true });
    for await (const packet of this.walk(this.source(), tracker)) traced.packet(packet, tracker.changes);
    return traced.finish();
  }

  /** The stories of all conversations, a line each. */
  journeyLines(language: Language): readonly JourneyLine[] {
    return this.journeys.map((journey) => journeyLine(journey, language));
  }

  /** One of the stories; null where there is none of that number. */
  journey(number: number, language: Language): JourneyStory | null {
    const journey = this.journeys.find((one) => one.number === number);
    return journey === undefined ? null : storyOf(journey, language);
  }

  private source(): VotingSource {
    return readCapture(this.capture.bytes, this.options.fcs as FcsChoice);
  }

  private tracker(options: Omit<TrackOptions, 'timeWait' | 'keys'>): Tracker {
    const { timeWait, keys } = this.options;
    const log = new KeyLog();
    if (keys !== '') log.add(new TextEncoder().encode(keys));
    return new Tracker({ ...options, timeWait, keys: log });
  }

  /** Packet after packet, with a breath now and then. */
  private async *walk(source: VotingSource, tracker: Tracker): AsyncGenerator<Packet, void> {
    const all = this.capture.bytes.length;
    for await (const packet of packets(source, tracker)) {
      yield packet;
      if (packet.frame.number % STRIDE !== 0) continue;
      this.around.progress(packet.frame.start / all);
      await this.around.breathe();
    }
  }

  private aboutFile(source: VotingSource): Surveyed {
    const { format, compression, sections, comments, interfaces, names, fcsFindings, problem, secrets } = source;
    const { survey } = this;
    return {
      name: this.capture.name,
      octets: this.capture.bytes.length,
      hash: null,
      format,
      compression,
      sections,
      comments,
      interfaces,
      names,
      survey,
      report: reportOf(survey, { interfaces, fcsFindings, problem, secrets, fcsChoice: this.options.fcs as FcsChoice }),
    };
  }

  private async openCursor(): Promise<Cursor> {
    const tracker = this.tracker({ explain: true });
    return new Cursor(this.walk(this.source(), tracker), tracker, await openExplainer(LANGUAGES, 'normal'));
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
