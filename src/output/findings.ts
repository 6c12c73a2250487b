import type { Writer } from '../core/writer.ts';
import type { Finding } from '../transcript/compare.ts';
import { type Fact, type Step, titleOf } from '../transcript/dialogue.ts';
import type { EndingText } from '../transcript/ending.ts';
import type { Palette } from './color.ts';
import type { FindingsWords } from './findings-words.ts';
import { wrap } from './width.ts';

/** Writes what differs, each under the conversation that it is about. */
export function writeFindings(
  findings: readonly Finding[],
  words: FindingsWords,
  palette: Palette,
  width: number,
  indent: string,
  out: Writer,
): void {
  let title = '';
  for (const finding of findings) {
    const { kind, dialogue } = finding;
    if (title !== titleOf(dialogue)) {
      title = titleOf(dialogue);
      out.text(`${indent}${palette.title(title)}\n`);
    }
    const paint = kind === 'dialogue.gone' || kind === 'dialogue.new' ? palette.warn : palette.error;
    const lines = wrap(sentenceOf(finding, words), Math.max(20, width - indent.length - 4));
    lines.forEach((line, i) => {
      out.text(`${indent}${i === 0 ? `  ${paint('-')} ` : '    '}${line}\n`);
    });
  }
}

/** One finding in the words of a language. */
export function sentenceOf(finding: Finding, words: FindingsWords): string {
  switch (finding.kind) {
    case 'dialogue.new':
      return words.come(frameOf(finding.dialogue.steps[0] ?? finding.dialogue.facts[0]));
    case 'dialogue.gone':
      return words.gone;
    case 'ends.changed':
      return endsSentence(finding, words);
    case 'fact.changed':
      return finding.key === 'ending' ? endingSentence(finding, words) : factSentence(finding, words);
    case 'steps.changed':
      return stepsSentence(finding.was, finding.now, words);
  }
}

const frameOf = (shown: { readonly frame: number } | null | undefined): string =>
  shown === null || shown === undefined || shown.frame === 0 ? '' : String(shown.frame);

function endsSentence(finding: Finding & { kind: 'ends.changed' }, words: FindingsWords): string {
  const { dialogue, was } = finding;
  if (dialogue.server !== was.server) return words.otherServer(dialogue.server, was.server);
  if (dialogue.client !== was.client) return words.otherClient(dialogue.client, was.client);
  return words.otherService(dialogue.service, was.service);
}

type FactChanged = Finding & { kind: 'fact.changed' };

function endingSentence({ dialogue, was, now }: FactChanged, words: FindingsWords): string {
  const by = now?.value.includes('server') ? dialogue.server : dialogue.client;
  const before = endingBefore(was?.value ?? '', now?.value ?? '', words);
  const sentence = words.endingNow[now?.value as EndingText];
  if (sentence === undefined) return words.fact(words.facts.ending, now?.value ?? words.nothing, before, frameOf(now));
  return words.was(sentence(frameOf(now), by), before);
}

function endingBefore(was: string, now: string, words: FindingsWords): string {
  const [before, after] = [was, now].map((text) => CLOSES_FIRST.exec(text)?.[1] as 'client' | 'server' | undefined);
  if (before !== undefined && after !== undefined && before !== after) return words.closer[before];
  return words.endingWas[was as EndingText] ?? (was || words.nothing);
}

const CLOSES_FIRST = /^(client|server) closes first$/;

const factSentence = ({ key, was, now }: FactChanged, words: FindingsWords): string =>
  words.fact(words.facts[key], textOf(now, words), textOf(was, words), frameOf(now));

const textOf = (fact: Fact | null, words: FindingsWords): string =>
  fact === null || fact.value === 'none' ? words.nothing : fact.value;

function stepsSentence(was: readonly Step[], now: readonly Step[], words: FindingsWords): string {
  const [before, after] = [was[0], now[0]];
  if (after === undefined) return words.silent(words.sides[before!.side], shown(was, words));
  if (before === undefined) return words.more(words.sides[after.side], shown(now, words), frameOf(after));
  return words.other(words.sides[after.side], shown(now, words), shown(was, words), frameOf(after));
}

/** The first step in quotes, and how many more there are. */
function shown(steps: readonly Step[], words: FindingsWords): string {
  const text = `"${steps[0]!.text}"`;
  return steps.length === 1 ? text : words.andMore(text, steps.length - 1);
}

/** The same for programs. */
export function findingForm(finding: Finding, words: FindingsWords) {
  const { protocol, service, client, server } = finding.dialogue;
  return {
    kind: finding.kind,
    conversation: { protocol, service: service === '' ? null : service, client, server },
    ...changeOf(finding),
    sentence: sentenceOf(finding, words),
  };
}

function changeOf(finding: Finding) {
  switch (finding.kind) {
    case 'ends.changed':
      return { was: titleOf(finding.was), now: titleOf(finding.dialogue) };
    case 'fact.changed':
      return {
        fact: finding.key,
        was: finding.was?.value ?? null,
        now: finding.now?.value ?? null,
        frame: finding.now?.frame || null,
      };
    case 'steps.changed':
      return {
        was: finding.was.map(stepText),
        now: finding.now.map(stepText),
        frame: finding.now[0]?.frame || null,
      };
    default:
      return {};
  }
}

const stepText = ({ side, text }: Step): string => `${side} ${text}`;
