import { openExplainer } from '../../explain/explainer.ts';
import type { Flow } from '../../flows/flow.ts';
import { timeWriter } from '../../output/time.ts';
import { MOST_DETAILS, MOST_JOURNEYS, MOST_PICTURES } from '../limits.ts';
import type { ConnectionPictures, Detail, Excerpt, Listing, Said } from '../model.ts';
import { ConnectionTracing, picturesOf, type TracedConnection } from './connection.ts';
import { detailOf, streamOf } from './detail.ts';
import { Glance } from './glance.ts';
import { severityOf } from './happenings.ts';
import { Interest } from './interest.ts';
import { ListingWriter } from './listing.ts';
import type { Reading } from './reading.ts';
import { LANGUAGES } from './telling.ts';

/** CSS pixels of a graph. */
const WIDTH = 960;

/**
 * What is worth seeing of a capture that is too large for a page: what it is as a whole, the frames in which something
 * happens, with their neighbours, and the connections that most is to be said of. The capture is read twice.
 */
export async function excerptOf(reading: Reading): Promise<Excerpt> {
  const source = await reading.file.open();
  const tracker = reading.tracker({ explain: true });
  const glance = await Glance.begin();
  const interest = new Interest();
  for await (const packet of reading.walk(tracker, source)) {
    glance.packet(packet, tracker);
    interest.packet(packet, tracker.events.raised);
  }
  const opened = glance.finish(reading, source, tracker);
  const frames = interest.choose(opened.frames, MOST_DETAILS);
  const streams = streamsOf(glance.flows);
  const { listings, details, traced } = await secondReading(reading, frames, streams);
  const journeys = (language: 'en' | 'ko') => glance.journeyLines(language).slice(0, MOST_JOURNEYS);
  const stories = (language: 'en' | 'ko') => journeys(language).map(({ number }) => glance.journey(number, language)!);
  return {
    opened,
    listings,
    details,
    overview: { en: glance.overview('en'), ko: glance.overview('ko') },
    connections: traced.map((one) => ({ stream: one.stream, pictures: bothLanguages(one) })),
    journeys: { en: journeys('en'), ko: journeys('ko') },
    stories: { en: stories('en'), ko: stories('ko') },
  };
}

/** Connections that did not end well come first. */
function streamsOf(flows: readonly Flow[]): ReadonlySet<number> {
  const tcp = flows.filter(({ protocol }) => protocol === 'tcp');
  const troubled = tcp.filter(({ ending }) => ending !== 'closed' && ending !== 'open');
  return new Set([...troubled, ...tcp].slice(0, MOST_PICTURES).map(({ stream }) => stream));
}

function bothLanguages(traced: TracedConnection): Said<ConnectionPictures> {
  const drawing = { scale: 'even', width: WIDTH } as const;
  return { en: picturesOf(traced, drawing, 'en'), ko: picturesOf(traced, drawing, 'ko') };
}

interface Found {
  readonly listings: readonly Listing[];
  readonly details: readonly Detail[];
  readonly traced: readonly TracedConnection[];
}

async function secondReading(
  reading: Reading,
  frames: ReadonlySet<number>,
  streams: ReadonlySet<number>,
): Promise<Found> {
  const source = await reading.file.open();
  const tracker = reading.tracker({ explain: true });
  const explainer = await openExplainer(LANGUAGES, 'normal');
  const writer = new ListingWriter(timeWriter('r', source), severityOf);
  const tracing = new Map(
    [...streams].map((stream) => [stream, new ConnectionTracing(stream, reading.options.timeWait)]),
  );
  const listings: Listing[] = [];
  const details: Detail[] = [];
  for await (const packet of reading.walk(tracker, source)) {
    const { number } = packet.frame;
    const remarks = explainer.choose(tracker.events.raised, number);
    if (frames.has(number)) {
      writer.add(packet, tracker.events);
      details.push(detailOf(packet, tracker, explainer, remarks));
    } else if (writer.count > 0) listings.push(writer.take());
    const own = tracing.get(streamOf(packet));
    for (const one of tracing.values()) {
      if (one === own) one.packet(packet, tracker.changes);
      else if (tracker.changes.length > 0) one.timers(packet, tracker.changes);
    }
  }
  if (writer.count > 0) listings.push(writer.take());
  const traced = [...tracing.values()].flatMap((one) => one.finish() ?? []);
  return { listings, details, traced };
}
