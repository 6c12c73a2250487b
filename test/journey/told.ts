import { type Journey, type JourneyReport, Journeys, packets, readCapture, Tracker } from '../../src/index.ts';
import { readBytes } from '../golden/cases.ts';

/** The journeys of a capture. */
export async function told(path: string): Promise<JourneyReport> {
  const tracker = new Tracker({ timeWait: 240, explain: false, contents: false });
  const journeys = new Journeys();
  for await (const packet of packets(readCapture(readBytes(path)), tracker)) journeys.packet(packet);
  return journeys.finish(tracker.connections.inTurn());
}

/** The steps of a kind. */
export const stepsOf = <K extends Journey['steps'][number]['kind']>(
  journey: Journey,
  kind: K,
): Extract<Journey['steps'][number], { kind: K }>[] =>
  journey.steps.filter((step): step is Extract<typeof step, { kind: K }> => step.kind === kind);
