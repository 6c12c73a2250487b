import { safeText } from '../../core/writer.ts';
import type { Journey, Step } from '../../journey/journey.ts';
import type { Language } from '../../notes/note.ts';
import { rowTitle, waterfallRows } from '../../output/journey-waterfall.ts';
import { type About, type JourneyWords, journeyWords, labelOf } from '../../output/journey-words.ts';
import { ladderTime, shortDuration } from '../../output/ladder.ts';
import { ladderWords } from '../../output/ladder-words.ts';
import type { JourneyLine, JourneyRow, JourneyStep, JourneyStory } from '../model.ts';

/** A story in one line, to choose it by. */
export function journeyLine(journey: Journey, language: Language): JourneyLine {
  const words = journeyWords[language];
  const { number, client, server, name } = journey;
  const to = name === null ? server : safeText(name.text);
  const parts = [
    `${number}: ${words.kind(journey)}`,
    `${client}${to === '' ? '' : ` → ${to}`}`,
    words.outcome(journey),
  ];
  return { number, text: parts.filter((part) => part !== '').join(' · ') };
}

/** A story, told. */
export function storyOf(journey: Journey, language: Language): JourneyStory {
  const words = journeyWords[language];
  const about: About = { journey, span: shortDuration, reset: ladderWords[language].reset };
  const { number, client, server, name, begin, end } = journey;
  const named = name === null ? '' : ` (${safeText(name.text)})`;
  const total = end.time - begin.time;
  const rows = total > 0 ? rowsOf(journey, words) : [];
  const untold = journey.untold.map((what) => safeText(words.untold(what, journey)));
  return {
    number,
    title: `${words.title(number)}: ${client}${server === '' ? '' : ` → ${server}`}${named}`,
    summary: `${words.kind(journey)} · ${words.counts(journey)} · ${shortDuration(total)}`,
    steps: journey.steps.map((step) => stepOf(step, words, about)),
    nat: words.nat(journey, about),
    stream: journey.protocol === 'tcp' ? journey.stream : null,
    untoldHead: words.untoldHead,
    untold: journey.rolesSeen ? untold : [...untold, words.guessed],
    waterfall: rows.length < 2 ? '' : words.waterfall(shortDuration(total)),
    rows,
  };
}

const stepOf = (step: Step, words: JourneyWords, about: About): JourneyStep => ({
  time: ladderTime(step.begin.time),
  label: labelOf(step, about.journey, words),
  text: safeText(words.step(step, about)),
  frame: step.begin.frame,
  wrong: isWrong(step),
  earlier: step.earlier,
  causes: [...new Set(step.causes.map(({ frame }) => frame))].sort((one, other) => one - other),
});

function isWrong(step: Step): boolean {
  if (step.kind === 'error' || (step.kind === 'close' && step.how === 'reset')) return true;
  if (step.kind === 'connect') return step.outcome !== 'established';
  return step.kind === 'request' && step.status >= 400;
}

function rowsOf(journey: Journey, words: JourneyWords): JourneyRow[] {
  const { begin, end } = journey;
  const part = (time: number): number => (time - begin.time) / (end.time - begin.time);
  return waterfallRows(journey).map((row) => ({
    label: rowTitle(row.step, journey, words),
    took: shortDuration(row.end - row.begin),
    bars: row.bars.map((bar) => ({
      phase: bar.phase,
      name: words.phase[bar.phase],
      took: shortDuration(bar.end - bar.begin),
      from: part(bar.begin),
      to: part(bar.end),
      frame: bar.frames[0],
    })),
  }));
}
