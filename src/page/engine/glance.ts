import type { VotingSource } from '../../capture/source.ts';
import type { Packet } from '../../core/packet.ts';
import { openExplainer } from '../../explain/explainer.ts';
import { DatagramFlows } from '../../flows/datagram-flows.ts';
import type { Flow } from '../../flows/flow.ts';
import type { Journey } from '../../journey/journey.ts';
import { Journeys } from '../../journey/journeys.ts';
import type { Language } from '../../notes/note.ts';
import type { Surveyed } from '../../output/info.ts';
import { reportOf } from '../../survey/findings.ts';
import { Survey } from '../../survey/survey.ts';
import { summarize, tcpFlows } from '../../tcp/summary.ts';
import type { Tracker } from '../../track.ts';
import type { JourneyLine, JourneyStory, Opened, Overview } from '../model.ts';
import { Happenings } from './happenings.ts';
import { journeyLine, storyOf } from './journey.ts';
import { overviewOf } from './overview.ts';
import type { Reading } from './reading.ts';
import { LANGUAGES } from './telling.ts';

/** All that one reading of a capture tells of it as a whole. */
export class Glance {
  flows: readonly Flow[] = [];
  frames = 0;
  private journeys: readonly Journey[] = [];
  private readonly survey = new Survey();
  private readonly datagrams = new DatagramFlows();
  private readonly following = new Journeys();
  private readonly happenings: Happenings;
  private surveyed!: Surveyed;

  private constructor(happenings: Happenings) {
    this.happenings = happenings;
  }

  static async begin(): Promise<Glance> {
    return new Glance(new Happenings(await openExplainer(LANGUAGES, 'brief')));
  }

  /** Takes in a packet that was tracked, and explained. */
  packet(packet: Packet, { events }: Tracker): void {
    this.frames = packet.frame.number;
    this.survey.packet(packet);
    summarize(packet, true);
    this.datagrams.packet(packet, true);
    this.following.packet(packet);
    this.happenings.add(events.raised, this.frames);
  }

  /** All was read. */
  finish({ file, options, translator }: Reading, source: VotingSource, tracker: Tracker): Opened {
    const byBeginning = (one: Flow, other: Flow): number => one.span.firstFrame - other.span.firstFrame;
    this.flows = [...tcpFlows(tracker.connections), ...this.datagrams].sort(byBeginning);
    const { journeys } = this.following.finish(tracker.connections.inTurn());
    this.journeys = translator?.tell(journeys) ?? journeys;
    const { format, compression, sections, comments, interfaces, names, fcsFindings, problem, secrets } = source;
    const { survey } = this;
    const about = { format, compression, sections, comments, interfaces, names };
    const report = reportOf(survey, { interfaces, fcsFindings, problem, secrets, fcsChoice: options.fcs });
    this.surveyed = { name: file.name, octets: file.octets, hash: null, ...about, survey, report };
    return { frames: this.frames, problem: problem?.sentence ?? null };
  }

  overview(language: Language): Overview {
    return overviewOf(this.surveyed, this.flows, this.happenings.list(language), language);
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
}
