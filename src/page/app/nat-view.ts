import type { NatBinding, NatStory } from '../model.ts';
import { CommandLine, quoted } from './command-line.ts';
import { element, fill } from './dom.ts';
import type { PageWords } from './page-words.ts';
import { linkTo } from './route.ts';

/** What two captures tell of the translator between them. */
export class NatView {
  readonly root = element('div', { class: 'nat' });
  private readonly command = new CommandLine();
  private readonly names: readonly string[];

  /** The names of the inside and of the outside. */
  constructor(names: readonly string[]) {
    this.names = names;
  }

  show(story: NatStory, words: PageWords, korean: boolean): void {
    const { remarks, bindings, kind, behaviour, none } = story;
    const [inside, outside] = this.names.map(quoted);
    this.command.say(words, `dissect nat ${inside} ${outside}${korean ? ' --lang ko' : ''}`);
    fill(
      this.root,
      element('section', {}, element('h2', {}, words.views.nat), ...remarks.map((said) => element('p', {}, said))),
      bindings.length === 0 ? element('p', {}, none) : table(story, words),
      behaviour.length === 0
        ? null
        : element(
            'section',
            {},
            element('h2', {}, kind),
            element('ul', { class: 'clues' }, ...behaviour.map((said) => element('li', {}, said))),
          ),
      this.command.root,
    );
  }
}

function table({ columns, bindings }: NatStory, words: PageWords): HTMLElement {
  const head = element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)));
  return element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': words.views.nat },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...bindings.map(bindingRow))),
  );
}

function bindingRow({ protocol, inside, outside, remote, packets, frame, remarks }: NatBinding): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, linkTo({ frame }, protocol)),
    ...[inside, outside, remote].map((name) => element('td', { class: 'name' }, name)),
    element('td', { class: 'number' }, packets.toLocaleString('en')),
    element('td', {}, ...remarks.flatMap((said, i) => (i > 0 ? [element('br'), said] : [said]))),
  );
}
