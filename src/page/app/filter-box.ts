import { button, element, fill } from './dom.ts';
import type { PageWords } from './page-words.ts';

/** The display filter, the search, and what came of them. */
export class FilterBox {
  readonly root: HTMLFormElement;
  readonly input = element('input', {
    type: 'text',
    id: 'filter',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'filter-fault',
  });
  readonly search = element('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false' });
  private readonly filterLabel = element('label', { for: 'filter' });
  private readonly searchLabel = element('label', { for: 'search' });
  private readonly apply = element('button', { type: 'submit' });
  private readonly clear: HTMLButtonElement;
  private readonly count = element('output', { class: 'count', for: 'filter search' });
  private readonly fault = element('div', { id: 'filter-fault', class: 'fault', role: 'alert' });

  /** `filtered` is called when a filter is to be applied, `searched` for each letter that is typed. */
  constructor(filtered: (text: string) => void, searched: (text: string) => void) {
    this.clear = button('', () => {
      this.input.value = '';
      this.search.value = '';
      filtered('');
    });
    this.root = element(
      'form',
      { class: 'filter', role: 'search' },
      element('div', { class: 'labelled wide' }, this.filterLabel, this.input),
      this.apply,
      element('div', { class: 'labelled' }, this.searchLabel, this.search),
      this.clear,
      this.count,
      this.fault,
    );
    this.root.addEventListener('submit', (event) => {
      event.preventDefault();
      filtered(this.input.value.trim());
    });
    this.search.addEventListener('input', () => searched(this.search.value));
  }

  say(words: PageWords): void {
    this.filterLabel.textContent = words.filter;
    this.input.placeholder = words.filterHint;
    this.input.setAttribute('aria-label', words.filter);
    this.search.setAttribute('aria-label', words.search);
    this.input.title = words.filterHelp;
    this.searchLabel.textContent = words.search;
    this.search.placeholder = words.searchHint;
    this.apply.textContent = words.apply;
    this.clear.textContent = words.clear;
  }

  counted(text: string): void {
    this.count.textContent = text;
  }

  right(): void {
    this.input.removeAttribute('aria-invalid');
    fill(this.fault);
  }

  /** No filter is possible. */
  refuse(sentence: string): void {
    fill(this.fault, element('p', {}, sentence));
  }

  /** What is wrong, with a caret below the place. */
  wrong(words: PageWords, sentence: string, text: string, from: number, to: number): void {
    this.input.setAttribute('aria-invalid', 'true');
    const marks = `${' '.repeat(from)}^${'~'.repeat(Math.max(0, to - from - 1))}`;
    fill(
      this.fault,
      element('p', {}, `${words.filterWrong}: ${sentence}.`),
      element('pre', { 'aria-hidden': 'true' }, `${text}\n${marks}`),
    );
  }
}
