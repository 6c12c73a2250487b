import type { Language } from '../../notes/note.ts';
import type { Detail, EndSteps, Piece, Proof, Telling } from '../model.ts';
import { element, fill } from './dom.ts';
import { type Light, touches } from './light.ts';
import type { PageWords } from './page-words.ts';
import { scrollWithin } from './tree-pane.ts';

/** What a packet means, in sentences. A value in them lights up what proves it. */
export class ExplanationPane {
  readonly root = element('div', { class: 'tellings' });
  private readonly choose: (light: Light) => void;
  private readonly hover: (light: Light | null) => void;
  private readonly goTo: (frame: number, light: Light | null) => void;
  private detail!: Detail;
  private words!: PageWords;
  /** Values in sentences, and what proves them. */
  private marks: { readonly mark: HTMLElement; readonly proof: Proof }[] = [];

  constructor(
    choose: (light: Light) => void,
    hover: (light: Light | null) => void,
    goTo: (frame: number, light: Light | null) => void,
  ) {
    this.choose = choose;
    this.hover = hover;
    this.goTo = goTo;
    this.root.addEventListener('click', (event) => this.press(event));
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      if (this.press(event)) event.preventDefault();
    });
    this.root.addEventListener('pointerover', (event) => this.over(event));
    this.root.addEventListener('pointerleave', () => this.hover(null));
  }

  show(detail: Detail, language: Language, words: PageWords): void {
    this.detail = detail;
    this.words = words;
    this.marks = [];
    const speaker = detail.tellings.findIndex(({ event }) => event.startsWith('tcp.'));
    const articles = detail.tellings.map((telling, index) =>
      this.telling(telling, language, index === speaker ? detail.steps : []),
    );
    const alone = speaker < 0 && detail.steps.length > 0 ? states(detail.steps, language) : null;
    const issues = detail.issues.map(({ fault, code, need, have }) =>
      element('p', { class: `issue ${fault}` }, `${words.issue[fault]}: ${words.needs(code, need, have)}`),
    );
    const nothing = articles.length + issues.length === 0 ? element('p', { class: 'dim' }, words.nothingHappens) : null;
    fill(this.root, ...issues, alone, ...articles, nothing);
    this.root.lang = language;
  }

  light(light: Light | null, kind: 'lit' | 'hovered'): void {
    for (const { mark, proof } of this.marks) mark.classList.toggle(kind, light !== null && this.rests(proof, light));
    for (const sentence of this.root.querySelectorAll('.sentence')) {
      sentence.classList.toggle(kind, sentence.querySelector(`.${kind}`) !== null);
    }
    const first = kind === 'lit' ? this.root.querySelector<HTMLElement>('.lit') : null;
    if (first !== null) scrollWithin(this.root, first);
  }

  /** True of a value that rests on what is lit. */
  private rests({ field, frame, at, length }: Proof, { places, fields }: Light): boolean {
    if (frame !== this.detail.frame) return false;
    if (field !== null && fields.has(field)) {
      return at < 0 || places.length === 0 || places.some((place) => touches(place, { buffer: 0, at, length }));
    }
    return at >= 0 && fields.size === 0 && places.some((place) => touches(place, { buffer: 0, at, length }));
  }

  private telling(telling: Telling, language: Language, steps: readonly EndSteps[]): HTMLElement {
    const { severity, shown, explainedIn } = telling;
    const { title, paragraphs, sources } = telling.wordings[language];
    const said = paragraphs.map((pieces) => this.sentence('p', pieces, telling));
    const filled = said.filter((_, i) => paragraphs[i]!.length > 0);
    const visible = said.slice(0, shown).filter((_, i) => paragraphs[i]!.length > 0);
    const hidden = filled.slice(visible.length);
    const pointer =
      explainedIn > 0
        ? element('p', { class: 'pointer' }, this.link(explainedIn, this.words.explainedIn(explainedIn)))
        : null;
    const more =
      hidden.length === 0 ? null : element('details', {}, element('summary', {}, this.words.more), ...hidden);
    return element(
      'article',
      { class: `telling ${severity}` },
      this.sentence('h4', title, telling),
      steps.length > 0 ? states(steps, language) : null,
      ...visible,
      pointer,
      more,
      element('p', { class: 'sources' }, sources),
    );
  }

  private sentence(tag: 'p' | 'h4', pieces: readonly Piece[], { proofs }: Telling): HTMLElement {
    const parts = pieces.map(({ text, proof }) => {
      const proven = proof < 0 ? undefined : proofs[proof];
      return proven === undefined ? text : this.value(text, proven);
    });
    return element(tag, { class: 'sentence' }, ...parts);
  }

  /** A value with what proves it; mere text where nothing in a frame does. */
  private value(text: string, proof: Proof): HTMLElement | string {
    if (proof.frame === null || (proof.field === null && proof.at < 0)) return text;
    const elsewhere = proof.frame !== this.detail.frame;
    const said = [proof.field ?? '', elsewhere ? this.words.inFrame(proof.frame) : ''].filter((part) => part !== '');
    const mark = element(
      'span',
      {
        class: elsewhere ? 'value elsewhere' : 'value',
        role: 'button',
        tabindex: 0,
        title: said.join(', '),
        'data-proof': this.marks.length,
      },
      text,
    );
    this.marks.push({ mark, proof });
    return mark;
  }

  private link(frame: number, text: string): HTMLElement {
    return element('a', { href: `#frame=${frame}`, 'data-goto': frame }, text);
  }

  /** True where there was something to press. */
  private press(event: Event): boolean {
    const found = event.target instanceof Element ? event.target.closest('[data-proof]') : null;
    if (found === null) return false;
    const { proof } = this.marks[Number(found.getAttribute('data-proof'))]!;
    const light = lightOf(proof);
    if (proof.frame === this.detail.frame) this.choose(light);
    else if (proof.frame !== null) this.goTo(proof.frame, light);
    return true;
  }

  private over(event: PointerEvent): void {
    if (event.pointerType !== 'mouse' || !(event.target instanceof Element)) return;
    const found = event.target.closest('[data-proof]');
    const proofs = [
      ...(found !== null ? [found] : (event.target.closest('.sentence')?.querySelectorAll('[data-proof]') ?? [])),
    ]
      .map((mark) => this.marks[Number(mark.getAttribute('data-proof'))]!.proof)
      .filter(({ frame }) => frame === this.detail.frame);
    this.hover(proofs.length === 0 ? null : joined(proofs.map(lightOf)));
  }
}

const lightOf = ({ field, at, length }: Proof): Light => ({
  places: at < 0 ? [] : [{ buffer: 0, at, length }],
  fields: new Set(field === null ? [] : [field]),
  row: -1,
});

const joined = (lights: readonly Light[]): Light => ({
  places: lights.flatMap(({ places }) => places),
  fields: new Set(lights.flatMap(({ fields }) => [...fields])),
  row: -1,
});

/** Both ends' states, before ▸ after. */
function states(steps: readonly EndSteps[], language: Language): HTMLElement {
  return element(
    'dl',
    { class: 'states' },
    ...steps.map(({ name, states: passed, known }) =>
      element(
        'div',
        {},
        element('dt', {}, name[language]),
        element(
          'dd',
          {},
          ...passed.flatMap((state, i) => [i > 0 ? ' ▸ ' : null, element('span', { class: `state ${state}` }, state)]),
          known[language] === '' ? null : element('span', { class: 'dim' }, ` ${known[language]}`),
        ),
      ),
    ),
  );
}
