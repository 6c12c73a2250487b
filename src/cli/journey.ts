import type { Journey } from '../journey/journey.ts';
import { type JourneyReport, Journeys } from '../journey/journeys.ts';
import { translated } from '../journey/translations.ts';
import type { Join } from '../nat/join.ts';
import { writeJourneys } from '../output/journey.ts';
import { type Origin, writeJourneyJson } from '../output/journey-json.ts';
import { journeyWords } from '../output/journey-words.ts';
import { ladderWords } from '../output/ladder-words.ts';
import { REMEMBERED, Tracker } from '../track.ts';
import { packets } from '../walk.ts';
import { DONE, UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { openInput, openPath, pathsOf } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { limitsOf } from './limits.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { joinTwo, nameOf, type Place, readPlaces } from './places.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { TIME_WAIT, timeWaitOf } from './time-wait.ts';

/** `dissect journey FILE [OTHER]`: the conversations as stories. Answers with the exit status. */
export async function journey(given: Arguments): Promise<number> {
  const filter = await filterOf(given);
  const selection = new Selection(given, filter);
  const print = printerOf(given);
  const timeWait = timeWaitOf(given);
  const between = await translatorOf(given);
  const input = between === null ? await openInput(given) : await openPath(between.path, given);
  const output = new StandardOutput(input.live);
  const tracker = new Tracker({
    timeWait,
    keys: keysOf(given),
    limits: limitsOf(given),
    explain: filter?.asksEvents === true,
    contents: filter?.asksContents === true,
  });
  const journeys = new Journeys();
  let origin: Origin | null = null;
  const status = await readCapture(input, tracker, {
    output,
    packet(packet) {
      const { frame } = packet;
      if (origin === null && frame.hasTime) origin = { seconds: frame.seconds, nanoseconds: frame.nanoseconds };
      journeys.packet(packet, selection.matches(packet, tracker));
      return true;
    },
    end() {
      const report = journeys.finish(tracker.connections.inTurn());
      const chosen = report.journeys.filter(({ protocol, stream }) => isChosen(selection, protocol, stream));
      const told = between === null ? chosen : translated(chosen, between.join, between.place, between.there);
      print({ journeys: told, left: report.left }, origin, output);
    },
  });
  return Math.max(status, between?.status ?? DONE);
}

const isChosen = (selection: Selection, protocol: Journey['protocol'], stream: number | null): boolean =>
  !selection.choosesStream || (protocol === 'tcp' && stream !== null && selection.takesStream(stream));

/** What a second capture tells, of the other side of a translator. */
interface Translator {
  readonly join: Join;
  /** The capture that the journeys are told by: the one inside, wherever it stands on the command line. */
  readonly path: string;
  readonly place: 0 | 1;
  readonly there: readonly Journey[];
  readonly status: number;
}

/** Null where one capture is named. */
async function translatorOf(given: Arguments): Promise<Translator | null> {
  const paths = pathsOf(given);
  const [path, other, third] = paths;
  if (path === undefined || other === undefined) return null;
  if (third !== undefined)
    throw new UsageFault('two captures at the most: of the inside of a translator, and of its outside');
  if (paths.includes('-')) throw new UsageFault('with two captures each is read twice: name files');
  if (path === other) throw new UsageFault(`${path} is named twice`);
  const places: Place[] = [];
  let status = DONE;
  for (const each of paths) {
    status = Math.max(status, await readPlaces(each, nameOf(each, paths), given, places, () => undefined));
  }
  const [one, two, more] = places;
  if (more !== undefined) {
    throw new UsageFault('captures of one interface each are wanted here; dissect nat takes several');
  }
  const { join } = await joinTwo(one!, two!);
  if (join.bindings.length === 0) warn(`no packet of ${path} has a translated twin in ${other}`);
  const isTurned = join.bindings.length > 0 && join.bindings.every(({ insidePlace }) => insidePlace === 1);
  const place = isTurned ? 1 : 0;
  return { join, path: paths[place]!, place, there: await journeysOf(paths[1 - place]!, given), status };
}

async function journeysOf(path: string, given: Arguments): Promise<readonly Journey[]> {
  const { source } = await openPath(path, given);
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false, remembered: REMEMBERED, contents: false });
  const journeys = new Journeys();
  for await (const packet of packets(source, tracker)) journeys.packet(packet);
  return journeys.finish().journeys;
}

type Print = (report: JourneyReport, origin: Origin | null, output: StandardOutput) => void;

function printerOf(given: Arguments): Print {
  const form = given.get('T') ?? 'text';
  if (form === 'text') {
    const language = languagesOf(given, process.env)[0] ?? 'en';
    const resets = ladderWords[language].reset;
    const page = {
      words: journeyWords[language],
      resets,
      colors: paletteOf(given),
      width: widthOf(given),
      all: given.has('all'),
    };
    return (report, _origin, output) => writeJourneys(report, page, output.writer, () => output.flushWhenLarge());
  }
  return ({ journeys }, origin, output) => {
    const { writer } = output;
    for (const [i, journey] of journeys.entries()) {
      if (form === 'json') writer.ascii(i === 0 ? '[\n' : ',\n');
      writeJourneyJson(journey, origin, writer);
      if (form === 'ndjson') writer.line();
      output.flushWhenLarge();
    }
    if (form === 'json') writer.ascii(journeys.length === 0 ? '[]\n' : '\n]\n');
  };
}
