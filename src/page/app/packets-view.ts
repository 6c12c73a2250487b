import type { Language } from '../../notes/note.ts';
import type { Detail } from '../model.ts';
import { CommandLine, quoted } from './command-line.ts';
import { button, element, fill } from './dom.ts';
import type { Engine } from './engine.ts';
import { ExplanationPane } from './explanation-pane.ts';
import { FilterBox } from './filter-box.ts';
import type { Frames } from './frames.ts';
import { HexPane } from './hex-pane.ts';
import type { Light } from './light.ts';
import { PacketList } from './packet-list.ts';
import type { PageWords } from './page-words.ts';
import { TreePane } from './tree-pane.ts';

/** What the view tells whoever holds it. */
interface Told {
  frame(frame: number): void;
  filter(text: string): void;
  stream(stream: number): void;
}

/** The capture, and that of the other side of a translator. */
interface Names {
  readonly name: string;
  readonly other: string | null;
}

/** The list of packets, and of one of them explanation, tree and bytes side by side. */
export class PacketsView {
  readonly root: HTMLElement;
  private readonly engine: Engine;
  private readonly frames: Frames;
  private readonly told: Told;
  private readonly names: Names;
  private readonly list: PacketList;
  private readonly box: FilterBox;
  private readonly tree: TreePane;
  private readonly hex: HexPane;
  private readonly explanation: ExplanationPane;
  private readonly heading = element('h2', { class: 'packet-title', tabindex: -1 });
  private readonly bar = element('div', { class: 'packet-bar' });
  private readonly panes: readonly [HTMLElement, HTMLElement, HTMLElement];
  private readonly paneTitles = [element('h3'), element('h3'), element('h3')] as const;
  private readonly command = new CommandLine();
  private language: Language = 'en';
  private words!: PageWords;
  private frame = 0;
  private detail: Detail | null = null;
  /** What the display filter takes; null without one. */
  private taken: Uint32Array | null = null;
  private filterText = '';

  constructor(engine: Engine, frames: Frames, names: Names, told: Told) {
    this.engine = engine;
    this.frames = frames;
    this.told = told;
    this.names = names;
    this.list = new PacketList(frames, (frame) => told.frame(frame));
    this.box = new FilterBox(
      (text) => told.filter(text),
      () => this.narrow(),
    );
    const hover = (light: Light | null): void => this.light(light, 'hovered');
    this.tree = new TreePane((light) => this.light(light, 'lit'), hover);
    this.hex = new HexPane(
      (light) => this.light(light, 'lit'),
      hover,
      (place) => this.tree.fieldAt(place),
    );
    this.explanation = new ExplanationPane(
      (light) => this.light(light, 'lit'),
      hover,
      (frame, light) => this.goTo(frame, light),
    );
    const bodies = [this.explanation.root, this.tree.root, this.hex.root];
    const pane = (index: 0 | 1 | 2): HTMLElement =>
      element(
        'section',
        { class: `pane pane-${['explanation', 'tree', 'hex'][index]}` },
        this.paneTitles[index],
        element('div', { class: 'pane-body', tabindex: index === 0 ? 0 : null }, bodies[index]!),
      );
    this.panes = [pane(0), pane(1), pane(2)];
    this.root = element(
      'div',
      { class: 'packets' },
      this.box.root,
      this.list.root,
      element(
        'div',
        { class: 'packet', 'aria-live': 'off' },
        this.bar,
        element('div', { class: 'panes' }, ...this.panes),
      ),
      this.command.root,
    );
  }

  say(language: Language, words: PageWords): void {
    this.language = language;
    this.words = words;
    this.box.say(words);
    this.list.say(words);
    for (const [i, name] of [words.explanation, words.tree, words.hex].entries()) {
      this.paneTitles[i]!.textContent = name;
      this.panes[i]!.setAttribute('aria-label', name);
      this.panes[i]!.querySelector('.pane-body')!.setAttribute('aria-label', name);
      this.panes[i]!.querySelector('.pane-body')!.setAttribute('role', 'group');
    }
    this.counted();
    this.showDetail(null);
  }

  /** More frames are there. */
  grow(): void {
    this.list.grow();
    this.counted();
  }

