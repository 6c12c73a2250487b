import type { Flow } from '../../flows/flow.ts';
import type { Language } from '../../notes/note.ts';
import { clientFirst, flowRemarks } from '../../output/flow-remarks.ts';
import { flowsWords } from '../../output/flows-words.ts';
import { type InfoSheet, type Surveyed, tellInfo } from '../../output/info.ts';
import { infoWords, type Label, type Said } from '../../output/info-words.ts';
import type { Weight } from '../../survey/findings.ts';
import type { Conversation, Fact, Finding, Happening, Overview } from '../model.ts';

/** Conversations that are listed at the most. */
const MOST_CONVERSATIONS = 1000;

/** A capture at a glance. */
export function overviewOf(
  about: Surveyed,
  flows: readonly Flow[],
  happenings: readonly Happening[],
  language: Language,
): Overview {
  const sheet = new Sheet(infoWords[language].labels);
  tellInfo(about, infoWords[language], sheet);
  return {
    facts: sheet.facts,
    trust: infoWords[language].trust,
    findings: sheet.findings.slice(0, -1),
    vantage: infoWords[language].vantage,
    place: sheet.findings.at(-1)!,
    clues: sheet.clues,
    happenings,
    conversations: flows.slice(0, MOST_CONVERSATIONS).map((flow) => conversationOf(flow, language)),
    conversationCount: flows.length,
  };
}

/** What `info` says, as data. The last finding is where the capture was recorded. */
class Sheet implements InfoSheet {
  readonly facts: { label: string; lines: string[] }[] = [];
  readonly findings: Finding[] = [];
  readonly clues: { text: string; evidence: string; frames: readonly number[] }[] = [];
  private readonly labels: Readonly<Record<Label, string>>;

  constructor(labels: Readonly<Record<Label, string>>) {
    this.labels = labels;
  }

  title(): void {}

  fact(label: Label, ...parts: readonly (string | null)[]): void {
    const text = parts.filter((part) => part !== null && part !== '').join(', ');
    if (text !== '') this.facts.push({ label: this.labels[label], lines: [text] } satisfies Fact);
  }

  more(text: string): void {
    this.facts.at(-1)!.lines.push(text);
  }

  finding(weight: Weight, [what, follows]: Said, evidence: string, frames: readonly number[]): void {
    this.findings.push({ weight, what, follows, evidence, frames });
  }

  clue(text: string, evidence: string, frames: readonly number[]): void {
    this.clues.push({ text, evidence, frames });
  }
}

function conversationOf(flow: Flow, language: Language): Conversation {
  const ends = clientFirst(flow);
  const seconds = (nanoseconds: number): string => (nanoseconds / 1e9).toFixed(6);
  return {
    protocol: flow.protocol,
    stream: flow.stream,
    service: flow.service ?? '',
    ends: ends.map(({ name, sent, state }) => ({
      name,
      packets: sent.packets,
      bytes: sent.bytes,
      state: state ?? '',
    })),
    first: flow.span.firstFrame,
    start: seconds(flow.span.begin),
    duration: seconds(flow.span.end - flow.span.begin),
    ending: flow.ending,
    remarks: flowRemarks(flow, ends, flowsWords[language]),
  };
}
