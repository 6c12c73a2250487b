import { readFileSync } from 'node:fs';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { run } from '../../src/run.ts';
import { type Finding, type Report, reportOf } from '../../src/survey/findings.ts';
import { Survey } from '../../src/survey/survey.ts';
import { REMEMBERED, Tracker } from '../../src/track.ts';
import { fixture } from '../cli/run-cli.ts';

export interface Told extends Report {
  readonly survey: Survey;
  /** The finding of this id, without what it is called. */
  find(id: Finding['id']): Record<string, unknown> | undefined;
}

/** Surveys a capture in memory. */
export async function surveyed(bytes: Uint8Array): Promise<Told> {
  const source = readCapture(bytes);
  const survey = new Survey();
  const tracker = new Tracker({ timeWait: 240, explain: false, remembered: REMEMBERED, contents: false });
  await run(source, tracker, {
    packet(packet) {
      survey.packet(packet);
      return true;
    },
    pause() {},
  });
  const { interfaces, fcsFindings, problem, secrets } = source;
  const report = reportOf(survey, { interfaces, fcsFindings, problem, secrets, fcsChoice: 'auto' });
  return {
    ...report,
    survey,
    find(id) {
      const found = report.findings.find((finding) => finding.id === id);
      return found && { ...found.values, evidence: found.frames, weight: found.weight };
    },
  };
}

export const fixtureBytes = (path: string): Uint8Array => new Uint8Array(readFileSync(fixture(path)));