  /** Shows a frame, and a filter with it. */
  async show(frame: number, filter: string): Promise<void> {
    const filtering = filter === this.filterText ? null : this.filter(filter);
    const wanted = frame > 0 ? frame : this.frame > 0 ? this.frame : Math.min(1, this.frames.count);
    await Promise.all([this.select(wanted, null), filtering]);
  }

  private async select(frame: number, light: Light | null): Promise<void> {
    if (frame < 1) return;
    if (!this.frames.has(frame)) {
      this.leaveOut(frame);
      return;
    }
    this.frame = frame;
    this.list.select(frame);
    this.sayCommand();
    if (this.detail?.frame === frame) return;
    const detail = await this.engine.ask('detail', frame);
    if (this.frame !== frame) return;
    this.detail = detail;
    this.showDetail(light);
  }

  /** The frame is not in the page. */
  private leaveOut(frame: number): void {
    this.frame = frame;
    this.detail = null;
    this.sayCommand();
    this.heading.textContent = this.words.packet(frame);
    fill(this.bar, this.heading, element('span', { class: 'packet-line' }, this.words.leftOut));
    for (const { root } of [this.explanation, this.tree, this.hex]) fill(root);
  }

  private goTo(frame: number, light: Light | null): void {
    this.select(frame, light).then(() => this.told.frame(frame));
  }

  private async filter(text: string): Promise<void> {
    this.filterText = text;
    this.box.input.value = text;
    if (text === '') {
      this.taken = null;
      this.box.right();
    } else {
      this.box.counted(`${this.words.working} …`);
      const result = await this.engine.ask('filter', text);
      if (result.kind === 'stopped' || this.filterText !== text) return;
      if (result.kind === 'impossible') this.box.refuse(this.words.filterImpossible);
      else if (result.kind === 'wrong') this.box.wrong(this.words, result.sentence, text, result.from, result.to);
      else {
        this.box.right();
        this.taken = result.frames;
      }
    }
    this.narrow();
    this.sayCommand();
  }

  /** Lists what filter and search leave. */
  private narrow(): void {
    const searched = this.box.search.value.trim();
    this.list.show(searched === '' ? this.taken : this.frames.holding(searched, this.taken));
    this.counted();
  }

  private counted(): void {
    const number = (count: number): string => count.toLocaleString('en');
    this.box.counted(this.words.counted(number(this.list.count), number(this.frames.count)));
  }

  private showDetail(light: Light | null): void {
    const { detail, words } = this;
    if (detail === null) return;
    this.explanation.show(detail, this.language, words);
    this.tree.show(detail, words);
    this.hex.show(detail, words);
    this.heading.textContent = words.packet(detail.frame);
    const line = this.frames.line(detail.frame);
    const { stream } = detail;
    fill(
      this.bar,
      this.heading,
      element('span', { class: 'packet-line' }, `${line[1]} · ${line[2]} → ${line[3]} · ${line[4]} · ${line[6]}`),
      stream < 0 ? null : button(words.toConnection(stream), () => this.told.stream(stream)),
      button('↑', () => this.step(-1), { 'aria-label': words.previous, title: words.previous }),
      button('↓', () => this.step(1), { 'aria-label': words.next, title: words.next }),
    );
    if (light !== null) this.light(light, 'lit');
  }

  private step(rows: number): void {
    const frame = this.list.step(rows);
    if (frame > 0) this.told.frame(frame);
  }

  private light(light: Light | null, kind: 'lit' | 'hovered'): void {
    this.explanation.light(light, kind);
    this.tree.light(light, kind);
    this.hex.light(light, kind);
  }

  private sayCommand(): void {
    const filter = this.filterText === '' ? '' : ` -Y ${quoted(this.filterText)}`;
    const frame = this.frame > 0 && filter === '' ? ` --frames ${this.frame}` : '';
    const language = this.language === 'ko' ? ' --lang ko' : '';
    const { name, other } = this.names;
    const nat = other === null ? '' : ` --nat ${quoted(other)}`;
    this.command.say(this.words, `dissect ${quoted(name)}${filter}${frame} --explain${nat}${language}`);
  }
}
