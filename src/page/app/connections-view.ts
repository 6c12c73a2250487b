import type { Language } from '../../notes/note.ts';
import type { ConnectionPictures, Conversation } from '../model.ts';
import { CommandLine, quoted } from './command-line.ts';
import { element, fill } from './dom.ts';
import type { Engine } from './engine.ts';
import type { PageWords } from './page-words.ts';
import { pictureFrame } from './picture.ts';
import { linkTo } from './route.ts';

/** One TCP connection in pictures. */
export class ConnectionsView {
  readonly root = element('div', { class: 'connections' });
  private readonly engine: Engine;
  private readonly name: string;
  private readonly choose: (stream: number) => void;
  private readonly command = new CommandLine();
  private readonly drawn = element('div', { class: 'drawn' });
  private connections: readonly Conversation[] = [];
  private words!: PageWords;
  private language: Language = 'en';
  private scale: 'even' | 'time' = 'even';
  /** The end whose octets the graphs show; null for the one that sent more. */
  private side: 0 | 1 | null = null;
  private stream = 0;
  /** What is drawn: nothing is drawn twice. */
  private shown = '';

  constructor(engine: Engine, name: string, choose: (stream: number) => void, goTo: (frame: number) => void) {
    this.engine = engine;
    this.name = name;
    this.choose = choose;
    this.drawn.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest('[data-frame]') : null;
      if (row !== null) goTo(Number(row.getAttribute('data-frame')));
    });
  }

  say(language: Language, words: PageWords, conversations: readonly Conversation[]): void {
    this.language = language;
    this.words = words;
    this.connections = conversations.filter(({ protocol }) => protocol === 'tcp');
    this.build();
  }

  async show(stream: number): Promise<void> {
    if (stream !== this.stream) this.side = null;
    this.stream = stream;
    this.build();
    await this.draw();
  }

  private build(): void {
    const { words, connections } = this;
    if (connections.length === 0) {
      fill(this.root, element('p', {}, words.noConnections));
      return;
    }
    const options = connections.map(({ stream, ends, service, remarks }) => {
      const text = `${stream}: ${ends.map(({ name }) => name).join(' → ')} ${service} ${remarks[0] ?? ''}`.trimEnd();
      return element('option', { value: stream, selected: stream === this.stream }, text);
    });
    const which = element('select', { id: 'connection' }, ...options);
    which.addEventListener('change', () => this.choose(Number(which.value)));
    const scales = (['even', 'time'] as const).map((scale) =>
      element('option', { value: scale, selected: scale === this.scale }, words.scales[scale]),
    );
    const scale = element('select', { id: 'scale' }, ...scales);
    scale.addEventListener('change', () => {
      this.scale = scale.value as 'even' | 'time';
      this.sayCommand();
      this.draw();
    });
    const filter = `tcp.stream == ${this.stream}`;
    const first = connections.find(({ stream }) => stream === this.stream)?.first ?? 0;
    const bar = element(
      'div',
      { class: 'bar' },
      element('div', { class: 'labelled wide' }, element('label', { for: 'connection' }, words.connection), which),
      element('div', { class: 'labelled' }, element('label', { for: 'scale' }, words.scale), scale),
      linkTo({ frame: first, filter }, words.showPackets),
    );
    this.sayCommand();
    fill(this.root, bar, this.drawn, this.command.root);
  }

  private sayCommand(): void {
    const scale = this.scale === 'time' ? ' --scale time' : '';
    const language = this.language === 'ko' ? ' --lang ko' : '';
    const which = `${quoted(this.name)} --stream ${this.stream}${language} --svg`;
    const ladder = `dissect ladder ${which}${scale} -o ladder.svg`;
    this.command.say(this.words, `${ladder}; dissect flows ${which} --graph tseq -o tseq.svg`);
  }

  private async draw(): Promise<void> {
    const { stream, scale, language } = this;
    const width = Math.max(320, Math.min(960, this.root.clientWidth - 2 * MARGIN));
    const key = `${stream} ${scale} ${language}`;
    if (this.shown === key || this.connections.length === 0) return;
    this.shown = key;
    const pictures = await this.engine.ask('connection', stream, { scale, width }, language);
    if (this.shown !== key) return;
    const { words } = this;
    if (pictures === null) {
      fill(this.drawn, element('p', {}, words.leftOut));
      return;
    }
    fill(
      this.drawn,
      element('section', {}, element('h2', {}, words.ladder), pictureFrame(pictures.ladder, words.ladder)),
      pictures.natLadder === '' ? null : pictureFrame(pictures.natLadder, words.views.nat),
      element('section', {}, element('h2', {}, words.states), pictureFrame(pictures.states, words.states)),
      this.graphs(pictures),
    );
  }

  /** The graphs of one end's octets, and which end that is. */
  private graphs({ graphs, ends, busier }: ConnectionPictures): HTMLElement {
    const { words } = this;
    const drawn = element('div', {});
    const show = (side: 0 | 1): void =>
      fill(drawn, ...graphs[side]!.map(({ kind, svg }) => pictureFrame(svg, words.graphs[kind])));
    const options = ends.map((name, side) =>
      element('option', { value: side, selected: side === (this.side ?? busier) }, name),
    );
    const sender = element('select', { id: 'sender' }, ...options);
    sender.addEventListener('change', () => {
      this.side = sender.value === '0' ? 0 : 1;
      show(this.side);
    });
    show(this.side ?? busier);
    return element(
      'section',
      {},
      element('h2', {}, words.graphTitle),
      element('div', { class: 'labelled' }, element('label', { for: 'sender' }, words.sender), sender),
      drawn,
    );
  }
}

/** Pixels beside the pictures. */
const MARGIN = 16;
