import type { Language } from '../../notes/note.ts';
import type { JourneyLine, JourneyRow, JourneyStep, JourneyStory } from '../model.ts';
import { CommandLine, quoted } from './command-line.ts';
import { element, fill } from './dom.ts';
import type { Engine } from './engine.ts';
import type { PageWords } from './page-words.ts';
import { linkTo } from './route.ts';

/** Conversations as stories, from the name to the close, with their waterfalls. */
export class JourneysView {
  readonly root = element('div', { class: 'journeys' });
  private readonly engine: Engine;
  private readonly names: readonly string[];
  private readonly choose: (journey: number) => void;
  private readonly command = new CommandLine();
  private readonly told = element('div', {});
  private words!: PageWords;
  private language: Language = 'en';
  /** In the language at hand; null before they were asked for. */
  private lines: readonly JourneyLine[] | null = null;
  private number = 1;

  constructor(engine: Engine, names: readonly string[], choose: (journey: number) => void) {
    this.engine = engine;
    this.names = names;
    this.choose = choose;
  }

  say(language: Language, words: PageWords): void {
    this.language = language;
    this.words = words;
    this.lines = null;
  }

  async show(number: number): Promise<void> {
    const { language } = this;
    this.number = number > 0 ? number : 1;
    const [lines, story] = await Promise.all([
      this.lines ?? this.engine.ask('journeys', language),
      this.engine.ask('journey', this.number, language),
    ]);
    if (this.language !== language) return;
    this.lines = lines;
    this.build(story);
  }

  private build(story: JourneyStory | null): void {
    const { words } = this;
    this.command.say(
      words,
      `dissect journey ${this.names.map(quoted).join(' ')}${this.language === 'ko' ? ' --lang ko' : ''}`,
    );
    if (story === null) {
      fill(this.root, element('p', {}, words.noJourneys), this.command.root);
      return;
    }
    const options = this.lines!.map(({ number, text }) =>
      element('option', { value: number, selected: number === story.number }, text),
    );
    const which = element('select', { id: 'journey' }, ...options);
    which.addEventListener('change', () => this.choose(Number(which.value)));
    const bar = element(
      'div',
      { class: 'bar' },
      element('div', { class: 'labelled wide' }, element('label', { for: 'journey' }, words.views.journeys), which),
    );
    fill(this.told, ...this.story(story));
    fill(this.root, bar, this.told, this.command.root);
  }

  private story(story: JourneyStory): (HTMLElement | null)[] {
    const { title, summary, steps, nat, stream, untold, untoldHead, waterfall, rows } = story;
    return [
      element('h2', {}, title),
      element(
        'p',
        { class: 'dim' },
        summary,
        stream === null ? null : ' · ',
        stream === null ? null : linkTo({ view: 'connections', stream }, this.words.pictures),
      ),
      element('ol', { class: 'steps' }, ...steps.map((step) => this.step(step))),
      nat.length === 0 ? null : element('p', {}, `NAT: ${nat.join(' ')}`),
      waterfall === '' ? null : element('h3', {}, waterfall),
      waterfall === '' ? null : element('div', { class: 'waterfall' }, ...rows.map(waterfallRow)),
      waterfall === '' ? null : legend(rows),
      untold.length === 0 ? null : element('h3', {}, untoldHead),
      untold.length === 0 ? null : element('ul', { class: 'clues' }, ...untold.map((said) => element('li', {}, said))),
    ];
  }

  private step({ time, label, text, frame, wrong, earlier, causes }: JourneyStep): HTMLElement {
    const follows = causes.flatMap((cause, i) => [i === 0 ? ' ← ' : ', ', linkTo({ frame: cause })]);
    return element(
      'li',
      { class: `${wrong ? 'wrong' : ''} ${earlier ? 'dim' : ''}`.trim() || null },
      element('span', { class: 'number' }, time),
      element('span', { class: 'label' }, linkTo({ frame }, label)),
      element('span', {}, ...withLinks(text), ...follows),
    );
  }
}

/** What the colours mean. */
function legend(rows: readonly JourneyRow[]): HTMLElement {
  const phases = new Map(rows.flatMap(({ bars }) => bars.map(({ phase, name }) => [phase, name] as const)));
  return element(
    'p',
    { class: 'legend' },
    ...[...phases].map(([phase, name]) => element('span', {}, element('i', { class: `bar-of ${phase}` }), name)),
  );
}

/** A text in which each frame that it names is a link. */
function withLinks(text: string): (Node | string)[] {
  const parts = text.split(/((?:frames?|프레임) )(\d+)/);
  return parts.map((part, i) => (i % 3 === 2 ? linkTo({ frame: Number(part) }, part) : part));
}

function waterfallRow({ label, took, bars }: JourneyRow): HTMLElement {
  const track = element('div', { class: 'track' });
  for (const { phase, name, took: lasted, from, to, frame } of bars) {
    const said = `${name} ${lasted}`;
    const bar = linkTo({ frame }, '');
    bar.className = `bar-of ${phase}`;
    bar.title = said;
    bar.setAttribute('aria-label', said);
    bar.style.left = `${from * 100}%`;
    bar.style.width = `${Math.max(0, to - from) * 100}%`;
    track.append(bar);
  }
  return element(
    'div',
    { class: 'waterfall-row' },
    element('span', { class: 'row-label', title: label }, label),
    element('span', { class: 'number' }, took),
    track,
  );
}
