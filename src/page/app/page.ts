import type { Language } from '../../notes/note.ts';
import type { GivenCapture, Opened, Overview } from '../model.ts';
import { ConnectionsView } from './connections-view.ts';
import { element, fill } from './dom.ts';
import type { Settings } from './embedded.ts';
import { type Engine, EngineFault } from './engine.ts';
import { Frames } from './frames.ts';
import { JourneysView } from './journeys-view.ts';
import { NatView } from './nat-view.ts';
import { OverviewView } from './overview-view.ts';
import { PacketsView } from './packets-view.ts';
import { type PageWords, pageWords } from './page-words.ts';
import { hashOf, type Route, routeOf, VIEWS, type View } from './route.ts';

/** The captures that were given, and which of them is shown. */
interface Captures {
  /** One, or the inside's and the outside's of a translator. */
  readonly names: readonly string[];
  readonly shown: 0 | 1;
}

/** A capture on the screen: its views, and the address that says what is shown. */
export class CapturePage {
  readonly root = element('main', { id: 'main', tabindex: -1 });
  /** Where the views are chosen. */
  readonly tabs = element('nav', { class: 'tabs' });
  private readonly engine: Engine;
  private readonly status = element('p', { class: 'status', role: 'status' });
  private readonly frames = new Frames();
  private readonly packets: PacketsView;
  private readonly overview: OverviewView;
  private readonly connections: ConnectionsView;
  private readonly journeys: JourneysView;
  private readonly nat: NatView;
  private readonly captures: Captures;
  private readonly sections: Readonly<Record<View, HTMLElement>>;
  private route: Route;
  private language: Language;
  private opened: Opened | null = null;
  private readonly overviews = new Map<Language, Overview>();

  constructor(engine: Engine, captures: Captures, language: Language) {
    const { names, shown } = captures;
    const name = names[shown]!;
    const other = names[1 - shown] ?? null;
    this.captures = captures;
    this.engine = engine;
    this.nat = new NatView(names);
    this.language = language;
    this.route = routeOf(location.hash);
    this.overview = new OverviewView(name);
    this.packets = new PacketsView(
      this.engine,
      this.frames,
      { name, other },
      {
        frame: (frame) => this.go({ ...this.route, view: 'packets', frame }, this.route.view !== 'packets'),
        filter: (filter) => this.go({ ...this.route, view: 'packets', filter }, true),
        stream: (stream) => this.go({ ...this.route, view: 'connections', stream }, true),
      },
    );
    this.connections = new ConnectionsView(
      this.engine,
      name,
      (stream) => this.go({ ...this.route, view: 'connections', stream }, true),
      (frame) => this.go({ ...this.route, view: 'packets', frame, filter: '' }, true),
    );
    this.journeys = new JourneysView(this.engine, names, (journey) =>
      this.go({ ...this.route, view: 'journeys', journey }, true),
    );
    const section = (view: View, content: HTMLElement): HTMLElement =>
      element('section', { id: `view-${view}`, class: 'view', hidden: true }, content);
    this.sections = {
      overview: section('overview', this.overview.root),
      packets: section('packets', this.packets.root),
      connections: section('connections', this.connections.root),
      journeys: section('journeys', this.journeys.root),
      nat: section('nat', this.nat.root),
    };
    this.root.append(this.status, ...Object.values(this.sections));
    this.engine.listed = (listing) => {
      this.frames.add(listing);
      this.packets.grow();
    };
    this.engine.progress = (frames) => this.sayProgress(frames);
    addEventListener('hashchange', this.follow);
  }

  private get words(): PageWords {
    return pageWords[this.language];
  }

  /** Reads the capture and shows it. Throws an `EngineFault` where it cannot be read. */
  async open(capture: GivenCapture, other: GivenCapture | null, options: Settings['options']): Promise<void> {
    await this.say(this.language);
    await this.show();
    this.sayProgress(0);
    this.opened = await this.engine.ask('open', capture, options, other, this.captures.shown);
    if (this.opened.frames === 0 && this.opened.problem !== null) throw new EngineFault(this.opened.problem, true);
    await this.say(this.language);
  }

  /** Says everything in a language. */
  async say(language: Language): Promise<void> {
    this.language = language;
    const { words } = this;
    this.tabs.setAttribute('aria-label', words.viewsLabel);
    fill(
      this.tabs,
      ...VIEWS.filter((view) => view !== 'nat' || this.captures.names.length > 1).map((view) =>
        element('a', { href: hashOf({ ...this.route, view }), 'data-view': view }, words.views[view]),
      ),
    );
    this.packets.say(language, words);
    if (this.opened === null) return;
    this.status.textContent = this.remarks(this.opened).join(' ');
    let overview = this.overviews.get(language);
    if (overview === undefined) {
      overview = await this.engine.ask('overview', language);
      this.overviews.set(language, overview);
    }
    this.overview.show(overview, words, language === 'ko');
    this.connections.say(language, words, overview.conversations);
    this.journeys.say(language, words);
    const nat = await this.engine.ask('nat', language);
    if (nat !== null) this.nat.show(nat, words, language === 'ko');
    await this.show();
  }

  close(): void {
    removeEventListener('hashchange', this.follow);
    this.engine.close();
  }

  private readonly follow = (): void => {
    this.route = routeOf(location.hash);
    this.show();
  };

  /** Shows something else, and says so in the address; `remembered`: the browser's way back leads here. */
  private go(route: Route, remembered: boolean): void {
    this.route = route;
    const hash = hashOf(route);
    if (remembered) history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
    this.show();
  }

  private async show(): Promise<void> {
    const { view, frame, filter, stream, journey } = this.route;
    for (const name of VIEWS) this.sections[name].hidden = name !== view;
    for (const tab of this.tabs.querySelectorAll('[data-view]')) {
      const name = tab.getAttribute('data-view') as View;
      if (name === view) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
      tab.setAttribute('href', hashOf({ ...this.route, view: name }));
    }
    if (this.opened === null) return;
    if (view === 'packets') await this.packets.show(frame, filter);
    else if (view === 'connections') await this.connections.show(stream);
    else if (view === 'journeys') await this.journeys.show(journey);
  }

  /** What is to be known of what is shown. */
  private remarks({ frames, problem }: Opened): string[] {
    const { words } = this;
    const said = problem === null ? [] : [`${words.problem}: ${problem}.`];
    const number = (count: number): string => count.toLocaleString('en');
    if (this.frames.count < frames) said.push(words.excerpt(number(this.frames.count), number(frames)));
    return said;
  }

  private sayProgress(frames: number): void {
    if (this.opened !== null) return;
    const counted = frames === 0 ? '' : ` ${frames.toLocaleString('en')}`;
    this.status.textContent = `${this.words.reading} …${counted}`;
  }
}
