import { type JourneyReport, Journeys } from '../journey/journeys.ts';
import { writeJourneys } from '../output/journey.ts';
import { type Origin, writeJourneyJson } from '../output/journey-json.ts';
import { journeyWords } from '../output/journey-words.ts';
import { ladderWords } from '../output/ladder-words.ts';
import { Tracker } from '../track.ts';
import { filterOf } from './filter.ts';
import { openInput } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect journey FILE`: the conversations as stories. Answers with the exit status. */
export async function journey(given: Arguments): Promise<number> {
  const filter = await filterOf(given);
  const selection = new Selection(given, filter);
  const timeWait = timeWaitOf(given);
  const print = printerOf(given);
  const input = await openInput(given);
  const output = new StandardOutput(input.live);
  const tracker = new Tracker({
    timeWait,
    keys: keysOf(given),
    explain: filter?.asksEvents === true,
    contents: filter?.asksContents === true,
  });
  const journeys = new Journeys();
  let origin: Origin | null = null;
  return readCapture(input, tracker, {
    output,
    packet(packet) {
      const { frame } = packet;
      if (origin === null && frame.hasTime) origin = { seconds: frame.seconds, nanoseconds: frame.nanoseconds };
      journeys.packet(packet, selection.matches(packet, tracker));
      return true;
    },
    end() {
      const { journeys: all, left } = journeys.finish(tracker.connections.inTurn());
      const chosen = all.filter(
        ({ protocol, stream }) => !selection.choosesStream || (protocol === 'tcp' && selection.takesStream(stream!)),
      );
      print({ journeys: chosen, left }, origin, output);
    },
  });
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
